"""The firm that writes: its name in the letterhead, above the salutation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.found import Found
from extractors.letters.names import find_orgs
from extractors.letters.text import LetterText, Row
from extractors.letters.titles import SALUTATION
from extractors.values.confidence import Source

_HEAD_ROWS = 3
_HEAD_SHARE = 0.25
FIRM_VOICE = re.compile(r"(?<![贵你该称说由是为])(?:我司|我公司|本公司|我单位|本单位|我厂|我社)")
_SPEECH = re.compile(r"[“\"「『][^”\"」』\n]{0,200}[”\"」』]")


def speaks_as_firm(text: str) -> int:
    """Return how often a text speaks as a firm (我司, 我公司); quoted speech of others does not count."""
    return len(FIRM_VOICE.findall(_SPEECH.sub("", text)))


def from_letterhead(letter: LetterText) -> Iterator[Found]:
    """Give the firm whose name stands alone at the head of the first page, when the letter speaks as a firm."""
    addressed = salutation_start(letter)
    voice = speaks_as_firm(letter.text)
    for row in letter.rows[:_HEAD_ROWS]:
        if addressed is not None and row.start >= addressed:
            return
        span = _name_alone(letter, row)
        if span is None:
            continue
        name = letter.text[span[0] : span[1]]
        # The respondent's own paper bears its name at the head and again where it is addressed.
        if voice and f"{name}：" not in letter.text and f"{name}:" not in letter.text:
            yield Found("complainant_name", *span, Source.LINE, 0.96, "letterhead")
        return


def salutation_start(letter: LetterText) -> int | None:
    """Return where the line begins that addresses the reader, ``None`` without one in the first rows."""
    for start, end in letter.paragraphs()[:9]:
        if SALUTATION.fullmatch(letter.text[start:end]):
            return start
    return None


def _name_alone(letter: LetterText, row: Row) -> tuple[int, int] | None:
    height = letter.pages[row.page].read.text.height
    if row.page != 0 or row.bbox[1] > _HEAD_SHARE * height:
        return None
    orgs = find_orgs(letter.text, row.start, row.end)
    words = letter.text[row.start : row.end].strip()
    if len(orgs) != 1 or len(words) > orgs[0][1] - orgs[0][0] + 1 or words.endswith(("：", ":")):
        return None
    return orgs[0]
