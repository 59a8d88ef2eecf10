"""Forms that are written as sentences: 投诉人…，身份证号码…，手机号码…，在贵中心开立的交易账号为…。

Their labels stand in running text, a sign of punctuation ends a value, and a value goes on in the next line when the
line is full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.fields import FIELDS, FieldType
from extractors.forms.flow import DOUBTFUL, Spot, read_flow
from extractors.forms.labels import SEPARATORS, LabelBook
from extractors.forms.paragraphs import place_box
from extractors.layout.blocks import Block, Place, Words

_LEAST = 3
"""So many labels have to follow punctuation in mid-sentence before a text is taken for such a form."""
_LEAST_SIGNS = 4
_STOP = re.compile(r"[，；;。]|,(?!\d)")
_JOIN = re.compile(r"(?:[为是系]|[（(][^()（）]{0,12}[)）])?")
_BEFORE = "，；;。、,"
_FULL, _MARGIN = 2.5, 1.5
"""How near to the right edge a full line ends, and to the left one the next begins, in heights of the line."""
_NUMBERS = frozenset(
    {FieldType.PHONE, FieldType.CN_ID, FieldType.USCC, FieldType.ACCOUNT_NO, FieldType.EMAIL, FieldType.DATE}
)
_NUMBER = re.compile(r"[0-9A-Za-z+(（]")
_NAME = re.compile(r"[㐀-鿿]{2,4}|[㐀-鿿]{1,8}[·•][㐀-鿿·•]{1,12}")
_DATE = re.compile(r"(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日?|([./\-])\d{1,2}\1\d{1,2})")
_MADE = re.compile(
    r"[于在](?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)[^，。；]{0,8}(?:提出|提起|进行|作出)[^，。；]{0,4}投诉"
)
_DATE_FIELD = "complaint_date"


def read_text(block: Block, book: LabelBook) -> list[Spot]:
    """Return label and value pairs of running text; what a sentence says of a field goes first."""
    told = read_sentences(block, book)
    names = {name for spot in told for name in spot.names}
    return [*(spot for spot in read_flow(block, book) if names.isdisjoint(spot.names)), *told]


def read_sentences(block: Block, book: LabelBook) -> list[Spot]:
    """Return label and value pairs of a form written as sentences; nothing when the text is no such form."""
    if block.cell is not None or block.band:
        return []
    found = list(_labelled(block, book))
    if sum(start > 0 and block.text[start - 1] in _BEFORE for start, _, _ in found) < _LEAST:
        return []
    spots = [_spot(block, start, end, names) for start, end, names in found]
    if all(_DATE_FIELD not in spot.names for spot in spots):
        spots.extend(_lone_date(block, book))
    return spots


def _labelled(block: Block, book: LabelBook) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Return start, end and fields of the labels in sentences; longer wordings go first, none overlap."""
    taken: list[tuple[int, int]] = []
    for label, names in book.wordings.items():
        for match in re.finditer(re.escape(label), block.text):
            start, after = match.span()
            if any(a < after and start < b for a, b in taken):
                continue
            joined = _JOIN.match(block.text, after)
            end = joined.end() if joined else after
            if _is_label(block, start, end, names, len(label)):
                taken.append((start, end))
                yield start, end, names


def _is_label(block: Block, start: int, end: int, names: Sequence[str], length: int) -> bool:
    kind = FIELDS[names[0]].type
    if kind is FieldType.LONGTEXT or block.text[end : end + 1] in ("", *SEPARATORS):
        return False
    stop = _STOP.search(block.text, end)
    if stop is None or stop.start() == end:
        return False
    opens = start == 0 or block.text[start - 1] in _BEFORE or block.places[start - 1].row < block.places[start].row
    if kind in _NUMBERS:
        return (opens or length >= _LEAST_SIGNS) and _NUMBER.match(block.text, end) is not None
    if kind is FieldType.PERSON:
        return opens and _NAME.fullmatch(block.text, end, stop.start()) is not None
    return opens and length >= _LEAST_SIGNS


def _spot(block: Block, start: int, end: int, names: tuple[str, ...]) -> Spot:
    stop = _STOP.search(block.text, end)
    last = stop.start() if stop else len(block.text)
    places = block.places[end:last]
    whole = all(_goes_on(block, a, b) for a, b in pairwise(block.places[end - 1 : last + 1]))
    first, final = place_box(block.places[start]), place_box(block.places[end - 1])
    box = first if block.places[start].row != block.places[end - 1].row else (*first[:2], *final[2:])
    printed = block.text[start:end]
    return Spot(names, Words(places), block, 1.0, False, 1.0 if whole else 0.5 * DOUBTFUL, box, printed=printed)


def _goes_on(block: Block, before: Place, after: Place) -> bool:
    """Tell whether two signs belong together: in one line, or over the end of a full line."""
    if before.row == after.row:
        return True
    a, b = place_box(before), place_box(after)
    height = a[3] - a[1]
    return a[2] > block.bbox[2] - _FULL * height and b[0] < block.bbox[0] + _MARGIN * height


def _lone_date(block: Block, book: LabelBook) -> list[Spot]:
    """Return the day that a sentence says the complaint was made on, or that stands alone in the last row of all."""
    if all(field.name != _DATE_FIELD for field in book.form.fields):
        return []
    told = _MADE.search(block.text)
    if told is not None:
        own = block.places[slice(*told.span("day"))]
        return [Spot((_DATE_FIELD,), Words(own), block, 1.0, False, label=place_box(own[0]))]
    last = [place for place in block.places if place.row == block.places[-1].row]
    words = Words(tuple(last))
    if _DATE.fullmatch(words.text) is None:
        return []
    return [Spot((_DATE_FIELD,), words, block, 1.0, False, label=place_box(last[0]))]
