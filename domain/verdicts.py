"""Judgements over a case: disposition, category, severity, materials, deadlines."""

from __future__ import annotations

from datetime import datetime

from domain.base import Model, Probability
from domain.evidence import Evidence
from domain.rules import LineOfBusiness
from domain.vocabulary import DispositionValue, MaterialStatus, Nature, SignalCode


class DispositionVerdict(Model):
    """Complaint, inquiry or something else.

    Attributes:
        value: the answer, ``None`` while undecided.
        nature: what it is more exactly; ``None`` while undecided.
        reason: one sentence in Chinese.
        refer_to: who gets it when it is not a complaint (pack's words), else ``None``.
    """

    value: DispositionValue | None
    probability: Probability
    producer: str
    reason: str
    evidence: tuple[Evidence, ...] = ()
    accepted: bool = False
    refer_to: str | None = None
    nature: Nature | None = None


class CategoryVerdict(Model):
    """Category in the pack's own Chinese label; ``value`` is ``None`` while undecided."""

    value: str | None
    probability: Probability
    producer: str
    evidence: tuple[Evidence, ...] = ()
    accepted: bool = False
    alternatives: tuple[tuple[str, float], ...] = ()


class Signal(Model):
    """One severity or escalation signal found in the papers.

    Attributes:
        signal: contract code.
        detail: what exactly, in Chinese (for amounts the yuan value as decimal string first).
        evidence: the words on the page.
        certain: True when stated as fact; False when conditional, hearsay or otherwise unclear (a person decides).
        probability: chance that the signal holds.
        confirmed: a person's answer; ``None`` until given.
        line: of a sum: the line of business it belongs to, ``None`` when the words leave it open.
    """

    signal: SignalCode
    detail: str
    evidence: tuple[Evidence, ...]
    certain: bool
    probability: Probability
    producer: str
    confirmed: bool | None = None
    line: LineOfBusiness | None = None

    @property
    def holds(self) -> bool:
        """Whether it counts as fact: certain, or a person said so. Callers leave out what a person rejected."""
        return self.certain or bool(self.confirmed)


class UndecidedRule(Model):
    """A rule that could not decide (parameter not set, signal unclear, open criterion) and why."""

    rule: str
    reason: str


class SeverityVerdict(Model):
    """Level in the pack's own Chinese label.

    Attributes:
        level: the level, ``None`` while undecided. A possible higher level wins until a person decides.
        signals: everything found, whether or not it counts under this pack.
        undecided: rules that ask a person.
        explanation: one sentence that cites article, signal and page.
    """

    level: str | None
    probability: Probability
    producer: str
    signals: tuple[Signal, ...] = ()
    undecided: tuple[UndecidedRule, ...] = ()
    explanation: str = ""
    accepted: bool = False


class MaterialItem(Model):
    """One required material: ``material`` is a kind name of catalogue table C."""

    material: str
    status: MaterialStatus
    reason: str
    evidence: tuple[Evidence, ...] = ()
    producer: str = "juanzong"


class MaterialsReport(Model):
    """Required materials of a case.

    Attributes:
        list: name of the list that applies (complainant type), ``None`` while the type is unknown.
        complete: True or False, ``None`` when a person must say.
        items: one per required material.
    """

    list: str | None
    complete: bool | None
    items: tuple[MaterialItem, ...] = ()


class Deadline(Model):
    """A duty with its due time.

    Attributes:
        duty: what must be done (Chinese).
        due_at: UTC-aware time, ``None`` when the pack's parameter is not set.
        basis: article, parameter and how it was counted (Chinese).
    """

    duty: str
    due_at: datetime | None
    basis: str


class Judgement(Model):
    """All verdicts over one case at one revision."""

    disposition: DispositionVerdict
    category: CategoryVerdict
    severity: SeverityVerdict
    materials: MaterialsReport
    deadlines: tuple[Deadline, ...] = ()
