"""The language of a page: texts are written in Chinese and looked up by their Chinese words in ``locale/en.po``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from domain.errors import ConfigurationError

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}
"""Each language by its own name."""
TAGS = {CHINESE: "zh-CN", ENGLISH: "en"}
"""What ``<html lang>`` says."""
CATALOGUE = Path(__file__).resolve().parent / "locale" / "en.po"

language: ContextVar[str] = ContextVar("language", default=CHINESE)
"""Language of the request being answered."""


def translate(text: str) -> str:
    """Return ``text`` in the language of the request; Chinese where it has no translation."""
    return english().get(text, text) if language.get() == ENGLISH else text


@cache
def english() -> Mapping[str, str]:
    """Return the English texts by their Chinese words."""
    return read_catalogue(CATALOGUE.read_text(encoding="utf-8"))


def read_catalogue(text: str) -> dict[str, str]:
    """Return the translations of a PO file: ``msgid``, ``msgstr``, strings over several lines, comments.

    Contexts and plurals are not used here. PO escapes are those of JSON.

    Raises:
        ConfigurationError: another line, or a text that stands there twice.
    """
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    part = ""
    for number, line in enumerate((*text.splitlines(), ""), start=1):
        word, _, rest = line.partition(" ")
        if line.startswith("#"):
            continue
        if not line:
            _keep(found, parts, number)
            parts = {}
        elif word in ("msgid", "msgstr"):
            part, parts[word] = word, _string(rest, number)
        elif line.startswith('"') and part in parts:
            parts[part] += _string(line, number)
        else:
            raise _unreadable(number, line)
    found.pop("", None)  # the header
    return found


def _keep(found: dict[str, str], parts: Mapping[str, str], number: int) -> None:
    if not parts:
        return
    if parts.keys() != {"msgid", "msgstr"} or parts["msgid"] in found:
        raise _unreadable(number - 1, parts.get("msgid", ""))
    found[parts["msgid"]] = parts["msgstr"]


def _string(quoted: str, number: int) -> str:
    try:
        found = json.loads(quoted)
    except ValueError as error:
        raise _unreadable(number, quoted) from error
    return str(found)


def _unreadable(number: int, what: str) -> ConfigurationError:
    return ConfigurationError(f"译文 {CATALOGUE.name} 第 {number} 行不合格式，或重复：{what}", "请改正后重新启动")


def preferred(header: str) -> str:
    """Return the first known language of an ``Accept-Language`` header by its weights; Chinese without one."""
    asked = []
    for place, entry in enumerate(header.split(",")):
        tag, _, weight = entry.partition(";")
        known = tag.strip().lower().partition("-")[0]
        if known in LANGUAGES:
            asked.append((-_weight(weight), place, known))
    return min(asked)[2] if asked and min(asked)[0] < 0 else CHINESE


def _weight(words: str) -> float:
    name, _, value = words.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
