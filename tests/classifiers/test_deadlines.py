"""The Chinese working calendar around National Day and Spring Festival, and beyond the announced years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.deadlines import (
    Clock,
    deadlines,
    end_of_day,
    is_working_day,
    local_day,
    working_day_after,
)
from domain.adoption import Calendar
from domain.review import Pause
from tests.classifiers.papers import adopted, unset


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 9, 24), 1, date(2026, 9, 28)),  # 中秋 25 to 27 September
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # 国庆
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # Saturday worked (调休)
        (date(2025, 9, 30), 2, date(2025, 10, 10)),
        (date(2025, 1, 26), 1, date(2025, 1, 27)),  # Sunday worked before 春节
        (date(2025, 1, 27), 1, date(2025, 2, 5)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # Saturday worked before 春节
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 11, 20), 5, date(2026, 11, 27)),
        (date(2026, 9, 24), 0, date(2026, 9, 24)),
        (date(2030, 10, 1), 1, date(2030, 10, 2)),  # no notice yet: Monday to Friday
    ],
)
def test_working_day_after(start: date, count: int, expected: date) -> None:
    assert working_day_after(start, count) == expected


def test_the_firms_own_days_win() -> None:
    own = Calendar(holidays=(date(2026, 11, 23),), workdays=(date(2026, 11, 22),))
    assert working_day_after(date(2026, 11, 20), 2, own) == date(2026, 11, 24)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least 0, got -1"):
        working_day_after(date(2026, 1, 5), -1)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 1)), st.integers(1, 40))
def test_exactly_so_many_working_days_lie_between(start: date, count: int) -> None:
    end = working_day_after(start, count)
    days = [start + timedelta(days=i + 1) for i in range((end - start).days)]
    assert sum(map(is_working_day, days)) == count
    assert is_working_day(end)


def test_due_at_the_end_of_the_day_in_china_as_utc() -> None:
    assert end_of_day(date(2026, 10, 8)) == datetime(2026, 10, 8, 15, 59, 59, tzinfo=UTC)
    # 17:00 UTC is already the next day in China.
    assert local_day(datetime(2026, 9, 24, 17, 0, tzinfo=UTC)) == date(2026, 9, 25)


def test_duties_with_and_without_parameters() -> None:
    received = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    spot, close, extend = deadlines(adopted(), Clock(received))
    assert spot.due_at is None  # a duty of the counter: it must not stand before the real dates
    assert "当场" in spot.basis
    assert close.due_at == end_of_day(date(2026, 12, 11))
    assert extend.due_at == end_of_day(date(2027, 1, 1))
    assert "2027 年节假日安排尚无数据" in extend.basis
    assert "合规部" in close.basis
    _, close, extend = deadlines(unset(), Clock(received))
    assert close.due_at is None
    assert extend.due_at is None
    assert "“自受理之日起办结的期限”未设定" in close.basis
    assert "“经审批最长延期”未设定" in extend.basis
    assert "_wd" not in close.basis + extend.basis


def pause(start: str, end: str | None) -> Pause:
    return Pause(start=moment(start), end=moment(end) if end else None, by="person:贺")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_clock_stands_still_where_a_person_stopped_it() -> None:
    received = moment("2026-11-23T10:00+08:00")
    running = deadlines(adopted(), Clock(received))[1]
    stopped = deadlines(adopted(), Clock(received, pauses=(pause("2026-11-25T09:00+08:00", None),)))[1]
    assert running.due_at is not None
    assert stopped.due_at is None
    assert "暂停计时" in stopped.basis
    again = deadlines(adopted(), Clock(received, pauses=(pause("2026-11-25T09:00+08:00", "2026-11-30T09:00+08:00"),)))[
        1
    ]
    # 26, 27 and 30 November are working days on which the clock stood still.
    assert again.due_at == end_of_day(working_day_after(local_day(running.due_at), 3))


def test_an_extension_starts_where_the_moved_duty_ends() -> None:
    received = moment("2026-11-23T10:00+08:00")
    pauses = (pause("2026-11-25T09:00+08:00", "2026-11-26T09:00+08:00"),)
    plain = deadlines(adopted(), Clock(received))
    moved = deadlines(adopted(), Clock(received, pauses=pauses))
    assert plain[2].due_at and moved[2].due_at
    assert moved[2].due_at == end_of_day(working_day_after(local_day(plain[2].due_at), 1))


def test_a_pause_after_the_deadline_changes_nothing() -> None:
    received = moment("2026-11-23T10:00+08:00")
    late = Clock(received, pauses=(pause("2027-11-25T09:00+08:00", None),))
    assert deadlines(adopted(), late) == deadlines(adopted(), Clock(received))
