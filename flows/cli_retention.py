"""Commands of retention: ``archive hold|release`` and ``archive dispose list|review|approve|destroy``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

dispose_app = typer.Typer(help="销毁：清册、审查、两人批准、销毁与证明。", no_args_is_help=True)
_ListNumber = Annotated[str, typer.Argument(metavar="LIST", help="销毁清册编号，例如 QC-2026-0001")]


def add_retention_commands(archive_app: typer.Typer) -> None:
    """Hang the commands of this module into ``archive``."""
    archive_app.command("hold")(archive_hold)
    archive_app.command("release")(archive_release)
    archive_app.command("locks")(archive_locks)
    archive_app.add_typer(dispose_app, name="dispose")


def archive_hold(
    number: Annotated[str | None, typer.Argument(metavar="CASE", help="案件编号；不填则列出现有保全")] = None,
    reason: Annotated[str, typer.Option(help="理由：案号、来文单位")] = "",
) -> None:
    """保全一个案件（法律保全），解除前任何人不能销毁。"""
    from flows.retention_commands import hold, list_holds

    if number is None:
        list_holds()
    else:
        hold(number, reason)


def archive_release(
    number: Annotated[str, typer.Argument(metavar="CASE", help="案件编号")],
    reason: Annotated[str, typer.Option(help="理由（提出解除时必填）")] = "",
    hold: Annotated[int | None, typer.Option(help="保全编号，有多项保全时指明")] = None,
) -> None:
    """解除保全：第一人提出并写明理由，第二人再次运行以确认。"""
    from flows.retention_commands import release

    release(number, reason, hold)


def archive_locks(
    put: Annotated[bool, typer.Option("--set/--check", help="补上缺少的锁，或只检查")] = False,
) -> None:
    """检查存储的锁（保管期、法律保全）是否与登记一致；升级或更换存储后用 --set 补上。"""
    from flows.retention_commands import locks

    code = locks(put=put)
    if code:
        raise typer.Exit(code)


@dispose_app.command("list")
def dispose_list(
    new: Annotated[bool, typer.Option("--new/--all", help="生成新清册，或列出已有清册")] = True,
    out: Annotated[Path | None, typer.Option(help="另存为 XLSX")] = None,
) -> None:
    """重新核定保管期限，把期满的案件列成销毁清册。"""
    from flows.retention_commands import list_lists, make_list

    if new:
        make_list(out)
    else:
        list_lists()


@dispose_app.command("review")
def dispose_review(
    number: _ListNumber,
    remove: Annotated[str | None, typer.Option(metavar="CASE", help="把案件移出清册")] = None,
    reason: Annotated[str, typer.Option(help="移出的理由")] = "",
    out: Annotated[Path | None, typer.Option(help="另存为 XLSX")] = None,
) -> None:
    """查看清册，或把案件移出。"""
    from flows.retention_commands import review

    review(number, remove, reason, out)


@dispose_app.command("approve")
def dispose_approve(
    number: _ListNumber,
    capacity: Annotated[Literal["archivist", "auditor"], typer.Option("--as", help="以档案员或监销人身份")],
) -> None:
    """批准清册；档案员与监销人须为不同的两人。"""
    from flows.retention_commands import approve

    approve(number, capacity)


@dispose_app.command("destroy")
def dispose_destroy(
    number: _ListNumber,
    out: Annotated[Path | None, typer.Option(help="销毁证明存入哪个文件夹")] = None,
) -> None:
    """销毁已批准清册上的案件，出具销毁证明；中断后可再次运行。"""
    from flows.retention_commands import destroy

    code = destroy(number, out)
    if code:
        raise typer.Exit(code)
