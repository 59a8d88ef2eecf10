"""Words of the work on papers."""

from __future__ import annotations

from domain.case import Case, Decision
from domain.papers import OWN
from domain.vocabulary import DocumentKind
from review_ui.language import translate

PAPER_ACTION = {
    "kind": "定为",
    "order": "调整页序",
    "split": "拆分，前一份止于第几页",
    "merge": "并入",
    "move": "移到",
    "blank": "标为空白页",
    "restore": "恢复为普通页",
    "turn": "顺时针转（度）",
    "rescan": "要求重新扫描",
    "rescanned": "重扫要求了结",
    "send": "移到案件",
    "receive": "接收自案件",
    "undo": "撤销，所撤为第几条记录",
}

PAPER_KEYS = (
    "材料与页面",
    (
        ("Alt+P", "转到页面栏；Esc 回到字段"),
        ("↑ ↓ Home End", "页面栏中：上一页 / 下一页 / 首页 / 末页"),
        ("Enter", "页面栏中：打开本页的操作菜单（也可按右键）"),
        ("K", "页面栏中：定材料种类"),
        ("S", "页面栏中：在本页之后拆分"),
        ("M", "页面栏中：与下一份材料合并"),
        ("[ 与 ]", "页面栏中：本页上移 / 下移"),
        ("T", "页面栏中：移到另一份材料，或单独成一份"),
        ("C", "页面栏中：移到另一案件"),
        ("B", "页面栏中：标为空白页 / 恢复空白页"),
        ("O / Shift+O", "页面栏中：把本页顺时针 / 逆时针转正并保存"),
        ("R", "页面栏中：要求重新扫描 / 撤回要求"),
        ("Ctrl+Z / Alt+Z", "撤销自己在本案的上一步（Ctrl+Z 在输入框之外）"),
    ),
)

UNSAVED_NOTICE = "还有录入没有保存，请先确认，或按 Esc 放弃。"
NO_NEIGHBOUR = "没有相邻的页可以互换"


def decision_value(case: Case, decision: Decision, kinds: dict[DocumentKind, str]) -> str | None:
    """Return the value of a decision for people; ``kinds`` names the kinds of papers."""
    value = decision.value
    if decision.action == "kind":
        return next((translate(label) for kind, label in kinds.items() if kind.value == value), value)
    if decision.action in ("merge", "move") and value:
        if value == OWN:
            return translate("单独一份")
        kind = document_kind(case, value)
        return translate("另一份材料" if kind is None else kinds[kind])
    return value


def document_kind(case: Case, document_id: str) -> DocumentKind | None:
    """Return the kind of a document that the case has or had."""
    document = case.document(document_id)
    if document is not None:
        return document.kind.kind
    return next((f.kind for f in case.papers.former if f.id == document_id), None)
