"""Tables for the terminal: results on stdout, progress on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from classifiers import labels
from domain.case import Case
from domain.checks import CHINA
from domain.documents import Failure
from domain.evidence import FieldValue
from domain.verdicts import MaterialItem
from domain.vocabulary import DocumentKind, MaterialStatus
from domain.words import CASE_STATUS
from flows.request import CaseOutcome

REASON_LABELS = {
    "possible_major": "可能重大",
    "undecided_rule": "规则未定",
    "disposition": "处置待定",
    "category": "类别待定",
    "materials": "材料",
    "mismatch": "材料不一致",
    "check_failed": "校验未过",
    "low_probability": "字段把握不足",
    "missing_field": "字段缺失",
    "kind": "材料种类",
    "page_quality": "页面质量",
    "failure": "失败",
    "complainant_type": "投诉人类型",
}
_WIDEST_NAME = 48
PIPE_WIDTH = 160
"""Columns when stdout is no terminal, so that tables in logs are not cut at 80."""


def console() -> Console:
    """Return the console for results."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def progress_bar() -> Progress:
    """Return the progress display on stderr."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def materials_text(case: Case) -> str:
    """Return one cell: complete, or what is wrong."""
    if case.judgement is None:
        return "—"
    report = case.judgement.materials
    if report.list is None:
        return "清单未定"
    open_items = [i for i in report.items if i.status is not MaterialStatus.PRESENT]
    if not open_items:
        return f"齐全（{len(report.items)}）"
    return "；".join(f"{material_label(i)}{labels.STATUS_LABELS[i.status]}" for i in open_items)


def material_label(item: MaterialItem) -> str:
    """Return the Chinese name of a material."""
    return labels.kind_label(DocumentKind(item.material))


def level_text(case: Case) -> str:
    """Return the level; a question mark while a person has to confirm it."""
    severity = case.judgement.severity if case.judgement else None
    if severity is None or severity.level is None:
        return "未定"
    return severity.level if severity.accepted else f"{severity.level}？"


def reasons_text(case: Case) -> str:
    """Return why a person is asked: kinds of reasons with their number, gravest first."""
    counts = Counter(reason.code for reason in case.review)
    words = (f"{REASON_LABELS.get(code, code)}{f' {count}' if count > 1 else ''}" for code, count in counts.items())
    return "；".join(words) or "无"


def local_time(moment: datetime) -> str:
    """Return a moment as the pages show it: office time of China, to the minute."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def name_text(case: Case) -> str:
    """Return the complainant; a question mark while not accepted."""
    found = case.fields.get("complainant_name")
    if not isinstance(found, FieldValue):
        return "未识别"
    return found.value if found.accepted else f"{found.value}？"


def page_count(case: Case) -> int:
    """Return the number of pages of all documents."""
    return sum(len(document.pages) for document in case.documents)


def outcome_table(outcomes: Iterable[CaseOutcome]) -> Table:
    """Return the table of a call of ``ingest``: number, complainant, materials, level, reasons, pages, seconds."""
    table = Table(title="案件", title_justify="left")
    for heading in ("编号", "投诉人", "材料", "级别", "复核原因"):
        table.add_column(heading, overflow="fold")
    table.add_column("页数", justify="right")
    table.add_column("秒", justify="right")
    for outcome in outcomes:
        case = outcome.case
        seconds = "已有" if outcome.known else f"{outcome.seconds:.1f}"
        table.add_row(
            case.number, name_text(case), materials_text(case), level_text(case), reasons_text(case),
            str(page_count(case)), seconds,
        )  # fmt: skip
    return table


def case_table(cases: Iterable[Case]) -> Table:
    """Return the table of ``case list``."""
    table = Table()
    for heading in ("编号", "状态", "投诉人", "类别", "级别", "材料", "收件日期"):
        table.add_column(heading, overflow="fold")
    for case in cases:
        category = case.judgement.category.value if case.judgement else None
        table.add_row(
            case.number, CASE_STATUS[case.status], name_text(case), category or "未定", level_text(case),
            materials_text(case), local_time(case.received_at)[:10],
        )  # fmt: skip
    return table


def failure_table(failures: Iterable[Failure]) -> Table:
    """Return the table of files that failed."""
    rows = [(_where(f), f.error, f.reason, f.next_step) for f in failures]
    table = Table(title="未能使用的文件", title_justify="left")
    # what people search for stays in one piece
    for heading, column in (("文件", 0), ("错误", 1)):
        longest = max((cell_len(row[column]) for row in rows), default=0)
        table.add_column(heading, overflow="fold", min_width=min(longest, _WIDEST_NAME))
    for heading in ("原因", "下一步"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _where(failure: Failure) -> str:
    return failure.file if failure.page is None else f"{failure.file} 第 {failure.page} 页"
