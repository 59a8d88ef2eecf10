"""A case as somebody may see it who has not said why he needs more: protected values masked wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from domain.audit import Revealed
from domain.base import Model
from domain.case import Case, Decision, Mismatch, MismatchValue, ReviewReason
from domain.checks import id_birth_date
from domain.documents import Failure, KindGuess, SourceFile
from domain.evidence import Candidate, Check, Evidence, FieldMissing, FieldResult, FieldValue
from domain.history import Statement, ValueChange
from domain.masked_text import PersonalWords, hide_digits
from domain.masking import is_protected, mask_field
from domain.verdicts import (
    DispositionVerdict,
    MaterialItem,
    SeverityVerdict,
    Signal,
    UndecidedRule,
)

_M = TypeVar("_M", bound=Model)

_QUOTED = re.compile("“([^”]*)”")
_ID_LENGTH = 18
_SCOPE = "field:"

_SENTENCES: dict[type[Model], tuple[str, ...]] = {
    Evidence: ("quote",),
    Check: ("message",),
    Candidate: ("value", "raw"),
    FieldValue: ("value", "raw"),
    ReviewReason: ("message",),
    MismatchValue: ("value",),
    Decision: ("value", "comment"),
    Statement: ("value",),
    SourceFile: ("name",),
    KindGuess: ("reason",),
    Failure: ("reason",),
    Signal: ("detail",),
    UndecidedRule: ("reason",),
    SeverityVerdict: ("explanation",),
    DispositionVerdict: ("reason",),
    MaterialItem: ("reason",),
}
"""Where words of the papers stand; everything else is a label, a number or a name of ours."""


def masked_case(case: Case, revealed: Revealed) -> Case:
    """Return ``case`` with protected values masked in every field, candidate, quote, sentence and decision.

    Args:
        case: the case as it is.
        revealed: what the person may read. A revealed field is left as it is, with everything that rests on it.
    """
    return masked_about(case, case, revealed)


def masked_about(case: Case, model: _M, revealed: Revealed) -> _M:
    """Return something that holds words of ``case`` (its history, its whole file) masked like the case itself."""
    if revealed.everything:
        return model
    return _Masks(words_of(case, revealed), revealed).model(model)


def masked_fields(case: Case, shown: Case) -> frozenset[str]:
    """Return the names of the fields of which ``shown`` tells less than ``case``."""
    hidden = {name for name, found in case.fields.items() if shown.fields[name] != found}
    hidden |= {a.field for a, b in zip(case.mismatches, shown.mismatches, strict=True) if a != b}
    asked = zip(case.review, shown.review, strict=True)
    hidden |= {a.subject.removeprefix(_SCOPE) for a, b in asked if a != b and a.subject.startswith(_SCOPE)}
    return frozenset(hidden)


def words_of(case: Case, revealed: Revealed) -> PersonalWords:
    """Return the protected values of ``case`` that were not revealed."""
    return PersonalWords(pair for pair in known_values(case) if not revealed.field(pair[0]))


def field_results(case: Case) -> Iterator[FieldResult]:
    """Yield every field of the case and of each of its papers."""
    yield from case.fields.values()
    for document in case.documents:
        yield from document.fields


def known_values(case: Case, wanted: Callable[[str], bool] = is_protected) -> Iterator[tuple[str, str]]:
    """Yield names and values of everything protected that the case holds, old values too; values may come twice.

    Args:
        case: the case.
        wanted: tells by name which fields count.
    """
    for found in field_results(case):
        if wanted(found.name):
            yield from _values(found)
    for mismatch in case.mismatches:
        if wanted(mismatch.field):
            yield from ((mismatch.field, v.value) for v in mismatch.values)
    for decision in case.decisions:
        name = decision.subject.removeprefix(_SCOPE)
        if decision.value and wanted(name):
            yield name, decision.value


def _values(found: FieldResult) -> Iterator[tuple[str, str]]:
    readings: tuple[FieldValue | Candidate, ...]
    readings = (found, *found.candidates) if isinstance(found, FieldValue) else found.candidates
    for reading in readings:
        yield found.name, reading.value
        yield found.name, reading.raw
        born = id_birth_date(reading.value) if len(reading.value) == _ID_LENGTH else None
        if born is not None and found.name.endswith("_id_no"):
            yield found.name, born.isoformat()
            yield found.name, f"{born.year}年{born.month}月{born.day}日"


class _Masks:
    """Walks a case and masks it; a model in which nothing changes is the same object afterwards."""

    def __init__(self, words: PersonalWords, revealed: Revealed) -> None:
        self._words = words
        self._revealed = revealed

    def model(self, model: _M, about: str | None = None) -> _M:
        """Return ``model`` masked; ``about`` is the field that it belongs to, if any."""
        about = _about(model) or about
        if about is not None and self._revealed.field(about):
            return model
        words = _SENTENCES.get(type(model), ())
        changed: dict[str, object] = {}
        for key in type(model).model_fields:
            old = getattr(model, key)
            new = self._words_of(about, key, old) if key in words and isinstance(old, str) else self._part(old, about)
            if new != old:
                changed[key] = new
        return model.model_copy(update=changed) if changed else model

    def _words_of(self, about: str | None, key: str, old: str) -> str:
        if about is None or not is_protected(about) or key == "comment":
            return self._words.mask(old)
        if key != "message":  # the value itself, read in one way or another
            return mask_field(about, old)
        # A sentence about the value stays readable; what it quotes may be the value cut short.
        quoted = _QUOTED.sub(lambda found: f"“{mask_field(about, found[1])}”", self._words.mask(old))
        return hide_digits(quoted)

    def _part(self, old: object, about: str | None) -> object:
        if isinstance(old, Model):
            return self.model(old, about)
        if isinstance(old, tuple):
            return tuple(self._part(item, about) for item in old)
        if isinstance(old, dict):
            return {key: self._part(item, about) for key, item in old.items()}
        return old


def _about(model: Model) -> str | None:
    """Return the field that a model is about, ``None`` when it is about none."""
    if isinstance(model, FieldValue | FieldMissing):
        return model.name
    if isinstance(model, Mismatch):
        return model.field
    if isinstance(model, ReviewReason | Decision | ValueChange) and model.subject.startswith(_SCOPE):
        return model.subject.removeprefix(_SCOPE)
    return None
