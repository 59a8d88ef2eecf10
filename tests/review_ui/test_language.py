"""Chinese and English: every text of the pages has both, and a page speaks one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from classifiers.labels import COMPLAINANT_TYPE, DISPOSITION
from domain.errors import ConfigurationError
from domain.fields import FIELDS
from domain.paper_trail import RESCAN_REASONS
from domain.words import CASE_STATUS, CHANNEL, FILED_ROLE
from flows.doctor import ALARMS, UPKEEP
from flows.health import CHECKED
from review_ui.language import english, preferred, read_catalogue, translate
from review_ui.rendering import FOLDER
from review_ui.script_texts import SCRIPT_TEXTS

HAN = re.compile("[一-鿿]")
WORDS = re.compile("[一-鿿（），。；：、]")
"""Words and the punctuation between them."""

CHINESE_PAPER = frozenset({"mailroom_receipt.html", "mailroom_sheet.html"})
"""What the complainant takes home and what scanners read is Chinese in every language of the pages."""
UNTRANSLATED_TEXT = {"base.html": {"中"}}
"""Words of a template that stand in their own language."""


def templates() -> Iterator[tuple[str, nodes.Template]]:
    for file in sorted((FOLDER / "templates").rglob("*.html")):
        yield file.relative_to(FOLDER / "templates").as_posix(), Environment().parse(file.read_text(encoding="utf-8"))


def constants(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of Python that are no docstrings."""
    described = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value


def texts_of_python() -> Iterator[str]:
    for file in sorted(FOLDER.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if file.name.endswith("texts.py"):
            yield from (text for text in constants(tree) if WORDS.search(text))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "translate":
                yield from (t for t in constants(node.args[0]) if WORDS.search(t) or "{" in t)


def wanted() -> set[str]:
    in_templates = {
        c.value for _, tree in templates() for c in tree.find_all(nodes.Const) if WORDS.search(str(c.value))
    }
    vocabulary = {*CASE_STATUS.values(), *CHANNEL.values(), *DISPOSITION.values(), *COMPLAINANT_TYPE.values()}
    elsewhere = {*(f.label for f in FIELDS.values()), *RESCAN_REASONS, *CHECKED, ALARMS, UPKEEP, *FILED_ROLE.values()}
    return {*in_templates, *texts_of_python(), *elsewhere, *vocabulary}


def test_every_text_has_english_and_the_catalogue_holds_nothing_else() -> None:
    assert {t for t in wanted() if not english().get(t)} == set()
    assert english().keys() - wanted() == set()


def test_english_texts_are_english_and_keep_their_places() -> None:
    for chinese, words in english().items():
        assert not WORDS.search(words), chinese
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", chinese)), chinese


@pytest.mark.parametrize(("name", "tree"), list(templates()), ids=[name for name, _ in templates()])
def test_no_template_holds_unwrapped_chinese(name: str, tree: nodes.Template) -> None:
    if name in CHINESE_PAPER:
        return
    raw = [piece for d in tree.find_all(nodes.TemplateData) for piece in HAN.findall(d.data)]
    assert set(raw) <= UNTRANSLATED_TEXT.get(name, set())


def test_scripts_say_what_the_pages_translate_for_them() -> None:
    said: set[str] = set()
    for file in sorted((FOLDER / "static").rglob("*.js")):
        if "vendor" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        found = set(re.findall(r'\bwords\("([^"]*)"', text))
        rest = re.sub(r'\bwords\("[^"]*"', "", text)
        assert not HAN.search(rest), file.name
        said |= found
    assert said == set(SCRIPT_TEXTS)


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.5,zh;q=0.7", "zh"),
        ("fr", "zh"),
        ("en;q=0", "zh"),
        ("en;q=x", "zh"),
    ],
)
def test_the_browser_says_which_language_until_somebody_chooses(client: TestClient, header: str, spoken: str) -> None:
    assert preferred(header) == spoken
    page = client.get("/", headers={"Accept-Language": header}).text
    assert f'<html lang="{"en" if spoken == "en" else "zh-CN"}">' in page
    assert ("Take next" in page) is (spoken == "en")


@given(st.text(max_size=60))
def test_any_header_is_answered(header: str) -> None:
    assert preferred(header) in ("zh", "en")


def test_a_choice_is_kept_and_leads_back(client: TestClient) -> None:
    reply = client.post("/appearance", data={"language": "en", "back": "/cases?offset=0"}, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/cases?offset=0")
    assert "All cases" in client.get("/cases", headers={"Accept-Language": "zh-CN"}).text
    client.post("/appearance", data={"theme": "dark"})
    page = client.get("/cases").text
    assert '<html lang="en" data-theme="dark">' in page
    client.post("/appearance", data={"theme": "system", "language": "zh"})
    assert '<html lang="zh-CN">' in client.get("/cases").text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\tx", "javascript:x"])
def test_the_way_back_is_ours(client: TestClient, back: str) -> None:
    reply = client.post("/appearance", data={"language": "en", "back": back}, follow_redirects=False)
    assert reply.headers["location"] == "/"


def test_unknown_choices_change_nothing(client: TestClient) -> None:
    client.post("/appearance", data={"language": "fr", "theme": "pink"})
    assert '<html lang="zh-CN">' in client.get("/").text


def test_outside_a_request_it_is_chinese() -> None:
    assert translate("待办队列") == "待办队列"


def test_a_catalogue_is_read_with_long_and_escaped_texts() -> None:
    text = '# note\nmsgid ""\nmsgstr "head\\n"\n\nmsgid "甲"\n"乙"\nmsgstr "a \\"b\\""\n'
    assert read_catalogue(text) == {"甲乙": 'a "b"'}


@pytest.mark.parametrize(
    "text",
    ['msgid "甲"\nmsgstr "a"\n\nmsgid "甲"\nmsgstr "b"\n', 'msgid "甲"\n', "msgid 甲\n", 'msgctxt "x"\n', '"loose"\n'],
)
def test_a_broken_catalogue_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="请改正"):
        read_catalogue(text)
