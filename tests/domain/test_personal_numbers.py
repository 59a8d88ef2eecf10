"""Numbers that no field holds are starred out of running text, whatever stands around them and wherever a line ends."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import Revealed
from domain.case import Decision
from domain.checks import bank_card_number, id_check_character
from domain.masked_case import masked_case
from domain.masked_text import PersonalWords
from domain.masking import mask_text
from tests.review_ui.drawn import doubtful_case, sheets

AROUND = st.text(alphabet="找我号码账户是，。：元万No.Xxa,（）\n ", max_size=6)
"""What stands beside a number on paper; no digit, which would make it another number."""


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    return "1" + draw(st.sampled_from("3456789")) + draw(st.text(alphabet=string.digits, min_size=9, max_size=9))


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    day = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 1, 1)))
    region = draw(st.sampled_from(("110101", "310115", "440305", "650102")))
    first = f"{region}{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + id_check_character(first)


@st.composite
def cards(draw: st.DrawFn) -> str:
    head = "62" + draw(st.text(alphabet=string.digits, min_size=13, max_size=16))
    return next(head + c for c in string.digits if bank_card_number(head + c).passed)


NUMBERS = st.one_of(mobiles(), id_numbers(), cards())


def shown(text: str) -> str:
    return "".join(c for c in text if c in string.digits + "X")


@given(NUMBERS, AROUND, AROUND)
def test_whatever_stands_beside_it_at_most_four_characters_of_a_number_stay(
    number: str, before: str, after: str
) -> None:
    for masked in (PersonalWords().mask(f"{before}{number}{after}"), mask_text(f"{before}{number}{after}")):
        assert masked.startswith(before) or "*" in masked
        kept = masked[len(before) : len(before) + len(number)]
        assert kept.count("*") >= len(number) - 4 and number not in masked


@given(NUMBERS, st.integers(1, 15), st.sampled_from(["\n", " \n", "\r\n", "\n  "]))
def test_a_line_end_inside_a_number_does_not_help(number: str, at: int, gap: str) -> None:
    at = min(at, len(number) - 1)
    masked = PersonalWords().mask(f"{number[:at]}{gap}{number[at:]}元")
    assert len(shown(masked)) <= 4


@given(mobiles(), st.sampled_from([" ", "-", ".", "·", "  "]))
def test_a_mobile_number_in_groups_is_found(number: str, gap: str) -> None:
    masked = PersonalWords().mask(f"wx{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}元")
    assert len(shown(masked)) <= 4


@given(cards(), st.sampled_from([" ", "-", "  "]))
def test_a_card_in_groups_is_found(number: str, gap: str) -> None:
    grouped = gap.join(number[i : i + 4] for i in range(0, len(number), 4))
    assert len(shown(PersonalWords().mask(f"卡号No.{grouped}万"))) <= 4


@given(
    st.text(alphabet=string.ascii_letters + string.digits, min_size=3, max_size=12),
    st.sampled_from(["@", " @ ", "＠", " ＠"]),
)
def test_an_address_of_mail_keeps_one_letter(local: str, sign: str) -> None:
    masked = PersonalWords().mask(f"信箱{local}{sign}example.com")
    assert local not in masked and masked.endswith("example.com")


@pytest.mark.parametrize(
    "text",
    ["2026-11-18", "EXM-2026-000001", "合同2026年第16条", "3.1415926535", "483200元", "10000000000元"],
)
def test_days_sums_and_case_numbers_stay(text: str) -> None:
    assert PersonalWords().mask(text) == text


@given(NUMBERS)
def test_facts_quotes_and_comments_of_a_case_hold_no_such_number(number: str) -> None:
    case = doubtful_case(*sheets())
    facts = case.fields["complaint_facts"]
    told = f"他让我打{number}元户，另见No.{number}"
    place = facts.evidence[0].model_copy(update={"quote": told})
    said = facts.model_copy(update={"value": told, "raw": told, "evidence": (place,)})
    comment = Decision(actor="甲", at=case.received_at, action="comment", subject="case", comment=told)
    filled = case.model_copy(update={"fields": {**case.fields, "complaint_facts": said}, "decisions": (comment,)})
    assert number in filled.model_dump_json()
    assert number not in masked_case(filled, Revealed()).model_dump_json()
