"""What a caller asks for when papers come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.case import Case
from domain.documents import Failure
from domain.vocabulary import Channel
from flows.grouping import GroupMode


@dataclass(frozen=True)
class IngestRequest:
    """One call of ``ingest``.

    Attributes:
        paths: files and folders.
        policy: pack id.
        mode: what a folder is.
        channel: how the papers arrived.
        received_at: UTC-aware moment of receipt; clocks start here.
        adoption: adoption file, ``None`` for the installation's own.
    """

    paths: tuple[Path, ...]
    policy: str
    received_at: datetime
    mode: GroupMode = GroupMode.CASE
    channel: Channel = Channel.LETTER
    adoption: Path | None = None


@dataclass(frozen=True)
class CaseOutcome:
    """A case of this call.

    Attributes:
        case: its state at the end of the call.
        seconds: time spent on it in this call.
        known: True when these papers had been received before.
    """

    case: Case
    seconds: float
    known: bool = False


@dataclass(frozen=True)
class IngestOutcome:
    """Everything a call of ``ingest`` has to say; ``notes`` are sentences for the person at the terminal."""

    cases: tuple[CaseOutcome, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
