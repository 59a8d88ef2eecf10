"""The written papers of the judging benchmark: well formed, true to their own words, apart from each other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.judging.judged import judged, policies
from benchmarks.judging.scores import Count, score, true_signals
from benchmarks.judging.texts import JudgedText, load_texts

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def every() -> tuple[JudgedText, ...]:
    return tuple(t for part in ("tune", "train", "held") for t in load_texts(part))


def test_there_are_enough_papers_and_a_third_is_held_apart() -> None:
    looked_at, held = len(load_texts("tune")), len(load_texts("held"))
    assert looked_at + held >= 400
    assert held >= (looked_at + held) / 3


def test_ids_and_texts_do_not_repeat() -> None:
    papers = every()
    assert [i for i, n in Counter(p.id for p in papers).items() if n > 1] == []
    openings = Counter("".join(p.text.split())[20:60] for p in papers)
    assert [o for o, n in openings.items() if n > 1] == []


def test_words_of_signals_and_traps_stand_in_their_text() -> None:
    for paper in every():
        flat = paper.text.replace("\n", "")
        for marked in (*paper.signals, *paper.traps):
            assert marked.words in paper.text or marked.words in flat, (paper.id, marked.words)


def test_levels_and_categories_are_the_packs_own() -> None:
    for paper in every():
        pack = policies()[paper.policy].pack
        if paper.category is not None and pack.categories:
            assert paper.category in {c.id for c in pack.categories}, paper.id
        if paper.level is not None and pack.severity is not None:
            assert paper.level in {level.id for level in pack.severity.levels}, paper.id


def test_a_paper_is_judged_and_counted() -> None:
    paper = load_texts("tune")[0]
    found = judged(paper)
    scores = score([found])
    count = scores.signals["all"]
    assert count.right + count.missed == len(true_signals(paper))
    assert scores.disposition["papers"] == 1


def test_f1_of_nothing_to_find_is_one() -> None:
    assert Count().f1 == 1.0
    assert Count(right=1, missed=1, false=1).f1 == 0.5
