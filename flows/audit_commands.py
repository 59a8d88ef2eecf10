"""``audit verify|list``: what the auditor does from a terminal. Reading is logged here too."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from rich.table import Table

from domain.audit import AuditEvent, AuditFilter, ChainReport, Detail, Operation
from domain.checks import CHINA
from domain.errors import ConfigurationError
from flows.output import console
from flows.settings import load_settings
from flows.wiring import open_services
from review_ui.audit import texts
from review_ui.audit.pages import fault_words
from review_ui.times import local_time
from storage.audit_log import AuditLog

BROKEN = 1
"""Exit code of ``audit verify`` when an entry is not as it was written."""


class Wanted(NamedTuple):
    """What the command line asks for; days are inclusive, of China."""

    actor: str | None
    case: str | None
    operation: str | None
    days: tuple[date | None, date | None]
    refused: bool
    searched: str | None


def verify(head: str | None) -> int:
    """Re-compute the chain and say what was found; return 1 when it is broken."""
    audit = open_services(load_settings()).storage.audit
    report = audit.verify(head)
    _say(report)
    if report.fault is not None:
        # A broken chain is evidence: nothing is appended to it from here.
        return BROKEN
    _log(audit, Operation.AUDIT_VERIFIED, {"entries": report.entries})
    return 0


def show(wanted: Wanted, limit: int) -> None:
    """Print matching entries, newest first."""
    audit = open_services(load_settings()).storage.audit
    chosen = _filter(wanted, audit)
    # The searched words are not among the details: the log does not hold words.
    named = {"actor": wanted.actor, "case": wanted.case, "operation": wanted.operation, "refused": wanted.refused}
    _log(audit, Operation.AUDIT_READ, {name: value for name, value in named.items() if value})
    table = Table()
    for heading in ("序号", "时间", "人员", "操作", "结果", "案件", "对象", "理由", "细节"):
        table.add_column(heading, overflow="fold")
    for entry in audit.find(chosen, limit):
        e = entry.event
        table.add_row(
            str(entry.number), local_time(e.at), e.actor, texts.OPERATION[e.operation], texts.RESULT[e.result],
            e.case_number or "", texts.subject_words(e.subject), texts.reason_words(e.reason),
            texts.detail_words(e.details),
        )  # fmt: skip
    console().print(table)


def _say(report: ChainReport) -> None:
    if report.fault is None:
        span = (
            f"，{local_time(report.first_at)} 至 {local_time(report.last_at)}"
            if report.first_at and report.last_at
            else ""
        )
        sys.stdout.write(f"审计日志完好：共 {report.entries} 条{span}。\n")
    else:
        sys.stdout.write(f"审计日志被改动：{fault_words(report)}。此前 {report.entries} 条完好。\n")
    if report.head is not None and report.fault is None:
        sys.stdout.write(f"请把末条抄在系统之外，下次以 --head 填入：\n{report.head}\n")


def _filter(wanted: Wanted, audit: AuditLog) -> AuditFilter:
    if wanted.operation is not None and wanted.operation not in set(Operation):
        raise ConfigurationError(f"没有操作 {wanted.operation}", f"可用：{'、'.join(Operation)}")
    first, last = wanted.days
    return AuditFilter(
        actor=wanted.actor,
        case=wanted.case,
        operation=Operation(wanted.operation) if wanted.operation else None,
        since=_midnight(first),
        until=_midnight(last + timedelta(days=1)) if last else None,
        refused_only=wanted.refused,
        query_digest=audit.digest(wanted.searched) if wanted.searched else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), CHINA) if day else None


def _log(audit: AuditLog, operation: Operation, details: dict[str, Detail]) -> None:
    actor = f"{getpass.getuser()}（命令行）"
    audit.record(AuditEvent(at=datetime.now(UTC), actor=actor, operation=operation, details=details))
