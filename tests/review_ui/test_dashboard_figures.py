"""Every figure over a hand-made set of cases, small enough to count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.case import Case
from domain.dashboard import Dashboard, Period
from domain.evidence import FieldValue
from domain.vocabulary import CaseStatus, Channel
from tests.review_ui.desk_home import POLICY, DeskHome, empty_home

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # Friday, 9:30 in China
DAYS = Period(start=date(2026, 11, 16), end=date(2026, 11, 20))
OTHER = "hotel"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    opened = empty_home(tmp_path / "home")
    opened.clock.now = NOW
    yield opened
    opened.close()


def figures(home: DeskHome, period: Period = DAYS) -> Dashboard:
    return home.desk.dashboard(period, NOW)


def due(case: Case, at: datetime | None) -> Case:
    """Return the case with one duty."""
    assert case.judgement is not None
    one = case.judgement.deadlines[0].model_copy(update={"due_at": at})
    return case.model_copy(update={"judgement": case.judgement.model_copy(update={"deadlines": (one,)})})


def level(case: Case, label: str | None) -> Case:
    assert case.judgement is not None
    severity = case.judgement.severity.model_copy(update={"level": label})
    return case.model_copy(update={"judgement": case.judgement.model_copy(update={"severity": severity})})


def test_nothing_gives_nothing(home: DeskHome) -> None:
    found = figures(home)
    assert (found.arrivals, found.backlog, found.alone, found.by_field, found.handling, found.pace) == ((),) * 6
    assert found.at_risk == () and found.at_risk_total == {"over": 0, "today": 0, "soon": 0}


def test_arrivals_are_counted_by_chinese_day_and_channel(home: DeskHome) -> None:
    late = datetime(2026, 11, 17, 16, 5, tzinfo=UTC)  # five past midnight of the 18th in China
    home.accept(late, Channel.FAX)
    home.accept(late - timedelta(minutes=10), Channel.FAX)  # still the 17th
    home.accept(NOW, Channel.LETTER)
    home.accept(NOW, Channel.LETTER, OTHER)
    home.accept(datetime(2026, 11, 15, 15, 59, tzinfo=UTC))  # the 15th, outside
    home.accept(datetime(2026, 11, 20, 16, 0, tzinfo=UTC))  # the 21st, outside
    counts = [(a.day.day, a.channel, a.cases) for a in figures(home).arrivals]
    assert counts == [(17, "fax", 1), (18, "fax", 1), (20, "letter", 2)]
    chosen = figures(home, DAYS.model_copy(update={"policy": OTHER}))
    assert [(a.day.day, a.cases) for a in chosen.arrivals] == [(20, 1)]


def test_backlog_is_what_nobody_finished_whatever_the_period(home: DeskHome) -> None:
    for days in (0, 1, 3, 4, 40):
        home.read(home.accept(NOW - timedelta(days=days)))
    unread = home.accept(NOW - timedelta(days=2))
    home.read(level(home.accept(NOW), "一般投诉"))
    home.read(home.accept(NOW), status=CaseStatus.FILED)
    home.read(home.accept(NOW), status=CaseStatus.REFERRED)
    home.answer(home.read(home.accept(NOW)), "finish", "case")
    counts = {(b.band, b.level): b.cases for b in figures(home).backlog}
    major = "重大投诉"
    assert counts == {
        ("1", major): 2,
        ("1", "一般投诉"): 1,
        ("3", major): 1,
        ("3", None): 1,
        ("7", major): 1,
        ("older", major): 1,
    }
    assert unread.number not in {r.number for r in figures(home).at_risk}


def test_share_accepted_without_a_person_is_that_of_the_first_revision(home: DeskHome) -> None:
    first = home.read(home.accept(NOW))  # 10 values, 7 of them accepted
    home.answer(first, "accept", "field:complainant_name")
    second = home.accept(NOW)
    values = {n: f for n, f in second.fields.items() if isinstance(f, FieldValue) and f.accepted}
    home.read(second, fields=values, review=())
    home.read(home.accept(NOW - timedelta(days=1)))
    home.accept(NOW)  # not read: not counted
    found = [(a.day.day, a.cases, a.cases_alone, a.fields, a.fields_alone) for a in figures(home).alone]
    assert found == [(19, 1, 0, 10, 7), (20, 2, 1, 17, 14)]


def test_corrections_count_each_field_of_a_case_once_as_answered_last(home: DeskHome) -> None:
    one = home.read(home.accept(NOW))
    one = home.answer(one, "correct", "field:complainant_id_no", "110105199003071239")
    one = home.answer(one, "accept", "field:complainant_mobile")
    one = home.answer(one, "correct", "field:complainant_mobile", "13900139000")  # seen wrong afterwards
    one = home.answer(one, "correct", "field:complainant_email", "a@b.cn")
    one = home.answer(one, "not_present", "field:uscc")
    home.answer(one, "comment", "case", comment="已致电")
    two = home.read(home.accept(NOW))
    two = home.answer(two, "accept", "field:complainant_mobile")
    two = home.answer(two, "correct", "field:complainant_id_no", "110105199003071239")
    # a person sees that the machine had been right after all
    home.answer(two, "correct", "field:complainant_id_no", "110105199003071233")
    found = figures(home)
    by_field = {c.key: (c.right, c.wrong, c.added, c.absent) for c in found.by_field}
    assert by_field == {
        "complainant_id_no": (1, 1, 0, 0),
        "complainant_mobile": (1, 1, 0, 0),
        "complainant_email": (0, 0, 1, 0),
        "uscc": (0, 0, 0, 1),
    }
    by_reason = {c.key: (c.right, c.wrong, c.added, c.absent) for c in found.by_reason}
    assert by_reason == {"check_failed": (1, 1, 0, 0), "low_probability": (1, 1, 0, 0), "open": (0, 0, 1, 1)}
    assert next(c for c in found.by_field if c.key == "complainant_mobile").wrong_share == 0.5
    assert next(c for c in found.by_field if c.key == "uscc").wrong_share is None
    assert figures(home, Period(start=date(2026, 11, 19), end=date(2026, 11, 19))).by_field == ()


def test_handling_time_of_the_cases_finished_in_the_period(home: DeskHome) -> None:
    for hours in (1, 2, 3, 4, 50):
        home.clock.now = NOW - timedelta(minutes=30)
        case = home.read(home.accept(NOW - timedelta(hours=hours)))
        case = home.answer(case, "accept", "field:complainant_name")
        home.clock.now = NOW
        case = home.answer(case, "finish", "case")
        home.answer(case, "finish", "case")  # filed again: the first finish counts
    plain = level(home.accept(NOW - timedelta(hours=10)), "一般投诉")
    home.answer(home.read(plain), "finish", "case")
    home.read(home.accept(NOW))
    everything, common, major = figures(home).handling
    assert (everything.level, common.level, major.level) == ("", "一般投诉", "重大投诉")
    hour = 3600
    # 1 2 3 4 10 50: the third, and the sixth
    assert (everything.cases, everything.median_s, everything.ninetieth_s) == (6, 3 * hour, 50 * hour)
    assert (major.cases, major.median_s, major.ninetieth_s) == (5, 3 * hour, 50 * hour)
    assert (major.work_median_s, major.work_ninetieth_s) == (1800, 1800)
    # nobody answered before the finish: no time of work
    assert (common.cases, common.median_s, common.work_median_s) == (1, 10 * hour, 0)
    assert figures(home, Period(start=date(2026, 11, 18), end=date(2026, 11, 19))).handling == ()


def test_deadlines_at_risk(home: DeskHome) -> None:
    wednesday = datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)  # the third working day, last second in China
    times = {
        "over": NOW - timedelta(hours=1),
        "today": datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC),
        "soon": wednesday,
        "later": wednesday + timedelta(seconds=1),
        "none": None,
    }
    numbers = {name: home.read(due(home.accept(NOW), at)).number for name, at in times.items()}
    home.answer(home.read(due(home.accept(NOW), times["over"])), "finish", "case")
    home.read(due(home.accept(NOW), times["over"]), status=CaseStatus.FILED)
    found = figures(home)
    assert [(r.number, r.band) for r in found.at_risk] == [(numbers[b], b) for b in ("over", "today", "soon")]
    assert found.at_risk_total == {"over": 1, "today": 1, "soon": 1}
    assert found.at_risk[0].duty == "办结" and found.at_risk[0].complainant == "欧阳明月"
    assert figures(home, DAYS.model_copy(update={"policy": OTHER})).at_risk == ()


def test_pages_are_counted_by_the_hours_in_which_some_were_read(home: DeskHome) -> None:
    def read(at: datetime, count: int) -> None:
        home.clock.now = at
        for n in range(count):
            home.services.storage.stages.put_stage(f"{at}{n}", "read", "read/5 x", b"{}")
            home.services.storage.stages.put_stage(f"{at}{n}", "understand", "understand/6", b"{}")

    read(datetime(2026, 11, 18, 15, 59, tzinfo=UTC), 2)  # the 18th, 23 h
    read(datetime(2026, 11, 18, 16, 1, tzinfo=UTC), 3)  # the 19th, 0 h
    read(datetime(2026, 11, 19, 2, 0, tzinfo=UTC), 4)  # the 19th, 10 h
    read(datetime(2026, 11, 19, 2, 59, tzinfo=UTC), 1)
    assert [(p.day.day, p.pages, p.hours) for p in figures(home).pace] == [(18, 2, 1), (19, 8, 2)]


def test_figures_of_older_versions_are_made_again(home: DeskHome) -> None:
    case = home.read(home.accept(NOW))
    case = home.answer(case, "correct", "field:complainant_mobile", "13900139000")
    home.answer(case, "finish", "case")
    before = figures(home)
    with home.services.storage.database.write() as connection:
        connection.execute(text("DELETE FROM field_answers"))
        connection.execute(text("DELETE FROM case_figures"))
    assert figures(home) != before
    assert home.services.storage.desk.figure_rows.catch_up() == 1
    assert figures(home) == before
    assert home.services.storage.desk.figure_rows.catch_up() == 0


def test_the_policy_is_checked(home: DeskHome) -> None:
    from domain.errors import UnknownPolicyError

    assert figures(home, DAYS.model_copy(update={"policy": POLICY})).arrivals == ()
    with pytest.raises(UnknownPolicyError):
        figures(home, DAYS.model_copy(update={"policy": "none"}))
