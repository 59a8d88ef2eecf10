"""The network and the n-grams beside it: shapes, places, long papers, and that labels fit the program's words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.category import together
from classifiers.network.grams import grams_of
from classifiers.network.hearing import LABELS, LONGEST, NOTHING, SIGNS, clause, hear_sentences, labels
from classifiers.network.tokens import tokens
from classifiers.network.words import word_numbers
from classifiers.packs import load_packs
from domain.vocabulary import Nature, SignalCode

TEXT = ["尊敬的领导:", "昨天晚报记者已来我家采访此事,", "请贵公司尽快退还本金。"]


def test_labels_are_the_programs_own() -> None:
    told = json.loads(LABELS.read_text("utf-8"))
    known = labels()
    assert known.signals == tuple(SignalCode)
    assert known.natures == tuple(Nature)
    assert set(known.weights) == set(known.thresholds) == set(SignalCode)
    packs = load_packs(Path("policies"))
    for policy, category in known.categories:
        assert category in {c.id for c in packs[policy].categories}, (policy, category)
    for name, pack in packs.items():
        heard = {category for policy, category in known.categories if policy == name}
        assert heard in (set(), {c.id for c in pack.categories}), name
    assert len(told["categories"]) == len(known.categories)


def test_every_sentence_has_logits_and_places_inside_it() -> None:
    heard = hear_sentences(TEXT)
    assert heard.signals.shape == heard.grams.shape == heard.places.shape == (3, len(SignalCode))
    for number, sentence in enumerate(TEXT):
        assert (heard.places[number] < len(sentence)).all()
    for sentence, sign in heard.spots:
        assert 0 <= sentence < len(TEXT) and 0 <= sign < len(TEXT[sentence])


def test_the_place_of_a_signal_is_the_sentence_that_tells_it() -> None:
    number, sign = hear_sentences(TEXT).where(SignalCode.MEDIA)
    assert number == 1
    assert "记者" in TEXT[1][slice(*clause(TEXT[1], sign))]


def test_nothing_is_heard_where_nothing_is_said() -> None:
    heard = hear_sentences([])
    assert heard.strongest(SignalCode.MEDIA) == (NOTHING, NOTHING)
    assert heard.categories("hotel") == {}


def test_a_long_paper_is_read_in_parts_and_no_sentence_is_lost() -> None:
    sentences = [f"第{n}件事,业务员没有告诉我手续费是多少,我也没有签字。" for n in range(60)]
    assert sum(map(len, sentences)) > 2 * LONGEST
    heard = hear_sentences(sentences)
    assert heard.signals.shape == (60, len(SignalCode))
    assert np.isfinite(heard.signals).all() and np.isfinite(heard.whole).all()


def test_a_sentence_longer_than_the_network_reads() -> None:
    heard = hear_sentences(["我要投诉" * LONGEST, "记者已来采访。"])
    assert heard.signals.shape[0] == 2


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_tokens_are_one_for_every_sign(text: str) -> None:
    read = tokens(SIGNS, text)
    assert [text[a:b] for a, b in read.spans] == list(text)
    assert len(word_numbers(text)) == len(text)


@given(st.text("投诉退款账户0123 ,。", max_size=40))
def test_grams_do_not_see_figures_and_blanks(text: str) -> None:
    plain = grams_of(text)
    other = grams_of("".join("7" if c.isdigit() else c for c in text).replace(" ", ""))
    assert (plain.buckets == other.buckets).all()
    assert (plain.counts >= 1).all()


chances = st.floats(0.001, 1.0)
logits = st.tuples(st.floats(-8, 8), st.floats(-8, 8))


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(chances, logits), min_size=2))
def test_what_all_say_together_is_a_chance(told: dict[str, tuple[float, tuple[float, float]]]) -> None:
    terms = {name: chance for name, (chance, _) in told.items()}
    network = {name: pair for name, (_, pair) in told.items()}
    found = together(terms, network, (0.5, 0.5, 0.5))
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(0 <= p <= 1 for p in found.values())


@given(st.text("一二三,;：、 ", min_size=1, max_size=40), st.data())
def test_a_clause_holds_its_sign(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    start, end = clause(text, place)
    assert 0 <= start <= place
    assert start <= end <= len(text)


def test_scraps_of_sentences_tell_no_signal() -> None:
    heard = hear_sentences(["这", "谢谢!", "昨天晚报记者已来我家采访此事,"])
    assert (heard.signals[:2] == NOTHING).all() and (heard.grams[:2] == NOTHING).all()
    assert heard.where(SignalCode.MEDIA)[0] == 2
