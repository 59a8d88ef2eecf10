"""The written papers with what a clerk would say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from domain.base import Model
from domain.vocabulary import Nature, SignalCode

TEXTS = Path(__file__).parent / "texts"
Paper = Literal["letter", "form", "record", "card", "slip"]


class Marked(Model):
    """A signal, or words that tempt to see one, with the words as they stand in the text."""

    code: SignalCode
    words: str


class Sum(Model):
    """A sum of money with its part in the complaint."""

    role: str
    value: float | str
    words: str
    line: str | None = None


class JudgedText(Model):
    """A paper and its truth.

    Attributes:
        ask: a person must decide the level.
        traps: words that are no signal.
        people: how many complain.
    """

    id: str
    policy: str
    voice: str
    paper: Paper
    text: str
    disposition: Nature
    category: str | None = None
    level: str | None = None
    ask: bool = False
    signals: tuple[Marked, ...] = ()
    traps: tuple[Marked, ...] = ()
    amounts: tuple[Sum, ...] = ()
    people: int = 1
    line: str | None = Field(default=None)


def load_texts(part: str) -> tuple[JudgedText, ...]:
    """Return the papers of a part (``tune`` or ``held``) in the order of their files."""
    found = []
    for path in sorted(TEXTS.glob(f"{part}_*.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            found.append(JudgedText.model_validate({k: v for k, v in entry.items() if v is not None}))
    return tuple(found)
