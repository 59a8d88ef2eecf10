"""Inclusion proofs as JSON that anybody can check with a hash function (RFC 9162, section 2.1.3)."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field

from domain.base import Model, Sha256
from storage.archive_log import InclusionProof


class PackedProof(Model):
    """The audit path of a leaf.

    Attributes:
        leaf_index: 0-based.
        tree_size: leaves of the tree that ``root_hash`` is the root of.
        path: hexadecimal hashes from the leaf's sibling upwards.
    """

    schema_: Literal["juanzong.proof/1"] = Field(default="juanzong.proof/1", alias="schema")
    leaf_index: int = Field(ge=0)
    tree_size: int = Field(ge=1)
    leaf_hash: Sha256
    root_hash: Sha256
    path: tuple[Sha256, ...]


def packed_proof(proof: InclusionProof) -> PackedProof:
    """Return ``proof`` in the form of the RFC; pymerkle's path begins with the leaf hash itself."""
    return PackedProof(
        leaf_index=proof.seq,
        tree_size=proof.size,
        leaf_hash=proof.leaf_hash,
        root_hash=proof.root_hash,
        path=tuple(value.hex() for value in proof.proof.path[1:]),
    )


def leaf_hash(leaf: bytes) -> str:
    """Return the hash of a leaf's bytes (RFC 9162, section 2.1.1), hexadecimal."""
    return hashlib.sha256(b"\x00" + leaf).hexdigest()


def proves(proof: PackedProof, leaf: bytes, root: str) -> bool:
    """Tell whether ``proof`` leads from the bytes of ``leaf`` to ``root`` (RFC 9162, section 2.1.3.2)."""
    if leaf_hash(leaf) != proof.leaf_hash or proof.root_hash != root or proof.leaf_index >= proof.tree_size:
        return False
    position, last, value = proof.leaf_index, proof.tree_size - 1, bytes.fromhex(proof.leaf_hash)
    for step in proof.path:
        if last == 0:
            return False
        sibling = bytes.fromhex(step)
        if position % 2 == 1 or position == last:
            value = _node(sibling, value)
            while position % 2 == 0 and position != 0:
                position, last = position // 2, last // 2
        else:
            value = _node(value, sibling)
        position, last = position // 2, last // 2
    return last == 0 and value.hex() == root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
