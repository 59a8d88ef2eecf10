"""Boxes to tick: which of the printed options are chosen, by the ink in the boxes and by the signs that were read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from domain.base import BBox
from domain.evidence import Candidate, Evidence, FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS, FieldType
from domain.marks import TickBox
from domain.vocabulary import MissingReason
from extractors.forms.flow import Spot
from extractors.forms.paragraphs import place_box
from extractors.layout.blocks import FormPage, Place

_TICKED_SIGNS = frozenset("☑☒√✓✔✕✖✗✘■●◉⊙⊠∨")
_EMPTY_SIGNS = frozenset("□☐○◯囗口")
_OPTION_NOISE = re.compile(r"[\s（(）)、,，.。:：;；/_＿]")
_SURE, _BY_SIGN, _UNSURE = 0.985, 0.93, 0.6
_LEAST_DPI, _COARSE = 150.0, 0.8
_LEAST_RATIO = 75.0
_OTHER_ANSWER, _WELL_READ = 0.8, 0.95
PRODUCER = "form-ticks/1"
_NEAR = 1.6
"""How far a box may stand from the words of its field, in heights of the line."""


@dataclass(frozen=True)
class _Item:
    """Something in a row of options: a box, or a sign of the text.

    Attributes:
        row: its visual row.
        x: where its middle stands across the page, pixels.
        text: the sign; empty for a box.
        ticked: of a box: whether it is ticked, ``None`` when nobody can tell.
        sure: of a box: its ink was measured, or a clear sign was read.
        box: where it stands.
    """

    row: int
    x: float
    text: str
    box: BBox
    ticked: bool | None = None
    sure: bool = True


_BOX_SIGNS = "□☐☑√✓☒■"


@dataclass(frozen=True)
class _Choice:
    """One option with its box.

    Attributes:
        text: the option's words.
        ticked: ``None`` when nobody can tell.
        sure: whether its box was seen clearly.
        box: around its box and words.
    """

    text: str
    ticked: bool | None
    sure: bool
    box: BBox


def read_ticks(
    document_id: str, name: str, options: Sequence[str], spots: Sequence[Spot], pages: Sequence[FormPage]
) -> FieldResult | None:
    """Return what is ticked for a field, ``None`` when its place holds no boxes.

    Args:
        document_id: goes into the evidence.
        name: contract field name.
        options: printed answers that the form description knows; without any, the words beside each box count.
        spots: places of the field, best first.
        pages: pages of the document.
    """
    for spot in spots:
        page = pages[spot.block.page]
        choices = _choices(spot, page, options)
        if not choices and FIELDS[name].type is not FieldType.LIST and _printed(options, spot.words.text) > 1:
            return FieldMissing(
                name=name,
                reason=MissingReason.ILLEGIBLE,
                producer=PRODUCER,
                evidence=spot.words.evidence(document_id),
            )
        ticked = FIELDS[name].type in (FieldType.ENUM, FieldType.LIST) or _is_boxed(name, spot)
        if len(choices) >= (1 if options else 2) and (options or ticked):
            result = _result(document_id, name, choices, spot)
            return _of_coarse(result) if isinstance(result, FieldValue) and _is_coarse(page) else result
    return None


def _is_boxed(name: str, spot: Spot) -> bool:
    """Tell whether a short text is nothing but printed answers with their boxes."""
    text = spot.words.text
    return FIELDS[name].type is FieldType.TEXT and text[:1] in _BOX_SIGNS and sum(c in _BOX_SIGNS for c in text) > 1


def _is_coarse(page: FormPage) -> bool:
    """Tell whether a page was sent as a fax of standard resolution: the ink of a box is a handful of dots."""
    return page.quality is not None and page.quality.dpi is not None and page.quality.dpi < _LEAST_DPI


def _of_coarse(value: FieldValue) -> FieldValue:
    return value.model_copy(update={"probability": min(value.probability, _COARSE)})


def _result(document_id: str, name: str, choices: Sequence[_Choice], spot: Spot) -> FieldResult:
    picked = [choice for choice in choices if choice.ticked]
    unclear = [choice for choice in choices if choice.ticked is None]
    several = FIELDS[name].type is FieldType.LIST
    place = _union([choice.box for choice in (picked or choices)])
    where = (Evidence(document_id=document_id, page=spot.block.page + 1, bbox=place, quote=_quote(picked or choices)),)
    if not picked and not unclear:
        return FieldMissing(name=name, reason=MissingReason.BLANK_ON_FORM, producer=PRODUCER, evidence=where)
    value = "、".join(choice.text for choice in picked)
    probability = _SURE if all(c.sure for c in choices) else _BY_SIGN
    probability = min(probability, _UNSURE) if unclear or spot.certainty < 1.0 else probability
    if not picked or (len(picked) > 1 and not several):
        offered = tuple(
            Candidate(value=c.text, raw=c.text, probability=0.4, producer=PRODUCER, evidence=where)
            for c in (picked or unclear)
        )
        return FieldMissing(
            name=name, reason=MissingReason.ILLEGIBLE, producer=PRODUCER, evidence=where, candidates=offered
        )
    raw = spot.words.raw or value
    return FieldValue(
        name=name, value=value, raw=raw, probability=probability * spot.strength, producer=PRODUCER, evidence=where
    )


def _printed(options: Sequence[str], text: str) -> int:
    """Return how many of the options stand among the words: several without a box are no value."""
    words, found = _OPTION_NOISE.sub("", text), 0
    for option in sorted(options, key=len, reverse=True):
        bare = _OPTION_NOISE.sub("", option)
        found += bare in words
        words = words.replace(bare, "｜", 1)
    return found


def among_options(found: FieldValue, options: Sequence[str]) -> FieldValue:
    """Return an answer that was written instead of ticked; one that is no known option is never sure.

    A sign misread (銷售管理) gives the option of the same length that differs in one sign.
    """
    if found.value in options or FIELDS[found.name].type is FieldType.LIST:
        return found
    near = [o for o in options if len(o) == len(found.value) >= 3 and Levenshtein.distance(o, found.value) == 1]
    value = near[0] if len(near) == 1 and found.probability < _WELL_READ else found.value
    return found.model_copy(update={"value": value, "probability": min(found.probability, _OTHER_ANSWER)})


def _quote(choices: Sequence[_Choice]) -> str:
    return "、".join(choice.text for choice in choices)


def _choices(spot: Spot, page: FormPage, options: Sequence[str]) -> list[_Choice]:
    items = _items(spot, page)
    if not any(not item.text for item in items):
        return []
    before = _stands_before(items)
    known = _known(items, options, before=before) if options else []
    if any(choice.ticked is not False for choice in known):
        return known
    # a form may print other answers than those described
    others = _unknown(items, before=before)
    picked = [choice for choice in others if choice.ticked]
    return others if not options or (len(picked) == 1 and len(others) > max(1, len(known))) else known


def _stands_before(items: Sequence[_Item]) -> bool:
    """Tell whether boxes stand before their words: they stand closer to them than to the words on the other side."""
    gaps: list[float] = []
    for before, mark, after in zip(items, items[1:], items[2:], strict=False):
        if not mark.text and before.text and after.text and before.row == mark.row == after.row:
            gaps.append((mark.box[0] - before.box[2]) - (after.box[0] - mark.box[2]))
    height = items[0].box[3] - items[0].box[1]
    if gaps and abs(sum(gaps)) > 0.3 * height * len(gaps):
        return sum(gaps) > 0
    return not items[0].text


def _items(spot: Spot, page: FormPage) -> list[_Item]:
    """Return boxes and signs of a place in reading order."""
    rows = [list(run) for _, run in groupby(spot.words.places, key=lambda place: place.row)]
    items: list[_Item] = []
    marks = page.reading.marks.boxes
    for number, row in enumerate(rows):
        items.extend(_row_items(number, row, marks, spot))
    return items


def _row_items(number: int, row: Sequence[Place], marks: Sequence[TickBox], spot: Spot) -> list[_Item]:
    boxes = [place_box(place) for place in row]
    line = _union(boxes)
    height = min(line[3] - line[1], 1.6 * max(b[3] - b[1] for b in boxes))
    own = [mark for mark in marks if _belongs(mark.bbox, line, height, spot)]
    items: list[_Item] = []
    taken: set[int] = set()
    for place, box in zip(row, boxes, strict=True):
        sign = place.piece.line.text[place.offset]
        middle = (box[0] + box[2]) / 2
        if sign in _TICKED_SIGNS or sign in _EMPTY_SIGNS:
            mark = _nearest(own, taken, middle, 0.8 * height)
            if mark is None:
                if sign != "口":
                    items.append(_Item(number, middle, "", box, sign in _TICKED_SIGNS, sure=place.score == 1.0))
                else:
                    items.append(_Item(number, middle, sign, box))
            continue
        if any(mark.bbox[0] + 2 < middle < mark.bbox[2] - 2 for mark in own):
            continue
        items.append(_Item(number, middle, sign, box))
    items += [_Item(number, (m.bbox[0] + m.bbox[2]) / 2, "", m.bbox, m.ticked, sure=m.ticked is not None) for m in own]
    return sorted(items, key=lambda item: item.x)


def _nearest(marks: Sequence[TickBox], taken: set[int], x: float, reach: float) -> TickBox | None:
    for index, mark in enumerate(marks):
        if index not in taken and abs((mark.bbox[0] + mark.bbox[2]) / 2 - x) < reach:
            taken.add(index)
            return mark
    return None


def _belongs(box: BBox, line: BBox, height: float, spot: Spot) -> bool:
    """Tell whether a box stands in or right beside a row of words, and not in the label."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if not line[1] - 0.2 * height < y < line[3] + 0.2 * height:
        return False
    if spot.label is not None and spot.label[0] <= x <= spot.label[2] and spot.label[1] <= y <= spot.label[3]:
        return False
    if spot.block.cell is not None and not spot.block.bbox[0] <= x <= spot.block.bbox[2]:
        return False
    return line[0] - _NEAR * height < x < line[2] + _NEAR * height


def _known(items: Sequence[_Item], options: Sequence[str], *, before: bool) -> list[_Choice]:
    """Find the known options among the signs, and give each the box beside it."""
    signs = [index for index, item in enumerate(items) if item.text and not _OPTION_NOISE.match(item.text)]
    text = "".join(items[index].text for index in signs)
    spans: list[tuple[int, int, str]] = []
    for option in sorted(options, key=len, reverse=True):
        for start, end in _places(text, _OPTION_NOISE.sub("", option)):
            if not any(start < b and a < end for a, b, _ in spans):
                spans.append((start, end, option))
                break
    spans.sort()
    choices = []
    for place, (start, end, option) in enumerate(spans):
        first, last = signs[start], signs[end - 1]
        low = signs[spans[place - 1][1] - 1] if place else -1
        high = signs[spans[place + 1][0]] if place + 1 < len(spans) else len(items)
        span = range(first - 1, low, -1) if before else range(last + 1, high)
        mark = next((items[i] for i in span if not items[i].text), None)
        words = [items[i].box for i in range(first, last + 1)]
        if mark is None:
            choices.append(_Choice(option, False, False, _union(words)))
        else:
            choices.append(_Choice(option, mark.ticked, mark.sure, _union([mark.box, *words])))
    return _settled(choices, items)


def _settled(choices: list[_Choice], items: Sequence[_Item]) -> list[_Choice]:
    """An option without a box is not chosen where ticks alone mark the chosen ones, else nobody can tell."""
    marks = [item for item in items if not item.text]
    boxed = any(item.ticked is not True for item in marks)
    missing = sum(not any(_inside(m.box, c.box) for m in marks) for c in choices)
    if not boxed or not missing or not marks:
        return choices
    return [c if any(_inside(m.box, c.box) for m in marks) else _Choice(c.text, None, False, c.box) for c in choices]


def _inside(inner: BBox, outer: BBox) -> bool:
    return outer[0] <= inner[0] and inner[2] <= outer[2] and outer[1] <= inner[1] and inner[3] <= outer[3]


def _places(text: str, option: str) -> list[tuple[int, int]]:
    """Return where an option stands in the signs; one of four signs or more may be misread in part."""
    exact = [(m.start(), m.end()) for m in re.finditer(re.escape(option), text)]
    if exact or len(option) < 3:
        return exact
    windows = [(start, start + len(option)) for start in range(len(text) - len(option) + 1)]
    scored = [(fuzz.ratio(text[a:b], option), a, b) for a, b in windows]
    best = max(scored, default=(0.0, 0, 0))
    return [(best[1], best[2])] if best[0] >= (66.0 if len(option) == 3 else _LEAST_RATIO) else []


def _unknown(items: Sequence[_Item], *, before: bool) -> list[_Choice]:
    """Take the words between boxes as options."""
    choices: list[_Choice] = []
    words: list[_Item] = []
    mark: _Item | None = None
    for item in [*items, _Item(-1, 0.0, "", (0.0, 0.0, 0.0, 0.0))]:
        if item.text:
            words.append(item)
            continue
        owner = mark if before else (item if item.row >= 0 else None)
        text = _OPTION_NOISE.sub("", "".join(word.text for word in words))
        if owner is not None and text:
            box = _union([owner.box, *(word.box for word in words)])
            choices.append(_Choice(text, owner.ticked, owner.sure, box))
        words, mark = [], item
    return choices


def _union(boxes: Sequence[BBox]) -> BBox:
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
