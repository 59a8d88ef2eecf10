"""Rules of a regime as data: levels, clocks, contact, reports, what is done at once (catalogue items 4, 8 and 11)."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from domain.adoption import Name
from domain.base import Model
from domain.vocabulary import SignalCode


class LineOfBusiness(StrEnum):
    """Line of business that a sum belongs to (auto-insurance Art. on levels)."""

    MOTOR = "motor"
    PROPERTY = "property"
    ACCIDENT_HEALTH = "accident_health"
    REPAIR = "repair"


class SeverityRule(Model):
    """One criterion of a level: any of its signals or categories meets it.

    Attributes:
        id: stable name, shown as ``rule:<id>`` to reviewers.
        level: id of the level that it leads to.
        signals: a certain one decides, an unclear one asks a person.
        possible: signals that may be a case of this criterion: a certain one asks a person.
        categories: ids of categories that have this level.
        line: only sums of this line of business count; a sum whose line is unclear asks a person.
        parameter: least sum or number of people (以上 includes the limit).
        up_to: greatest sum, included (以下 includes the limit).
        above: the sum must exceed ``parameter``.
        border_open: the text gives the border to two levels: a sum equal to a limit asks a person.
        counts: what is compared with the limits.
        factor: yuan per unit of the parameters.
        human_only: open criterion, applied by persons alone; never a reason to ask by itself.
        label: the criterion in Chinese.
        article: where it stands.
    """

    id: Name
    level: Name
    signals: tuple[SignalCode, ...] = ()
    possible: tuple[SignalCode, ...] = ()
    categories: tuple[Name, ...] = ()
    line: LineOfBusiness | None = None
    parameter: Name | None = None
    up_to: Name | None = None
    above: bool = False
    border_open: bool = False
    counts: Literal["yuan", "people"] = "yuan"
    factor: int = Field(default=1, ge=1)
    human_only: bool = False
    label: str
    article: str

    @property
    def limits(self) -> tuple[str, ...]:
        """Names of the parameters that bound it."""
        return tuple(name for name in (self.parameter, self.up_to) if name)

    @model_validator(mode="after")
    def _has_a_test(self) -> SeverityRule:
        if self.human_only == bool(self.signals or self.possible or self.categories):
            raise ValueError(f"rule {self.id}: expected signals or categories, or human_only without them")
        return self


class Level(Model):
    """A level; levels are listed from the gravest to the lightest."""

    id: Name
    label: str
    aliases: tuple[str, ...] = ()
    owner: str | None = None


class SeverityScheme(Model):
    """Levels, rules, and what the rest is.

    Attributes:
        basis: what the levels tell: how grave a case is, how long it may take, or who approves its settlement.
        otherwise: level of a case that meets no rule; ``None`` leaves it to a person.
        proposed_only: why the text leaves every level to a person (Chinese); the machine's level is a proposal.
        unclassed: categories that the text gives no level, with the reason.
    """

    basis: Literal["gravity", "time", "approval"] = "gravity"
    levels: tuple[Level, ...] = Field(min_length=1)
    rules: tuple[SeverityRule, ...] = ()
    otherwise: Name | None
    proposed_only: str | None = None
    unclassed: dict[Name, str] = Field(default_factory=dict)

    def label(self, level_id: str) -> str:
        """Return the Chinese label of ``level_id``."""
        return next(level.label for level in self.levels if level.id == level_id)

    def rank(self, level_id: str | None) -> int:
        """Return 0 for the gravest level, rising to the lightest; no level is lighter than all."""
        ids = [level.id for level in self.levels]
        return ids.index(level_id) if level_id in ids else len(ids)


class DeadlineRule(Model):
    """A duty and its time.

    Attributes:
        parameter: name of the number of ``unit``; ``None`` with ``on_spot`` or ``agreed``.
        latest: parameter of the hard limit where the text gives a range; ``parameter`` warns then.
        unit: minutes, hours, working days, calendar days.
        extends: id of the duty that it prolongs or follows; counted from that duty's end.
        start: ``accepted`` equals received on the paper side.
        agreed: the day is agreed with the client case by case (field ``due_date_agreed``).
        level: the duty holds for this level only.
        when: a condition that a person knows, in Chinese (国内客户).
        same_as: parameter that describes the same duty a second time; both must agree.
        internal: a step inside the house, never promised to the client.
    """

    id: Name
    duty: str
    parameter: Name | None = None
    latest: Name | None = None
    unit: Literal["MIN", "H", "WD", "CD"] = "WD"
    start: Literal["accepted", "received"] = "accepted"
    on_spot: bool = False
    agreed: bool = False
    extends: Name | None = None
    approval: bool = False
    beyond: str | None = None
    level: Name | None = None
    when: str | None = None
    same_as: Name | None = None
    internal: bool = False
    article: str

    @model_validator(mode="after")
    def _is_countable(self) -> DeadlineRule:
        if (self.on_spot, self.agreed, self.parameter is not None).count(True) != 1:
            raise ValueError(f"deadline {self.id}: expected exactly one of on_spot, agreed and parameter")
        return self


class QuietHours(Model):
    """Local time in which nobody is called; it may run over midnight. ``start`` is quiet, ``end`` is not."""

    start: time
    end: time
    label: str


class ContactRules(Model):
    """When an unreachable client is called (auto-insurance).

    Attributes:
        per_working_day: parameter: least attempts every working day within the limit.
        gap_hours: parameter: least hours between two attempts.
        client_may_name_time: the client's own time overrules the quiet hours.
        logged: every attempt is kept with its time and course.
    """

    quiet: tuple[QuietHours, ...] = ()
    per_working_day: Name | None = None
    gap_hours: Name | None = None
    client_may_name_time: bool = True
    logged: bool = True
    article: str


class Escalation(Model):
    """What must be done at once when a signal stands.

    Attributes:
        signals: a certain one of these.
        duty: what is done, in Chinese.
        to: who is told.
    """

    id: Name
    signals: tuple[SignalCode, ...] = Field(min_length=1)
    duty: str
    to: str | None = None
    article: str


class Report(Model):
    """A report that the regime asks for.

    Attributes:
        when: how often or by when, in Chinese.
        contents: what it must say.
    """

    id: Name
    label: str
    to: str | None = None
    when: str | None = None
    contents: tuple[str, ...] = ()
    article: str | None = None


class ChecklistItem(Model):
    """A row of a score sheet; ``label`` is ``None`` where the copy lost it.

    Attributes:
        points: full score.
        derived: the number or the points are inferred, not read.
    """

    number: int
    label: str | None
    points: int
    checked: tuple[str, ...] = ()
    rule: str | None = None
    derived: bool = False
