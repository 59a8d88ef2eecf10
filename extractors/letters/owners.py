"""Whose name and numbers can be the complainant's: not those of agents, of the respondent, of somebody else's paper."""

from __future__ import annotations

from extractors.letters.agents import Agency, agency_of
from extractors.letters.firm import letterhead_end
from extractors.letters.found import Found
from extractors.letters.label_table import Party
from extractors.letters.labels import claimed_by
from extractors.letters.text import LetterText

_NUMBERS = frozenset({"complainant_phone", "complainant_mobile", "complainant_email", "complainant_id_no"})
_OWN = _NUMBERS | {"complainant_name", "complainant_address", "legal_representative"}


def of_the_complainant(found: list[Found], letter: LetterText, rule: str) -> list[Found]:
    """Return the candidates without those of one source that lie where somebody else is spoken of.

    Args:
        found: candidates of a letter.
        letter: where they stand.
        rule: name of the source that does not look at whose block a value stands in; the others do so themselves.
    """
    agency = agency_of(letter.text)
    others = (*claimed_by(letter.text, frozenset({Party.RESPONDENT, Party.AGENT})), (0, letterhead_end(letter)))
    return [f for f in found if not (f.field in _OWN and _is_anothers(f, letter, agency, others, rule))]


def _is_anothers(
    item: Found, letter: LetterText, agency: Agency, others: tuple[tuple[int, int], ...], rule: str
) -> bool:
    if agency.of_agent(item.start) and item.field == "complainant_name":
        return True
    if item.rule != rule:
        return False
    if agency.of_agent(item.start) or any(a <= item.start < b for a, b in others):
        return True
    if item.field in _NUMBERS:
        note = agency.note or (0, 0)
        return agency.writer_is_agent and not note[0] <= item.start < note[1]
    if item.field == "complainant_name" and agency.principal is not None:
        return letter.text[item.start : item.end] != letter.text[slice(*agency.principal)]
    return False
