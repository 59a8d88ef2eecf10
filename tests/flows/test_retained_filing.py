"""A case that closes or is amended is kept longer; nothing that happens later keeps it shorter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.case import Case
from flows.filing import file_revision
from tests.review_ui.desk_home import DeskHome, empty_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    desk = empty_home(tmp_path / "home")
    yield desk
    desk.close()


def filed_on(home: DeskHome, day: datetime, case: Case) -> tuple[Case, date | None]:
    """Save an answer and file the revision, as on ``day``; return the case and its last day."""
    home.clock.now = day
    changed = home.answer(case, "comment", "case", comment="补充")
    shown = file_revision(home.services, changed, ())
    days = {o.retain_until for o in shown.archive.objects}
    assert len(days) == 1
    return changed, days.pop()


def test_closing_and_amending_extend_and_a_clock_set_back_does_not_shorten(home: DeskHome) -> None:
    home.clock.now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    case = home.read(home.accept(home.clock.now))
    case, first = filed_on(home, datetime(2026, 11, 20, 4, tzinfo=UTC), case)
    case, closed = filed_on(home, datetime(2027, 1, 5, 4, tzinfo=UTC), case)
    case, amended = filed_on(home, datetime(2028, 3, 1, 20, tzinfo=UTC), case)
    _, back = filed_on(home, datetime(2026, 12, 1, 4, tzinfo=UTC), case)
    # 20:00 UTC is the next day in China.
    assert (first, closed, amended) == (date(2046, 11, 20), date(2047, 1, 5), date(2048, 3, 2))
    assert back == amended


def test_adopter_who_takes_years_back_does_not_shorten(home: DeskHome) -> None:
    home.clock.now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    case, until = filed_on(home, home.clock.now, home.read(home.accept(home.clock.now)))
    adoption = home.services.policies.adoption
    assert adoption is not None
    pack = adoption.policies[0]
    fewer = pack.parameters["retention_years"].model_copy(update={"value": 1})
    changed = pack.model_copy(update={"parameters": pack.parameters | {"retention_years": fewer}})
    policies = replace(home.services.policies, adoption=adoption.model_copy(update={"policies": (changed,)}))
    home.services = replace(home.services, policies=policies)
    assert filed_on(home, home.clock.now, case)[1] == until == date(2046, 11, 20)
