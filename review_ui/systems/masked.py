"""Personal data masked for callers that may not see them: names keep one character, numbers their last four."""

from __future__ import annotations

from typing import Any

from domain.case import Case
from domain.evidence import FieldResult, FieldValue
from domain.masking import is_personal, mask_field, mask_name, mask_text
from review_ui.backend import CaseEntry, FailedInput, SearchHit
from review_ui.systems.backend import CaseLine

_RUNNING_TEXT = frozenset({"quote", "detail", "reason", "message", "file", "source_file", "text", "next_step"})
"""Keys of the contract that hold words from the papers or about them."""

Known = tuple[tuple[str, str], ...]
"""Field names and personal values that running text is searched for."""


def masked_case(document: dict[str, Any], case: Case) -> dict[str, Any]:
    """Return the contract's JSON of ``case`` without its personal data.

    Running text is masked as far as the case's own values and the form of numbers show what is personal.
    """
    known = _known(case)
    shown: dict[str, Any] = _masked(document, known)
    for entry in shown["cases"]:
        entry["fields"] = {name: _field(name, found, known) for name, found in entry["fields"].items()}
        for mismatch in entry["mismatches"]:
            for value in mismatch["values"]:
                value["value"] = mask_field(mismatch["field"], value["value"], known)
        for paper in entry["documents"]:
            for signature in paper["signatures"]:
                signature["name"] = signature["name"] and mask_name(signature["name"])
    return shown


def masked_entry(entry: CaseEntry) -> CaseEntry:
    """Return a line of the queue without personal data."""
    known: Known = (("complainant_name", entry.complainant),) if entry.complainant else ()
    reasons = tuple(r.model_copy(update={"message": mask_text(r.message, known)}) for r in entry.reasons)
    return entry.model_copy(update={"complainant": _name(entry.complainant), "reasons": reasons})


def masked_line(line: CaseLine) -> CaseLine:
    """Return a line of a list without personal data."""
    return line.model_copy(update={"complainant": _name(line.complainant)})


def masked_hit(hit: SearchHit) -> SearchHit:
    """Return a place that was found without the words that stand there."""
    return hit.model_copy(update={"snippet": "", "marks": ()})


def masked_failure(failed: FailedInput) -> FailedInput:
    """Return a failed input with numbers in its file name masked."""
    failure = failed.failure
    words = {"file": mask_text(failure.file), "reason": mask_text(failure.reason)}
    return failed.model_copy(update={"failure": failure.model_copy(update=words)})


def _name(name: str | None) -> str | None:
    return None if name is None else mask_name(name)


def _known(case: Case) -> Known:
    found = ((name, text) for name, value in case.fields.items() if is_personal(name) for text in _readings(value))
    return tuple(dict.fromkeys(found))


def _readings(found: FieldResult) -> tuple[str, ...]:
    """Return every way in which a value was read."""
    texts = [t for c in found.candidates for t in (c.value, c.raw)]
    if isinstance(found, FieldValue):
        texts += [found.value, found.raw]
    return tuple(t for t in texts if t)


def _field(name: str, found: dict[str, Any], known: Known) -> dict[str, Any]:
    """Return one field; the words at the places of a personal value are hidden altogether."""
    if found["value"] is None:
        return found
    shown = dict(found)
    for reading in (shown, *shown.get("candidates", ())):
        for key in ("value", "raw"):
            reading[key] = mask_field(name, reading[key], known)
        if is_personal(name):
            for place in reading["evidence"]:
                place["quote"] = "*" * len(place["quote"])
    return shown


def _masked(node: Any, known: Known, key: str = "") -> Any:
    """Return a copy of ``node`` with its running text masked."""
    if isinstance(node, dict):
        return {name: _masked(value, known, name) for name, value in node.items()}
    if isinstance(node, list):
        return [_masked(value, known, key) for value in node]
    return mask_text(node, known) if isinstance(node, str) and key in _RUNNING_TEXT else node
