"""Printed forms as data: a new form needs a description in the policy pack, not code."""

from __future__ import annotations

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
    """

    name: str
    labels: tuple[str, ...] = Field(min_length=1)
    multiline: bool = False
    anchor: str | None = None


class FormDescription(Model):
    """A form of a pack: its titles and its fields in printed order."""

    id: str
    kind: DocumentKind
    titles: tuple[str, ...] = Field(min_length=1)
    fields: tuple[FormField, ...] = Field(min_length=1)
