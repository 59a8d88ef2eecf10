"""Commands that make papers: ``ledger export``, ``notice``, ``case package``, ``statistics``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

ledger_app = typer.Typer(help="台账：导出。", no_args_is_help=True)
notice_app = typer.Typer(help="通知书：受理、补正、转办。", no_args_is_help=True)

Policy = Annotated[str, typer.Option(help="制度包编号，见 policies list")]
Number = Annotated[str, typer.Argument(help="案件编号")]
Folder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="写入哪个文件夹")]
AdoptionFile = Annotated[Path | None, typer.Option("--adoption", help="采用文件：谁从何时起采用哪个制度、参数取值")]
Templates = Annotated[Path | None, typer.Option(help="本单位自己的模板文件夹，缺的用内置模板")]
_DAY = ["%Y-%m-%d"]
_MOMENT = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def add_paper_commands(app: typer.Typer, case_app: typer.Typer) -> None:
    """Hang the commands of this module into ``app`` and its group ``case``."""
    app.add_typer(ledger_app, name="ledger")
    app.add_typer(notice_app, name="notice")
    app.command("statistics")(statistics)
    case_app.command("package")(case_package)


@ledger_app.callback()
def _ledger() -> None:
    """台账：导出。"""


@ledger_app.command("export")
def ledger_export(
    policy: Policy,
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="写入哪个文件")],
    start: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="收件日期自（含）")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="收件日期至（含）")] = None,
    changed_since: Annotated[
        datetime | None,
        typer.Option("--changed-since", formats=_MOMENT, help="只列此时刻（北京时间）起新增或有改动的案件"),
    ] = None,
    masked: Annotated[bool, typer.Option("--masked", help="隐去姓名与号码")] = False,
    adoption: AdoptionFile = None,
) -> None:
    """导出台账（XLSX），栏目依各制度。"""
    from domain.checks import CHINA
    from flows.figures import export_ledger
    from outgoing.ledger import LedgerPeriod

    since = changed_since.replace(tzinfo=CHINA).astimezone(UTC) if changed_since else None
    period = LedgerPeriod(start=start.date() if start else None, end=end.date() if end else None, changed_since=since)
    export_ledger(policy, period, out, masked=masked, adoption=adoption)


@notice_app.command("receipt")
def notice_receipt(number: Number, out: Folder, adoption: AdoptionFile = None, templates: Templates = None) -> None:
    """出具受理通知书（DOCX 和 PDF）。"""
    _notice("receipt", number, out, adoption, templates)


@notice_app.command("deficiency")
def notice_deficiency(number: Number, out: Folder, adoption: AdoptionFile = None, templates: Templates = None) -> None:
    """出具补正通知书：列明缺少或有缺陷的材料。"""
    _notice("deficiency", number, out, adoption, templates)


@notice_app.command("referral")
def notice_referral(number: Number, out: Folder, adoption: AdoptionFile = None, templates: Templates = None) -> None:
    """出具转办函：转给谁、依据哪一条、附哪些材料。"""
    _notice("referral", number, out, adoption, templates)


def case_package(
    number: Number,
    out: Annotated[Path, typer.Option(metavar="FILE.pdf", help="写入哪个文件")],
    adoption: AdoptionFile = None,
    templates: Templates = None,
) -> None:
    """把协调投诉所需材料合成一个 PDF，封面列明清单与缺项。"""
    from flows.notices import notice_settings, write_package

    write_package(number, out, notice_settings(adoption, templates))


def statistics(
    policy: Policy,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="统计月份，按收件日期")],
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="写入哪个文件")],
    adoption: AdoptionFile = None,
) -> None:
    """导出月度统计（XLSX，带图表）。"""
    from flows.figures import export_statistics

    export_statistics(policy, month, out, adoption)


def _notice(kind: str, number: str, out: Path, adoption: Path | None, templates: Path | None) -> None:
    from flows.notices import notice_settings, write_notice
    from outgoing.notices import NoticeKind

    write_notice(NoticeKind(kind), number, out, notice_settings(adoption, templates))
