"""Tests of a value being typed against the rest of its case. Pure; nothing here vetoes, a person decides.

A test says something only where there is something to say: what agrees is told when it confirms a number, what
contradicts is told with both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from domain import checks
from domain.amounts import find_amounts
from domain.capitals import to_capitals
from domain.case import Case
from domain.evidence import Check, FieldMissing, FieldValue
from domain.numerals import is_capital

ADULT, OLDEST = 18, 100
"""Ages in whole years outside of which a complainant's ID number is doubted."""

_PHONES = ("complainant_mobile", "complainant_phone", "handler_phone", "member_head_phone")
_OURS = ("handler_phone", "member_head_phone")
_LATER = {"form_signed_date": "complaint_date", "handled_at": "complaint_date", "reply_at": "complaint_date"}
"""A date field and the one it cannot lie before."""
_LABEL = {
    "complaint_date": "投诉日期",
    "complainant_mobile": "手机号码",
    "complainant_phone": "联系电话",
    "handler_phone": "经办人电话",
    "member_head_phone": "总负责人电话",
    "complainant_name": "投诉人姓名",
    "contact_name": "联系人姓名",
    "respondent_staff": "涉及工作人员",
    "handler_name": "经办人",
}
_AGENTS_PLACE = re.compile(r"(?<!法定)(?<![/／、或及和（(])(?:(?:委托|诉讼)?代理人|受委?托人|被委托人|被授权人|代办人)")
"""Labels of the place where an agent signs; 投诉人/代理人 is anybody's."""
_PERSONS = {
    "respondent_staff": ("complainant_name", "contact_name"),
    "handler_name": ("complainant_name", "contact_name"),
    "complainant_name": ("respondent_staff", "handler_name"),
    "contact_name": ("respondent_staff", "handler_name"),
}
"""Persons on the two sides of a complaint: the same name on both is doubted."""


def cross_checks(case: Case, field: str, value: str, today: date) -> tuple[Check, ...]:
    """Return what the other fields of ``case`` say about ``value``.

    Args:
        case: the case the value is typed into.
        field: contract name.
        value: normal form.
        today: the day that ages and expiry are counted to.
    """
    test = _TESTS.get(field)
    found = test(case, value, today) if test else ()
    if field in _PHONES:
        found = (*found, *_phone(case, field, value))
    if field in _PERSONS:
        found = (*found, *_person(case, field, value))
    if field == "complainant_name":
        found = (*found, *_agent(case, value))
    if field in _LATER:
        found = (*found, *_order(case, field, value))
    return found


def _id_number(case: Case, value: str, today: date) -> tuple[Check, ...]:
    born, gender = checks.id_birth_date(value), checks.id_gender(value)
    if born is None or gender is None:
        return ()
    years = age(born, today)
    usual = ADULT <= years < OLDEST
    note = f"{born.isoformat()}出生，{years}岁，{gender}" + ("" if usual else "；年龄少见，请核对")
    found = [Check(name="id_number_person", passed=True if usual else None, message=note)]
    known_gender, known_birth = case.field_value("complainant_gender"), case.field_value("complainant_birth_date")
    if known_gender:
        found.append(checks.gender_agrees(value, known_gender))
    if known_birth:
        found.append(checks.birth_date_agrees(value, known_birth))
    return tuple(found)


def _gender(case: Case, value: str, _today: date) -> tuple[Check, ...]:
    number = case.field_value("complainant_id_no")
    return (checks.gender_agrees(number, value),) if number else ()


def _birth_date(case: Case, value: str, _today: date) -> tuple[Check, ...]:
    number = case.field_value("complainant_id_no")
    return (checks.birth_date_agrees(number, value),) if number else ()


def _valid_until(case: Case, value: str, today: date) -> tuple[Check, ...]:
    day, since = _day(value), case.field_value("id_valid_from")
    if day is None:
        return ()
    if since and value <= since:
        return (Check(name="id_valid_order", passed=False, message=f"有效期止不晚于有效期起{since}"),)
    if day < today:
        return (Check(name="id_expired", passed=None, message=f"证件已于{value}过期，请核对并提醒更换"),)
    return (Check(name="id_expired", passed=True, message="证件在有效期内"),)


def _valid_from(case: Case, value: str, today: date) -> tuple[Check, ...]:
    until = case.field_value("id_valid_until")
    if until and until[:1].isdigit() and value >= until:
        return (Check(name="id_valid_order", passed=False, message=f"有效期起不早于有效期止{until}"),)
    return _not_in_future("签发", value, today)


def _complaint_date(case: Case, value: str, _today: date) -> tuple[Check, ...]:
    received = case.received_at.astimezone(checks.CHINA).date()
    day = _day(value)
    if day is not None and day > received:
        message = f"投诉日期晚于收件日{received.isoformat()}，请核对"
        return (Check(name="date_after_receipt", passed=None, message=message),)
    return ()


def _not_in_future(what: str, value: str, today: date) -> tuple[Check, ...]:
    day = _day(value)
    if day is None or day <= today:
        return ()
    return (Check(name="date_in_future", passed=None, message=f"{what}日期在将来，请核对"),)


def _phone(case: Case, field: str, value: str) -> tuple[Check, ...]:
    """A complainant's number that is also one of the firm's was probably read in the wrong box."""
    for other in _PHONES:
        crosses = other != field and ((other in _OURS) != (field in _OURS))
        if crosses and case.field_value(other) == value:
            message = f"与{_LABEL[other]}相同，请核对是否填错位置"
            return (Check(name="phone_of_other_side", passed=None, message=message),)
    return ()


def _person(case: Case, field: str, value: str) -> tuple[Check, ...]:
    for other in _PERSONS[field]:
        if case.field_value(other) == value:
            message = f"与{_LABEL[other]}同名，请核对"
            return (Check(name="person_on_both_sides", passed=None, message=message),)
    return ()


def _agent(case: Case, value: str) -> tuple[Check, ...]:
    """Who signs in the agent's place is not the complainant; the same name means a power of attorney to oneself."""
    signed = (s for d in case.documents for s in d.signatures if s.name == value)
    if any(s.anchor and _AGENTS_PLACE.search(s.anchor) for s in signed):
        return (Check(name="agent_is_complainant", passed=None, message="与代理人签名同名，请核对是否本人委托本人"),)
    return ()


def _order(case: Case, field: str, value: str) -> tuple[Check, ...]:
    earlier = case.field_value(_LATER[field])
    if earlier is None or _day(value) is None or value >= earlier:
        return ()
    message = f"早于{_LABEL[_LATER[field]]}{earlier}，请核对"
    return (Check(name="date_order", passed=None, message=message),)


def _amount(case: Case, value: str, _today: date) -> tuple[Check, ...]:
    """Show the capital form, and say whether the capitals on the paper mean the same sum."""
    capitals = to_capitals(value)
    found = [] if capitals is None else [Check(name="amount_capitals", passed=None, message=f"大写：{capitals}")]
    on_paper = dict.fromkeys(_capitals_on_paper(case, "amount_involved"))
    for words, sum_there in on_paper:
        agrees = sum_there == value
        message = f"原件大写“{words}”{'一致' if agrees else f'为{sum_there}元，不一致'}"
        found.append(Check(name="amount_words_figures", passed=agrees, message=message))
    return tuple(found)


def _capitals_on_paper(case: Case, field: str) -> list[tuple[str, str]]:
    """Return the sums in capitals that stand where ``field`` was read, as words and yuan."""
    texts: dict[str, None] = {}
    readings = (f for d in case.documents for f in d.fields if f.name == field)
    for holder in (case.fields.get(field), *readings):
        if isinstance(holder, FieldValue):
            texts |= dict.fromkeys((holder.raw, *(e.quote for e in holder.evidence)))
        if isinstance(holder, FieldValue | FieldMissing):
            texts |= dict.fromkeys(c.raw for c in holder.candidates)
    return [
        (text[span.start : span.end], span.value)
        for text in texts
        for span in find_amounts(text)
        if is_capital(text[span.start : span.end])
    ]


def age(born: date, today: date) -> int:
    """Return the age in whole years on ``today``."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


_Test = Callable[[Case, str, date], tuple[Check, ...]]
_TESTS: dict[str, _Test] = {
    "complainant_id_no": _id_number,
    "complainant_gender": _gender,
    "complainant_birth_date": _birth_date,
    "id_valid_until": _valid_until,
    "id_valid_from": _valid_from,
    "complaint_date": _complaint_date,
    "amount_involved": _amount,
    "form_signed_date": lambda _case, value, today: _not_in_future("签字", value, today),
    "handled_at": lambda _case, value, today: _not_in_future("处理", value, today),
    "reply_at": lambda _case, value, today: _not_in_future("回复", value, today),
}
