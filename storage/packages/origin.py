"""Where an imported filing came from (schema ``juanzong.origin/1``), and its leaf in the log of this instance.

The leaf of an imported filing is a ``juanzong.leaf/1`` like every other, so that whatever reads leaves reads it, with
``kind`` ``imported_filing`` and two more keys: ``imported_at``, and ``origin``, which names the old log, the old leaf
and the old root, and the object with the rest: the old leaf's bytes and its proof.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from domain.base import iso
from domain.errors import JuanzongError
from storage.canonical import canonical_json
from storage.digests import Digests
from storage.manifest import LEAF_SCHEMA
from storage.objects import ObjectStore, object_key
from storage.packages.index import PackageIndex, PackedFiling
from storage.packages.proofs import PackedProof, proves

ORIGIN_TYPE = "application/vnd.juanzong.origin+json"
IMPORTED = "imported_filing"


def write_origin(
    index: PackageIndex,
    seal: Digests,
    told: tuple[tuple[PackedFiling, bytes, PackedProof], ...],
    acts: tuple[tuple[bytes, PackedProof], ...],
) -> bytes:
    """Return what is kept of where the filings of a package came from: the same bytes for the same package.

    Args:
        index: of the package.
        seal: digests of the package.
        told: for every filing its leaf and the proof.
        acts: leaf and proof of every act on the case.
    """
    return canonical_json(
        {
            "schema": "juanzong.origin/1",
            "instance": index.instance,
            "package": {"sha256": seal.sha256, "sm3": seal.sm3},
            "case_id": index.case.id,
            "case_number": index.case.number,
            "accepted_at": iso(index.case.accepted_at),
            "log": index.log.model_dump(),
            "filings": [
                {"leaf": leaf.decode(), "proof": proof.model_dump(by_alias=True), "earlier": filing.origin_key}
                for filing, leaf, proof in told
            ],
            "acts": [{"leaf": leaf.decode(), "proof": proof.model_dump(by_alias=True)} for leaf, proof in acts],
        }
    )


def imported_leaf(index: PackageIndex, filing: PackedFiling, origin_sha256: str, now: datetime) -> bytes:
    """Return the leaf of an imported filing for the log of this instance."""
    manifest = index.object(filing.manifest_key)
    return canonical_json(
        {
            "schema": LEAF_SCHEMA,
            "kind": IMPORTED,
            "case_id": index.case.id,
            "revision": filing.revision,
            "filed_at": iso(filing.filed_at),
            "manifest_sha256": manifest.sha256,
            "manifest_sm3": manifest.sm3,
            "imported_at": iso(now),
            "origin": {
                "instance": index.instance,
                "log": index.log.id,
                "seq": filing.seq,
                "leaf_hash": filing.leaf_hash,
                "tree_size": index.log.size,
                "root_hash": index.log.root,
                "sha256": origin_sha256,
            },
        }
    )


def origin_faults(store: ObjectStore, seq: int, leaf: bytes) -> Iterator[str]:
    """Yield what is wrong with where an imported filing came from; nothing for a filing that was made here.

    Args:
        store: of this instance.
        seq: 0-based index of the leaf in the log of this instance, for the words.
        leaf: its bytes.
    """
    key = origin_key_of(leaf)
    if key is None:
        return
    named = json.loads(leaf)["origin"]
    try:
        told = json.loads(store.read(key))
    except JuanzongError as error:
        yield f"第 {seq} 号叶的来源记录：{error.fact}"
        return
    for filing in told["filings"]:
        proof = PackedProof.model_validate_json(json.dumps(filing["proof"]))
        if proof.leaf_hash == named["leaf_hash"]:
            if not proves(proof, filing["leaf"].encode(), named["root_hash"]):
                yield f"第 {seq} 号叶的来源证明不成立：原日志第 {named['seq']} 号叶"
            return
    yield f"第 {seq} 号叶的来源记录中没有原日志第 {named['seq']} 号叶"


def origin_key_of(leaf: bytes) -> str | None:
    """Return the key of the object that tells where a filing came from, ``None`` when it was made here."""
    told = json.loads(leaf)
    return object_key(str(told["origin"]["sha256"])) if told.get("kind") == IMPORTED else None
