"""Printed forms as data: a new form needs a description in the policy pack, not code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.base import Model
from domain.vocabulary import DocumentKind


class FormField(Model):
    """One field of a form.

    Attributes:
        name: contract field name.
        labels: printed wordings of its label, the form's own first.
        multiline: the value may fill a tall cell of several lines.
        anchor: ``signature`` when the place is for a signature or seal, ``notice`` for printed text without a value.
        options: printed answers to tick; the value is the ticked one, of a list field all ticked ones.
    """

    name: str
    labels: tuple[str, ...] = Field(min_length=1)
    multiline: bool = False
    anchor: str | None = None
    options: tuple[str, ...] = ()


class FormDescription(Model):
    """A form of a pack: its titles and its fields in printed order.

    Attributes:
        layout: ``pairs`` when every label has its own value, ``rows`` for a table with a header row and one entry
            per row below it.
    """

    id: str
    kind: DocumentKind
    titles: tuple[str, ...] = Field(min_length=1)
    fields: tuple[FormField, ...] = Field(min_length=1)
    layout: Literal["pairs", "rows"] = "pairs"
