"""Letters that somebody writes for another: lawyers, children, staff with an authority; whose numbers are whose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.normal import find_id_numbers, find_phones
from domain.surnames import COMPOUND_SURNAMES
from extractors.letters.found import Found
from extractors.letters.names import MINORITY_NAME, could_be_name, is_no_name
from extractors.letters.orgs import HAN, find_orgs
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_KIN = (
    "母亲|父亲|妈妈|爸爸|丈夫|妻子|爱人|老伴|儿子|女儿|哥哥|弟弟|姐姐|妹妹|岳父|岳母|公公|婆婆|爷爷|奶奶|外公|外婆|"
    "姥姥|姥爷|叔叔|舅舅|姑姑|姨妈|祖父|祖母|外祖父|外祖母|伯父|伯母|叔父|婶婶|姑妈|姑母|舅父|舅妈|遗属|家属|战友|职工|学生|村民|老人|家母|家父|亲属|邻居|同事|朋友|客户|当事人|委托人|投保人|被保险人|车主|储户"
)
_NAME = rf"(?:{MINORITY_NAME}|(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}]{{2,4}}?)"
_NOTE = r"(?P<note>\s*[（(][^（）()]{2,80}[）)])?"
# 受母亲曾祥云（…）委托, 接受南宫雪女士的委托, 受某公司委托
_ENTRUSTED = re.compile(
    rf"(?:接受|受)(?:本人|我|我的|其|本所)?(?:的)?(?:{_KIN})?(?P<who>[{HAN}A-Za-z0-9（）()·•]{{2,30}}?)"
    rf"(?:女士|先生|同志|公司法务)?{_NOTE}(?:(?:的|之)?(?:全权|特别|书面)?委托(?!书|人|合同|理财|期限)|"
    r"(?:之|所)(?:托|嘱)|的(?:请求|嘱托|要求)(?=[，,][^。]{0,6}代))"
)
# 兹委托我公司财务部 殷红（身份证号…）全权代理
_ENTRUSTS = re.compile(
    rf"(?:兹|现|特|全权|自愿)?(?:委托|授权)(?:我|本)?(?:公司|单位|司)?(?:的)?[{HAN}]{{0,8}}?\s*"
    rf"(?P<who>{_NAME})(?:女士|先生|同志|律师)?{_NOTE}\s*[，,]?(?:为|作为|担任|代为|代表|全权|办理|代理|前往|前来|处理|向|就|以)"
)
_LAW_FIRM = re.compile(r"律师函|律师事务所.{0,40}(?:接受|受).{2,40}委托")
_FOR_ANOTHER = re.compile(
    rf"(?:我|本人)(?:是|系|为|作为)?(?:替|代|帮|代表|为)(?:我|我的|本人)?(?:的)?(?:{_KIN})(?P<who>{_NAME})?(?:来信|写信|投诉|反映|写)"
)


# An office passes a complaint on: 我会于1月8日收到消费者诸葛亭（电话…）的投诉
_PASSED_ON = re.compile(
    rf"(?:收到|接到|收悉|转来|转去|现将|兹将|受理|交来)(?:了|我市|我县|我区)?(?:消费者|客户|市民|群众|投诉人|信访人|来访人|举报人|反映人|申请人|"
    rf"储户|来信人|来电人|保户|业主|居民|用户|村民)(?P<who>{_NAME})"
    rf"(?:女士|先生|同志)?{_NOTE}(?=来信|来电|的|对|关于|投诉|反映|就|[，,])"
)


@dataclass(frozen=True)
class Agency:
    """Who acts for whom.

    Attributes:
        principal: (start, end) of the name of the person or firm that complains, ``None`` when nobody acts for it.
        note: (start, end) of the bracket behind that name, whose numbers are the principal's.
        writer_is_agent: the letter's 本人 is the agent: unlabelled numbers are the agent's.
        agents: stretches that speak of an agent: name and bracket.
    """

    principal: tuple[int, int] | None = None
    note: tuple[int, int] | None = None
    writer_is_agent: bool = False
    agents: tuple[tuple[int, int], ...] = ()

    def of_agent(self, start: int) -> bool:
        """Tell whether an offset lies where an agent is spoken of."""
        return any(a <= start < b for a, b in self.agents)


def agency_of(text: str) -> Agency:
    """Return who acts for whom in a letter."""
    agents = tuple(m.span() for m in _ENTRUSTS.finditer(text) if could_be_name(m["who"]))
    for match in _ENTRUSTED.finditer(text):
        span = _principal(text, *match.span("who"))
        if span is not None:
            note = match.span("note") if match["note"] else None
            return Agency(span, note, writer_is_agent=True, agents=agents)
    passed = _PASSED_ON.search(text)
    if passed and (could_be_name(passed["who"]) or (passed["note"] and not is_no_name(passed["who"]))):
        note = passed.span("note") if passed["note"] else None
        return Agency(passed.span("who"), note, writer_is_agent=True, agents=agents)
    other = _FOR_ANOTHER.search(text)
    if other:
        named = other["who"] is not None and could_be_name(other["who"])
        return Agency(other.span("who") if named else None, writer_is_agent=True, agents=agents)
    return Agency(writer_is_agent=bool(_LAW_FIRM.search(text)), agents=agents)


def _principal(text: str, start: int, end: int) -> tuple[int, int] | None:
    orgs = find_orgs(text, start, end)
    if orgs and orgs[-1][1] == end:
        return orgs[-1]
    # 在加拿大的伯父税承志, 职工遗属相里红梅: what the person is stands before the name.
    lead = re.compile(rf".{{0,16}}(?:{_KIN}|的)(?={_NAME}$)").match(text[start:end])
    start = start + lead.end() if lead else start
    name = text[start:end]
    return (start, end) if re.fullmatch(_NAME, name) and could_be_name(name) else None


def from_principals(letter: LetterText) -> Iterator[Found]:
    """Give the person or firm that a writer acts for, with the numbers in the bracket behind the name."""
    agency = agency_of(letter.text)
    if agency.principal is None:
        return
    yield Found("complainant_name", *agency.principal, Source.SENTENCE, 0.95, "principal")
    if agency.note is not None:
        yield from numbers_in(letter.text, *agency.note)


def numbers_in(text: str, start: int, end: int) -> Iterator[Found]:
    """Give the numbers in the bracket behind the principal's name."""
    for span in find_id_numbers(text[start:end])[:1]:
        yield Found("complainant_id_no", start + span.start, start + span.end, Source.SENTENCE, 0.95, "principal_note")
    for span in find_phones(text[start:end])[:1]:
        mobile = re.fullmatch(r"1[3-9]\d{9}", span.value) is not None
        field = "complainant_mobile" if mobile else "complainant_phone"
        yield Found(field, start + span.start, start + span.end, Source.SENTENCE, 0.95, "principal_note")
