"""From the words found for a field to its value: normal form, checks, probability, repairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from domain.checks import MAIL_DOMAINS
from domain.documents import PageQuality
from domain.evidence import Candidate, Check, Evidence, FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS, FieldType
from domain.normal import NormalForm, normal_form
from domain.vocabulary import MissingReason
from extractors.layout.blocks import Place, Words
from extractors.values.combine import combine
from extractors.values.confidence import CONFUSABLE_CEILING, Reading, Source, field_probability
from extractors.values.id_number import repairs

_EDGE = " \t　:：∶﹕;；_＿‗,，、*＊|｜丨"
_BRACKETS = {"】": "【", "］": "［", "〕": "〔"}
_STROKES = "一—–―ー─━￣﹍"
_EMPTY = re.compile(
    r"(?:[年月日时分/／\\\-—–_.。,，:：;；()（）\[\]【】〔〕|｜丨%￥¥元万整√□☐号第页共]|签字|签名|盖章|公章|签章|加盖|手印|无|同上)*"
)
_HINT = re.compile(
    r"[(（【\[](?:请|如|必填|选填|可|含|手写|签字|签名|盖章|公章|加盖|正楷|另附|可附|若|不够|以下简称|下称|区号|元|万元|单位|法人)[^()（）]{0,40}[)）】\]]"
)
_BOX = re.compile(r"[□☐☑√✓☒■]")
_MIXED = re.compile(r"(?<=[A-Z])[01](?![0-9])|(?<=[0-9])[OIQ]|[OIQ](?=[0-9])")
"""A zero or one that ends a run of letters, an O, I or Q beside digits."""
_CODES = frozenset({"batch_no", "order_no", "part_no", "complaint_no", "claim_report_no", "trading_account_no"})
_DOUBTFUL_PRIOR, _DOUBTFUL_CEILING = 0.7, 0.93
"""However well it was read, words of which it is unclear whose they are want a person."""
_BY_HAND = 0.5
_TICKED = 0.5
"""Ticks in boxes are not read reliably: a list with boxes is for a person to confirm."""
_LABEL_INSIDE = 0.5
REPAIR_PROBABILITY = 0.04


@dataclass(frozen=True)
class Found:
    """Words found for a field.

    Attributes:
        name: contract field name.
        words: the value's words, possibly empty.
        where: places to show when there are no words (the empty cell, the label).
        source: kind of place.
        prior: chance that these are the right words, when they are read well.
        quality: measured quality of the page.
    """

    name: str
    words: Words
    where: tuple[Evidence, ...]
    source: Source
    prior: float
    quality: PageQuality | None = None


def trimmed(words: Words) -> Words:
    """Drop separators, printed hints and empty blanks around a value."""
    text = words.text
    keep = [True] * len(text)
    for match in _HINT.finditer(text):
        keep[match.start() : match.end()] = [False] * (match.end() - match.start())
    places = [place for place, kept in zip(words.places, keep, strict=True) if kept]
    signs = [place.piece.line.text[place.offset] for place in places]
    start, end = 0, len(places)
    while start < end and signs[start] in _EDGE:
        start += 1
    while end > start and (
        signs[end - 1] in _EDGE or _is_rule(places, start, end - 1) or _closes_nothing(signs[start:end])
    ):
        end -= 1
    return Words(tuple(places[start:end]))


def _closes_nothing(signs: Sequence[str]) -> bool:
    """Tell whether the last sign is the end of brackets that the label before the words opened (姓名【张三】)."""
    opening = _BRACKETS.get(signs[-1])
    return opening is not None and opening not in signs


def _is_rule(places: Sequence[Place], start: int, last: int) -> bool:
    """Tell whether the last sign is a writing line read as a stroke; a numeral or a given name may end in one too."""
    signs = [place.piece.line.text[place.offset] for place in places[start : last + 1]]
    if len(signs) < 2 or signs[-1] not in _STROKES:
        return False
    apart = places[last].offset - places[last - 1].offset > 1 or places[last].piece != places[last - 1].piece
    after_whole = re.search(r"(?:公司|中心|[部厂店行局室号楼院])$", "".join(signs[:-1])) is not None
    return signs[-1] != "一" or signs[-2].isascii() or after_whole or (apart and len(signs) > 3)


def is_empty(text: str) -> bool:
    """Tell whether words are only the form's own blanks (年 月 日), strokes or 无."""
    return _EMPTY.fullmatch(re.sub(r"\s", "", text)) is not None


def field_result(document_id: str, found: Sequence[Found], producer: str) -> FieldResult | None:
    """Return the value of one field from everything found for it, best first; ``None`` when nothing was found.

    A label whose place is empty gives ``blank_on_form``; words that hold no such value give ``illegible``.
    """
    if not found:
        return None
    filled = [item for item in found if item.words.places]
    if not filled:
        where = next((item.where for item in found if item.where), ())
        return FieldMissing(name=found[0].name, reason=MissingReason.BLANK_ON_FORM, producer=producer, evidence=where)
    candidates = [c for item in filled if (c := _candidate(document_id, item, producer)) is not None]
    chosen = combine(found[0].name, candidates)
    if chosen is None:
        evidence = filled[0].words.evidence(document_id)
        return FieldMissing(name=found[0].name, reason=MissingReason.ILLEGIBLE, producer=producer, evidence=evidence)
    return _with_repairs(chosen, filled, document_id, producer)


def _candidate(document_id: str, item: Found, producer: str) -> Candidate | None:
    field_type = FIELDS[item.name].type
    raw = item.words.raw
    form = _form(field_type, raw)
    if form.value is None:
        return None
    reading = Reading(
        field_type=field_type,
        scores=item.words.scores,
        checks=form.checks,
        source=item.source,
        prior=item.prior * _doubt(field_type, raw),
        quality=item.quality,
        witness=item.words.witness,
    )
    return Candidate(
        value=form.value,
        raw=raw,
        probability=min(field_probability(reading), _ceiling(item, form.value)),
        producer=producer,
        evidence=item.words.evidence(document_id),
        checks=form.checks,
    )


def _ceiling(item: Found, value: str) -> float:
    """Return how sure a value may be that stands in a doubtful place, or a code: nothing in it tells a misread sign."""
    by_hand = (item.words.witness.hand or 0.0) >= _BY_HAND
    if item.name in _CODES and (by_hand or _MIXED.search(value.upper())):
        return CONFUSABLE_CEILING
    return _DOUBTFUL_CEILING if item.prior < _DOUBTFUL_PRIOR else 1.0


def _doubt(field_type: FieldType, raw: str) -> float:
    """Return the factor for words that may not all be the value: boxes to tick, a further label, a writing line."""
    if field_type is FieldType.LIST and _BOX.search(raw):
        return _TICKED
    if field_type is FieldType.PERSON and re.fullmatch(r"[㐀-鿿]{3}一", raw.strip()):
        return _LABEL_INSIDE
    named = field_type in (FieldType.PERSON, FieldType.ORG)
    return _LABEL_INSIDE if named and re.search(r"\S[:：]\S", raw) else 1.0


def _form(field_type: FieldType, raw: str) -> NormalForm:
    if field_type is FieldType.DATE:
        return date_form(raw)
    if field_type is FieldType.EMAIL:
        return mail_form(raw)
    form = normal_form(field_type, raw)
    if field_type in (FieldType.PERSON, FieldType.ORG, FieldType.TEXT) and form.value:
        return _with_rare_signs(form)
    return form


def mail_form(raw: str) -> NormalForm:
    """Return the normal form of an e-mail address; a comma in its domain is a misread full stop, flagged."""
    name, at, domain = raw.rpartition("@")
    mended = re.sub(r"(?<=[0-9A-Za-z])\s*[,，]\s*(?=[A-Za-z])", ".", domain)
    if mended == domain:
        return _with_known_domain(normal_form(FieldType.EMAIL, raw))
    form = _with_known_domain(normal_form(FieldType.EMAIL, f"{name}{at}{mended}"))
    doubt = Check(name="email_separator", passed=None, message=f"邮箱中的逗号按句点识别：{raw.strip()}")
    return NormalForm(value=form.value, checks=(*form.checks, doubt))


def _with_known_domain(form: NormalForm) -> NormalForm:
    """Correct one misread character in the domain of a common mail provider (out1ook.com), flagged."""
    name, at, domain = (form.value or "").rpartition("@")
    near = [known for known in MAIL_DOMAINS if Levenshtein.distance(known, domain.lower()) <= 1]
    if not at or not near or domain.lower() in MAIL_DOMAINS or len(near) > 1:
        return form
    doubt = Check(name="email_domain", passed=None, message=f"邮箱域名读作{domain}，按常用域名更正为{near[0]}")
    again = normal_form(FieldType.EMAIL, f"{name}@{near[0]}")
    return NormalForm(value=again.value, checks=(*again.checks, doubt))


def _with_rare_signs(form: NormalForm) -> NormalForm:
    """Flag characters outside GB 2312: a rare name, or a traditional look-alike read from a bad copy."""
    rare = "".join(sign for sign in form.value or "" if ord(sign) > 0x2E7F and not _is_common(sign))
    if not rare:
        return form
    doubt = Check(name="rare_character", passed=None, message=f"含不常用字，请核对：{rare}")
    return NormalForm(value=form.value, checks=(*form.checks, doubt))


def _is_common(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def date_form(raw: str) -> NormalForm:
    """Return the normal form of a date; eight digits with a misread or lost separator still make one, flagged."""
    form = normal_form(FieldType.DATE, raw)
    digits = re.sub(r"\D", "", raw)
    if form.value is not None or len(digits) != 8:
        return form
    again = normal_form(FieldType.DATE, f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    if again.value is None:
        return form
    doubt = Check(name="date_separators", passed=None, message=f"日期分隔符不清：{raw.strip()}")
    return NormalForm(value=again.value, checks=(*again.checks, doubt))


def _with_repairs(value: FieldValue, found: Sequence[Found], document_id: str, producer: str) -> FieldValue:
    """Offer numbers that differ in one character and pass every test, for a person to choose from."""
    if FIELDS[value.name].type is not FieldType.CN_ID or not value.vetoed:
        return value
    offered = [
        Candidate(
            value=number,
            raw=value.raw,
            probability=REPAIR_PROBABILITY,
            producer=f"{producer}+repair",
            evidence=value.evidence,
            checks=(Check(name="repaired", passed=None, message="按校验码推测，请与原件核对"),),
        )
        for number in repairs(value.value, _number_characters(value.value, found))
    ]
    return value.model_copy(update={"candidates": (*value.candidates, *offered)})


def _number_characters(number: str, found: Sequence[Found]) -> tuple[Place, ...]:
    """Return the places of the characters of ``number`` when they can be told one for one."""
    for item in found:
        places = [p for p in item.words.places if p.piece.line.text[p.offset].isalnum()]
        if len(places) == len(number):
            return tuple(places)
    return ()
