"""Keys as text, one a line, ``NAME:BASE64`` of 32 bytes; the first is current."""

from __future__ import annotations

import base64
import binascii
import re

KEY_BYTES = 32
KEY_NAME = re.compile(r"[A-Za-z0-9._:/-]{1,100}")


class KeyLineError(ValueError):
    """A line is not of that form, or a name comes twice; its number, from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


def key_lines(text: str) -> dict[str, bytes]:
    """Return the keys by name, in their order. Raises KeyLineError."""
    keys: dict[str, bytes] = {}
    for line in text.split():
        name, _, encoded = line.rpartition(":")
        key = from_base64(encoded)
        if not KEY_NAME.fullmatch(name) or name in keys or len(key) != KEY_BYTES:
            raise KeyLineError(len(keys) + 1)
        keys[name] = key
    return keys


def from_base64(encoded: str) -> bytes:
    """Return the bytes, none when the text is no base64."""
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""
