"""The ledger 台账 of a pack as a workbook: the regime's own columns, or what stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from classifiers.deadlines import local_day
from domain.amendments import Amendment
from domain.base import Model, UtcTime
from domain.case import Case
from domain.checks import CHINA
from domain.evidence import FieldValue
from domain.fields import FIELDS
from domain.masking import is_personal, mask_field
from domain.policy import AdoptedPolicy
from domain.register import CaseAttribute, LedgerColumn, LedgerNumbering, Register
from domain.vocabulary import ComplainantType
from domain.words import CASE_STATUS, CHANNEL
from outgoing.amended import HEADINGS, amendment_cells
from outgoing.statistics import due_day
from outgoing.words import COMPLAINANT_TYPE, DISPOSITION, completeness
from outgoing.workbook import Heading, SheetCell, Value, table_book

OWN_COLUMNS = "制度规定的台账栏目"
FILE_COLUMNS = "工作档案项目（制度规定，不是台账）"
BASE_COLUMNS = "本系统基础列（不是制度规定的栏目）"

_SEPARATOR = "；"


def _base(label: str, case: CaseAttribute) -> LedgerColumn:
    return LedgerColumn(label=label, case=case)


_NUMBER = _base("案件编号", "number")
_LEDGER_NUMBER = _base("台账编号", "ledger_number")
_BASE = (
    _base("收件日期", "received_at"),
    _base("来件渠道", "channel"),
    LedgerColumn(label="投诉人", fields=("complainant_name",)),
    _base("投诉人类型", "complainant_type"),
    _base("处置", "disposition"),
    _base("类别", "category"),
    _base("级别", "level"),
    _base("材料", "materials"),
    _base("办结期限", "deadline"),
    _base("状态", "status"),
)


class LedgerPeriod(Model):
    """What an export covers; ``None`` is open.

    Attributes:
        start, end: days of receipt, both inclusive.
        changed_since: only rows that are new or changed from this moment on.
        made_at: when the rows were read, ``None`` where nobody asks.
    """

    start: date | None = None
    end: date | None = None
    changed_since: UtcTime | None = None
    made_at: UtcTime | None = None

    def words(self) -> str:
        """Return the period in Chinese."""
        days = f"{self.start or '最早'} 至 {self.end or '最近'}（收件日期，含首尾）"
        days = "全部" if self.start is None and self.end is None else days
        if self.changed_since is None:
            return days
        return f"{days}；只列 {local_minute(self.changed_since)} 起新增或有改动的案件"


def local_minute(moment: datetime) -> str:
    """Return ``moment`` in Chinese time, to the minute, as the option ``--changed-since`` takes it."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")


def ledger_columns(policy: AdoptedPolicy) -> tuple[tuple[str, LedgerColumn], ...]:
    """Return group and column, in the order of the export.

    A regime's own ledger stands alone. Without one the base columns come first, then the items of the work file.
    """
    register = policy.pack.ledger or Register(rule="none")
    if register.rule == "ledger" and register.columns:
        return tuple((OWN_COLUMNS, column) for column in register.columns)
    numbers = (_LEDGER_NUMBER, _NUMBER) if register.numbering else (_NUMBER,)
    base = tuple((BASE_COLUMNS, column) for column in (*numbers, *_BASE))
    items = register.columns or tuple(LedgerColumn(label=item, manual=True) for item in register.file_items)
    return base + tuple((FILE_COLUMNS, column) for column in items)


class LedgerRows(Model):
    """What an export is made of.

    Attributes:
        cases: in the order of the rows.
        numbers: ledger numbers by case id (``domain.numbering``); a case without one has an empty cell.
        amended: by case id, those cases that were amended after their delivery.
    """

    cases: tuple[Case, ...]
    numbers: Mapping[str, str] = {}
    amended: Mapping[str, Amendment] = {}


def ledger_book(policy: AdoptedPolicy, rows: LedgerRows, period: LedgerPeriod, *, masked: bool) -> bytes:
    """Return the workbook, one row per case in the order given.

    Right of the columns of ``ledger_columns`` stands what happened to a case after its delivery, so that somebody who
    took an earlier export sees which rows differ.

    Args:
        policy: the pack in force.
        rows: the cases of the period.
        period: for the notes.
        masked: hide personal data.
    """
    columns = ledger_columns(policy)
    cells = [
        [_cell(policy, column, case, rows.numbers, masked=masked) for _, column in columns]
        + amendment_cells(case, rows.amended.get(case.id))
        for case in rows.cases
    ]
    headings = [*(Heading(label=column.label, group=group) for group, column in columns), *HEADINGS]
    title = f"投诉台账（{policy.pack.title}）"
    return table_book(title, headings, cells, _notes(policy, rows, period, masked=masked))


def _cell(
    policy: AdoptedPolicy, column: LedgerColumn, case: Case, numbers: Mapping[str, str], *, masked: bool
) -> SheetCell:
    found = [f for f in (case.fields.get(name) for name in column.fields) if isinstance(f, FieldValue)]
    if found:
        values = [_shown(case, field, masked=masked) for field in found]
        text = _SEPARATOR.join(dict.fromkeys(values))
        return SheetCell(value=text, doubtful=not all(field.accepted for field in found))
    if column.case is None:
        return SheetCell()
    return _attribute(policy, column.case, case, numbers)


def _shown(case: Case, field: FieldValue, *, masked: bool) -> str:
    return masked_value(case, field.name, field.value) if masked else field.value


def masked_value(case: Case, name: str, value: str) -> str:
    """Return ``value`` of field ``name`` without personal data of ``case``; a firm's name is none."""
    if name == "complainant_name" and case.complainant_type is ComplainantType.LEGAL_PERSON:
        return value
    known = [(f.name, f.value) for f in case.fields.values() if isinstance(f, FieldValue) and _searched(case, f.name)]
    return mask_field(name, value, known)


def _searched(case: Case, name: str) -> bool:
    firm = name == "complainant_name" and case.complainant_type is ComplainantType.LEGAL_PERSON
    return is_personal(name) and not firm


def _attribute(policy: AdoptedPolicy, name: CaseAttribute, case: Case, numbers: Mapping[str, str]) -> SheetCell:
    """Return what the case knows about itself; verdicts that nobody confirmed are doubtful."""
    plain: dict[str, Value] = {
        "number": case.number,
        "ledger_number": numbers.get(case.id),
        "received_at": local_day(case.received_at),
        "channel": CHANNEL[case.channel],
        "complainant_type": COMPLAINANT_TYPE[case.complainant_type] if case.complainant_type else None,
        "deadline": due_day(policy, case),
        "status": CASE_STATUS[case.status],
    }
    if name in plain:
        return SheetCell(value=plain[name])
    if case.judgement is None:
        return SheetCell()
    disposition, category = case.judgement.disposition, case.judgement.category
    severity, materials = case.judgement.severity, case.judgement.materials
    verdicts: dict[str, SheetCell] = {
        "disposition": SheetCell(
            value=DISPOSITION[disposition.value] if disposition.value else None, doubtful=not disposition.accepted
        ),
        "category": SheetCell(value=category.value, doubtful=not category.accepted),
        "level": SheetCell(value=severity.level, doubtful=not severity.accepted),
        "materials": SheetCell(value=completeness(materials)),
    }
    return verdicts[name]


def _notes(policy: AdoptedPolicy, rows: LedgerRows, period: LedgerPeriod, *, masked: bool) -> list[tuple[str, str]]:
    pack = policy.pack
    register = pack.ledger or Register(rule="none")
    notes = [
        ("制度", f"{pack.title}（{pack.id}）"),
        ("采用单位", policy.adoption.adopter if policy.adoption else "未指定"),
        ("期间", period.words()),
        ("件数", str(len(rows.cases))),
        ("栏目来源", _origin(register)),
        ("底色", "浅黄底色的内容是系统识读或判断的结果，尚未经人工确认"),
        ("空白", "空白表示来件中没有该项内容，或尚未确定，或须由人工填写；系统不推测"),
        ("范围", "列入该制度下已受理的全部来件，包括尚未判断或判为不属于投诉的来件，以免遗漏并保持编号连续"),
    ]
    since = f"，可用于下次导出的 --changed-since {local_minute(period.made_at)}" if period.made_at else ""
    count = len(rows.amended)
    notes.append(("更正", f"{count} 件在归档后有更正：见“更正情况”各栏，版次为现行版次{since}"))
    if register.numbering:
        notes.append(("编号", _numbering_words(register.numbering)))
    notes += [(f"栏目“{column.label}”", column.note) for column in register.columns if column.note]
    if masked:
        notes.append(("脱敏", "姓名只留首字，号码只留末四位；叙述文字中的其他人名不能自动识别，对外提供前须人工检查"))
    return notes


def _origin(register: Register) -> str:
    if register.rule == "ledger" and register.columns:
        return f"制度规定的台账栏目（{register.article}）" if register.article else "制度规定的台账栏目"
    items = "，另列制度规定的工作档案项目" if register.columns or register.file_items else ""
    return f"制度数据包未载明台账栏目，所列为本系统基础列{items}"


def _numbering_words(rule: LedgerNumbering) -> str:
    parts = ["由示例推定，制度未载明" if rule.derived else "按制度规定"]
    if rule.article:
        parts.append(rule.article)
    if rule.monthly:
        parts.append("年份、月份各两位加流水号，每月重新起编")
    if rule.prefix_field:
        names = "、".join(f"{value}：{prefix or '无前缀'}" for value, prefix in rule.prefixes.items())
        label = FIELDS[rule.prefix_field].label
        parts.append(f"按{label}分别起编（{names}）；{label}未定或不在其列的不编号")
    parts.append(f"流水号 {rule.digits} 位，按受理先后由本系统计数")
    return "；".join(parts)
