"""Image reports, transfer lists, and the commands."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import exc, text
from typer.testing import CliRunner

from domain.case import Case
from domain.documents import Page, PageQuality, ScanBatch
from domain.errors import ConfigurationError
from domain.image_report import ScannedPage, dpi_table, page_faults
from domain.mailroom_errors import UnknownBatchError
from domain.vocabulary import Channel, DocumentKind
from flows.archive_papers import image_report, write_image_report
from flows.batch_facts import batch_facts
from flows.cli import app
from flows.packaging import package_case
from flows.wiring import Services
from storage.errors import OutputExistsError
from storage.package_tables import PACKAGE_FACTS
from storage.rows import PageText
from tests.outgoing.papers import RECEIVED, document, pdf, put, stored
from tests.packages.conftest import Open

SHEET = (
    "本人于二〇二六年十月在贵公司营业部开户，客户经理承诺手续费优惠，"
    "但实际收取的手续费高于承诺，要求退还多收部分并说明理由。"
)


def scanned(number: int, **changes: object) -> ScannedPage:
    values = {"file": "a.pdf", "sha256": "a" * 64, "number": number, "case_number": "EXM-1", "dpi": 300.0}
    return ScannedPage.model_validate(values | changes)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"dpi": 150.0}, ["low_dpi"]),
        ({"dpi": 199.4}, ["low_dpi"]),
        ({"dpi": 199.98}, []),
        ({"dpi": None}, ["unknown_dpi"]),
        ({"skew": -1.4}, ["skewed"]),
        ({"skew": 0.9}, []),
        ({"blank": True}, ["blank"]),
        ({"usable": False, "problems": ("模糊",)}, ["unusable"]),
        ({"placed": False}, ["missing"]),
        ({"placed": False, "failed": True}, ["failed"]),
    ],
)
def test_fault_of_a_page(changes: dict[str, object], faults: list[str]) -> None:
    assert [f.fault for f in page_faults([scanned(1, **changes)])] == faults


def test_repeated_pages_are_named_once() -> None:
    other = SHEET[::-1]
    pages = [
        scanned(1, text=SHEET),
        scanned(2, text=other),
        scanned(3, text=SHEET.replace("十月", "十目")),
        scanned(1, file="b.pdf"),
    ]
    assert [(f.file, f.number, f.fault) for f in page_faults(pages)] == [
        ("a.pdf", 3, "repeated"),
        ("b.pdf", 1, "repeated"),
    ]


def test_sheet_scanned_three_times_is_named_twice_and_print_of_forms_is_not() -> None:
    same = [scanned(n, text=SHEET) for n in (1, 2, 3)]
    assert [f.number for f in page_faults(same)] == [2, 3]
    forms = [scanned(1, file=f"{n}.pdf", sha256=str(n) * 64, case_number=f"EXM-{n}", text=SHEET) for n in (1, 2, 3)]
    assert page_faults(forms) == ()


@given(st.lists(st.one_of(st.none(), st.floats(72, 1200)), max_size=20))
def test_every_page_has_its_resolution(dpis: list[float | None]) -> None:
    table = dpi_table([scanned(n, dpi=dpi) for n, dpi in enumerate(dpis, start=1)])
    assert sum(count for _, count in table) == len(dpis)


@pytest.fixture
def batch(here: Services) -> str:
    """A batch of 5 counted sheets: three pages of a file, one of them in no document."""
    storage = here.storage
    paper = put(storage, "来件.pdf", pdf("one", "two", "three"))
    arrived = ScanBatch(id="m-1", received_at=RECEIVED, channel=Channel.LETTER, expected_sheets=5, files=(paper,))
    row = storage.intake.accept_batch(arrived, "exchange-member", "EXM")
    placed = document(paper, DocumentKind.COMPLAINT_LETTER, (1, 2))
    quality = PageQuality(sharpness=0.1, contrast=0.2, dpi=150.0, usable=False, problems=("字迹模糊",))
    worse = Page.model_validate(placed.pages[1].model_dump() | {"quality": quality, "skew": 2.5})
    case = stored(storage, (paper,), (placed.model_copy(update={"pages": (placed.pages[0], worse)}),))
    assert case.id == row.id
    storage.cases.save_case(
        case.model_copy(update={"revision": 2}), "decision", 1, None, (PageText(placed.id, 1, SHEET),)
    )
    return "m-1"


def test_image_report_of_a_batch(here: Services, batch: str, tmp_path: Path) -> None:
    report = image_report(batch_facts(here, batch))
    assert (report.files, report.pages, report.expected, report.received, report.difference) == (1, 3, 5, 3, -2)
    assert [(f.number, f.fault) for f in report.faults] == [
        (1, "low_dpi"),
        (2, "unusable"),
        (2, "low_dpi"),
        (2, "skewed"),
        (3, "missing"),
    ]
    assert report.largest_skew == 2.5
    write_image_report(here, batch, tmp_path)
    page, book = (tmp_path / f"图像检测-m-1.{ending}" for ending in ("html", "xlsx"))
    assert "字迹模糊" in page.read_text()
    notes = load_workbook(book)["说明"]
    assert ["漏页", "1 页"] in [[c.value for c in row] for row in notes.iter_rows()]
    with pytest.raises(OutputExistsError):
        write_image_report(here, batch, tmp_path)


def test_unknown_batch_is_told(here: Services, tmp_path: Path) -> None:
    with pytest.raises(UnknownBatchError):
        write_image_report(here, "nothing", tmp_path)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_commands_hand_a_case_over(here: Services, opened: Open, filed: Case, tmp_path: Path) -> None:
    done = run("archive", "package", filed.number, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    folder = tmp_path / "out" / filed.number
    done = run("archive", "transfer-list", "--out", tmp_path / "清单.xlsx")
    assert (done.exit_code, "共 1 件" in done.output) == (0, True)
    sheet = load_workbook(io.BytesIO((tmp_path / "清单.xlsx").read_bytes())).worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["案件编号"], line["页数"], line["原件数"]) == (filed.number, 3, 2)
    assert line["题名"] == "欧阳明月关于服务质量类的投诉"
    assert str(line["保管期限至"])[:10] == "2046-11-03"
    assert [r[1] for r in rows if r[1] in ("移交人", "接收人")] == ["移交人", "接收人"]
    assert rows[2][:2] == ["合计", "1 件"]
    opened("there")
    report = tmp_path / "核对.json"
    done = run("archive", "import-package", folder, "--digest", str(line["SHA-256"]), "--report", report)
    assert done.exit_code == 0, done.output
    assert "核对一致" in done.output
    assert report.is_file()
    done = run("archive", "inspect", filed.number, "--out", tmp_path / "检测")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "检测" / f"{filed.number}.html").is_file()
    assert run("archive", "verify", "--all").exit_code == 0


def test_transfer_list_is_cut_by_moment(here: Services, filed: Case, tmp_path: Path) -> None:
    from flows.archive_papers import write_transfer_list

    package_case(here, filed.number, tmp_path)
    now = datetime.now(UTC)
    for since, count in ((now - timedelta(hours=1), 1), (now + timedelta(hours=1), 0)):
        target = tmp_path / f"{count}.xlsx"
        write_transfer_list(here, since, target)
        assert (load_workbook(target).worksheets[0].cell(4, 2).value == filed.number) is bool(count)


def test_commands_say_what_is_lacking(here: Services, batch: str, tmp_path: Path) -> None:
    assert isinstance(run("archive", "inspect", "--out", tmp_path).exception, ConfigurationError)
    assert isinstance(run("archive", "images", batch).exception, ConfigurationError)
    assert batch in run("archive", "images", "--list").output


@pytest.mark.parametrize("table", PACKAGE_FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET made_by = 'x'", "DELETE FROM {}"])
def test_rows_are_facts(here: Services, filed: Case, tmp_path: Path, table: str, statement: str) -> None:
    package_case(here, filed.number, tmp_path)
    with pytest.raises(exc.DBAPIError, match="append-only"), here.storage.database.write() as connection:
        connection.execute(text(statement.format(table)))
