"""The archive desk: search, the page with the hit, downloads with their verification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from domain.audit import CASE_SUBJECT, Operation, document_subject
from domain.case import Case
from domain.documents import source_hashes
from domain.errors import JuanzongError, UnknownCaseError
from domain.fields import FIELDS
from domain.records import ObjectCheck
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from review_ui import texts
from review_ui.audit.reveals import ask_url
from review_ui.audit.trail import Act, Trail
from review_ui.backend import ReviewBackend
from review_ui.desk import texts as words
from review_ui.desk.backend import ArchiveAnswer, ArchiveQuery, DeskBackend
from review_ui.recusal import Recusal
from review_ui.rendering import Pages
from review_ui.sending import download, stored_answer
from review_ui.times import Clock

PAGE_LENGTH = 50
Sha256Path = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Words = Annotated[str, Query(max_length=400)]


def archive_routes(desk: DeskBackend, cases: ReviewBackend, recusal: Recusal, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of the archive desk."""
    router = APIRouter()

    @router.get("/archive", name="archive.search")
    def search(request: Request, q: Words = "", offset: Annotated[int, Query(ge=0, le=10**6)] = 0) -> Response:
        wanted = asked(q.strip(), request.query_params)
        answer, problem = ArchiveAnswer(cases=(), total=0, more=False, levels=()), ""
        try:
            answer = desk.search(wanted, PAGE_LENGTH, offset)
        except JuanzongError as error:
            problem = str(error)
        answer = _seen(request, answer, wanted.words, cases, recusal)
        context: dict[str, object] = {
            "answer": answer,
            "wanted": wanted,
            "query": q,
            "problem": problem,
            "offset": offset,
            "length": PAGE_LENGTH,
            "policies": desk.policies(),
            "source_label": source_label,
            "turned": lambda to: urlencode([*_kept(request), ("offset", str(to))]),
        }
        return pages.render(request, "desk_archive.html", context, clock())

    @router.get("/search", name="archive.old_search")
    def old_search(q: Words = "") -> Response:
        return RedirectResponse(f"/archive?{urlencode({'q': q})}", status_code=307)

    @router.get("/archive/preview", name="archive.preview")
    def preview(
        request: Request,
        case: Annotated[str, Query(max_length=200)],
        document: Annotated[str, Query(max_length=200)],
        page: Annotated[int, Query(ge=1)] = 1,
        q: Words = "",
    ) -> Response:
        recusal.refuse(case)
        places = desk.places(case, document, page, q)
        context: dict[str, object] = {"places": places, "case_id": case, "document_id": document, "page": page}
        return pages.render(request, "desk_preview.html", context, clock())

    @router.get("/archive/objects/{sha256}", name="archive.verify")
    def verify(request: Request, sha256: Sha256Path) -> Response:
        check = _allowed(desk.check_object(sha256), recusal)
        copied_from = _copied_from(check, cases) if request.app.state.copies else None
        context: dict[str, object] = {"check": check, "words": words, "copied_from": copied_from}
        return pages.render(request, "desk_verify.html", context, clock())

    @router.get("/archive/objects/{sha256}/file", name="archive.download")
    def fetch(request: Request, sha256: Sha256Path) -> Response:
        check = _allowed(desk.check_object(sha256), recusal)
        case = cases.case(check.case_id) if check.case_id else None
        if case is not None and (subject := _held_back(request, case, sha256)):
            return RedirectResponse(ask_url(case, subject, request.url.path), status_code=303)
        operation = (
            Operation.DOWNLOAD_ORIGINAL if case is not None and _is_original(case, sha256) else Operation.DOWNLOAD_COPY
        )
        return stored_answer(request, desk.object_file(sha256), Act(operation, f"object:{sha256}"), case)

    @router.get("/cases/{case_id}/certificate/{form}", name="archive.certificate")
    def certificate(request: Request, case_id: str, form: Literal["pdf", "json"]) -> Response:
        recusal.refuse(case_id)
        case = cases.case(case_id)
        if subject := _held_back(request, case, None):
            return RedirectResponse(ask_url(case, subject, request.url.path), status_code=303)
        Trail.of(request).record(request, Act(Operation.DOWNLOAD_COPY, f"certificate:{form}"), case)
        return download(desk.certificate(case.id, form))

    return router


def _held_back(request: Request, case: Case, sha256: str | None) -> str | None:
    """Return what must be revealed before an object of ``case`` is handed out, ``None`` when all of it was.

    An original asks for its own document; a copy, a notice, a manifest or a certificate (``None``) may tell of every
    paper of the case.
    """
    trail = Trail.of(request)
    own = [d.id for d in case.documents if sha256 in source_hashes(d)]
    hidden = [d for d in own or (d.id for d in case.documents) if not trail.shows_all(request, case, d)]
    if not hidden:
        return None
    return document_subject(hidden[0]) if own else CASE_SUBJECT


def _copied_from(check: ObjectCheck, cases: ReviewBackend) -> str | None:
    """Return the case whose original this is, ``None`` for other objects and for a case that has not been read."""
    if check.case_id is None:
        return None
    try:
        case = cases.case(check.case_id)
    except UnknownCaseError:
        return None
    return case.id if _is_original(case, check.ref.sha256) else None


def _is_original(case: Case, sha256: str) -> bool:
    return any(sha256 in source_hashes(document) for document in case.documents)


def _seen(request: Request, answer: ArchiveAnswer, words: str, cases: ReviewBackend, recusal: Recusal) -> ArchiveAnswer:
    """Return what was found as the person may see it, and write that it was searched for."""
    hidden, trail = recusal.hidden(), Trail.of(request)
    kept = [found for found in answer.cases if found.case_id not in hidden]
    if words:
        trail.search(request, words, sum(len(found.hits) for found in kept))
    shown = (f.model_copy(update={"hits": trail.hits(f.hits, words, cases)}) for f in kept)
    less = len(answer.cases) - len(kept)
    return answer.model_copy(update={"cases": tuple(shown), "total": answer.total - less})


def _allowed(check: ObjectCheck, recusal: Recusal) -> ObjectCheck:
    """Refuse an object of a case that names the person."""
    if check.case_id is not None:
        recusal.refuse(check.case_id)
    return check


def asked(q: str, values: Mapping[str, str]) -> ArchiveQuery:
    """Return the query; what is no known value of its set is left out, as if it were not given."""
    return ArchiveQuery(
        words=q,
        kind=DocumentKind(values["kind"]) if values.get("kind") in set(DocumentKind) else None,
        policy=values.get("policy") or None,
        channel=Channel(values["channel"]) if values.get("channel") in set(Channel) else None,
        level=values.get("level") or None,
        status=CaseStatus(values["status"]) if values.get("status") in set(CaseStatus) else None,
        received_from=day_of(values.get("from", "")),
        received_to=day_of(values.get("to", "")),
    )


def day_of(text: str) -> date | None:
    """Return the day of ``YYYY-MM-DD``, ``None`` for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def source_label(source: str) -> str:
    """Return in Chinese where a hit was found."""
    scope, _, name = source.partition(":")
    if scope == "field":
        return FIELDS[name].label if name in FIELDS else name
    return texts.SEARCH_SOURCE.get(scope, scope)


def _kept(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]
