"""The image report of a batch 图像质量检测报告 for people: a page that prints calmly, and a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from domain.checks import CHINA
from domain.image_report import FAULT_WORDS, LEAST_DPI, MOST_SKEW, ImageReport
from outgoing.inspection_papers import facts_list, page
from outgoing.workbook import Heading, SheetCell, table_book

TITLE = "图像质量检测报告"
_HEADINGS = tuple(Heading(label=label, group=TITLE) for label in ("批次", "案件编号", "文件", "页", "问题", "说明"))
_NOTE = (
    f"参照 DA/T 31《纸质档案数字化规范》：分辨率低于 {LEAST_DPI:.0f} dpi 的页列为分辨率不足；"
    f"原图倾斜 {MOST_SKEW:.0f}° 以上的页列为倾斜，识读时已纠斜，原件不变。"
    "重复按字节或识读文字判断，由人确认。"
)


def image_page(report: ImageReport, made_at: datetime, made_by: str) -> bytes:
    """Return the report as one HTML file."""
    rows = "".join(
        f"<tr><td>{escape(f.file)}</td><td>{f.number}</td><td>{escape(f.case_number)}</td>"
        f"<td>{FAULT_WORDS[f.fault]}</td><td>{escape(f.detail)}</td></tr>"
        for f in report.faults
    )
    heading = "<tr><th>文件</th><th>页</th><th>案件</th><th>问题</th><th>说明</th></tr>"
    table = f"<table><thead>{heading}</thead><tbody>{rows}</tbody></table>"
    parts = [facts_list([*_facts(report), ("检测时间", _minute(made_at)), ("检测人", made_by)])]
    parts += ["<h2>逐页问题</h2>", table if report.faults else '<p class="summary">没有发现问题。</p>']
    return page(f"{TITLE} {report.batch_id}", [*parts, f'<p class="quiet">{escape(_NOTE)}</p>'])


def image_book(report: ImageReport, made_at: datetime, made_by: str) -> bytes:
    """Return the report as a workbook: one row for each fault, figures on the sheet of notes."""
    rows = [
        [SheetCell(value=v) for v in (report.batch_id, f.case_number, f.file, f.number, FAULT_WORDS[f.fault], f.detail)]
        for f in report.faults
    ]
    notes = [*_facts(report), ("检测时间", _minute(made_at)), ("检测人", made_by), ("说明", _NOTE)]
    return table_book(TITLE, _HEADINGS, rows, notes)


def _facts(report: ImageReport) -> Sequence[tuple[str, str]]:
    resolutions = "，".join(f"{'不明' if dpi is None else f'{dpi} dpi'} {n} 页" for dpi, n in report.dpi)
    counted = "没有点数" if report.expected is None else f"点数 {report.expected} 张，实收 {report.received} 张"
    explained = f"（{report.explained}）" if report.explained else ""
    difference = f"，差 {report.difference:+d} 张{explained}" if report.difference else ""
    return (
        ("批次", report.batch_id),
        ("文件", f"{report.files} 个，共 {report.pages} 页"),
        ("张数", counted + difference),
        ("分辨率", resolutions or "无"),
        ("最大倾斜", f"{report.largest_skew:.1f}°"),
        *((words, f"{report.count(fault)} 页") for fault, words in FAULT_WORDS.items()),
        ("打不开的文件", "、".join(report.unopened) or "无"),
    )


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}（北京时间）"
