"""Values that the mailroom's repositories hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.mailroom import SamePaper

NoteKind = Literal["counted", "explained", "closed"]


@dataclass(frozen=True, slots=True)
class MailNote:
    """Something a person said about a batch.

    Attributes:
        sheets: sheets counted by hand (``counted``), or the difference that ``text`` explains (``explained``).
    """

    kind: NoteKind
    actor: str
    at: datetime
    sheets: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A file of a case that has certain bytes."""

    case_id: str
    case_number: str
    name: str
    batch_id: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new scan that took the place of a page; both stay in the case. Pages count from 1 inside their files."""

    case_id: str
    old_sha256: str
    old_page: int
    new_sha256: str
    new_page: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Two pages whose texts are alike; ``score`` is 0 to 1, pages count from 1 inside their documents."""

    case_id: str
    document_id: str
    page: int
    other_case_id: str
    other_document_id: str
    other_page: int
    score: float
    id: int = 0
    case_number: str = ""
    other_case_number: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateAnswer:
    """What a person said about two papers; ``case_number`` names the other case with ``OTHER_CASE``."""

    answer: SamePaper
    actor: str
    at: datetime
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingTry:
    """How often reading a case was begun, and how the last failure read; ``error`` is ``None`` after a good end."""

    case_id: str
    tries: int
    error: str | None
    fact: str | None
    next_step: str | None
