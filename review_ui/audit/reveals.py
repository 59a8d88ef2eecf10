"""Showing what is masked: with a reason, for one field, page or document, for half an hour, and logged."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import RedirectResponse, Response

from domain.audit import RevealReason
from domain.case import Case
from domain.errors import UnknownObjectError
from domain.evidence import FieldResult, FieldValue
from domain.fields import FIELDS
from domain.masked_text import STAR
from review_ui.accounts.targets import own_path
from review_ui.answers import Answer
from review_ui.audit import texts
from review_ui.audit.trail import Trail
from review_ui.backend import ReviewBackend
from review_ui.errors import MaskedValueError
from review_ui.field_rows import field_row
from review_ui.rendering import Pages
from review_ui.times import Clock
from review_ui.words import document_label

ROW = "row"
"""Value of the header ``X-Part`` with which a script asks for the field's row instead of a page."""


def reveal_routes(backend: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes that ask for a reason and that show what is masked."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases/{case_id}/reveal", name="audit.ask_reveal")
    def ask(request: Request, case_id: str, subject: str, back: str = "") -> Response:
        case = backend.case(case_id)
        _check(case, subject)
        context: dict[str, object] = {
            "case": Trail.of(request).shown(request, case).case,
            "subject": subject,
            "words": _words(case, subject),
            "back": own_path(back) or f"/cases/{case.id}",
            "reveal_reasons": texts.REVEAL_REASON,
        }
        return pages.render(request, "audit/reveal.html", context, clock())

    @router.post("/cases/{case_id}/reveals", name="audit.reveal")
    def reveal(
        request: Request,
        case_id: str,
        subject: Annotated[str, Form(max_length=300)],
        reason: Annotated[RevealReason, Form()],
        back: Annotated[str, Form(max_length=500)] = "",
        x_part: Annotated[str, Header()] = "",
    ) -> Response:
        case, trail = backend.case(case_id), Trail.of(request)
        _check(case, subject)
        # a script asks only for what is hidden on its page: within the grant too it is a look of its own
        trail.reveal(request, case, subject, reason, again=x_part != "")
        scope, _, name = subject.partition(":")
        if x_part != ROW:
            return RedirectResponse(own_path(back) or f"/cases/{case.id}", status_code=303)
        if scope != "field":
            return Response(status_code=204)
        return row(request, case, name)

    @router.get("/cases/{case_id}/rows/{name}", name="audit.row")
    def show_row(request: Request, case_id: str, name: str) -> Response:
        case = backend.case(case_id)
        _check(case, f"field:{name}")
        return row(request, case, name)

    def row(request: Request, case: Case, name: str) -> Response:
        shown = Trail.of(request).shown(request, case)
        context: dict[str, object] = {
            "case": shown.case,
            "masked": shown.masked,
            "open": shown.open,
            "row": field_row(shown.case, FIELDS[name], None),
        }
        return pages.render(request, "audit/row.html", context, clock())

    return router


def _words(case: Case, subject: str) -> str:
    scope, _, name = subject.partition(":")
    return document_label(case, name) if scope == "document" else texts.subject_words(subject)


def ask_url(case: Case, subject: str, back: str) -> str:
    """Return the address of the page that asks why ``subject`` is needed, and leads to ``back``."""
    return f"/cases/{case.id}/reveal?{urlencode({'subject': subject, 'back': back})}"


def refuse_masked(case: Case, shown: Case, answer: Answer) -> None:
    """Refuse to save what was only seen masked.

    Raises:
        MaskedValueError: the answer holds stars that come from masking.
    """
    scope, _, name = answer.subject.partition(":")
    written = answer.candidate if answer.candidate is not None else answer.value
    if scope != "field" or answer.action not in ("accept", "correct") or written is None or STAR not in written:
        return
    found = case.fields.get(name)
    if found != shown.fields.get(name) and written not in _readings(found):
        label = FIELDS[name].label if name in FIELDS else name
        raise MaskedValueError(texts.MASKED_VALUE.format(label=label), texts.MASKED_NEXT)


def _readings(found: FieldResult | None) -> set[str]:
    if found is None:
        return set()
    return {c.value for c in found.candidates} | ({found.value} if isinstance(found, FieldValue) else set())


def _check(case: Case, subject: str) -> None:
    """Refuse subjects that the case has not: the log must not be filled with made-up ones.

    Raises:
        UnknownObjectError: there is no such field, document or page.
    """
    scope, _, name = subject.partition(":")
    document_id, _, page = name.rpartition(":") if scope == "page" else (name, "", "")
    document = case.document(document_id)
    known = {
        "case": subject == "case",
        "field": name in FIELDS,
        "document": document is not None,
        "page": document is not None and any(str(p.number) == page for p in document.pages),
    }
    if not known.get(scope, False):
        raise UnknownObjectError(texts.NO_SUBJECT.format(subject=subject), "请刷新页面")
