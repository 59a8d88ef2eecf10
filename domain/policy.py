"""Regimes as data: policy packs, adoptions, and the two together (catalogue section J, design §5).

A pack says what a regulation says. An adoption says who adopted which pack from when, and is the only
place where parameters that the regulation lost or left blank get values, with who set them and when.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from domain.adoption import AdoptedPack as AdoptedPack
from domain.adoption import Adoption as Adoption
from domain.adoption import FourEyes, Name, ParameterValue
from domain.base import Model
from domain.calibration import BUDGETS, Calibration, class_of
from domain.fields import FIELDS
from domain.forms import FormDescription
from domain.register import Register as Register
from domain.retention import StartEvent
from domain.rules import ChecklistItem as ChecklistItem
from domain.rules import ContactRules as ContactRules
from domain.rules import DeadlineRule as DeadlineRule
from domain.rules import Escalation as Escalation
from domain.rules import Level as Level
from domain.rules import LineOfBusiness as LineOfBusiness
from domain.rules import Report as Report
from domain.rules import SeverityRule as SeverityRule
from domain.rules import SeverityScheme as SeverityScheme
from domain.vocabulary import ComplainantType, DispositionValue, DocumentKind, IdSide, Nature, SignalCode

ChannelName = Literal[
    "in_person", "phone", "letter", "fax", "email", "web", "media", "authority", "petition", "opinion_box", "relayed"
]
Scope = Literal["complaints", "flow", "principles", "ledger", "catalogue", "checklist", "none"]
"""What a regime's text governs; ``none`` is no complaint regime at all (a report filed under a ledger's title)."""

DEFAULT_ERROR_BUDGET = 0.02
"""Accepted share of wrong values where an adoption names none (design §1, principle 5)."""

VERDICT_BUDGETS = {"category": 0.15, "disposition": 0.10, "severity": 0.05, "kind": 0.10, "complainant_type": 0.10}
"""Budgets of verdicts where an adoption names none: a wrong one is seen and put right by the handler."""


class ParameterState(StrEnum):
    """What became of a parameter's value (catalogue section E)."""

    SET = "set"
    LOST = "lost"
    BLANK = "blank"
    SILENT = "silent"


class Parameter(Model):
    """A number that a rule needs.

    Attributes:
        state: ``set`` in the regulation, ``lost`` in the copy, ``blank`` placeholder, ``silent`` (implied only).
        unit: what the number counts, for example ``万元``, ``工作日``, ``年``.
        label: what it is, in Chinese.
        value: the regulation's number; only ``set`` parameters may carry one without ``set_by`` and ``set_on``.
        set_by: who filled a gap.
        set_on: when.
        article: where the rule stands.
        noted: the text names it, but no rule of this program computes with it.
    """

    state: ParameterState
    unit: str
    label: str
    value: ParameterValue | None = None
    set_by: str | None = None
    set_on: date | None = None
    article: str | None = None
    noted: bool = False

    @model_validator(mode="after")
    def _gaps_are_signed(self) -> Parameter:
        if self.state is ParameterState.SET:
            if self.value is None:
                raise ValueError("a parameter with state set needs a value")
        elif self.value is not None and not (self.set_by and self.set_on):
            raise ValueError(f"a {self.state} parameter must not have a value without set_by and set_on")
        return self


class CopyState(Model):
    """How much of the regulation survived."""

    complete: bool
    gaps: tuple[str, ...] = ()


class FormalChannel(Model):
    """Conditions of the formal path."""

    written_only: bool = False
    real_name_only: bool = False
    proxy_allowed: bool = True
    article: str | None = None


class Referral(Model):
    """What is not handled as a complaint, and who gets it.

    Attributes:
        disposition: what such a paper is.
        nature: what exactly it is, where the regulation names more than a question.
        when: the situation, in Chinese.
        refer_to: the pack's words for the receiver.
    """

    id: Name
    disposition: DispositionValue
    nature: Nature | None = None
    when: str
    refer_to: str
    article: str | None = None


class CategoryDescription(Model):
    """One value of the pack's taxonomy.

    Attributes:
        label: the regime's own Chinese label.
        keywords: weight (1 weak to 3 decisive) to terms; a term is a regular expression over one sentence.
        not_keywords: terms that speak against the category.
    """

    id: Name
    label: str
    aliases: tuple[str, ...] = ()
    owner: str
    description: str
    keywords: dict[Literal[1, 2, 3], tuple[str, ...]] = Field(default_factory=dict)
    not_keywords: tuple[str, ...] = ()


class MaterialRequirement(Model):
    """One required paper.

    Attributes:
        kind: name of table C.
        satisfied_by: other kinds that count for it (for example the form that is itself the written complaint).
        label: its Chinese name in the regime.
        signed_by: whose signature it needs.
        company_seal: whether the firm's seal must be on it.
        sides: sides of the identity card that must be there.
        minimum: how many papers.
        any_paper: any supporting paper counts, whatever its kind.
        special_seal: a seal for invoices or the like is what is asked for, not the firm's official one.
        filled: fields that must not be blank on it.
        filled_one_of: fields of which one at least must not be blank.
        when: asked for only in one of these cases: ``goods_returned`` when the papers tell of goods that come back,
            ``price_reduced`` when they tell of an allowance (折让); always when empty.
    """

    kind: DocumentKind
    satisfied_by: tuple[DocumentKind, ...] = ()
    label: str
    signed_by: Literal["self", "legal_representative"] | None = None
    company_seal: bool = False
    sides: tuple[IdSide, ...] = ()
    minimum: int = Field(default=1, ge=1)
    any_paper: bool = False
    special_seal: bool = False
    filled: tuple[Name, ...] = ()
    filled_one_of: tuple[Name, ...] = ()
    when: tuple[Literal["goods_returned", "price_reduced"], ...] = ()
    note: str | None = None


class RetentionRule(Model):
    """How long files stay.

    Attributes:
        parameter: the years.
        start: what the period begins with, ``None`` where the text does not say; then the adoption must.
        max_with_other_rules: the text itself says that a longer period of another rule wins.
    """

    parameter: Name
    start: StartEvent | None = None
    max_with_other_rules: bool = False
    immutable: bool = True
    contents: tuple[str, ...] = ()
    article: str


class RecusalRule(Model):
    """Who must stand aside."""

    id: Literal["marketing_staff_no_intake", "concerned_staff", "non_party_handler"]
    label: str
    article: str


class Materials(Model):
    """Required papers by complainant type; ``None`` where the regime has no such list."""

    natural_person: tuple[MaterialRequirement, ...] | None = None
    legal_person: tuple[MaterialRequirement, ...] | None = None
    member_coordination: tuple[MaterialRequirement, ...] | None = None
    article: str | None = None

    def of(self, kind: ComplainantType) -> tuple[MaterialRequirement, ...] | None:
        """Return the list of ``kind``."""
        found: tuple[MaterialRequirement, ...] | None = getattr(self, kind.value)
        return found


class PolicyPack(Model):
    """One regime as data.

    Attributes:
        scope: what its text governs.
        suggestions: whether a suggestion counts as a complaint; ``None`` where the text does not say.
        inquiries: whether a question counts as a complaint; ``None`` where the text does not say.
        escalations: what is done at once when a signal stands.
        outcomes: values of the result that the text names (catalogue table D2).
        checklist: rows of a score sheet.
    """

    id: Name
    code: str = Field(pattern=r"^[A-Z]{3}$", description="letters of the case numbers, the catalogue's own code")
    version: str = "1"
    source: str
    language: str
    title: str
    copy_state: CopyState
    scope: Scope = "complaints"
    channels: tuple[ChannelName, ...] | None = None
    formal_channel: FormalChannel | None = None
    referrals: tuple[Referral, ...] = ()
    suggestions: Literal["complaint", "separate"] | None = None
    inquiries: Literal["complaint", "answered"] | None = None
    categories: tuple[CategoryDescription, ...] = ()
    severity: SeverityScheme | None = None
    signal_terms: dict[SignalCode, tuple[str, ...]] = Field(default_factory=dict)
    materials: Materials | None = None
    forms: tuple[FormDescription, ...] = ()
    ledger: Register | None = Field(default=None, alias="register")
    deadlines: tuple[DeadlineRule, ...] = ()
    contact_rules: ContactRules | None = None
    escalations: tuple[Escalation, ...] = ()
    outcomes: tuple[str, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    retention: RetentionRule | None = None
    recusal: tuple[RecusalRule, ...] = ()
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    unset_parameter_policy: Literal["review"] = "review"
    numbering: str | None = None
    reports: tuple[Report, ...] = ()


class AdoptedPolicy(Model):
    """A pack together with its adoption, as the rules use it.

    Attributes:
        calibration: the house's own, ``None`` for the bundled one.
        category_model: folder of the house's own model of the categories, ``None`` for the bundled ones.
    """

    pack: PolicyPack
    adoption: Adoption | None = None
    calibration: Calibration | None = None
    category_model: str | None = None

    @property
    def adopted(self) -> AdoptedPack | None:
        """The adoption's entry of this pack."""
        return self.adoption.of(self.pack.id) if self.adoption else None

    @property
    def four_eyes(self) -> FourEyes | None:
        """What two persons must agree on, ``None`` where the adopter wants none."""
        return self.adoption.four_eyes if self.adoption else None

    @property
    def gravest_level(self) -> str | None:
        """Label of the gravest level, ``None`` for a pack without levels."""
        scheme = self.pack.severity
        return scheme.levels[0].label if scheme and scheme.levels else None

    def parameter(self, name: str) -> float | None:
        """Return the value in force, ``None`` while nobody set one (never a default)."""
        entry = self.adopted
        if entry and name in entry.parameters:
            return entry.parameters[name].value
        declared = self.pack.parameters.get(name)
        return declared.value if declared else None

    def parameter_source(self, name: str) -> str:
        """Return who answers for the value in force, or why there is none (Chinese)."""
        entry = self.adopted
        if entry and name in entry.parameters:
            chosen = entry.parameters[name]
            return f"由{chosen.set_by}于{chosen.set_on.isoformat()}设定"
        declared = self.pack.parameters.get(name)
        if declared is None:
            return "规则包未登记该参数"
        if declared.value is None:
            why = {"lost": "制度文本缺失", "blank": "制度文本留空", "silent": "制度未载明"}[declared.state.value]
            return f"{why}，采用单位尚未设定"
        return f"由{declared.set_by}于{declared.set_on}设定" if declared.set_by else "制度原文"

    def error_budget(self, name: str) -> float:
        """Return the accepted share of wrong values of field or verdict ``name``.

        The adoption's ``default`` never loosens the budget of a field's class: who wants that names the field.
        """
        budgets = self.adoption.error_budgets if self.adoption else {}
        if name in budgets:
            return budgets[name]
        if name in VERDICT_BUDGETS:
            return VERDICT_BUDGETS[name]
        default = budgets.get("default", DEFAULT_ERROR_BUDGET)
        return min(default, BUDGETS[class_of(name)]) if name in FIELDS else default

    def accepts(self, name: str, probability: float) -> bool:
        """Tell whether a value of field ``name`` with this probability stays within its error budget.

        With a calibration the bound that was measured decides (``domain.calibration``); without one the probability
        is taken at its word.
        """
        budget = self.error_budget(name)
        if self.calibration is None:
            return round(1 - probability, 6) <= budget
        return self.calibration.accepts(name, probability, budget)
