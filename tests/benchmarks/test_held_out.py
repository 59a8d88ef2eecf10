"""The held-out texts are sound: known fields, stable normal forms, valid numbers, nothing in both parts."""

import re
from itertools import combinations

import pytest

from benchmarks.held_out.letters import THEMES
from benchmarks.held_out.markup import expand_codes, id_number, plain, uscc
from benchmarks.held_out.papers import PARTS, layouts, may_pen, set_paper, stacks, texts
from benchmarks.held_out.plan import planned
from domain.checks import id_number_checks, uscc_check_digit
from domain.documents import DocumentKind
from domain.fields import FIELDS, FieldType
from domain.normal import normal_form

_KINDS = {k.value for k in DocumentKind}


def _papers(part):
    forms = layouts(part)
    for text in texts(part):
        for pen in (False, True) if may_pen(text) else (False,):
            yield text, set_paper(text, part, pen, 0, forms)


def _words(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    return [w for v in value for w in _words(v)] if not isinstance(value, (int, float, bool)) else []


@pytest.mark.parametrize("part", PARTS)
def test_every_text_can_be_set_and_its_truth_is_in_normal_form(part):
    for text, paper in _papers(part):
        assert paper.kind in _KINDS, text["id"]
        assert "[[" not in re.sub(r"<!--.*?-->", "", paper.html), text["id"]
        for field in paper.truth.fields:
            kind = FIELDS[field["name"]].type
            assert field["value"] and field["raw"], (text["id"], field)
            if kind in (FieldType.DATE, FieldType.CN_ID, FieldType.USCC, FieldType.PHONE, FieldType.MONEY):
                form = normal_form(kind, field["value"])
                assert form.value == field["value"], (text["id"], field)
                assert all(c.passed is not False for c in form.checks), (text["id"], field, form.checks)


@pytest.mark.parametrize("part", PARTS)
def test_every_number_has_a_valid_check_sign(part):
    for text in texts(part):
        for words in _words(text):
            for code in re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", expand_codes(words)):
                assert all(c.passed for c in id_number_checks(code)), (text["id"], code)


def test_check_signs_are_those_of_the_standards():
    assert all(c.passed for c in id_number_checks(id_number("11010519491231002")))
    assert uscc_check_digit(uscc("91350100M000100Y4")).passed


def test_parts_share_no_text_layout_or_theme():
    for part, other in combinations(PARTS, 2):
        said = {p: {plain(w) for t in texts(p) for w in _words(t) if len(plain(w)) > 30} for p in (part, other)}
        assert not said[part] & said[other]
        assert not {t["id"] for t in texts(part)} & {t["id"] for t in texts(other)}
        assert not set(layouts(part)) & set(layouts(other))
        assert not set(THEMES[part]) & set(THEMES[other])


@pytest.mark.parametrize("part", PARTS)
def test_plan_is_fixed_and_names_papers_that_exist(part):
    papers, files = planned(part)
    assert files == planned(part)[1]
    assert all(0 <= n < len(papers) for f in files for n in f.papers)
    known = {t["id"] for t in texts(part)}
    assert all(i in known for s in stacks(part) for i in s["papers"])
