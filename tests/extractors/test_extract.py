from __future__ import annotations

import pytest

from domain.checks import uscc_check_character
from domain.evidence import FieldMissing, FieldValue, Seal, Signature
from domain.vocabulary import DocumentKind as Kind
from extractors.extract import extract_document, values_of
from tests.extractors.form_pages import FORMS, line, page, two_columns
from tests.extractors.test_form import ROWS
from tests.extractors.test_id_card import back, front

CODE17 = "91440300MA5EXAMP1"
CODE = CODE17 + uscc_check_character(CODE17)


def fields(kind, *pages):
    made = extract_document("doc-9", kind, pages, FORMS)
    return {field.name: field for field in made.fields}


def licence(code: str):
    rows = [
        ("统一社会信用代码", code),
        ("名称", "南湾市安禾贸易有限公司"),
        ("类型", "有限责任公司"),
        ("法定代表人", "李小满"),
        ("经营范围", "销售；货物进出口。"),
        ("住所", "南湾市海桐区青松路十八号"),
        ("登记机关", "南湾市市场监督管理局"),
    ]
    lines = [line("营 业 执 照", 600, 150, 80)]
    for i, (label, words) in enumerate(rows):
        lines += [line(label, 200, 400 + 80 * i), line(words, 520, 400 + 80 * i)]
    return page(lines)


def test_a_business_licence():
    found = fields(Kind.BUSINESS_LICENCE, licence(CODE))
    assert {name: f.value for name, f in found.items()} == {
        "uscc": CODE,
        "complainant_name": "南湾市安禾贸易有限公司",
        "legal_representative": "李小满",
        "complainant_address": "南湾市海桐区青松路十八号",
    }


def test_a_credit_code_with_a_wrong_check_character_is_vetoed():
    wrong = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")
    code = fields(Kind.BUSINESS_LICENCE, licence(wrong))["uscc"]
    assert isinstance(code, FieldValue)
    assert code.vetoed and code.probability <= 0.05


def test_a_trade_statement_names_its_account():
    lines = [line("客户交易明细表", 600, 150, 50), line("客户姓名：李小满 交易账号：880012345", 150, 260)]
    lines += [line("日期", 150, 330), line("2026-09-01", 150, 380), line("会员单位：鼎元石化有限公司", 150, 295)]
    found = fields(Kind.TRADE_STATEMENT, page(lines))
    assert found["complainant_name"].value == "李小满"
    assert found["trading_account_no"].value == "880012345"
    assert found["respondent_org"].value == "鼎元石化有限公司"


def test_places_are_renumbered_to_the_document():
    mark = {"page": 6, "bbox": (10.0, 10.0, 60.0, 60.0), "probability": 0.9}
    second = page([line("投诉请求说明：退还手续费。", 100, 300)], number=6)
    marks = second.marks.model_copy(
        update={"signatures": (Signature(name=None, **mark),), "seals": (Seal(text=None, **mark),)}
    )
    made = extract_document(
        "doc-9",
        Kind.APPLICATION_FORM,
        (two_columns(ROWS[:-1]), second.model_copy(update={"marks": marks})),
        FORMS,
    )
    found = {field.name: field for field in made.fields}
    assert found["complainant_name"].evidence[0].page == 1
    assert found["complaint_request"].value == "退还手续费。"
    assert found["complaint_request"].evidence[0].page == 2
    assert made.signatures[0].page == made.seals[0].page == 2


def test_a_card_reports_its_sides():
    made = extract_document("doc-9", Kind.ID_CARD_COPY, (page(front()), page(back(), number=2)), FORMS)
    assert [(s.side.value, s.page) for s in made.id_sides] == [("front", 1), ("back", 2)]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_takes_every_page_and_shows_its_evidence(kind: Kind):
    for reading in (page([]), two_columns(ROWS), page([*front(), *back()]), licence(CODE)):
        made = extract_document("doc-9", kind, (reading,), FORMS)
        for field in values_of(made):
            assert field.evidence and field.evidence[0].document_id == "doc-9"
        assert all(isinstance(field, (FieldValue, FieldMissing)) for field in made.fields)
