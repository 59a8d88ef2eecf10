"""Fields as a person meets them: the value, why it is doubtful, what else it could be, where it stands."""

from __future__ import annotations

from domain.base import Model
from domain.case import Case, ReviewReason
from domain.evidence import Candidate, Evidence, FieldResult, FieldValue
from domain.fields import FieldSpec, FieldType
from domain.review import decided_by_person
from domain.vocabulary import ComplainantType
from review_ui import texts
from review_ui.language import translate
from review_ui.offers import offers
from review_ui.words import page_label

_MULTILINE = (FieldType.LONGTEXT, FieldType.LIST)
_LINE = 32
"""Widths of a Latin letter that fit into a box of one line."""

_SHOWN_OTHERWISE = "low_probability"
"""This reason is told by the figure beside the box; a sentence would only lengthen the page."""


class Option(Model):
    """One choice of a select box."""

    value: str
    label: str


class CandidateRow(Model):
    """Another reading that can be taken over.

    Attributes:
        origin: which paper and page says so.
    """

    number: int
    value: str
    origin: str
    percent: int
    evidence: tuple[Evidence, ...]


class FieldRow(Model):
    """One field as a person meets it.

    Attributes:
        long: the box takes the whole width.
        value: what the box shows, "" when there is none.
        raw: the words as read where they differ from ``value``.
        percent: probability, ``None`` without a value.
        notes: why it is doubtful, in Chinese.
        state: ``doubtful``, ``accepted``, ``open`` (value within the budget of nobody, no question), ``missing``.
        status: one short word about the state.
        typed: what a person typed and could not be saved, ``None`` without such.
        insist: the typed value that failed a check and will be taken when it is sent again.
    """

    name: str
    label: str
    multiline: bool
    long: bool
    options: tuple[Option, ...]
    value: str
    raw: str | None
    percent: int | None
    notes: tuple[str, ...]
    state: str
    status: str
    by_person: bool
    candidates: tuple[CandidateRow, ...]
    evidence: tuple[Evidence, ...]
    typed: str | None = None
    insist: str | None = None


class Typed(Model):
    """Input that could not be saved and must not be lost."""

    name: str
    value: str
    insist: str | None = None


def field_row(case: Case, spec: FieldSpec, typed: Typed | None) -> FieldRow:
    """Return the view of one field."""
    found = case.fields.get(spec.name)
    mine = typed if typed is not None and typed.name == spec.name else None
    asked = tuple(r for r in case.review if r.subject == f"field:{spec.name}")
    state = _state(found, bool(asked) or mine is not None)
    value = found.value if isinstance(found, FieldValue) else ""
    width = text_width(mine.value if mine else value)
    return FieldRow(
        name=spec.name,
        label=translate(spec.label),
        multiline=spec.type in _MULTILINE or width > _LINE,
        long=width > 2 * _LINE,
        options=_options(spec),
        value=value,
        raw=found.raw if isinstance(found, FieldValue) and _differs(found) else None,
        percent=round(found.probability * 100) if isinstance(found, FieldValue) else None,
        notes=_notes(case, found, asked, spec.name),
        state=state,
        status=_status(found, asked),
        by_person=found is not None and decided_by_person(found.producer),
        candidates=_candidates(case, spec.name),
        evidence=_places(found),
        typed=mine.value if mine else None,
        insist=mine.insist if mine else None,
    )


def text_width(text: str) -> int:
    """Return the width of ``text`` in Latin letters: Chinese characters are twice as wide."""
    return sum(1 if c.isascii() else 2 for c in text)


def _state(found: FieldResult | None, asked: bool) -> str:
    if asked:
        return "doubtful"
    if isinstance(found, FieldValue):
        return "accepted" if found.accepted else "open"
    return "missing"


def _status(found: FieldResult | None, asked: tuple[ReviewReason, ...]) -> str:
    if isinstance(found, FieldValue):
        if asked:
            return translate(texts.REASON.get(asked[0].code, "待核对"))
        if found.accepted:
            return translate("人工确认") if decided_by_person(found.producer) else translate("自动通过")
        return translate("未确认")
    if found is None:
        return translate("待补录") if asked else translate("未读")
    words = texts.CONFIRMED_MISSING if found.accepted else texts.MISSING_REASON
    return translate(words.get(found.reason, texts.MISSING_REASON[found.reason]))


def _differs(found: FieldValue) -> bool:
    return "".join(found.raw.split()) != "".join(found.value.split())


def _notes(case: Case, found: FieldResult | None, asked: tuple[ReviewReason, ...], name: str) -> tuple[str, ...]:
    notes = [r.message for r in asked if r.code != _SHOWN_OTHERWISE or not isinstance(found, FieldValue)]
    checks = found.checks if isinstance(found, FieldValue) and not decided_by_person(found.producer) else ()
    notes += [c.message for c in checks if c.passed is False]
    notes += [c.message for c in checks if c.passed is None and asked]
    offered = {c.value for c in offers(case, name)}
    for mismatch in case.mismatches:
        if mismatch.field == name:
            seen = (v for v in mismatch.values if v.value not in offered)
            said = translate("{page}为“{value}”")
            notes += [said.format(page=page_label(case, v.document_id, v.page), value=v.value) for v in seen]
    return tuple(dict.fromkeys(notes))


def _candidates(case: Case, name: str) -> tuple[CandidateRow, ...]:
    """Return the other values on offer; those of mismatches included."""
    return tuple(
        CandidateRow(
            number=number,
            value=c.value,
            origin=_origin(case, c),
            percent=round(c.probability * 100),
            evidence=c.evidence,
        )
        for number, c in enumerate(offers(case, name)[:9], start=1)
    )


def _origin(case: Case, candidate: Candidate) -> str:
    if decided_by_person(candidate.producer):
        return candidate.producer.partition(":")[2]
    if not candidate.evidence:
        return ""
    place = candidate.evidence[0]
    return page_label(case, place.document_id, place.page)


def _places(found: FieldResult | None) -> tuple[Evidence, ...]:
    if found is None:
        return ()
    return found.evidence or tuple(e for c in found.candidates for e in c.evidence)


def _options(spec: FieldSpec) -> tuple[Option, ...]:
    if spec.name == "complainant_type":
        return tuple(Option(value=k.value, label=translate(texts.COMPLAINANT_TYPE[k])) for k in ComplainantType)
    return ()
