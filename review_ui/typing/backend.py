"""What typing needs from the rest: wiring implements ``TypingBackend`` over stored readings and the recogniser.

Every method may be called from several threads at once; errors are those of ``domain.errors``.
"""

from __future__ import annotations

from typing import Protocol

from domain.base import BBox, Model
from domain.case import Case
from domain.doubts import DoubtfulCharacter
from domain.errors import DecisionError
from domain.evidence import Evidence
from domain.ocr import OcrLine


class BoxReading(Model):
    """What was read in a box that a person drew.

    Attributes:
        raw: the words as read, lines joined by a space; "" when nothing was read.
        evidence: the box.
        doubts: doubtful characters, offsets in ``value``.
        value: normal form for the field, or ``raw`` where it has none.
    """

    raw: str
    value: str
    evidence: Evidence
    doubts: tuple[DoubtfulCharacter, ...] = ()


class ReadCharacter(Model):
    """One character of a page.

    Attributes:
        text: as read.
        bbox: pixels of the upright page image.
        doubtful: the recogniser was not sure of it.
    """

    text: str
    bbox: BBox
    doubtful: bool


class PageCharacters(Model):
    """Everything that was read on a page; empty when no reading is kept."""

    characters: tuple[ReadCharacter, ...]


class TypingBackend(Protocol):
    """Readings of pages, by character."""

    def doubts(self, case_id: str) -> dict[str, tuple[DoubtfulCharacter, ...]]:
        """Return the doubtful characters of every field value that a person has not decided, by field.

        Raises:
            UnknownCaseError: no such case.
        """
        ...

    def read_box(self, case_id: str, place: Evidence, field: str, turn: int) -> BoxReading:
        """Read what stands in the box of ``place`` for ``field``; boxes are read one at a time.

        Args:
            case_id: id or number.
            place: document, page, box; its quote is not looked at.
            field: contract name; decides the normal form.
            turn: degrees clockwise that the person sees the page turned by: 0, 90, 180 or 270.

        Raises:
            UnknownCaseError: no such case.
            UnknownObjectError: no such document or page.
            DecisionError: the box does not lie on the page.
        """
        ...

    def lines(self, case: Case, document_id: str, page: int) -> tuple[OcrLine, ...]:
        """Return the lines of a page (from 1) of ``case``; nothing when no reading is kept."""
        ...

    def page_characters(self, case_id: str, document_id: str, page: int) -> PageCharacters:
        """Return what was read on a page (from 1).

        Raises:
            UnknownCaseError: no such case.
            UnknownObjectError: no such document or page.
        """
        ...


class NoReadings:
    """Pages without a recogniser behind them: nothing is marked, no box can be read."""

    def doubts(self, case_id: str) -> dict[str, tuple[DoubtfulCharacter, ...]]:
        """Return nothing."""
        return {}

    def read_box(self, case_id: str, place: Evidence, field: str, turn: int) -> BoxReading:
        """Refuse."""
        raise DecisionError("这里没有连接识别程序，不能识别框内文字", "请对照原件键入")

    def lines(self, case: Case, document_id: str, page: int) -> tuple[OcrLine, ...]:
        """Return nothing."""
        return ()

    def page_characters(self, case_id: str, document_id: str, page: int) -> PageCharacters:
        """Return nothing."""
        return PageCharacters(characters=())
