"""The station's view of a case: what is doubtful, what a person may answer, and where it stands on the page."""

from __future__ import annotations

from domain.base import Model
from domain.case import Case, ReviewReason
from domain.evidence import Candidate, Evidence, FieldResult, FieldValue
from domain.fields import FIELDS, FieldSpec, FieldType
from domain.review import decided_by_person
from domain.verdicts import Deadline, Judgement, MaterialItem, Signal
from domain.vocabulary import ComplainantType, MaterialStatus
from review_ui import texts
from review_ui.backend import Choices
from review_ui.words import document_label

_MULTILINE = (FieldType.LONGTEXT, FieldType.LIST)


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


class MaterialRow(Model):
    """One required paper."""

    item: MaterialItem
    label: str
    status: str
    doubtful: bool
    by_person: bool


class SignalRow(Model):
    """One signal."""

    signal: Signal
    label: str
    percent: int
    doubtful: bool


class OpenItem(Model):
    """Something that still waits for an answer, with the id of its place on the page."""

    anchor: str
    label: str
    message: str


class Typed(Model):
    """Input that could not be saved and must not be lost."""

    name: str
    value: str
    insist: str | None = None


class Station(Model):
    """Everything the panel shows beside the scan."""

    case: Case
    choices: Choices
    doubtful: tuple[FieldRow, ...]
    read: tuple[FieldRow, ...]
    missing: tuple[FieldRow, ...]
    other: tuple[FieldRow, ...]
    materials: tuple[MaterialRow, ...]
    signals: tuple[SignalRow, ...]
    open_items: tuple[OpenItem, ...]
    loose: tuple[ReviewReason, ...]

    @property
    def judgement(self) -> Judgement | None:
        """The verdicts, ``None`` before judging."""
        return self.case.judgement

    @property
    def grave(self) -> bool:
        """The level is the gravest, or may be."""
        level = self.judgement.severity.level if self.judgement else None
        possible = any(r.code == "possible_major" for r in self.case.review)
        return possible or (level is not None and level in self.choices.levels[:1])

    @property
    def changed_since_finish(self) -> bool:
        """A finished case got another answer that is not filed yet."""
        return self.case.finished and bool(self.case.decisions) and self.case.decisions[-1].action != "finish"

    @property
    def next_deadline(self) -> Deadline | None:
        """Return the duty that is due first."""
        deadlines = self.judgement.deadlines if self.judgement else ()
        dated = [(d.due_at, number) for number, d in enumerate(deadlines) if d.due_at is not None]
        return deadlines[min(dated)[1]] if dated else None

    @property
    def verdicts_open(self) -> int:
        """Return the number of open questions about level, signals, category and disposition."""
        verdicts = sum(bool(self.asked(name)) for name in ("severity", "category", "disposition"))
        return verdicts + sum(s.doubtful for s in self.signals)

    @property
    def materials_open(self) -> int:
        """Return the number of papers that a person must judge."""
        return sum(m.doubtful for m in self.materials)

    def places(self, subject: str) -> tuple[Evidence, ...]:
        """Return where to look for a question about a document: its first page."""
        document = self.case.document(subject.partition(":")[2])
        if document is None or not document.pages:
            return ()
        page = document.pages[0]
        return (Evidence(document_id=document.id, page=page.number, bbox=(0, 0, page.width, page.height), quote=""),)

    def asked(self, subject: str) -> tuple[ReviewReason, ...]:
        """Return the open reasons about ``subject``."""
        return tuple(r for r in self.case.review if r.subject == subject)


def station(case: Case, choices: Choices, typed: Typed | None = None) -> Station:
    """Return the view of ``case``; ``typed`` is shown in its field instead of the value."""
    rows = [field_row(case, FIELDS[name], typed) for name in FIELDS if _is_shown(case, name, typed)]
    other = [field_row(case, spec, None) for name, spec in FIELDS.items() if not _is_shown(case, name, typed)]
    return Station(
        case=case,
        choices=choices,
        doubtful=tuple(r for r in rows if r.state == "doubtful"),
        read=tuple(r for r in rows if r.state in ("accepted", "open")),
        missing=tuple(r for r in rows if r.state == "missing"),
        other=tuple(other),
        materials=_material_rows(case, choices),
        signals=_signal_rows(case),
        open_items=_open_items(case, choices),
        loose=_loose(case),
    )


def _is_shown(case: Case, name: str, typed: Typed | None) -> bool:
    asked = any(r.subject == f"field:{name}" for r in case.review)
    return name in case.fields or asked or (typed is not None and typed.name == name)


def field_row(case: Case, spec: FieldSpec, typed: Typed | None) -> FieldRow:
    """Return the view of one field."""
    found = case.fields.get(spec.name)
    mine = typed if typed is not None and typed.name == spec.name else None
    asked = tuple(r for r in case.review if r.subject == f"field:{spec.name}")
    state = _state(found, bool(asked) or mine is not None)
    value = found.value if isinstance(found, FieldValue) else ""
    return FieldRow(
        name=spec.name,
        label=spec.label,
        multiline=spec.type in _MULTILINE,
        options=_options(spec),
        value=value,
        raw=found.raw if isinstance(found, FieldValue) and _differs(found) else None,
        percent=round(found.probability * 100) if isinstance(found, FieldValue) else None,
        notes=_notes(case, found, asked, spec.name),
        state=state,
        status=_status(found, state),
        by_person=found is not None and decided_by_person(found.producer),
        candidates=_candidates(case, found, value),
        evidence=_places(found),
        typed=mine.value if mine else None,
        insist=mine.insist if mine else None,
    )


def _state(found: FieldResult | None, asked: bool) -> str:
    if asked:
        return "doubtful"
    if isinstance(found, FieldValue):
        return "accepted" if found.accepted else "open"
    return "missing"


def _status(found: FieldResult | None, state: str) -> str:
    if isinstance(found, FieldValue):
        if found.accepted:
            return "人工确认" if decided_by_person(found.producer) else "已确认"
        return "待核对" if state == "doubtful" else "未确认"
    if found is None:
        return "待补录" if state == "doubtful" else "未读"
    words = texts.CONFIRMED_MISSING if found.accepted else texts.MISSING_REASON
    return words.get(found.reason, texts.MISSING_REASON[found.reason])


def _differs(found: FieldValue) -> bool:
    return "".join(found.raw.split()) != "".join(found.value.split())


def _notes(case: Case, found: FieldResult | None, asked: tuple[ReviewReason, ...], name: str) -> tuple[str, ...]:
    notes = [r.message for r in asked]
    checks = found.checks if isinstance(found, FieldValue) and not decided_by_person(found.producer) else ()
    notes += [c.message for c in checks if c.passed is False]
    notes += [c.message for c in checks if c.passed is None and asked]
    offered = {c.value for c in found.candidates} if found is not None else set()
    for mismatch in case.mismatches:
        if mismatch.field == name:
            seen = (v for v in mismatch.values if v.value not in offered)
            notes += [f"{document_label(case, v.document_id)}第{v.page}页为“{v.value}”" for v in seen]
    return tuple(dict.fromkeys(notes))


def _candidates(case: Case, found: FieldResult | None, value: str) -> tuple[CandidateRow, ...]:
    """Return the other values on offer, each once, best first; those of mismatches included."""
    offered: dict[str, Candidate] = {}
    for candidate in found.candidates if found is not None else ():
        if candidate.value and candidate.value != value:
            offered.setdefault(candidate.value, candidate)
    return tuple(
        CandidateRow(
            number=number,
            value=c.value,
            origin=_origin(case, c),
            percent=round(c.probability * 100),
            evidence=c.evidence,
        )
        for number, c in enumerate(list(offered.values())[:9], start=1)
    )


def _origin(case: Case, candidate: Candidate) -> str:
    if decided_by_person(candidate.producer):
        return candidate.producer.partition(":")[2]
    if not candidate.evidence:
        return ""
    place = candidate.evidence[0]
    return f"{document_label(case, place.document_id)}第{place.page}页"


def _places(found: FieldResult | None) -> tuple[Evidence, ...]:
    if found is None:
        return ()
    return found.evidence or tuple(e for c in found.candidates for e in c.evidence)


def _options(spec: FieldSpec) -> tuple[Option, ...]:
    if spec.name == "complainant_type":
        return tuple(Option(value=k.value, label=texts.COMPLAINANT_TYPE[k]) for k in ComplainantType)
    return ()


def _material_rows(case: Case, choices: Choices) -> tuple[MaterialRow, ...]:
    items = case.judgement.materials.items if case.judgement else ()
    asked = {r.subject for r in case.review}
    return tuple(
        MaterialRow(
            item=item,
            label=material_label(item.material, choices),
            status=texts.MATERIAL_STATUS[item.status],
            doubtful=f"materials:{item.material}" in asked or item.status is MaterialStatus.UNCLEAR,
            by_person=decided_by_person(item.producer),
        )
        for item in items
    )


def material_label(material: str, choices: Choices) -> str:
    """Return the regime's own name of a paper."""
    known = {kind.value: label for kind, label in texts.DOCUMENT_KIND.items()}
    return choices.materials.get(material) or known.get(material, material)


def _signal_rows(case: Case) -> tuple[SignalRow, ...]:
    signals = case.judgement.severity.signals if case.judgement else ()
    asked = {r.subject for r in case.review}
    return tuple(
        SignalRow(
            signal=signal,
            label=texts.SIGNAL[signal.signal],
            percent=round(signal.probability * 100),
            doubtful=f"signal:{signal.signal.value}" in asked or (signal.confirmed is None and not signal.certain),
        )
        for signal in signals
    )


_OWN_PLACE = frozenset({"field", "materials", "signal", "severity", "category", "disposition"})


def _loose(case: Case) -> tuple[ReviewReason, ...]:
    """Return the reasons that have no place of their own among fields and verdicts (documents, rules, failures)."""
    return tuple(r for r in case.review if r.subject.partition(":")[0] not in _OWN_PLACE or r.subject == "materials")


def _open_items(case: Case, choices: Choices) -> tuple[OpenItem, ...]:
    return tuple(
        OpenItem(anchor=anchor(r.subject), label=subject_label(case, r.subject, choices), message=r.message)
        for r in case.review
    )


def anchor(subject: str) -> str:
    """Return the element id of the place where ``subject`` is answered."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-:") else f"_{ord(c):x}_" for c in subject)
    return "at-" + plain.replace(":", "-")


def subject_label(case: Case, subject: str, choices: Choices) -> str:
    """Return what ``subject`` is called on the page."""
    scope, _, name = subject.partition(":")
    if scope == "field":
        return FIELDS[name].label if name in FIELDS else name
    if scope == "materials" and name:
        return material_label(name, choices)
    if scope == "signal":
        return next((label for code, label in texts.SIGNAL.items() if code.value == name), name)
    if scope == "document":
        return document_label(case, name)
    if subject in texts.SUBJECT:
        return texts.SUBJECT[subject]
    return f"{texts.SCOPE.get(scope, scope)} {name}".strip()
