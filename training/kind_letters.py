"""Letters of `training/texts` as templates of kinds: complaints in many voices, and withdrawals."""

import re
from functools import cache
from itertools import count
from pathlib import Path

import yaml

from benchmarks.held_out.markup import plain
from training.kind_templates import Template

FOLDER = Path(__file__).parent / "texts"
FIRST_INDEX = 1000
_PASSED_ON = re.compile(r"pass(?:ed|es) on|forwarded|forwards an? (?:oral|letter)")
"""Letters whose first sentence is another office's may be called either: they teach nothing."""
_MARK = re.compile(r"^(?:([#><~])\s*|[FRE]:\s*)")
_RIGHT = re.compile(r"^(?:<|E:)")


@cache
def letter_templates() -> tuple[Template, ...]:
    """Return every letter with one voice as a template; indices do not meet those of `kind_texts`."""
    numbers = count(FIRST_INDEX)
    return tuple(
        Template(_kind(letter), next(numbers), frozenset(), _rows(letter["text"]))
        for path in sorted(FOLDER.glob("letters_*.yaml"))
        for letter in yaml.safe_load(path.read_text("utf-8"))
        if not _PASSED_ON.search(letter["voice"])
    )


def _kind(letter: dict[str, str]) -> str:
    return "withdrawal_statement" if letter["voice"].startswith("withdrawal") else "complaint_letter"


def _rows(text: str) -> tuple[tuple[str, str], ...]:
    """Return mark and words of each row, without markup."""
    rows = []
    for line in text.splitlines():
        words = plain(_MARK.sub("", line.strip())).strip()
        if words:
            title = line.strip().startswith("#")
            rows.append(("#" if title else ">" if _RIGHT.match(line.strip()) else "", words))
    return tuple(rows)
