"""Commands of the auditor: ``audit verify|list``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

audit_app = typer.Typer(help="审计日志：校验、查阅。", no_args_is_help=True)
_DAY = ["%Y-%m-%d"]


def add_audit_commands(app: typer.Typer) -> None:
    """Hang the commands of this module into ``app``."""
    app.add_typer(audit_app, name="audit")


@audit_app.command("verify")
def audit_verify(
    head: Annotated[str | None, typer.Option(metavar="NUMBER:HASH", help="上次记下的末条，可发现截尾")] = None,
) -> None:
    """重算整条哈希链；指出第一条不对的记录。"""
    from flows.audit_commands import verify

    raise typer.Exit(verify(head))


@audit_app.command("list")
def audit_list(
    actor: Annotated[str | None, typer.Option(help="人员")] = None,
    case: Annotated[str | None, typer.Option(help="案件编号")] = None,
    operation: Annotated[str | None, typer.Option(help="操作代码，例如 reveal_field")] = None,
    start: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="自（含）")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="至（含）")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="只看被拒绝的")] = False,
    searched: Annotated[str | None, typer.Option(help="检索过这些词的记录")] = None,
    limit: Annotated[int, typer.Option(min=1, help="最多条数")] = 50,
) -> None:
    """列出审计记录，新的在前；查阅本身也记入。"""
    from flows.audit_commands import Wanted, show

    days = (start.date() if start else None, end.date() if end else None)
    show(Wanted(actor, case, operation, days, refused, searched), limit)
