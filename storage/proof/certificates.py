"""Certificates: what somebody outside needs to prove one filing, put together and checked before it leaves.

The file (schema ``juanzong.certificate/1``) is described in docs/verify.md and checked by docs/verify.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from domain.documents import ObjectRef
from domain.errors import LogBrokenError, UnknownObjectError
from domain.proof import Certificate, CertifiedFile, Consistency, Inclusion, SignedHead, SignedKey
from storage.archive_log import ArchiveLog, leaf_hasher
from storage.database import stored_bytes
from storage.digests import sha256_of
from storage.filing import Filing
from storage.objects import ObjectStore
from storage.proof.errors import NotFiledError
from storage.proof.heads import TreeHeads

CERTIFICATE_SCHEMA = "juanzong.certificate/1"
CONSISTENCY_SCHEMA = "juanzong.consistency/1"
_VERIFY = "请运行 archive verify --all 查明后再出具证明"


class Certificates:
    """Makes certificates."""

    def __init__(self, store: ObjectStore, log: ArchiveLog, filing: Filing, heads: TreeHeads) -> None:
        self._store = store
        self._log = log
        self._filing = filing
        self._heads = heads

    def of_case(self, case: str) -> Certificate:
        """Return the certificate of the last filing of a case (number or id); what no head covers yet is signed first.

        Raises:
            UnknownCaseError: there is no such case.
            NotFiledError: nothing of it is filed.
            ObjectMissingError, ObjectDamagedError: the manifest is not what it was.
            LogBrokenError: the log does not prove the filing; no certificate is given out.
            HeadConflictError, SigningKeyError, HeadFolderError: as for ``TreeHeads.sign``.
        """
        record = self._filing.record(case)
        if record is None:
            raise NotFiledError(f"案件 {case} 尚未归档，没有可证明的内容", "请先完结并归档该案")
        leaf = stored_bytes(self._log.leaf(record.seq).data)
        manifest = self._manifest(record.manifest, leaf)
        head = self._covering(record.seq)
        said = json.loads(manifest)
        return Certificate(
            case_id=record.case_id,
            case_number=said["case_number"],
            revision=record.revision,
            filed_at=json.loads(leaf)["filed_at"],
            files=listed_files(said),
            manifest=manifest.decode(),
            manifest_sha256=record.manifest.sha256,
            manifest_sm3=record.manifest.sm3,
            leaf=leaf.decode(),
            inclusion=self._inclusion(record.seq, leaf, head),
            head=head,
            keys=self._heads.keys_of(head),
            stamp=self._heads.stamp_of(head),
        )

    def _covering(self, seq: int) -> SignedHead:
        try:
            return self._heads.covering(seq)
        except UnknownObjectError:
            self._heads.sign()
        return self._heads.covering(seq)

    def _manifest(self, ref: ObjectRef, leaf: bytes) -> bytes:
        self._store.verify(ref)
        manifest = self._store.read(ref.key)
        expected, got = json.loads(leaf)["manifest_sha256"], sha256_of(manifest)
        if expected != got:
            raise LogBrokenError(f"归档清单的 SHA-256 在日志中为 {expected}，实为 {got}", _VERIFY)
        return manifest

    def _inclusion(self, seq: int, leaf: bytes, head: SignedHead) -> Inclusion:
        """Prove the leaf against the head itself, not against what the log says its root is."""
        leaf_hash = leaf_hasher().hash_leaf(leaf).hex()
        stored = self._log.prove_inclusion(seq, head.head.size)
        proven = replace(stored, leaf_hash=leaf_hash, root_hash=head.head.root)
        if not proven.holds():
            raise LogBrokenError(f"存证日志第 {seq} 项不能证明在树头 {head.position} 之内", _VERIFY)
        return Inclusion(index=seq, size=head.head.size, leaf_hash=leaf_hash, path=proven.path)


def listed_files(manifest: dict[str, Any]) -> tuple[CertifiedFile, ...]:
    """Return the files of a manifest: originals, derivatives, the case as JSON."""
    case = {**manifest["case"], "name": f"{manifest['case_number']}.json", "role": "case"}
    listed = [*({**o, "role": "original"} for o in manifest["originals"]), *manifest["derivatives"], case]
    return tuple(
        CertifiedFile(role=f["role"], name=f["name"], sha256=f["sha256"], sm3=f["sm3"], size=f["size"]) for f in listed
    )


def certificate_json(certificate: Certificate) -> bytes:
    """Return the certificate as the file that docs/verify.py checks."""
    said = certificate.model_dump(include={"case_id", "case_number", "revision", "files", "manifest", "leaf"})
    stamp = certificate.stamp
    said |= {
        "schema": CERTIFICATE_SCHEMA,
        "filed_at": json.loads(certificate.leaf)["filed_at"],
        "inclusion": certificate.inclusion.model_dump(),
        "head": _head(certificate.head),
        "keys": _keys(certificate.keys),
        "stamp": stamp and {"authority": stamp.authority, "response": stamp.response.hex()},
    }
    return _pretty(said)


def consistency_json(proof: Consistency) -> bytes:
    """Return the proof as the file that docs/verify.py checks."""
    return _pretty(
        {
            "schema": CONSISTENCY_SCHEMA,
            "older": _head(proof.older),
            "newer": _head(proof.newer),
            "path": proof.path,
            "keys": _keys(proof.keys),
        }
    )


def _head(head: SignedHead) -> dict[str, object]:
    return {"text": head.text, "signature": head.signature}


def _keys(keys: tuple[SignedKey, ...]) -> list[dict[str, object]]:
    return [{"text": key.text, "signature": key.signature} for key in keys]


def _pretty(said: dict[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
