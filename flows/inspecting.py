"""Making reports on the four properties: everything is read, opened and computed again when the report is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.labels import kind_label
from domain.case import Case
from domain.documents import SourceFile
from domain.errors import JuanzongError, ObjectMissingError
from domain.inspection import ChecksOf, InspectionCheck, InspectionReport, Occasion, Property
from domain.inspection_rules import (
    FiledFacts,
    OpenedFile,
    amount,
    files_open,
    materials_complete,
    metadata_accuracy,
    metadata_complete,
    pages_accounted,
    pages_usable,
    process_complete,
    sheets_counted,
)
from domain.records import FilingRecord
from domain.vocabulary import DocumentKind
from extractors.reading.file_types import PDF, describe_file
from flows.batch_facts import BatchCounts
from flows.wiring import Services
from storage.errors import LockUnreadableError
from storage.objects import LocalObjectStore
from storage.packages.origin import origin_faults, origin_key_of
from storage.packages.records import PackageRecords
from storage.proof.head_text import head_text
from storage.proof.keys import is_signed
from storage.retention.locks import end_of
from storage.rows import Finding

FIXED = ChecksOf(Property.AUTHENTICITY, "固化信息有效性")
CONTENT = ChecksOf(Property.AUTHENTICITY, "内容真实性")
BOUND = ChecksOf(Property.AUTHENTICITY, "元数据与内容关联真实性")
PACKED = ChecksOf(Property.AUTHENTICITY, "信息包真实性")
METADATA_USE = ChecksOf(Property.USABILITY, "元数据可用性")
CONTENT_USE = ChecksOf(Property.USABILITY, "内容可用性")
VIRUS = ChecksOf(Property.SECURITY, "病毒检测")
CARRIER = ChecksOf(Property.SECURITY, "载体安全性")
PROCESS = ChecksOf(Property.SECURITY, "管理过程安全性")

_LOG = frozenset({"leaf", "root", "node", "inclusion"})
_OBJECTS = frozenset({"object_missing", "object_damaged", "object_row"})
_ROWS = frozenset({"filing_row", "case_file", "manifest"})
_RECORDS = frozenset({"revision", "decision"})
_KINDS = {kind.value: kind_label(kind) for kind in DocumentKind}


@dataclass(frozen=True)
class Inspected:
    """What a report rests on.

    Attributes:
        findings: what the check of the archive found for this case and for the log.
        audit_fault: what is wrong with the audit log, ``None`` when it is whole; ``audit_entries`` were in order.
        counts: counts the sheets of batches.
    """

    findings: tuple[Finding, ...]
    audit_fault: str | None
    audit_entries: int
    counts: BatchCounts


def inspect_case(services: Services, case: Case, occasion: Occasion, made_by: str) -> InspectionReport:
    """Check one case: the whole log, every object of the case, every row about it.

    Raises:
        DatabaseDamagedError: the database cannot be read at all.
    """
    found = services.storage.fixity.verify_archive(case.id)
    return report_on(services, case, (occasion, made_by), inspected(services, found))


def keep_filing_report(services: Services, case: Case, made_by: str) -> None:
    """Check a case that was just filed and keep the report, once for a revision.

    Its objects and the proof of its leaf are checked, not the whole log again, and what only a whole batch or the whole
    installation can show is left to the checks on demand and at transfer.
    """
    records = PackageRecords(services.storage.database)
    known = records.last_inspection(case.id, Occasion.FILING)
    if known is None or known.revision != case.revision:
        rests_on = Inspected(tuple(_filing_findings(services, case)), None, 0, BatchCounts(services))
        records.add_inspection(report_on(services, case, (Occasion.FILING, made_by), rests_on))


def report_on(services: Services, case: Case, asked: tuple[Occasion, str], rests_on: Inspected) -> InspectionReport:
    """Put the checks of one case together; ``asked`` is the occasion and who asks."""
    occasion, made_by = asked
    last = next(reversed(services.storage.desk.filings.of_case(case.id)), None)
    filed = _filed(last)
    files = tuple(f.source for f in services.storage.intake.case_row(case.id).files)
    opened = tuple(_opened(services, source) for source in files)
    checks = (
        *_authenticity(services, case, occasion, rests_on),
        metadata_accuracy(case, filed),
        amount(files, filed),
        metadata_complete(case, filed),
        pages_accounted(case, opened),
        sheets_counted(() if occasion is Occasion.FILING else rests_on.counts.of_case(case)),
        materials_complete(case, _KINDS),
        process_complete(case, tuple(r.number for r in services.storage.cases.case_history(case.id)), filed),
        files_open(opened),
        pages_usable(case),
        *_usability(services, last),
        *_security(services, case, last),
        _audit_chain(occasion, rests_on),
    )
    return InspectionReport(
        case_id=case.id,
        case_number=case.number,
        revision=case.revision,
        occasion=occasion,
        made_at=services.storage.database.now(),
        made_by=made_by,
        checks=tuple(sorted(checks, key=lambda check: list(Property).index(check.property))),
    )


def inspected(services: Services, findings: tuple[Finding, ...]) -> Inspected:
    """Return what a report rests on; the chain of the audit log is computed again."""
    report = services.storage.audit.verify(None)
    fault = None if report.fault is None else f"审计日志第 {report.entries + 1} 条起与哈希链不符"
    return Inspected(findings, fault, report.entries, BatchCounts(services))


def _authenticity(services: Services, case: Case, occasion: Occasion, rests_on: Inspected) -> Iterator[InspectionCheck]:
    found = rests_on.findings
    whole = occasion is not Occasion.FILING
    filings = services.storage.desk.filings.of_case(case.id)
    method = (
        "由叶重算整棵默克尔树，逐个归档验证其叶在树中（RFC 9162）"
        if whole
        else "验证本次归档的叶在存证日志中（RFC 9162）"
    )
    told = tuple(f"第 {f.seq} 号叶，根 {f.root_hash}" for f in filings[-1:])
    nothing = () if filings else ("案件没有归档，存证日志不能为其作证",)
    yield FIXED.passed_unless(
        "log_proof", ("存证日志证明", method), (*nothing, *_messages(found, _LOG)), (f"归档 {len(filings)} 次", *told)
    )
    yield _signed_head(services, case, is_filed=bool(filings))
    yield _origin(services, filings)
    yield CONTENT.passed_unless(
        "object_digests",
        ("内容哈希一致", "从存储读出每个对象，重算 SHA-256 与 SM3，与登记、归档清单比对"),
        _messages(found, _OBJECTS),
        (f"对象 {len({p.object.key for f in filings for p in f.parts})} 个",),
    )
    yield BOUND.passed_unless(
        "rows_vouched",
        ("数据库与归档清单一致", "归档记录、对象清单、案件文件逐项与存证日志所证的清单比对"),
        _messages(found, _ROWS),
        (f"归档记录 {len(filings)} 条，对象 {sum(len(f.parts) for f in filings)} 行",),
    )
    yield BOUND.passed_unless(
        "records_unchanged",
        ("案件记录与人工决定未被改动", "重算每一版案件记录、每一条人工决定的 SHA-256"),
        _messages(found, _RECORDS),
        (f"人工决定 {len(case.decisions)} 条",),
    )
    words = ("资料包清单一致", "封包后以 bagit 与本系统各校验一次，未通过则不生成资料包")
    why = "报告先于封包；资料包存在即已通过" if occasion is Occasion.TRANSFER else "不是移交"
    yield PACKED.not_applicable("package", words, why)


def _origin(services: Services, filings: tuple[FilingRecord, ...]) -> InspectionCheck:
    """Check the proofs from the log that imported filings came from."""
    words = ("来源证明", "导入的归档：由来源记录验证原叶在原日志中，来源记录的哈希由本库的叶所证")
    leaves = [(f.seq, services.storage.log.leaf(f.seq).data) for f in filings]
    imported = [(seq, leaf) for seq, leaf in leaves if origin_key_of(leaf) is not None]
    if not imported:
        return FIXED.not_applicable("origin_proof", words, "全部归档都是本库所作")
    wrong = (fault for seq, leaf in imported for fault in origin_faults(services.storage.objects, seq, leaf))
    return FIXED.passed_unless("origin_proof", words, tuple(wrong), (f"导入的归档 {len(imported)} 次",))


def _usability(services: Services, last: FilingRecord | None) -> Iterator[InspectionCheck]:
    parts = last.parts if last else ()
    wrong, copies = [], [p for p in parts if p.object.media_type == PDF and p.role != "original"]
    for part in copies:
        told = _opened(services, SourceFile(name=part.name, object=part.object))
        wrong += [f"{part.name}：{told.problem}"] if told.problem else []
    words = ("检索副本可读", "打开每个检索副本（PDF）")
    yield CONTENT_USE.passed_unless("copies_open", words, tuple(wrong), (f"{len(copies)} 个",))
    words = ("案件记录可解读", "按公布的格式解读已归档的案件记录")
    records = tuple(p.name for p in parts if p.role == "case")
    yield METADATA_USE.passed_unless("record_readable", words, tuple(_unreadable(services, last)), records)
    yield CONTENT_USE.not_done(
        "pdfa", ("长期保存格式", "PDF/A 校验"), "检索副本是普通 PDF，未声称符合 PDF/A；原件保持来件格式"
    )


def _unreadable(services: Services, last: FilingRecord | None) -> Iterator[str]:
    for part in last.parts if last else ():
        if part.role == "case":
            try:
                Case.model_validate_json(services.storage.objects.read(part.object.key))
            except (JuanzongError, ValueError) as error:
                yield f"{part.name}：{error}"


def _security(services: Services, case: Case, last: FilingRecord | None) -> Iterator[InspectionCheck]:
    words = ("病毒与恶意代码", "防病毒软件扫描")
    yield VIRUS.not_done("virus", words, "本系统不做病毒检测；请在移交、接收环节用防病毒软件另行检测并附结果")
    yield _locked(services, last)
    held = sorted({o.key for o in case.archive.objects if o.legal_hold})
    until = last.parts[0].retain_until if last and last.parts else None
    found = (f"保管期限至 {until}" if until else "保管期限未定", f"法定保留的对象 {len(held)} 个")
    early = () if until is None or until > services.storage.database.now().date() else (f"保管期限 {until} 已过",)
    words = ("保管期限与法定保留", "读取最近一次归档的保管期限与法定保留标记")
    yield PROCESS.passed_unless("retention", words, early, found)


def _audit_chain(occasion: Occasion, rests_on: Inspected) -> InspectionCheck:
    words = ("操作记录完整", "重算审计日志的哈希链")
    if occasion is Occasion.FILING:
        return PROCESS.not_applicable("audit_chain", words, "移交检测与日常检测时重算")
    wrong = tuple(filter(None, [rests_on.audit_fault]))
    return PROCESS.passed_unless("audit_chain", words, wrong, (f"全部 {rests_on.audit_entries} 条",))


def _signed_head(services: Services, case: Case, *, is_filed: bool) -> InspectionCheck:
    """Check the head that covers the last filing: its signature, and that the filing is in the tree that it signs."""
    words = ("签名树头与时间戳", "取覆盖最近一次归档的树头，验证签名（Ed25519），由叶验证到树头的根")
    if not is_filed:
        return FIXED.not_applicable("signed_head", words, "案件没有归档")
    try:
        certificate = services.storage.proof.certificates.of_case(case.number)
    except JuanzongError as error:
        return FIXED.passed_unless("signed_head", words, (error.fact,), ())
    head = certificate.head
    signed = any(is_signed(key, head_text(head.head), head.signature) for key in certificate.keys)
    wrong = () if signed else (f"树头 {head.position} 的签名不成立",)
    stamped = "有时间戳" if certificate.stamp else "没有时间戳"
    return FIXED.passed_unless(
        "signed_head", words, wrong, (f"树头 {head.position}，签前 {head.head.size} 项，{stamped}",)
    )


def _locked(services: Services, last: FilingRecord | None) -> InspectionCheck:
    """Check that the store keeps every object until its retention ends, and that files of a folder refuse writing."""
    store, now = services.storage.objects, services.storage.database.now()
    words = ("存储防改写与锁定", "逐个读取对象在存储中的锁定；文件夹另查文件只读")
    wrong, parts = [], last.parts if last else ()
    for part in parts:
        try:
            lock = store.lock_of(part.object.key)
            writable = isinstance(store, LocalObjectStore) and store.path(part.object.key).stat().st_mode & 0o222
        except (ObjectMissingError, LockUnreadableError) as error:
            wrong.append(f"{part.name}：{error.fact}")
            continue
        is_kept = part.retain_until is None or end_of(part.retain_until) > now
        if is_kept and not lock.forbids(now):
            wrong.append(f"{part.name} 在存储中没有锁定：{part.object.key}")
        if writable:
            wrong.append(f"{part.name} 的对象文件可写：{part.object.key}")
    return CARRIER.passed_unless("write_once", words, tuple(wrong), (f"{len(parts)} 个对象",))


def _opened(services: Services, source: SourceFile) -> OpenedFile:
    try:
        facts = describe_file(services.storage.objects.path(source.object.key))
    except JuanzongError as error:
        return OpenedFile(source=source, problem=error.fact)
    return OpenedFile(source=source, pages=facts.pages, media_type=facts.media_type)


def _filed(last: FilingRecord | None) -> FiledFacts:
    if last is None:
        return FiledFacts()
    originals = tuple(SourceFile(name=p.name, object=p.object) for p in last.parts if p.role == "original")
    until = last.parts[0].retain_until if last.parts else None
    return FiledFacts(revision=last.revision, filed_at=last.filed_at, retain_until=until, originals=originals)


def _filing_findings(services: Services, case: Case) -> Iterator[Finding]:
    last = next(reversed(services.storage.desk.filings.of_case(case.id)), None)
    for part in last.parts if last else ():
        try:
            services.storage.objects.verify(part.object)
        except JuanzongError as error:
            told = f"案件 {case.number}，文件 {part.name}：{error.fact}"
            yield Finding("object_damaged", part.object.key, part.object.sha256, error.fact, told)
    if last is not None and not services.storage.log.prove_inclusion(last.seq).holds():
        yield Finding("inclusion", f"leaf {last.seq}", "可证明", "不成立", f"第 {last.seq} 号叶的包含证明不成立")


def _messages(findings: tuple[Finding, ...], codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(f.message for f in findings if f.code in codes)
