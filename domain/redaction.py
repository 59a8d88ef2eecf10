"""Where personal data stand on the pages of a document: what is blackened on a copy unless a person unticks it. Pure.

Masking on the pages leaves the last digits of numbers, names and signatures, because people work with them. What leaves
the house loses all three.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.audit import Revealed
from domain.base import BBox, Model, PageNumber
from domain.case import Case
from domain.documents import Document, Page
from domain.evidence import Candidate, FieldResult, FieldValue
from domain.fields import FIELDS, FieldType
from domain.hidden_area import FIGURES, PageLines, hidden_area
from domain.masked_case import field_results, known_values
from domain.masked_text import SHORTEST, PersonalWords
from domain.masking import NAMES, is_personal
from domain.ocr import OcrLine

SHORTEST_NAME = 2
"""Characters that a name must have to be looked for in running text."""

MARGIN, LEAST_MARGIN = 0.2, 4.0
"""Room around a place that was read, as a share of its height and in pixels: recognised boxes cut strokes off."""

CARD = "card"
"""Subject of a whole identity paper, or of a page that a new scan replaced."""
SIGNATURE = "signature"
"""Subject of ink that a hand left as its name."""
NUMBER = "number"
"""Subject of a number or address of mail that no field holds."""

_GAPS = re.compile(r"[\s\-]")


class Place(Model):
    """A place on a page that is blackened when nobody unticks it.

    Attributes:
        page: of the document, from 1.
        subject: name of the field whose value stands there, ``card``, ``signature`` or ``number``.
        bbox: pixels of the upright page image, margin included.
    """

    page: PageNumber
    subject: str
    bbox: BBox


class HiddenBox(Model):
    """A place that is blackened.

    Attributes:
        page: of the document, from 1.
        bbox: pixels of the upright page image.
    """

    page: PageNumber
    bbox: BBox


def personal_places(case: Case, document: Document, lines: PageLines) -> tuple[Place, ...]:
    """Return where personal data stand on a document: all that masking hides, whole numbers, names and signatures.

    Names and addresses that no field holds are not found: a person must look at every page.

    Args:
        case: the case as it is.
        document: one of its papers.
        lines: what was read on pages.
    """
    words, figures = _words(case), _figures(case)
    found: list[Place] = []
    for page in document.pages:
        hidden = hidden_area(case, document.id, page.number, Revealed(), lines)
        places = [(CARD, box) for box in hidden.cards]
        places += list(_of_fields(case, document, page))
        places += [(SIGNATURE, s.bbox) for s in document.signatures if s.page == page.number]
        places += list(_in_text(words, figures, lines(case, document.id, page.number)))
        # what masking hides and the above did not find
        places += [(NUMBER, box) for box in hidden.values]
        found += _on_page(page, places)
    return tuple(found)


def grown(box: BBox, page: Page) -> BBox:
    """Return ``box`` with a margin, inside the page."""
    margin = max(LEAST_MARGIN, (box[3] - box[1]) * MARGIN)
    return (
        max(0.0, box[0] - margin),
        max(0.0, box[1] - margin),
        min(float(page.width), box[2] + margin),
        min(float(page.height), box[3] + margin),
    )


def _on_page(page: Page, places: Iterable[tuple[str, BBox]]) -> list[Place]:
    """Return the places from top to bottom with their margins, without those that lie inside another."""
    kept: list[Place] = []
    for subject, box in places:
        wide = grown(box, page)
        if wide[2] <= wide[0] or wide[3] <= wide[1] or any(_inside(wide, other.bbox) for other in kept):
            continue
        kept.append(Place(page=page.number, subject=subject, bbox=wide))
    return sorted(kept, key=lambda place: (place.bbox[1], place.bbox[0]))


def _inside(box: BBox, other: BBox) -> bool:
    return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]


def _of_fields(case: Case, document: Document, page: Page) -> Iterator[tuple[str, BBox]]:
    for found in field_results(case):
        if is_personal(found.name):
            yield from ((found.name, box) for box in _boxes(found, document, page))


def _figures(case: Case) -> tuple[str, ...]:
    """Return the amounts and days that fields show: long, and nobody's own.

    They are known by what they say, not by where they stand: the place of an amount may be a whole line of a letter,
    with a telephone number in it.
    """
    figures = (f for f in field_results(case) if f.name in FIELDS and FIELDS[f.name].type in FIGURES)
    readings = (r for f in figures if not is_personal(f.name) for r in (f, *f.candidates))
    said = (text for r in readings if isinstance(r, FieldValue | Candidate) for text in (r.value, r.raw))
    return tuple(dict.fromkeys(_letters(text) for text in said))


def _boxes(found: FieldResult, document: Document, page: Page) -> Iterator[BBox]:
    for evidence in (*found.evidence, *(e for c in found.candidates for e in c.evidence)):
        if (evidence.document_id, evidence.page) == (document.id, page.number):
            yield evidence.bbox


def _words(case: Case) -> PersonalWords:
    """Return the personal values of the case that are long enough to be looked for, names of two characters too."""
    return PersonalWords(_lookable(known_values(case, is_personal)), shortest=SHORTEST_NAME)


def _lookable(values: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in values:
        if name in FIELDS and FIELDS[name].type is FieldType.PERSON:
            yield from ((name, part) for part in NAMES.split(value))
        elif len(_letters(value)) >= SHORTEST:
            yield name, value


def _in_text(words: PersonalWords, figures: tuple[str, ...], lines: Iterable[OcrLine]) -> Iterator[tuple[str, BBox]]:
    for line in lines:
        for name, (start, end) in words.places(line.text):
            number = _letters(line.text[start:end])
            if number and (name is not None or not any(number in figure for figure in figures)):
                yield name or NUMBER, line.span_box(start, end)


def _letters(text: str) -> str:
    return _GAPS.sub("", text)
