"""Pages of second keying (blind) and of audit samples."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from domain.audit import Operation, RevealReason
from domain.case import Decision
from domain.errors import DecisionError
from domain.four_eyes import subject_words
from domain.sampling import Outcome
from review_ui.answers import typed_form
from review_ui.audit.trail import Act, Trail
from review_ui.four_eyes.backend import FourEyesBackend, KeyingCase, SampleView
from review_ui.four_eyes.texts import CLASS, NOTICE
from review_ui.recusal import Recusal
from review_ui.rendering import Pages, actor_of
from review_ui.times import Clock

LIST_LENGTH = 200


class FourEyesPages:
    """Renders the lists and the two work pages."""

    def __init__(self, backend: FourEyesBackend, pages: Pages, clock: Clock, recusal: Recusal) -> None:
        self._backend = backend
        self._recusal = recusal
        self._pages = pages
        self._clock = clock

    def lists(self, request: Request) -> Response:
        """Return what waits for a second person and for an auditor, with the measured rates."""
        hidden = self._recusal.hidden()
        context: dict[str, object] = {
            "keyings": [k for k in self._backend.keyings(actor_of(request), LIST_LENGTH) if k.case_id not in hidden],
            "samples": [s for s in self._backend.samples(LIST_LENGTH) if s.case_id not in hidden],
            "rates": self._backend.error_rates(),
            "classes": CLASS,
            "subject_words": subject_words,
        }
        return self._pages.render(request, "four_eyes.html", context, self._clock())

    def keying(self, request: Request, found: KeyingCase, notice: str | None, status: int = 200) -> Response:
        """Return the blind form of a case."""
        trail = Trail.of(request)
        trail.view_case(request, found.case)
        for asked in found.subjects:
            # what is keyed must be readable on the scan
            if asked.subject.startswith("field:"):
                trail.reveal(request, found.case, asked.subject, RevealReason.REVIEW)
        context: dict[str, object] = {
            "case": found.case,
            "subjects": found.subjects,
            "notice": notice,
            "subject_words": subject_words,
        }
        return self._pages.render(request, "keying.html", context, self._clock(), status)

    def sample(self, request: Request, view: SampleView, notice: str | None, status: int = 200) -> Response:
        """Return one sample."""
        trail = Trail.of(request)
        trail.view_case(request, view.case)
        trail.reveal(request, view.case, f"field:{view.sample.name}", RevealReason.REVIEW)
        context: dict[str, object] = {
            "view": view,
            "case": view.case,
            "label": subject_words(f"field:{view.sample.name}"),
            "notice": notice,
        }
        return self._pages.render(request, "sample.html", context, self._clock(), status)


def four_eyes_routes(backend: FourEyesBackend, pages: Pages, clock: Clock, recusal: Recusal) -> APIRouter:
    """Return the routes of second keying and audit samples."""
    router = APIRouter(include_in_schema=False)
    view = FourEyesPages(backend, pages, clock, recusal)

    @router.get("/four-eyes", name="four_eyes.list")
    def show_lists(request: Request) -> Response:
        return view.lists(request)

    @router.get("/cases/{case_id}/keying", name="four_eyes.keying")
    def show_keying(request: Request, case_id: str, told: str = "") -> Response:
        return view.keying(request, backend.keying(case_id, actor_of(request)), NOTICE.get(told))

    @router.post("/cases/{case_id}/keying", name="four_eyes.key")
    def key(
        request: Request,
        case_id: str,
        subject: Annotated[str, Form(max_length=100)],
        value: Annotated[str, Form(max_length=2000)],
        expected_revision: Annotated[int, Form(ge=1)],
    ) -> Response:
        actor = actor_of(request)
        decision = Decision(actor=actor, at=clock(), action="key", subject=subject, value=normal(subject, value))
        Trail.of(request).change(request, backend.keying(case_id, actor).case, decision)
        try:
            agreed = backend.key(case_id, expected_revision, decision)
        except DecisionError as error:
            return view.keying(request, backend.keying(case_id, actor), str(error), 422)
        told = "agreed" if agreed else "differs"
        left = backend.keying(case_id, actor).subjects
        target = f"/cases/{case_id}/keying?told={told}" if left else f"/four-eyes?told={told}"
        return RedirectResponse(target, status_code=303)

    @router.get("/samples/{number}", name="four_eyes.sample")
    def show_sample(request: Request, number: int) -> Response:
        found = backend.sample(number)
        recusal.refuse(found.case.id)
        return view.sample(request, found, None)

    @router.post("/samples/{number}", name="four_eyes.answer_sample")
    def answer_sample(
        request: Request, number: int, outcome: Annotated[Outcome, Form()], value: Annotated[str, Form()] = ""
    ) -> Response:
        found = backend.sample(number)
        recusal.refuse(found.case.id)
        act = Act(Operation.CHANGE, f"sample:{number}", details={"outcome": outcome.value})
        Trail.of(request).record(request, act, found.case)
        typed = normal(f"field:{found.sample.name}", value)
        try:
            backend.answer_sample(number, outcome, typed, actor_of(request))
        except DecisionError as error:
            return view.sample(request, found, str(error), 422)
        following = backend.samples(1)
        return RedirectResponse(f"/samples/{following[0].id}" if following else "/four-eyes", status_code=303)

    return router


def normal(subject: str, written: str) -> str | None:
    """Return the normal form of what was keyed, the words themselves where they have none."""
    scope, _, name = subject.partition(":")
    written = written.strip()
    if scope != "field" or not written:
        return written or None
    return typed_form(name, written).value or written
