"""What the fields of one identity card say about each other: number, birth date, gender, address, validity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from domain import checks
from domain.evidence import Check, FieldResult, FieldValue
from domain.fields import FIELDS
from domain.regions import known_prefecture

PRODUCER = "id_card/2"
REFUSED = 0.05
_TIED = 0.995
"""Two readings that a check digit or a rule ties together are hardly both wrong in the same way."""
_NUMBER_TIED = 0.999
_TERMS = (5, 10, 20)
"""Years that a card is valid for, by the holder's age at issue (Resident Identity Card Law, article 5)."""
_LONG_TERM_AGE = 46

Results = dict[str, FieldResult]


def doubted(result: FieldValue, check: Check) -> FieldValue:
    """Return a value with a check; a failed one keeps its probability at 0.05 or below."""
    probability = min(result.probability, REFUSED) if check.passed is False else result.probability
    return result.model_copy(update={"checks": (*result.checks, check), "probability": probability})


def halved(result: FieldValue, check: Check) -> FieldValue:
    """Return a value with a check that leaves as much doubt as certainty."""
    return result.model_copy(update={"checks": (*result.checks, check), "probability": result.probability / 2})


def capped(result: FieldValue, check: Check, most: float) -> FieldValue:
    """Return a value with a check that allows no more than ``most`` probability."""
    probability = min(result.probability, most)
    return result.model_copy(update={"checks": (*result.checks, check), "probability": probability})


def _supported(field: FieldValue, check: Check, least: float = _TIED) -> FieldValue:
    if check.passed is not True:
        return doubted(field, check)
    return field.model_copy(update={"checks": (*field.checks, check), "probability": max(field.probability, least)})


def cross_checked(results: Results) -> Results:
    """Compare the fields of one card with each other."""
    return _with_authority(_with_validity(_with_number(results)))


def _with_number(results: Results) -> Results:
    """Compare gender and birth date with the number, when the number's own check digit is right."""
    number = results.get("complainant_id_no")
    if not isinstance(number, FieldValue):
        return results
    if number.vetoed:
        return results | {"complainant_id_no": _repairs_that_agree(number, results)}
    checked = dict(results)
    agree = []
    for name, test in (
        ("complainant_gender", checks.gender_agrees),
        ("complainant_birth_date", checks.birth_date_agrees),
    ):
        field = results.get(name)
        if isinstance(field, FieldValue):
            check = test(number.value, field.value)
            checked[name] = _supported(field, check)
            agree.append(check.passed)
        elif field is not None:
            checked[name] = derived(name, number) or field
    checked["complainant_id_no"] = _number_beside(number, agree)
    return checked


def _number_beside(number: FieldValue, agree: list[bool | None]) -> FieldValue:
    """Weigh a number by what is printed above it: its birth date and gender are a second reading of nine digits."""
    if False in agree:
        return capped(number, Check(name="card_agrees", passed=None, message="号码与卡面出生日期或性别不一致"), 0.9)
    if agree == [True, True] and known_prefecture(number.value):
        return _supported(number, Check(name="card_agrees", passed=True, message="号码与卡面一致"), _NUMBER_TIED)
    return number


def derived(name: str, number: FieldValue) -> FieldValue | None:
    """Take gender or birth date from a number whose check digit is right, when the printed one was not read."""
    born = checks.id_birth_date(number.value)
    value = checks.id_gender(number.value) if name == "complainant_gender" else born.isoformat() if born else None
    if value is None:
        return None
    message = f"{FIELDS[name].label}未读出，由身份证号码推得"
    return FieldValue(
        name=name,
        value=value,
        raw=number.raw,
        probability=min(number.probability, 0.97),
        producer=PRODUCER,
        evidence=number.evidence,
        checks=(Check(name="derived_from_id_number", passed=None, message=message),),
    )


def _repairs_that_agree(number: FieldValue, results: Mapping[str, FieldResult]) -> FieldValue:
    """Keep only repaired numbers that agree with the printed birth date and gender."""
    born, gender = results.get("complainant_birth_date"), results.get("complainant_gender")

    def agrees(value: str) -> bool:
        by_date = not isinstance(born, FieldValue) or checks.birth_date_agrees(value, born.value).passed is True
        by_gender = not isinstance(gender, FieldValue) or checks.gender_agrees(value, gender.value).passed is not False
        return by_date and by_gender

    kept = tuple(c for c in number.candidates if not c.producer.endswith("+repair") or agrees(c.value))
    return number.model_copy(update={"candidates": kept})


def _with_validity(results: Results) -> Results:
    """Compare both ends of the validity: 5, 10 or 20 years to the day, or 长期 for whoever was 46."""
    start, end = results.get("id_valid_from"), results.get("id_valid_until")
    if not isinstance(start, FieldValue) or not isinstance(end, FieldValue) or start.vetoed or end.vetoed:
        return results
    check = validity_check(start.value, end.value, _birth(results))
    if check is None:
        return results
    return results | {"id_valid_from": _supported(start, check), "id_valid_until": _supported(end, check)}


def _birth(results: Mapping[str, FieldResult]) -> date | None:
    born = results.get("complainant_birth_date")
    return _day(born.value) if isinstance(born, FieldValue) and not born.vetoed else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def validity_check(start: str, end: str, born: date | None = None) -> Check | None:
    """Test the end of validity against its start; ``None`` when nothing can be said.

    Args:
        start: ISO date.
        end: ISO date or 长期.
        born: birth date of the holder, ``None`` when unknown.
    """
    name = "validity_period"
    begun, ends = _day(start), _day(end)
    if begun is None:
        return None
    if ends is None:
        if born is not None and begun.year - born.year < _LONG_TERM_AGE - 1:
            return Check(name=name, passed=None, message="签发时未满46周岁，有效期却为长期")
        return None
    if any(abs(ends - _years_on(begun, years)) <= timedelta(days=1) for years in _TERMS):
        return Check(name=name, passed=True, message=f"有效期为{ends.year - begun.year}年")
    return Check(name=name, passed=False, message=f"有效期应为5年、10年或20年，读到{start}至{end}")


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _with_authority(results: Results) -> Results:
    """Compare the issuing authority with the address: both name the place of the household."""
    authority, address = results.get("id_authority"), results.get("complainant_address")
    if not isinstance(authority, FieldValue) or not isinstance(address, FieldValue):
        return results
    place = re.sub(r"公安.*|[市县区州盟旗].*", "", authority.value)[:4]
    if len(place) < 2 or place[:2] in address.value or place[-2:] in address.value:
        return results
    message = f"签发机关{authority.value}与住址不在一地"
    check = Check(name="authority_near_address", passed=None, message=message)
    return results | {"id_authority": capped(authority, check, 0.9)}
