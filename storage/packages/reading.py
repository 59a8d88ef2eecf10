"""Does a package say the truth about itself? Everything is held against hashes before anything is taken in.

Order: bytes against manifests (``bag``), objects against the index, revisions and decisions against their digests,
leaves against the root, manifests of filings against leaves, case JSON against the newest revision.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from domain.base import iso
from domain.case import ArchivedObject, ArchiveState, Case
from domain.documents import Failure
from domain.export import cases_json, dump
from storage.canonical import canonical_json
from storage.digests import sha256_of
from storage.manifest import LEAF_SCHEMA
from storage.objects import object_key
from storage.packages.bag import Bag, check_bag
from storage.packages.errors import PackageRefusedError
from storage.packages.index import (
    CASE_JSON,
    DECISIONS,
    INDEX,
    TEXTS,
    PackageIndex,
    PackedAct,
    PackedFiling,
    PackedText,
)
from storage.packages.origin import origin_key_of
from storage.packages.proofs import PackedProof, leaf_hash, proves
from storage.rows import PageText

_TEXTS = TypeAdapter(tuple[PackedText, ...])


@dataclass(frozen=True)
class Package:
    """A package that agrees with itself.

    Attributes:
        case: the newest revision.
        decision_bodies: canonical JSON of every decision, oldest first.
        leaves: leaf and proof of every filing, in the order of ``index.filings``.
        acts: leaf and proof of every other leaf that names the case.
        texts: text of every page.
    """

    bag: Bag
    index: PackageIndex
    case: Case
    decision_bodies: tuple[bytes, ...]
    leaves: tuple[tuple[PackedFiling, bytes, PackedProof], ...]
    acts: tuple[tuple[bytes, PackedProof], ...]
    texts: tuple[PageText, ...]

    def revision_body(self, number: int) -> bytes:
        """Return the canonical JSON of revision ``number`` (from 1)."""
        return self.bag.read(self.index.revisions[number - 1].path)

    @property
    def case_json(self) -> bytes:
        """Return the case JSON of the contract, as packed."""
        return self.bag.read(CASE_JSON)


def read_package(folder: Path, digest: str | None = None) -> Package:
    """Check the package in ``folder`` and return it.

    Args:
        folder: the bag.
        digest: SHA-256 of the package from another source, for example the transfer list.

    Raises:
        PackageRefusedError: a byte is not what it was, or parts of the package contradict each other.
    """
    bag = check_bag(folder)
    if digest is not None and digest.strip().lower() != bag.seal.sha256:
        raise _refused(f"资料包的 SHA-256 应为 {digest}，实为 {bag.seal.sha256}")
    try:
        index = PackageIndex.model_validate_json(bag.read(INDEX))
        _check_objects(bag, index)
        bodies = _check_decisions(bag, index)
        case = _check_revisions(bag, index, bodies)
        leaves = tuple(_checked_filing(bag, index, filing) for filing in index.filings)
        acts = tuple(_checked_act(bag, index, act) for act in index.acts)
        _check_case_json(bag, index, case)
        texts = _checked_texts(bag, case)
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # whatever odd JSON makes of the checks
        raise _refused(f"内容不合格式（{error}）") from error
    return Package(bag, index, case, bodies, leaves, acts, texts)


def case_document(case: Case, archive: ArchiveState) -> bytes:
    """Return the case JSON of the contract (design §5) as canonical JSON."""
    failures: tuple[Failure, ...] = case.failures
    return canonical_json(dump(cases_json((case.model_copy(update={"archive": archive}),), failures)))


def packed_state(document: bytes) -> ArchiveState:
    """Return the archive part of a packed case JSON."""
    told = json.loads(document)["cases"][0]["archive"]
    held = tuple(ArchivedObject.model_validate_json(json.dumps(o)) for o in told["objects"])
    return ArchiveState(objects=held, log_index=told["log_index"], root=told["root"])


def _check_objects(bag: Bag, index: PackageIndex) -> None:
    for packed in index.objects:
        found = bag.files.get(packed.path)
        if found is None:
            raise _refused(f"缺少文件 {packed.path}")
        told = (packed.sha256, packed.sm3, packed.size)
        if told != (found.sha256, found.sm3, found.size) or packed.key != object_key(packed.sha256):
            raise _refused(f"{packed.path} 与索引不符：应为 {told}，实为 {found}")
    for made in index.derivatives:
        if bag.files[made.path].sha256 != made.sha256:
            raise _refused(f"{made.path} 与索引不符")
    known = {o.key for o in index.objects}
    named = [f.key for f in index.files]
    named += [key for n in index.notices for key in (n.docx_key, n.pdf_key) if key is not None]
    for filing in index.filings:
        named += [filing.manifest_key, *(p.key for p in filing.parts), *filter(None, [filing.origin_key])]
    lacking = [key for key in named if key not in known]
    if lacking:
        raise _refused(f"索引缺少对象 {lacking[0]}")


def _check_decisions(bag: Bag, index: PackageIndex) -> tuple[bytes, ...]:
    bodies = tuple(bag.read(DECISIONS).split(b"\n")[:-1])
    got = [(n, sha256_of(body)) for n, body in enumerate(bodies)]
    if got != [(d.position, d.sha256) for d in index.decisions]:
        raise _refused("人工决定与索引不符")
    return bodies


def _check_revisions(bag: Bag, index: PackageIndex, decisions: tuple[bytes, ...]) -> Case:
    if [r.number for r in index.revisions] != list(range(1, index.case.revision + 1)):
        raise _refused("案件版本不连续")
    body = b""
    for revision in index.revisions:
        body = bag.read(revision.path)
        if sha256_of(body) != revision.sha256:
            raise _refused(f"第 {revision.number} 版案件记录的 SHA-256 应为 {revision.sha256}，实为 {sha256_of(body)}")
    case = Case.model_validate_json(body)
    if (case.id, case.number, case.policy, case.revision) != (
        index.case.id,
        index.case.number,
        index.case.policy,
        index.case.revision,
    ):
        raise _refused("案件记录与索引不是同一案件")
    if tuple(canonical_json(d) for d in json.loads(body)["decisions"]) != decisions:
        raise _refused("人工决定与现行版本不符")
    return case


def _checked_filing(bag: Bag, index: PackageIndex, filing: PackedFiling) -> tuple[PackedFiling, bytes, PackedProof]:
    """Hold a filing against its leaf, the leaf against the root, the manifest against the leaf."""
    leaf, proof = _proven_leaf(bag, index, filing)
    manifest_object = index.object(filing.manifest_key)
    expected = {
        "schema": LEAF_SCHEMA,
        "case_id": index.case.id,
        "revision": filing.revision,
        "filed_at": iso(filing.filed_at),
        "manifest_sha256": manifest_object.sha256,
        "manifest_sm3": manifest_object.sm3,
    }
    _compare(f"第 {filing.seq} 号叶", expected, json.loads(leaf))
    if filing.origin_key != origin_key_of(leaf):
        raise _refused(f"第 {filing.seq} 号归档的来源与其叶不符")
    _check_manifest(bag, index, filing)
    return filing, leaf, proof


def _checked_act(bag: Bag, index: PackageIndex, act: PackedAct) -> tuple[bytes, PackedProof]:
    leaf, proof = _proven_leaf(bag, index, act)
    if json.loads(leaf).get("case_id") != index.case.id:
        raise _refused(f"第 {act.seq} 号叶说的不是本案")
    return leaf, proof


def _proven_leaf(bag: Bag, index: PackageIndex, packed: PackedFiling | PackedAct) -> tuple[bytes, PackedProof]:
    leaf = bag.read(packed.leaf_path)
    proof = PackedProof.model_validate_json(bag.read(packed.proof_path))
    if (proof.leaf_index, proof.tree_size) != (packed.seq, index.log.size) or packed.leaf_hash != leaf_hash(leaf):
        raise _refused(f"第 {packed.seq} 号叶的证明不属于该叶")
    if not proves(proof, leaf, index.log.root):
        raise _refused(f"第 {packed.seq} 号叶的证明不成立")
    return leaf, proof


def _check_manifest(bag: Bag, index: PackageIndex, filing: PackedFiling) -> None:
    manifest = json.loads(bag.read(index.object(filing.manifest_key).path))
    expected = {
        "case_id": index.case.id,
        "case_number": index.case.number,
        "policy": index.case.policy,
        "revision": filing.revision,
        "retain_until": filing.retain_until.isoformat() if filing.retain_until else None,
    }
    _compare(f"第 {filing.seq} 号归档清单", expected, manifest)
    listed = [("original", o["name"], o["key"]) for o in manifest["originals"]]
    listed += [(d["role"], d["name"], d["key"]) for d in manifest["derivatives"]]
    listed += [("case", f"{index.case.number}.json", manifest["case"]["key"])]
    listed += [("manifest", f"{index.case.number}.manifest.json", filing.manifest_key)]
    if [(p.role, p.name, p.key) for p in filing.parts] != listed:
        raise _refused(f"第 {filing.seq} 号归档的对象与其清单不符")
    if any(p.retain_until != filing.retain_until for p in filing.parts):
        raise _refused(f"第 {filing.seq} 号归档的保管期限前后不一")
    if manifest["case"]["sha256"] != index.revisions[filing.revision - 1].sha256:
        raise _refused(f"第 {filing.seq} 号归档不是第 {filing.revision} 版案件记录")


def _check_case_json(bag: Bag, index: PackageIndex, case: Case) -> None:
    document, last = bag.read(CASE_JSON), index.filings[-1]
    state = packed_state(document)
    if (state.log_index, state.root) != (last.seq, last.root_hash):
        raise _refused("案件 JSON 的归档信息不是最后一次归档")
    filed = [(p.key, index.object(p.key).sha256, index.object(p.key).sm3) for p in last.parts]
    if [(o.key, o.sha256, o.sm3) for o in state.objects] != filed:
        raise _refused("案件 JSON 的归档对象与最后一次归档不符")
    if any(_shorter(o.retain_until, last.retain_until) for o in state.objects):
        raise _refused("案件 JSON 的保管期限短于归档清单")
    if case_document(case, state) != document:
        raise _refused("案件 JSON 与现行版本不符")


def _checked_texts(bag: Bag, case: Case) -> tuple[PageText, ...]:
    texts = _TEXTS.validate_json(bag.read(TEXTS))
    pages = {(d.id, p.number) for d in case.documents for p in d.pages}
    strange = [(t.document_id, t.page) for t in texts if (t.document_id, t.page) not in pages]
    if strange or len({(t.document_id, t.page) for t in texts}) != len(texts):
        raise _refused("识读文字与案件的页不符")
    return tuple(PageText(t.document_id, t.page, t.text) for t in texts)


def _shorter(told: date | None, filed: date | None) -> bool:
    """Tell whether retention is shorter than what was filed; it may have been extended since."""
    return filed is not None and (told is None or told < filed)


def _compare(what: str, expected: dict[str, object], told: dict[str, object]) -> None:
    for name, value in expected.items():
        if told.get(name) != value:
            raise _refused(f"{what}的 {name} 应为 {value}，实为 {told.get(name)}")


def _refused(fact: str) -> PackageRefusedError:
    return PackageRefusedError(f"资料包自相矛盾：{fact}", "没有导入任何内容；请向移交方核对后重新索取")
