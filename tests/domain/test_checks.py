from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import checks

TODAY = date(2026, 11, 22)
REGIONS = st.sampled_from(["110105", "440305", "500112", "650102", "810000", "330106"])
DAYS = st.dates(date(1910, 1, 1), TODAY)
ORDERS = st.integers(0, 999)


def make_id(region: str, born: date, order: int) -> str:
    first17 = f"{region}{born:%Y%m%d}{order:03d}"
    return first17 + checks.id_check_character(first17)


id_numbers = st.builds(make_id, REGIONS, DAYS, ORDERS)


def outcome(found: tuple[checks.Check, ...]) -> dict[str, bool | None]:
    return {c.name: c.passed for c in found}


@given(id_numbers)
def test_an_id_number_with_its_own_digit_passes_every_test(number: str) -> None:
    assert set(outcome(checks.id_number_checks(number, TODAY)).values()) == {True}


@given(id_numbers, st.integers(0, 16), st.integers(1, 9))
def test_any_single_changed_digit_fails(number: str, place: int, step: int) -> None:
    changed = str((int(number[place]) + step) % 10)
    assert checks.id_number_check_digit(number[:place] + changed + number[place + 1 :]).passed is False


@given(id_numbers, st.integers(0, 15))
def test_two_neighbours_swapped_fail(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert checks.id_number_check_digit(swapped).passed is (swapped == number)


def test_published_example_of_the_standard() -> None:
    assert checks.id_number_check_digit("11010519491231002X").passed is True
    assert checks.id_number_check_digit("440524188001010014").passed is True


def test_birth_dates_must_exist_and_lie_in_the_past() -> None:
    for text, good in (("20230230", False), ("20261123", False), ("20261122", True), ("18991231", False)):
        assert checks.id_number_birth_date(f"110105{text}0021", TODAY).passed is good


def test_old_and_short_forms_are_refused_with_words() -> None:
    (old,) = checks.id_number_checks("110105491231002", TODAY)
    assert old.passed is False and "15位" in old.message
    (short,) = checks.id_number_checks("1101054912", TODAY)
    assert short.passed is False and "10位" in short.message


def test_unknown_province_fails() -> None:
    assert checks.id_number_region("990105").passed is False


@given(id_numbers)
def test_gender_and_birth_agree_with_the_number(number: str) -> None:
    gender = checks.id_gender(number)
    other = "女" if gender == "男" else "男"
    assert gender is not None
    assert checks.gender_agrees(number, gender).passed is True
    assert checks.gender_agrees(number, other).passed is False
    born = checks.id_birth_date(number)
    assert born is not None
    assert checks.birth_date_agrees(number, born.isoformat()).passed is True
    assert checks.birth_date_agrees(number, (born + timedelta(days=1)).isoformat()).passed is False
    assert checks.gender_agrees("123", "男").passed is None


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.integers(1, 30))
def test_credit_code_passes_and_any_change_fails(first17: str, place: int, step: int) -> None:
    code = first17 + checks.uscc_check_character(first17)
    assert checks.uscc_check_digit(code).passed is True
    other = ALPHABET[(ALPHABET.index(code[place]) + step) % 31]
    assert checks.uscc_check_digit(code[:place] + other + code[place + 1 :]).passed is False


def test_credit_code_alphabet_and_length() -> None:
    assert checks.uscc_check_digit("91350100M000100Y43").passed is True
    assert checks.uscc_check_digit("9135010OM000100Y43").passed is False
    assert checks.uscc_check_digit("91350100M0001").passed is False


def test_telephones() -> None:
    good = ("13812345678", "0755-87654321", "010-87654321-801", "0752-2345678", "400-820-1234", "95533")
    assert all(checks.phone_number(n).passed for n in good)
    assert checks.phone_number("87654321").passed is None
    assert not any(checks.phone_number(n).passed for n in ("1381234567", "12812345678", "0755-1234", "138123456789"))
    assert checks.mobile_number("13812345678").passed is True
    assert checks.mobile_number("0755-87654321").passed is False


def test_email_shapes() -> None:
    assert checks.email_address("abc_1.d@mail.163.com").passed is True
    assert not any(checks.email_address(a).passed for a in ("abc163.com", "a@b", "a..b@163.com", "张@163.com"))


@given(st.text("0123456789", min_size=15, max_size=18))
def test_exactly_one_last_digit_completes_a_bank_card(body: str) -> None:
    assert sum(bool(checks.bank_card_number(body + d).passed) for d in "0123456789") == 1
