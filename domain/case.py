"""The case file: everything known about one complaint at one revision."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from domain.base import Model, PageNumber, Probability, UtcTime
from domain.documents import Document, Failure
from domain.evidence import Evidence, FieldResult, FieldValue, StoredField
from domain.paper_trail import PaperTrail
from domain.verdicts import Judgement
from domain.vocabulary import CaseStatus, Channel, ComplainantType


class MismatchValue(Model):
    """One of the contradicting values and where it stands."""

    value: str
    document_id: str
    page: PageNumber


class Mismatch(Model):
    """Documents of one case contradict each other on a field."""

    field: str
    values: tuple[MismatchValue, ...] = Field(min_length=2)


class ReviewReason(Model):
    """Why a person is asked.

    Attributes:
        code: stable reason code (``low_probability``, ``check_failed``, ``mismatch``, ``possible_major``,
            ``undecided_rule``,
            ``materials``, ``category``, ``disposition``, ``kind``, ``page_quality``, ``failure``, ``missing_field``,
            ``second_keying``, ``keying_differs``).
        subject: what it is about: ``field:NAME``, ``severity``, ``category``, ``disposition``, ``materials:KIND``,
            ``document:ID``, ``rule:NAME``, ``failure:FILE``.
        message: one sentence in Chinese.
    """

    code: str
    subject: str
    message: str


class RelatedCase(Model):
    """An earlier case that is probably about the same matter.

    Attributes:
        number: number given to people.
        received_at: when its papers were received.
        shared: names of the fields whose values are the same.
    """

    case_id: str
    number: str
    received_at: UtcTime
    shared: tuple[str, ...] = Field(min_length=1)


class ArchivedObject(Model):
    """One object of a filing and how long it must stay."""

    key: str
    sha256: str
    sm3: str
    retain_until: date | None
    legal_hold: bool = False


class ArchiveState(Model):
    """The last filing of a case.

    Attributes:
        objects: originals, derivatives and the manifest.
        log_index: 0-based index of the filing's leaf in the Merkle log, ``None`` before the first filing.
        root: hexadecimal root hash of the log right after that leaf.
    """

    objects: tuple[ArchivedObject, ...] = ()
    log_index: int | None = None
    root: str | None = None


PaperAction = Literal[
    "kind", "order", "split", "merge", "move", "blank", "restore", "turn", "rescan", "rescanned", "send", "receive"
]
"""What a person does to papers; see ``domain.papers``."""

DecisionAction = Literal[
    "accept",
    "correct",
    "illegible",
    "not_present",
    "confirm",
    "reject",
    "set",
    "comment",
    "finish",
    "undo",
    "key",
    PaperAction,
]


class Decision(Model):
    """One answer of a person.

    Attributes:
        actor: who.
        at: when.
        action: ``accept`` a value as shown, ``correct`` it to ``value``, ``illegible``, ``not_present`` (fields);
            ``confirm`` or ``reject`` (signals, materials); ``set`` a verdict to ``value``; ``key`` a value blind as
            the second person; ``comment``; ``finish`` the case; ``undo`` decision number ``value`` (from 1); the
            actions of ``domain.papers``.
        subject: as in ``ReviewReason.subject``; signals are ``signal:CODE``; pages are ``page:DOCUMENT/NUMBER``; the
            whole case is ``case``.
        value: the new value where the action needs one.
        comment: free words.
        evidence: the box a person drew for the value, if any.
    """

    actor: str = Field(min_length=1)
    at: UtcTime
    action: DecisionAction
    subject: str
    value: str | None = None
    comment: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Case(Model):
    """A complaint case at one revision.

    Attributes:
        id: stable identifier.
        number: number given to people, unique, never reused.
        revision: from 1, one more for every change.
        policy: pack id.
        received_at: when the papers were received.
        complainant_type: whose materials list applies, ``None`` while unknown.
        fields: by contract name.
        judgement: verdicts, ``None`` before judging.
        decisions: every answer a person gave, oldest first.
        archive: the last filing.
        related: earlier cases of the same complainant, the latest first.
        papers: what persons did to the papers.
    """

    id: str
    number: str
    revision: int = Field(ge=1)
    policy: str
    channel: Channel
    received_at: UtcTime
    status: CaseStatus
    complainant_type: ComplainantType | None = None
    complainant_type_probability: Probability = 0.0
    documents: tuple[Document, ...] = ()
    fields: dict[str, StoredField] = Field(default_factory=dict)
    mismatches: tuple[Mismatch, ...] = ()
    judgement: Judgement | None = None
    review: tuple[ReviewReason, ...] = ()
    failures: tuple[Failure, ...] = ()
    decisions: tuple[Decision, ...] = ()
    archive: ArchiveState = ArchiveState()
    finished: bool = False
    related: tuple[RelatedCase, ...] = ()
    papers: PaperTrail = PaperTrail()

    @property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that nobody took back, oldest first."""
        undone = {int(d.value) for d in self.decisions if d.action == "undo" and d.value}
        return tuple(d for n, d in enumerate(self.decisions, start=1) if n not in undone and d.action != "undo")

    def field_value(self, name: str) -> str | None:
        """Return the normal form of field ``name``, ``None`` when missing."""
        found: FieldResult | None = self.fields.get(name)
        return found.value if isinstance(found, FieldValue) else None

    def document(self, document_id: str) -> Document | None:
        """Return the document with ``document_id``, ``None`` when the case has none such."""
        return next((d for d in self.documents if d.id == document_id), None)
