"""When two readings of a field say the same and when they contradict each other."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from domain.fields import FIELDS, FieldType
from extractors.cases.source_rank import SourcedReading
from extractors.values.combine import vetoed

COMPARED = frozenset(
    {
        "complainant_name",
        "complainant_id_no",
        "complainant_gender",
        "complainant_birth_date",
        "complainant_mobile",
        "complainant_phone",
        "complainant_email",
        "trading_account_no",
        "legal_representative",
        "uscc",
        "respondent_org",
        "amount_involved",
    }
)
"""Fields with one true value per case. Addresses (domicile or contact), dates and stories may well differ."""

# Below these chances a differing reading is taken for a misreading or for another thing, not for a contradiction.
_LEAST = {"respondent_org": 0.85, "amount_involved": 0.8, "complainant_phone": 0.7, "complainant_email": 0.6}
_LEAST_DEFAULT = 0.4
_FIRM_LIKENESS = 88.0
_TEXT_LIKENESS = 85.0


def same_value(field: str, one: str, other: str) -> bool:
    """Tell whether two values are the same thing, allowing for how firms and addresses are written."""
    if one == other:
        return True
    a, b = _key(one), _key(other)
    if a == b:
        return True
    kind = FIELDS[field].type
    if kind is FieldType.ORG or _is_firm(one) or _is_firm(other):
        return a in b or b in a or fuzz.ratio(a, b) >= _FIRM_LIKENESS
    if kind in (FieldType.TEXT, FieldType.LONGTEXT, FieldType.LIST):
        return a in b or b in a or fuzz.ratio(a, b) >= _TEXT_LIKENESS
    if kind is FieldType.PERSON:
        # A joint letter names several; one of them on a card is no contradiction.
        names, others = (re.split("[、,，（）]", v) for v in (one, other))
        return any(_same_person(n, o) for n in names for o in others)
    return False


def _same_person(one: str, other: str) -> bool:
    """Tell whether two names are one person's; 阿依古丽 is short for 阿依古丽·买买提."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) > 1 and "·" not in short and long.split("·")[0] == short)


def contradict(field: str, one: SourcedReading, other: SourcedReading) -> bool:
    """Tell whether two documents contradict each other on a field."""
    a, b = one.candidate, other.candidate
    if same_value(field, a.value, b.value) or _read_there(one, b.value) or _read_there(other, a.value):
        return False
    if field == "complainant_id_no":
        # A wrong check digit is exactly what a wrong number has: such readings contradict when they are complete.
        return len(a.value) == len(b.value) == 18
    if vetoed(a) or vetoed(b) or _cut_off(field, a.value, b.value):
        return False
    if field in ("complainant_phone", "complainant_mobile") and _is_mobile(a.value) != _is_mobile(b.value):
        return False
    return min(a.probability, b.probability) >= _LEAST.get(field, _LEAST_DEFAULT)


def _read_there(reading: SourcedReading, value: str) -> bool:
    """Tell whether the document's other readings of the field (repairs among them) hold the value."""
    return any(c.value == value for c in reading.others)


def _cut_off(field: str, one: str, other: str) -> bool:
    """Tell whether one number or address is the other with an end lost: a misreading, not another thing."""
    short, long = sorted((one, other), key=len)
    return field in ("trading_account_no", "complainant_email") and len(short) >= 4 and short in long


def _is_mobile(number: str) -> bool:
    return bool(re.fullmatch(r"1\d{10}", number))


def _is_firm(value: str) -> bool:
    return bool(re.search(r"公司|集团|中心|营业部|合作社|厂$|行$", value))


def _key(value: str) -> str:
    return re.sub(r"[\s()（）·\-]", "", value).upper()
