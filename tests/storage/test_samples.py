"""Samples: drawn once, answered once, a mistake draws its like, only chance tells the rate."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import DecisionError
from domain.sampling import AcceptedField, Drawn, Outcome
from storage import Storage
from tests.storage.conftest import RECEIVED, saved


def fields(storage: Storage, count: int, probability: float = 0.99, start: int = 0) -> list[AcceptedField]:
    cases = [saved(storage, f"paper {start + n}".encode()) for n in range(count)]
    return [
        AcceptedField(
            case_id=c.id,
            revision=1,
            name="complainant_name",
            producer="form/1",
            probability=probability,
            filed_at=RECEIVED,
        )
        for c in cases
    ]


def test_everything_is_drawn_once_at_the_whole_share(storage: Storage) -> None:
    noted = fields(storage, 3)
    for _ in range(2):
        storage.samples.note_filed(noted, 1.0)
    waiting = storage.samples.waiting()
    assert [s.id for s in waiting] == [1, 2, 3]
    assert {s.case_id for s in waiting} == {f.case_id for f in noted}
    assert all(s.drawn is Drawn.BY_CHANCE and s.case_number.startswith("EXM-") for s in waiting)


def test_a_mistake_draws_its_like_once_and_they_come_first(storage: Storage) -> None:
    storage.samples.note_filed(fields(storage, 2), 1.0)
    storage.samples.note_filed(fields(storage, 2, start=10), 0.0)
    storage.samples.note_filed(fields(storage, 1, probability=0.7, start=20), 0.0)
    assert storage.samples.answer(1, Outcome.WRONG, "稽核") == 2
    waiting = storage.samples.waiting()
    assert [(s.drawn, s.cause) for s in waiting] == [(Drawn.SIMILAR, 1), (Drawn.SIMILAR, 1), (Drawn.BY_CHANCE, None)]
    assert storage.samples.answer(2, Outcome.WRONG, "稽核") == 0, "nothing like it is left"


def test_only_samples_drawn_by_chance_tell_the_rate(storage: Storage) -> None:
    storage.samples.note_filed(fields(storage, 3), 1.0)
    storage.samples.note_filed(fields(storage, 2, start=10), 0.0)
    storage.samples.answer(1, Outcome.WRONG, "稽核")
    storage.samples.answer(2, Outcome.RIGHT, "稽核")
    storage.samples.answer(3, Outcome.ILLEGIBLE, "稽核")
    for similar in storage.samples.waiting():
        storage.samples.answer(similar.id, Outcome.WRONG, "稽核")
    *_, total = storage.samples.error_rates()
    assert (total.name, total.accepted, total.looked_at, total.wrong) == ("all", 5, 2, 1)
    assert 0 < total.low < 0.5 < total.high < 1


def test_two_auditors_never_answer_one_sample(storage: Storage) -> None:
    storage.samples.note_filed(fields(storage, 1), 1.0)

    def answer(who: str) -> bool:
        try:
            storage.samples.answer(1, Outcome.RIGHT, who)
        except DecisionError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(answer, [f"稽核{n}" for n in range(8)])) == 1
    with pytest.raises(DecisionError, match="不存在"):
        storage.samples.answer(99, Outcome.RIGHT, "稽核")
