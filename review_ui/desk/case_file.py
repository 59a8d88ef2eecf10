"""The case page: everything about a case on one page, made for paper as well."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from domain.audit import Operation
from domain.base import Model, UtcTime
from domain.case import Case, Decision
from domain.documents import sources_of
from domain.evidence import Evidence, FieldResult, FieldValue
from domain.fields import FIELDS
from domain.history import Statement, ValueChange
from domain.review import HELD, decided_by_person
from domain.vocabulary import ComplainantType, DispositionValue, MaterialStatus, MissingReason
from review_ui import texts
from review_ui.accounts.visitor import visitor
from review_ui.audit.trail import Act, Trail
from review_ui.desk import texts as words
from review_ui.desk.backend import CaseFile, DeskBackend
from review_ui.language import translate
from review_ui.rendering import Pages, actor_of
from review_ui.sending import download, noting_damage
from review_ui.station import subject_label
from review_ui.times import Clock
from review_ui.words import document_label


class HistoryLine(Model):
    """One entry of a statement's history, in words.

    Attributes:
        who: person, or producer with its version.
        why: what was done, with the comment.
        percent: probability, ``None`` without one.
    """

    revision: int
    at: UtcTime
    said: str
    who: str
    why: str
    percent: int | None
    by_person: bool


class Line(Model):
    """One statement of the case with its history, the newest last.

    Attributes:
        subject: as in ``ReviewReason.subject``.
        state: ``accepted``, ``doubtful``, ``open`` or ``missing``.
    """

    subject: str
    label: str
    said: str
    raw: str | None
    state: str
    percent: int | None
    who: str
    evidence: tuple[Evidence, ...]
    checks: tuple[str, ...]
    history: tuple[HistoryLine, ...]


def case_file_routes(desk: DeskBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of the case page and of its notices."""
    router = APIRouter()

    @router.get("/cases/{case_id}/file", name="case.file")
    def show_file(request: Request, case_id: str) -> Response:
        found, trail = desk.case_file(case_id), Trail.of(request)
        trail.view_case(request, found.case)
        found = trail.about(request, found.case, found)
        histories = history_lines(found)
        context: dict[str, object] = {
            "file": found,
            "case": found.case,
            "words": words,
            "fields": field_lines(found, histories),
            "histories": histories,
            "copies": searchable_copies(found),
            "takes_copies": request.app.state.copies and visitor().may("copy.ask"),
            "taken_subject": lambda subject: taken_words(found.case, subject),
            "subject": lambda name: subject_label(found.case, name, found.choices),
            "answer_words": answer_words,
        }
        return pages.render(request, "desk_case.html", context, clock())

    @router.get("/cases/{case_id}/file/print.css", name="case.print_style")
    def print_style(case_id: str) -> Response:
        number = desk.case_file(case_id).case.number
        return Response(page_boxes(number), media_type="text/css")

    @router.post("/cases/{case_id}/notices", name="case.make_notice")
    def make_notice(request: Request, case_id: str, kind: Annotated[str, Form(max_length=40)]) -> Response:
        case = desk.case_file(case_id).case
        Trail.of(request).record(request, Act(Operation.PRINT, f"notice:{kind}"), case)
        made = desk.make_notice(case_id, kind, actor_of(request))
        return RedirectResponse(f"/cases/{made.case_id}/file#notice-{made.position}", status_code=303)

    @router.get("/cases/{case_id}/notices/{position}/{form}", name="case.notice")
    def fetch_notice(
        request: Request, case_id: str, position: Annotated[int, Path(ge=0)], form: Literal["docx", "pdf"]
    ) -> Response:
        case = desk.case_file(case_id).case
        act = Act(Operation.DOWNLOAD_COPY, f"notice:{position}")
        with noting_damage(request, act, case):
            made = desk.notice_file(case_id, position, form)
        digest = hashlib.sha256(made.content).hexdigest()
        Trail.of(request).record(request, replace(act, details={"sha256": digest}), case)
        return download(made)

    @router.post("/cases/{case_id}/verify", name="case.verify")
    def verify_case(request: Request, case_id: str) -> Response:
        record = desk.verify_case(case_id, actor_of(request))
        return RedirectResponse(f"/cases/{record.case_id}/file#fixity", status_code=303)

    return router


def page_boxes(number: str) -> str:
    """Return the sheet that prints the case number and page numbers in the margins of A4 pages."""
    # The number is the only thing of the case in it; letters, digits and hyphens need no escape in CSS.
    plain = "".join(c for c in number if c.isalnum() or c in "-_")
    counted = translate("第 {page} 页，共 {pages} 页").format(page='" counter(page) "', pages='" counter(pages) "')
    return (
        "@page { size: A4; margin: 18mm 14mm 16mm; "
        f'@top-left {{ content: "{translate("卷宗")} {plain}"; font-size: 9pt; }} '
        f'@bottom-right {{ content: "{counted}"; font-size: 9pt; }} }}\n'
    )


def history_lines(file: CaseFile) -> dict[str, tuple[HistoryLine, ...]]:
    """Return the history of every statement by subject, oldest first."""
    found: dict[str, list[HistoryLine]] = defaultdict(list)
    for change in file.changes:
        found[change.subject].append(_history_line(change))
    return {subject: tuple(lines) for subject, lines in found.items()}


def taken_words(case: Case, subject: str | None) -> str:
    """Return what was taken: the paper's kind, the file's name, or the notice."""
    scope, _, name = (subject or "").partition(":")
    if scope == "document":
        return document_label(case, name)
    if scope == "object":
        names = (s.name for d in case.documents for s in sources_of(d) if s.object.sha256 == name)
        return next(names, "")
    return translate(words.NOTICE_NUMBER).format(number=int(name) + 1) if scope == "notice" else ""


def _history_line(change: ValueChange) -> HistoryLine:
    decision, after = change.decision, change.after
    by_person = decision is not None or (after is not None and decided_by_person(after.producer))
    producer = after.producer if after else ""
    if decision is not None:
        who = decision.actor
        why = translate("：").join(p for p in (translate(texts.ACTION[decision.action]), decision.comment) if p)
    else:
        who = producer_words(producer)
        why = translate(words.ASSEMBLED if change.cause == "assembled" else words.JUDGED_AGAIN)
    percent = round(after.probability * 100) if after and after.probability is not None and not by_person else None
    return HistoryLine(
        revision=change.revision,
        at=change.at,
        said=said_words(change.subject, after),
        who=who,
        why=why,
        percent=percent,
        by_person=by_person,
    )


def producer_words(producer: str) -> str:
    """Return a person's name, or the producer with its version."""
    return producer.partition(":")[2] + translate(words.SOURCE_PERSON) if decided_by_person(producer) else producer


def said_words(subject: str, said: Statement | None) -> str:
    """Return a statement in words."""
    if said is None or said.value is None:
        missing = said.missing if said else None
        return translate(texts.MISSING_REASON[MissingReason(missing)] if missing else words.EMPTY_VALUE)
    scope = subject.partition(":")[0]
    if scope == "materials":
        return translate(texts.MATERIAL_STATUS[MaterialStatus(said.value)])
    if scope == "signal":
        return translate(words.SIGNAL_STATE[said.value])
    if subject == "disposition":
        return translate(texts.DISPOSITION[DispositionValue(said.value)])
    return value_words(subject.partition(":")[2], said.value)


def value_words(name: str, value: str) -> str:
    """Return the value of field ``name`` as people read it."""
    if name == "complainant_type" and value in set(ComplainantType):
        return translate(texts.COMPLAINANT_TYPE[ComplainantType(value)])
    return value


def answer_words(decision: Decision) -> str:
    """Return what a decision set, in words; "" when it set nothing."""
    if decision.value is None:
        return ""
    if decision.subject == "disposition":
        return translate(texts.DISPOSITION[DispositionValue(decision.value)])
    scope, _, name = decision.subject.partition(":")
    if scope == "materials":
        known = {status.value: label for status, label in texts.MATERIAL_STATUS.items()} | {HELD: words.HELD}
        return translate(known[decision.value]) if decision.value in known else decision.value
    if scope == "clock" and decision.value in words.CLOCK:
        return translate(words.CLOCK[decision.value])
    return value_words(name, decision.value)


def field_lines(file: CaseFile, histories: dict[str, tuple[HistoryLine, ...]]) -> tuple[Line, ...]:
    """Return every field of the case in the order of the vocabulary."""
    known = [name for name in FIELDS if name in file.case.fields]
    return tuple(_field_line(file.case, name, histories.get(f"field:{name}", ())) for name in known)


def _field_line(case: Case, name: str, history: tuple[HistoryLine, ...]) -> Line:
    found = case.fields[name]
    subject = f"field:{name}"
    asked = any(r.subject == subject for r in case.review)
    value = isinstance(found, FieldValue)
    return Line(
        subject=subject,
        label=FIELDS[name].label,
        said=value_words(name, found.value) if isinstance(found, FieldValue) else _missing(found),
        raw=found.raw if isinstance(found, FieldValue) and _differs(found) else None,
        state="doubtful" if asked else "missing" if not value else "accepted" if found.accepted else "open",
        percent=_percent(found),
        who=producer_words(found.producer),
        evidence=found.evidence,
        checks=tuple(c.message for c in found.checks if c.passed is False) if isinstance(found, FieldValue) else (),
        history=history,
    )


def _missing(found: FieldResult) -> str:
    return translate(texts.MISSING_REASON[found.reason]) if not isinstance(found, FieldValue) else ""


def _percent(found: FieldResult) -> int | None:
    machine = isinstance(found, FieldValue) and not decided_by_person(found.producer)
    return round(found.probability * 100) if machine and isinstance(found, FieldValue) else None


def _differs(found: FieldValue) -> bool:
    return "".join(found.raw.split()) != "".join(found.value.split())


def searchable_copies(file: CaseFile) -> dict[str, str]:
    """Return the SHA-256 of the searchable copy by document id, as far as one is filed.

    The filing names copies by file and first page, as they were made.
    """
    filed = {p.name: p.object.sha256 for f in file.filings for p in f.parts if p.role == "searchable_pdf"}
    found = {}
    for document in file.case.documents:
        if document.pages:
            stem = document.source.name.rpartition("/")[2].rpartition(".")[0] or document.source.name
            sha256 = filed.get(f"{stem}-{document.pages[0].source_page}.可检索.pdf")
            if sha256:
                found[document.id] = sha256
    return found
