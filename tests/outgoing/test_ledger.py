"""The ledger: columns, numbers, masking, and no formulas."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.case import Case
from domain.errors import LedgerNumbersUsedUpError
from domain.masking import mask_field, mask_number, mask_text
from domain.numbering import NumberedCase, ledger_numbers
from domain.register import LedgerColumn, LedgerNumbering
from domain.vocabulary import ComplainantType
from flows.figures import numbers_of
from flows.settings import load_settings
from flows.wiring import Services
from outgoing.ledger import (
    BASE_COLUMNS,
    FILE_COLUMNS,
    OWN_COLUMNS,
    LedgerPeriod,
    LedgerRows,
    ledger_book,
    ledger_columns,
)
from outgoing.workbook import LONGEST_TEXT, Heading, SheetCell, table_book
from storage import Storage
from tests.outgoing.conftest import Run
from tests.outgoing.papers import EXM, RECEIVED, field, judgement, numbered_paper, policies, stored
from tests.outgoing.test_notices import case_of

PACKS = policies()
PRP, PCB, INS = "property-ledger", "pcb-manufacturer", "insurance-securities"
SECRETS = {
    "complainant_name": "欧阳明月",
    "complainant_phone": "13812345678",
    "complainant_id_no": "110101199003074578",
    "complainant_email": "mingyue@example.com",
}


def sheet_of(content: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def words_of(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None)


def book(case: Case, *, masked: bool = False, numbers: dict[str, str] | None = None) -> bytes:
    rows = LedgerRows(cases=(case,), numbers=numbers or {})
    return ledger_book(PACKS.adopted(case.policy), rows, LedgerPeriod(), masked=masked)


def row_of(content: bytes, number: int = 4) -> dict[str, object]:
    sheet = sheet_of(content)
    return {str(sheet.cell(3, c).value): sheet.cell(number, c).value for c in range(1, sheet.max_column + 1)}


@pytest.mark.parametrize(
    ("policy", "labels"),
    [
        (
            PRP,
            [
                "编号",
                "日期",
                "投诉人",
                "联系方式",
                "项目",
                "区域",
                "楼栋",
                "单元",
                "房间",
                "投诉来源",
                "投诉分类",
                "投诉内容",
            ],
        ),
        (INS, ["投诉编号", "投诉人信息", "投诉事项", "受理时间", "处理进度", "处理结果"]),
    ],
)
def test_a_stated_ledger_stands_alone_in_its_order(policy: str, labels: list[str]) -> None:
    columns = ledger_columns(PACKS.adopted(policy))
    assert [column.label for _, column in columns] == labels
    assert {group for group, _ in columns} == {OWN_COLUMNS}


@pytest.mark.parametrize("policy", sorted(PACKS.packs))
def test_every_pack_exports_and_says_whose_columns_they_are(policy: str) -> None:
    pack = PACKS.adopted(policy)
    register = pack.pack.ledger
    groups = {group for group, _ in ledger_columns(pack)}
    stated = register is not None and register.rule == "ledger" and bool(register.columns)
    assert groups <= ({OWN_COLUMNS} if stated else {BASE_COLUMNS, FILE_COLUMNS})
    content = book(case_of(policy, judgement=judgement(pack)))
    assert sheet_of(content).cell(2, 1).value == (OWN_COLUMNS if stated else BASE_COLUMNS)


def test_items_of_the_work_file_are_marked_as_such() -> None:
    items = [c.label for group, c in ledger_columns(PACKS.adopted(EXM)) if group == FILE_COLUMNS]
    assert tuple(items) == PACKS.packs[EXM].ledger.file_items  # type: ignore[union-attr]


def test_values_and_verdicts_stand_in_their_columns() -> None:
    fields = {
        "complainant_name": field("complainant_name", "欧阳明月", accepted=False),
        "complaint_cause": field("complaint_cause", "手续费"),
    }
    content = book(case_of(fields=fields, complainant_type=ComplainantType.NATURAL_PERSON))
    row = row_of(content)
    assert row["投诉人"] == "欧阳明月" and row["投诉事由"] == "手续费" and row["经办部门"] is None
    assert row["类别"] == "服务质量类的投诉" and row["级别"] == "一般投诉" and row["投诉人类型"] == "自然人"
    assert isinstance(row["收件日期"], datetime) and row["收件日期"].date() == date(2026, 11, 3)
    sheet = sheet_of(content)
    shaded = {str(sheet.cell(3, c.column).value) for c in sheet[4] if c.fill.fgColor.rgb == "00FFF2CC"}
    assert shaded == {"投诉人"}


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "=" + "1" * 40_000,
]


@pytest.mark.parametrize("value", FORMULAS)
def test_no_cell_is_ever_a_formula(value: str) -> None:
    fields = {name: field(name, value) for name in ("complainant_name", "complaint_facts", "complainant_phone", "room")}
    sheet = sheet_of(book(case_of(PRP, fields=fields)))
    cells = [c for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} <= {"s", "d", "n"}
    risky = [c for c in cells if str(c.value).startswith(("=", "+", "-", "@"))]
    assert all(c.data_type == "s" and c.quotePrefix for c in risky)
    assert all(len(str(c.value)) <= LONGEST_TEXT for c in cells)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_text_survives_as_text(value: str) -> None:
    heading = (Heading(label="栏", group="组"),)
    sheet = sheet_of(table_book("题", heading, [[SheetCell(value=value)]], ()))
    got = sheet.cell(4, 1)
    assert got.data_type == "s" or got.value is None


def test_masked_exports_tell_nobody() -> None:
    facts = (
        "本人欧阳明月，电话13812345678，身份证110101199003074578，邮箱mingyue@example.com，"
        "卡号6222 0210 0112 3456 789，2026-11-03 付1000000元。"
    )
    fields = {name: field(name, value) for name, value in SECRETS.items()}
    fields |= {"complaint_facts": field("complaint_facts", facts), "room": field("room", "1203")}
    for policy in (PRP, INS, EXM):
        masked = words_of(book(case_of(policy, fields=fields), masked=True))
        for secret in (*SECRETS.values(), "6222 0210", "1203"):
            assert secret not in masked, secret
    text = row_of(book(case_of(PRP, fields=fields), masked=True))
    assert text["投诉人"] == "欧*" and text["联系方式"] == "*******5678"
    assert "2026-11-03" in str(text["投诉内容"]) and "1000000元" in str(text["投诉内容"])
    assert "欧阳明月" in words_of(book(case_of(PRP, fields=fields)))


def test_a_firm_is_no_personal_data() -> None:
    fields = {"complainant_name": field("complainant_name", "澜庭能源贸易有限公司")}
    firm = case_of(PRP, fields=fields, complainant_type=ComplainantType.LEGAL_PERSON)
    assert row_of(book(firm, masked=True))["投诉人"] == "澜庭能源贸易有限公司"


@given(st.text(alphabet="0123456789X", max_size=20))
def test_a_masked_number_shows_four_at_most(value: str) -> None:
    masked = mask_number(value)
    assert len(masked) == len(value)
    assert sum(c != "*" for c in masked) <= 4
    assert len(value) > 4 or set(masked) <= {"*"}


def test_masking_by_type() -> None:
    assert mask_field("respondent_staff", "祁若岚、巫启航") == "祁*、巫*"
    assert mask_field("complainant_address", "衡川市东城区学府路18号3栋") == "衡川市东城区****"
    assert mask_text("a.b@c.cn 与 010-88886666") == "a***@c.cn 与 ********6666"


def numbered(*days: tuple[str, str | None]) -> list[NumberedCase]:
    return [
        NumberedCase(id=str(n), received_on=date.fromisoformat(day), source=source)
        for n, (day, source) in enumerate(days)
    ]


def rule_of(policy: str) -> LedgerNumbering:
    register = PACKS.packs[policy].ledger
    assert register is not None and register.numbering is not None
    return register.numbering


def test_numbers_by_month_start_again() -> None:
    cases = numbered(("2026-11-30", None), ("2026-12-01", None), ("2026-11-02", None), ("2027-12-01", None))
    assert list(ledger_numbers(rule_of(PCB), cases).values()) == ["261101", "261201", "261102", "271201"]


def test_the_hundredth_of_a_month_is_refused() -> None:
    many = numbered(*[("2026-11-01", None)] * 99)
    assert ledger_numbers(rule_of(PCB), many)["98"] == "261199"
    with pytest.raises(LedgerNumbersUsedUpError, match=r"2611.*最多 99 件") as caught:
        ledger_numbers(rule_of(PCB), numbered(*[("2026-11-01", None)] * 100))
    assert caught.value.exit_code == 2


def test_numbers_by_source_have_their_own_counters() -> None:
    sources = ["呼叫中心", "微信", "其他部门转达", "呼叫中心", "论坛监控", "来信", None, "微信"]
    cases = numbered(*[("2026-11-01", source) for source in sources])
    assert ledger_numbers(rule_of(PRP), cases) == {
        "0": "001", "1": "W001", "2": "Q001", "3": "002", "4": "L001", "7": "W002",
    }  # fmt: skip
    assert rule_of(PRP).derived and not rule_of(PCB).derived


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["2026-10-05", "2026-11-05"]), max_size=40), st.integers(0, 40))
def test_a_later_case_moves_no_number(days: list[str], cut: int) -> None:
    cases = numbered(*[(day, None) for day in days])
    before, after = ledger_numbers(rule_of(PCB), cases[:cut]), ledger_numbers(rule_of(PCB), cases)
    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after)


def test_columns_have_exactly_one_source() -> None:
    for given_sources in ({}, {"manual": True, "fields": ("room",)}, {"manual": True, "case": "number"}):
        with pytest.raises(ValueError, match="expected fields or case"):
            LedgerColumn.model_validate({"label": "栏", **given_sources})
    with pytest.raises(ValueError, match="prefix"):
        LedgerNumbering(digits=3, prefixes={"微信": "W"})


def month_of_cases(storage: Storage) -> list[Case]:
    days = [RECEIVED, RECEIVED + timedelta(days=10), RECEIVED + timedelta(days=40)]
    return [
        stored(storage, (numbered_paper(storage, n),), policy=PCB, prefix="PCB", received_at=day)
        for n, day in enumerate(days)
    ]


def test_the_command_exports_the_period(storage: Storage, run: Run, tmp_path: Path) -> None:
    month_of_cases(storage)
    out = tmp_path / "台账.xlsx"
    assert run("ledger", "export", "--policy", PCB, "--out", out).exit_code == 0
    sheet = sheet_of(out.read_bytes())
    assert [sheet.cell(r, 1).value for r in range(4, sheet.max_row + 1)] == ["261101", "261102", "261201"]
    part = tmp_path / "部分.xlsx"
    done = run("ledger", "export", "--policy", PCB, "--from", "2026-11-10", "--to", "2026-11-30", "--out", part)
    assert done.exit_code == 0
    sheet = sheet_of(part.read_bytes())
    assert [sheet.cell(r, 1).value for r in range(4, sheet.max_row + 1)] == ["261102"], (
        "numbered over all, not the part"
    )


def test_masked_by_command(storage: Storage, run: Run, tmp_path: Path) -> None:
    fields = {name: field(name, value) for name, value in SECRETS.items()}
    fields["complaint_source"] = field("complaint_source", "微信")
    stored(storage, (numbered_paper(storage, 1),), policy=PRP, prefix="PRP", fields=fields)
    out = tmp_path / "台账.xlsx"
    assert run("ledger", "export", "--policy", PRP, "--masked", "--out", out).exit_code == 0
    row = row_of(out.read_bytes())
    assert (row["编号"], row["投诉人"], row["联系方式"]) == ("W001", "欧*", "*******5678")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--policy", "no-such", "--out", "a.xlsx"), "UnknownPolicyError"),
        (("--policy", EXM, "--out", "a.csv"), "ConfigurationError"),
        (("--policy", EXM, "--from", "2026-12-01", "--to", "2026-11-01", "--out", "a.xlsx"), "ConfigurationError"),
    ],
)
def test_bad_calls_are_refused(run: Run, tmp_path: Path, arguments: tuple[str, ...], error: str) -> None:
    done = run("ledger", "export", *arguments[:-1], tmp_path / arguments[-1])
    assert type(done.exception).__name__ == error
    assert not list(tmp_path.glob("a.*"))


def test_an_unread_case_keeps_its_number(storage: Storage, home: Path) -> None:
    cases = month_of_cases(storage)
    services = Services(load_settings().model_copy(update={"home": home}), PACKS, storage)
    assert numbers_of(services, PACKS.adopted(PCB)) == dict(
        zip((c.id for c in cases), ("261101", "261102", "261201"), strict=True)
    )


def test_moments_are_days_in_china() -> None:
    late = case_of(received_at=datetime(2026, 11, 30, 17, tzinfo=UTC))
    shown = row_of(book(late))["收件日期"]
    assert isinstance(shown, datetime) and shown.date() == date(2026, 12, 1)
