from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import PageQuality
from domain.evidence import Check
from domain.fields import FieldType
from extractors.values.combine import against, agreed_probability
from extractors.values.confidence import VETO_PROBABILITY, Reading, Source, Witness, constants, field_probability

SCORES = st.lists(st.floats(0.3, 1.0), min_size=1, max_size=30).map(tuple)
PRIORS = st.floats(0.05, 0.98)
CHANCES = st.floats(0.01, 0.99)


def reading(
    scores: tuple[float, ...] = (0.99,) * 6,
    checks: tuple[Check, ...] = (),
    source: Source = Source.LINE,
    prior: float = 0.95,
    quality: PageQuality | None = None,
) -> Reading:
    return Reading(FieldType.TEXT, scores, checks, source, prior, quality)


def check(name: str, passed: bool | None) -> Check:
    return Check(name=name, passed=passed, message="")


def test_constants_point_the_right_way() -> None:
    found = constants()
    assert set(found.bias) == set(Source)
    weights = found.weights
    helping = ("rule", "log_product", "log_minimum", "check_digit", "format_passed", "log_margin", "seconded")
    assert min(weights[name] for name in helping) >= 0
    assert weights["check_digit"] > weights["format_passed"]
    assert max(weights["doubt"], weights["unusable"]) < 0
    assert max(weights[name] for name in weights if name.startswith(("hand", "denied"))) <= 0


def test_ink_is_a_witness() -> None:
    def of(witness: Witness) -> float:
        return field_probability(
            Reading(FieldType.PHONE, (0.99,) * 11, (check("phone_form", True),), Source.CELL, 0.98, witness=witness)
        )

    hand = of(Witness(hand=0.95))
    assert of(Witness(hand=0.95, second=0.1, denied=1)) < hand < of(Witness(hand=0.02))
    assert of(Witness(hand=0.95, second=0.99)) >= hand


@given(SCORES, PRIORS, st.sampled_from(Source))
def test_a_failed_test_vetoes_whatever_the_scores(scores: tuple[float, ...], prior: float, source: Source) -> None:
    failed = (check("id_number_check_digit", False), check("id_number_form", True))
    assert field_probability(reading(scores, failed, source, prior)) <= VETO_PROBABILITY


@given(SCORES, st.integers(0, 29), PRIORS)
def test_a_worse_character_never_helps(scores: tuple[float, ...], place: int, prior: float) -> None:
    worse = list(scores)
    worse[place % len(scores)] *= 0.8
    assert field_probability(reading(tuple(worse), prior=prior)) <= field_probability(reading(scores, prior=prior))


@given(SCORES, PRIORS, PRIORS)
def test_a_better_rule_never_hurts(scores: tuple[float, ...], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert field_probability(reading(scores, prior=low)) <= field_probability(reading(scores, prior=high))


def test_checks_order_the_probabilities() -> None:
    digit = field_probability(reading(checks=(check("id_number_check_digit", True),)))
    shape = field_probability(reading(checks=(check("phone_number", True),)))
    plain = field_probability(reading())
    doubt = field_probability(reading(checks=(check("digit_lookalikes", None),)))
    assert digit > shape > plain > doubt


def test_a_bad_page_lowers_and_born_digital_text_has_no_scores() -> None:
    bad = PageQuality(sharpness=0.1, contrast=0.2, usable=False)
    assert field_probability(reading(quality=bad)) < field_probability(reading())
    assert field_probability(reading(scores=())) > field_probability(reading())


def test_a_check_digit_that_passes_is_within_the_strictest_budget() -> None:
    passed = (check("id_number_check_digit", True), check("id_number_form", True))
    sure = reading((0.995,) * 18, passed, Source.ZONE, 0.98)
    assert field_probability(sure) >= 0.998


@given(st.lists(CHANCES, min_size=1, max_size=5), st.floats(0, 1))
def test_agreement_never_lowers(chances: list[float], weight: float) -> None:
    assert agreed_probability(chances, weight) >= max(chances) - 1e-12


@given(CHANCES, st.lists(CHANCES, max_size=4))
def test_rivals_share_one_chance(own: float, rivals: list[float]) -> None:
    every = [own, *rivals]
    shares = [against(p, every[:i] + every[i + 1 :]) for i, p in enumerate(every)]
    assert sum(shares) <= 1 + 1e-9
    assert against(own, rivals) <= own + 1e-12


@pytest.mark.parametrize("source", list(Source))
def test_every_source_has_its_bias(source: Source) -> None:
    assert 0 < field_probability(reading(source=source)) < 1
