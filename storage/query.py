"""Queries: words that a case must have, some of them in a certain field (``投诉人姓名:张三``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.fields import FIELDS
from storage.tokens import terms, tokens

_SCOPED = re.compile(r"(?<!\S)([^\s:：]+)[:：](\S+)")
_SCOPES = {
    "案件编号": "number",
    "文件": "file",
    **{spec.label: f"field:{name}" for name, spec in FIELDS.items()},
    **{name: f"field:{name}" for name in FIELDS},
}


@dataclass(frozen=True, slots=True)
class Term:
    """What a case must have.

    Attributes:
        spellings: ways to write it; one is enough.
        source: where it must stand (``number``, ``file``, ``field:NAME``), ``None`` for anywhere.
    """

    spellings: tuple[str, ...]
    source: str | None = None


def parsed(query: str) -> tuple[Term, ...]:
    """Return the terms of ``query``; a field is named by its label or name, a colon (either width) and the words."""
    found: list[Term] = []

    def scoped(match: re.Match[str]) -> str:
        source = _SCOPES.get(match.group(1))
        if source is None or not tokens(match.group(2)):
            return match.group()
        found.extend(Term(spellings, source) for spellings in terms(match.group(2)))
        return " "

    rest = _SCOPED.sub(scoped, query)
    return (*found, *(Term(spellings) for spellings in terms(rest)))
