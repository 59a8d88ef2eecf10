"""``archive import-package``: take a package in, then prove that what is here is what was packed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from domain.base import Model
from domain.errors import JuanzongError
from flows.signing import sign_filed
from flows.wiring import Services
from flows.writing import write_new
from storage.canonical import canonical_json
from storage.digests import sha256_of
from storage.errors import OutputExistsError
from storage.packages.bag import PAYLOAD
from storage.packages.errors import ArchiveUnsoundError
from storage.packages.reading import Package, case_document, packed_state, read_package
from storage.packages.source import PackageSource
from storage.packages.taking_in import Reception, TakenIn


class Equality(Model):
    """One thing that was packed, and what is here now.

    Attributes:
        what: ``object``, ``revision``, ``decisions``, ``case_json``, ``filing``, ``leaf``, ``notices``.
        name: which one.
        packed: digests or facts as packed; ``here``: as read back.
    """

    what: str
    name: str
    packed: str
    here: str

    @property
    def holds(self) -> bool:
        """Return True when both are the same."""
        return self.packed == self.here


class ImportReport(Model):
    """What an import did, and the proof that nothing changed on the way.

    Attributes:
        new: False when everything was here before.
        package: SHA-256 of the package.
        held: the case was under legal hold when it was packed; a hold is an act of each instance and is not taken over.
        log: id of the log it came from; ``root`` of it.
        leaves: index in this instance's log of every filing, in their order.
    """

    case_number: str
    policy: str
    new: bool
    held: bool
    package: str
    instance: str | None
    log: str
    root: str
    leaves: tuple[int, ...]
    equal: tuple[Equality, ...]


def import_package(services: Services, folder: Path, digest: str | None = None) -> ImportReport:
    """Take the package in ``folder`` in; taking it in again changes nothing.

    Raises:
        PackageRefusedError: a byte is not what it was; nothing was taken in.
        PackageConflictError: number or id is taken; nothing was taken in.
        ArchiveUnsoundError: what was read back is not what was packed.
    """
    package = read_package(folder, digest)
    storage = services.storage
    taken = Reception(storage.database, storage.objects).take_in(package)
    storage.retention.locks.settle(package.index.case.id)
    sign_filed(storage)
    report = _report(services, package, taken)
    wrong = [e for e in report.equal if not e.holds]
    if wrong:
        first = wrong[0]
        raise ArchiveUnsoundError(
            f"导入后核对不一致：{first.name} 应为 {first.packed}，实为 {first.here}", "请运行 archive verify 查明"
        )
    return report


def run_import(services: Services, folder: Path, digest: str | None, report_file: Path | None) -> None:
    """Import, say what was proved, and write the report when a file for it is named."""
    if report_file is not None and report_file.exists():
        raise OutputExistsError(f"{report_file} 已存在，没有导入", "请换一个文件名，或先移走旧文件")
    report = import_package(services, folder, digest)
    if report.policy not in services.policies.packs:
        sys.stdout.write(f"注意：本机没有制度包 {report.policy}，案件可以查找与校验，审核前请先装入该制度包。\n")
    if report.held:
        sys.stdout.write("注意：该案打包时处于法定保留，保留不随资料包转移，请在本库重新设置。\n")
    if report.new:
        sys.stdout.write(f"已导入案件 {report.case_number}，归档于本库存证日志第 {_numbers(report.leaves)} 号叶。\n")
    else:
        sys.stdout.write(f"案件 {report.case_number} 已在本库，内容相同，没有改动。\n")
    counts = {what: sum(1 for e in report.equal if e.what == what) for what in ("object", "revision", "filing")}
    sys.stdout.write(
        f"核对一致：对象 {counts['object']} 个（SHA-256 与 SM3），案件记录 {counts['revision']} 版，"
        f"归档 {counts['filing']} 次，人工决定与案件 JSON 逐字节相同。\n"
    )
    if report_file is not None:
        write_new(report_file, canonical_json(report.model_dump(mode="json")))


def _report(services: Services, package: Package, taken: TakenIn) -> ImportReport:
    return ImportReport(
        case_number=package.index.case.number,
        policy=package.index.case.policy,
        new=taken.new,
        held=any(o.legal_hold for o in packed_state(package.case_json).objects),
        package=package.bag.seal.sha256,
        instance=package.index.instance,
        log=package.index.log.id,
        root=package.index.log.root,
        leaves=taken.leaves,
        equal=tuple(_equalities(services, package, taken)),
    )


def _equalities(services: Services, package: Package, taken: TakenIn) -> Iterator[Equality]:
    storage, index = services.storage, package.index
    for packed in index.objects:
        yield _object(services, packed.path, packed.key, f"{packed.sha256} {packed.sm3}")
    here = PackageSource(storage.database, storage.objects, storage.log)
    history = {r.number: r.sha256 for r in storage.cases.case_history(index.case.id)}
    for revision in index.revisions:
        here.revision_body(index.case.id, revision.number)  # raises when the row does not have its digest
        yield Equality(
            what="revision",
            name=f"第 {revision.number} 版",
            packed=revision.sha256,
            here=history.get(revision.number, "缺失"),
        )
    yield from _facts(services, package)
    filings = {f.seq: f for f in storage.desk.filings.of_case(index.case.id)}
    for filing, seq in zip(index.filings, taken.leaves, strict=True):
        now = filings[seq]
        packed_parts = " ".join(f"{p.role}:{p.key}" for p in filing.parts)
        parts = " ".join(f"{p.role}:{p.object.key}" for p in now.parts)
        yield Equality(
            what="filing",
            name=f"第 {filing.revision} 版的归档",
            packed=f"{filing.revision} {filing.filed_at.isoformat()} {packed_parts}",
            here=f"{now.revision} {now.filed_at.isoformat()} {parts}",
        )
        proof = storage.log.prove_inclusion(seq)
        yield Equality(
            what="leaf", name=f"第 {seq} 号叶", packed="可证明", here="可证明" if proof.holds() else "不成立"
        )


def _facts(services: Services, package: Package) -> Iterator[Equality]:
    storage, index = services.storage, package.index
    case = storage.cases.load_case(index.case.id, index.case.revision)
    document = b"" if case is None else case_document(case, packed_state(package.case_json))
    yield Equality(
        what="case_json",
        name="案件 JSON（归档序号与根取自资料包）",
        packed=sha256_of(package.case_json),
        here=sha256_of(document),
    )
    decided = b"".join(canonical_json(d.model_dump(mode="json")) + b"\n" for d in (case.decisions if case else ()))
    packed = b"".join(body + b"\n" for body in package.decision_bodies)
    yield Equality(what="decisions", name="人工决定", packed=sha256_of(packed), here=sha256_of(decided))
    notices = storage.desk.notices.of_case(index.case.id)
    yield Equality(
        what="notices",
        name="出具的文书",
        packed=" ".join(n.pdf_key for n in index.notices),
        here=" ".join(n.pdf.object.key for n in notices),
    )


def _object(services: Services, path: str, key: str, packed: str) -> Equality:
    try:
        now = services.storage.objects.digests(key)
        here = f"{now.sha256} {now.sm3}"
    except JuanzongError as error:
        here = error.fact
    return Equality(what="object", name=path.removeprefix(PAYLOAD), packed=packed, here=here)


def _numbers(leaves: tuple[int, ...]) -> str:
    return "、".join(map(str, leaves))
