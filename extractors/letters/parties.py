"""Who writes, where no label says so: introductions, descriptions, numbers in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.fields import FieldType
from domain.normal import Span, find_emails, find_id_numbers, find_phones, normal_form
from domain.surnames import COMPOUND_SURNAMES
from extractors.letters.agents import agency_of, numbers_in
from extractors.letters.closing import closing_start
from extractors.letters.firm import letterhead_end
from extractors.letters.found import Found
from extractors.letters.label_table import Party
from extractors.letters.labels import ABROAD, claimed_by
from extractors.letters.names import PLAIN_NAME, could_be_name, is_no_name
from extractors.letters.orgs import HAN, find_orgs
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

# (rule, words before the name, is the name certain whatever its surname)
INTRODUCTIONS: tuple[tuple[str, str, bool], ...] = (
    ("i_am_called", r"(?:我|本人)(?:的)?(?:名字)?(?:叫做?|名叫|姓名是|名为|姓名为|姓名)", True),
    ("undersigned", r"(?:写信的人|写信人|具名人|投诉人|申请人|反映人|举报人)(?:我)?(?:叫|是|为|系)?", True),
    ("i_am", r"(?:我是|本人是|本人系|我系|我,|我，|本人[，,]?|客户)", False),
)
# 名叫安全（姓安，名全）, 高兴（真叫这个名）: who explains a name that is also a word says that it is one.
_EXPLAINED = re.compile(
    rf"(?:叫做?|名叫|姓名是?|我是|本人是?|本人系|投诉人)\s*(?P<name>[{HAN}]{{2,4}})[（(，,]\s*(?:本人|我)?姓(?P<sur>[{HAN}]{{1,2}})[，,、]?\s*"
    rf"(?:单?名|名字叫?)(?P<given>[{HAN}]{{1,2}})"
)
_REPRESENTS = re.compile(
    rf"(?:推举|推选|选举|推荐|公推|推)(?P<name>[{HAN}·]{{2,4}}?)(?P<note>[（(][^（）()]{{2,60}}[）)])?(?=为|作为|当|担任|接电话|联系|签字)"
)
# 住客冼桂芳（女，52岁）, 我是某学院大二学生刀玉罕，: who tells about himself, named behind what he is.
_ROLES = (
    "住客|旅客|游客|乘客|房客|租客|信访人|来信人|来访人|来电人|消费者|市民|储户|保户|五保户|低保户|村民|居民|业主|患者|病人|车主|群众|"
    "交易商|投资者|投资人|投保人|被保险人|持卡人|借款人|受害人|当事人|学生|学员|教师|老师|职工|工人|用户|顾客"
)
_ROLE_NAMED = re.compile(
    rf"(?:{_ROLES})(?P<name>(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}]{{2,4}}?)"
    r"(?=[（(，,]\s*(?:[男女]|住|电话|手机|身份证|证件|\d{2}岁|现年|1[3-9]\d|\d{17})|的(?:投诉|来信|反映|信访)|来信(?:反映|投诉|称))"
)
_I_AM_A = re.compile(
    rf"(?:我是|本人是|我系|本人系|我是个|我是一名)[{HAN}0-9（）()]{{2,24}}?(?:学生|研究生|老师|教师|医生|护士|药师|司机|技师|按摩师|会计|"
    rf"工人|职工|员工|店主|农民|村民|居民|业主|储户|客户|股民|退休工人|师傅|经营户|个体户|司机|教练|律师|主任|乡长|村长)"
    rf"(?P<name>(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}]{{2,3}}?)(?=[，,。（(、；]|我|，)"
)
_SENDS = re.compile(
    rf"^\s*(?P<place>[{HAN}]{{2,8}}?[省市区县州旗][^，,。；;\n]{{2,40}}?(?:号|室|户|组|村|楼|栋|幢|单元|院|队)(?:之[一二三四])?)\s*"
    rf"(?P<name>[{HAN}]{{2,4}}?)\s*(?:寄|缄|谨寄)\s*$",
    re.M,
)
_VILLAGER = re.compile(
    rf"(?:我们?|本人|家|俺)(?:都?是|系|在|住在?)(?P<place>[{HAN}]{{0,12}}[县市区乡镇旗][{HAN}0-9]{{1,16}}?[村组屯寨社队](?:[一二三四五六七八九十\d]+[组社队])?)"
    rf"(?=的|人|[，,。]|$)"
)
_AFTER_PARTY = re.compile(
    rf"(?:^|\n)(?:投诉人|申请人|反映人|我叫|本人|我是)[：:]?[{HAN}·]{{2,12}}[，,](?:[男女][，,])?(?P<place>[{HAN}]{{2,10}}?[省市县区州旗]"
    rf"[^，,。；;\n]{{2,40}}?(?:号|室|户|组|村|楼|栋|幢|单元)[^，,。；;\n]{{0,8}})(?=[，,。；;])"
)
_AFTER_NAME = r"(?=\s*(?:[，,。、；;（(：:\n\s]|男|女|系|是|于|在|身份证|，))"
_THEIR_PHONE = re.compile(
    r"(?:其|他|她|对方|客服|热线|经理|业务员|老师|分析师|讲师|专员|主管|贵公司|贵司|你公司|该公司|陌生|"
    r"微信)[^。；，,\n]{0,12}$"
)
_OWN_OF_ANOTHER = re.compile(rf"[{HAN}](?:自己|本人|个人)的?(?:手机|电话|座机)?(?:号码|号)?[是为：:]?\s*$")
_NAMED_IN_BRACKETS = re.compile(rf"[{HAN}][（(](?:联系)?(?:电话|手机|手机号|微信)?[：:]?\s*$")
_CODE = re.compile(r"(?<![0-9A-Z])[159][0-9A-Z]\d{6}[0-9A-Z]{10}(?![0-9A-Z])")
_MY_PHONE = re.compile(r"(?:我的?|本人|投诉人|联系|回复|回电|致电|拨打|通知|手机|电话)[^。；\n]{0,10}$")


def from_introductions(letter: LetterText) -> Iterator[Found]:
    """Give the complainant's name from 我叫…, 投诉人…, 本人…; who writes for another is not the complainant."""
    writer_is_agent = agency_of(letter.text).writer_is_agent
    for rule, words, certain in INTRODUCTIONS:
        for match in re.finditer(
            rf"(?<![被委的{HAN if not certain else ''}])(?:{words})\s*(?P<name>{PLAIN_NAME}){_AFTER_NAME}", letter.text
        ):
            name = match["name"]
            if writer_is_agent and rule != "undersigned":
                continue
            if is_no_name(name) or (not could_be_name(name) and (not certain or rule != "i_am_called")):
                continue
            yield Found("complainant_name", *match.span("name"), Source.SENTENCE, 0.95 if certain else 0.9, rule)
    if not writer_is_agent:
        yield from _explained(letter.text)
    yield from _described(letter.text, writer_is_agent=writer_is_agent)
    yield from _represented(letter.text)
    for match in re.finditer(
        r"(?<!被)(?:我单位|我公司|我司|本公司|投诉单位|投诉人)(?:是|为|系|[，,：:（(]|即|名称为)?\s*", letter.text
    ):
        orgs = find_orgs(letter.text, match.end(), match.end() + 36)
        if orgs and orgs[0][0] == match.end() and letter.text[orgs[0][1] : orgs[0][1] + 1] != "的":
            yield Found("complainant_name", *orgs[0], Source.SENTENCE, 0.93, "our_firm")


def _described(text: str, *, writer_is_agent: bool) -> Iterator[Found]:
    """Give names behind what somebody is (住客冼桂芳（女…, 我是…学生刀玉罕，) and of senders on an envelope's line."""
    for match in _ROLE_NAMED.finditer(text):
        if not is_no_name(match["name"]) and not re.search("我|本|的|某", match["name"]):
            prior = 0.9 if could_be_name(match["name"]) else 0.75
            yield Found("complainant_name", *match.span("name"), Source.SENTENCE, prior, "role_named")
    for match in _I_AM_A.finditer(text) if not writer_is_agent else ():
        if could_be_name(match["name"]):
            yield Found("complainant_name", *match.span("name"), Source.SENTENCE, 0.85, "i_am_a")
    for match in _SENDS.finditer(text):
        if not is_no_name(match["name"]):
            yield Found("complainant_name", *match.span("name"), Source.LINE, 0.9, "sends")
            yield Found("complainant_address", *match.span("place"), Source.LINE, 0.93, "sends")


def _represented(text: str) -> Iterator[Found]:
    """Give the one whom several choose to speak for them, with the numbers in the bracket behind the name."""
    for match in _REPRESENTS.finditer(text):
        if could_be_name(match["name"]) or (match["note"] and not is_no_name(match["name"])):
            yield Found("complainant_name", *match.span("name"), Source.SENTENCE, 0.92, "represents")
            if match["note"]:
                yield from numbers_in(text, *match.span("note"))


def _explained(text: str) -> Iterator[Found]:
    for match in _EXPLAINED.finditer(text):
        if match["name"] == match["sur"] + match["given"]:
            yield Found("complainant_name", *match.span("name"), Source.SENTENCE, 0.95, "explained_name")


def from_bare_numbers(letter: LetterText) -> Iterator[Found]:
    """Give phones, ID numbers and e-mail addresses that stand in sentences, when they are not somebody else's."""
    others = claimed_by(letter.text, frozenset({Party.RESPONDENT, Party.AGENT}))
    agency = agency_of(letter.text)
    if agency.writer_is_agent:
        return
    closing = closing_start(letter)
    others = (*others, *agency.agents, (0, letterhead_end(letter)))
    # A number ends with its line: 13800000000 above 2023.9.20 is no longer one.
    lines = letter.text.replace("\n", "；")
    for span in find_phones(lines):
        if _somebody_elses(letter, span, others):
            continue
        before = letter.text[max(0, span.start - 24) : span.start]
        mine = _MY_PHONE.search(before) is not None or span.start >= closing
        prior = 0.93 if mine else 0.7
        mobile = len(span.value) == 11 and "-" not in span.value
        field = "complainant_mobile" if mobile else "complainant_phone"
        yield Found(field, span.start, span.end, Source.SENTENCE, prior, "phone")
    for span in find_id_numbers(lines):
        if _inside(span, others):
            continue
        yield Found("complainant_id_no", span.start, span.end, Source.SENTENCE, 0.93, "id_number")
    yield from _codes(lines, others)
    for span in find_emails(letter.text):
        before = letter.text[max(0, span.start - 12) : span.start]
        if not _inside(span, others) and not re.search("贵公司|客服|公司邮箱|对方|平台|收件", before):
            yield Found("complainant_email", span.start, span.end, Source.SENTENCE, 0.88, "email")


def _codes(text: str, others: tuple[tuple[int, int], ...]) -> Iterator[Found]:
    """Give the code of a firm that no label announces; its check digit speaks for it."""
    for match in _CODE.finditer(text):
        value = normal_form(FieldType.USCC, match.group())
        if value.value and all(c.passed for c in value.checks) and not any(a <= match.start() < b for a, b in others):
            yield Found("uscc", *match.span(), Source.SENTENCE, 0.9, "code")


def _inside(span: Span, others: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= span.start < end for start, end in others)


def _somebody_elses(letter: LetterText, span: Span, others: tuple[tuple[int, int], ...]) -> bool:
    """Tell whether a number belongs to the respondent, a hotline or a person named right before it in brackets."""
    before = letter.text[max(0, span.start - 24) : span.start]
    if _inside(span, others) or re.match(r"[48]00-", span.value) or ABROAD.match(span.value):
        return True
    mine = re.search(r"(?:我|本人|投诉人)[^，。；给向找跟]{0,14}$", before)
    if _OWN_OF_ANOTHER.search(before) and not re.search(
        r"(?:我|本人)(?:自己|个人)?的?(?:手机|电话|号码|号)*[是为：:]?\s*$", before
    ):
        return True
    return not mine and bool(_THEIR_PHONE.search(before) or _NAMED_IN_BRACKETS.search(before))


# 张三，男，汉族，1975年3月2日出生; 張三（女）; 勾践行　男　58岁
_YEAR = r"[一二〇○零九]{2}[一二三四五六七八九〇○零]{2}年"
_DATE = (
    r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}[.．-]\d{1,2}[.．-]\d{1,2}|"
    rf"{_YEAR}[一二三四五六七八九十]{{1,3}}月[一二三四五六七八九十]{{1,3}}日)"
)
_PARTICULARS = re.compile(
    rf"(?:(?<=[，,、\s（(；;])|^)(?P<gender>[男女])(?:性)?"
    rf"(?:[，,、\s]+(?P<nation>[{HAN}]{{1,5}})族)?"
    rf"(?:[，,、\s]+(?:生于)?(?P<birth>{_DATE})(?:出)?生?)?(?=[，,、。；;）)\s])"
)
_BORN = re.compile(
    rf"(?:我|本人|反映人|投诉人)[^。\n]{{0,12}}?(?:生于|出生于)(?P<birth>{_DATE})|"
    rf"(?<=[，,、\s])(?P<birth_>{_DATE})(?:出?生)(?=[，,、。；;\s])"
)


def from_descriptions(letter: LetterText) -> Iterator[Found]:
    """Give gender, ethnicity, birth date and address from 张三，男，汉族，1975年3月2日出生，住…."""
    found = _PARTICULARS.search(letter.text[:600])
    if found:
        fields = {"gender": "complainant_gender", "nation": "complainant_ethnicity", "birth": "complainant_birth_date"}
        for group, field in fields.items():
            if found[group]:
                yield Found(field, *found.span(group), Source.SENTENCE, 0.9, "description")
    born = _BORN.search(letter.text[:600])
    if born and not (found and found["birth"]):
        group = "birth" if born["birth"] else "birth_"
        yield Found("complainant_birth_date", *born.span(group), Source.SENTENCE, 0.88, "born")
    place = (
        rf"(?:家住|现住于?|居住在|居住于|住在|现居|住址为|住址是|联系地址为|地址是|"
        rf"住(?:所地?|址|地)?(?!在))[：:]?\s*(?P<place>[{HAN}]{{2,8}}?[省市区县州][^，,。；;\n）)]{{3,50}}?)(?=联系|"
        rf"电话|手机|[，,。；;\n）)]|$)"
    )
    others = (*claimed_by(letter.text, frozenset({Party.RESPONDENT, Party.AGENT})), (0, letterhead_end(letter)))
    for match in re.finditer(place, letter.text):
        if any(start <= match.start() < end for start, end in others):
            continue
        yield Found("complainant_address", *match.span("place"), Source.SENTENCE, 0.9, "lives_in")
    for pattern, rule in ((_VILLAGER, "villager"), (_AFTER_PARTY, "after_name")):
        for match in pattern.finditer(letter.text):
            if not any(start <= match.start() < end for start, end in others):
                yield Found("complainant_address", *match.span("place"), Source.SENTENCE, 0.85, rule)
