"""``case show``: one case as text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from classifiers import labels
from domain.case import Case
from domain.documents import file_names, sources_of
from domain.evidence import FieldMissing, FieldValue
from domain.fields import FIELDS
from domain.verdicts import Judgement
from domain.words import CASE_STATUS
from flows.output import failure_table, level_text, local_time, material_label

MISSING_LABELS = {
    "not_found": "未找到",
    "blank_on_form": "表上未填",
    "illegible": "无法辨认",
    "check_failed": "校验未通过",
    "no_document": "没有相应材料",
}


def case_view(case: Case) -> Iterator[RenderableType]:
    """Yield the parts of the view in reading order."""
    status = CASE_STATUS[case.status]
    yield f"[bold]{case.number}[/bold]  {status}  第 {case.revision} 版  收件 {local_time(case.received_at)}"
    yield _documents(case)
    yield _fields(case)
    if case.judgement is not None:
        yield from _verdicts(case, case.judgement)
    if case.review:
        yield _table("需要人工处理", ("原因", "对象"), ((r.message, r.subject) for r in case.review))
    if case.failures:
        yield failure_table(case.failures)
    if case.archive.log_index is not None:
        yield f"存证：第 {case.archive.log_index} 号叶，根 {case.archive.root}，对象 {len(case.archive.objects)} 个"


def _table(title: str, headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _documents(case: Case) -> Table:
    rows = (
        (
            file_names(d),
            f"{labels.kind_label(d.kind.kind)} {d.kind.probability:.2f}",
            str(len(d.pages)),
            str(len(d.signatures)),
            "、".join(s.words or "（未读出）" for s in d.seals),
            "、".join(source.object.sha256[:16] for source in sources_of(d)),
        )
        for d in case.documents
    )
    return _table("材料", ("文件", "种类", "页", "签名", "印章", "SHA-256"), rows)


def _fields(case: Case) -> Table:
    return _table("字段", ("字段", "值", "可信度", "状态"), (_field_row(n, f) for n, f in case.fields.items()))


def _field_row(name: str, found: FieldValue | FieldMissing) -> tuple[str, str, str, str]:
    label = FIELDS[name].label if name in FIELDS else name
    if isinstance(found, FieldMissing):
        return (label, "—", "", MISSING_LABELS[found.reason.value])
    return (label, found.value, f"{found.probability:.3f}", "已接受" if found.accepted else "待核对")


def _verdicts(case: Case, judgement: Judgement) -> Iterator[RenderableType]:
    disposition, category, severity = judgement.disposition, judgement.category, judgement.severity
    yield f"处置：{disposition.value or '未定'}（{disposition.reason}）"
    yield f"类别：{category.value or '未定'}（{category.probability:.2f}）"
    yield f"级别：{level_text(case)}  {severity.explanation}"
    signals = ((labels.signal_label(s.signal), s.detail, "确定" if s.certain else "待人工") for s in severity.signals)
    yield _table("信号", ("信号", "内容", "把握"), signals)
    materials = ((material_label(i), labels.STATUS_LABELS[i.status], i.reason) for i in judgement.materials.items)
    yield _table("材料清单", ("材料", "状态", "理由"), materials)
    deadlines = ((d.duty, local_time(d.due_at) if d.due_at else "—", d.basis) for d in judgement.deadlines)
    yield _table("期限", ("事项", "到期", "依据"), deadlines)
