import datetime as dt
from decimal import Decimal
from random import Random

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import amounts, names, numbers, personas

seeds = st.integers(0, 2**32)


@given(seeds)
def test_id_number_obeys_mod_11_2(seed: int) -> None:
    person = personas.make_person(Random(seed))
    weighted = sum(2 ** (17 - i) * (10 if c == "X" else int(c)) for i, c in enumerate(person.id_no))
    assert weighted % 11 == 1
    assert person.id_no[6:14] == f"{person.birth:%Y%m%d}"
    assert (int(person.id_no[16]) % 2 == 1) == (person.gender == "男")
    assert person.id_no[:6] in {region[0] for region in names.REGIONS}


@given(seeds)
def test_a_slip_in_an_id_number_breaks_its_check(seed: int) -> None:
    from training.cases import _slip

    number = personas.make_person(Random(seed)).id_no
    wrong = _slip(Random(seed), number)
    assert wrong != number
    assert numbers.id_check_character(wrong[:17]) != wrong[17]


@given(seeds)
def test_credit_code_obeys_mod_31_and_holds_a_valid_organisation_code(seed: int) -> None:
    code = personas.make_firm(Random(seed), names.CLIENT_TRADES).uscc
    assert len(code) == 18
    assert (
        sum(numbers.USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17])) % 31
        == (-numbers.USCC_ALPHABET.index(code[17])) % 31
    )
    assert numbers.organisation_check_character(code[8:16]) == code[16]


def test_known_numbers() -> None:
    # specimen of GB 11643 annex and the worked example of GB 11714
    assert numbers.id_check_character("11010519491231002") == "X"
    assert numbers.organisation_check_character("D2143569") == "X"


@given(seeds)
def test_bank_card_passes_luhn(seed: int) -> None:
    card = numbers.bank_card(Random(seed))
    doubled = [int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(card))]
    assert sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


@given(st.integers(1, 10**11))
def test_numerals_read_back(value: int) -> None:
    small = amounts.in_words(Decimal(value), capital=False).removesuffix("元")
    capital = amounts.in_words(Decimal(value), capital=True).removesuffix("元整")
    assert cn2an.cn2an(small, "smart") == value
    assert cn2an.cn2an(capital, "smart") == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("286000", "贰拾捌万陆仟元整"),
        ("100005", "壹拾万零伍元整"),
        ("3150.5", "叁仟壹佰伍拾元伍角"),
        ("20.07", "贰拾元零柒分"),
    ],
)
def test_capital_amounts(value: str, words: str) -> None:
    assert amounts.in_words(Decimal(value), capital=True) == words


@settings(max_examples=50)
@given(seeds)
def test_validity_of_an_id_card_fits_the_age(seed: int) -> None:
    person = personas.make_person(Random(seed))
    age = person.id_valid_from.year - person.birth.year
    if person.id_valid_until == "长期":
        assert age >= 46
    else:
        years = dt.date.fromisoformat(person.id_valid_until).year - person.id_valid_from.year
        assert years == (10 if age < 26 else 20)
        assert age >= 16
