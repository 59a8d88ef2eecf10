"""What the sentences of a slip say of the complaint it is about: whose it is, its number, its day, its sum.

Offices write to each other 兹有客户张三（电话…）一事, 关于李四（交易账号…）投诉一案, 案件230902已结案. The one who is
named with a role, or with particulars in brackets, is the complainant; who signs is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.documents import PageQuality
from domain.evidence import FieldValue
from domain.marks import PageReading
from extractors.layout.blocks import Block, Piece, Words, make_block
from extractors.letters.amounts import score_amounts
from extractors.letters.names import MINORITY_NAME, has_known_surname, is_no_name
from extractors.values.confidence import Source
from extractors.values.results import Found, field_result

PRODUCER = "told/1"
CEILING, _PRIOR = 0.75, 0.8
_OWNERS = (
    "来信来访人|投诉人|申请人|报案人|报警人|报修人|开户人|持卡人|反映人|来信人|来访人|来电人|客户|业主|宾客|客人|群众|村民|居民"
    "|储户|用户|顾客|市民|患者|乘客|家长"
)
_NAME = rf"(?P<name>{MINORITY_NAME}|[㐀-鿿]{{2,4}})"
_LAZY = rf"(?P<name>{MINORITY_NAME}|[㐀-鿿]{{2,4}}?)"
_SURE = (
    re.compile(rf"(?<!被)(?:{_OWNERS}){_NAME}[(（](?P<about>[^()（）]{{2,60}})[)）]"),
    re.compile(rf"关于{_NAME}[(（](?P<about>[^()（）]{{2,60}})[)）]"),
    re.compile(rf"(?:^|[。：:\d号]){_NAME}[(（](?P<about>[男女][,，][^()（）]{{2,60}})[)）][:：]"),
)
"""Before particulars in brackets."""
_LIKELY = (
    re.compile(
        rf"(?<!被)(?:{_OWNERS}){_LAZY}(?=诉|先生|女士|小姐|[，,](?:住|男|女|身份证|电话|手机|联系|被投诉|交易账号)|的投诉|投诉|反映"
        r"|主张|[，,]于|来电|来信|来访|称[，,“]|的[㐀-鿿]{2})"
    ),
    re.compile(rf"(?:^|[。；，,：:])(?:我是|我叫|本人系?|兹有[^，。]{{0,6}}(?:村民|居民)){_LAZY}(?=[，,。])"),
)
_ABOUT = (
    ("complainant_mobile", re.compile(r"手机(?:号码?)?[:：]?(?P<value>1[0-9\- ]{10,14})")),
    ("complainant_phone", re.compile(r"(?<!被)(?:联系)?电话[:：]?(?P<value>[0-9][0-9\-]{6,})")),
    ("complainant_id_no", re.compile(r"(?:身份证号?码?|公民身份号码)[:：]?(?P<value>[0-9]{17}[0-9Xx])")),
    ("trading_account_no", re.compile(r"(?:交易|资金|客户)?[账帐]号[:：]?(?P<value>[0-9A-Z][0-9A-Z\-]{4,})")),
    ("complainant_address", re.compile(r"(?<=[（(，,])(?:现?住|住址[:：]?|地址[:：]?)(?P<value>[㐀-鿿][^，,]{3,})")),
)
_NUMBER = re.compile(
    r"(?:案件|客诉案?|投诉案?|抱怨案?|工单|原案)(?:[(（])?(?:编号|号码?)?[:：]?(?P<value>(?=[A-Z\-]*\d)[0-9A-Z][0-9A-Z\-]{4,})(?![0-9.,]*元)"
)
_DAY = re.compile(
    r"(?P<value>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)[^。；]{0,36}?(?:提出|反映|进行)(?:书面|口头|电话)?投诉"
)
_PAPER = re.compile(r"[㐀-鿿]{1,8}[〔\[(（]?20\d\d[〕\])）](?:第)?\d{1,5}号|第(?P<value>20\d\d[-—]\d{1,5}|\d{3,8})号")
_HEAD_ROWS = 3
_NO_NAME = re.compile(
    "提出|要求|在此|反映|表示|认为|自称|所述|陈述|主张|本人|满意|投诉|来[信访电]|签[字名]|意见|诉求|姓名|之后"
)


@dataclass(frozen=True)
class _Told:
    """Words for a field, by offsets into the text of a page."""

    name: str
    start: int
    end: int


def read_told(document_id: str, pages: Sequence[PageReading], *, number: bool = False) -> dict[str, FieldValue]:
    """Return what is told of the complainant and the complaint, by field; nothing of it is sure.

    Args:
        document_id: goes into the evidence.
        pages: pages of the paper.
        number: the paper may name the complaint by its number in a sentence.
    """
    found: dict[str, FieldValue] = {}
    for index, page in enumerate(pages):
        block = _whole(index, page)
        for told in _told(block.text, number=number):
            value = _value(document_id, told, block, page.read.page.quality)
            if value is not None:
                found.setdefault(told.name, value)
    return found


def read_sum(document_id: str, pages: Sequence[PageReading]) -> FieldValue | None:
    """Return the only sum that a paper names, where it is one."""
    if len(pages) != 1:
        return None
    page = pages[0]
    block = _whole(0, page)
    scored = list(score_amounts(block.text, (len(block.text), len(block.text))))
    if len({item.span.value for item in scored}) != 1:
        return None
    span = scored[0].span
    return _value(document_id, _Told("amount_involved", span.start, span.end), block, page.read.page.quality)


def read_number(document_id: str, pages: Sequence[PageReading]) -> FieldValue | None:
    """Return the number that stands at the top of a slip without a label (督办〔2024〕22号)."""
    page = pages[0]
    block = _whole(0, page)
    end = next((i for i, place in enumerate(block.places) if place.row >= _HEAD_ROWS), len(block.places))
    for start in sorted(gap for gap in block.gaps if gap < end):
        match = _PAPER.match(block.text, start, end)
        if match is not None:
            span = match.span("value") if match["value"] else match.span()
            return _value(document_id, _Told("complaint_no", *span), block, page.read.page.quality)
    return None


def _whole(index: int, page: PageReading) -> Block:
    """Return all words of a page as one block."""
    text = page.read.text
    pieces = [Piece(index, line, 0, len(line.text)) for line in text.lines if line.text.strip()]
    return make_block(pieces, (0.0, 0.0, float(text.width), float(text.height)), index)


def _told(text: str, *, number: bool) -> Iterator[_Told]:
    person = _person(text)
    if person is not None:
        yield _Told("complainant_name", *person.span("name"))
        if "about" in person.re.groupindex:
            start, end = person.span("about")
            for name, pattern in _ABOUT:
                match = pattern.search(text, start, end)
                if match is not None:
                    yield _Told(name, *match.span("value"))
    case = _NUMBER.search(text) if number else None
    if case is not None:
        yield _Told("complaint_no", *case.span("value"))
    day = _DAY.search(text)
    if day is not None:
        yield _Told("complaint_date", *day.span("value"))


def _person(text: str) -> re.Match[str] | None:
    """Return the first name with particulars, else the first one with a role that may be a name."""
    for pattern in _SURE:
        for match in pattern.finditer(text):
            if not is_no_name(match["name"]) and any(about.search(match["about"]) for _, about in _ABOUT):
                return match
    for pattern in _LIKELY:
        for match in pattern.finditer(text):
            name = match["name"]
            if (
                not _NO_NAME.search(name)
                and not is_no_name(name)
                and (pattern is not _LIKELY[1] or has_known_surname(name))
            ):
                return match
    return None


def _value(document_id: str, told: _Told, block: Block, quality: PageQuality | None) -> FieldValue | None:
    words = Words(block.places[told.start : told.end])
    item = Found(told.name, words, (), Source.SENTENCE, _PRIOR, quality)
    value = field_result(document_id, [item], PRODUCER)
    if not isinstance(value, FieldValue):
        return None
    return value.model_copy(update={"probability": min(value.probability, CEILING)})
