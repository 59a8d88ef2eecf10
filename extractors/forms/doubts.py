"""What speaks against a place of a form: words cut in mid-line, words of another row, a printed note, two people."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from domain.base import BBox
from domain.fields import FIELDS, FieldType
from extractors.forms.flow import Spot
from extractors.forms.labels import SEPARATORS, bare
from extractors.forms.paragraphs import place_box
from extractors.layout.blocks import Place, Words

AMBIGUOUS = 0.15
"""Factor for words that may as well be another label's."""
_NOTE = re.compile(r"^(?:注|备注|说明|填表说明|附注)[:：]")
_CODES = frozenset({"batch_no", "order_no", "part_no", "complaint_no", "claim_report_no"})
_CODE_FIRST = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-./#]{2,}(?=[㐀-鿿])")
_IN_BRACKETS = re.compile(r"[(（][^()（）]+[)）]")
_NAME = "handler_name"
_HEAD = "member_head_name"
_PEOPLE = frozenset({"complainant_name", "contact_name", _HEAD, _NAME})
_HEADS = {
    "complainant_phone": "member_head_phone",
    "complainant_mobile": "member_head_phone",
    "complainant_email": "member_head_email",
}
_OWNER = re.compile(r"投诉人|客户|本人|申请人")
_NAME_AND_NUMBER = re.compile(r"(?P<name>[㐀-鿿·]{2,8})[,，、/／]?(?=[0-9+(（])")
_LEAST_ALIKE = 0.8
_UNKNOWN = re.compile(r"(?:我|本人)?(?:不清楚|不详|不知道?|不记得|记不清|忘了|未知|不认识|说不清)")
_ADDRESSED = re.compile(r"(?<=[㐀-鿿])[(（]?(?:先生|女士|小姐)")
_FIGURES = re.compile(r"[0-9年月日时分./\-:：]+")
_DAY = re.compile(r"(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日?|([./\-])\d{1,2}\1\d{1,2})(?:日|上午|下午|[0-9:：时分])*")
_RESULT, _REPLIED = "handling_result", re.compile(r"答复|回复|反馈")
_OF_PERSON = re.compile(
    r"(?<=[㐀-鿿])(?:[(（][男女][)）])?[,，、]?(?:[(（]?(?:工号|员工号|胸牌号?)[:：]?[0-9A-Za-z\-]+|[(（][男女][)）]$)"
)
"""What is said of a person after the name: 刘经理（女），工号0316."""
_CLOSE = 0.6
"""Two signs of one line no further apart than this, in heights of the line, belong together."""


def settled(spots: Sequence[Spot], labels: Collection[str], known: Collection[str]) -> list[Spot]:
    """Doubt or clean the words of the places of a page.

    Args:
        spots: as they were read, in the order of the page.
        labels: bare wordings of the form's labels.
        known: names of the form's fields.
    """
    own_words = [_unaddressed(_own_rows(_without_note(spot))) for spot in spots]
    cleaned = [_day_of(_no_person(spot), known) for spot in own_words]
    cut = {i for i, spot in enumerate(cleaned) if spot.block.cell is not None and _is_cut(spot, labels)}
    strange = {i for i, spot in enumerate(cleaned) if _outside_its_cell(spot)}
    between = {i for pair in _between(cleaned) for i in pair}
    unknown = {i for i, spot in enumerate(cleaned) if not _is_long(spot) and _UNKNOWN.match(spot.words.text)}
    doubted = cut | strange | between | unknown
    settled = [replace(s, certainty=AMBIGUOUS) if i in doubted else _code(s) for i, s in enumerate(cleaned)]
    own = [_of_head(spot, settled, known) for spot in settled]
    return [part for spot in own for part in _of_handler(spot, own, known)]


def _of_head(spot: Spot, spots: Sequence[Spot], known: Collection[str]) -> Spot:
    """Give a number or address that follows the head of a member firm, with no word whose it is, to the head."""
    name = next((_HEADS[name] for name in spot.names if name in _HEADS), None)
    if name is None or name not in known or spot.label is None or _OWNER.search(spot.printed):
        return spot
    if any(name in other.names and other.words.places for other in spots):
        return spot
    person = _person_before(spot, spots)
    return replace(spot, names=(name,)) if person is not None and _HEAD in person.names else spot


def _of_handler(spot: Spot, spots: Sequence[Spot], known: Collection[str]) -> list[Spot]:
    """Tell a number of who handles a case from the complainant's, and his name from his number in one cell."""
    if spot.names != ("handler_phone",):
        return [spot]
    if spot.label is not None and spot.strength == 1.0 and _is_of_complainant(spot, spots):
        return [replace(spot, names=("complainant_phone",))] if "complainant_phone" in known else []
    both = _NAME_AND_NUMBER.match(spot.words.text)
    if both is None:
        return [spot]
    places, cut = spot.words.places, both.end("name")
    number = replace(spot, words=Words(places[cut:]))
    return [replace(spot, names=("handler_name",), words=Words(places[:cut])), number] if _NAME in known else [number]


def _is_of_complainant(spot: Spot, spots: Sequence[Spot]) -> bool:
    """Tell whether the nearest person asked for before a number, in its row or above, is the complainant."""
    person = _person_before(spot, spots)
    return person is not None and "complainant_name" in person.names


def _person_before(spot: Spot, spots: Sequence[Spot]) -> Spot | None:
    """Return the nearest place for a person's name before a place, in its row or else above."""
    own = spot.label or (0.0, 0.0, 0.0, 0.0)
    middle = (own[1] + own[3]) / 2
    people = [(s, s.label) for s in spots if s.label is not None and not _PEOPLE.isdisjoint(s.names)]
    level = [(s, box) for s, box in people if box[1] <= middle <= box[3] and (box[0] < own[0] or box == own)]
    if level:
        return max(level, key=lambda pair: pair[1][0])[0]
    above = [(s, box) for s, box in people if box[3] < middle]
    return max(above, key=lambda pair: pair[1][3])[0] if above else None


def _without_note(spot: Spot) -> Spot:
    """A note that is printed below the last place of a form is nobody's answer."""
    return replace(spot, words=Words(())) if _NOTE.match(spot.words.text) else spot


def _no_person(spot: Spot) -> Spot:
    """A day or a number is nobody's name: it stands at the next place, and this one is blank."""
    person = all(FIELDS[name].type is FieldType.PERSON for name in spot.names)
    return replace(spot, words=Words(())) if person and _FIGURES.fullmatch(spot.words.text) else spot


def _day_of(spot: Spot, known: Collection[str]) -> Spot:
    """A day alone where a result is asked for says when it was given (答复客户: 2024年7月11日)."""
    if spot.names != (_RESULT,) or not _DAY.fullmatch(spot.words.text):
        return spot
    name = "reply_at" if _REPLIED.search(spot.printed) else "handled_at"
    return replace(spot, names=(name,)) if name in known else replace(spot, certainty=AMBIGUOUS)


def _unaddressed(spot: Spot) -> Spot:
    """Cut the name of a person where 先生/女士 is printed after it for the writer to choose from."""
    if any(FIELDS[name].type is not FieldType.PERSON for name in spot.names):
        return spot
    title = _ADDRESSED.search(spot.words.text) or _OF_PERSON.search(spot.words.text)
    return spot if title is None else replace(spot, words=Words(spot.words.places[: title.start()]))


def _own_rows(spot: Spot) -> Spot:
    """Drop what stands wholly above the label of a short value on free paper, such as the title.

    The first row of a value that is wrapped stays: it stands right over the second one, left edges in line.
    """
    if spot.ruled or spot.label is None or _is_long(spot):
        return spot
    top = spot.label[1]
    kept = tuple(place for place in spot.words.places if place_box(place)[3] > top)
    above = [place for place in spot.words.places if place_box(place)[3] <= top]
    if above and kept and _CODES.isdisjoint(spot.names) and _is_wrapped(above, kept):
        return spot
    return replace(spot, words=Words(kept)) if kept and len(kept) < len(spot.words.places) else spot


def _is_wrapped(above: Sequence[Place], below: Sequence[Place]) -> bool:
    rows = {place.row for place in above}
    first, second = place_box(above[0]), place_box(below[0])
    height = second[3] - second[1]
    if not _LEAST_ALIKE < (first[3] - first[1]) / height < 1 / _LEAST_ALIKE:
        return False  # a title is set in larger signs
    close = second[1] - place_box(above[-1])[3] < _CLOSE * height
    return len(rows) == 1 and close and abs(first[0] - second[0]) < _CLOSE * height


def _is_cut(spot: Spot, labels: Collection[str]) -> bool:
    """Tell whether the words begin or end in the middle of a line that goes on in another cell."""
    places = spot.words.places
    if not places:
        return False
    first, last = places[0], places[-1]
    text, end = first.piece.line.text, first.offset
    begins = end == first.piece.start > 0 and _touch(first, -1) and not _ends_in_label(text[:end], labels)
    rest = last.piece.line.text[last.offset + 1 :] if last.offset + 1 == last.piece.end else ""
    ends = bool(rest) and _touch(last, 1) and not any(bare(rest).startswith(label) for label in labels)
    return begins or ends


def _ends_in_label(text: str, labels: Collection[str]) -> bool:
    return text[-1:] in SEPARATORS or text[-1:].isspace() or any(bare(text).endswith(label) for label in labels)


def _touch(place: Place, step: int) -> bool:
    """Tell whether a sign stands close to the one before (-1) or after it (1) in its line."""
    line = place.piece.line
    if len(line.characters) != len(line.text) or line.text[place.offset + step].isspace():
        return False
    a, b = sorted((line.characters[place.offset].bbox, line.characters[place.offset + step].bbox))
    return b[0] - a[2] < _CLOSE * (line.bbox[3] - line.bbox[1])


def _outside_its_cell(spot: Spot) -> bool:
    """Tell whether words of a cell stand outside of it: they were given to it from the next row."""
    if spot.block.cell is None or not spot.words.places:
        return False
    _, top, _, bottom = spot.block.bbox
    middles = [(box[1] + box[3]) / 2 for box in map(place_box, spot.words.places)]
    return not spot.ruled and any(not top <= y <= bottom for y in middles)


def _between(spots: Sequence[Spot]) -> list[tuple[int, int]]:
    """Return neighbours of which the first one's last row stands nearer to the second one's label, beside it.

    On a fax that lost its rules nobody can tell whose the row is.
    """
    free = [i for i, s in enumerate(spots) if not s.ruled and s.label is not None and _is_long(s)]
    return [(a, b) for a, b in pairwise(free) if _reaches(spots[a], spots[b].label)]


def _reaches(spot: Spot, label: BBox | None) -> bool:
    if not spot.words.places or spot.label is None or label is None or spot.label[3] >= label[1]:
        return False
    left, top, _, bottom = place_box(spot.words.places[-1])
    first = next(p for p in spot.words.places if p.row == spot.words.places[-1].row)
    middle = (top + bottom) / 2
    aside = min(left, place_box(first)[0]) > max(spot.label[2], label[2])
    return aside and abs(label[1] - middle) < abs(middle - spot.label[3])


def _code(spot: Spot) -> Spot:
    """Keep a code that a sentence goes on after (230418批共20,000瓶); what else the words say is no part of it."""
    if not _CODES.issuperset(spot.names):
        return spot
    if _IN_BRACKETS.fullmatch(spot.words.text):
        return replace(spot, words=Words(spot.words.places[1:-1]))
    match = _CODE_FIRST.match(spot.words.text)
    return replace(spot, words=Words(spot.words.places[: match.end()]), certainty=AMBIGUOUS) if match else spot


def _is_long(spot: Spot) -> bool:
    return any(FIELDS[name].type is FieldType.LONGTEXT for name in spot.names)
