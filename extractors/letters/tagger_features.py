"""What the tagger of letters sees of every character: the sign, its neighbours, its form, its place on the paper."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.normal import find_amounts, find_dates, find_emails, find_id_numbers, find_phones
from domain.surnames import COMPOUND_SURNAMES, SURNAMES
from extractors.letters.lexicon import PARTS, RARITIES, words_of
from extractors.letters.signs import SIGN_COUNT, sign_numbers
from extractors.letters.text import LetterText

SIGNS, OTHER_SIGNS, PAIRS, WORDS = 4093, 2039, 4093, 8191
"""Sizes of the hash tables of signs (two independent ones, so that no two signs share both), of pairs and of words;
the number after the last stands for a sign that is not to be seen (training hides some)."""
_LONG_NUMBER = re.compile(r"[A-Za-z]{0,6}[0-9][0-9A-Za-z\-]{5,24}")
_FIRM = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|公司|银行|支行|分行|信用社|联社|分社|营业部|营业厅|交易中心|交易市场|交易所|"
    r"服务中心|酒店|宾馆|物业|保险|证券|期货|药业|储蓄所|分理处|办事处|网点|支公司)"
)
_POST = re.compile(
    r"(?:经理|主任|行长|柜员|专员|客服|顾问|老师|讲师|业务员|代理人|居间人|分析师|查勘员|定损员|坐席|保安|店长|总监|"
    r"管家|先生|女士|小姐|工号|信贷员|投顾|代表|主管|会计|律师|医生|民警|师傅|领班|前台|经纪人)"
)
_DIGITS = re.compile(r"[0-9]+")
_LATIN = re.compile(r"[A-Za-z]+")
FORMS = (
    "none",
    "phone",
    "id_number",
    "email",
    "date",
    "amount",
    "long_number",
    "firm",
    "post",
    "digits",
    "latin",
    "mark",
    "new_line",
)
_BUCKETS = 9
_COMPOUND = frozenset(COMPOUND_SURNAMES.split("|"))
COLUMNS: tuple[tuple[str, int], ...] = (
    ("sign", SIGNS + 1),
    ("other_sign", OTHER_SIGNS + 1),
    ("pair", PAIRS + 1),
    ("word", WORDS + 1),
    ("character", SIGN_COUNT),
    ("place_in_word", 5),
    ("part_of_speech", len(PARTS)),
    ("rarity", RARITIES),
    ("surname", 3),
    ("form", len(FORMS)),
    ("from_top", _BUCKETS + 2),
    ("from_bottom", _BUCKETS + 2),
    ("in_row", 9),
    ("indent", 7),
    ("opens", 3),
    ("signed", 3),
)
"""Name and number of values of every column; 0 is unknown in the columns of the layout."""
HASHED = 4
"""The columns before this one are numbers of hash tables; this one is the sign as the lexical encoder counts it."""
LAYOUT = 10
"""The first column that tells of the layout."""


@dataclass(frozen=True)
class RowLook:
    """Where a row of a letter stands.

    Attributes:
        start: offset of its first character in the text.
        end: offset after its last character.
        indent: left edge as a share of the width of the page, 0 to 1.
        opens: it begins a paragraph.
        signed: the ink of a hand stands on its level.
    """

    start: int
    end: int
    indent: float
    opens: bool
    signed: bool


def rows_of(letter: LetterText) -> tuple[RowLook, ...]:
    """Return the rows of a letter as the tagger sees them."""
    looks = []
    for row in letter.rows:
        marks = letter.pages[row.page].marks.signatures
        middle = (row.bbox[1] + row.bbox[3]) / 2
        signed = any(mark.bbox[1] <= middle <= mark.bbox[3] for mark in marks)
        indent = row.bbox[0] / max(row.page_width, 1)
        looks.append(RowLook(row.start, row.end, indent, row.opens, signed))
    return tuple(looks)


def features(
    text: str, rows: Sequence[RowLook], known: Iterable[tuple[str, int, int]] | None = None
) -> NDArray[np.int64]:
    """Return the columns of every character.

    Args:
        text: of a letter, in simplified characters.
        rows: where its rows stand; none for a text without a layout.
        known: what `forms` said of the text, when it was asked before.

    Returns:
        Shape (characters, columns); each column from 0 to its number of values less one.
    """
    found = np.zeros((len(text), len(COLUMNS)), np.int64)
    for i, sign in enumerate(text):
        found[i, :2] = _hashes(sign)
        found[i, 2] = _hash(text[i : i + 2], PAIRS)
        found[i, 8] = 2 if text[i : i + 2] in _COMPOUND else int(sign in SURNAMES)
    found[:, HASHED] = sign_numbers(text)
    for word in words_of(text):
        span = slice(word.start, word.end)
        found[span, 3] = _hash(text[span], WORDS)
        found[span, 5] = 2
        found[word.start, 5], found[word.end - 1, 5] = 1, 3
        if word.end - word.start == 1:
            found[word.start, 5] = 4
        found[span, 6], found[span, 7] = word.part, word.rarity
    for name, start, end in forms(text) if known is None else known:
        found[start:end, 9] = FORMS.index(name)
    for number, row in enumerate(rows):
        span = slice(row.start, row.end)
        found[span, 10] = 1 + min(number, _BUCKETS)
        found[span, 11] = 1 + min(len(rows) - 1 - number, _BUCKETS)
        found[span, 12] = 1 + np.minimum(np.arange(row.end - row.start), 7)
        found[span, 13] = 1 + min(max(int(row.indent * 12) - 1, 0), 5)
        found[span, 14] = 1 + int(row.opens)
        found[span, 15] = 1 + int(row.signed)
    return found


def forms(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what has a form of its own; what comes later counts."""
    for i, sign in enumerate(text):
        if sign == "\n":
            yield "new_line", i, i + 1
        elif not sign.isalnum():
            yield "mark", i, i + 1
    patterns = (("latin", _LATIN), ("digits", _DIGITS), ("long_number", _LONG_NUMBER), ("firm", _FIRM), ("post", _POST))
    for name, pattern in patterns:
        for match in pattern.finditer(text):
            yield name, match.start(), match.end()
    for name, find in (
        ("amount", find_amounts),
        ("date", find_dates),
        ("phone", find_phones),
        ("id_number", find_id_numbers),
        ("email", find_emails),
    ):
        for span in find(text):
            yield name, span.start, span.end


@lru_cache(maxsize=20_000)
def _hashes(sign: str) -> tuple[int, int]:
    code = zlib.crc32(sign.encode())
    return code % SIGNS, (code // 7) % OTHER_SIGNS


@lru_cache(maxsize=200_000)
def _hash(words: str, size: int) -> int:
    return zlib.crc32(words.encode()) % size
