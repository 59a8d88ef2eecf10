"""Who must stand aside: staff whom a complaint names, and marketing staff at intake. Pure: no clock, no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.adoption import Adoption
from domain.case import Case
from domain.errors import UnknownCaseError
from domain.people import MARKETING, Person
from domain.policy import RecusalRule

NAMING_FIELDS = (
    "respondent_staff",
    "respondent_branch",
    "respondent_org",
    "responsible_party",
    "member_head_name",
    "complaint_facts",
    "complaint_request",
    "complaint_cause",
    "event_time_place_course",
    "suggestion",
    "assistance_request",
    "verification",
    "return_reason",
    "withdrawal_reason",
    "no_consensus_reason",
    "accountability",
)
"""Fields in which a name is that of somebody complained about.

A handler, an approver or the complainant may have the same name without being concerned; their fields do not count.
"""


def is_named(values: Mapping[str, str], names: Iterable[str], colleagues: Iterable[str] = ()) -> bool:
    """Return True when a complaint names somebody.

    Args:
        values: field name to value; fields outside ``NAMING_FIELDS`` do not count.
        names: names of the person; blanks inside do not count.
        colleagues: names of other staff; 李伟 is not named where only his colleague 李伟明 is.
    """
    wanted = {_plain(name) for name in names} - {""}
    longer = {_plain(name) for name in colleagues} - wanted
    return any(
        _stands_in(name, _plain(values[field]), longer) for field in NAMING_FIELDS if field in values for name in wanted
    )


def _stands_in(name: str, text: str, longer: set[str]) -> bool:
    for other in longer:
        if name in other:
            text = text.replace(other, "\n")
    return name in text


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def values_of(case: Case) -> dict[str, str]:
    """Return the values of the fields that may name somebody."""
    found = {name: case.field_value(name) for name in NAMING_FIELDS}
    return {name: value for name, value in found.items() if value is not None}


def unknown_case(key: str) -> UnknownCaseError:
    """Return what is said about a case that is not there: the same whether it was never made or is hidden."""
    return UnknownCaseError(f"没有案件 {key}", "请核对编号，或检索后再打开（命令行：juanzong case list）")


def staff_of(adoption: Adoption | None) -> tuple[str, ...]:
    """Return the names of all staff that the adopter listed."""
    if adoption is None:
        return ()
    return tuple(member.name for member in (*adoption.key_staff, *adoption.marketing_staff))


def may_take_in(person: Person, rules: Iterable[RecusalRule], adoption: Adoption | None) -> bool:
    """Return False when the regime keeps marketing staff from intake and ``person`` is one of them.

    Args:
        person: who wants to register a complaint: by duty, or by name on the adopter's list of marketing staff.
        rules: recusal rules of the pack.
        adoption: the adopter's lists, ``None`` without an adoption.
    """
    if all(rule.id != "marketing_staff_no_intake" for rule in rules):
        return True
    listed = {_plain(member.name) for member in adoption.marketing_staff} if adoption else set()
    return MARKETING not in person.duties and not listed & {_plain(name) for name in person.names}
