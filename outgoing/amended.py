"""What exports say about amended cases: one group of columns, one table of the month."""

from __future__ import annotations

from classifiers.deadlines import local_day
from classifiers.labels import kind_label
from domain.amendments import Amendment, AmendmentCause
from domain.case import Case
from domain.fields import FIELDS
from domain.vocabulary import DocumentKind
from outgoing.workbook import Heading, SheetCell

AMENDMENT_COLUMNS = "更正情况（本系统附注，不是制度规定的栏目）"
MARK, PENDING, UNCHANGED = "更正", "更正中，尚未重新归档", "未更正"
CAUSE = {
    AmendmentCause.AUDIT: "抽检发现有误",
    AmendmentCause.DECISION: "人工改动",
    AmendmentCause.PAPERS: "补充或调整材料",
    AmendmentCause.REFILED: "重新识读或归档",
}
HEADINGS = tuple(
    Heading(label=label, group=AMENDMENT_COLUMNS) for label in ("更正", "版次", "更正日期", "更正原因", "更正内容")
)
_VERDICTS = {"severity": "级别", "category": "类别", "disposition": "处置", "clock": "计时"}
_PARTS = {"signal": "信号", "page": "页面", "document": "文件", "rule": "规则", "failure": "读取失败"}
_SEPARATOR = "；"


def amendment_cells(case: Case, amended: Amendment | None) -> list[SheetCell]:
    """Return the cells under ``HEADINGS``; a case as it was delivered has its revision alone."""
    if amended is None:
        return [SheetCell(), SheetCell(value=case.revision), SheetCell(), SheetCell(), SheetCell()]
    return [
        SheetCell(value=PENDING if amended.at is None else MARK),
        SheetCell(value=amended.revision),
        SheetCell(value=None if amended.at is None else local_day(amended.at)),
        SheetCell(value=CAUSE[amended.cause]),
        SheetCell(value=_SEPARATOR.join(dict.fromkeys(changed_words(s) for s in amended.subjects)) or None),
    ]


def month_label(amended: Amendment | None) -> str:
    """Return under which label of the month's table a case is counted."""
    return UNCHANGED if amended is None else CAUSE[amended.cause]


def changed_words(subject: str) -> str:
    """Return what a changed subject is called; never what it says."""
    scope, _, name = subject.partition(":")
    if scope == "field":
        return FIELDS[name].label if name in FIELDS else name
    if scope == "materials":
        return f"材料{kind_label(DocumentKind(name))}" if name in set(DocumentKind) else "材料"
    return _VERDICTS.get(scope) or _PARTS.get(scope, scope)
