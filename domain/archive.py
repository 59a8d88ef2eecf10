"""Filing: what the append-only log says about a case."""

from __future__ import annotations

from pydantic import Field

from domain.base import Model, Sha256, UtcTime
from domain.documents import ObjectRef


class ArchiveRecord(Model):
    """One leaf of the Merkle log (RFC 9162 hashing).

    Attributes:
        seq: 0-based index of the leaf.
        case_id: the filed case.
        revision: the filed revision.
        filed_at: when.
        manifest: the canonical JSON manifest in the store.
        leaf_hash: hexadecimal leaf hash.
        root_hash: hexadecimal root of the tree of ``seq + 1`` leaves.
    """

    seq: int = Field(ge=0)
    case_id: str
    revision: int = Field(ge=1)
    filed_at: UtcTime
    manifest: ObjectRef
    leaf_hash: Sha256
    root_hash: Sha256
