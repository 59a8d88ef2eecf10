"""The firm that writes: its name in the letterhead, above the salutation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.found import Found
from extractors.letters.orgs import HAN, find_orgs
from extractors.letters.text import LetterText, Row
from extractors.letters.titles import SALUTATION, TITLE
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
    return _without_logo(letter.text, *orgs[0])


def _without_logo(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out a logo read before the name: its first sign once more, which the name lacks where it stands again."""
    bare = text[start:end].lstrip(text[start])
    doubled = text[start] == text[start + 1]
    return (start + 1, end) if doubled and text[start] + bare in text[end:] else (start, end)


_HOUSE = re.compile(
    rf"[{HAN}A-Za-z（）()·]{{3,24}}(?:酒店|宾馆|旅馆|饭店|医院|学校|中学|小学|大学|学院|研究院|研究所|事务所|集团|中心|商行|超市|工会|"
    r"居委会|村委会|村民委员会|公司|厂|社)(?:信笺|用笺|便笺|稿纸)?"
)


def letterhead_end(letter: LetterText) -> int:
    """Return where the printed head of somebody else's paper ends; 0 when the paper bears no head or is the writer's.

    A person who writes on the paper of a hotel, an employer or a law firm does not live at the address printed there.
    """
    body = _body_start(letter)
    if not letter.rows or body is None or speaks_as_firm(letter.text):
        return 0
    first = letter.rows[0]
    words = letter.text[first.start : first.end].strip()
    return body if _HOUSE.fullmatch(words) and first.start < body else 0


def _body_start(letter: LetterText) -> int | None:
    """Return where the letter itself begins: at its title or salutation."""
    for row in letter.rows[:9]:
        start, words = row.start, letter.text[row.start : row.end]
        if TITLE.fullmatch(words) or SALUTATION.fullmatch(words):
            return start
    return None
