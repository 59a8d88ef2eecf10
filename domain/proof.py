"""Proof of filings: signed tree heads, their keys, time stamps, and the certificate that leaves the house.

Texts (``text``) are canonical JSON exactly as it was hashed or signed; whoever checks needs no writer of JSON.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.base import Model, Sha256, Sm3, UtcTime

Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
"""Ed25519 signature (RFC 8032), hexadecimal."""


class PublicKey(Model):
    """What ``text`` of a signed key says.

    Attributes:
        id: SHA-256 of the 32 bytes of the public key.
        public_key: those bytes, hexadecimal.
        previous: id of the key that signed this one, ``None`` for the first, which signed itself.
    """

    id: Sha256
    public_key: Sha256
    made_at: UtcTime
    previous: Sha256 | None


class SignedKey(Model):
    """A public key, signed by the one before it.

    Attributes:
        text: canonical JSON with the schema ``juanzong.key/1``.
    """

    text: str
    signature: Signature
    key: PublicKey


class TreeHead(Model):
    """What ``text`` of a signed head says: the state of the log at a moment.

    Attributes:
        log: id of the first key of the house; it stays the same when keys are rotated.
        size: leaves.
        root: hexadecimal root of the tree of ``size`` leaves.
        key: id of the key that signed.
        note: what the signer had to say, ``None`` for nothing: ``clock-set-back:TIME`` names the time of the head
            before, when that is later than ``at``.
    """

    log: Sha256
    size: int = Field(ge=1)
    root: Sha256
    at: UtcTime
    key: Sha256
    note: str | None = None


class SignedHead(Model):
    """A tree head with its signature.

    Attributes:
        position: 0-based number among the heads that were signed.
        text: canonical JSON with the schema ``juanzong.head/1``.
    """

    position: int = Field(ge=0)
    text: str
    signature: Signature
    head: TreeHead


class TimeStamp(Model):
    """An RFC 3161 time stamp over the text of a head.

    Attributes:
        at: time that the authority states.
        authority: its address.
        response: the TimeStampResp (DER) as it came.
    """

    at: UtcTime
    authority: str
    response: bytes


class HeadState(Model):
    """How far the log is signed.

    Attributes:
        leaves: leaves of the log now.
        newest: newest signed head, ``None`` before the first.
        heads: how many were signed.
    """

    leaves: int = Field(ge=0)
    newest: SignedHead | None
    heads: int = Field(ge=0)

    @property
    def unsigned(self) -> int:
        """Return how many leaves no head covers yet."""
        return self.leaves - (self.newest.head.size if self.newest else 0)


class Inclusion(Model):
    """Proof of RFC 9162, section 2.1.3, that a leaf is in a tree.

    Attributes:
        index: 0-based index of the leaf.
        size: leaves of the tree.
        path: sibling hashes (hexadecimal) from the leaf to the root.
    """

    index: int = Field(ge=0)
    size: int = Field(ge=1)
    leaf_hash: Sha256
    path: tuple[Sha256, ...]


class Consistency(Model):
    """Proof of RFC 9162, section 2.1.4, that a tree only added to an earlier one, with both heads.

    Attributes:
        path: hashes (hexadecimal) in the order of that section; empty for two heads of one size.
        keys: from the first key to the newest of the two that signed.
    """

    older: SignedHead
    newer: SignedHead
    path: tuple[Sha256, ...]
    keys: tuple[SignedKey, ...]


class CertifiedFile(Model):
    """A file as the manifest lists it.

    Attributes:
        role: ``original``, ``case`` or a derivative's role.
        size: bytes.
    """

    role: str
    name: str
    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)


class Certificate(Model):
    """Everything that proves one filing without the archive.

    Attributes:
        filed_at: moment of filing, as in the leaf.
        manifest: text of the manifest, byte for byte.
        leaf: text of the leaf, byte for byte.
        keys: from the first key to the one that signed ``head``.
        stamp: time stamp over the head, ``None`` when there is none.
    """

    case_id: str
    case_number: str
    revision: int = Field(ge=1)
    filed_at: UtcTime
    files: tuple[CertifiedFile, ...]
    manifest: str
    manifest_sha256: Sha256
    manifest_sm3: Sm3
    leaf: str
    inclusion: Inclusion
    head: SignedHead
    keys: tuple[SignedKey, ...]
    stamp: TimeStamp | None = None
