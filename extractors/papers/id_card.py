"""Identity cards on copies: which sides are there, where each card lies, and what its fields say.

Layout of the resident identity card (GA 448-2013): name, gender and ethnicity, birth date, address and number from top
to bottom on the front; issuing authority and period of validity at the foot of the back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from domain import checks
from domain.base import BBox, union_box
from domain.evidence import Candidate, Check, FieldMissing, FieldResult, FieldValue, IdSideSeen
from domain.fields import FIELDS
from domain.marks import PageReading
from domain.vocabulary import IdSide, MissingReason
from extractors.layout.blocks import Block, Piece, Words, make_block
from extractors.papers.id_card_words import BACK_ROWS, FRONT_ROWS, NOT_ON_CARD, ethnicity, simplified
from extractors.values.confidence import Source
from extractors.values.results import Found, date_form, field_result

PRODUCER = "id_card/1"
FRONT_FIELDS = (
    "complainant_name",
    "complainant_gender",
    "complainant_ethnicity",
    "complainant_birth_date",
    "complainant_address",
    "complainant_id_no",
)
BACK_FIELDS = ("id_authority", "id_valid_from", "id_valid_until")
_NUMBER = re.compile(r"(?<!\d)(?:\d[\s]?){14,17}[\dXx×](?!\d)")
_NUMBER_LABEL = re.compile(r"公民身[份分]?号?码?|身份号码|民身份号")
# The number's box on the card: starts at a third of the width, ends near the right edge, at the foot.
_NUMBER_WIDTH, _NUMBER_RIGHT = 0.57, 0.93
_CARD_RATIO = 0.63
_PRIOR = 0.985


@dataclass(frozen=True)
class Side:
    """One side of a card on a page.

    Attributes:
        side: front or back.
        page: 0-based index of the page in the document.
        bbox: where the card lies, pixels, estimated from its lines.
        block: its words.
        anchors: how many of the side's printed words were seen.
    """

    side: IdSide
    page: int
    bbox: BBox
    block: Block
    anchors: int


def find_sides(pages: Sequence[PageReading]) -> tuple[Side, ...]:
    """Return the sides of identity cards on pages, front before back on each page."""
    found: list[Side] = []
    for index, page in enumerate(pages):
        found.extend(side for side in (_front(index, page), _back(index, page)) if side is not None)
    return tuple(found)


def sides_seen(sides: Sequence[Side]) -> tuple[IdSideSeen, ...]:
    """Return the sides in the vocabulary's form; pages count from 1."""
    return tuple(
        IdSideSeen(side=side.side, page=side.page + 1, bbox=side.bbox, probability=min(0.99, 0.6 + 0.13 * side.anchors))
        for side in sides
    )


def read_id_card(document_id: str, pages: Sequence[PageReading], sides: Sequence[Side]) -> tuple[FieldResult, ...]:
    """Read all fields of the sides that are there; fields of a side that is not there are left out."""
    results: dict[str, FieldResult] = {}
    for side in sides:
        names, rows = (FRONT_FIELDS, FRONT_ROWS) if side.side is IdSide.FRONT else (BACK_FIELDS, BACK_ROWS)
        spans = _spans(side.block, rows)
        for name in names:
            result = _result(document_id, name, side, spans.get(name), pages)
            if name not in results or (isinstance(results[name], FieldMissing) and isinstance(result, FieldValue)):
                results[name] = result
    return tuple(_cross_checked(results).values())


def _lines(page: PageReading, index: int, box: BBox) -> list[Piece]:
    lines = page.read.text.lines
    usual = median([line.bbox[3] - line.bbox[1] for line in lines]) if lines else 0.0
    pieces = []
    for line in lines:
        x0, y0, x1, y1 = line.bbox
        inside = box[0] <= (x0 + x1) / 2 <= box[2] and box[1] <= (y0 + y1) / 2 <= box[3]
        # the portrait and the emblem are read as a sign or two, tall and unsure
        picture = len(line.text) <= 3 and (line.score < 0.6 or y1 - y0 > 1.9 * usual) and y1 - y0 > 1.2 * usual
        if inside and not picture and not NOT_ON_CARD.search(line.text):
            pieces.append(Piece(index, line, 0, len(line.text)))
    return pieces


def _front(index: int, page: PageReading) -> Side | None:
    box = _front_box(page)
    if box is None:
        return None
    pieces = _lines(page, index, box)
    block = make_block(pieces, box, index)
    words = simplified(block.text)
    anchors = sum(word in words for word in ("姓名", "性别", "民族", "出生", "住址", "公民身份号码"))
    has_number = any(len(re.sub(r"\s", "", m.group())) >= 17 for m in _NUMBER.finditer(block.text))
    if anchors + 2 * has_number < 3:
        return None
    return Side(IdSide.FRONT, index, box, block, anchors + has_number)


def _front_box(page: PageReading) -> BBox | None:
    """Estimate the front from its number at the foot, else from its labels."""
    text = page.read.text
    numbers = []
    for line in text.lines:
        match = next(iter(_NUMBER.finditer(line.text)), None)
        if match is not None:
            numbers.append(line.span_box(match.start(), match.end()))
    labelled = [line.bbox for line in text.lines if _front_label(line.text)]
    if numbers and (labelled or len(text.lines) <= 30):
        x0, y0, x1, y1 = max(numbers, key=lambda b: sum(_above(b, other) for other in labelled))
        width = (x1 - x0) / _NUMBER_WIDTH
        right = x1 + (1 - _NUMBER_RIGHT) * width
        height = _CARD_RATIO * width
        top = min([y1 - 1.04 * height, *(b[1] - 0.02 * width for b in labelled if _near(b, y1, 1.5 * height))])
        return (right - 1.04 * width, top, right + 0.02 * width, y1 + 0.07 * height)
    if len(labelled) >= 3:
        x0, y0, x1, y1 = union_box(tuple(labelled))
        reach = 5 * (y1 - y0)
        return (x0 - 0.1 * reach, y0 - 0.3 * (y1 - y0), x0 + reach, y1 + 0.6 * (y1 - y0))
    return None


def _front_label(text: str) -> bool:
    words = _bare(text)
    return bool(re.match(r"姓名|性别|出生|住址", words)) or bool(_NUMBER_LABEL.match(words)) or "民族" in words[:6]


def _above(number: BBox, label: BBox) -> bool:
    width = number[2] - number[0]
    return number[1] - 1.2 * width < label[1] <= number[3] and number[0] - width < label[0] < number[2]


def _near(box: BBox, bottom: float, height: float) -> bool:
    return bottom - height < box[1] < bottom


def _back(index: int, page: PageReading) -> Side | None:
    lines = page.read.text.lines
    anchors = [line for line in lines if re.search(r"签发机关|有效期限|居民身份证|发机关|效期限", _bare(line.text))]
    anchors = [line for line in anchors if "复印" not in line.text and len(_bare(line.text)) < 32]
    dated = [line for line in lines if re.search(r"\d{4}[.．·]\d{2}[.．·]\d{2}\s*[-—–~至一]", line.text)]
    if len(anchors) + len(dated) < 2 or not (dated or any("机关" in _bare(line.text) for line in anchors)):
        return None
    kept = [*anchors, *dated, *(line for line in lines if _bare(line.text) == "中华人民共和国")]
    x0, y0, x1, y1 = union_box(tuple(line.bbox for line in kept))
    pad = 0.12 * (x1 - x0)
    lowest = [line.bbox for line in (*anchors, *dated) if "身份证" not in line.text] or [kept[0].bbox]
    foot = union_box(tuple(lowest))
    box = (x0 - pad, y0 - pad, x1 + 2 * pad, y1 + pad)
    block = make_block(_lines(page, index, (box[0], foot[1] - pad / 2, box[2] + 2 * pad, box[3])), box, index)
    return Side(IdSide.BACK, index, box, block, len(anchors) + bool(dated))


def _bare(text: str) -> str:
    return simplified(re.sub(r"\s", "", text))


Span = tuple[int, int]


def _spans(block: Block, rows: Sequence[tuple[str, re.Pattern[str]]]) -> dict[str, Span]:
    """Find every field's words in the block by its row pattern (group ``value``)."""
    found: dict[str, Span] = {}
    for name, pattern in rows:
        match = pattern.search(_with_rows(block))
        if name not in found and match is not None and match.group("value"):
            found[name] = _back_to_text(block, match.span("value"))
    return found


def _with_rows(block: Block) -> str:
    """Return the block's text with a newline before every new row."""
    parts = []
    for index, place in enumerate(block.places):
        if index and place.row != block.places[index - 1].row:
            parts.append("\n")
        parts.append(block.text[index])
    return simplified("".join(parts))


def _back_to_text(block: Block, span: Span) -> Span:
    """Turn offsets of the text with newlines into offsets of ``block.text``."""
    text = _with_rows(block)
    return span[0] - text.count("\n", 0, span[0]), span[1] - text.count("\n", 0, span[1])


def _result(document_id: str, name: str, side: Side, span: Span | None, pages: Sequence[PageReading]) -> FieldResult:
    if span is None:
        return FieldMissing(name=name, reason=MissingReason.NOT_FOUND, producer=PRODUCER)
    words = Words(side.block.places[span[0] : span[1]])
    quality = pages[side.page].read.page.quality
    found = Found(name=name, words=words, where=(), source=Source.ZONE, prior=_PRIOR, quality=quality)
    result = field_result(document_id, [found], PRODUCER)
    assert result is not None
    if not isinstance(result, FieldValue):
        return result
    if name == "complainant_address" and _may_go_on(words):
        result = _halved(result, Check(name="address_complete", passed=None, message="住址末行写满，可能未读全"))
    return _in_vocabulary(result)


def _may_go_on(words: Words) -> bool:
    """Tell whether the last row of an address is as long as the one before and ends without a closing word."""
    rows: dict[int, int] = {}
    for place in words.places:
        rows[place.row] = rows.get(place.row, 0) + 1
    lengths = list(rows.values())
    return len(lengths) > 1 and lengths[-1] >= lengths[-2] and not re.search(r"[号室户楼院组队村]$", words.text)


def _in_vocabulary(result: FieldValue) -> FieldValue:
    """Bring a value into the form that the vocabulary asks for."""
    if result.name == "id_valid_until":
        if re.search(r"\d", result.value) is None:
            offered = tuple(c.model_copy(update={"value": "长期"}) for c in result.candidates)
            return result.model_copy(update={"value": "长期", "candidates": offered})
        form = date_form(result.raw)
        kept = tuple(dated for candidate in result.candidates if (dated := _dated(candidate)) is not None)
        if form.value is None:
            return _doubted(result, Check(name="date_exists", passed=False, message=f"不是日期：{result.raw.strip()}"))
        return result.model_copy(update={"value": form.value, "checks": form.checks, "candidates": kept})
    if result.name == "id_authority" and not re.search(r"[局所厅处队]$", result.value):
        return _halved(result, Check(name="authority_complete", passed=None, message="签发机关可能未读全"))
    if result.name == "complainant_address":
        return result.model_copy(update={"value": result.value.strip("·.。:：-")})
    if result.name == "complainant_ethnicity":
        known = ethnicity(result.value)
        if known is None:
            return _doubted(
                result, Check(name="ethnicity_known", passed=False, message=f"不是民族名称：{result.value}")
            )
        offered = tuple(c.model_copy(update={"value": ethnicity(c.value) or c.value}) for c in result.candidates)
        return result.model_copy(update={"value": known, "candidates": offered})
    return result


def _dated(candidate: Candidate) -> Candidate | None:
    """Return a candidate for the end of validity in normal form; ``None`` when it is neither a date nor 长期."""
    value = date_form(candidate.raw).value if re.search(r"\d", candidate.value) else "长期"
    return None if value is None else candidate.model_copy(update={"value": value})


def _halved(result: FieldValue, check: Check) -> FieldValue:
    return result.model_copy(update={"checks": (*result.checks, check), "probability": result.probability / 2})


def _doubted(result: FieldValue, check: Check) -> FieldValue:
    probability = min(result.probability, 0.05) if check.passed is False else result.probability
    return result.model_copy(update={"checks": (*result.checks, check), "probability": probability})


def _cross_checked(results: dict[str, FieldResult]) -> dict[str, FieldResult]:
    """Compare gender and birth date with the number, when the number's own check digit is right."""
    number = results.get("complainant_id_no")
    if not isinstance(number, FieldValue):
        return results
    if number.vetoed:
        return results | {"complainant_id_no": _repairs_that_agree(number, results)}
    checked = dict(results)
    for name, test in (
        ("complainant_gender", checks.gender_agrees),
        ("complainant_birth_date", checks.birth_date_agrees),
    ):
        field = results.get(name)
        if isinstance(field, FieldValue):
            checked[name] = _supported(field, test(number.value, field.value))
        elif field is not None:
            checked[name] = _derived(name, number) or field
    return checked


def _supported(field: FieldValue, check: Check) -> FieldValue:
    if check.passed is not True:
        return _doubted(field, check)
    # two readings that a check digit ties together are hardly both wrong in the same way
    probability = max(field.probability, 0.995)
    return field.model_copy(update={"checks": (*field.checks, check), "probability": probability})


def _derived(name: str, number: FieldValue) -> FieldValue | None:
    """Take gender or birth date from a number whose check digit is right, when the printed one was not read."""
    born = checks.id_birth_date(number.value)
    value = checks.id_gender(number.value) if name == "complainant_gender" else born.isoformat() if born else None
    if value is None:
        return None
    message = f"{FIELDS[name].label}未读出，由身份证号码推得"
    return FieldValue(
        name=name,
        value=value,
        raw=number.raw,
        probability=min(number.probability, 0.97),
        producer=PRODUCER,
        evidence=number.evidence,
        checks=(Check(name="derived_from_id_number", passed=None, message=message),),
    )


def _repairs_that_agree(number: FieldValue, results: dict[str, FieldResult]) -> FieldValue:
    """Keep only repaired numbers that agree with the printed birth date and gender."""
    born, gender = results.get("complainant_birth_date"), results.get("complainant_gender")

    def agrees(value: str) -> bool:
        by_date = not isinstance(born, FieldValue) or checks.birth_date_agrees(value, born.value).passed is True
        by_gender = not isinstance(gender, FieldValue) or checks.gender_agrees(value, gender.value).passed is not False
        return by_date and by_gender

    kept = tuple(c for c in number.candidates if not c.producer.endswith("+repair") or agrees(c.value))
    return number.model_copy(update={"candidates": kept})
