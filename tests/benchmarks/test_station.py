"""Ways by keys from one value to another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.station.strokes import Way, edit, pick, text_strokes


def pressed(shown: str, way: Way) -> str:
    """Return what stands in a box after ``way``."""
    text, at, chosen = shown, 0, False
    for key in way.keys:
        match key:
            case "Control+a":
                chosen = True
            case "Home" | "End":
                at = 0 if key == "Home" else len(text)
            case "ArrowRight" | "ArrowLeft":
                at += 1 if key == "ArrowRight" else -1
            case "Delete":
                text = text[:at] + text[at + 1 :]
            case "Backspace":
                text, at = text[: at - 1] + text[at:], at - 1
    return way.typed if chosen else text[:at] + way.typed + text[at:]


words = st.text(alphabet="01258甲乙", max_size=12)


@given(words, words)
def test_the_shortest_way_leads_there_and_is_no_longer_than_typing(shown: str, wanted: str) -> None:
    way = edit(shown, wanted)
    assert pressed(shown, way) == wanted
    assert way.strokes <= text_strokes(wanted) + 1


def test_picking_walks_the_doubts() -> None:
    doubts = [(1, ["S", "6"]), (5, ["G"])]
    assert pick("T5202607", "TS202607", doubts) == Way(("Alt+1",))
    assert pick("T5202607", "T5202G07", doubts) == Way(("F2", "Alt+1"))
    assert pick("T5202607", "TX202607", doubts) is None
    assert pick("T5202607", "TS20260", doubts) is None
