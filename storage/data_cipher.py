"""Encryption of columns that hold what people wrote and who they are, and digests of their numbers for the index.

A column is sealed with AES-256-GCM (NIST SP 800-38D): the id of the key (4 bytes), a random nonce (12), cipher text and
tag; its name is additional data, so that a value cannot be moved to another column. A word of the index is HMAC-SHA-256
(RFC 2104), cut to 80 bits. Both keys are drawn from one secret with HKDF (RFC 5869). What has the key reads everything;
what has only the database, its backup or its replica reads names and words of the index, and no number of a person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Dialect
from sqlalchemy.types import LargeBinary, Text, TypeDecorator

from storage.errors import DatabaseDamagedError, DataKeyError
from storage.key_lines import KEY_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ID, _NONCE, _DIGEST = 4, 12, 10
_SEALED, _PACKED = b"\0jz1", b"\0jz2"
_SEALED_TEXT = "jz1."
_WORTH_PACKING = 200
"""Bytes from which a text is compressed before it is encrypted; afterwards nothing could."""
_ATTRIBUTE = "juanzong_cipher"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A secret of 32 bytes and its name in the file of keys."""

    name: str
    secret: bytes = field(repr=False)

    def derived(self, purpose: bytes) -> bytes:
        """Return 32 bytes for one purpose."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), KEY_BYTES, None, b"juanzong.data/1 " + purpose).derive(self.secret)

    @property
    def id(self) -> bytes:
        """Return what values name the key by; it tells nothing about the secret."""
        return self.derived(b"id")[:_ID]


class BrokenSealError(ValueError):
    """A value was changed, belongs to another column, or was sealed with a key that is not at hand."""


class DataCipher:
    """The keys of one database: the first seals, all open, the last (the oldest) makes the digests of words.

    The oldest does so for ever: words are asked for by what the index holds already.
    """

    def __init__(self, keys: Sequence[DataKey]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._current = keys[0].id
        self._ciphers: dict[bytes, AESGCM] = {key.id: AESGCM(key.derived(b"columns")) for key in keys}
        self._words = hmac.new(keys[-1].derived(b"words"), digestmod=hashlib.sha256)

    def seal(self, data: bytes, column: str, *, pack: bool = False) -> bytes:
        """Return ``data``, compressed before if ``pack`` and worth it, encrypted for ``column`` (``table.column``)."""
        kind = _SEALED
        if pack and len(data) >= _WORTH_PACKING and len(packed := zlib.compress(data, 1)) < len(data):
            kind, data = _PACKED, packed
        nonce = os.urandom(_NONCE)
        bound = kind + column.encode()
        return kind + self._current + nonce + self._ciphers[self._current].encrypt(nonce, data, bound)

    def unseal(self, sealed: bytes, column: str) -> bytes:
        """Return what was sealed. Raises BrokenSealError."""
        from cryptography.exceptions import InvalidTag

        start = len(_SEALED)
        kind, key = sealed[:start], sealed[start : start + _ID]
        nonce, body = sealed[start + _ID : start + _ID + _NONCE], sealed[start + _ID + _NONCE :]
        cipher = self._ciphers.get(key)
        if cipher is None:
            raise BrokenSealError("unknown key")
        try:
            data = cipher.decrypt(nonce, body, kind + column.encode())
        except (InvalidTag, ValueError) as error:
            raise BrokenSealError("changed") from error
        return zlib.decompress(data) if kind == _PACKED else data

    def blind(self, word: str) -> str:
        """Return the digest of a word of the index: letters and digits, the same for the same word, no way back."""
        digest = self._words.copy()
        digest.update(word.encode())
        return f"zq{digest.digest()[:_DIGEST].hex()}"


def use_cipher(dialect: Dialect, cipher: DataCipher) -> None:
    """Let the sealed columns behind this dialect (an engine has its own) use ``cipher``."""
    setattr(dialect, _ATTRIBUTE, cipher)


def cipher_of(dialect: Dialect) -> DataCipher:
    """Return the cipher of a database. Raises DataKeyError: it was opened without keys."""
    cipher = getattr(dialect, _ATTRIBUTE, None)
    if not isinstance(cipher, DataCipher):
        raise DataKeyError("打开数据库时没有给出数据密钥", "请通过 open_storage 打开数据库")
    return cipher


class _Sealed(TypeDecorator[Any]):
    """What the sealed columns share.

    Args:
        column: ``table.column``.
        digested: whether whoever reads the value checks it against a digest: a broken seal is then handed on as it
            is, so that one damaged row is one finding. Without, it is an error.
    """

    cache_ok = True

    def __init__(self, column: str, *, digested: bool = False) -> None:
        super().__init__()
        self.column = column
        self.digested = digested

    def _opened(self, sealed: bytes, dialect: Dialect) -> bytes | None:
        try:
            return cipher_of(dialect).unseal(sealed, self.column)
        except BrokenSealError as error:
            if self.digested:
                return None
            raise DatabaseDamagedError(
                f"数据库 {self.column} 的一个值已损坏，或由未知的数据密钥加密", "请核对数据密钥，或从备份恢复数据库"
            ) from error


class SealedText(_Sealed):
    """Text that lies encrypted in its column; nothing and the empty text stay as they are."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt."""
        if not value:
            return value
        sealed = cipher_of(dialect).seal(value.encode("utf-8", "surrogatepass"), self.column, pack=True)
        return _SEALED_TEXT + base64.b64encode(sealed).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt; a value from before there was encryption is taken as it is."""
        if value is None or not value.startswith(_SEALED_TEXT):
            return value
        opened = self._opened(_decoded(value.removeprefix(_SEALED_TEXT)), dialect)
        return value if opened is None else opened.decode("utf-8", "surrogatepass")


class SealedBytes(_Sealed):
    """Bytes that lie encrypted in their column; nothing and no bytes stay as they are."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypt."""
        return cipher_of(dialect).seal(value, self.column) if value else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypt; a value from before there was encryption is taken as it is."""
        if not isinstance(value, bytes) or value[: len(_SEALED)] not in (_SEALED, _PACKED):
            return value
        opened = self._opened(value, dialect)
        return value if opened is None else opened


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
