"""The end of a letter: who signed and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.base import BBox
from domain.evidence import Evidence
from domain.normal import find_dates
from extractors.letters.found import Found
from extractors.letters.names import HAN, MINORITY_NAME, could_be_name, find_orgs, is_no_name, without_echo
from extractors.letters.text import LetterText, Row
from extractors.values.confidence import Source

_ENDING = re.compile(
    r"此\s*致|敬\s*礼|顺颂|祝好|特此(?:投诉|函告|报告|说明)|谢谢|盼复|望[^。\n]{0,12}(?:为盼|回复|答复)|"
    r"以上(?:情况|内容)?(?:均)?属实"
)
_SIGNED_BY = re.compile(
    r"(?:投诉人|申请人|反映人|举报人|签名|签字|具名|署名|写信人|落款|客户|您的客户|贵公司客户|一位客户|敬上|"
    r"投诉单位|(?P<firm>法定代表人|法人代表|负责人))?"
    r"\s*(?:[（(](?:签名|签字|签章|签字盖章|盖章|签名或盖章|公章|手印|捺印|签名、捺印)+[）)])?\s*[：:]?\s*"
)
_BARE_NAME = re.compile(
    rf"\s*(?:{MINORITY_NAME}|[{HAN}](?:\s{{0,3}}[{HAN}]){{1,3}})\s*(?:[（(][^）)]{{1,8}}[）)]|敬上|谨上|上|呈|"
    rf"敬呈|手书)?\s*"
)
_CONTACT = re.compile(
    r"\s*(?:联系|手机|电话|地址|住址|通[讯信]|邮[箱编]|电子|E-?mail|身份证|日期|投诉人|申请人|反映人|签)", re.I
)
_DATE_REMAINS = re.compile(r"[12二][0-9〇○零OoＯ]{2,3}\s*年|[0-9]\s*月|月\s*[0-9]|20[0-9]{2}\s*[.\-/]")
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
        if not (_under_seal(letter, row) or _belongs_to_closing(letter.text[row.start : row.end])):
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


def _belongs_to_closing(words: str) -> bool:
    """Dates, names, firms and contact lines: short, and no sentence."""
    if re.search(r"[。！？!?；;]", words) or len(words.strip()) > 40:
        return False
    signs = any(last - first >= len(words.strip()) - 1 for first, last in find_orgs(words))
    label = _SIGNED_BY.match(words)
    labelled = label is not None and bool(label.group())
    return signs or labelled or bool(_CONTACT.match(words) or find_dates(words) or _BARE_NAME.fullmatch(words))


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
    rows = [r for r in letter.rows if r.start >= start]
    addressee = False
    for index, row in enumerate(rows):
        words = letter.text[row.start : row.end]
        if _ATTACHMENTS.match(words):
            continue
        last_rows = index >= len(rows) - 7
        yield from _dates_of(letter, row.start, row.end)
        orgs = find_orgs(letter.text, row.start, row.end)
        if (
            orgs
            and not addressee
            and (row.on_the_right or re.search(r"投诉(?:单位|人)|盖章|公章", words))
            and _alone(words)
        ):
            yield Found("complainant_name", *orgs[0], Source.CLOSING, 0.9, "signed_by_firm")
        elif last_rows and not orgs:
            yield from _names_of(letter, row.start, row.end, right=row.on_the_right)
        addressee = bool(re.search(r"此\s*致", words))


def _alone(words: str) -> bool:
    """A firm that signs stands in a row of its own, label and seal note aside."""
    return len(re.sub(r"\s", "", words)) <= 40 and not re.search(r"[。，；]", words)


def _dates_of(letter: LetterText, start: int, end: int) -> Iterator[Found]:
    for span in find_dates(letter.text[start:end]):
        rest = letter.text[start : start + span.start] + letter.text[start + span.end : end]
        if len(re.sub(r"[\s：:]|日期|时间|签字|签名|投诉人", "", rest)) <= 8:
            yield Found("form_signed_date", start + span.start, start + span.end, Source.CLOSING, 0.97, "signed_on")
            yield Found("complaint_date", start + span.start, start + span.end, Source.CLOSING, 0.93, "signed_on")


def _names_of(letter: LetterText, start: int, end: int, *, right: bool) -> Iterator[Found]:
    """Read a row that holds a name, perhaps after 投诉人（签名）：, perhaps beside the date."""
    for part in re.finditer(
        r"\S(?:.*?\S)?(?=\s*(?:日期|时间)?[：:]?\s*[12二][0-9〇○零OoＯ]|$)", letter.text[start:end]
    ):
        first = start + part.start()
        lead = _SIGNED_BY.match(letter.text, first, end)
        begin = lead.end() if lead else first
        name = _BARE_NAME.fullmatch(letter.text, begin, start + part.end())
        if name is None:
            return
        bare = re.compile(
            rf"\s*(?:{MINORITY_NAME}|[{HAN}](?:\s{{0,3}}[{HAN}]){{1,3}}?)(?=\s*(?:[（(]|敬上|谨上|呈|敬呈|手书|$))"
        ).match(letter.text, begin, name.end())
        words = bare.group() if bare else name.group()
        labelled = begin > first
        if is_no_name(words) or _ENDING.search(words) or (not labelled and not could_be_name(words)):
            return
        begin += len(words) - len(words.lstrip())
        signed = labelled and "签" in letter.text[first:begin]
        prior = 0.85 if signed else 0.95 if labelled else 0.88 if right else 0.7
        words = words.strip()
        words = words[: without_echo(words, 0, len(words))]
        several = [p for p in words.split() if len(p) > 1]
        if len(several) > 1:
            # Joint letters: each signatory is one of several, none of them the complainant alone.
            prior, words = 0.4, words[: words.index(several[0]) + len(several[0])].strip()
        field = "legal_representative" if lead and lead["firm"] else "complainant_name"
        yield Found(field, begin, begin + len(words.strip()), Source.CLOSING, prior, "signed_by")
        return
