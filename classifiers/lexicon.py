"""The word tables of the signals, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from classifiers.language import ME, STAFF, Mode
from domain.vocabulary import SignalCode

_TABLE = Path(__file__).parent / "words" / "signals.yaml"

REGULATOR = (
    "中?国?证监会|证监局|银保监[会局]?|银监[会局]?|保监[会局]?|金融监(?:督)?管(?:理)?(?:总局|局|部门|机构)?|金监局|"
    "监管(?:部门|机构|局|单位|机关|当局|层|方)|地方金融(?:监管)?局?|金融(?:办|局|工作局|工作办公室)|人民银行|央行|人行|"
    "工商(?!银行)(?:局|部门|所|行政管理局)?|市场监(?:督)?管(?:理)?(?:总)?局?|市监局|消协|消费者协会|消委会|消保委|"
    "消费者(?:权益保护)?(?:委员会|协会)|商务(?:部|局|厅|委)|发改委|(?:市|省|县|区|各级|当地|地方|人民)?政府(?:部门|机关|热线)?|"
    "人大|信访(?:局|办|部门)?|纪委|纪检|监察(?:委|局)?|国务院|物价局|税务局|国资委|网信办|期货业协会|证券业协会|期货监管"
)
NUMBER = r"(?:\d+|[一二两三四五六七八九十百千几数]+)"
_MACROS = {"<me>": ME, "<staff>": STAFF, "<reg>": REGULATOR, "<n>": NUMBER}


@dataclass(frozen=True)
class Term:
    """One group of wordings.

    Attributes:
        pattern: over the folded text of one sentence.
        probability: chance that a factual match is the signal.
        certain: False when even a plain statement leaves the signal open.
        mode: how the phrase is taken when not like the rest of its signal.
    """

    pattern: re.Pattern[str]
    probability: float
    certain: bool
    mode: Mode | None = None


@dataclass(frozen=True)
class SignalWords:
    """The words of one signal."""

    code: SignalCode
    label: str
    mode: Mode
    terms: tuple[Term, ...]
    vetoes: tuple[re.Pattern[str], ...]

    def matches(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Yield start, end (0-based, end exclusive) and term of every wording that no veto touches."""
        for term in self.terms:
            for match in term.pattern.finditer(text):
                if match.end() > match.start() and not self._vetoed(text, match.start(), match.end()):
                    yield match.start(), match.end(), term

    def _vetoed(self, text: str, start: int, end: int) -> bool:
        return any(m.start() < end and start < m.end() for veto in self.vetoes for m in veto.finditer(text))


_GRADES: dict[str, tuple[float, bool, Mode | None]] = {
    "strong": (0.97, True, None),
    "weak": (0.88, True, None),
    "unclear": (0.6, False, None),
    "pressed": (0.6, False, Mode.STATE),
}


@cache
def signal_words() -> tuple[SignalWords, ...]:
    """Return the general word tables, in the order of the file."""
    data: dict[str, dict[str, Any]] = yaml.load(  # both loaders are the safe ones
        _TABLE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return tuple(_compiled(code, entry) for code, entry in data.items())


def _compiled(code: str, entry: dict[str, Any]) -> SignalWords:
    terms = tuple(
        Term(_pattern(term), probability, certain, mode)
        for grade, (probability, certain, mode) in _GRADES.items()
        for term in entry.get(grade, ())
    )
    vetoes = tuple(_pattern(term) for term in entry.get("veto", ()))
    return SignalWords(SignalCode(code), entry["label"], Mode(entry["mode"]), terms, vetoes)


@cache
def _pattern(term: str) -> re.Pattern[str]:
    for name, words in _MACROS.items():
        term = term.replace(name, words)
    return re.compile(term)


def with_pack_terms(extra: dict[SignalCode, tuple[str, ...]]) -> tuple[SignalWords, ...]:
    """Return the word tables with a pack's own terms (certain, strong) added."""
    return tuple(
        SignalWords(
            words.code,
            words.label,
            words.mode,
            (*words.terms, *(Term(_pattern(t), 0.97, True) for t in extra.get(words.code, ()))),
            words.vetoes,
        )
        if words.code in extra
        else words
        for words in signal_words()
    )
