"""A value against the rest of its case."""

from __future__ import annotations

from datetime import date

import pytest

from domain.case import Case
from domain.cross_checks import age, cross_checks
from domain.evidence import Evidence, FieldValue
from domain.vocabulary import CaseStatus, Channel
from tests.domain.builders import NOW

TODAY = date(2026, 11, 20)
WOMAN = "110105199003071247"  # check digit aside: 17th digit even


def case(**fields: str) -> Case:
    values = {name: _value(name, text) for name, text in fields.items()}
    return Case(
        id="c",
        number="C-1",
        revision=1,
        policy="exchange-member",
        channel=Channel.LETTER,
        received_at=NOW,
        status=CaseStatus.AWAITING_REVIEW,
        fields=values,
    )


def _value(name: str, text: str, raw: str | None = None) -> FieldValue:
    place = Evidence(document_id="d", page=1, bbox=(0, 0, 1, 1), quote=raw or text)
    return FieldValue(name=name, value=text, raw=raw or text, probability=0.9, producer="t/1", evidence=(place,))


def told(found: Case, field: str, value: str) -> dict[str, bool | None]:
    return {c.name: c.passed for c in cross_checks(found, field, value, TODAY)}


def test_an_id_number_is_compared_with_birth_date_and_sex() -> None:
    known = case(complainant_gender="男", complainant_birth_date="1990-03-07")
    assert told(known, "complainant_id_no", WOMAN) == {
        "id_number_person": True,
        "gender_agrees": False,
        "birth_date_agrees": True,
    }
    assert told(case(complainant_id_no=WOMAN), "complainant_gender", "女") == {"gender_agrees": True}
    assert told(case(complainant_id_no=WOMAN), "complainant_birth_date", "1990-03-08") == {"birth_date_agrees": False}


@pytest.mark.parametrize(("born", "passed"), [("20200101", None), ("19900101", True), ("19250101", None)])
def test_unusual_ages_are_doubted(born: str, passed: bool | None) -> None:
    assert told(case(), "complainant_id_no", f"110105{born}1239")["id_number_person"] is passed


def test_age_counts_from_the_birthday() -> None:
    assert age(date(1990, 11, 20), TODAY) == 36
    assert age(date(1990, 11, 21), TODAY) == 35


def test_validity_of_a_card() -> None:
    assert told(case(), "id_valid_until", "2026-11-19") == {"id_expired": None}
    assert told(case(), "id_valid_until", "2026-11-20") == {"id_expired": True}
    assert told(case(), "id_valid_until", "长期") == {}
    assert told(case(id_valid_from="2020-01-01"), "id_valid_until", "2019-01-01") == {"id_valid_order": False}
    assert told(case(id_valid_until="长期"), "id_valid_from", "2020-01-01") == {}


def test_dates_in_their_order() -> None:
    assert told(case(), "complaint_date", "2027-01-01") == {"date_after_receipt": None}
    assert told(case(complaint_date="2026-11-10"), "form_signed_date", "2026-11-09") == {"date_order": None}
    assert told(case(complaint_date="2026-11-10"), "form_signed_date", "2026-11-10") == {}


def test_persons_and_numbers_of_the_other_side() -> None:
    known = case(complainant_name="雷宗林", handler_phone="13800138000")
    assert told(known, "respondent_staff", "雷宗林") == {"person_on_both_sides": None}
    assert told(known, "complainant_mobile", "13800138000") == {"phone_of_other_side": None}
    assert told(case(complainant_mobile="13800138000"), "complainant_phone", "13800138000") == {}


def test_capitals_on_the_paper_agree_or_not() -> None:
    found = case()
    amount = _value("amount_involved", "483200", "人民币肆拾捌万叁仟贰佰元整（483200元）")
    found = found.model_copy(update={"fields": {"amount_involved": amount}})
    assert told(found, "amount_involved", "483200") == {"amount_capitals": None, "amount_words_figures": True}
    messages = [c.message for c in cross_checks(found, "amount_involved", "488200", TODAY)]
    assert messages[0] == "大写：肆拾捌万捌仟贰佰元整"
    assert "不一致" in messages[1]


def test_fields_without_relations_say_nothing() -> None:
    assert told(case(), "complaint_facts", "……") == {}
