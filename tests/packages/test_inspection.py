"""The four properties: each check is real, so each thing that is broken makes its check fail, and only that."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from domain.case import Case
from domain.documents import Failure
from domain.inspection import InspectionReport, Occasion, Outcome, Property
from domain.inspection_rules import BatchCount, FiledFacts, metadata_accuracy, sheets_counted
from domain.verdicts import MaterialItem
from domain.vocabulary import CaseStatus, DocumentKind, MaterialStatus
from flows.filing import file_revision
from flows.inspecting import inspect_case, keep_filing_report
from flows.packaging import package_case
from flows.wiring import Services
from outgoing.inspection_papers import overview_page, report_book, report_page, summary_words
from storage.audit_log import AuditLog
from storage.packages.records import PackageRecords
from tests.outgoing.papers import RECEIVED, document, field, judgement, pdf, put, stored
from tests.packages.conftest import RETAIN, filed_case
from tests.storage.audited import event
from tests.storage.conftest import change, flip_byte, object_file


def inspection(services: Services, case: Case) -> InspectionReport:
    return inspect_case(services, case, Occasion.DEMAND, "审计员")


def failed(report: InspectionReport) -> set[str]:
    return {check.code for check in report.failed}


@pytest.fixture
def sound(here: Services) -> Case:
    """A case in which nothing is wrong."""
    paper = put(here.storage, "来件.pdf", pdf("one", "two"))
    items = (
        MaterialItem(material=DocumentKind.COMPLAINT_LETTER, status=MaterialStatus.PRESENT, reason="", producer="t"),
    )
    case = stored(
        here.storage,
        (paper,),
        (document(paper, DocumentKind.COMPLAINT_LETTER, (1, 2)),),
        status=CaseStatus.FILED,
        judgement=judgement(here.policies.adopted("exchange-member"), items=items),
        fields={"complainant_name": field("complainant_name", "欧阳明月")},
    )
    here.storage.filing.file_case(case, (), RETAIN)
    here.storage.proof.heads.sign()
    loaded = here.storage.cases.load_case(case.id)
    assert loaded is not None
    return loaded


def test_sound_case_passes_everything_that_is_checked(here: Services, sound: Case) -> None:
    report = inspection(here, sound)
    assert failed(report) == set()
    assert {c.property for c in report.checks} == set(Property)
    assert report.check("virus").outcome is Outcome.NOT_DONE
    assert report.check("pdfa").outcome is Outcome.NOT_DONE
    assert all(c.method and c.evidence for c in report.checks)


def _flip(services: Services, case: Case) -> None:
    flip_byte(object_file(services.settings.home, case.documents[0].source.object))


def _lose(services: Services, case: Case) -> None:
    object_file(services.settings.home, case.documents[0].source.object).unlink()


def _writable(services: Services, case: Case) -> None:
    object_file(services.settings.home, case.documents[0].source.object).chmod(0o644)


def _unlock(services: Services, case: Case) -> None:
    (services.settings.home / "objects" / "locks" / f"{case.documents[0].source.object.key}.json").unlink()


def _row(statement: str) -> Callable[[Services, Case], None]:
    def act(services: Services, _case: Case) -> None:
        assert change(services.storage, statement) > 0

    return act


def _audit(services: Services, _case: Case) -> None:
    log: AuditLog = services.storage.audit
    log.record(event(1))
    change(services.storage, "UPDATE audit_entries SET hash = printf('%064d', 7)")


LEAF = "UPDATE log_leaves SET leaf = CAST(replace(leaf, '2026', '2025') AS BLOB)"
BROKEN = {
    "original changed": (_flip, {"object_digests", "files_open"}),
    "original lost": (_lose, {"object_digests", "files_open", "pages_accounted", "write_once"}),
    "lock gone": (_unlock, {"write_once"}),
    "signature of the head": (_row("UPDATE tree_heads SET signature = printf('%0128d', 7)"), {"signed_head"}),
    "object writable": (_writable, {"write_once"}),
    "leaf": (
        _row("UPDATE log_leaves SET leaf = CAST(replace(leaf, '2026', '2025') AS BLOB)"),
        {"log_proof", "signed_head"},
    ),
    "root": (_row("UPDATE log_leaves SET root_hash = printf('%064d', 7)"), {"log_proof"}),
    "filing row": (_row("UPDATE filings SET filed_at = '2027-01-01 00:00:00.000000'"), {"rows_vouched"}),
    "part row": (_row("UPDATE archived_objects SET name = 'x.pdf' WHERE position = 0"), {"rows_vouched", "amount"}),
    "revision row": (_row("UPDATE case_revisions SET body = 'x'"), {"records_unchanged"}),
    "audit log": (_audit, {"audit_chain"}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_makes_its_check_fail(here: Services, sound: Case, what: str) -> None:
    breaking, expected = BROKEN[what]
    breaking(here, sound)
    assert expected - {"files_open"} <= failed(inspection(here, sound)) <= expected


def test_truncated_original_does_not_open(here: Services, sound: Case) -> None:
    file = object_file(here.settings.home, sound.documents[0].source.object)
    file.chmod(0o644)
    file.write_bytes(b"")
    report = inspection(here, sound)
    assert {"object_digests", "files_open", "pages_accounted"} <= failed(report)
    assert "来件.pdf" in report.check("files_open").evidence[0]


def test_missing_page_is_told(here: Services) -> None:
    paper = put(here.storage, "来件.pdf", pdf("one", "two", "three"))
    case = stored(here.storage, (paper,), (document(paper, DocumentKind.COMPLAINT_LETTER, (1, 3)),))
    here.storage.filing.file_case(case, (), RETAIN)
    check = inspection(here, case).check("pages_accounted")
    assert check.outcome is Outcome.FAILED
    assert check.evidence[0] == "来件.pdf 第 2 页不在任何材料中，也没有失败记录"
    told = Failure(file="来件.pdf", error="DamagedImageError", reason="坏页", next_step="重扫", page=2)
    told_case = case.model_copy(update={"failures": (told,)})
    assert inspection(here, told_case).check("pages_accounted").outcome is Outcome.PASSED


def test_pages_of_several_files_in_one_document_are_all_accounted_for(here: Services, tmp_path: Path) -> None:
    front, back = put(here.storage, "正面.pdf", pdf("front")), put(here.storage, "背面.pdf", pdf("back"))
    first = document(front, DocumentKind.COMPLAINT_LETTER)
    second = document(back, DocumentKind.COMPLAINT_LETTER).pages[0].model_copy(update={"number": 2, "source": back})
    case = stored(here.storage, (front, back), (first.model_copy(update={"pages": (*first.pages, second)}),))
    here.storage.filing.file_case(case, (), RETAIN)
    assert inspection(here, case).check("pages_accounted").outcome is Outcome.PASSED
    folder, _ = package_case(here, case.number, tmp_path)
    assert sorted(p.name for p in (folder / "data" / "originals").iterdir()) == ["0001-正面.pdf", "0002-背面.pdf"]


def test_page_that_no_file_has_is_told(here: Services) -> None:
    paper = put(here.storage, "来件.pdf", pdf("one"))
    case = stored(here.storage, (paper,), (document(paper, DocumentKind.COMPLAINT_LETTER, (1, 2)),))
    here.storage.filing.file_case(case, (), RETAIN)
    assert inspection(here, case).check("pages_accounted").evidence[0] == "来件.pdf 只有 1 页，案卷却列有第 2 页"


def test_later_file_and_later_revision_are_not_filed_yet(here: Services, filed: Case) -> None:
    from domain.documents import ScanBatch

    paper = put(here.storage, "补件.pdf", pdf("late"))
    batch = ScanBatch(id="b-late", received_at=RECEIVED, channel=filed.channel, files=(paper,))
    here.storage.intake.add_to_case(filed.id, batch)
    report = inspection(here, filed)
    assert {"amount", "pages_accounted"} <= failed(report)
    assert report.check("amount").evidence[0] == "文件 补件.pdf 未归档"


def test_lacking_metadata_and_materials_are_told(here: Services) -> None:
    paper = put(here.storage, "来件.pdf", pdf("one"))
    item = MaterialItem(material=DocumentKind.ID_CARD_COPY, status=MaterialStatus.MISSING, reason="", producer="t")
    case = stored(here.storage, (paper,), judgement=judgement(items=(item,)))
    here.storage.filing.file_case(case)
    report = inspection(here, case)
    assert {"metadata_complete", "materials_complete"} <= failed(report)
    assert set(report.check("metadata_complete").evidence[:2]) == {"缺少投诉人", "缺少保管期限"}
    assert "缺少" in report.check("materials_complete").evidence[0]


def test_sheets_are_held_against_what_was_counted() -> None:
    assert sheets_counted((BatchCount(batch_id="b", expected=None, received=3),)).outcome is Outcome.NOT_APPLICABLE
    assert sheets_counted((BatchCount(batch_id="b", expected=3, received=3),)).outcome is Outcome.PASSED
    assert sheets_counted((BatchCount(batch_id="b", expected=4, received=3),)).outcome is Outcome.FAILED
    explained = BatchCount(batch_id="b", expected=4, received=3, explained="一张是空白封皮")
    assert sheets_counted((explained,)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("complainant_id_no", "11010519491231002X", "110105194912310021"),
        ("uscc", "91350100M000100Y43", "91350100M000100Y44"),
        ("complainant_email", "ming@example.com", "ming@"),
        ("complaint_date", "2026-11-03", "3. November"),
        ("amount_involved", "483200", "四十八万"),
        ("complainant_name", "欧阳明月", "？"),
    ],
)
def test_values_are_held_against_their_form_again(here: Services, sound: Case, name: str, good: str, bad: str) -> None:
    filed = FiledFacts(revision=1, filed_at=RECEIVED)
    for value, outcome in ((good, Outcome.PASSED), (bad, Outcome.FAILED)):
        check = metadata_accuracy(sound.model_copy(update={"fields": {name: field(name, value)}}), filed)
        assert check.outcome is (Outcome.PASSED if name == "complainant_name" else outcome), check
        assert not any(value in line for line in check.evidence)


def test_moments_in_the_wrong_order_are_told(here: Services, sound: Case) -> None:
    early = FiledFacts(revision=1, filed_at=RECEIVED.replace(year=2025))
    assert metadata_accuracy(sound, early).outcome is Outcome.FAILED


def test_filing_leaves_a_report(here: Services, sound: Case) -> None:
    records = PackageRecords(here.storage.database)
    for _ in range(2):
        file_revision(here, sound, ())
    report = records.last_inspection(sound.id)
    assert report is not None
    assert (report.occasion, report.revision, failed(report)) == (Occasion.FILING, 1, set())
    with here.storage.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM inspections")).scalar_one() == 1


def test_report_at_filing_finds_what_broke_while_filing(here: Services, sound: Case) -> None:
    _flip(here, sound)
    keep_filing_report(here, sound, "系统")
    report = PackageRecords(here.storage.database).last_inspection(sound.id, Occasion.FILING)
    assert report is not None
    assert "object_digests" in failed(report)


def test_case_that_waits_for_a_person_has_no_report_yet(here: Services) -> None:
    case = stored(here.storage, (put(here.storage, "来件.pdf", pdf("one")),))
    file_revision(here, case, ())
    assert PackageRecords(here.storage.database).last_inspection(case.id) is None


def test_reports_are_kept_and_read_as_they_were(here: Services, sound: Case) -> None:
    records = PackageRecords(here.storage.database)
    report = inspection(here, sound)
    records.add_inspection(report)
    assert records.last_inspection(sound.id) == report
    assert records.last_inspection(sound.id, Occasion.TRANSFER) is None


def test_papers_name_every_check(here: Services, sound: Case) -> None:
    _flip(here, sound)
    report = inspection(here, sound)
    page = report_page(report).decode()
    sheet = load_workbook(io.BytesIO(report_book((report,)))).worksheets[0]
    words = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    for check in report.checks:
        assert check.name in page
        assert check.name in words
    assert "不通过" in page
    assert "http" not in page.replace("http-equiv", "")
    assert sound.number in overview_page((report,)).decode()
    assert "内容哈希一致" in summary_words(report)


def test_names_on_paper_are_no_markup(here: Services) -> None:
    paper = put(here.storage, "<script>x</script>.pdf", b"broken")
    case = stored(here.storage, (paper,))
    here.storage.filing.file_case(case, (), RETAIN)
    page = report_page(inspection(here, case)).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_other_cases_do_not_fail_with_a_broken_one(here: Services, tmp_path: Path) -> None:
    from flows.archive_papers import inspect_all

    broken, fine = filed_case(here, "one"), filed_case(here, "two")
    _flip(here, broken)
    assert inspect_all(here, tmp_path / "out") == 1
    records = PackageRecords(here.storage.database)
    told = [records.last_inspection(case.id) for case in (broken, fine)]
    assert [r is not None and r.check("object_digests").outcome for r in told] == [Outcome.FAILED, Outcome.PASSED]
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"index.html", "四性检测.xlsx", f"{fine.number}.html"}
