"""Personal data made unrecognisable for exports: names keep their first character, numbers their last four."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from domain.fields import FIELDS, FieldType
from domain.personal_numbers import number_spans

KEPT_DIGITS = 4
_KEPT_OF_ADDRESS = 6
_LEAST_LOCAL = 2
NAMES = re.compile(r"[、,，;；/]\s*")
_NUMBER = re.compile(r"(?<![0-9A-Za-z.,])\d[\d\- ]{5,}[\dXx](?![0-9A-Za-z元万])")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_EMAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*(@[A-Za-z0-9.-]+)")


def mask_name(value: str) -> str:
    """Return ``张*`` for ``张三``; each of several names alone."""
    return "、".join(f"{name[0]}*" for name in NAMES.split(value) if name)


def mask_number(value: str) -> str:
    """Return ``value`` with at most the last four characters shown, never more than half; short ones are hidden."""
    shown = kept_of_number(len(value))
    return "*" * (len(value) - shown) + value[len(value) - shown :]


def kept_of_number(length: int) -> int:
    """Return how many characters at the end of a number of ``length`` characters are shown."""
    return min(KEPT_DIGITS, length // 2) if length > KEPT_DIGITS else 0


def mask_email(value: str) -> str:
    """Return the first character and the host; what is no address of mail is hidden altogether."""
    found = _EMAIL.fullmatch(value)
    return _masked_email(found) if found else _hide(value)


def _masked_email(found: re.Match[str]) -> str:
    local, _, host = found.group().partition("@")
    return f"{local[:1] if len(local) > _LEAST_LOCAL else ''}***@{host}"


def mask_address(value: str) -> str:
    """Return the province or city in front, never more than half; house and room are hidden."""
    return value[: kept_of_address(len(value))] + "****"


def kept_of_address(length: int) -> int:
    """Return how many characters at the beginning of an address of ``length`` characters are shown."""
    return min(_KEPT_OF_ADDRESS, length // 2) if length > _KEPT_OF_ADDRESS else 0


def _hide(value: str) -> str:
    return "*" * len(value)


_BY_TYPE: dict[FieldType, Callable[[str], str]] = {
    FieldType.PERSON: mask_name,
    FieldType.PHONE: mask_number,
    FieldType.CN_ID: mask_number,
    FieldType.ACCOUNT_NO: mask_number,
    FieldType.EMAIL: mask_email,
}
_BY_NAME: dict[str, Callable[[str], str]] = {
    "complainant_address": mask_address,
    "complainant_birth_date": _hide,
    "complainant_employer": mask_address,
    "building": _hide,
    "unit": _hide,
    "room": _hide,
}


def mask_field(name: str, value: str, known: Iterable[tuple[str, str]] = ()) -> str:
    """Return ``value`` of contract field ``name`` without personal data.

    Args:
        name: contract field name.
        value: its normal form.
        known: names and values of the case's personal fields; running text is searched for them.
    """
    mask = _BY_NAME.get(name) or _BY_TYPE.get(FIELDS[name].type if name in FIELDS else FieldType.TEXT)
    return mask(value) if mask else mask_text(value, known)


def is_personal(name: str) -> bool:
    """Return whether the value of field ``name`` itself is masked."""
    return name in _BY_NAME or (name in FIELDS and FIELDS[name].type in _BY_TYPE)


def is_protected(name: str) -> bool:
    """Return whether field ``name`` is masked on the pages too: personal, and no name (people are called by it)."""
    return is_personal(name) and (name in _BY_NAME or FIELDS[name].type is not FieldType.PERSON)


def mask_text(text: str, known: Iterable[tuple[str, str]] = ()) -> str:
    """Return running text with the case's own personal values, and every long number and address of mail, masked.

    Names that no field holds are not found; a person must look at running text before it leaves the house.
    """
    for name, value in sorted(known, key=lambda pair: -len(pair[1])):
        if len(value) > 1 and not value.isdigit():
            text = text.replace(value, mask_field(name, value))
    text = _EMAIL.sub(_masked_email, _without_numbers(text))
    return _NUMBER.sub(_masked_number, text)


def _without_numbers(text: str) -> str:
    """Star out what is a number of a person by its form; the rest of its length and the last digits stay."""
    for start, end in number_spans(text):
        text = text[:start] + mask_number(text[start:end]) + text[end:]
    return text


def _masked_number(found: re.Match[str]) -> str:
    """Hide telephone, card and account numbers; days stay."""
    return found.group() if _DATE.fullmatch(found.group()) else mask_number(found.group())
