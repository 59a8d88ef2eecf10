"""SHA-256 and SM3 of a byte stream in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from storage.errors import Sm3UnavailableError

CHUNK = 1 << 20
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True)
class Digests:
    """What identifies bytes: lower-case hexadecimal digests and the length."""

    sha256: str
    sm3: str
    size: int


class DigestPair:
    """Running SHA-256 and SM3 (GM/T 0004-2012) over the same bytes.

    Raises:
        Sm3UnavailableError: this Python's OpenSSL has no SM3.
    """

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        try:
            self._sm3 = hashlib.new("sm3")
        except ValueError as error:
            raise Sm3UnavailableError(
                "本机 Python 的 OpenSSL 不支持国密 SM3",
                "请安装 OpenSSL 1.1.1 以上并重装 Python 后再运行 juanzong doctor",
            ) from error
        self._size = 0

    def update(self, chunk: bytes) -> None:
        """Take in the next bytes."""
        self._sha256.update(chunk)
        self._sm3.update(chunk)
        self._size += len(chunk)

    def finish(self) -> Digests:
        """Return the digests of everything taken in so far."""
        return Digests(self._sha256.hexdigest(), self._sm3.hexdigest(), self._size)


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of ``stream`` in pieces of at most ``CHUNK`` bytes."""
    while chunk := stream.read(CHUNK):
        yield chunk


def digest_of(pieces: Iterable[bytes]) -> Digests:
    """Return the digests of the concatenated ``pieces``."""
    pair = DigestPair()
    for piece in pieces:
        pair.update(piece)
    return pair.finish()


def sha256_of(data: bytes) -> str:
    """Return the lower-case hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()
