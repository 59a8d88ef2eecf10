"""The end of a letter: who signed and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from domain.base import BBox
from domain.evidence import Evidence
from domain.normal import find_dates, find_phones
from extractors.letters.agents import agency_of
from extractors.letters.found import Found
from extractors.letters.names import is_no_name
from extractors.letters.orgs import HAN, find_branches, find_orgs, is_shop
from extractors.letters.signatories import Signed, read_row
from extractors.letters.text import LetterText, Row
from extractors.letters.titles import AUTHORITY
from extractors.values.confidence import Source

_ENDING = re.compile(
    r"此\s*致|敬\s*礼|顺颂|祝好|特此(?:投诉|函告|报告|说明)|谢谢|盼复|望[^。\n]{0,12}(?:为盼|回复|答复)|"
    r"以上(?:情况|内容)?(?:均)?属实"
)
_CONTACT = re.compile(
    r"\s*(?:联系|手机|电话|地址|住址|通[讯信]|邮[箱编]|电子|E-?mail|身份证|日期|投诉人|申请人|反映人|签)", re.I
)
_NOTE_ALONE = re.compile(r"\s*[（(][^（）()]{2,38}[）)]\s*")
_ENDS_AS_LABEL = re.compile(
    r"\s*(?:全体)?(?:投诉人|反映人|签名人?|申请人)(?:签名|签字)?(?:[（(][^（）()]{1,8}[）)])?\s*[：:]\s*"
)
_TOGETHER = re.compile(
    r"我们|联名|集体|全体|(?:[二两三四五六七八九十]|\d{1,3})(?:名|位|户|个)?(?:人|客户|村民|业主|储户|投资|投诉人|车主|家长)"
)
_UNSURE_NAME = re.compile(rf"\s*(?P<name>[{HAN}]{{2,3}})\s*")
_DATE_REMAINS = re.compile(r"[12二][0-9〇○零OoＯ]{2,3}\s*年|[0-9]\s*月|月\s*[0-9]|20[0-9]{2}\s*[.\-/]")
_AROUND_DATE = re.compile(r"[\s：:，,]|写于|日期|时间|[号日]?写|夜|晨|于|书|谨|记|（写）")
_SEAL_AT = 0.5
_SCRAPS = 16
_ATTACHMENTS = re.compile(r"\s*附\s*(?:件|[：:]|身份|录|\d)")


def closing_start(letter: LetterText) -> int:
    """Return the offset where the closing begins: at 此致, 特此投诉 … in the last part, else six rows from the end."""
    rows = [r for r in letter.rows if not _ATTACHMENTS.match(letter.text[r.start : r.end])]
    if not rows:
        return len(letter.text)
    tail = rows[-12:]
    found = [r.start for r in tail if _ENDING.search(letter.text[r.start : r.end]) and r.start > 0.3 * len(letter.text)]
    if found:
        return min(found)
    start = len(letter.text)
    for row in reversed(rows):
        if not (_under_seal(letter, row) or _belongs_to_closing(letter.text, row.start, row.end)):
            break
        start = row.start
    return min(start, rows[-1].start)


def _under_seal(letter: LetterText, row: Row) -> bool:
    """Tell whether a short row lies mostly inside an impression: what is read there is scraps of seal and print."""
    page = letter.pages[row.page]
    area = max((row.bbox[2] - row.bbox[0]) * (row.bbox[3] - row.bbox[1]), 1.0)
    shared = (_shared(row.bbox, s.bbox) for s in page.marks.seals if s.probability >= _SEAL_AT)
    return row.end - row.start <= _SCRAPS and max(shared, default=0.0) >= 0.5 * area


def _shared(one: BBox, other: BBox) -> float:
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _belongs_to_closing(text: str, start: int, end: int) -> bool:
    """Dates, names, firms and contact lines: short, and no sentence."""
    words = text[start:end]
    if re.search(r"[。！？!?；;]", words) or len(words.strip()) > 40:
        return False
    if _CONTACT.match(words) or find_dates(words) or _NOTE_ALONE.fullmatch(words):
        return True
    signs = any(last - first >= len(words.strip()) - 4 for first, last in (*find_orgs(words), *find_branches(words)))
    phones = find_phones(words)
    bare = bool(phones) and len(words.strip()) - (phones[0].end - phones[0].start) <= 8
    return signs or bare or read_row(text, start, end) is not None or _ENDS_AS_LABEL.fullmatch(words) is not None


def lost_date(letter: LetterText) -> Evidence | None:
    """Return the place of a date in the closing that could not be read: its remains, else the seal over the closing."""
    start = closing_start(letter)
    for row in letter.rows:
        words = letter.text[row.start : row.end].strip()
        if row.start >= start and len(words) <= 16 and _DATE_REMAINS.search(words):
            return letter.evidence(row.start, row.end)[0]
    if not letter.rows:
        return None
    last = letter.pages[letter.rows[-1].page]
    top = min((r.bbox[1] for r in letter.rows if r.start >= start and r.page == letter.rows[-1].page), default=0.0)
    for seal in last.marks.seals:
        if seal.probability >= _SEAL_AT and (seal.bbox[1] + seal.bbox[3]) / 2 > top:
            return Evidence(
                document_id=letter.document_id, page=last.read.page.number, bbox=seal.bbox, quote=seal.text or ""
            )
    return None


def from_closing(letter: LetterText) -> Iterator[Found]:
    """Give signatory and date from the rows of the closing; attachments below do not count."""
    start = closing_start(letter)
    rows = [r for r in letter.rows if r.start >= start and not _ATTACHMENTS.match(letter.text[r.start : r.end])]
    agency = agency_of(letter.text)
    dated = [f for row in rows for f in _dates_of(letter, row.start, row.end)]
    yield from dated or _lonely_dates(letter)
    if not agency.writer_is_agent:
        yield from _firms_of(letter, rows)
    last = [r for r in rows[-9:] if not find_orgs(letter.text, r.start, r.end)]
    signed = [(r, s) for r in last if (s := _read_signed(letter.text, r.start, r.end)) is not None]
    if not agency.writer_is_agent:
        yield from _unsure_name(letter, rows, signed)
    joint = _joint(letter, rows)
    if joint:
        yield Found("complainant_name", joint[0][0], joint[-1][1], Source.CLOSING, 0.92, "joint", tuple(joint))
        return
    for row, names in signed:
        if names.other or (agency.writer_is_agent and not names.labelled):
            continue
        prior = 0.85 if names.signature else 0.95 if names.labelled else 0.88 if row.on_the_right else 0.7
        field = "legal_representative" if names.firm else "complainant_name"
        if len(names.names) > 1:
            yield Found(field, names.names[0][0], names.names[-1][1], Source.CLOSING, 0.6, "joint_row", names.names)
        else:
            yield Found(field, *names.names[0], Source.CLOSING, prior, _rule(names))


def _read_signed(text: str, start: int, end: int) -> Signed | None:
    """Return the names on a row, which a date may lead (2024年8月9日 王小明)."""
    dates = find_dates(text[start:end])
    if dates and not text[start : start + dates[0].start].strip():
        return read_row(text, start + dates[0].end, end)
    return read_row(text, start, end)


def _lonely_dates(letter: LetterText) -> Iterator[Found]:
    """Give dates that fill a row above the closing, where labels or an afterword stand below the date."""
    if AUTHORITY.search(letter.text[:200]):
        return
    alone = []
    for row in letter.rows:
        words = letter.text[row.start : row.end]
        dates = find_dates(words)
        if len(dates) == 1 and not _AROUND_DATE.sub("", words[: dates[0].start] + words[dates[0].end :]):
            alone.append((row.start + dates[0].start, row.start + dates[0].end))
    for start, end in alone:
        yield Found("complaint_date", start, end, Source.CLOSING, 0.88 if len(alone) == 1 else 0.5, "date_alone")


def _rule(names: Signed) -> str:
    return "signature_label" if names.signature else "signed_by" if names.labelled else "signed_bare"


def _firms_of(letter: LetterText, rows: list[Row]) -> Iterator[Found]:
    """Give the firm that signs in a row of its own; the addressee below 此致 does not sign."""
    addressee = False
    for row in rows:
        words = letter.text[row.start : row.end]
        orgs = find_orgs(letter.text, row.start, row.end)
        placed = row.on_the_right or re.search(r"投诉(?:单位|人)|盖章|公章|授权单位|委托单位", words)
        if orgs and not addressee and placed and _alone(words):
            yield Found("complainant_name", *orgs[0], Source.CLOSING, 0.9, "signed_by_firm")
        elif not orgs and not addressee and row.on_the_right and is_shop(words.strip()):
            start = row.start + len(words) - len(words.lstrip())
            yield Found("complainant_name", start, start + len(words.strip()), Source.CLOSING, 0.85, "signed_by_shop")
        addressee = bool(re.search(r"此\s*致", words))


def _joint(letter: LetterText, rows: list[Row]) -> list[tuple[int, int]]:
    """Return the names of a letter that several sign on rows one below the other, empty for one signatory."""
    if not _TOGETHER.search(letter.text):
        return []
    names: list[tuple[int, int]] = []
    for row in rows:
        signed = read_row(letter.text, row.start, row.end)
        if signed is None or signed.other or signed.firm:
            if len(names) > 1:
                break
            continue
        known = {letter.text[a:b] for a, b in names}
        names += [n for n in signed.names if letter.text[n[0] : n[1]] not in known]
    return names if len(names) > 1 else []


def _unsure_name(letter: LetterText, rows: list[Row], signed: list[tuple[Row, Signed]]) -> Iterator[Found]:
    """Give a name whose surname is on no list, when it stands alone on the right above the date."""
    if signed:
        return
    for row, below in pairwise(rows):
        name = _UNSURE_NAME.fullmatch(letter.text, row.start, row.end)
        words = letter.text[below.start : below.end]
        if (
            name
            and row.on_the_right
            and find_dates(words)
            and not is_no_name(name["name"])
            and not _ENDING.search(name["name"])
        ):
            yield Found("complainant_name", *name.span("name"), Source.CLOSING, 0.75, "signed_unknown_surname")


def _alone(words: str) -> bool:
    """A firm that signs stands in a row of its own, label and seal note aside."""
    return len(re.sub(r"\s", "", words)) <= 40 and not re.search(r"[。，；]", words)


def _dates_of(letter: LetterText, start: int, end: int) -> Iterator[Found]:
    for span in find_dates(letter.text[start:end]):
        before, after = letter.text[start : start + span.start], letter.text[start + span.end : end]
        signed = read_row(letter.text, start, start + span.start) is not None
        rest = re.sub(
            r"[\s：:]|日期|时间|签字|签名|投诉人|[（(][^（）()]{1,10}[）)]", "", ("" if signed else before) + after
        )
        if len(rest) <= 8:
            yield Found("form_signed_date", start + span.start, start + span.end, Source.CLOSING, 0.97, "signed_on")
            if not AUTHORITY.search(letter.text[:200]):
                yield Found("complaint_date", start + span.start, start + span.end, Source.CLOSING, 0.93, "signed_on")
