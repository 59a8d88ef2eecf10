"""Readings by character without a recogniser: lines as the test wrote them, boxes answered from those lines."""

from __future__ import annotations

from collections.abc import Mapping

from domain.case import Case
from domain.doubts import DoubtfulCharacter, characters_inside, doubts_of, is_doubtful, placed
from domain.errors import DecisionError
from domain.evidence import Evidence, FieldValue
from domain.fields import FIELDS
from domain.ocr import OcrCharacter, OcrLine
from domain.review import decided_by_person
from review_ui.answers import typed_form
from review_ui.typing.backend import BoxReading, PageCharacters, ReadCharacter
from tests.review_ui.drawn import Sheet
from tests.review_ui.memory_backend import MemoryBackend

Doubt = tuple[float, tuple[str, ...]]
"""Score of a character and its alternatives."""


def drawn_line(sheet: Sheet, field: str, doubts: Mapping[int, Doubt] | None = None) -> OcrLine:
    """Return the line of ``field`` on ``sheet``; ``doubts`` are by offset in the drawn words."""
    x0, y0, x1, y1 = sheet.boxes[field]
    words = sheet.words[field]
    wide = (x1 - x0) / len(words)
    characters = []
    for at, text in enumerate(words):
        score, alternatives = (doubts or {}).get(at, (0.999, ()))
        characters.append(
            OcrCharacter(
                text=text,
                bbox=(x0 + at * wide, y0, x0 + (at + 1) * wide, y1),
                score=score,
                alternatives=alternatives,
                margin=0.1 if alternatives else None,
            )
        )
    return OcrLine(
        text=words, polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)), score=0.9, characters=tuple(characters)
    )


class MemoryTyping:
    """``TypingBackend`` over lines by document."""

    def __init__(self, cases: MemoryBackend, lines: dict[str, tuple[OcrLine, ...]]) -> None:
        self._cases = cases
        self._lines = lines

    def doubts(self, case_id: str) -> dict[str, tuple[DoubtfulCharacter, ...]]:
        found = {}
        for name, value in self._cases.case(case_id).fields.items():
            if isinstance(value, FieldValue) and not decided_by_person(value.producer):
                characters = placed(value.evidence, lambda document, _page: self._lines.get(document, ()))
                found[name] = doubts_of(value.value, FIELDS[name].type, characters)
        return {name: doubts for name, doubts in found.items() if doubts}

    def read_box(self, case_id: str, place: Evidence, field: str, turn: int) -> BoxReading:
        if self._cases.case(case_id).document(place.document_id) is None:
            raise DecisionError("画的框不在页面上", "请重新画框")
        characters = characters_inside(self._lines.get(place.document_id, ()), place.bbox)
        raw = "".join(c.text for c in characters)
        value = (typed_form(field, raw).value or raw) if raw else ""
        placed_here = [(c, place.document_id, place.page) for c in characters]
        return BoxReading(
            raw=raw,
            value=value,
            evidence=place.model_copy(update={"quote": raw}),
            doubts=doubts_of(value, FIELDS[field].type, placed_here),
        )

    def lines(self, case: Case, document_id: str, page: int) -> tuple[OcrLine, ...]:
        return self._lines.get(document_id, ())

    def page_characters(self, case_id: str, document_id: str, page: int) -> PageCharacters:
        self._cases.case(case_id)
        found = (c for line in self._lines.get(document_id, ()) for c in line.characters)
        return PageCharacters(
            characters=tuple(ReadCharacter(text=c.text, bbox=c.bbox, doubtful=is_doubtful(c)) for c in found)
        )
