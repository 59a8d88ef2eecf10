"""Whose hands a case is in, and what is next: order, expiry, skips, hand-overs, take-overs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.case import Case
from domain.errors import CaseHeldError
from domain.queue import LEASE, PASS, SKIP
from domain.review import apply_decision
from storage import QueueFilter, Storage, open_storage
from tests.storage.conftest import RECEIVED, accept, case_of
from tests.storage.test_cases import LEVEL, NAME, answer

ANY = QueueFilter()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = RECEIVED

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(home: Path, clock: Clock) -> Iterator[Storage]:
    opened = open_storage(home, clock=clock)
    yield opened
    opened.close()


def waiting(desk: Storage, content: bytes, **changes: object) -> Case:
    case = case_of(accept(desk, content), **{"review": (NAME,), **changes})
    desk.cases.save_case(case, "assembled", None)
    return case


def test_a_lease_has_one_holder_and_comes_back_by_itself(desk: Storage, clock: Clock) -> None:
    case = waiting(desk, b"letter")
    lease = desk.leases.take(case.id, "甲")
    assert (lease.holder, lease.until) == ("甲", RECEIVED + LEASE)
    clock.now += LEASE - timedelta(seconds=1)
    assert desk.leases.take(case.id, "乙").holder == "甲"
    renewed = desk.leases.take(case.id, "甲")
    assert (renewed.since, renewed.until) == (RECEIVED, clock.now + LEASE)
    clock.now += LEASE
    taken = desk.leases.take(case.id, "乙")
    assert (taken.holder, taken.since) == ("乙", clock.now)


def test_only_the_holder_writes(desk: Storage, clock: Clock) -> None:
    case = waiting(desk, b"letter")
    desk.leases.take(case.id, "甲")
    changed = apply_decision(case, answer())
    with pytest.raises(CaseHeldError, match=r"由甲办理中，至 10:45 止.*接管"):
        desk.cases.save_case(changed, "accept", 1, holder="乙")
    assert desk.cases.load_case(case.id) == case
    desk.leases.take_over(case.id, "乙", "甲已下班")
    with pytest.raises(CaseHeldError, match="由乙办理中"):
        desk.cases.save_case(changed, "accept", 1, holder="甲")
    desk.cases.save_case(changed, "accept", 1, holder="乙")
    (line,) = desk.lists.waiting(ANY)
    assert [(a.act, a.person, a.reason) for a in line.acts] == [("take_over", "乙", "甲已下班")]


def test_release_is_for_the_holder(desk: Storage) -> None:
    case = waiting(desk, b"letter")
    desk.leases.take(case.id, "甲")
    desk.leases.release(case.id, "乙")
    assert desk.leases.take(case.id, "乙").holder == "甲"
    desk.leases.release(case.id, "甲")
    assert desk.leases.take(case.id, "乙").holder == "乙"


def test_next_is_the_most_urgent_that_nobody_holds(desk: Storage) -> None:
    plain, grave = waiting(desk, b"letter"), waiting(desk, b"form", review=(LEVEL,))
    assert desk.leases.take_next("甲", ANY) == grave.id
    assert desk.leases.take_next("乙", ANY) == plain.id
    assert desk.leases.take_next("丙", ANY) is None
    # who goes on leaves the case: others get it at once, the same person not before the others were seen
    assert desk.leases.take_next("甲", ANY, after=grave.id) is None
    assert desk.leases.take_next("丙", ANY) == grave.id


def test_a_case_passed_comes_back_to_the_same_person_later(desk: Storage, clock: Clock) -> None:
    first, second = waiting(desk, b"letter", review=(LEVEL,)), waiting(desk, b"form")
    assert desk.leases.take_next("甲", ANY) == first.id
    assert desk.leases.take_next("甲", ANY, after=first.id) == second.id
    assert desk.leases.take_next("甲", ANY, after=second.number) is None, "not back and forth between two"
    clock.now += PASS
    assert desk.leases.take_next("甲", ANY) == first.id


def test_a_skipped_case_stays_away_until_it_changes_or_time_has_passed(desk: Storage, clock: Clock) -> None:
    case = waiting(desk, b"letter")
    desk.leases.skip(case.id, "甲", "字迹太淡")
    assert desk.leases.take_next("甲", ANY) is None
    (line,) = desk.lists.waiting(ANY)
    assert [(a.person, a.act, a.reason) for a in line.acts] == [("甲", "skip", "字迹太淡")]
    assert desk.leases.take_next("乙", ANY) == case.id
    changed = apply_decision(case, answer("field:complainant_phone", "correct", "010-62220001"))
    desk.cases.save_case(changed, "correct", 1, holder="乙")
    desk.leases.release(case.id, "乙")
    assert desk.leases.take_next("甲", ANY) == case.id, "it changed"
    desk.leases.skip(case.id, "甲", "仍看不清")
    clock.now += SKIP - timedelta(seconds=1)
    assert desk.leases.take_next("甲", ANY) is None
    clock.now += timedelta(seconds=1)
    assert desk.leases.take_next("甲", ANY) == case.id, "time has passed"


def test_experts_have_their_own_list(desk: Storage) -> None:
    case, other = waiting(desk, b"letter"), waiting(desk, b"form")
    desk.leases.take(case.id, "甲")
    with pytest.raises(CaseHeldError):
        desk.leases.hand_over(case.id, "乙", "需专业意见", to_expert=True)
    desk.leases.hand_over(case.id, "甲", "涉及期权定价", to_expert=True)
    assert desk.leases.take_next("丙", QueueFilter(for_expert=False)) == other.id
    (line,) = desk.lists.waiting(QueueFilter(for_expert=True))
    assert (line.id, line.lease, line.acts[-1].reason) == (case.id, None, "涉及期权定价")
    assert desk.leases.take_next("专家", QueueFilter(for_expert=True)) == case.id
    desk.leases.hand_over(case.id, "专家", "已注明，可继续", to_expert=False)
    assert desk.lists.waiting(QueueFilter(for_expert=True)) == ()
    # a new revision of the papers keeps the mark
    desk.leases.hand_over(case.id, "丁", "再看", to_expert=True)
    desk.cases.save_case(apply_decision(case, answer()), "accept", 1, holder="丁")
    assert desk.lists.waiting(QueueFilter(for_expert=True))[0].revision == 2


def test_views_belong_to_a_person(desk: Storage) -> None:
    desk.views.save("甲", "我的信函", "channel=letter")
    desk.views.save("甲", "我的信函", "channel=fax")
    desk.views.save("乙", "重大", "level=重大投诉")
    (view,) = desk.views.of_person("甲")
    assert (view.name, view.query) == ("我的信函", "channel=fax")
    desk.views.delete("乙", view.id)
    assert desk.views.of_person("甲") == (view,)
    desk.views.delete("甲", view.id)
    assert desk.views.of_person("甲") == ()
