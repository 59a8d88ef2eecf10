"""The report on the four properties 四性检测报告 for people: a page that prints calmly, and a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from domain.base import iso
from domain.checks import CHINA
from domain.inspection import (
    OCCASION_WORDS,
    OUTCOME_WORDS,
    PROPERTY_WORDS,
    InspectionCheck,
    InspectionReport,
    Outcome,
    Property,
)
from outgoing.workbook import Heading, SheetCell, table_book

TITLE = "四性检测报告"
NOTES = (
    "检测结构参照 DA/T 70-2018《文书类电子档案检测一般要求》的真实性、完整性、可用性、安全性四部分；"
    "各项名称与方法以本报告所写为准。“本系统不检测”的项目须由移交或接收单位另行完成。"
)
_HEADINGS = tuple(
    Heading(label=label, group=TITLE)
    for label in ("案件编号", "性质", "类别", "检测项目", "结果", "方法", "依据", "代码")
)
_STYLE = """
@page { size: A4; margin: 18mm 16mm; }
:root { color-scheme: light; }
body { font: 14px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #1c1c1c;
  background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .75rem 0 1rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
table.checks { table-layout: fixed; }
table.checks th:nth-child(1) { width: 21%; }
table.checks th:nth-child(2) { width: 15%; }
table.checks th:nth-child(3) { width: 32%; }
th, td { border-bottom: 1px solid #ccc; padding: .4rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { font-weight: 600; }
tr { break-inside: avoid; }
td.outcome { white-space: nowrap; font-weight: 600; }
.failed { color: #8f1d1d; }
.quiet { color: #555; }
p.summary { border-left: 4px solid #444; padding-left: .75rem; }
p.summary.failed { border-color: #8f1d1d; }
ul { margin: 0; padding-left: 1.1rem; }
.signatures { display: grid; grid-template-columns: 1fr 1fr; gap: 2.5rem 2rem; margin-top: 2.5rem; }
.signatures div { border-top: 1px solid #444; padding-top: .25rem; }
""".strip()


def report_page(report: InspectionReport) -> bytes:
    """Return the report as one HTML file without anything from outside."""
    facts = (
        ("案件编号", report.case_number),
        ("案件版本", f"第 {report.revision} 版"),
        ("检测环节", OCCASION_WORDS[report.occasion]),
        ("检测时间", f"{report.made_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}（北京时间）"),
        ("检测人", report.made_by),
    )
    summary = f'<p class="summary{" failed" if report.failed else ""}">{escape(summary_words(report))}</p>'
    parts = [_facts(facts), summary, *(_section(report, wanted) for wanted in Property)]
    parts += [f'<p class="quiet">{escape(NOTES)}</p>', _signatures(("检测人", "复核人"))]
    return page(f"{TITLE} {report.case_number}", parts)


def report_book(reports: Sequence[InspectionReport]) -> bytes:
    """Return the reports as one workbook, a row for each check."""
    rows = [
        [
            SheetCell(value=report.case_number),
            SheetCell(value=PROPERTY_WORDS[check.property]),
            SheetCell(value=check.group),
            SheetCell(value=check.name),
            SheetCell(value=OUTCOME_WORDS[check.outcome], doubtful=check.outcome is Outcome.FAILED),
            SheetCell(value=check.method),
            SheetCell(value="\n".join(check.evidence)),
            SheetCell(value=check.code),
        ]
        for report in reports
        for check in report.checks
    ]
    notes = [("说明", NOTES), ("底色", "浅黄底色为不通过的项目"), ("件数", str(len(reports)))]
    notes += [(r.case_number, f"{summary_words(r)}；{iso(r.made_at)}；{r.made_by}") for r in reports]
    return table_book(TITLE, _HEADINGS, rows, notes)


def overview_page(reports: Sequence[InspectionReport]) -> bytes:
    """Return one page with a line for each case, the failed ones first."""
    ordered = sorted(reports, key=lambda r: (not r.failed, r.case_number))
    rows = [
        (
            f'<a href="{escape(r.case_number)}.html">{escape(r.case_number)}</a>',
            escape(summary_words(r)),
            bool(r.failed),
        )
        for r in ordered
    ]
    lines = "".join(
        f'<tr><td>{link}</td><td class="{"failed" if failed else ""}">{words}</td></tr>' for link, words, failed in rows
    )
    failed = sum(1 for r in reports if r.failed)
    summary = f"共 {len(reports)} 件，{failed} 件有不通过的项目。"
    table = f"<table><thead><tr><th>案件</th><th>结果</th></tr></thead><tbody>{lines}</tbody></table>"
    return page(f"{TITLE}汇总", [f'<p class="summary">{summary}</p>', table, f'<p class="quiet">{escape(NOTES)}</p>'])


def summary_words(report: InspectionReport) -> str:
    """Return the result in one sentence."""
    counts = {o: sum(1 for c in report.checks if c.outcome is o) for o in Outcome}
    words = "，".join(f"{OUTCOME_WORDS[o]} {n} 项" for o, n in counts.items() if n)
    if not report.failed:
        return f"已检测的项目全部通过：{words}。"
    names = "、".join(check.name for check in report.failed)
    return f"有不通过的项目：{words}。不通过：{names}。"


def page(title: str, parts: Sequence[str]) -> bytes:
    """Return a calm page that prints on A4; ``parts`` are HTML."""
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style></head>\n"
        f"<body><main>\n<h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n"
    ).encode()


def facts_list(facts: Sequence[tuple[str, str]]) -> str:
    """Return labels with their values as HTML."""
    return _facts(facts)


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts) + "</dl>"


def _section(report: InspectionReport, wanted: Property) -> str:
    rows = "".join(_row(check) for check in report.of(wanted))
    heading = "<tr>" + "".join(f'<th scope="col">{word}</th>' for word in ("项目", "结果", "方法", "依据")) + "</tr>"
    table = f'<table class="checks"><thead>{heading}</thead><tbody>{rows}</tbody></table>'
    return f"<h2>{PROPERTY_WORDS[wanted]}</h2>\n{table}"


def _row(check: InspectionCheck) -> str:
    tone = {Outcome.FAILED: " failed", Outcome.PASSED: ""}.get(check.outcome, " quiet")
    evidence = "".join(f"<li>{escape(line)}</li>" for line in check.evidence)
    return (
        f'<tr><td>{escape(check.name)}<br><span class="quiet">{escape(check.group)}</span></td>'
        f'<td class="outcome{tone}">{OUTCOME_WORDS[check.outcome]}</td>'
        f"<td>{escape(check.method)}</td><td><ul>{evidence}</ul></td></tr>"
    )


def _signatures(labels: Sequence[str]) -> str:
    return (
        '<div class="signatures">' + "".join(f"<div>{escape(label)}　　　　日期</div>" for label in labels) + "</div>"
    )
