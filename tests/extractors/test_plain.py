"""Papers without a form of their own: clear labels of the complainant, nobody else's data, nothing sure."""

from __future__ import annotations

import pytest

from domain.evidence import FieldValue
from domain.vocabulary import DocumentKind as Kind
from extractors.extract import extract_document
from extractors.papers.plain import CEILING, KINDS
from tests.extractors.form_pages import line, page

Row = tuple[str, float, float]


def values(kind: Kind, rows: list[Row]) -> dict[str, str]:
    made = extract_document("doc-1", kind, (page([line(*row) for row in rows]),), ())
    found = [field for field in made.fields if isinstance(field, FieldValue)]
    assert all(field.probability <= CEILING for field in found)
    return {field.name: field.value for field in found}


SLIP: list[Row] = [
    ("投诉事件单", 600, 120),
    ("事件号：SL-2041", 150, 260),
    ("客户：何晚舟", 150, 340),
    ("电话：0755-26001234", 900, 340),
    ("发生网点：青松路支行", 150, 420),
]


def test_an_event_slip():
    read = values(Kind.EVENT_SLIP, SLIP)
    assert read["complaint_no"] == "SL-2041"
    assert read["complainant_name"] == "何晚舟"
    assert read["complainant_phone"] == "0755-26001234"
    assert read["respondent_branch"] == "青松路支行"


@pytest.mark.parametrize("role", ["经办人：李小满", "联系人：李小满", "受理部门：客服中心"])
def test_a_number_after_somebody_else_is_not_the_complainants(role: str):
    rows = [*SLIP[:3], (role, 150, 420), ("电话：0755-26001234", 150, 500)]
    assert "complainant_phone" not in values(Kind.LIAISON_SLIP, rows)


def test_a_number_without_a_complainant_is_nobodys():
    assert values(Kind.LIAISON_SLIP, [("业务联系单", 600, 120), ("联系电话：0755-26001234", 150, 300)]) == {}


@pytest.mark.parametrize("label", ["客户经理：李小满", "被投诉人姓名：李小满", "客户签名：李小满"])
def test_other_roles_are_not_the_complainant(label: str):
    assert "complainant_name" not in values(Kind.EVENT_SLIP, [("事件单", 600, 120), (label, 150, 300)])


def test_a_report_tells_who_complains():
    rows = [
        ("投诉处理结果报告", 600, 120),
        ("投诉人何晚舟诉会员单位鼎元石化交易有限公司一案，经协调已有结果。", 150, 300),
        ("投诉处理协调中心", 1100, 700),
        ("2024年4月19日", 1100, 780),
    ]
    assert values(Kind.COORDINATION_REPORT, rows)["complainant_name"] == "何晚舟"


def test_the_holder_who_paid_is_named_after_the_whole_label():
    rows = [("银行电子回单", 600, 120), ("付款人户名", 150, 260), ("何晚舟", 500, 260), ("收款人户名", 150, 340)]
    assert values(Kind.EVIDENCE, rows) == {"complainant_name": "何晚舟"}


@pytest.mark.parametrize("kind", [Kind.EVIDENCE, Kind.INVOICE])
def test_evidence_gives_no_more_than_whose_it_is(kind: Kind):
    assert values(kind, SLIP) == {"complainant_name": "何晚舟"}


@pytest.mark.parametrize("kind", [Kind.ENVELOPE, Kind.OTHER, Kind.LEDGER])
def test_papers_of_strangers_give_nothing(kind: Kind):
    assert kind not in KINDS
    assert values(kind, SLIP) == {}
