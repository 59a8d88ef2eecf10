"""The station's view of a case: what is doubtful, what a person may answer, and where it stands on the page."""

from __future__ import annotations

from domain.base import Model
from domain.case import Case, ReviewReason
from domain.evidence import Evidence
from domain.fields import FIELDS
from domain.queue import is_grave
from domain.review import Pause, decided_by_person, pauses_of
from domain.verdicts import Deadline, Judgement, MaterialItem, Signal
from domain.vocabulary import MaterialStatus
from review_ui import texts
from review_ui.backend import Choices
from review_ui.field_rows import FieldRow, Typed, field_row
from review_ui.language import translate
from review_ui.words import document_label, page_label


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


class Question(Model):
    """Everything asked about one subject that is neither a field nor a verdict."""

    subject: str
    reasons: tuple[ReviewReason, ...]


class OpenItem(Model):
    """Something that still waits for an answer, with the id of its place on the page."""

    anchor: str
    label: str
    message: str


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
    questions: tuple[Question, ...]

    @property
    def judgement(self) -> Judgement | None:
        """The verdicts, ``None`` before judging."""
        return self.case.judgement

    @property
    def grave(self) -> bool:
        """The level is the gravest, or may be."""
        return is_grave(self.case, next(iter(self.choices.levels), None))

    @property
    def changed_since_finish(self) -> bool:
        """A finished case got another answer that is not filed yet."""
        return self.case.finished and bool(self.case.standing) and self.case.standing[-1].action != "finish"

    @property
    def next_deadline(self) -> Deadline | None:
        """Return the duty that is due first."""
        deadlines = self.judgement.deadlines if self.judgement else ()
        dated = [(d.due_at, number) for number, d in enumerate(deadlines) if d.due_at is not None]
        return deadlines[min(dated)[1]] if dated else None

    @property
    def clock_stopped(self) -> bool:
        """A person stopped the clock and nobody started it again."""
        return any(p.end is None for p in pauses_of(self.case))

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """When persons stopped the clock, why, and who was told."""
        return pauses_of(self.case)

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
        open_items=_open_items(case, choices, _material_rows(case, choices), _signal_rows(case)),
        questions=_questions(case),
    )


def _is_shown(case: Case, name: str, typed: Typed | None) -> bool:
    asked = any(r.subject == f"field:{name}" for r in case.review)
    return name in case.fields or asked or (typed is not None and typed.name == name)


def _material_rows(case: Case, choices: Choices) -> tuple[MaterialRow, ...]:
    items = case.judgement.materials.items if case.judgement else ()
    asked = {r.subject for r in case.review}
    return tuple(
        MaterialRow(
            item=item,
            label=material_label(item.material, choices),
            status=translate(texts.MATERIAL_STATUS[item.status]),
            doubtful=f"materials:{item.material}" in asked or item.status is MaterialStatus.UNCLEAR,
            by_person=decided_by_person(item.producer),
        )
        for item in items
    )


def material_label(material: str, choices: Choices) -> str:
    """Return the regime's own name of a paper."""
    known = {kind.value: label for kind, label in texts.DOCUMENT_KIND.items()}
    return choices.materials.get(material) or translate(known.get(material, material))


def _signal_rows(case: Case) -> tuple[SignalRow, ...]:
    signals = case.judgement.severity.signals if case.judgement else ()
    asked = {r.subject for r in case.review}
    return tuple(
        SignalRow(
            signal=signal,
            label=translate(texts.SIGNAL[signal.signal]),
            percent=round(signal.probability * 100),
            doubtful=f"signal:{signal.signal.value}" in asked or (signal.confirmed is None and not signal.certain),
        )
        for signal in signals
    )


_OWN_PLACE = frozenset({"field", "materials", "signal", "severity", "category", "disposition"})


def _questions(case: Case) -> tuple[Question, ...]:
    """Return what is asked about documents, rules and failures."""
    subjects = dict.fromkeys(r.subject for r in case.review if r.subject.partition(":")[0] not in _OWN_PLACE)
    return tuple(
        Question(subject=subject, reasons=tuple(r for r in case.review if r.subject == subject)) for subject in subjects
    )


def _open_items(
    case: Case, choices: Choices, materials: tuple[MaterialRow, ...], signals: tuple[SignalRow, ...]
) -> tuple[OpenItem, ...]:
    """Return what is marked as doubtful on the page, once for each place."""
    messages: dict[str, list[str]] = {}
    for reason in case.review:
        messages.setdefault(reason.subject, []).append(reason.message)
    for signal in signals:
        if signal.doubtful:
            messages.setdefault(f"signal:{signal.signal.signal.value}", [translate(texts.UNSURE_SIGNAL)])
    for material in materials:
        if material.doubtful:
            messages.setdefault(f"materials:{material.item.material}", [material.item.reason])
    for name in _undecided(case):
        messages.setdefault(name, [translate(texts.UNDECIDED_VERDICT)])
    return tuple(
        OpenItem(
            anchor=anchor(subject), label=subject_label(case, subject, choices), message=translate("；").join(found)
        )
        for subject, found in messages.items()
    )


def _undecided(case: Case) -> tuple[str, ...]:
    if case.judgement is None:
        return ()
    values = {
        "severity": case.judgement.severity.level,
        "category": case.judgement.category.value,
        "disposition": case.judgement.disposition.value,
    }
    return tuple(name for name, value in values.items() if not value)


def anchor(subject: str) -> str:
    """Return the element id of the place where ``subject`` is answered."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-:") else f"_{ord(c):x}_" for c in subject)
    return "at-" + plain.replace(":", "-")


def subject_label(case: Case, subject: str, choices: Choices) -> str:
    """Return what ``subject`` is called on the page."""
    scope, _, name = subject.partition(":")
    if scope == "field":
        return translate(FIELDS[name].label) if name in FIELDS else name
    if scope == "materials" and name:
        return material_label(name, choices)
    if scope == "signal":
        return translate(next((label for code, label in texts.SIGNAL.items() if code.value == name), name))
    if scope == "document":
        return document_label(case, name)
    if scope == "page":
        document, _, number = name.rpartition("/")
        return page_label(case, document, int(number))
    if subject in texts.SUBJECT:
        return translate(texts.SUBJECT[subject])
    return f"{translate(texts.SCOPE.get(scope, scope))} {name}".strip()
