"""Checks of the four properties that follow from the case and from what is told about its files. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from domain.base import Model, UtcTime
from domain.case import Case
from domain.checks import email_address, id_number_checks, uscc_check_digit
from domain.documents import ObjectRef, SourceFile, key_of
from domain.evidence import Check, FieldValue
from domain.fields import FIELDS, FieldType
from domain.inspection import ChecksOf, InspectionCheck, Property
from domain.vocabulary import MaterialStatus

METADATA = ChecksOf(Property.AUTHENTICITY, "元数据准确性")
COMPLETE_METADATA = ChecksOf(Property.INTEGRITY, "元数据完整性")
AMOUNT = ChecksOf(Property.INTEGRITY, "电子档案数据总量")
CONTENT = ChecksOf(Property.INTEGRITY, "内容完整性")
PROCESS = ChecksOf(Property.INTEGRITY, "过程信息完整性")
READABLE = ChecksOf(Property.USABILITY, "内容可用性")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T.+)?")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
"""Normal forms of the contract (design §5): ISO 8601, plain decimals in yuan."""


class OpenedFile(Model):
    """A file of the case, opened now.

    Attributes:
        pages: pages that it has, ``None`` when it cannot be opened.
        media_type: by content, ``None`` when it cannot be opened.
        problem: why it cannot be opened.
    """

    source: SourceFile
    pages: int | None = None
    media_type: str | None = None
    problem: str | None = None


class FiledFacts(Model):
    """The last filing as rows tell it; all empty when nothing is filed.

    Attributes:
        originals: name and object of every original in it.
    """

    revision: int | None = None
    filed_at: UtcTime | None = None
    retain_until: date | None = None
    originals: tuple[SourceFile, ...] = ()


class BatchCount(Model):
    """Sheets of a batch of which the case has files.

    Attributes:
        expected: counted by hand, ``None`` when nobody counted.
        received: sheets that the files of the batch hold.
        explained: a person's words on the difference, ``None`` when nobody explained it.
    """

    batch_id: str
    expected: int | None
    received: int
    explained: str | None = None


def metadata_accuracy(case: Case, filed: FiledFacts) -> InspectionCheck:
    """Check that moments are in order and that no accepted value contradicts its own check digit."""
    wrong = []
    if filed.filed_at is not None and filed.filed_at < case.received_at:
        wrong.append(f"归档时间 {filed.filed_at:%Y-%m-%d %H:%M} 早于收件时间 {case.received_at:%Y-%m-%d %H:%M}")
    wrong += [f"人工决定 {n} 的时间早于收件时间" for n, d in enumerate(case.decisions, 1) if d.at < case.received_at]
    values = [f for f in case.fields.values() if isinstance(f, FieldValue)]
    wrong += [f"{_label(f.name)}已采用，但不合其格式或校验位" for f in values if f.accepted and not _well_formed(f)]
    words = ("元数据值域与合理性", "核对时间先后；已采用的证件号、信用代码、邮箱、日期、金额按格式与校验位重新计算")
    return METADATA.passed_unless("metadata_accuracy", words, tuple(wrong), (f"字段 {len(values)} 个",))


def metadata_complete(case: Case, filed: FiledFacts) -> InspectionCheck:
    """Check that everything is there by which the case is found, judged and kept."""
    judgement = case.judgement
    required = {
        "案件编号": case.number,
        "制度": case.policy,
        "投诉人": case.field_value("complainant_name"),
        "处置": judgement.disposition.value if judgement else None,
        "类别": judgement.category.value if judgement else None,
        "级别": judgement.severity.level if judgement else None,
        "归档时间": filed.filed_at,
        "保管期限": filed.retain_until,
    }
    wrong = tuple(f"缺少{name}" for name, value in required.items() if value in (None, ""))
    words = ("著录项目齐全", f"逐项核对：{'、'.join(required)}")
    return COMPLETE_METADATA.passed_unless("metadata_complete", words, wrong, (f"应有 {len(required)} 项",))


def amount(files: tuple[SourceFile, ...], filed: FiledFacts) -> InspectionCheck:
    """Check that the last filing holds every file of the case: the same number, the same bytes."""
    have = {(f.name, f.object.sha256) for f in files}
    kept = {(f.name, f.object.sha256) for f in filed.originals}
    wrong = [f"文件 {name} 未归档" for name, _ in sorted(have - kept)]
    wrong += [f"归档文件 {name} 不在案件中" for name, _ in sorted(kept - have)]
    words = ("件数与字节数相符", "比对案件文件清单与最近一次归档的原件清单")
    found = f"案件 {len(files)} 件 {_bytes(files)} 字节；归档 {len(filed.originals)} 件 {_bytes(filed.originals)} 字节"
    return AMOUNT.passed_unless("amount", words, tuple(wrong), (found,))


def pages_accounted(case: Case, opened: tuple[OpenedFile, ...]) -> InspectionCheck:
    """Check that every page of every file is a page of a document, or told as a failure."""
    placed = {key_of(d, p) for d in case.documents for p in d.pages}
    failures = [*case.failures, *(f for d in case.documents for f in d.failures)]
    told = {(f.file, f.page) for f in failures}
    wrong, pages = [], 0
    by_digest = {f.source.object.sha256: f for f in opened}
    for digest, file in by_digest.items():
        if file.pages is None:
            if (file.source.name, None) not in told:
                wrong.append(f"{file.source.name} 无法打开，页数不明：{file.problem}")
            continue
        pages += file.pages
        lacking = [n for n in range(1, file.pages + 1) if (digest, n) not in placed and not _told(told, file, n)]
        wrong += [f"{file.source.name} 第 {n} 页不在任何材料中，也没有失败记录" for n in lacking]
        beyond = sorted(n for key, n in placed if key == digest and n > file.pages)
        wrong += [f"{file.source.name} 只有 {file.pages} 页，案卷却列有第 {n} 页" for n in beyond]
    strangers = sorted({key for key, _ in placed if key not in by_digest})
    wrong += [f"案卷的页来自不属于本案的文件 {key[:16]}…" for key in strangers]
    words = ("页数相符", "打开每个原件计页，与案卷各材料的页逐一对应；未识读的页须有失败记录")
    found = (f"原件 {len(by_digest)} 个，共 {pages} 页；案卷列 {len(placed)} 页",)
    return CONTENT.passed_unless("pages_accounted", words, tuple(wrong), found)


def sheets_counted(counts: tuple[BatchCount, ...]) -> InspectionCheck:
    """Check the sheets of every batch against what was counted by hand."""
    words = ("收件张数相符", "收件批次点数与扫描张数比对；差额须有人说明")
    counted = [c for c in counts if c.expected is not None]
    if not counted:
        return CONTENT.not_applicable("sheets_counted", words, "收件时没有点数，或批次可能尚未收齐（归档时）")
    wrong = tuple(
        f"批次 {c.batch_id}：点数 {c.expected} 张，实收 {c.received} 张，差额没有说明"
        for c in counted
        if c.received != c.expected and c.explained is None
    )
    found = tuple(
        f"批次 {c.batch_id}：点数 {c.expected} 张，实收 {c.received} 张" + (f"（{c.explained}）" if c.explained else "")
        for c in counted
    )
    return CONTENT.passed_unless("sheets_counted", words, wrong, found)


def materials_complete(case: Case, labels: Mapping[str, str]) -> InspectionCheck:
    """Check the list of required papers; ``labels`` are their names."""
    words = ("应有材料齐全", "按制度的材料清单核对各份材料")
    report = case.judgement.materials if case.judgement else None
    if report is None or report.list is None:
        return CONTENT.not_applicable("materials_complete", words, "制度未列材料清单，或尚未判定适用哪一份")
    states = {
        MaterialStatus.MISSING: "缺少",
        MaterialStatus.DEFECTIVE: "有缺陷",
        MaterialStatus.UNCLEAR: "待人工确认",
    }
    wrong = tuple(
        f"{labels.get(i.material, i.material)}：{states[i.status]}" for i in report.items if i.status in states
    )
    return CONTENT.passed_unless("materials_complete", words, wrong, (f"清单 {len(report.items)} 项",))


def process_complete(case: Case, revisions: tuple[int, ...], filed: FiledFacts) -> InspectionCheck:
    """Check that every revision is there and that the newest is filed."""
    wrong = [f"缺少第 {n} 版案件记录" for n in range(1, case.revision + 1) if n not in revisions]
    if filed.revision is None:
        wrong.append("案件尚未归档")
    elif filed.revision != case.revision:
        wrong.append(f"现行第 {case.revision} 版尚未归档，最近归档的是第 {filed.revision} 版")
    words = ("处理过程记录完整", "版本号连续；人工决定逐条在案；现行版本已归档")
    found = (f"案件记录 {len(revisions)} 版，人工决定 {len(case.decisions)} 条",)
    return PROCESS.passed_unless("process_complete", words, tuple(wrong), found)


def files_open(opened: tuple[OpenedFile, ...]) -> InspectionCheck:
    """Check that every file opens and is of the type it was registered with."""
    wrong = [f"{f.source.name}：{f.problem}" for f in opened if f.problem is not None]
    wrong += [
        f"{f.source.name} 登记为 {f.source.object.media_type}，内容为 {f.media_type}"
        for f in opened
        if f.media_type is not None and f.media_type != f.source.object.media_type
    ]
    words = ("原件格式与可读性", "按内容识别格式并打开每个原件；加密、截断、损坏的文件打不开")
    types = sorted({f.media_type for f in opened if f.media_type is not None})
    return READABLE.passed_unless("files_open", words, tuple(wrong), (f"{len(opened)} 个：{'、'.join(types) or '无'}",))


def pages_usable(case: Case) -> InspectionCheck:
    """Check that no page that counts should be scanned again."""
    pages = [(d, p) for d in case.documents for p in d.pages if not p.replaced]
    wrong = tuple(
        f"{d.source.name} 第 {p.source_page} 页：{'；'.join(p.quality.problems) or '质量不足'}"
        for d, p in pages
        if p.quality is not None and not p.quality.usable
    )
    words = ("页面图像质量", "读取识读时测得的清晰度、对比度、分辨率与问题（参照 DA/T 31）")
    return READABLE.passed_unless("pages_usable", words, wrong, (f"{len(pages)} 页",))


def _label(name: str) -> str:
    return FIELDS[name].label if name in FIELDS else name


def _well_formed(field: FieldValue) -> bool:
    """Compute again whether a value has the form of its type; types without a form always have it.

    The value itself is not told: a report is read by more people than a case.
    """
    kind = FIELDS[field.name].type if field.name in FIELDS else FieldType.TEXT
    if kind is FieldType.DATE:
        return _DATE.fullmatch(field.value) is not None
    if kind is FieldType.MONEY:
        return _AMOUNT.fullmatch(field.value) is not None
    checks: dict[FieldType, Callable[[str], tuple[Check, ...]]] = {
        FieldType.CN_ID: id_number_checks,
        FieldType.USCC: lambda value: (uscc_check_digit(value),),
        FieldType.EMAIL: lambda value: (email_address(value),),
    }
    return kind not in checks or all(check.passed is not False for check in checks[kind](field.value))


def _told(told: set[tuple[str, int | None]], file: OpenedFile, page: int) -> bool:
    return (file.source.name, page) in told or (file.source.name, None) in told


def _bytes(files: tuple[SourceFile, ...]) -> int:
    distinct: dict[str, ObjectRef] = {f.object.key: f.object for f in files}
    return sum(ref.size for ref in distinct.values())
