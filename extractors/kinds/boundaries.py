"""How likely a new document begins between two pages: marks of a beginning, of an end, and of going on.

A logistic regression over the signs in ``Signs``; its constants are in ``boundary.json`` (``training/train_cuts.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from math import exp
from pathlib import Path

from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.kinds.page_look import Row
from extractors.kinds.page_view import PageView

WEIGHTS = Path(__file__).with_name("boundary.json")
_SINGLE = frozenset(
    {
        DocumentKind.ENVELOPE,
        DocumentKind.FAX_COVER,
        DocumentKind.BUSINESS_LICENCE,
        DocumentKind.INVOICE,
        DocumentKind.OTHER,
    }
)
"""Kinds of one page; another paper follows."""
_NUMBER = re.compile(
    r"第\s*(\d{1,2})\s*页(?:.{0,3}共\s*(\d{1,2})\s*页)?|^[-—–\s]+(\d{1,2})[-—–\s]+$|^(\d{1,2})\s*/\s*(\d{1,2})$"
)
_CLOSED = re.compile(
    r"此致|敬礼|特此|(?:投诉|举报|申诉|申请|控告|声明|委托|授权|承诺|报案|维权)人?[（(]?[^。]{0,8}[)）]?[:：]|签[名字章]|盖章"
    r"|公章|^\s*(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*$"
)
_SENTENCE_END = re.compile(r"[。！!？?；;：:）)」】]\s*$|\d\s*$")
_BEGINNING = re.compile(r"^\s*(?:尊敬|致|关于|投诉人|甲方|编号|姓名|第\s*一|一、|1[.．、])")
_FIGURES = "一二三四五六七八九十"
_ORDINAL = re.compile(
    r"\s*(?:第([一二三四五六七八九十])(?:[，,、：:]|$)|[（(]?([一二三四五六七八九十])[)）]?[、，.．]|[（(]?(\d{1,2})[)）、.．](?!\d))"
)
_WRITES = re.compile(
    r"^\s*(?:尊敬的|致|敬启|To\b|收件人|发件人|主\s*题)|(?:^|[，。：])\s*(?:我叫|我是|本人(?:叫|是|系)?)|您好|你们好"
    r"|^\s*\S{2,20}(?:公司|领导|同志|中心|行长|经理|负责人|交易所)们?[：:]?\s*$",
    re.I,
)
_SHORT = 10
_ID, _PHONE = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PERSON = re.compile(
    r"(?:投诉人|申请人|举报人|委托人|客户姓名|姓名)(?:姓名)?[（(]?[^:：（()）]{0,4}[)）]?[:：\s]\s*([一-鿿]{2,4})(?![一-鿿])"
)


@dataclass(frozen=True)
class Signs:
    """What speaks for and against a new document before a page; each 0 to 1.

    Attributes:
        titled: strength of a known title at its top.
        heading: any heading at its top.
        opens: a salutation at its top.
        first_mark: a page mark says page one.
        later_mark: a page mark says a later page.
        counts_on: its page mark follows that of the page before.
        counts_back: its page mark does not follow that of the page before.
        last_mark: the page before says that it is the last of so many.
        closed: the page before ends with a closing, a signature or a date.
        runs_on: the page before ends inside a sentence.
        mid_sentence: the page begins inside a sentence.
        same_kind: the two pages are of one kind.
        single: the page before, or this one, is of a kind of one page.
        strange_person: both name persons by number, none in common.
        same_person: both name a person by number or name, one in common.
        other_name: both name a party after its label, none in common.
        same_print: signs are of one size and rows begin at one place.
        other_paper: the sheets have different proportions.
        same_table: both are tables with as many columns.
        chats: both look like screens of a chat.
        counts_up: it begins with the number that follows the last one of the page before (第一 … 第二).
        tail: a short page with a closing, and none on the page before.
        own_letter: it addresses somebody or says who writes, and closes; the page before has closed.
    """

    titled: float
    heading: float
    opens: float
    first_mark: float
    later_mark: float
    counts_on: float
    counts_back: float
    last_mark: float
    closed: float
    runs_on: float
    mid_sentence: float
    same_kind: float
    single: float
    strange_person: float
    same_person: float
    other_name: float
    same_print: float
    other_paper: float
    same_table: float
    chats: float
    counts_up: float
    tail: float
    own_letter: float


def signs_between(before: tuple[PageReading, PageView], after: tuple[PageReading, PageView]) -> Signs:
    """Gather the signs between two pages that follow each other (blank pages between them left out)."""
    (reading_a, a), (reading_b, b) = before, after
    mark_a, mark_b = _page_mark(a.look.rows), _page_mark(b.look.rows)
    body_a, body_b = _body(a.look.rows), _body(b.look.rows)
    people_a, people_b = _numbers(body_a), _numbers(body_b)
    names_a, names_b = _names(body_a), _names(body_b)
    shared = bool(people_a & people_b or names_a & names_b)
    return Signs(
        titled=max(b.look.titles.values(), default=0.0),
        heading=float(b.look.heading),
        opens=float(b.look.opens),
        first_mark=float(mark_b is not None and mark_b[0] == 1),
        later_mark=float(b.look.later),
        counts_on=float(
            mark_a is not None and mark_b is not None and mark_b[0] == mark_a[0] + 1 and mark_a[1] == mark_b[1]
        ),
        counts_back=float(mark_a is not None and mark_b is not None and mark_b[0] <= mark_a[0]),
        last_mark=float(mark_a is not None and mark_a[1] is not None and mark_a[0] == mark_a[1]),
        closed=float(_closes(body_a)),
        runs_on=float(bool(body_a) and body_a[-1].right > 0.75 and not _SENTENCE_END.search(body_a[-1].text)),
        mid_sentence=float(_begins_inside(body_b)),
        same_kind=sum(share * b.shares.get(kind, 0.0) for kind, share in a.shares.items()),
        single=max(sum(view.shares.get(kind, 0.0) for kind in _SINGLE) for view in (a, b)),
        strange_person=float(bool(people_a and people_b) and not people_a & people_b),
        same_person=float(shared),
        other_name=float(bool(names_a and names_b) and not shared),
        same_print=_same_print(body_a, body_b),
        other_paper=min(abs(a.shape.aspect - b.shape.aspect) / 0.3, 1.0),
        same_table=_same_table(reading_a, reading_b),
        chats=float(_is_chat(a) and _is_chat(b)),
        counts_up=float(_counts_up(body_a, body_b)),
        tail=float(len(body_b) <= _SHORT and _closes(body_b[-2:]) and not _closes(body_a)),
        own_letter=float(_closes(body_a) and _closes(body_b) and any(_WRITES.search(r.text) for r in body_b[:5])),
    )


def _closes(rows: Sequence[Row]) -> bool:
    """Tell whether a page ends as a paper does: a closing, a signature, a date."""
    return any(_CLOSED.search(row.text) for row in rows[-5:])


def _counts_up(a: Sequence[Row], b: Sequence[Row]) -> bool:
    """Tell whether the numbers of a list go on from one page to the next."""
    first = next((number for row in b[:2] if (number := _ordinal(row.text))), 0)
    return first > 1 and any(_ordinal(row.text) == first - 1 for row in a[-12:])


def _ordinal(text: str) -> int:
    """Return the number that a row begins with, 0 when with none."""
    found = _ORDINAL.match(text)
    if not found:
        return 0
    sign = found[1] or found[2] or found[3]
    return _FIGURES.index(sign) + 1 if sign in _FIGURES else int(sign)


def _page_mark(rows: Sequence[Row]) -> tuple[int, int | None] | None:
    """Return the page number and the number of pages that a page prints on itself."""
    for row in (*rows[-2:], *rows[:2]):
        found = _NUMBER.search(row.text.strip()) if len(row.text) < 30 else None
        if found:
            number = next(int(one) for one in (found[1], found[3], found[4]) if one)
            total = found[2] or found[5]
            return number, int(total) if total else None
    return None


def bears_no_text(rows: Sequence[Row]) -> bool:
    """Tell whether a page has nothing but, at most, the mark of a later page."""
    mark = _page_mark(rows)
    return not _body(rows) and (mark is None or mark[0] > 1)


def _body(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not (len(row.text) < 30 and _NUMBER.search(row.text.strip()))]


def _numbers(rows: Sequence[Row]) -> set[str]:
    text = "\n".join(row.text for row in rows)
    return set(_ID.findall(text)) | set(_PHONE.findall(text))


def _names(rows: Sequence[Row]) -> set[str]:
    return {match[1] for row in rows for match in _PERSON.finditer(row.text)}


def _begins_inside(rows: Sequence[Row]) -> bool:
    """Tell whether the first row goes on with a sentence: not indented, and long or ended by a stop."""
    if not rows or rows[0].heading or _BEGINNING.search(rows[0].text):
        return False
    margin = min(row.left for row in rows)
    first = rows[0]
    return first.left < margin + 0.012 and (len(first.text) >= 16 or first.text.rstrip().endswith(("。", "，", "；")))


def _same_print(a: Sequence[Row], b: Sequence[Row]) -> float:
    if not a or not b:
        return 0.0
    sizes = [sorted(row.size for row in rows)[len(rows) // 2] for rows in (a, b)]
    lefts = [min(row.left for row in rows) for rows in (a, b)]
    near = min(sizes) / max(max(sizes), 1e-6)
    return max(0.0, 1 - (1 - near) / 0.15) * (1.0 if abs(lefts[0] - lefts[1]) < 0.02 else 0.5)


def _same_table(a: PageReading, b: PageReading) -> float:
    columns = [max((cell.column for cell in page.marks.cells), default=-1) for page in (a, b)]
    return float(columns[0] == columns[1] >= 2)


def _is_chat(view: PageView) -> bool:
    evidence = view.look.scores.get(DocumentKind.EVIDENCE, (0.0, ""))[1]
    return "聊天界面" in evidence or (view.shape.aspect < 0.6 and view.shares.get(DocumentKind.EVIDENCE, 0.0) > 0.5)


@cache
def _constants(path: Path = WEIGHTS) -> tuple[float, tuple[float, ...]]:
    stored: dict[str, float] = json.loads(path.read_text("utf-8"))
    return stored["bias"], tuple(stored[one.name] for one in fields(Signs))


def chance_of_new(signs: Signs) -> float:
    """Return the probability that a new document begins."""
    bias, factors = _constants()
    total = bias + sum(factor * value for factor, value in zip(factors, astuple(signs), strict=True))
    return 1 / (1 + exp(-max(min(total, 30.0), -30.0)))
