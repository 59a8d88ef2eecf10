"""What every model of the vocabulary has in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

BBox = tuple[float, float, float, float]
"""Box ``(x0, y0, x1, y1)`` in pixels of the upright page image, origin top left, x0 <= x1, y0 <= y1."""

Point = tuple[float, float]
"""Point ``(x, y)`` in pixels of the upright page image, origin top left."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
"""Calibrated chance that a statement is right, 0 to 1 (a raw model output is called a *score*)."""

PageNumber = Annotated[int, Field(ge=1)]
"""Number of a page inside its document, counted from 1."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Sm3 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
UtcTime = AwareDatetime


class Model(BaseModel):
    """Frozen value, valid from construction; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def union_box(boxes: tuple[BBox, ...]) -> BBox:
    """Return the smallest box around ``boxes`` (at least one)."""
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def overlap(first: BBox, second: BBox) -> bool:
    """Return whether two boxes share more than an edge."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def iso(moment: datetime) -> str:
    """Return ``moment`` as ISO 8601 with its offset, seconds precision."""
    return moment.isoformat(timespec="seconds")
