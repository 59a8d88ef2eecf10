"""Places that any form about a complaint may print: read everywhere, described or not."""

from __future__ import annotations

from collections.abc import Sequence

from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription, FormField
from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.forms.labels import LabelBook, find_labels
from extractors.forms.wordings import FAINT, WORDINGS
from extractors.layout.blocks import cut_page

_NEVER = frozenset(
    {
        "complainant_notice_ack",
        "complainant_sign_seal",
        "form_signed_date",
        "complainant_role",
        "member_head_name",
        "member_head_title",
        "member_head_phone",
        "member_head_email",
        "suggestion",
    }
)
"""Fields whose wordings mean something else, or need printed answers, on a form that was not described with them."""
_NOT_COMMON = frozenset(
    {
        "complainant_notice_ack",
        "complainant_sign_seal",
        "form_signed_date",
        "member_head_name",
        "member_head_title",
        "member_head_phone",
        "member_head_email",
    }
)
_ANSWERS = {
    "complainant_type": ("自然人", "法人"),
    "complainant_gender": ("男", "女"),
    "is_substantiated": ("属实", "部分属实", "不属实"),
}
"""Answers that are printed to be ticked wherever such a place is."""
_SHORT = {
    "complainant_name": ("姓名", "称呼"),
    "complainant_phone": ("电话",),
    "complainant_address": ("地址", "住址"),
    "complaint_date": ("日期", "时间"),
}
"""Labels that mean the complainant's on a form that says so little that no pack describes it."""
_VAGUE = frozenset(
    {
        "NO",
        "No",
        "要求",
        "事由",
        "缘由",
        "建议",
        "审批",
        "经办",
        "来源",
        "满意度",
        "处理部门",
        "责任部门",
        "总数量",
        "信息来源",
        "受理方式",
        "投诉性质",
        "分类",
        "客户类型",
        "联系方式",
    }
)
"""Wordings that say too little on a form that was not described with them."""


def widened(form: FormDescription) -> FormDescription:
    """Return a form with the common places that its description leaves out, after its own.

    Their labels count only when they read exactly so (``LabelBook.extra``), and a place that is not found is no gap:
    nothing says that the form has it.
    """
    own = {field.name for field in form.fields}
    more = tuple(
        _field(name, labels)
        for name, wordings in WORDINGS.items()
        if name not in own | _NEVER and (labels := tuple(word for word in wordings if word not in _VAGUE))
    )
    return form.model_copy(update={"fields": (*form.fields, *more)})


def _field(name: str, labels: tuple[str, ...]) -> FormField:
    tall = FIELDS[name].type is FieldType.LONGTEXT
    return FormField(name=name, labels=labels, multiline=tall, options=_ANSWERS.get(name, ()))


def common_form(kind: DocumentKind) -> FormDescription:
    """Return a form of the places that forms about complaints have in common, for one that no pack describes."""
    fields = tuple(
        _field(name, (*_SHORT.get(name, ()), *(word for word in wordings if word not in FAINT)))
        for name, wordings in WORDINGS.items()
        if name not in _NOT_COMMON
    )
    return FormDescription(id="common", kind=kind, titles=("",), fields=fields)


def best_form(pages: Sequence[PageReading], forms: Sequence[FormDescription]) -> FormDescription:
    """Return the form that prints most of the labels that stand on the pages, the first of equal ones."""
    if len(forms) == 1:
        return forms[0]
    cut = [cut_page(index, page) for index, page in enumerate(pages)]

    def labels(form: FormDescription) -> int:
        book = LabelBook(form, exact=True)
        fields = set()
        for page in cut:
            for hit in find_labels(page.whole, book):
                fields.add(hit.fields[0])
            fields |= {names[0] for block in page.cells if (names := book.match(block.text)[0])}
        return len(fields)

    pairs = [form for form in forms if form.layout == "pairs"]
    return max(pairs or forms, key=labels)
