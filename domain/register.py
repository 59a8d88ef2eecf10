"""Registers as data: the columns of a regime's ledger and how its entries are numbered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from domain.base import Model

CaseAttribute = Literal[
    "number",
    "ledger_number",
    "received_at",
    "channel",
    "complainant_type",
    "disposition",
    "category",
    "level",
    "materials",
    "deadline",
    "status",
]
"""What a case knows about itself; ``ledger_number`` is counted by the register's own rule."""


class LedgerColumn(Model):
    """One column of a ledger.

    Attributes:
        label: the regime's own heading.
        fields: contract field names whose values stand in the column, joined when there are several.
        case: attribute of the case that stands there when no field has a value.
        manual: left empty for people; nothing on the paper side knows it.
        note: what a reader of the heading must know.
    """

    label: str = Field(min_length=1)
    fields: tuple[str, ...] = ()
    case: CaseAttribute | None = None
    manual: bool = False
    note: str | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> LedgerColumn:
        if self.manual == bool(self.fields or self.case):
            raise ValueError(f"column {self.label}: expected fields or case, or manual without either")
        return self


class LedgerNumbering(Model):
    """How ledger entries are numbered: prefix, year and month where the rule has them, serial.

    Attributes:
        digits: width of the serial; beyond it there is no number.
        monthly: two digits of the year and two of the month stand before the serial, which restarts each month.
        prefix_field: contract field whose value chooses the prefix; each prefix has its own counter.
        prefixes: value of ``prefix_field`` to prefix ("" for none); a case with another value gets no number.
        derived: the rule was inferred from entries, the regulation does not state it.
        article: where the rule stands.
    """

    digits: int = Field(ge=1, le=9)
    monthly: bool = False
    prefix_field: str | None = None
    prefixes: dict[str, str] = Field(default_factory=dict)
    derived: bool = False
    article: str | None = None

    @model_validator(mode="after")
    def _prefixes_have_a_field(self) -> LedgerNumbering:
        if (self.prefix_field is None) == bool(self.prefixes):
            raise ValueError("numbering: expected prefix_field and prefixes together")
        if len(set(self.prefixes.values())) < len(self.prefixes):
            raise ValueError("numbering: expected a different prefix for each value")
        return self


class Register(Model):
    """Ledger columns, or the items of the work file where the regime has no ledger.

    Attributes:
        rule: ``ledger`` when the regime asks for one.
        file_items: items of the work file.
        columns: the ledger's columns in order; with ``rule: none`` those of ``file_items``.
        numbering: how entries are numbered, ``None`` where the regime does not say.
    """

    rule: Literal["none", "ledger"]
    file_items: tuple[str, ...] = ()
    columns: tuple[LedgerColumn, ...] = ()
    numbering: LedgerNumbering | None = None
    article: str | None = None
