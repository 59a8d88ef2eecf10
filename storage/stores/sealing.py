"""Sealed bodies (``juanzong.sealed/1``): AES-256-GCM in frames, so that streams of any length are read as they come.

A body is the magic followed by frames. Every frame but the last holds ``FRAME`` bytes of plain text; each is its
cipher text and a tag of 16 bytes. The nonce of a frame (12 bytes, big-endian) is its number from 0 in 11 bytes and a
byte that is 1 for the last frame; the key of a body is used for that body only, so no nonce comes twice (STREAM,
Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015). The additional data of each frame are magic and object key. Hence
a frame that was changed, moved, left out or added, a body that was cut short, and the body of another object are all
found before a byte of that frame is given out.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"juanzong.sealed/1\n"
FRAME = 1 << 20
"""Bytes of plain text in every frame but the last."""
TAG = 16
KEY_BYTES = 32
_NONCE = 12


class BrokenSealError(ValueError):
    """Bytes that were not sealed so: changed, cut, moved, or with another key; the number of the frame (from 0)."""


def new_key() -> bytes:
    """Return a key for one body."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def sealed(plain: BinaryIO, key: bytes, name: str) -> BinaryIO:
    """Return a stream of the sealed body of ``plain``.

    Args:
        plain: read once, from where it stands to its end.
        key: of this body only.
        name: object key of the plain text.
    """
    return _stream(lambda: _seal(plain, AESGCM(key), MAGIC + name.encode()))


def unsealed(body: BinaryIO, key: bytes, name: str) -> BinaryIO:
    """Return a stream of the plain text of ``body``, which is closed with it; reading raises BrokenSealError."""
    return _stream(lambda: _unseal(body, AESGCM(key), MAGIC + name.encode()), body)


def wrap(master: bytes, key: bytes, context: bytes) -> bytes:
    """Return ``key`` encrypted under ``master`` for this context (random nonce, cipher text, tag)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(master).encrypt(nonce, key, context)


def unwrap(master: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return the key that ``wrap`` encrypted. Raises BrokenSealError: another master or context, or changed bytes."""
    try:
        return AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError(0) from error


def _seal(plain: BinaryIO, cipher: AESGCM, bound: bytes) -> Iterator[bytes]:
    yield MAGIC
    for number, (frame, is_last) in enumerate(_frames(plain, FRAME)):
        yield cipher.encrypt(_nonce(number, is_last), frame, bound)


def _unseal(body: BinaryIO, cipher: AESGCM, bound: bytes) -> Iterator[bytes]:
    if _read(body, len(MAGIC)) != MAGIC:
        raise BrokenSealError(0)
    for number, (frame, is_last) in enumerate(_frames(body, FRAME + TAG)):
        try:
            yield cipher.decrypt(_nonce(number, is_last), frame, bound)
        except (InvalidTag, ValueError) as error:
            raise BrokenSealError(number) from error


def _frames(stream: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of ``size`` bytes with whether they are the last; an empty stream is one empty piece."""
    piece = _read(stream, size)
    while True:
        following = _read(stream, size)
        yield piece, not following
        if not following:
            return
        piece = following


def _read(stream: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes unless the stream ends before."""
    data = stream.read(size)
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + bytes([is_last])


def _stream(pieces: Callable[[], Iterator[bytes]], below: BinaryIO | None = None) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Pieces(pieces(), below), FRAME))


class _Pieces(io.RawIOBase):
    """Pieces of bytes as one stream; closes what lies below with itself."""

    def __init__(self, pieces: Iterator[bytes], below: BinaryIO | None) -> None:
        self._pieces, self._below = pieces, below
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def readall(self) -> bytes:
        return b"".join([bytes(self._rest), *self._pieces])

    def close(self) -> None:
        if self._below is not None:
            self._below.close()
        super().close()
