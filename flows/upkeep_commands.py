"""``archive recheck|replicate``: rolling checks of the store and copies in its replica, from a terminal."""

from __future__ import annotations

import sys
from datetime import timedelta

from rich.table import Table

from domain.errors import ConfigurationError
from flows.output import console
from flows.settings import load_settings
from flows.upkeep_settings import load_upkeep_settings
from flows.wiring import Services, open_services
from flows.writing import terminal_user
from storage.upkeep.records import Run, Trouble
from storage.upkeep.upkeep import Pace

DAMAGED = 1
"""Exit code when an object is damaged and could not be repaired."""


def recheck(days: int | None, megabytes: int | None, minutes: int | None) -> int:
    """Hash what was not read within the period; print what was wrong; return 1 when something still is."""
    settings = load_upkeep_settings()
    services = open_services(load_settings())
    period = settings.period if days is None else timedelta(days=days)
    run, troubles = services.storage.upkeep.check(period, _pace(services, megabytes, minutes), terminal_user())
    sys.stdout.write(
        f"已重算 {run.objects} 个对象（{run.size} 字节），异常 {run.damaged} 个，其中已修复 {run.repaired} 个；"
        f"还有 {run.remaining} 个到期未查。\n"
    )
    return _told(run, troubles)


def replicate(minutes: int | None) -> int:
    """Copy what the replica does not have; return 1 when something could not be copied."""
    settings = load_settings()
    if settings.store.replica is None:
        raise ConfigurationError("没有配置副本存储", "请设置 JUANZONG_REPLICA（文件夹，或 s3）后重试")
    services = open_services(settings)
    run, troubles = services.storage.upkeep.copy(_pace(services, None, minutes), terminal_user())
    sys.stdout.write(f"已复制到副本存储 {run.objects} 个对象（{run.size} 字节），还有 {run.remaining} 个未复制。\n")
    return _told(run, troubles)


def _pace(services: Services, megabytes: int | None, minutes: int | None) -> Pace:
    until = None if minutes is None else services.storage.database.now() + timedelta(minutes=minutes)
    return Pace(None if megabytes is None else megabytes * 1_000_000, until)


def _told(run: Run, troubles: tuple[Trouble, ...]) -> int:
    if troubles:
        table = Table(title=f"{len(troubles)} 个对象异常", title_justify="left")
        for heading in ("对象", "事实", "处理"):
            table.add_column(heading, overflow="fold")
        for t in troubles:
            table.add_row(t.key, t.found, "已用副本修复，受损字节另存" if t.repaired else f"未修复：{t.hindrance}")
        console().print(table)
    return DAMAGED if run.damaged > run.repaired else 0
