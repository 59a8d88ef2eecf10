"""What a house decides about proof."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProofOptions:
    """Where heads go and who stamps them.

    Attributes:
        heads: folder outside for a copy of each signed head; it must exist. ``None`` for none.
        authority: address of the time stamping authority, ``None`` for none.
        certificates: PEM file of what is trusted for time stamps; without it kept stamps cannot be checked.
    """

    heads: Path | None = None
    authority: str | None = None
    certificates: Path | None = None
