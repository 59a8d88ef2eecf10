"""Codes on the sheets that we print: receipts, covers, separators. Format: docs/sheets.md.

A code is capitals, digits, hyphen and full stops, so that QR (alphanumeric mode) and Code 128 (set B) both carry it::

    JZ1.<sheet>.<field>….<check>

``check`` is CRC-16/CCITT-FALSE over everything before the last full stop, four capital hexadecimal digits.
"""

from __future__ import annotations

import binascii
import re
from enum import StrEnum

from pydantic import Field

from domain.base import Model
from domain.mailroom_errors import SheetCodeError
from domain.vocabulary import DocumentKind

VERSION = "JZ1"
ANY = "XX"
"""Stands for a kind or rule pack that the sheet leaves open."""

MAX_SHEETS = 9999
_NUMBER = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")

KIND_CODES: dict[DocumentKind, str] = {
    DocumentKind.COMPLAINT_LETTER: "CL",
    DocumentKind.APPLICATION_FORM: "AF",
    DocumentKind.ID_CARD_COPY: "ID",
    DocumentKind.LEGAL_REP_ID_COPY: "LI",
    DocumentKind.AGENT_ID: "AI",
    DocumentKind.EVIDENCE: "EV",
    DocumentKind.ACCOUNT_OPENING_FILE: "AO",
    DocumentKind.TRADE_STATEMENT: "TS",
    DocumentKind.COORDINATION_APPLICATION: "CA",
    DocumentKind.MEMBER_OPINION: "MO",
    DocumentKind.INTERVIEW_RECORD: "IR",
    DocumentKind.AUDIO_VIDEO: "AV",
    DocumentKind.COMPLAINT_REPORT_FORM: "RF",
    DocumentKind.COORDINATION_REPORT: "CR",
    DocumentKind.CONTRACT_RISK_DISCLOSURE: "CD",
    DocumentKind.FAX_PRINT: "FP",
    DocumentKind.WORK_ORDER: "WO",
    DocumentKind.EVENT_SLIP: "ES",
    DocumentKind.HANDLING_SLIP: "HS",
    DocumentKind.LIAISON_SLIP: "LS",
    DocumentKind.REMINDER_SLIP: "RM",
    DocumentKind.OPINION_CARD: "OC",
    DocumentKind.GUEST_REGISTRATION_FORM: "GF",
    DocumentKind.GUEST_REPORT: "GR",
    DocumentKind.WITHDRAWAL_STATEMENT: "WS",
    DocumentKind.POLICE_REPORT: "PR",
    DocumentKind.CLAIM_FORM_PCB: "CP",
    DocumentKind.ABNORMAL_SAMPLE: "AS",
    DocumentKind.ABNORMAL_SLIP: "AN",
    DocumentKind.INVOICE: "IV",
    DocumentKind.RETURN_OR_ALLOWANCE_PROOF: "RA",
    DocumentKind.RETURN_SLIP: "RS",
    DocumentKind.MEMO: "ME",
    DocumentKind.COMPLAINT_RECORD_PHARMA: "PH",
    DocumentKind.TEST_REPORT: "TR",
    DocumentKind.OWNER_DOCUMENTS: "OD",
    DocumentKind.REPAIR_RECORD: "RR",
    DocumentKind.WARRANTY_LETTER: "WL",
    DocumentKind.LEDGER: "LG",
    DocumentKind.QUESTIONNAIRE: "QU",
    DocumentKind.BUSINESS_LICENCE: "BL",
    DocumentKind.AUTHORISATION: "AU",
    DocumentKind.ENVELOPE: "EN",
    DocumentKind.FAX_COVER: "FC",
    DocumentKind.BLANK: "BK",
    DocumentKind.OTHER: "OT",
}
"""Two letters for every kind; never reassigned, because printed sheets last."""

_KIND_OF = {code: kind for kind, code in KIND_CODES.items()}


class SheetKind(StrEnum):
    """What a printed sheet says to whoever reads it; the value is its letter in the code."""

    RECEIPT = "R"
    COVER = "C"
    DOCUMENT = "D"
    CASE = "S"


SHEET_TITLES = {
    SheetKind.RECEIPT: "收件回执",
    SheetKind.COVER: "案件封面",
    SheetKind.DOCUMENT: "文件分隔页",
    SheetKind.CASE: "案件分隔页",
}
SHEET_NOTES = {
    SheetKind.RECEIPT: "请凭案件编号查询办理进度。",
    SheetKind.COVER: "置于本案材料之前一并扫描；其后各页归入上列案件。",
    SheetKind.DOCUMENT: "置于两份材料之间；其后为另一份材料，仍属同一案件。可反复使用。",
    SheetKind.CASE: "置于两案材料之间；其后为另一案件。可反复使用。",
}


class SheetCode(Model):
    """What a code says.

    Attributes:
        case_number: receipts and covers only.
        kind: of the paper that follows; ``None`` leaves it open.
        sheets: how many sheets follow (cover) or were handed in (receipt), ``None`` when not counted.
        prefix: letters of the rule pack (case separator), ``None`` leaves it open.
    """

    sheet: SheetKind
    case_number: str | None = Field(default=None, pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")
    kind: DocumentKind | None = None
    sheets: int | None = Field(default=None, ge=0, le=MAX_SHEETS)
    prefix: str | None = Field(default=None, pattern=r"^[A-Z0-9]+$")


def write_code(code: SheetCode) -> str:
    """Return the characters of ``code`` with version and check.

    Raises:
        SheetCodeError: a receipt or a cover without a case number.
    """
    if code.sheet in (SheetKind.RECEIPT, SheetKind.COVER) and code.case_number is None:
        raise SheetCodeError("封面和回执的编码缺少案件编号", "请先填写案件编号")
    sheets = ANY if code.sheets is None else str(code.sheets)
    kind = ANY if code.kind is None else KIND_CODES[code.kind]
    fields = {
        SheetKind.RECEIPT: (code.case_number or ANY, sheets),
        SheetKind.COVER: (code.case_number or ANY, kind, sheets),
        SheetKind.DOCUMENT: (kind,),
        SheetKind.CASE: (code.prefix or ANY,),
    }[code.sheet]
    said = ".".join((VERSION, code.sheet.value, *fields))
    return f"{said}.{check_of(said)}"


def read_code(text: str) -> SheetCode:
    """Return what ``text`` says.

    Raises:
        SheetCodeError: it is no code of this version, or the check does not fit.
    """
    said, _, check = text.strip().rpartition(".")
    if check != check_of(said):
        raise SheetCodeError(f"“{text}”的校验码不符：应为 {check_of(said)}，实为 {check or '（无）'}", "请重新扫描该页")
    version, _, rest = said.partition(".")
    letter, *fields = rest.split(".")
    found = None
    if version == VERSION and letter in {kind.value for kind in SheetKind}:
        found = _decoded(SheetKind(letter), fields)
    if found is None:
        raise SheetCodeError(f"“{text}”不是本系统第 1 版的编码", "请使用本系统打印的分隔页")
    return found


def sheet_lines(code: SheetCode, kind: str | None) -> tuple[str, ...]:
    """Return what the sheet says to people.

    Args:
        code: what it says to scanners.
        kind: name of the kind of the paper that follows, ``None`` when it is open.
    """
    lines = (
        code.case_number,
        None if kind is None else f"材料：{kind}",
        None if code.sheets is None else f"应有 {code.sheets} 张（不含本页）",
        None if code.prefix is None else f"制度：{code.prefix}",
    )
    return tuple(line for line in lines if line)


def check_of(said: str) -> str:
    """Return the check of the characters before the last full stop."""
    return f"{binascii.crc_hqx(said.encode(), 0xFFFF):04X}"


def _decoded(sheet: SheetKind, fields: list[str]) -> SheetCode | None:
    """Return the code, ``None`` when the fields are not those of the sheet."""
    if sheet is SheetKind.RECEIPT and len(fields) == 2:
        return _numbered(sheet, fields[0], None, fields[1])
    if sheet is SheetKind.COVER and len(fields) == 3 and _is_kind(fields[1]):
        return _numbered(sheet, fields[0], _KIND_OF.get(fields[1]), fields[2])
    if sheet is SheetKind.DOCUMENT and len(fields) == 1 and _is_kind(fields[0]):
        return SheetCode(sheet=sheet, kind=_KIND_OF.get(fields[0]))
    if sheet is SheetKind.CASE and len(fields) == 1 and _NUMBER.fullmatch(fields[0]) and "-" not in fields[0]:
        return SheetCode(sheet=sheet, prefix=None if fields[0] == ANY else fields[0])
    return None


def _is_kind(code: str) -> bool:
    return code == ANY or code in _KIND_OF


def _numbered(sheet: SheetKind, number: str, kind: DocumentKind | None, sheets: str) -> SheetCode | None:
    counted = sheets == ANY or (sheets.isascii() and sheets.isdigit() and int(sheets) <= MAX_SHEETS)
    if not counted or not _NUMBER.fullmatch(number):
        return None
    return SheetCode(sheet=sheet, case_number=number, kind=kind, sheets=None if sheets == ANY else int(sheets))
