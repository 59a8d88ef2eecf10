"""The signing keys of the log (Ed25519, RFC 8032): files in a folder, each key signed by the one before it.

``0001.json`` is a public key with its signature, ``0001.key`` its private key (PKCS #8, 0600). Only the newest private
key is kept: who steals the folder later cannot sign for the past of another key. The id of the first key is the name of
the log. The files of public keys stay for ever; they are what old heads are checked with.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from domain.base import iso
from domain.proof import PublicKey, SignedKey
from storage.canonical import canonical_json
from storage.database import Clock
from storage.digests import sha256_of
from storage.proof.errors import SigningKeyError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_SCHEMA = "juanzong.key/1"
_RESTORE = "请从备份恢复数据目录下的 keys 文件夹后重试"


class KeyRing:
    """The keys of one home. Safe for several processes at once.

    Args:
        folder: where they lie; made with the first key.
        clock: when a key was made.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock

    def public(self) -> tuple[SignedKey, ...]:
        """Return all public keys, the first one first; none before the first signature.

        Raises:
            SigningKeyError: a file is damaged or was exchanged: it is not signed by the key before it.
        """
        try:
            files = sorted(self.folder.glob("[0-9]*.json"))
            keys = tuple(parse_key(file.read_bytes(), file.name) for file in files)
        except OSError as error:
            raise SigningKeyError(f"无法读取签名公钥：{error}", _RESTORE) from error
        check_chain(keys)
        return keys

    def current(self) -> SignedKey:
        """Return the key that signs now; the first one is made when there is none. Raises SigningKeyError."""
        return (self.public() or (self._add(None),))[-1]

    def sign(self, key: SignedKey, data: bytes) -> str:
        """Return the signature of ``key``, the current one, in hexadecimal. Raises SigningKeyError."""
        return self._private(key).sign(data).hex()

    def rotate(self) -> SignedKey:
        """Make a new key, signed by the present one, whose private part is then deleted. Raises SigningKeyError."""
        return self._add(self.current())

    def _add(self, previous: SignedKey | None) -> SignedKey:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone():
                present = self.public()
                if (present[-1] if present else None) != previous:  # another process was faster
                    return present[-1]
                return self._make(len(present) + 1, previous)
        except OSError as error:
            raise SigningKeyError(f"无法写入签名密钥：{error}", "请检查数据目录的权限与磁盘空间后重试") from error

    def _make(self, number: int, previous: SignedKey | None) -> SignedKey:
        from cryptography.hazmat.primitives import serialization as forms
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw().hex()
        text = _key_text(public, self._clock(), previous)
        signer = private if previous is None else self._private(previous)
        signed = _signed_key(text, signer.sign(text.encode()).hex())
        secret = private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
        # The private part first: a public key without it could never sign, and could never be followed either.
        self._write(f"{number:04d}.key", secret, 0o600)
        self._write(f"{number:04d}.json", key_file(signed), 0o644)
        for old in self.folder.glob("[0-9]*.key"):
            if old.name != f"{number:04d}.key":
                old.unlink()
        return signed

    def _private(self, key: SignedKey) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        file = self.folder / f"{len(self.public()):04d}.key"
        try:
            private = load_pem_private_key(file.read_bytes(), None)
        except (OSError, ValueError) as error:
            raise SigningKeyError(f"无法读取签名私钥 {file.name}：{error}", _RESTORE) from error
        if (
            not isinstance(private, Ed25519PrivateKey)
            or private.public_key().public_bytes_raw().hex() != key.key.public_key
        ):
            raise SigningKeyError(f"签名私钥 {file.name} 与公钥 {key.key.id} 不成对", _RESTORE)
        return private

    def _write(self, name: str, content: bytes, mode: int) -> None:
        draft = self.folder / f".{uuid.uuid4().hex}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.folder / name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def key_file(key: SignedKey) -> bytes:
    """Return the public file of a key."""
    return canonical_json({"schema": "juanzong.signed-key/1", "key": key.text, "signature": key.signature})


def parse_key(data: bytes, name: str) -> SignedKey:
    """Return the key that a public file holds; its signature is not checked here. Raises SigningKeyError."""
    try:
        said = json.loads(data)
        return _signed_key(said["key"], said["signature"])
    except (ValueError, KeyError, TypeError) as error:
        raise SigningKeyError(f"签名公钥文件 {name} 已损坏", _RESTORE) from error


def check_chain(keys: tuple[SignedKey, ...]) -> None:
    """Refuse keys of which one is not signed by the key before it (the first by itself). Raises SigningKeyError."""
    before: SignedKey | None = None
    for key in keys:
        expected = before.key.id if before else None
        if key.key.previous != expected or not is_signed(before or key, key.text, key.signature):
            raise SigningKeyError(f"签名公钥 {key.key.id} 不是由上一把密钥签发的", _RESTORE)
        before = key


def is_signed(key: SignedKey, text: str, signature: str) -> bool:
    """Return whether ``signature`` is that of ``key`` over ``text``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.key.public_key)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _key_text(public: str, made_at: datetime, previous: SignedKey | None) -> str:
    return canonical_json(
        {
            "schema": KEY_SCHEMA,
            "algorithm": "Ed25519",
            "public_key": public,
            "made_at": iso(made_at.astimezone(UTC)),
            "previous": previous.key.id if previous else None,
        }
    ).decode()


def _signed_key(text: str, signature: str) -> SignedKey:
    said = json.loads(text)
    if (said["schema"], said["algorithm"]) != (KEY_SCHEMA, "Ed25519"):
        raise ValueError(f"no key of ours: {said['schema']}")
    public = said["public_key"]
    key = PublicKey(
        id=sha256_of(bytes.fromhex(public)), public_key=public, made_at=said["made_at"], previous=said["previous"]
    )
    return SignedKey(text=text, signature=signature, key=key)
