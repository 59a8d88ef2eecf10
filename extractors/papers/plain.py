"""Papers without a form of their own (slips, records, opening papers): what clear labels say of the complainant.

Only labels that are nothing else count, and a number or address without a role in its label only where it follows the
complainant's name with nobody else in between. Nothing here is ever sure: the paper was not printed as described.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.evidence import Evidence, FieldResult, FieldValue
from domain.forms import FormDescription, FormField
from domain.marks import PageReading
from domain.ocr import OcrLine
from domain.vocabulary import DocumentKind
from extractors.forms.common import widened
from extractors.forms.form import read_form
from extractors.letters.letter import read_letter
from extractors.papers.told import read_sum, read_told

CEILING, _TOLD_CEILING = 0.9, 0.75
_LONGEST_NAME = 30
"""Signs; what is longer is a sentence that begins like a label."""
_OWNERS = (
    "客户",
    "投诉人",
    "业主",
    "宾客",
    "客人",
    "持卡人",
    "申请人",
    "报案人",
    "报警人",
    "报修人",
    "开户人",
    "来信来访人",
)
_NAMES = tuple(f"{owner}{word}" for owner in _OWNERS for word in ("姓名", "名称", ""))
_FACTS = (
    "事件描述",
    "事件经过",
    "事件内容",
    "事情经过",
    "投诉内容",
    "投诉事由",
    "投诉事项",
    "质量情况",
    "反映内容",
    "反映问题",
)
_FIELDS = (
    FormField(name="complaint_no", labels=("编号", "事件号", "投诉编号", "事件编号", "工单号", "单号", "投诉单编号")),
    FormField(name="complainant_name", labels=(*_NAMES, "被询问人", "被谈话人", "谈话对象", "户名")),
    FormField(name="complainant_gender", labels=("性别",), options=("男", "女")),
    FormField(name="complainant_id_no", labels=("身份证号", "身份证号码", "证件号码", "身份证")),
    FormField(name="complainant_mobile", labels=("手机", "手机号码", "客户手机")),
    FormField(name="complainant_phone", labels=("联系电话", "电话", "客户电话", "投诉人电话", "业主电话", "主叫号码")),
    FormField(name="complainant_email", labels=("电子邮箱", "电子邮件")),
    FormField(name="complainant_address", labels=("联系地址", "地址", "住址")),
    FormField(name="trading_account_no", labels=("交易账号", "资金账号", "交易账户")),
    FormField(name="respondent_org", labels=("被投诉单位", "被投诉人", "被投诉机构")),
    FormField(name="respondent_branch", labels=("发生网点", "涉及网点", "被投诉网点", "发生机构")),
    FormField(name="complainant_ethnicity", labels=("民族",)),
    FormField(name="suggestion", labels=("意见和建议", "意见与建议", "意见建议", "意见或建议"), multiline=True),
    FormField(name="complaint_facts", labels=_FACTS, multiline=True),
    FormField(name="complaint_request", labels=("客人要求", "客户要求", "客户诉求", "客人提出的要求"), multiline=True),
)
_FORM = widened(FormDescription(id="plain", kind=DocumentKind.OTHER, titles=("",), fields=_FIELDS))
_OWN_NAME = FormField(
    name="complainant_name",
    labels=(
        *_NAMES,
        "姓名",
        "称呼",
        "车主",
        "车主姓名",
        "付款人",
        "付款人户名",
        "付款人名称",
        "付款人姓名",
        "付款方",
        "付款方户名",
        "付款方名称",
        "购买方名称",
        "购方名称",
        "机主",
        "户名",
    ),
)
_OF_CLIENT = frozenset(
    {
        DocumentKind.ACCOUNT_OPENING_FILE,
        DocumentKind.OWNER_DOCUMENTS,
        DocumentKind.REPAIR_RECORD,
        DocumentKind.EVENT_SLIP,
        DocumentKind.REMINDER_SLIP,
        DocumentKind.EVIDENCE,
        DocumentKind.INVOICE,
    }
)
"""Papers about one person, whose bare 姓名 is the complainant's."""
_NAME_ONLY = frozenset({DocumentKind.EVIDENCE, DocumentKind.INVOICE})
_OF_HOLDER = ("complainant_name", "complainant_gender")
_BY_NUMBER = frozenset({DocumentKind.REMINDER_SLIP, DocumentKind.LIAISON_SLIP, DocumentKind.MEMO})
"""Papers of one's own number about a complaint that their text names by its number."""
_OF_CLIENT_FORM = _FORM.model_copy(
    update={"fields": tuple(_OWN_NAME if f.name == "complainant_name" else f for f in _FORM.fields)}
)
_WITHOUT_ROLE = frozenset(
    {
        "complainant_gender",
        "complainant_ethnicity",
        "complainant_id_no",
        "complainant_mobile",
        "complainant_phone",
        "complainant_email",
        "complainant_address",
    }
)
_OTHERS = re.compile(
    r"联系人|经办|坐席|受理|接待|回访人|记录人|询问人|负责人|填表|代理|客户经理|部门|法定代表|紧急|配偶|担保|派出所"
)
_OWN_ROLE = re.compile(rf"(?:{'|'.join(_OWNERS)})(?:手机|电话|地址|联系)|主叫")
_PROSE = frozenset(
    {
        DocumentKind.MEMBER_OPINION,
        DocumentKind.COORDINATION_REPORT,
        DocumentKind.GUEST_REPORT,
        DocumentKind.POLICE_REPORT,
    }
)
_OF_PROSE = {
    DocumentKind.MEMBER_OPINION: frozenset({"trading_account_no"}),
    DocumentKind.COORDINATION_REPORT: frozenset({"respondent_org", "amount_involved", "trading_account_no"}),
    DocumentKind.GUEST_REPORT: frozenset({"amount_involved"}),
    DocumentKind.POLICE_REPORT: frozenset(
        {"complainant_mobile", "complainant_id_no", "complainant_address", "amount_involved"}
    ),
}
"""What the rules of letters may say of papers that others write about a complaint: who signs is not who complains."""
KINDS = _PROSE | {
    DocumentKind.ACCOUNT_OPENING_FILE,
    DocumentKind.EVENT_SLIP,
    DocumentKind.LIAISON_SLIP,
    DocumentKind.REMINDER_SLIP,
    DocumentKind.OWNER_DOCUMENTS,
    DocumentKind.REPAIR_RECORD,
    DocumentKind.INTERVIEW_RECORD,
    DocumentKind.AUDIO_VIDEO,
    DocumentKind.MEMO,
    DocumentKind.ABNORMAL_SLIP,
    DocumentKind.QUESTIONNAIRE,
    DocumentKind.TEST_REPORT,
    DocumentKind.EVIDENCE,
    DocumentKind.INVOICE,
}


def read_plain(document_id: str, kind: DocumentKind, pages: tuple[PageReading, ...]) -> tuple[FieldResult, ...]:
    """Read what clear labels of such a paper say, and for reports what their text says of the complainant.

    Args:
        document_id: goes into the evidence.
        kind: what the paper is.
        pages: its pages in order.

    Returns:
        Values only: nothing says that such a paper has a place for what was not found.
    """
    form = _OF_CLIENT_FORM if kind in _OF_CLIENT else _FORM
    found = {f.name: f for f in read_form(document_id, pages, form, exact=True) if isinstance(f, FieldValue)}
    name = found.get("complainant_name")
    kept = {
        field.name: _no_surer(field, CEILING)
        for field in found.values()
        if field.name not in _WITHOUT_ROLE or _follows(name, field, pages, alone=kind in _OF_CLIENT)
    }
    if name is not None and len(name.value) > _LONGEST_NAME:
        del kept["complainant_name"]
    told = read_told(document_id, pages, number=kind in _BY_NUMBER)
    if kind in _NAME_ONLY:
        return tuple(_no_surer(f, _TOLD_CEILING) for name, f in (told | kept).items() if name in _OF_HOLDER)
    letter = _by_letter(document_id, kind, pages) if kind in _PROSE else {}
    if kind in _BY_NUMBER and (amount := read_sum(document_id, pages)) is not None:
        told.setdefault("amount_involved", amount)
    # a slip's own number is not the complaint's
    first = {name: field for name, field in told.items() if name == "complaint_no" or kind in _PROSE}
    return tuple((told | letter | kept | letter | first).values())


def _by_letter(document_id: str, kind: DocumentKind, pages: tuple[PageReading, ...]) -> dict[str, FieldValue]:
    letter = [f for f in read_letter(document_id, pages) if isinstance(f, FieldValue) and f.name in _OF_PROSE[kind]]
    return {field.name: _no_surer(field, _TOLD_CEILING) for field in letter}


def _follows(name: FieldValue | None, field: FieldValue, pages: Sequence[PageReading], *, alone: bool) -> bool:
    """Tell whether a value stands after the complainant's name, with no other person or office between them."""
    place = field.evidence[0]
    lines = pages[place.page - 1].read.text.lines
    if any(_OWN_ROLE.search(line.text) and _beside(line, place) for line in lines):
        return True
    if alone and name is None and not any(_OTHERS.search(line.text) for line in lines):
        return True  # nobody else is named on the paper
    if name is None or name.evidence[0].page != place.page:
        return False
    start, end = name.evidence[0].bbox, place.bbox
    if end[3] < start[1]:
        return False
    between = (line for line in lines if start[1] - 1 <= _middle(line) <= end[3])
    return not any(_OTHERS.search(line.text) and not _is_aside(line, end) for line in between)


def _middle(line: OcrLine) -> float:
    return (line.bbox[1] + line.bbox[3]) / 2


def _is_aside(line: OcrLine, value: tuple[float, float, float, float]) -> bool:
    """Tell whether a line stands right of a value in its row: it says nothing of the value."""
    return line.bbox[0] > value[2] and _middle(line) > value[1]


def _beside(line: OcrLine, place: Evidence) -> bool:
    x0, y0, _, y1 = place.bbox
    return y0 <= _middle(line) <= y1 and line.bbox[0] <= x0


def _no_surer(field: FieldValue, ceiling: float) -> FieldValue:
    return field.model_copy(update={"probability": min(field.probability, ceiling)})
