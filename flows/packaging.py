"""``archive package``: a case with everything that proves it, as a BagIt bag (decision 0056).

Order: check the archive for this case; collect; write everything under a temporary name, every object verified while it
is written; let the library validate; give the folder its name; record. What goes wrong before the last step but one
leaves nothing behind. That originals leave the house is an entry of the audit log, written before they do.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from domain.audit import CASE_SUBJECT, AuditEvent, Operation
from domain.case import Case
from domain.errors import ObjectDamagedError, ObjectMissingError, StaleRevisionError
from domain.inspection import InspectionReport, Occasion
from flows.corrected_copies import CorrectedCopy, corrected_copies
from flows.inspecting import inspected, report_on
from flows.wiring import Services
from flows.writing import terminal_user, today
from outgoing.inspection_papers import report_book, report_page
from outgoing.package_readme import package_readme
from outgoing.premis import Happened, premis_document
from storage.canonical import canonical_json
from storage.errors import OutputExistsError
from storage.packages.bag import Bag, BagWriter, check_bag, new_folder, safe_name, validate
from storage.packages.errors import ArchiveUnsoundError, CaseNotFiledError
from storage.packages.index import CASE_JSON, INDEX, PREMIS, PackageIndex, PackedDerivative
from storage.packages.reading import case_document
from storage.packages.records import NewPackage, PackageRecords
from storage.packages.source import Collected, PackageSource, check_digests
from storage.rows import Finding

REPORT = "report/inspection"
_OBJECT_FAULTS = {"object_missing": ObjectMissingError, "object_damaged": ObjectDamagedError}


@dataclass(frozen=True)
class _Made:
    """What goes into a package beside what was collected."""

    case: Case
    index: PackageIndex
    copies: tuple[CorrectedCopy, ...]
    report: InspectionReport


def package_case(services: Services, number: str, out: Path) -> tuple[Path, str]:
    """Write the package of a case below ``out``; return its folder and its SHA-256.

    A whole package that a killed process could not record any more is recorded now.

    Raises:
        UnknownCaseError, CaseNotFiledError: there is no such case, or nothing is filed.
        ArchiveUnsoundError, ObjectMissingError, ObjectDamagedError: the archive is not what it vouches for.
        OutputExistsError: the folder exists.
        StoreFullError, StoreWriteError: the medium does not take it.
    """
    case = _current(services, number)
    target = out / case.number
    if target.exists():
        return target, _recorded_late(services, case, target)
    found = services.storage.fixity.verify_archive(case.id)
    if found:
        raise _unsound(found)
    storage = services.storage
    adoption = services.policies.adoption
    collected = PackageSource(storage.database, storage.objects, storage.log).collect(
        case.id, adoption.adopter if adoption else None
    )
    made = _make(services, case, collected)
    with new_folder(out, case.number) as folder:
        bag = _write(folder, collected, made)
        validate(folder)
        _audit(services, made.index)
    inspection = PackageRecords(storage.database).add_inspection(made.report)
    _record(services, made.index, bag, inspection)
    return target, bag.seal.sha256


def run_package(services: Services, numbers: tuple[str, ...], out: Path) -> None:
    """Package the cases one after the other and say so."""
    for number in numbers:
        folder, digest = package_case(services, number, out)
        sys.stdout.write(f"已打包 {folder}（资料包 SHA-256 {digest}）\n")


def _current(services: Services, number: str) -> Case:
    case = services.storage.cases.load_case(number)
    if case is None:
        raise CaseNotFiledError(f"案件 {number} 尚未识读，没有可移交的内容", "请先完成识别与审核，归档后再打包")
    return case


def _make(services: Services, case: Case, collected: Collected) -> _Made:
    if (collected.index.case.revision, collected.index.filings[-1].seq) != (case.revision, case.archive.log_index):
        raise StaleRevisionError(f"案件 {case.number} 在打包时有了新版本", "请重新运行打包")
    copies = corrected_copies(services, case)
    index = collected.index.model_copy(update={"derivatives": tuple(_derivatives(copies))})
    report = report_on(services, case, (Occasion.TRANSFER, terminal_user()), inspected(services, ()))
    return _Made(case, index, copies, report)


def _write(folder: Path, collected: Collected, made: _Made) -> Bag:
    writer, index = BagWriter(folder), made.index
    written = {path: writer.add(path, pieces()) for path, pieces in sorted(collected.contents.items())}
    for packed in index.objects:  # a revision's row and its object are two sources for one file
        check_digests(packed.as_ref(), written[packed.path])
    for packed_copy, copy in zip(index.derivatives, _with_content(made.copies), strict=True):
        writer.add(packed_copy.path, [copy])
    writer.add(CASE_JSON, [case_document(made.case, made.case.archive)])
    writer.add(PREMIS, [premis_document(index, _happened(collected, made.case))])
    writer.add(INDEX, [canonical_json(index.model_dump(mode="json", by_alias=True))])
    lacking = tuple(f"{c.document.source.name}：{c.problem}" for c in made.copies if c.content is None)
    writer.add("README.md", [package_readme(index, lacking)])
    writer.add(f"{REPORT}.html", [report_page(made.report)])
    writer.add(f"{REPORT}.xlsx", [report_book((made.report,))])
    writer.add(f"{REPORT}.json", [canonical_json(made.report.model_dump(mode="json"))])
    return writer.finish(_info(index, today()))


def _happened(collected: Collected, case: Case) -> Happened:
    told = ((act.seq, json.loads(b"".join(collected.contents[act.leaf_path]()))) for act in collected.index.acts)
    acts = tuple((seq, str(leaf["act"]), datetime.fromisoformat(leaf["at"])) for seq, leaf in told)
    return Happened(decisions=case.decisions, checks=collected.checks, acts=acts)


def _info(index: PackageIndex, day: date) -> Iterator[tuple[str, str]]:
    if index.instance is not None:
        yield "Source-Organization", index.instance
    yield "External-Description", f"投诉案件 {index.case.number} 的档案资料包：原件、案件记录、归档与存证证明"
    yield "Bagging-Date", day.isoformat()
    yield "External-Identifier", index.case.number
    yield "Internal-Sender-Identifier", index.case.id
    yield "Internal-Sender-Description", f"存证日志 {index.log.id}，{index.log.size} 叶，根 {index.log.root}"
    yield "Bag-Software-Agent", f"juanzong {version('juanzong')}"


def _derivatives(copies: tuple[CorrectedCopy, ...]) -> Iterator[PackedDerivative]:
    for number, copy in enumerate((c for c in copies if c.content is not None), start=1):
        stem = PurePosixPath(safe_name(copy.document.source.name)).stem
        yield PackedDerivative(
            document_id=copy.document.id,
            path=f"data/derivatives/{number:04d}-{stem}.可检索.pdf",
            sha256=hashlib.sha256(copy.content or b"").hexdigest(),
        )


def _with_content(copies: tuple[CorrectedCopy, ...]) -> Iterator[bytes]:
    return (copy.content for copy in copies if copy.content is not None)


def _record(services: Services, index: PackageIndex, bag: Bag, inspection: int) -> None:
    payload = bag.payload.values()
    PackageRecords(services.storage.database).add_package(
        NewPackage(
            case_id=index.case.id,
            revision=index.case.revision,
            made_by=terminal_user(),
            name=index.case.number,
            files=len(payload),
            size=sum(d.size for d in payload),
            sha256=bag.seal.sha256,
            sm3=bag.seal.sm3,
            inspection_id=inspection,
        )
    )


def _audit(services: Services, index: PackageIndex) -> None:
    """Write that originals leave, before they do; when that cannot be written, no package appears."""
    services.storage.audit.record(
        AuditEvent(
            at=services.storage.database.now(),
            actor=terminal_user(),
            operation=Operation.EXPORT,
            case_id=index.case.id,
            case_number=index.case.number,
            subject=CASE_SUBJECT,
            details={"revision": index.case.revision, "files": len(index.files)},
        )
    )


def _recorded_late(services: Services, case: Case, target: Path) -> str:
    """Record a whole package that nobody recorded; any other folder of that name is in the way."""
    in_the_way = OutputExistsError(f"{target} 已存在，没有覆盖", "请换一个输出文件夹，或先移走旧的资料包")
    records = PackageRecords(services.storage.database)
    if not (target / INDEX).is_file():
        raise in_the_way
    bag = check_bag(target)
    index = PackageIndex.model_validate_json(bag.read(INDEX))
    if records.knows(bag.seal.sha256) or (index.case.id, index.case.revision) != (case.id, case.revision):
        raise in_the_way
    report = InspectionReport.model_validate_json(bag.read(f"{REPORT}.json"))
    _record(services, index, bag, records.add_inspection(report))
    return bag.seal.sha256


def _unsound(found: tuple[Finding, ...]) -> Exception:
    first = found[0]
    kind = _OBJECT_FAULTS.get(first.code, ArchiveUnsoundError)
    more = f"（另有 {len(found) - 1} 处）" if len(found) > 1 else ""
    return kind(f"{first.message}{more}，没有生成资料包", "请运行 archive verify 查明，从备份恢复后重试")
