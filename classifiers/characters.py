"""Characters folded one for one, so that offsets stay: half-width signs, simplified forms."""

from __future__ import annotations

from domain.spans import to_half_width
from domain.traditional import simplified

_FOLD = {ord("；"): ord(";"), ord("，"): ord(","), ord("："): ord(":"), ord("｡"): ord("。"), ord("﹐"): ord(",")}


def fold(text: str) -> str:
    """Return ``text`` half-width and simplified, of the same length (capital letters and spaces stay)."""
    folded = simplified(to_half_width(text)).translate(_FOLD)
    return folded if len(folded) == len(text) else text
