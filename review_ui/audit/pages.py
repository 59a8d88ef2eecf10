"""The auditor's desk: search the log, export it, re-compute its chain. Reading it is logged too."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from domain.audit import AuditEntry, AuditFilter, ChainReport, Detail, Operation
from domain.base import Model
from domain.checks import CHINA
from domain.errors import ConfigurationError
from review_ui.audit import texts
from review_ui.audit.backend import AuditBackend
from review_ui.audit.trail import Act, Trail
from review_ui.language import translate
from review_ui.rendering import Pages
from review_ui.times import Clock

PAGE_LENGTH = 100
_LONGEST = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Wanted(Model):
    """What the auditor's form says; "" means all.

    Attributes:
        since: first day, China.
        until: last day, inclusive, China.
        refused: "1" for refused operations only.
        offset: number of entries to leave out.
    """

    actor: str = ""
    case: str = ""
    operation: str = ""
    since: str = ""
    until: str = ""
    refused: str = ""
    offset: int = Field(default=0, ge=0)

    def filter(self) -> AuditFilter:
        """Return the filter.

        Raises:
            ConfigurationError: a day is no day, or there is no such operation.
        """
        until = _day(self.until)
        return AuditFilter(
            actor=self.actor.strip() or None,
            case=self.case.strip() or None,
            operation=_operation(self.operation),
            since=_day(self.since),
            until=until + timedelta(days=1) if until else None,
            refused_only=self.refused == "1",
        )

    def details(self) -> dict[str, Detail]:
        """Return what was asked for, for the entry about the reading."""
        return {name: str(value)[:_LONGEST] for name, value in self.model_dump().items() if value}

    def query(self, **more: object) -> str:
        """Return the form as the query of an address."""
        return urlencode({n: v for n, v in (self.model_dump() | more).items() if v})


def audit_routes(audit: AuditBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of the auditor's desk."""
    router = APIRouter(include_in_schema=False, prefix="/audit")

    def show(request: Request, wanted: Wanted, **more: object) -> Response:
        found = audit.find(wanted.filter(), PAGE_LENGTH + 1, wanted.offset)
        context: dict[str, object] = {
            "entries": found[:PAGE_LENGTH],
            "more": len(found) > PAGE_LENGTH,
            "length": PAGE_LENGTH,
            "wanted": wanted,
            "words": texts,
            "report": None,
            "head": "",
        }
        return pages.render(request, "audit/log.html", context | more, clock())

    @router.get("", name="audit.list")
    def list_entries(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
        wanted.filter()
        Trail.of(request).record(request, Act(Operation.AUDIT_READ, details=wanted.details()))
        return show(request, wanted)

    @router.get("/export.csv", name="audit.export")
    def export(request: Request, wanted: Annotated[Wanted, Query()]) -> Response:
        chosen = wanted.filter()
        Trail.of(request).record(request, Act(Operation.EXPORT, "audit", details=wanted.details()))
        headers = {"Content-Disposition": "attachment; filename=audit.csv"}
        return StreamingResponse(csv_lines(audit.entries(chosen)), media_type="text/csv", headers=headers)

    @router.post("/verify", name="audit.verify")
    def verify(request: Request, head: Annotated[str, Form(max_length=200)] = "") -> Response:
        details: dict[str, Detail] = {"head": head.strip()[:_LONGEST]} if head.strip() else {}
        Trail.of(request).record(request, Act(Operation.AUDIT_VERIFIED, details=details))
        report = audit.verify(head.strip() or None)
        return show(request, Wanted(), report=report, fault=fault_words(report), head=head.strip())

    return router


def fault_words(report: ChainReport) -> str:
    """Return the first wrong entry in words, "" when there is none."""
    fault = report.fault
    return "" if fault is None else translate(texts.FAULT[fault.kind]).format(**fault.model_dump())


def csv_lines(entries: Iterator[AuditEntry]) -> Iterator[str]:
    """Yield the entries as CSV (UTF-8 with byte order mark, for spreadsheets)."""
    yield "\ufeff" + _line(tuple(translate(name) for name in texts.COLUMNS))
    for entry in entries:
        event = entry.event
        yield _line(
            (
                str(entry.number),
                event.at.astimezone(CHINA).isoformat(timespec="microseconds"),
                event.actor,
                event.address or "",
                translate(texts.OPERATION[event.operation]),
                translate(texts.RESULT[event.result]),
                event.case_number or event.case_id or "",
                event.subject or "",
                texts.reason_words(event.reason),
                texts.detail_words(event.details),
                entry.previous,
                entry.hash,
            )
        )


def _line(cells: tuple[str, ...]) -> str:
    out = StringIO()
    # A cell that a spreadsheet would compute is told to be text.
    csv.writer(out).writerow([f"'{c}" if c.startswith(_FORMULA) else c for c in cells])
    return out.getvalue()


def _day(words: str) -> datetime | None:
    if not words.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(words.strip()), time(), CHINA)
    except ValueError as error:
        raise ConfigurationError(f"日期应写作 2026-11-20，实际为 {words}", "请改正后再查") from error


def _operation(code: str) -> Operation | None:
    if not code:
        return None
    if code not in set(Operation):
        raise ConfigurationError(f"没有操作 {code}", "请在列表中选择")
    return Operation(code)
