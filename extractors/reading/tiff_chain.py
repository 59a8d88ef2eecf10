"""The chain of directories of a TIFF file (TIFF 6.0 section 2, BigTIFF): one directory for each page.

Image libraries stop quietly at a directory that lies outside the file or points back; a page would be lost unseen.
"""

from __future__ import annotations

import struct


def broken_page(content: bytes) -> int | None:
    """Return the number (from 1) of the first page whose directory is not whole, ``None`` when all are."""
    order = "<" if content[:2] == b"II" else ">"
    big = content[2:4] in (b"+\x00", b"\x00+")
    # Sizes in bytes: number of entries, one entry, offset.
    count_format, entry, offset_format = ("Q", 20, "Q") if big else ("H", 12, "I")
    seen: set[int] = set()
    page = 1
    at = _number(content, 8 if big else 4, order + offset_format)
    while at is not None and at != 0:
        entries = _number(content, at, order + count_format)
        if at in seen or not entries:
            return page
        seen.add(at)
        at = _number(content, at + struct.calcsize(count_format) + entries * entry, order + offset_format)
        page += 1
    return page if at is None or not seen else None


def _number(content: bytes, at: int, layout: str) -> int | None:
    if at + struct.calcsize(layout) > len(content):
        return None
    value: int = struct.unpack_from(layout, content, at)[0]
    return value
