from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.held_out.markup import plain
from benchmarks.held_out.papers import PARTS, texts
from domain.evidence import FieldValue
from extractors.letters import lexicon
from extractors.letters.found import Found
from extractors.letters.letter import candidates_of, read_letter
from extractors.letters.lexicon import words_of
from extractors.letters.section_tags import RULE
from extractors.letters.tagger import pipeline, tag
from extractors.letters.tagger_features import COLUMNS, features, rows_of
from extractors.letters.tagger_labels import LABELS, SECTIONS, WEIGHTS
from extractors.letters.text import join_pages
from extractors.letters.weigh import weighed
from extractors.values.confidence import Source
from tests.extractors.letter_pages import pages_of
from training.letter_changes import changed, edited
from training.letter_pages import TaggedLetter, training_texts

STORY = (
    "尊敬的领导：\n　　我叫李秀兰，住圩埂乡三汊河村。去年十月我到海州村镇银行存款三万四千元，柜台的张建国"
    "给我打的折子，今年去取只有三万一千元。请把少的三千元补给我。\n　　　　　　李秀兰\n　　　　　　2023年10月26日\n"
)
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=80)


def test_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 6_000_000


@given(ANY_TEXT)
def test_words_cover_a_text(text: str) -> None:
    place = 0
    for word in words_of(text):
        assert word.start == place
        place = word.end
    assert place == len(text)


@given(ANY_TEXT)
def test_columns_stay_inside_their_tables(text: str) -> None:
    found = features(text, ())
    assert found.shape == (len(text), len(COLUMNS))
    assert (found >= 0).all()
    assert (found < np.array([size for _, size in COLUMNS])).all()


@given(ANY_TEXT)
def test_tokens_hold_the_whole_text(text: str) -> None:
    assert pipeline().make_doc(text).text == text


def test_entities_and_forms_stand_in_the_document() -> None:
    doc = pipeline()("我叫李秀兰，电话13912345678，去年在海州村镇银行存款。")
    assert "13912345678" in {s.text for s in doc.spans["forms"] if s.label_ == "phone"}
    assert "李秀兰" in {e.text for e in doc.ents if e.label_ == "complainant_name"}


def test_who_and_what_is_tagged() -> None:
    letter = join_pages("d", pages_of(STORY))
    tagged = tag(letter)
    assert tagged.inside.shape == (len(letter.text), len(LABELS))
    assert tagged.sections.shape == (len(letter.text), len(SECTIONS))
    said = {(t.label, letter.text[t.start : t.end]) for t in tagged.spans()}
    assert ("complainant_name", "李秀兰") in said
    assert ("respondent_staff", "张建国") in said
    assert ("respondent_org", "海州村镇银行") in said


def test_an_empty_letter_has_no_tags() -> None:
    assert tag(join_pages("d", ())).spans() == ()


def test_a_name_that_no_rule_knows_is_read() -> None:
    read = {f.name: f for f in read_letter("d", pages_of(STORY)) if isinstance(f, FieldValue)}
    assert read["respondent_staff"].value == "张建国"
    assert read["complainant_name"].value == "李秀兰"


def test_rules_and_tagger_are_weighed_together() -> None:
    letter = join_pages("d", pages_of(STORY))
    tagged = tag(letter)
    place = letter.text.index("张建国")
    own = letter.text.index("李秀兰")
    right = Found("respondent_staff", place, place + 3, Source.SENTENCE, 0.6, "staff")
    wrong = Found("respondent_staff", own, own + 3, Source.SENTENCE, 0.6, "staff")
    other = Found("complainant_email", 0, 3, Source.LINE, 0.6, "label")
    chances = [f.prior for f in weighed([right, wrong, other], letter, tagged)]
    assert chances[0] > chances[1]
    assert chances[2] == 0.6
    assert any(f.rule == RULE for f in candidates_of(letter, tagged))


def test_rows_tell_where_they_stand() -> None:
    letter = join_pages("d", pages_of(STORY))
    looks = rows_of(letter)
    assert len(looks) == len(letter.rows)
    assert looks[-1].indent > looks[2].indent


@pytest.mark.parametrize("seed", range(5))
def test_changed_letters_keep_what_they_say_in_place(seed: int) -> None:
    text = "本人王小明投诉海陵银行，电话13912345678。"
    spans = ((2, 5, "complainant_name"), (7, 11, "respondent_org"), (14, 25, "complainant_phone"))
    letter = changed(TaggedLetter("x", text, (), spans, ((0, len(text), "complaint_facts"),)), Random(seed))
    for (start, end, label), before in zip(letter.spans, ("本人", "投诉", "电话"), strict=True):
        assert 0 <= start < end <= len(letter.text)
        assert label in LABELS
        assert start >= len(before) - 1
    assert letter.sections[0][1] == len(letter.text)


@given(st.integers(0, 8), st.integers(0, 6), st.text(alphabet="甲乙丙", max_size=4))
def test_offsets_move_with_an_edit(start: int, length: int, words: str) -> None:
    text = "一二三四五六七八九十"
    end = min(start + length, len(text))
    letter = edited(TaggedLetter("x", text, (), ((9, 10, "complainant_name"),), ()), [(start, end, words)])
    assert letter.text == text[:start] + words + text[end:]
    if end <= 9:
        assert [letter.text[a:b] for a, b, _ in letter.spans] == ["十"]


def test_training_letters_share_no_sentence_with_held_out_ones() -> None:
    def sentences(text: str) -> set[str]:
        return {s for s in plain(text).replace("\n", "。").split("。") if len(s) > 14}

    held_out = {s for part in PARTS for t in texts(part) if "text" in t for s in sentences(t["text"])}
    own = {s for t in training_texts() for s in sentences(t["text"])}
    assert len(training_texts()) > 400
    assert not own & held_out


def test_the_index_of_words_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = lexicon._own_folder()
    assert folder == tmp_path / "juanzong"
    assert folder.stat().st_mode & 0o077 == 0
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    other = lexicon._own_folder()
    assert other.is_dir()
    assert other.stat().st_mode & 0o077 == 0
    other.rmdir()
