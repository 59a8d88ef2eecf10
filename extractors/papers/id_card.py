"""Fields of identity cards on copies: every row by its pattern, one card's fields checked against each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.base import BBox
from domain.evidence import Candidate, Check, FieldMissing, FieldResult, FieldValue
from domain.marks import PageReading
from domain.ocr import OcrLine
from domain.vocabulary import IdSide, MissingReason
from extractors.layout.blocks import Block, Words
from extractors.letters.names import has_known_surname, is_no_name
from extractors.papers.card_checks import PRODUCER, Results, capped, cross_checked, doubted, halved
from extractors.papers.card_holders import Holder, holders_of
from extractors.papers.card_sides import Side
from extractors.papers.id_card_words import (
    BACK_ROWS,
    FRONT_ROWS,
    NOT_ON_CARD,
    STRAY_END,
    STRAY_START,
    ethnicity,
    simplified,
)
from extractors.papers.other_identity import other_identity_paper
from extractors.values.confidence import Source
from extractors.values.results import Found, date_form, field_result

FRONT_FIELDS = (
    "complainant_name",
    "complainant_gender",
    "complainant_ethnicity",
    "complainant_birth_date",
    "complainant_address",
    "complainant_id_no",
)
BACK_FIELDS = ("id_authority", "id_valid_from", "id_valid_until")
_PRIOR = 0.985
_UNKNOWN_SURNAME = 0.9
_WRITTEN_OVER = 0.9
_FREE_TEXT = frozenset({"complainant_name", "complainant_address", "id_authority"})
"""No other field of the card can tell whether these are right."""
_AFTER_NUMBER = "号室户楼院组队村幢栋座层单元社弄巷街路甲乙丙丁东西南北"
_SEVERAL = 0.45
"""Whose card counts, when several persons' lie there, and whether another paper will do, a person says: below what
materials take for certain."""


def read_id_card(document_id: str, pages: Sequence[PageReading], sides: Sequence[Side]) -> tuple[FieldResult, ...]:
    """Read all fields of the sides that are there; fields of a side that is not there are left out."""
    read = [(side, _side_fields(document_id, side, pages)) for side in sides]
    holders = [cross_checked(_joined(holder)) for holder in holders_of(read)]
    if len(holders) > 1:
        return tuple(_of_several(holders).values())
    results = tuple(holders[0].values()) if holders else ()
    other = other_identity_paper(pages)
    if other is None:
        return results
    check = Check(name="other_identity_paper", passed=None, message=f"{other}，不是居民身份证，请人工核对")
    return tuple(capped(r, check, _SEVERAL) if isinstance(r, FieldValue) else r for r in results)


def _side_fields(document_id: str, side: Side, pages: Sequence[PageReading]) -> Results:
    names, rows = (FRONT_FIELDS, FRONT_ROWS) if side.side is IdSide.FRONT else (BACK_FIELDS, BACK_ROWS)
    spans = _spans(side.block, rows)
    return {name: side.view.result_on_page(_result(document_id, name, side, spans.get(name), pages)) for name in names}


def _joined(holder: Holder) -> Results:
    """Return one holder's fields; a side copied twice fills what the first copy leaves open."""
    results: Results = {}
    for _, fields in holder:
        for name, result in fields.items():
            before = results.get(name)
            if before is None or _better(result, before):
                results[name] = result
    return results


def _better(result: FieldResult, before: FieldResult) -> bool:
    if not isinstance(result, FieldValue):
        return False
    return not isinstance(before, FieldValue) or (before.vetoed and not result.vetoed)


def _of_several(holders: Sequence[Results]) -> Results:
    """Return the first holder's fields with those of the others beside them, none of them certain."""
    check = Check(name="several_holders", passed=None, message=f"共有{len(holders)}人的身份证，请确认投诉人是哪一位")
    merged: Results = {}
    for results in holders:
        for name, result in results.items():
            before = merged.get(name)
            if isinstance(before, FieldValue) and isinstance(result, FieldValue):
                merged[name] = before.model_copy(update={"candidates": (*before.candidates, *_offered(result))})
            elif before is None or (isinstance(result, FieldValue) and not isinstance(before, FieldValue)):
                merged[name] = capped(result, check, _SEVERAL) if isinstance(result, FieldValue) else result
    return merged


def _offered(result: FieldValue) -> tuple[Candidate, ...]:
    own = result.as_candidate()
    return (own.model_copy(update={"probability": min(own.probability, _SEVERAL)}),)


Span = tuple[int, int]


def _spans(block: Block, rows: Sequence[tuple[str, re.Pattern[str]]]) -> dict[str, Span]:
    """Find every field's words in the block by its row pattern (group ``value``)."""
    found: dict[str, Span] = {}
    text = _with_rows(block)
    for name, pattern in rows:
        match = next((m for m in pattern.finditer(text) if m.group("value") and _may_be(name, m.group("value"))), None)
        if name not in found and match is not None:
            found[name] = _back_to_text(text, match.span("value"))
    return found


def _may_be(name: str, value: str) -> bool:
    """Tell whether words may be a field's value: neither a remark over the copy nor a label is a name."""
    if name != "complainant_name":
        return True
    return not is_no_name(value) and NOT_ON_CARD.search(value) is None


def _with_rows(block: Block) -> str:
    """Return the block's text with a newline before every new row."""
    parts = []
    for index, place in enumerate(block.places):
        if index and place.row != block.places[index - 1].row:
            parts.append("\n")
        parts.append(block.text[index])
    return simplified("".join(parts))


def _back_to_text(text: str, span: Span) -> Span:
    """Turn offsets of the text with newlines into offsets of the block's text."""
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
        result = halved(result, Check(name="address_complete", passed=None, message="住址可能未读全"))
    over = Check(name="written_over", passed=None, message="有字迹压盖，请与原件核对")
    if any(_crosses(remark, e.bbox) for remark in side.remarks for e in result.evidence):
        result = halved(result, over)
    elif side.remarks and name in _FREE_TEXT:
        # only parts of a remark are found as lines: strokes of it may stand in any row
        result = capped(result, over, _WRITTEN_OVER)
    return _in_vocabulary(result)


def _may_go_on(words: Words) -> bool:
    """Tell whether an address may be cut or misread at its end.

    Its last row is as long as the one before and ends without a closing word, or a number or 单元 is not whole.
    """
    rows: dict[int, int] = {}
    for place in words.places:
        rows[place.row] = rows.get(place.row, 0) + 1
    lengths = list(rows.values())
    if re.search(rf"\d(?![{_AFTER_NUMBER}])[㐀-鿿]$|[路街巷道][号栋幢]|单\d|[栋幢]元", words.text):
        return True
    return len(lengths) > 1 and lengths[-1] >= lengths[-2] and not re.search(r"[号室户楼院组队村]$", words.text)


def _crosses(remark: OcrLine, box: BBox) -> bool:
    """Tell whether a remark, possibly aslant, runs over a box: some point of it lies inside the remark's outline."""
    x0, y0, x1, y1 = box
    middle = (y0 + y1) / 2
    points = [(x0 + (x1 - x0) * share / 12, y) for share in range(13) for y in ((y0 + middle) / 2, (y1 + middle) / 2)]
    return any(_in_outline(remark, point) for point in points)


def _in_outline(line: OcrLine, point: tuple[float, float]) -> bool:
    sides = zip(line.polygon, (*line.polygon[1:], line.polygon[0]), strict=True)
    turns = [(bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax) for (ax, ay), (bx, by) in sides]
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)


def _in_vocabulary(result: FieldValue) -> FieldValue:
    """Bring a value into the form that the vocabulary asks for."""
    if result.name == "id_valid_until":
        return _end_of_validity(result)
    if result.name == "id_authority" and not re.search(r"[局所厅处队]$", result.value):
        return halved(result, Check(name="authority_complete", passed=None, message="签发机关可能未读全"))
    if result.name == "complainant_address":
        return _address(result)
    if result.name == "complainant_ethnicity":
        return _known_ethnicity(result)
    if result.name == "complainant_name" and not has_known_surname(result.value):
        return capped(
            result, Check(name="surname_known", passed=None, message="姓氏少见，请与原件核对"), _UNKNOWN_SURNAME
        )
    return result


def _address(result: FieldValue) -> FieldValue:
    """Take off a sign at either end that is no part of an address: an edge of the portrait, a remark's stroke."""
    value = result.value.strip("·.。:：-")
    inner = STRAY_END.sub("", STRAY_START.sub("", value))
    result = result.model_copy(update={"value": inner})
    if inner == value:
        return result
    return halved(result, Check(name="stray_sign", passed=None, message=f"住址读作“{value}”，首尾有不属于住址的字"))


def _end_of_validity(result: FieldValue) -> FieldValue:
    if re.search(r"\d", result.value) is None:
        offered = tuple(c.model_copy(update={"value": "长期"}) for c in result.candidates)
        return result.model_copy(update={"value": "长期", "candidates": offered})
    form = date_form(result.raw)
    kept = tuple(dated for candidate in result.candidates if (dated := _dated(candidate)) is not None)
    if form.value is None:
        return doubted(result, Check(name="date_exists", passed=False, message=f"不是日期：{result.raw.strip()}"))
    checks = tuple(dict.fromkeys((*result.checks, *form.checks)))
    return result.model_copy(update={"value": form.value, "checks": checks, "candidates": kept})


def _known_ethnicity(result: FieldValue) -> FieldValue:
    known = ethnicity(result.value)
    if known is None:
        return doubted(result, Check(name="ethnicity_known", passed=False, message=f"不是民族名称：{result.value}"))
    offered = tuple(c.model_copy(update={"value": ethnicity(c.value) or c.value}) for c in result.candidates)
    return result.model_copy(update={"value": known, "candidates": offered})


def _dated(candidate: Candidate) -> Candidate | None:
    """Return a candidate for the end of validity in normal form; ``None`` when it is neither a date nor 长期."""
    value = date_form(candidate.raw).value if re.search(r"\d", candidate.value) else "长期"
    return None if value is None else candidate.model_copy(update={"value": value})
