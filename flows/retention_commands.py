"""``archive hold|release|dispose …``: legal holds and disposal from a terminal, each act in the audit log as well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from domain.audit import CASE_SUBJECT, AuditEvent, Operation, Result
from domain.disposal import Capacity, DisposalList, Hold
from domain.errors import JuanzongError
from domain.retention_errors import UnknownHoldError
from flows.output import console, local_time
from flows.retention_service import RetentionService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from flows.writing import check_name, terminal_user, write_new
from review_ui.retention.texts import CAPACITY, STATE

NOT_LOCKED = 1
"""Exit code of ``locks`` when the store locks an object less than it must."""
SOME_KEPT = 3
"""Exit code of ``dispose destroy`` when a case of the list could not be destroyed."""


def list_holds() -> None:
    """Print the open holds."""
    with _desk() as (_, desk):
        _print_holds(desk.open_holds())


def hold(number: str, reason: str) -> None:
    """Put a hold on a case."""
    with _desk() as (services, desk):
        with _noted(services, Operation.HOLD_CHANGED, "hold", number):
            placed = desk.place_hold(number, reason, terminal_user())
        sys.stdout.write(f"案件 {placed.case_number} 已保全（编号 {placed.placed.seq}）。\n")


def release(number: str, reason: str, chosen: int | None) -> None:
    """Ask for the release of a hold; when another person asked before, confirm it.

    Raises:
        UnknownHoldError: the case has no open hold, or several and none was chosen.
    """
    with _desk() as (services, desk):
        found = _chosen([h for h in desk.holds_of(number) if h.is_open], number, chosen)
        if found.asked is None:
            with _noted(services, Operation.HOLD_CHANGED, "ask_release", number):
                desk.ask_release(found.placed.seq, reason, terminal_user())
            sys.stdout.write(f"已提出解除案件 {found.case_number} 的保全，须由另一人再次运行本命令确认。\n")
        else:
            with _noted(services, Operation.HOLD_CHANGED, "release", number):
                desk.release(found.placed.seq, terminal_user())
            sys.stdout.write(f"案件 {found.case_number} 的保全已解除。\n")


def locks(*, put: bool) -> int:
    """Say which objects the store locks less than it must; return 1 when there are any left."""
    with _desk() as (services, _):
        kept = services.storage.retention.locks
        if put:
            kept.settle_all()
        behind = kept.behind()
        for key in behind:
            sys.stdout.write(f"锁不足 {key}\n")
        if behind:
            sys.stdout.write(f"{len(behind)} 个对象的锁少于登记，请运行 juanzong archive locks --set。\n")
        else:
            sys.stdout.write("存储的锁与登记一致。\n")
        return NOT_LOCKED if behind else 0


def make_list(out: Path | None) -> None:
    """List the cases that may go, and write the list as a workbook."""
    _check_book(out)
    with _desk() as (services, desk):
        with _noted(services, Operation.DISPOSAL_CHANGED, "list"):
            found = desk.make_list(terminal_user())
        _print_list(found)
        _write_book(desk, found.number, out)


def list_lists() -> None:
    """Print all lists."""
    with _desk() as (_, desk):
        table = Table()
        for heading in ("清册", "编制", "件数", "状态"):
            table.add_column(heading, overflow="fold")
        for found in desk.lists():
            made = f"{found.made.person} {local_time(found.made.at)}"
            table.add_row(found.number, made, str(len(found.remaining)), STATE[found.state])
        console().print(table)


def review(number: str, remove: str | None, reason: str, out: Path | None) -> None:
    """Print a list; take a case from it when one is named."""
    _check_book(out)
    with _desk() as (services, desk):
        found = desk.load(number)
        if remove is not None:
            with _noted(services, Operation.DISPOSAL_CHANGED, "remove", remove, number):
                found = desk.remove(number, remove, reason, terminal_user())
        _print_list(found)
        _write_book(desk, number, out)


def approve(number: str, capacity: str) -> None:
    """Approve a list."""
    with _desk() as (services, desk):
        with _noted(services, Operation.DISPOSAL_CHANGED, f"approve:{capacity}", None, number):
            found = desk.approve(number, Capacity(capacity), terminal_user())
        left = [CAPACITY[c] for c in Capacity if c not in dict(found.approvals)]
        step = f"还须{'、'.join(left)}批准" if left else "可以销毁"
        sys.stdout.write(f"销毁清册 {number} 已批准（{CAPACITY[Capacity(capacity)]}），{step}。\n")


def destroy(number: str, out: Path | None) -> int:
    """Destroy what an approved list holds; return 3 when a case stays."""
    with _desk() as (services, desk):
        with _noted(services, Operation.DISPOSAL_CHANGED, "destroy", None, number):
            report = desk.destroy(number, terminal_user())
        for case in report.kept:
            sys.stdout.write(f"未销毁 {case.number}：{case.fact}。{case.next_step}。\n")
        done = sum(1 for case in report.disposal.cases if case.destroyed)
        sys.stdout.write(f"销毁清册 {number}：已销毁 {done} 件。\n")
        if report.disposal.certified is not None:
            sys.stdout.write(f"销毁证明 SHA-256 {report.disposal.certificate}\n")
            for form in ("json", "pdf") if out else ():
                file = desk.certificate(number, form)
                write_new((out or Path()) / file.name, file.content)
    return SOME_KEPT if report.kept else 0


@contextmanager
def _desk() -> Iterator[tuple[Services, RetentionService]]:
    services = open_services(load_settings())
    try:
        yield services, RetentionService(services)
    finally:
        services.close()


@contextmanager
def _noted(
    services: Services, operation: Operation, change: str, case: str | None = None, disposal: str | None = None
) -> Iterator[None]:
    """Write into the audit log what is about to be done, and whether it was refused; unlogged, nothing is done."""
    event = AuditEvent(
        at=datetime.now(UTC),
        actor=terminal_user(),
        operation=operation,
        case_number=case,
        subject=CASE_SUBJECT if disposal is None else f"disposal:{disposal}",
        details={"change": change},
    )
    services.storage.audit.record(event)
    try:
        yield
    except JuanzongError:
        services.storage.audit.record(event.model_copy(update={"result": Result.REFUSED}))
        raise


def _chosen(found: list[Hold], number: str, chosen: int | None) -> Hold:
    fitting = [h for h in found if chosen is None or h.placed.seq == chosen]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise UnknownHoldError(f"案件 {number} 没有这样的保全", "请用 juanzong archive hold 查看现有保全")
    numbers = "、".join(str(h.placed.seq) for h in fitting)
    raise UnknownHoldError(f"案件 {number} 有多项保全：{numbers}", "请用 --hold 指明其一")


def _print_holds(holds: tuple[Hold, ...]) -> None:
    if not holds:
        sys.stdout.write("没有保全的案件。\n")
        return
    table = Table()
    for heading in ("编号", "案件", "理由", "保全", "提出解除"):
        table.add_column(heading, overflow="fold")
    for h in holds:
        asked = f"{h.asked.person}：{h.asked.reason}" if h.asked else ""
        placed = f"{h.placed.person} {local_time(h.placed.at)}"
        table.add_row(str(h.placed.seq), h.case_number, h.placed.reason or "", placed, asked)
    console().print(table)


def _print_list(found: DisposalList) -> None:
    table = Table(title=f"销毁清册 {found.number}：{STATE[found.state]}", title_justify="left")
    for heading in ("案件", "保管至", "依据", "对象", "字节", "移出", "销毁"):
        table.add_column(heading, overflow="fold")
    for case in found.cases:
        removed = f"{case.removed.person}：{case.removed.reason}" if case.removed else ""
        gone = f"{case.destroyed.person} {local_time(case.destroyed.at)}" if case.destroyed else ""
        days = (case.retain_until.isoformat(), case.basis)
        table.add_row(case.number, *days, str(case.objects), str(case.size), removed, gone)
    console().print(table)


def _check_book(out: Path | None) -> None:
    if out is not None:
        check_name(out, ".xlsx")


def _write_book(desk: RetentionService, number: str, out: Path | None) -> None:
    if out is not None:
        write_new(out, desk.book(number).content)
