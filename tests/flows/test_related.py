"""A complaint that is made again is linked to the earlier case by what only one person has."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from domain.case import Case
from domain.evidence import FieldValue
from flows.related import related_cases
from tests.flows.test_settling import opened


def again(case: Case, days: int = 30, **values: str | None) -> Case:
    """Return a later case with the same fields; ``values`` replaces or removes some."""
    fields = dict(case.fields)
    for name, value in values.items():
        found = fields.pop(name, None)
        if value is not None and isinstance(found, FieldValue):
            fields[name] = found.model_copy(update={"value": value, "raw": value})
    when = case.received_at + timedelta(days=days)
    return case.model_copy(update={"id": "again", "number": "JZ-2099-000001", "received_at": when, "fields": fields})


def test_the_earlier_case_is_named_with_what_is_shared(home: Path, numbers: tuple[str, str]) -> None:
    services = opened(home)
    try:
        case = services.storage.cases.load_case(numbers[1])
        assert case is not None and case.field_value("complainant_name")
        (found,) = [r for r in related_cases(services, again(case)) if r.number == case.number]
        assert {"complainant_name", "respondent_org"} <= set(found.shared) or set(found.shared) & {
            "complainant_id_no",
            "trading_account_no",
            "complainant_mobile",
            "complainant_phone",
        }
        assert related_cases(services, again(case, days=-30)) == (), "a later case is no earlier one"
        unlike = {name: None for name, f in case.fields.items() if name != "complainant_name"}
        assert related_cases(services, again(case, **unlike)) == (), "a name alone tells nobody from others"
    finally:
        services.close()
