"""The guides keep to the product: their words, commands, pictures and links exist; both languages go together."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from flows.cli import app
from review_ui.language import english

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "guide"
NAMES = ("mailroom", "reviewer", "archivist", "importer")
PAGES = tuple(f"{name}{tongue}.md" for name in NAMES for tongue in ("", ".zh"))

STEP = re.compile(r"^(\d+)\. ", re.MULTILINE)
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*")
HEADING_OF_STEP = re.compile(r"^\d+\. \*\*[^*]+[.。]\*\*", re.MULTILINE)
"""The case that a step is about, in bold and closed by a full stop: no words of the screen."""
KEYS = re.compile(r"<kbd>(.+?)</kbd>")
INLINE = re.compile(r"`(juanzong [^`]+)`")
FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
SHORTEST = 4
"""Characters of a text with places for values from which it can be recognised."""


def text_of(page: str) -> str:
    return (FOLDER / page).read_text(encoding="utf-8")


def words_on_screen(page: str) -> list[str]:
    return BOLD.findall(HEADING_OF_STEP.sub("", text_of(page)))


def commands(page: str) -> Iterator[list[str]]:
    """Yield the words of every command that a page shows, without ``juanzong``."""
    text = text_of(page)
    lines = [line.strip() for block in FENCED.findall(text) for line in block.splitlines()]
    for line in (*INLINE.findall(text), *lines):
        if line.startswith("juanzong "):
            yield shlex.split(line.partition(" || ")[0])[1:]


@cache
def shown(chinese: bool) -> tuple[re.Pattern[str], ...]:
    """Return what the pages may say in a language, with anything in the places of values."""
    texts = english().keys() if chinese else english().values()
    # hardly more than places for values says nothing
    return tuple(
        re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(text.strip())))
        for text in texts
        if "{" not in text or len(re.sub(r"{\w+}", "", text).strip()) >= SHORTEST
    )


def says(words: str, chinese: bool) -> bool:
    return any(pattern.fullmatch(words) for pattern in shown(chinese))


def known_command(words: list[str]) -> tuple[list[str], set[str]] | None:
    """Return the names that lead to a command and its options; ``None`` where the command line knows none."""
    command, names = get_command(app), []
    while isinstance(command, TyperGroup):
        name = words[len(names)] if len(names) < len(words) else ""
        if name not in command.commands:
            return None
        names.append(name)
        command = command.commands[name]
    return names, {o for parameter in command.params for o in (*parameter.opts, *parameter.secondary_opts)}


def strange(words: list[str]) -> list[str]:
    """Return what the command line does not know of a command."""
    known = known_command(words)
    if known is None:
        return words or ["nothing"]
    return [word for word in words if word.startswith("--") and word not in known[1]]


def command_names(page: str) -> list[list[str]]:
    return [known[0] for words in commands(page) if (known := known_command(words))]


def test_the_index_names_every_guide_and_the_readmes_name_the_index() -> None:
    links = LINK.findall(text_of("README.md"))
    assert set(PAGES) <= set(links)
    for readme in ("README.md", "README.zh.md"):
        assert "docs/guide/README.md" in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ("README.md", *PAGES))
def test_every_picture_and_link_leads_somewhere(page: str) -> None:
    named = [target for _, target in PICTURE.findall(text_of(page))] + LINK.findall(text_of(page))
    assert named
    assert [target for target in named if not (FOLDER / target).resolve().is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_steps_pictures_keys_and_commands(name: str) -> None:
    chinese, other = text_of(f"{name}.zh.md"), text_of(f"{name}.md")
    steps = STEP.findall(chinese)
    assert steps == [str(number) for number in range(1, len(steps) + 1)] == STEP.findall(other)
    pictures = [Path(target).name for _, target in PICTURE.findall(chinese)]
    assert pictures == [Path(target).name for _, target in PICTURE.findall(other)]
    assert all("/en/" in target for _, target in PICTURE.findall(other))
    assert sorted(KEYS.findall(chinese)) == sorted(KEYS.findall(other))
    assert command_names(f"{name}.zh.md") == command_names(f"{name}.md")
    assert len(chinese.split("\n## ")) == len(other.split("\n## "))


@pytest.mark.parametrize("page", PAGES)
def test_words_on_the_screen_are_those_of_the_pages(page: str) -> None:
    found = words_on_screen(page)
    assert found
    assert [words for words in found if not says(words, chinese=".zh." in page)] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_those_of_the_command_line(page: str) -> None:
    assert [words for words in commands(page) if strange(words)] == []


@pytest.mark.parametrize("words", [["ingest", "--as", "case", "--recieved", "x"], ["archive", "prove"], ["watch"], []])
def test_a_command_that_does_not_exist_is_noticed(words: list[str]) -> None:
    assert strange(words)


@pytest.mark.parametrize(("words", "chinese"), [("Close the batch", False), ("关掉批次", True), ("关闭批次", False)])
def test_words_that_no_page_says_are_noticed(words: str, chinese: bool) -> None:
    assert not says(words, chinese)
