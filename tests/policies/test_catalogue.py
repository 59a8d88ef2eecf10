"""The packs against the catalogue of regimes, row by row: index, parameters (table E), categories (table D).

The catalogue stands beside the project where it is developed; elsewhere these tests have nothing to compare with.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from classifiers.packs import load_packs
from domain.policy import PolicyPack

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT.parent / "shared" / "regimes.md"
pytestmark = pytest.mark.skipif(not CATALOGUE.exists(), reason=f"no catalogue of regimes at {CATALOGUE}")

# Times of day, days of the year and rules in words are no numbers: they stand in contact rules, reports, numbering.
IN_WORDS = {
    "quiet_night",
    "quiet_noon",
    "monthly_report_day",
    "annual_report",
    "promised_time",
    "agreed_due_date",
    "serial_digits",
    "case_overseas_d",
}
NOT_LISTED = {
    ("INS", "other"),  # the text says "including but not limited to" its four values
    ("PCB", "non_quality_human"),  # damaged in the copy; the catalogue restores it in section 18
}


def rows(title: str) -> list[list[str]]:
    """Return the cells of the first table below a heading."""
    text = CATALOGUE.read_text("utf-8")
    part = text[text.index(title) :]
    lines = iter(part.splitlines())
    table: list[list[str]] = []
    for line in lines:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        elif table:
            break
    return table[2:] if table else []


@cache
def packs() -> dict[str, PolicyPack]:
    return {pack.code: pack for pack in load_packs(ROOT / "policies").values()}


def test_every_regime_of_the_index_has_a_pack() -> None:
    missing = []
    for code, name, seed, *_ in rows("**Index of regimes**"):
        if code == "TSR":  # previews of other regulations, no regime
            continue
        pack = packs().get(code)
        if pack is None or f"`{pack.id}`" != name or pack.source not in seed:
            missing.append((code, name, pack and (pack.id, pack.source)))
    assert missing == []


def parameters() -> list[tuple[str, str, str, str]]:
    """Return (code, parameter, value, state) of table E; one row may name several."""
    found = []
    for code, names, value, _, status in rows("## E. Parameter register"):
        state = re.split(r"[ (]", status)[0]
        if names.startswith("17 placeholders"):
            listed = re.split(r"; ", names.split("in order: ")[1])
        else:
            listed = re.split(r", | / ", names)
        values = re.split(r", | / |; ", value) if len(listed) > 1 else [value]
        for place, name in enumerate(listed):
            if re.fullmatch(r"[a-z0-9_]+", name) and name not in IN_WORDS:
                found.append((code, name, values[place] if len(values) == len(listed) else "", state))
    return found


@pytest.mark.parametrize(("code", "name", "value", "state"), parameters() if CATALOGUE.exists() else [])
def test_a_parameter_has_the_catalogues_state_and_value(code: str, name: str, value: str, state: str) -> None:
    parameter = packs()[code].parameters[name]
    assert parameter.state.value == state
    if state != "set":
        assert parameter.value is None
        return
    number = re.fullmatch(r"≥? ?([\d .]+)", value)
    if number:
        assert parameter.value == float(number[1].replace(" ", ""))


def test_lost_blank_and_silent_parameters_are_empty_everywhere() -> None:
    filled = [(p.id, n) for p in packs().values() for n, q in p.parameters.items() if q.state != "set" and q.value]
    assert filled == []


def test_every_category_is_one_of_the_catalogue() -> None:
    listed: dict[str, set[str]] = {}
    for _, values, regimes in rows("## D. All categories"):
        for code in re.findall(r"[A-Z]{3}", regimes):
            names = re.split(r"[,，;；]\s*", re.sub(r"[†\"()]", " ", values))
            listed.setdefault(code, set()).update(n.strip() for n in names)
            listed[code].update(re.findall(r"[\u4e00-\u9fffA-Z]+", values))
    unknown = []
    for pack in packs().values():
        for category in pack.categories:
            known = {category.label, *category.aliases, re.sub(r"[（(].*", "", category.label)}
            if not known & listed.get(pack.code, set()) and (pack.code, category.id) not in NOT_LISTED:
                unknown.append((pack.code, category.label))
    assert unknown == []


def test_no_pack_is_without_a_source_sentence_on_its_copy() -> None:
    for pack in packs().values():
        assert pack.copy_state.complete or pack.copy_state.gaps, pack.id
