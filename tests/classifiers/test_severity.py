"""Levels: thresholds, unset parameters, unclear signals, persons' answers, and invariants over all signals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.severity import decide_severity
from domain.evidence import Evidence
from domain.policy import AdoptedPolicy
from domain.verdicts import SeverityVerdict, Signal
from domain.vocabulary import SignalCode
from tests.classifiers.papers import adopted, unset

MAJOR, GENERAL = "重大投诉", "一般投诉"
PLACE = (Evidence(document_id="doc-letter", page=2, bbox=(1, 1, 5, 5), quote="承诺保本"),)


def signal(
    code: str, detail: str = "", certain: bool = True, confirmed: bool | None = None, probability: float = 0.97
) -> Signal:
    return Signal(
        signal=SignalCode(code),
        detail=detail or f"信号 {code}",
        evidence=PLACE,
        certain=certain,
        probability=probability,
        producer="test",
        confirmed=confirmed,
    )


def level(*signals: Signal, policy: AdoptedPolicy | None = None) -> SeverityVerdict:
    found = decide_severity(policy or adopted(), signals, True, lambda s: f"投诉书第 {s.evidence[0].page} 页")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("signals", "expected", "accepted"),
    [
        ((), GENERAL, False),
        ((signal("illegality"),), MAJOR, True),
        ((signal("fraud"),), MAJOR, True),
        ((signal("reputation"),), MAJOR, True),
        ((signal("emergency"),), MAJOR, True),
        ((signal("key_position"),), MAJOR, True),
        ((signal("illegality", certain=False, probability=0.5),), MAJOR, False),
        ((signal("asset_theft"),), MAJOR, False),
        ((signal("data_leak"),), MAJOR, False),
        ((signal("disturbance"),), GENERAL, False),
        ((signal("media"),), GENERAL, False),
        ((signal("media", certain=False),), GENERAL, False),
        ((signal("regulator"), signal("repeat"), signal("agitated"), signal("urgent")), GENERAL, False),
        ((signal("amount", "100000 元，涉及金额"),), MAJOR, True),
        ((signal("amount", "99999.99 元，涉及金额"),), GENERAL, False),
        ((signal("amount", "80000 元，涉及金额；待核金额 200000 元", certain=False),), MAJOR, False),
        ((signal("amount", "120000 元，投入的资金", certain=False),), MAJOR, False),
        ((signal("amount", "30000 元，投入的资金", certain=False),), GENERAL, False),
        ((signal("amount", "300000 元，涉及金额", probability=0.6),), MAJOR, False),
        ((signal("amount", "30000 元，涉及金额", probability=0.6),), GENERAL, False),
        ((signal("company_loss", "50000 元，可能对公司造成的损失"),), MAJOR, True),
        ((signal("company_loss", "给贵公司造成损失", certain=False),), MAJOR, False),
        ((signal("illegality", certain=False, confirmed=True),), MAJOR, True),
        ((signal("illegality", confirmed=False),), GENERAL, False),
        ((signal("asset_theft", confirmed=True),), GENERAL, False),
    ],
)
def test_level(signals: tuple[Signal, ...], expected: str, accepted: bool) -> None:
    found = level(*signals)
    assert (found.level, found.accepted) == (expected, accepted)


def test_explanation_cites_article_words_signal_and_page() -> None:
    sentence = level(signal("illegality")).explanation
    for part in ("投诉分级标准第（一）项", "承诺保本", "涉嫌违法违规违纪", "投诉书第 2 页", MAJOR):
        assert part in sentence


def test_unset_parameters_stay_undecided_and_are_never_filled() -> None:
    found = level(policy=unset())
    assert found.level == GENERAL
    assert not found.accepted
    assert {u.rule for u in found.undecided} == {"major_amount", "major_company_loss"}
    assert all("未设定" in u.reason for u in found.undecided)


def test_an_amount_against_an_unset_threshold_may_be_major() -> None:
    found = level(signal("amount", "500 元，涉及金额"), policy=unset())
    assert (found.level, found.accepted) == (MAJOR, False)


def test_the_open_criterion_alone_asks_nobody() -> None:
    assert level().undecided == ()


def test_without_readable_words_nothing_is_decided() -> None:
    found = decide_severity(adopted(), (), False, lambda _: "")
    assert found is not None
    assert (found.level, found.accepted) == (None, False)


def _signals() -> st.SearchStrategy[Signal]:
    details = st.decimals(0, 10**7, places=2).map(lambda d: f"{Decimal(d):f} 元，涉及金额")
    return st.builds(
        signal,
        st.sampled_from([c.value for c in SignalCode]),
        details,
        st.booleans(),
        st.sampled_from([None, None, True]),
        st.floats(0.3, 1.0),
    )


RANK = {MAJOR: 0, GENERAL: 1}


@given(st.lists(_signals(), max_size=5, unique_by=lambda s: s.signal), _signals(), st.booleans())
def test_a_further_signal_never_lowers_the_level(signals: list[Signal], further: Signal, is_set: bool) -> None:
    signals = [s for s in signals if s.signal is not further.signal]
    policy = adopted() if is_set else unset()
    before, after = level(*signals, policy=policy), level(*signals, further, policy=policy)
    assert RANK[after.level or MAJOR] <= RANK[before.level or MAJOR]


@given(st.lists(_signals(), max_size=4, unique_by=lambda s: s.signal))
def test_without_parameters_the_lightest_level_is_never_decided(signals: list[Signal]) -> None:
    found = level(*signals, policy=unset())
    assert not (found.level == GENERAL and found.accepted)


@given(st.lists(_signals(), max_size=4, unique_by=lambda s: s.signal))
def test_an_accepted_level_has_nothing_undecided(signals: list[Signal]) -> None:
    found = level(*signals)
    assert not (found.accepted and found.undecided)
