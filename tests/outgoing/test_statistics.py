"""Figures of a month against cases counted by hand."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from domain.case import Case
from domain.documents import ScanBatch
from domain.errors import ConfigurationError
from domain.verdicts import CategoryVerdict, MaterialsReport, SeverityVerdict
from domain.vocabulary import CaseStatus, Channel, DispositionValue
from flows.figures import month_figures
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services
from flows.writing import today
from outgoing.statistics import (
    IN_TIME,
    LATE,
    NO_LIMIT,
    OVERDUE,
    RUNNING,
    MonthCases,
    count_month,
    month_bounds,
    statistics_book,
)
from outgoing.words import NO_LIST, UNDECIDED, UNREAD
from storage import Storage
from tests.outgoing.conftest import Run
from tests.outgoing.papers import EXM, RECEIVED, field, judgement, numbered_paper, policies, put, stored
from tests.outgoing.test_notices import case_of

PACK = policies().adopted(EXM)
AFTER_DUE = date(2026, 12, 31)


def level(name: str | None) -> SeverityVerdict:
    return SeverityVerdict(level=name, probability=0.9, producer="rules/1")


def materials(complete: bool | None) -> MaterialsReport:
    return MaterialsReport(list="natural_person", complete=complete)


def hand_made() -> list[Case]:
    """Five cases of November; due on the 24th."""
    return [
        case_of(
            judgement=judgement(PACK, severity=level("重大投诉"), materials=materials(True)),
            fields={"reply_at": field("reply_at", "2026-11-24"), "handled_at": field("handled_at", "2026-11-20")},
            status=CaseStatus.FILED,
        ),
        case_of(
            judgement=judgement(PACK, materials=materials(False)),
            fields={"reply_at": field("reply_at", "2026-11-25")},
            status=CaseStatus.AWAITING_MATERIALS,
            channel=Channel.FAX,
        ),
        case_of(
            judgement=judgement(PACK, DispositionValue.INQUIRY, materials=materials(None)), status=CaseStatus.REFERRED
        ),
        case_of(
            judgement=judgement(
                PACK,
                None,
                severity=level(None),
                category=CategoryVerdict(value=None, probability=0.2, producer="rules/1"),
                materials=materials(False),
            )
        ),
        case_of(judgement=None),
    ]


def test_the_tables_say_what_the_cases_say() -> None:
    figures = count_month(PACK, "2026-11", MonthCases(hand_made(), 2), AFTER_DUE)
    assert figures.total == 7

    def counts(name: str) -> dict[str, int]:
        return {row.label: row.count for row in figures.table(name).rows if row.count}

    assert counts("category") == {"服务质量类的投诉": 3, UNDECIDED: 2, UNREAD: 2}
    assert counts("channel") == {"信函": 4, "传真": 1, UNREAD: 2}
    assert counts("level") == {"重大投诉": 1, "一般投诉": 2, UNDECIDED: 2, UNREAD: 2}
    assert counts("disposition") == {"投诉": 2, "咨询": 1, UNDECIDED: 2, UNREAD: 2}
    assert counts("status") == {"已归档": 1, "待补材料": 1, "已转办": 1, "待审核": 2, UNREAD: 2}
    assert counts("materials") == {"齐全": 1, "不齐": 2, "待人工确认": 2, UNREAD: 2}
    assert counts("on_time") == {IN_TIME: 1, LATE: 1, OVERDUE: 2, NO_LIMIT: 1, UNREAD: 2}
    assert len(figures.table("category").rows) == 8 + 2, "every category of the pack, also those without a case"


def test_what_is_not_due_is_not_late() -> None:
    figures = count_month(PACK, "2026-11", MonthCases(hand_made(), 0), date(2026, 11, 24))
    assert figures.table("on_time").count(RUNNING) == 2


def test_a_limit_that_nobody_set_judges_nothing() -> None:
    bare = policies(None).adopted(EXM)
    figures = count_month(bare, "2026-11", MonthCases([case_of(judgement=judgement(bare))], 0), AFTER_DUE)
    assert figures.table("on_time").count(NO_LIMIT) == 1


def test_a_pack_without_a_list_is_not_called_complete() -> None:
    hotel = policies().adopted("hotel")
    whole = judgement(hotel, materials=MaterialsReport(list=None, complete=True))
    figures = count_month(hotel, "2026-11", MonthCases([case_of("hotel", judgement=whole)], 0), AFTER_DUE)
    assert figures.table("materials").count(NO_LIST) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=12), st.integers(0, 3))
def test_every_table_adds_up(chosen: list[int], unread: int) -> None:
    cases = hand_made()
    figures = count_month(PACK, "2026-11", MonthCases([cases[n] for n in chosen], unread), AFTER_DUE)
    assert {sum(row.count for row in table.rows) for table in figures.tables} == {figures.total}


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "202611", "", "十一月", "2026-00"])
def test_a_month_is_a_month(month: str) -> None:
    with pytest.raises(ConfigurationError, match="YYYY-MM"):
        month_bounds(month)


def test_months_have_their_days() -> None:
    assert month_bounds("2028-02") == (date(2028, 2, 1), date(2028, 2, 29))


def test_the_workbook_has_every_table_and_a_chart_for_each() -> None:
    figures = count_month(PACK, "2026-11", MonthCases(hand_made(), 2), AFTER_DUE)
    book = load_workbook(io.BytesIO(statistics_book(figures, "某某公司", AFTER_DUE)))
    sheet = book.worksheets[0]
    rows = {str(sheet.cell(r, 1).value): sheet.cell(r, 2).value for r in range(1, sheet.max_row + 1)}
    assert rows["收件总数"] == 7 and rows["重大投诉"] == 1 and rows["传真"] == 1
    assert len(sheet._charts) == 1 + len(figures.tables)
    assert "某某公司" in {c.value for row in book["说明"].iter_rows() for c in row}


def test_the_command_counts_the_month_in_china(storage: Storage, run: Run, tmp_path: Path) -> None:
    first = datetime(2026, 10, 31, 16, tzinfo=UTC)
    for n, day in enumerate((first, RECEIVED, datetime(2026, 11, 30, 16, tzinfo=UTC))):
        stored(storage, (numbered_paper(storage, n),), received_at=day)
    unread = put(storage, "未读.pdf", b"%PDF-unread")
    storage.intake.accept_batch(
        ScanBatch(id="b-unread", received_at=RECEIVED, channel=Channel.LETTER, files=(unread,)), EXM, "EXM"
    )
    out = tmp_path / "统计.xlsx"
    done = run("statistics", "--policy", EXM, "--month", "2026-11", "--out", out)
    assert done.exit_code == 0, done.output
    sheet = load_workbook(out).worksheets[0]
    rows = {str(sheet.cell(r, 1).value): sheet.cell(r, 2).value for r in range(1, sheet.max_row + 1)}
    assert rows["收件总数"] == 3
    assert rows[UNREAD] == 1


@pytest.mark.parametrize(("policy", "month"), [("no-such", "2026-11"), (EXM, "11")])
def test_bad_calls_are_refused(run: Run, tmp_path: Path, policy: str, month: str) -> None:
    done = run("statistics", "--policy", policy, "--month", month, "--out", tmp_path / "a.xlsx")
    assert isinstance(done.exception, ConfigurationError)
    assert not (tmp_path / "a.xlsx").exists()


def test_the_page_and_the_command_count_alike(storage: Storage, home: Path) -> None:
    stored(storage, (numbered_paper(storage, 1),), received_at=RECEIVED)
    services = Services(load_settings().model_copy(update={"home": home}), policies(), storage)
    service = ReviewService(services)
    assert service.policies()[0].id == EXM and service.policies()[0].cases == 1
    figures = service.statistics(EXM, "2026-11")
    assert figures == month_figures(services, EXM, "2026-11", today())
    assert figures.total == 1
