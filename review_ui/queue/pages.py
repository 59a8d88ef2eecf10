"""The queue: its page, the next case, and what a person does with a case instead of answering it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from domain.errors import DecisionError
from review_ui.audit.trail import Trail
from review_ui.backend import ReviewBackend
from review_ui.parts import Parts
from review_ui.queue import texts
from review_ui.queue.backend import QueueBackend
from review_ui.queue.filters import QueueQuery, options, read_query
from review_ui.recusal import Recusal
from review_ui.rendering import Pages, actor_of
from review_ui.times import Clock, local_time

PAGE_LENGTH = 100

Reason = Annotated[str, Form(max_length=500)]
View = Annotated[str, Form(max_length=2000)]


def queue_routes(parts: Parts, pages: Pages, clock: Clock, recusal: Recusal) -> APIRouter:
    """Return the routes of the queue."""
    router = APIRouter(include_in_schema=False)
    backend, queue = parts.review, parts.queue

    @router.get("/", name="queue.show")
    def show_queue(request: Request, query: Annotated[QueueQuery, Query()]) -> Response:
        return pages.render(request, "queue.html", _context(request, backend, queue, query), clock())

    @router.get("/next", name="queue.next")
    def open_next(request: Request, after: str = "", view: str = "") -> Response:
        person = actor_of(request)
        query = read_query(view)
        found = queue.take_next(person, recusal.shown(query.wanted(person)), after or None)
        if found is None:
            return _to(f"/?{query.filters}&told=nothing" if query.filters else "/?told=nothing")
        return _to(f"/cases/{found}" + (f"?view={quote(query.filters)}" if query.filters else ""))

    _add_views(router, queue)
    _add_leases(router, backend, queue)
    return router


def _context(request: Request, backend: ReviewBackend, queue: QueueBackend, query: QueueQuery) -> dict[str, object]:
    person = actor_of(request)
    wanted = query.wanted(person)
    counts = backend.counts(wanted)
    entries = Trail.of(request).entries(backend.queue(wanted, PAGE_LENGTH + 1, query.after or None))
    shown = entries[:PAGE_LENGTH]
    return {
        "entries": shown,
        "more": query.more(shown[-1].place) if len(entries) > PAGE_LENGTH else "",
        "counts": counts,
        **options(counts, person),
        "failures": backend.failures(),
        "wanted": wanted,
        "chosen": query,
        "views": queue.views(person),
        "queue_texts": texts,
        "nothing": query.told == "nothing",
    }


def _add_views(router: APIRouter, queue: QueueBackend) -> None:
    @router.post("/views", name="queue.save_view")
    def save_view(request: Request, name: Annotated[str, Form(max_length=40)] = "", query: View = "") -> Response:
        if not name.strip():
            raise DecisionError(texts.NO_NAME, texts.NO_NAME_STEP)
        filters = read_query(query).filters
        queue.save_view(actor_of(request), name.strip(), filters)
        return _to(f"/?{filters}")

    @router.post("/views/{view}/delete", name="queue.delete_view")
    def delete_view(request: Request, view: int, query: View = "") -> Response:
        queue.delete_view(actor_of(request), view)
        return _to(f"/?{read_query(query).filters}")


def _add_leases(router: APIRouter, backend: ReviewBackend, queue: QueueBackend) -> None:
    @router.post("/cases/{key}/lease", name="queue.renew")
    def renew(request: Request, key: str) -> Response:
        person = actor_of(request)
        lease = queue.take(backend.case(key).id, person)
        held = {"holder": lease.holder, "until": local_time(lease.until)}
        return JSONResponse(held, status_code=200 if lease.holder == person else 409)

    @router.post("/cases/{key}/release", name="queue.release")
    def release(request: Request, key: str, view: View = "") -> Response:
        queue.release(backend.case(key).id, actor_of(request))
        return _to(f"/?{read_query(view).filters}")

    @router.post("/cases/{key}/take-over", name="queue.take_over")
    def take_over(request: Request, key: str, reason: Reason = "") -> Response:
        case = backend.case(key)
        queue.take_over(case.id, actor_of(request), reason)
        return _to(f"/cases/{case.id}")

    @router.post("/cases/{key}/skip", name="queue.skip")
    def skip(request: Request, key: str, reason: Reason = "", view: View = "") -> Response:
        queue.skip(backend.case(key).id, actor_of(request), reason)
        return _to_next(view)

    @router.post("/cases/{key}/expert", name="queue.to_expert")
    def to_expert(request: Request, key: str, reason: Reason = "", view: View = "") -> Response:
        queue.hand_over(backend.case(key).id, actor_of(request), reason, to_expert=True)
        return _to_next(view)

    @router.post("/cases/{key}/reviewers", name="queue.from_expert")
    def from_expert(request: Request, key: str, reason: Reason = "", view: View = "") -> Response:
        queue.hand_over(backend.case(key).id, actor_of(request), reason, to_expert=False)
        return _to_next(view)


def _to_next(view: str) -> Response:
    return _to(f"/next?view={quote(read_query(view).filters)}")


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
