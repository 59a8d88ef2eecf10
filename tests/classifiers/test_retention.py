"""Rules of retention from packs and adoptions: an adopter lengthens, and a gap stays a gap."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from classifiers.packs import adopt, load_adoption, load_pack, summary
from classifiers.retention import retention_periods
from domain.adoption import AdoptedPack, OtherRetention, SetParameter, SetStart
from domain.policy import AdoptedPolicy, Adoption
from domain.retention import StartEvent, retention_of

ROOT = Path(__file__).parents[2]

RECEIVED, CLOSED = date(2026, 11, 3), date(2026, 11, 22)
START = SetStart(value=StartEvent.CLOSED, set_by="档案室", set_on=date(2026, 1, 5))
TWENTY = SetParameter(value=20, set_by="档案室", set_on=date(2026, 1, 5))


def adopted(pack: str, **entry: object) -> AdoptedPolicy:
    adoption = Adoption(adopter="衡川公司", policies=(AdoptedPack.model_validate({"id": pack, **entry}),))
    return adopt(load_pack(ROOT / "policies" / f"{pack}.yaml"), adoption)


def until(policy: AdoptedPolicy) -> date | None:
    return retention_of(retention_periods(policy), RECEIVED, CLOSED).until


def test_lost_years_keep_for_ever_whatever_else_is_set() -> None:
    other = OtherRetention(
        label="反洗钱规定", years=10, start=StartEvent.CLOSED, set_by="合规部", set_on=date(2026, 1, 5)
    )
    policy = adopted("exchange-member", retention_start=START, retention_years=30, other_retention=(other,))
    found = retention_of(retention_periods(policy), RECEIVED, CLOSED)
    assert found.until is None
    assert found.undecided == ("投诉档案规定：制度文本缺失，采用单位尚未设定",)


def test_start_that_the_text_leaves_out_keeps_for_ever() -> None:
    assert until(adopted("rural-bank")) is None
    assert "未载明起算日" in retention_of(retention_periods(adopted("rural-bank")), RECEIVED, CLOSED).undecided[0]
    assert until(adopted("rural-bank", retention_start=START)) == date(2031, 11, 22)
    received = START.model_copy(update={"value": StartEvent.RECEIVED})
    assert until(adopted("rural-bank", retention_start=received)) == date(2031, 11, 3)


@pytest.mark.parametrize(("years", "last"), [(3, date(2031, 11, 22)), (25, date(2051, 11, 22))])
def test_adopter_lengthens_and_never_shortens(years: float, last: date) -> None:
    assert until(adopted("rural-bank", retention_start=START, retention_years=years)) == last


def test_other_law_with_its_own_start_wins_when_it_ends_later() -> None:
    other = OtherRetention(label="会计档案", years=30, start="received", set_by="财务部", set_on=date(2026, 1, 5))
    policy = adopted("exchange-member", parameters={"retention_years": TWENTY}, retention_start=START)
    assert until(policy) == date(2046, 11, 22)
    longer = adopted(
        "exchange-member", parameters={"retention_years": TWENTY}, retention_start=START, other_retention=(other,)
    )
    found = retention_of(retention_periods(longer), RECEIVED, CLOSED)
    assert (found.until, found.basis) == (date(2056, 11, 3), "会计档案")


def test_silent_regime_is_kept_for_ever_until_the_adopter_speaks() -> None:
    assert until(adopted("hotel")) is None
    assert until(adopted("hotel", retention_years=3)) is None
    assert until(adopted("hotel", retention_years=3, retention_start=START)) == date(2029, 11, 22)


def test_summary_says_what_is_kept_for_ever() -> None:
    pack = load_pack(ROOT / "policies" / "exchange-member.yaml")
    assert "尚有未设定的规定，未设定前永久保存" in summary(adopt(pack))
    example = adopt(pack, load_adoption(ROOT / "policies" / "adoption.example.yaml"))
    assert "档案保存：投诉档案规定，20 年，自办结之日起" in summary(example)
    assert "永久保存" not in summary(example)
