"""Law of lists: while cases arrive, a walk skips none and doubles none."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.documents import ScanBatch, SourceFile
from domain.vocabulary import Channel
from flows.systems_service import ListingService
from flows.wiring import Policies, Services
from review_ui.systems.backend import CaseQuery
from review_ui.systems.listing import read_cursor, write_cursor
from storage import Storage, open_storage
from tests.systems.conftest import START, HandClock, House

ARRIVALS = st.lists(st.lists(st.sampled_from([0, 0, 1, 3600]), max_size=3), min_size=1, max_size=6)
"""Between one portion and the next: seconds from arrival to arrival."""


def arrive(storage: Storage, clock: HandClock, seconds: int, number: int) -> str:
    """Accept a case whose papers were received long before or just now."""
    clock.move(seconds=seconds)
    content = f"letter {number}".encode()
    file = SourceFile(name=f"{number}.pdf", object=storage.objects.put(content, "application/pdf"))
    received = START.replace(year=2020 + number % 7)
    batch = ScanBatch(id=f"b-{number}", received_at=received, channel=Channel.HISTORICAL, files=(file,))
    return storage.intake.accept_batch(batch, "exchange-member", "EXM").id


@pytest.mark.parametrize("order", ["newest", "oldest"])
@given(first=st.integers(0, 7), arrivals=ARRIVALS, limit=st.integers(1, 4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_case_is_skipped_or_doubled(
    empty_home: Path, order: str, first: int, arrivals: list[list[int]], limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock()
        home = Path(shutil.copytree(empty_home, Path(folder) / "home"))
        storage = open_storage(home, clock=clock)
        present = [arrive(storage, clock, 0, n) for n in range(first)]
        listing = ListingService(Services(None, Policies({}, None), storage))  # type: ignore[arg-type]
        seen: list[str] = []
        after = None
        waves = iter(arrivals)
        count = first
        added: list[str] = []
        while True:
            found = listing.portion(CaseQuery(), after, limit, newest_first=order == "newest")
            seen.extend(line.id for line in found)
            for seconds in next(waves, []):
                added.append(arrive(storage, clock, seconds, count))
                count += 1
            if found:
                stand = read_cursor(write_cursor(found[-1], order))  # type: ignore[arg-type]
                after = (stand.at, stand.number)
            elif order == "newest" or not set(added) - set(seen):
                break
        storage.close()
    assert len(seen) == len(set(seen))
    if first:  # an empty portion ends the walk before anything has come
        assert set(present) <= set(seen)
    if order == "oldest":
        assert set(seen) == {*present, *added}


def test_what_does_not_exist_for_somebody_is_in_no_portion(house: House) -> None:
    listing, (first, second) = ListingService(house.services), house.cases
    wanted = CaseQuery(without=(first.id,))
    assert [line.id for line in listing.portion(wanted, None, 10, newest_first=True)] == [second.id]
    assert listing.count(wanted) == 1
