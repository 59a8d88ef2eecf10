"""The dashboard's figures: what each one counts (docs/dashboard.md says the same in Chinese). Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from domain.base import Model, UtcTime
from domain.case import Case
from domain.checks import CHINA
from domain.evidence import FieldResult, FieldValue
from domain.review import decided_by_person
from domain.verdicts import Deadline
from domain.vocabulary import CaseStatus

AGE_BANDS: tuple[tuple[str, int], ...] = (("1", 1), ("3", 3), ("7", 7), ("15", 15), ("30", 30))
"""Bands of age: name and the most whole days that a case of it has been here; what is older is ``older``."""
OLDER = "older"
UNASKED, OPEN = "accepted", "open"
"""Why a person answered a field nobody asked about: the machine had accepted it, or had not."""
ANSWERS = frozenset({"accept", "correct", "illegible", "not_present"})

Outcome = Literal["right", "wrong", "added", "absent"]
RiskBand = Literal["over", "today", "soon"]


class Period(Model):
    """What the dashboard is asked for: days of Chinese local time, both included, and a pack (``None`` for all)."""

    start: date
    end: date
    policy: str | None = None


class Reading(Model):
    """What the first revision of a case, the machine's own, came to.

    Attributes:
        fields: fields with a value.
        fields_alone: those of them that were accepted without a person.
        alone: nothing about the case was asked of a person.
    """

    fields: int = Field(ge=0)
    fields_alone: int = Field(ge=0)
    alone: bool


class FieldAnswer(Model):
    """A person's answer about a field and what was said before it.

    Attributes:
        machine: the value the machine had, ``None`` when it had none or a person had spoken before.
        by_person: the answer is about what a person had said.
        person: the value after the answer, ``None`` when there is none.
        reason: code of the first reason for which the field was asked about; ``accepted`` or ``open`` when it was not.
        day: day of the answer, Chinese local time.
    """

    field: str
    machine: str | None
    by_person: bool
    person: str | None
    reason: str
    day: date


def first_reading(case: Case) -> Reading:
    """Return the figures of revision 1 of a case."""
    values = [f for f in case.fields.values() if isinstance(f, FieldValue)]
    return Reading(fields=len(values), fields_alone=sum(f.accepted for f in values), alone=not case.review)


def field_answers(before: Case, after: Case) -> tuple[FieldAnswer, ...]:
    """Return the answers about fields that ``after`` adds to ``before``."""
    found = []
    for decision in after.decisions[len(before.decisions) :]:
        scope, _, name = decision.subject.partition(":")
        if scope != "field" or decision.action not in ANSWERS:
            continue
        said = before.fields.get(name)
        by_person = said is not None and decided_by_person(said.producer)
        answer = FieldAnswer(
            field=name,
            machine=None if by_person else _value(said),
            by_person=by_person,
            person=_value(after.fields.get(name)),
            reason=_reason(before, name),
            day=decision.at.astimezone(CHINA).date(),
        )
        found.append(answer)
    return tuple(found)


def outcome_of(machine: str | None, person: str | None) -> Outcome:
    """Hold what a person says at last against what the machine had said at first.

    Returns:
        ``right`` (the machine's value stands), ``wrong`` (another value, illegible or not there), ``added`` (the
        machine had none and the person found one), ``absent`` (neither found one).
    """
    if machine is None:
        return "absent" if person is None else "added"
    return "right" if person == machine else "wrong"


def _value(said: FieldResult | None) -> str | None:
    return said.value if isinstance(said, FieldValue) else None


def _reason(before: Case, name: str) -> str:
    asked = next((r.code for r in before.review if r.subject == f"field:{name}"), None)
    said = before.fields.get(name)
    return asked or (UNASKED if said is not None and said.accepted else OPEN)


def is_open(case: Case) -> bool:
    """Return True while nobody finished the case and it is neither filed nor referred by itself."""
    return not case.finished and case.status not in (CaseStatus.FILED, CaseStatus.REFERRED)


def next_duty(case: Case) -> Deadline | None:
    """Return the duty of an open case that is due first, ``None`` when the case is closed or no duty has a time."""
    if not is_open(case):
        return None
    dated = [d for d in case.judgement.deadlines if d.due_at is not None] if case.judgement else []
    return min(dated, key=lambda d: (d.due_at is None, d.due_at), default=None)


def age_band(received: date, today: date) -> str:
    """Return the band of age of a case received on day ``received``."""
    age = (today - received).days
    return next((name for name, most in AGE_BANDS if age <= most), OLDER)


def band_starts(today: date) -> tuple[tuple[str, date], ...]:
    """Return for every band but the oldest the first day of receipt that belongs to it, the youngest band first."""
    return tuple((name, today - timedelta(days=most)) for name, most in AGE_BANDS)


def percentile_rank(count: int, percent: int) -> int:
    """Return the 1-based place of a percentile among ``count`` sorted values (nearest rank; ``count`` at least 1)."""
    return max(1, -(-count * percent // 100))


class Arrivals(Model):
    """Cases received on one day by one channel."""

    day: date
    channel: str
    cases: int


class Backlog(Model):
    """Open cases of one band of age and one level (``None`` while undecided)."""

    band: str
    level: str | None
    cases: int


class Alone(Model):
    """What was accepted without a person among the cases received on one day and read since."""

    day: date
    cases: int
    cases_alone: int
    fields: int
    fields_alone: int


class Corrections(Model):
    """Fields that persons answered, by field or by reason; each field of a case counts once, as it was answered last.

    Attributes:
        key: field name or reason code.
    """

    key: str
    right: int = 0
    wrong: int = 0
    added: int = 0
    absent: int = 0

    @property
    def wrong_share(self) -> float | None:
        """Share of the machine's values that a person changed, 0 to 1; ``None`` when none was answered."""
        judged = self.right + self.wrong
        return self.wrong / judged if judged else None


class Handling(Model):
    """Handling times of the cases finished in the period (seconds; median and 90th percentile, nearest rank).

    Attributes:
        level: the pack's label, "" for all levels together, ``None`` while undecided.
        median_s: from receipt to the first finish.
        work_median_s: from the first answer of a person to the first finish.
    """

    level: str | None
    cases: int
    median_s: int
    ninetieth_s: int
    work_median_s: int
    work_ninetieth_s: int


class AtRisk(Model):
    """An open case whose next duty is over, or due today or within three working days."""

    case_id: str
    number: str
    complainant: str | None
    level: str | None
    duty: str
    due_at: UtcTime
    band: RiskBand


class Pace(Model):
    """Pages read on one day, and in how many hours of it at least one was read."""

    day: date
    pages: int
    hours: int


class Dashboard(Model):
    """All figures of a period.

    Attributes:
        at_risk: the most urgent ones; ``at_risk_total`` counts all.
    """

    arrivals: tuple[Arrivals, ...]
    backlog: tuple[Backlog, ...]
    alone: tuple[Alone, ...]
    by_field: tuple[Corrections, ...]
    by_reason: tuple[Corrections, ...]
    handling: tuple[Handling, ...]
    at_risk: tuple[AtRisk, ...]
    at_risk_total: dict[RiskBand, int]
    pace: tuple[Pace, ...]
