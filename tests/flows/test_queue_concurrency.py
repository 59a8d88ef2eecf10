"""Twenty reviewers at once over real storage: no case in two hands, no answer lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Lock

import pytest

from benchmarks.station.cases import make_cases
from benchmarks.station.cluster import is_installed, throw_away_cluster
from domain.case import Decision
from domain.errors import CaseHeldError, StaleRevisionError
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from review_ui.backend import QueueFilter

REVIEWERS, TURNS, CASES = 20, 4, 120
ANY = QueueFilter()


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    settings = load_settings().model_copy(update={"home": tmp_path / "home"})
    if request.param == "sqlite":
        opened = open_services(settings)
        yield opened
        opened.close()
        return
    if not is_installed():
        pytest.skip("PostgreSQL 15 is not installed (/usr/lib/postgresql/15/bin)")
    with throw_away_cluster(durable=False) as url:
        opened = open_services(settings.model_copy(update={"database_url": url}))
        yield opened
        opened.close()


class Floor:
    """Who has which case at this moment, as the reviewers see it."""

    def __init__(self, services: Services) -> None:
        self.review, self.queue = ReviewService(services), QueueService(services)
        self.hands: dict[str, str] = {}
        self.answers: Counter[str] = Counter()
        self.lock = Lock()
        self.start = Barrier(REVIEWERS)

    def work(self, person: str) -> None:
        """Take, answer, try somebody else's case, go on."""
        self.start.wait()
        last: str | None = None
        for turn in range(TURNS):
            if last is not None:
                with self.lock:
                    del self.hands[last]
            case_id = self.queue.take_next(person, ANY, last)
            assert case_id is not None
            with self.lock:
                assert case_id not in self.hands, f"{case_id} is with {self.hands[case_id]} and was given to {person}"
                self.hands[case_id] = person
                other = next((c for c, holder in self.hands.items() if holder != person), None)
            self.answer(case_id, person, f"{person}第{turn}次")
            if other is not None:
                self.intrude(other, person)
            last = case_id

    def answer(self, case_id: str, person: str, words: str) -> None:
        case = self.review.case(case_id)
        after = self.review.decide(case_id, case.revision, comment(person, words))
        assert after.revision == case.revision + 1
        with self.lock:
            self.answers[case_id] += 1

    def intrude(self, case_id: str, person: str) -> None:
        """Try to answer a case that was seen in another's hands; it may have been given back since."""
        try:
            self.answer(case_id, person, "误入")
        except (CaseHeldError, StaleRevisionError):
            return
        self.queue.release(case_id, person)


def comment(person: str, words: str) -> Decision:
    return Decision(actor=person, at=datetime.now(UTC), action="comment", subject="case", comment=words)


def test_twenty_reviewers_at_once(services: Services) -> None:
    make_cases(services, 5 * CASES)
    floor = Floor(services)
    with ThreadPoolExecutor(REVIEWERS) as pool:
        for done in [pool.submit(floor.work, f"审核员{n}") for n in range(REVIEWERS)]:
            done.result()
    assert sum(floor.answers.values()) >= REVIEWERS * TURNS
    for case_id, answers in floor.answers.items():
        case = services.storage.cases.load_case(case_id)
        assert case is not None
        assert (case.revision, len(case.decisions)) == (1 + answers, answers), "lost or doubled"
        history = services.storage.cases.case_history(case_id)
        assert [r.number for r in history] == list(range(1, case.revision + 1))


def test_one_free_case_and_twenty_who_want_it(services: Services) -> None:
    make_cases(services, CASES)
    queue = QueueService(services)
    first, *others = ReviewService(services).queue(ANY)
    for entry in others:
        queue.take(entry.id, "已有人办理")
    with ThreadPoolExecutor(REVIEWERS) as pool:
        given = list(pool.map(lambda n: queue.take_next(f"审核员{n}", ANY, None), range(REVIEWERS)))
    assert [g for g in given if g is not None] == [first.id]
