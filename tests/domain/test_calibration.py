from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calibration import (
    BUDGETS,
    Bin,
    Calibration,
    ClassCalibration,
    FieldClass,
    at_most,
    bins_of,
    chance,
    class_of,
    log_odds,
    upper_bound,
)


@pytest.mark.parametrize(
    ("wrong", "count", "bound"),
    # rule of three, and the usual tables of one-sided 95 % bounds
    [(0, 100, 0.02951), (1, 100, 0.04656), (0, 2995, 0.00100), (5, 50, 0.19883), (10, 10, 1.0), (0, 1, 0.95)],
)
def test_bound_is_that_of_clopper_and_pearson(wrong: int, count: int, bound: float) -> None:
    assert upper_bound(wrong, count) == pytest.approx(bound, abs=2e-5)


def test_chance_of_few_errors_is_the_binomial_one() -> None:
    assert at_most(1, 3, 0.5) == pytest.approx(0.5)
    assert at_most(0, 10, 0.1) == pytest.approx(0.9**10)
    assert at_most(4, 4, 0.2) == 1.0
    assert at_most(0, 5, 1.0) == 0.0


@given(st.floats(0.001, 0.999))
def test_log_odds_and_back(probability: float) -> None:
    assert chance(log_odds(probability)) == pytest.approx(probability)


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), max_size=200))
def test_bins_keep_every_reading_and_never_overstate_its_probability(readings: list[tuple[float, bool]]) -> None:
    bins = bins_of(readings)
    assert sum(b.count for b in bins) == len(readings)
    assert sum(b.wrong for b in bins) == sum(not right for _, right in readings)
    assert [b.probability for b in bins] == sorted((b.probability for b in bins), reverse=True)
    if readings:
        assert min(b.probability for b in bins) <= min(p for p, _ in readings) + 1e-6


@given(
    st.lists(st.tuples(st.integers(0, 27), st.integers(0, 400), st.integers(0, 3)), max_size=12),
    st.sampled_from([0.001, 0.005, 0.02, 0.1]),
)
def test_what_is_accepted_stays_within_the_budget(rows: list[tuple[int, int, int]], budget: float) -> None:
    bins = tuple(
        Bin(probability=chance(index * 0.25), count=count, wrong=min(wrong, count))
        for index, count, wrong in {r[0]: r for r in rows}.values()
    )
    threshold = ClassCalibration(bins=bins).threshold(budget)
    if threshold is not None:
        inside = [b for b in bins if b.probability >= threshold - 1e-9]
        assert upper_bound(sum(b.wrong for b in inside), sum(b.count for b in inside)) <= budget + 1e-9


def test_too_little_evidence_accepts_nothing() -> None:
    few = ClassCalibration(bins=(Bin(probability=0.99, count=2000, wrong=0),))
    assert few.threshold(0.001) is None
    assert few.threshold(0.005) == 0.99
    assert ClassCalibration().threshold(0.5) is None


def test_a_stricter_budget_never_accepts_more() -> None:
    bins = (
        Bin(probability=0.999, count=5000, wrong=0),
        Bin(probability=0.97, count=1000, wrong=6),
        Bin(probability=0.8, count=500, wrong=100),
    )
    one = ClassCalibration(bins=bins)
    thresholds = [one.threshold(b) for b in (0.001, 0.005, 0.05)]
    assert thresholds == [0.999, 0.97, 0.8]


def test_good_company_does_not_carry_a_doubtful_value() -> None:
    bins = (Bin(probability=0.999, count=9000, wrong=0), Bin(probability=0.4, count=3, wrong=0))
    assert ClassCalibration(bins=bins).threshold(0.001) == 0.999
    assert ClassCalibration(bins=bins).threshold(0.02) == 0.999


def test_the_map_moves_value_and_threshold_alike() -> None:
    bins = (Bin(probability=0.99, count=4000, wrong=0),)
    plain, bent = ClassCalibration(bins=bins), ClassCalibration(bins=bins, slope=0.5, intercept=-0.2)
    assert plain.calibrated(0.99) == 0.99
    assert bent.threshold(0.01) == bent.calibrated(0.99) != 0.99


def test_acceptance_goes_by_the_class_of_the_field() -> None:
    found = Calibration(
        source="test", classes={FieldClass.NAME: ClassCalibration(bins=(Bin(probability=0.98, count=1200, wrong=0),))}
    )
    assert found.accepts("complainant_name", 0.98, 0.005)
    assert not found.accepts("complainant_name", 0.97, 0.005)
    assert not found.accepts("complainant_id_no", 0.9999, 0.001)


def test_every_class_has_a_budget() -> None:
    assert set(BUDGETS) == set(FieldClass)
    assert class_of("complainant_id_no") is FieldClass.ID_NUMBER
    assert class_of("amount_involved") is FieldClass.AMOUNT
    assert class_of("complainant_mobile") is FieldClass.NUMBER
    assert class_of("unheard_of") is FieldClass.TEXT
