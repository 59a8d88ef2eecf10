"""Papers that an office passes on: which office, under which number, on which day."""

from __future__ import annotations

import pytest

from domain.evidence import FieldValue
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from extractors.letters.letter import read_letter
from tests.extractors.letter_pages import pages_of

BODY = "\n我行客户：\n现将群众来信一件转你单位办理，请于十五日内将结果函复我局。来信反映其存折被错记。\n"
HEADS = [
    ("清泉县信访局 转办函\n清信转〔2026〕118号 2026年5月8日", "清泉县信访局", "清信转〔2026〕118号", "2026-05-08"),
    ("云浦市消费者委员会投诉转办单\n编号：消转2026-0056", "云浦市消费者委员会", "消转2026-0056", None),
    ("集团客户联络中心 转办单\n单号：GC-0731-19  转往：南湖店", "集团客户联络中心", "GC-0731-19", None),
    ("关于转送群众来访事项的函\n临信函字第57号", None, "临信函字第57号", None),
    ("澄江县农业农村局\n澄农函〔2026〕31号", "澄江县农业农村局", "澄农函〔2026〕31号", None),
]


def told(text: str, kind: DocumentKind) -> dict[str, str]:
    fields = (
        read_letter("d", pages_of(text))
        if kind is DocumentKind.COMPLAINT_LETTER
        else extract_document("d", kind, pages_of(text), ()).fields
    )
    wanted = ("forwarded_by", "forwarding_no", "forwarding_date")
    return {f.name: f.value for f in fields if isinstance(f, FieldValue) and f.name in wanted}


@pytest.mark.parametrize("kind", [DocumentKind.COMPLAINT_LETTER, DocumentKind.HANDLING_SLIP])
@pytest.mark.parametrize(("head", "office", "number", "day"), HEADS)
def test_office_number_and_day(kind: DocumentKind, head: str, office: str, number: str, day: str) -> None:
    found = told(head + BODY, kind)
    assert found.get("forwarding_no") == number
    assert office is None or found.get("forwarded_by") == office
    assert day is None or found.get("forwarding_date") == day


@pytest.mark.parametrize(
    "text",
    [
        "投诉书\n我于2026年3月2日向县信访局反映过，编号〔2026〕118号的回执还在我手里。请贵行退钱。\n郑望\n2026年5月1日",
        "尊敬的行长：\n我的保单号第0457号，一直没有理赔。\n郑望",
        "举报信\n你们把我的钱转到别的账户去了，合同编号：HT-20260311。\n郑望",
    ],
)
def test_a_complainants_own_letter_is_not_passed_on(text: str) -> None:
    assert "forwarding_no" not in told(text, DocumentKind.COMPLAINT_LETTER)
