"""``archive inspect|images|transfer-list``: reports of the archive as files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from domain.case import Case
from domain.documents import Page
from domain.image_report import ImageReport, ScannedPage, dpi_table, page_faults
from domain.inspection import InspectionReport, Occasion
from flows.archive_commands import DAMAGED
from flows.batch_facts import BatchFacts, FileFacts, batch_facts, case_as_kept
from flows.inspecting import inspect_case, inspected, report_on
from flows.output import local_time
from flows.wiring import Services
from flows.writing import check_name, put_new, terminal_user, today, write_new
from outgoing.image_papers import image_book, image_page
from outgoing.inspection_papers import overview_page, report_book, report_page, summary_words
from outgoing.transfer_list import TransferLine, transfer_book
from storage.batch_files import BatchFiles
from storage.errors import OutputExistsError
from storage.packages.errors import CaseNotFiledError
from storage.packages.records import PackageRecord, PackageRecords

_SHOWN_BATCHES = 20


def inspect_one(services: Services, number: str, out: Path) -> int:
    """Write the report of one case; return 1 when a check failed."""
    case = case_as_kept(services, number)
    if case is None:
        raise CaseNotFiledError(f"案件 {number} 尚未识读，没有可检测的内容", "请先完成识别与审核")
    targets = out / f"{case.number}.html", out / f"{case.number}.xlsx"
    _check_free(targets)
    report = inspect_case(services, case, Occasion.DEMAND, terminal_user())
    PackageRecords(services.storage.database).add_inspection(report)
    write_new(targets[0], report_page(report))
    write_new(targets[1], report_book((report,)))
    sys.stdout.write(f"{case.number}：{summary_words(report)}\n")
    return DAMAGED if report.failed else 0


def inspect_all(services: Services, out: Path) -> int:
    """Write a report for every case, an overview, and one workbook of all; return 1 when a check failed."""
    overview, book = out / "index.html", out / "四性检测.xlsx"
    _check_free((overview, book))
    records = PackageRecords(services.storage.database)
    reports = tuple(_all_reports(services))
    for report in reports:
        records.add_inspection(report)
        put_new(out / f"{report.case_number}.html", report_page(report))
    write_new(overview, overview_page(reports))
    write_new(book, report_book(reports))
    failed = [report.case_number for report in reports if report.failed]
    sys.stdout.write(f"检测 {len(reports)} 件，{len(failed)} 件有不通过的项目。\n")
    return DAMAGED if failed else 0


def write_image_report(services: Services, batch_id: str, out: Path) -> None:
    """Write the image report of a batch as HTML and XLSX."""
    report = image_report(batch_facts(services, batch_id))
    now, user = services.storage.database.now(), terminal_user()
    targets = out / f"图像检测-{batch_id}.html", out / f"图像检测-{batch_id}.xlsx"
    _check_free(targets)
    write_new(targets[0], image_page(report, now, user))
    write_new(targets[1], image_book(report, now, user))


def list_batches(services: Services) -> None:
    """Print the newest batches with their ids."""
    for batch in BatchFiles(services.storage.database).newest(_SHOWN_BATCHES):
        sheets = "未点数" if batch.expected_sheets is None else f"{batch.expected_sheets} 张"
        sys.stdout.write(f"{batch.id}  {local_time(batch.received_at)}  {sheets}  {batch.operator or ''}\n")


def write_transfer_list(services: Services, since: datetime | None, out: Path) -> None:
    """Write the transfer list of the newest package of every case, those made from ``since`` on."""
    check_name(out, ".xlsx")
    records = PackageRecords(services.storage.database).newest(since)
    adoption = services.policies.adoption
    lines = tuple(_line(services, record) for record in records)
    write_new(out, transfer_book(lines, adoption.adopter if adoption else None, since, today()))
    sys.stdout.write(f"共 {len(lines)} 件。\n")


def image_report(facts: BatchFacts) -> ImageReport:
    """Return the image report of a batch from what is stored of its pages."""
    pages = tuple(page for file in facts.files for page in _scanned(file))
    sheets = facts.sheets
    return ImageReport(
        batch_id=facts.batch.id,
        files=len(facts.files),
        pages=sum(file.pages or 0 for file in facts.files),
        expected=sheets.expected,
        received=sheets.received,
        explained=facts.explained.get(sheets.difference or 0),
        dpi=dpi_table(pages),
        largest_skew=max((abs(page.skew) for page in pages), default=0.0),
        faults=page_faults(pages),
        unopened=tuple(file.source.name for file in facts.files if file.pages is None),
    )


def _scanned(file: FileFacts) -> Iterator[ScannedPage]:
    for number in sorted({*range(1, (file.pages or 0) + 1), *file.placed}):
        page = file.placed.get(number)
        yield ScannedPage(
            file=file.source.name,
            sha256=file.source.object.sha256,
            number=number,
            case_number=file.case_number,
            failed=number in file.failed,
            placed=page is not None,
            text=file.texts.get(number, ""),
            **({} if page is None else _measured(page)),
        )


def _measured(page: Page) -> dict[str, object]:
    quality = page.quality
    return {
        "dpi": quality.dpi if quality else page.dpi,
        "skew": page.skew,
        "blank": page.blank if page.said_blank is None else page.said_blank,
        "usable": quality.usable if quality else True,
        "problems": quality.problems if quality else (),
    }


def _all_reports(services: Services) -> Iterator[InspectionReport]:
    """Yield a report for every case; the archive and the audit log are read once for all."""
    found = services.storage.fixity.verify_archive()
    # An object that no case has any more concerns no case; the log and its filings concern all.
    general = tuple(f for f in found if f.case_id is None and not f.code.startswith("object_"))
    rests_on = inspected(services, ())
    for row in services.storage.cases.list_cases():
        case = case_as_kept(services, row.id)
        if case is not None:
            mine = (*general, *(f for f in found if f.case_id == case.id))
            yield report_on(services, case, (Occasion.DEMAND, terminal_user()), replace(rests_on, findings=mine))


def _line(services: Services, record: PackageRecord) -> TransferLine:
    made = record.made
    case = services.storage.cases.load_case(made.case_id, made.revision)
    filings = [f for f in services.storage.desk.filings.of_case(made.case_id) if f.revision <= made.revision]
    if case is None or not filings:
        raise CaseNotFiledError(f"案件 {record.case_number} 没有已归档的版本", "请运行 archive verify")
    until = filings[-1].parts[0].retain_until
    return TransferLine(
        number=record.case_number,
        title=_title(case),
        received_at=case.received_at,
        filed_at=filings[-1].filed_at,
        level=case.judgement.severity.level if case.judgement else None,
        pages=sum(len(d.pages) for d in case.documents),
        originals=len([p for p in filings[-1].parts if p.role == "original"]),
        files=made.files,
        size=made.size,
        retain_until=until,
        made_at=record.made_at,
        sha256=made.sha256,
        sm3=made.sm3,
        failed=record.failed,
    )


def _title(case: Case) -> str:
    """Return the title of a case as archivists write one: who, about what."""
    name = case.field_value("complainant_name") or "（投诉人不明）"
    category = case.judgement.category.value if case.judgement else None
    about = category or "（类别未定）"
    return f"{name}关于{about}" if about.endswith("投诉") else f"{name}关于{about}的投诉"


def _check_free(targets: tuple[Path, ...]) -> None:
    taken = next((target for target in targets if target.exists()), None)
    if taken is not None:
        raise OutputExistsError(f"{taken} 已存在，没有覆盖", "请换一个文件夹，或先移走旧文件")
