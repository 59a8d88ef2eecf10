"""When an unreachable client may be called: quiet hours over midnight, the gap, one attempt every working day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contact import may_contact, missed_days
from domain.policy import AdoptedPolicy
from domain.rules import ContactRules, QuietHours
from tests.classifiers.papers import adopted

CHINA = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 1, 1, tzinfo=CHINA)


def policy() -> AdoptedPolicy:
    rules = ContactRules(
        quiet=(
            QuietHours(start=time(22, 0), end=time(8, 30), label="晚10:00-早8:30"),
            QuietHours(start=time(12, 0), end=time(13, 30), label="午休时间12:00-13:30"),
        ),
        per_working_day="contacts_per_wd_min",
        gap_hours="contact_gap_h",
        article="联系规定",
    )
    pack = adopted().pack
    numbers = {
        "contacts_per_wd_min": {"state": "set", "unit": "次", "label": "每个工作日至少联系次数", "value": 1},
        "contact_gap_h": {"state": "set", "unit": "小时", "label": "两次联系的最短间隔", "value": 2},
    }
    changed = pack.model_dump(by_alias=True) | {"contact_rules": rules.model_dump()}
    changed["parameters"] = changed["parameters"] | numbers
    return AdoptedPolicy(pack=type(pack).model_validate(changed))


def at(clock: str, day: int = 25) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [
        ("08:29", False),
        ("08:30", True),
        ("11:59", True),
        ("12:00", False),
        ("13:29", False),
        ("13:30", True),
        ("21:59", True),
        ("22:00", False),
        ("00:00", False),
    ],
)
def test_quiet_hours_begin_quiet_and_end_free(clock: str, allowed: bool) -> None:
    assert may_contact(policy(), at(clock), ()).allowed is allowed


def test_the_earliest_time_is_named() -> None:
    assert may_contact(policy(), at("23:10"), ()).earliest == at("08:30", 26)
    assert may_contact(policy(), at("03:00"), ()).earliest == at("08:30")
    assert may_contact(policy(), at("11:20"), (at("10:40"),)).earliest == at("13:30")
    assert may_contact(policy(), at("21:00"), (at("20:30"),)).earliest == at("08:30", 26)


def test_two_hours_lie_between_attempts() -> None:
    advice = may_contact(policy(), at("10:59"), (at("09:00"), at("08:31")))
    assert (advice.allowed, advice.earliest) == (False, at("11:00"))
    assert "不足 2 小时" in advice.reason
    assert may_contact(policy(), at("11:00"), (at("09:00"),)).allowed


def test_the_clients_own_time_overrules_the_quiet_hours_but_not_the_gap() -> None:
    named = [(at("12:00"), at("13:00"))]
    assert may_contact(policy(), at("12:30"), (), named).allowed
    assert not may_contact(policy(), at("12:30"), (at("11:00"),), named).allowed
    assert not may_contact(policy(), at("13:10"), (), named).allowed


def test_a_regime_without_such_rules_forbids_nothing() -> None:
    assert may_contact(adopted(), at("23:00"), (at("22:59"),)).allowed
    assert missed_days(adopted(), at("09:00", 2), at("09:00", 9), ()) == ()


def test_working_days_without_an_attempt_are_named() -> None:
    # 20 November 2026 is a Friday
    attempts = (at("09:00", 20), at("15:00", 24))
    assert missed_days(policy(), at("16:00", 20), at("10:00", 26), attempts) == (
        date(2026, 11, 23),
        date(2026, 11, 25),
    )


@given(
    st.integers(0, 60 * 24 * 330).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    st.lists(st.integers(0, 60 * 24 * 3), max_size=5),
)
def test_the_earliest_time_is_allowed_and_no_minute_before_it_is(now: datetime, before: list[int]) -> None:
    attempts = tuple(now - timedelta(minutes=m) for m in before)
    advice = may_contact(policy(), now, attempts)
    if advice.allowed:
        assert advice.earliest is None
        return
    assert advice.earliest is not None
    assert may_contact(policy(), advice.earliest, attempts).allowed
    assert not may_contact(policy(), advice.earliest - timedelta(minutes=1), attempts).allowed
