"""Commands of the upkeep: ``archive recheck|replicate``."""

from __future__ import annotations

from typing import Annotated

import typer

Minutes = Annotated[int | None, typer.Option(min=1, help="最多运行几分钟，余下的下次继续")]


def add_upkeep_commands(archive: typer.Typer) -> None:
    """Hang the commands of this module into ``archive``."""
    archive.command("recheck")(archive_recheck)
    archive.command("replicate")(archive_replicate)


def archive_recheck(
    days: Annotated[int | None, typer.Option(min=0, help="多少天内每个对象至少重算一次，默认 90")] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="每秒最多读取多少兆字节，默认不限")] = None,
    minutes: Minutes = None,
) -> None:
    """巡检：重算到期对象的哈希，缺失或损坏的报警，有副本的修复；可随时中断，下次继续。"""
    from flows.upkeep_commands import recheck

    _end(recheck(days, rate, minutes))


def archive_replicate(minutes: Minutes = None) -> None:
    """把尚未复制的对象连同锁定复制到副本存储；可随时中断，下次继续。"""
    from flows.upkeep_commands import replicate

    _end(replicate(minutes))


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)
