from __future__ import annotations

import pytest

from domain.evidence import FieldValue
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from extractors.kinds.page_kinds import recognise_page
from extractors.papers.other_identity import other_identity_paper
from tests.extractors.form_pages import line, page
from tests.extractors.test_id_card import back, front


def of(*rows: str):
    return page([line(row, 200, 200 + 70 * i) for i, row in enumerate(rows)])


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (("中华人民共和国", "临时居民身份证", "姓名 何晚舟", "有效期限 2026.01.05-2026.04.05"), "临时居民身份证"),
        (("常住人口登记卡", "姓名 何晚舟 户主或与户主关系 户主", "籍贯 南湾"), "居民户口簿"),
        (("港澳居民来往内地通行证", "姓名 何晚舟", "证件号码 H01234567"), "港澳居民来往内地通行证"),
        (("台湾居民来往大陆通行证", "姓名 何晚舟", "有效期限 2026.01.05-2031.01.05"), "台湾居民来往大陆通行证"),
        (("护照 PASSPORT", "国籍/Nationality 中国/CHINESE", "P<CHNHE<<WANZHOU<<<<<"), "护照"),
    ],
)
def test_other_identity_papers_are_named_and_left_to_a_person(rows: tuple[str, ...], name: str):
    reading = of(*rows)
    guess = recognise_page(reading)
    assert other_identity_paper((reading,)) == name
    assert guess.kind is DocumentKind.ID_CARD_COPY
    assert guess.probability < 0.6 and name in guess.reason


def test_values_of_a_temporary_card_are_never_certain():
    lines = [line("临时居民身份证", 330, 1000, 50), *front(), *back()]
    made = extract_document("doc-1", DocumentKind.ID_CARD_COPY, (page(lines),), ())
    read = [field for field in made.fields if isinstance(field, FieldValue)]
    assert read and all(field.probability < 0.5 for field in read)


def test_identity_cards_and_letters_are_no_other_papers():
    assert other_identity_paper((page([*front(), *back()]),)) is None
    letter = of("投诉书", "我的护照和户口簿都在贵行柜台被复印，", "工作人员说护照上的国籍不清楚，", "姓名：何晚舟")
    assert other_identity_paper((letter,)) is None
