"""Who works under which packs: the only place where gaps of a regulation get values (design §5)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.base import Model, Probability
from domain.retention import StartEvent

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
"""Identifier inside a pack: lower-case letters, digits, hyphen, underscore."""

ParameterValue = Annotated[float, Field(ge=0)]


class SetParameter(Model):
    """A value that an adopter answers for."""

    value: ParameterValue
    set_by: str = Field(min_length=1)
    set_on: date
    note: str | None = None


class SetStart(Model):
    """What retention begins with, as an adopter answers for it."""

    value: StartEvent
    set_by: str = Field(min_length=1)
    set_on: date
    note: str | None = None


class OtherRetention(Model):
    """A rule outside the pack that the same papers fall under, for example the law on accounting archives.

    Attributes:
        label: law and article.
    """

    label: str = Field(min_length=1)
    years: Annotated[float, Field(gt=0)]
    start: StartEvent
    set_by: str = Field(min_length=1)
    set_on: date


class AdoptedPack(Model):
    """One pack as adopted: from when, with which parameters.

    Attributes:
        retention_years: the house's own period; it lengthens that of the regulation and never shortens it.
        retention_start: what retention begins with where the regulation does not say.
        other_retention: other rules for the same papers; the longest wins.
    """

    id: Name
    since: date = Field(alias="from", default=date(2000, 1, 1))
    parameters: dict[Name, SetParameter] = Field(default_factory=dict)
    retention_years: Annotated[float, Field(gt=0)] | None = None
    retention_start: SetStart | None = None
    other_retention: tuple[OtherRetention, ...] = ()


class StaffMember(Model):
    """A person of the firm or of an agent."""

    name: str
    department: str | None = None
    position: str | None = None


class Calendar(Model):
    """What the firm's calendar adds to the national one."""

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


class FourEyes(Model):
    """What two persons must agree on, and how much of the machine's own work is looked at.

    Attributes:
        fields: keyed blind by a second person once somebody has confirmed them.
        gravest_level: the gravest level is, too.
        sample: share of the fields accepted without a person that are audited.
    """

    fields: tuple[Name, ...] = ()
    gravest_level: bool = True
    sample: Probability = 0.0


class Adoption(Model):
    """Who works under which packs, and what the packs cannot know.

    Attributes:
        firms: the firm's and its agents' names as they may stand in papers.
        key_positions: titles of 重要岗位人员.
        key_staff: names of 重要岗位人员.
        marketing_staff: may not accept complaints.
        vip: names or account numbers of important clients.
        error_budgets: accepted share of wrong values by field or verdict name; ``default`` for the rest.
        four_eyes: second keying and audits, ``None`` where the firm wants none.
    """

    adopter: str
    policies: tuple[AdoptedPack, ...] = Field(min_length=1)
    firms: tuple[str, ...] = ()
    key_positions: tuple[str, ...] = ()
    key_staff: tuple[StaffMember, ...] = ()
    marketing_staff: tuple[StaffMember, ...] = ()
    vip: tuple[str, ...] = ()
    error_budgets: dict[str, Probability] = Field(default_factory=dict)
    four_eyes: FourEyes | None = None
    calendar: Calendar = Calendar()

    def of(self, policy_id: str) -> AdoptedPack | None:
        """Return the entry of ``policy_id``, ``None`` when it is not adopted."""
        return next((p for p in self.policies if p.id == policy_id), None)
