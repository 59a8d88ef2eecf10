"""Words for the full-text index: every Chinese character is a word, so that any two-character word is a phrase.

Text and query are cut in the same way. Latin letters and digits stay together (``13900000001`` is one word, found by
its beginning); of long ones the last four and six characters are words too, because people ask for 后四位. The index
holds grams: two characters that follow each other are one entry, which is rare where a single character is everywhere.
Numbers of people (identity, telephone, account) enter it only as keyed digests: they are found whole, and by their last
four or six characters, and cannot be read there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

TAILS = (4, 6)
"""Lengths of the endings that are words of their own."""

_LAST_OLD_IDEOGRAPH = 0x9FCC
"""Characters above this one (rare names) are younger than the index's own character table: written as code points."""

_WORD, _PART, _SILENT, _GAP = "word", "part of a word", "accent", "gap"

_DATE = re.compile(r"(?<![\d-])(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?![\d-])")


class Token(NamedTuple):
    """A word and where it stands in the text: ``text[start:end]`` (0-based, end exclusive).

    Attributes:
        single: one character that is a word by itself (an ideograph, a syllable), no run of letters or digits.
        secret: (a part of) a number that may be a person's; the index must not hold it readable.
    """

    word: str
    start: int
    end: int
    single: bool = False
    secret: bool = False


Blind = Callable[[str], str]
"""Makes the keyed digest of a word, of letters and digits only (``storage.data_cipher``)."""


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of ``text``: single ideographs and runs of letters or digits, folded (NFKC, lower case)."""
    found: list[Token] = []
    run: list[str] = []
    run_start = 0
    for index, character in enumerate(text):
        for word, kind in _folded(character):
            if kind == _PART:
                run_start = run_start if run else index
                run.append(word)
            elif kind != _SILENT:
                if run:
                    _close(found, run, run_start, index)
                if kind == _WORD:
                    found.append(Token(word, index, index + 1, single=True))
    if run:
        _close(found, run, run_start, len(text))
    return tuple(found)


def whole_words(text: str, length: int) -> int:
    """Return where to cut ``text``, from ``length`` on, so that no word is cut in two."""
    while length < len(text) and _folded(text[length])[0][1] in (_PART, _SILENT):
        length += 1
    return min(length, len(text))


@lru_cache(maxsize=1 << 16)
def _folded(character: str) -> tuple[tuple[str, str], ...]:
    """Return what a character becomes in the index, with the part it plays there."""
    folded = unicodedata.normalize("NFKC", character).casefold()
    return tuple((_spelling(c), _role(unicodedata.category(c))) for c in folded)


def _role(category: str) -> str:
    if category in ("Lo", "Nl"):
        return _WORD
    if category[0] in "LN":
        return _PART
    return _SILENT if category[0] == "M" else _GAP


_JOINT = re.compile(r"[\s\-‐-―.·()（）]{0,3}")
"""What may stand inside a number that is written in groups."""
_PERSONAL_DIGITS = 7
"""Digits from which a number is taken for a person's: the shortest telephone numbers have seven."""


def with_secrets(text: str) -> tuple[Token, ...]:
    """Return the words of ``text``, numbers of seven digits and more marked as secret unless they are a date.

    Groups that only blanks, hyphens, dots or brackets separate are one number: 138-0013-8000, 110101 19900307 2316.
    """
    words = tokens(text)
    dates = [match.span() for match in _DATE.finditer(text)]
    groups = _numbers(text, words, dates)
    secret = {i for group in groups if _is_personal([words[j].word for j in group]) for i in group}
    return tuple(word._replace(secret=True) if i in secret else word for i, word in enumerate(words))


def _numbers(text: str, words: Sequence[Token], dates: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield the positions of words that make one number, in their order."""
    group: list[int] = []
    for i, word in enumerate(words):
        if not _has_digit(word.word) or any(start <= word.start < end for start, end in dates):
            continue
        if group and not (group[-1] == i - 1 and _JOINT.fullmatch(text, words[i - 1].end, word.start)):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _is_personal(parts: Sequence[str]) -> bool:
    number = "".join(parts)
    return sum(c.isdecimal() for c in number) >= _PERSONAL_DIGITS and not _PLAIN_DATE.fullmatch(number)


_PLAIN_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


def _has_digit(word: str) -> bool:
    return any(c.isdecimal() for c in word)


def grams(words: Sequence[Token], blind: Blind) -> tuple[str, ...]:
    """Return the entries of the index for ``words``: one for each, joined with the next where both are single."""
    following = (*words[1:], None)
    return tuple(
        blind(word.word) if word.secret else _gram(word, after) for word, after in zip(words, following, strict=True)
    )


def _gram(word: Token, after: Token | None) -> str:
    return word.word + after.word if after is not None and word.single and after.single else word.word


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the index must hold for a phrase to stand in a text; whether it does stand there is seen in the text.

    Attributes:
        entries: grams, each with what it may be instead (a number is a digest where it may be a person's).
        beginning: how one more gram begins, ``None`` when ``entries`` say all.
        instead: what that gram may be instead.
        endings: what a lone word that may also be the end of a longer one is there; empty when it may not.
    """

    entries: tuple[tuple[str, ...], ...]
    beginning: str | None
    instead: tuple[str, ...]
    endings: tuple[str, ...]


def wanted(phrase: Sequence[Token], blind: Blind) -> Wanted:
    """Return what the index must hold for ``phrase``; its last word may be the beginning of a longer one."""

    def instead(word: str) -> tuple[str, ...]:
        return (blind(word),) if _has_digit(word) else ()

    *head, last = phrase
    pairs = zip(head, phrase[1:], strict=True)
    entries = tuple((_gram(word, after), *instead(word.word)) for word, after in pairs)
    if last.single:
        return Wanted(entries, None if head and head[-1].single else last.word, (), ())
    by_parts = last.word.isascii() and len(last.word) >= 2
    if not by_parts:
        return Wanted((*entries, (last.word, *instead(last.word))), None, (), ())
    digests = instead(last.word)
    return Wanted(entries, last.word, digests, () if head else (last.word, *digests))


_GAPS = re.compile(r"[\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")


def squeezed(text: str) -> str:
    """Return ``text`` folded and without everything between its words: a phrase that stands in a text does so here."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", _ACCENTS.sub("", text)).casefold())


def tails(words: Sequence[Token], blind: Blind) -> tuple[str, ...]:
    """Return the endings (last four, last six) of the long words."""
    found = ((word.secret, word.word[-n:]) for word in words for n in TAILS if _has_tail(word.word, n))
    return tuple(blind(ending) if secret else ending for secret, ending in found)


def _has_tail(word: str, length: int) -> bool:
    return word.isascii() and len(word) > length


def terms(query: str) -> tuple[tuple[str, ...], ...]:
    """Cut a query at white space; each term is the tuple of its alternatives (a date is written in several ways)."""
    dates = [_date_spellings(m) for m in _DATE.finditer(query)]
    rest = _DATE.sub(" ", query)
    words = tuple((word,) for word in rest.split() if tokens(word))
    return (*words, *dates)


def _date_spellings(match: re.Match[str]) -> tuple[str, ...]:
    year, month, day = (int(part) for part in match.groups())
    spellings = (
        match.group(),
        f"{year}-{month:02d}-{day:02d}",
        f"{year}-{month}-{day}",
        f"{year}年{month}月{day}日",
        f"{year}年{month:02d}月{day:02d}日",
    )
    return tuple(dict.fromkeys(spellings))


def _close(found: list[Token], run: list[str], start: int, end: int) -> None:
    found.append(Token("".join(run), start, end))
    run.clear()


def _spelling(character: str) -> str:
    return f"u{ord(character):x}" if ord(character) > _LAST_OLD_IDEOGRAPH else character
