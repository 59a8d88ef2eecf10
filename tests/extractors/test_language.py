from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.reading.ctc import DecodedCharacter
from extractors.reading.language import WEIGHTS, bundled, is_by_hand, reread

SIGN = st.sampled_from("投诉银行退还保险我的一二三3a，。")


def sign(text: str, score: float, *others: tuple[str, float], hand: float | None = 0.9) -> DecodedCharacter:
    names, chances = tuple(o for o, _ in others), tuple(p for _, p in others)
    margin = score - chances[0] if chances else None
    return DecodedCharacter(text, 0.0, 0.1, score, names, margin, hand, None, chances)


@st.composite
def characters(draw: st.DrawFn) -> tuple[DecodedCharacter, ...]:
    out = []
    for text in draw(st.lists(SIGN, max_size=8)):
        others = draw(st.lists(st.tuples(SIGN, st.floats(0.002, 0.4)), max_size=3, unique_by=lambda o: o[0]))
        out.append(sign(text, draw(st.floats(0.2, 1.0)), *(o for o in others if o[0] != text)))
    return tuple(out)


def text_of(line: tuple[DecodedCharacter, ...]) -> str:
    return "".join(c.text for c in line)


def test_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 1_500_000


@given(characters())
def test_only_what_was_read_in_a_place_is_put_there(line: tuple[DecodedCharacter, ...]) -> None:
    again = reread(line, bundled())
    assert len(again) == len(line)
    for before, after in zip(line, again, strict=True):
        assert after.text in (before.text, *before.alternatives)
        if before.text.isascii() or before.text in "一二三":
            assert after == before
        if after.text != before.text:
            assert after.score == dict(zip(before.alternatives, before.chances, strict=True))[after.text]
            assert not after.text.isascii()
            assert before.text in after.alternatives


def test_neighbours_decide_a_doubtful_sign() -> None:
    line = (sign("银", 0.99), sign("仃", 0.5, ("行", 0.4)), sign("退", 0.99), sign("坏", 0.5, ("还", 0.42)))
    assert text_of(reread(line, bundled())) == "银行退还"


def test_a_clear_sign_stays() -> None:
    line = (sign("银", 0.99), sign("仃", 0.994, ("行", 0.003)))
    assert text_of(reread(line, bundled())) == "银仃"


def test_print_is_left_alone() -> None:
    assert not is_by_hand((sign("银", 0.9, hand=0.1), sign("行", 0.9, hand=0.2)))
    assert not is_by_hand((sign("银", 0.9, hand=None),))
    assert is_by_hand((sign("银", 0.9), sign("行", 0.9)))
