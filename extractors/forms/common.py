"""Places that any form about a complaint may print: read everywhere, described or not."""

from __future__ import annotations

from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription, FormField
from extractors.forms.wordings import WORDINGS

_NEVER = frozenset(
    {
        "complainant_notice_ack",
        "complainant_sign_seal",
        "form_signed_date",
        "complaint_source",
        "complaint_category",
        "complainant_role",
        "complainant_gender",
        "is_substantiated",
        "member_head_name",
        "member_head_title",
        "member_head_phone",
        "member_head_email",
        "suggestion",
    }
)
"""Fields whose wordings mean something else, or need printed answers, on a form that was not described with them."""
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
        FormField(name=name, labels=labels, multiline=FIELDS[name].type is FieldType.LONGTEXT)
        for name, wordings in WORDINGS.items()
        if name not in own | _NEVER and (labels := tuple(word for word in wordings if word not in _VAGUE))
    )
    return form.model_copy(update={"fields": (*form.fields, *more)})
