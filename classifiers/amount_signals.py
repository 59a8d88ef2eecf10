"""Sums of money by their part in the complaint: claimed, lost, involved, paid in, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from classifiers.language import Mode, Stance, stance
from classifiers.narrative import Sentence
from classifiers.producers import SIGNALS
from domain.amounts import spoken_sums
from domain.case import Case
from domain.evidence import Evidence, FieldValue
from domain.normal import find_amounts
from domain.spans import Span
from domain.verdicts import Signal
from domain.vocabulary import SignalCode


class Role(IntEnum):
    """Part of a sum in the complaint; a smaller number speaks more directly of the amount involved."""

    INVOLVED = 0
    CLAIMED = 1
    LOST = 2
    PAID_IN = 3
    OTHER = 9


@dataclass(frozen=True)
class RoledAmount:
    """One sum in a sentence.

    Attributes:
        value: yuan.
        exact: False for about, more than, ranges.
        own: False when the sum belongs to somebody else, is denied or only imagined.
    """

    value: Decimal
    role: Role
    exact: bool
    own: bool
    evidence: tuple[Evidence, ...]


_BEFORE = (
    (
        Role.INVOLVED,
        r"涉及(?:的)?(?:资金|总?金额|款项|数额)|涉案(?:总)?金额|标的(?:额|金额)?|争议(?:的)?金额|投诉金额|涉及",
    ),
    (
        Role.CLAIMED,
        r"赔偿|退还|返还|退回|赔付|归还|补偿|索赔|追回|退赔|支付(?:给)?(?:我|本人)|偿还|主张|补足|免除|承担|补偿差额|差额(?:合计)?|费用|要回|讨回|要求.{0,6}退|赔我|退我|还我|结清|发放",
    ),
    (
        Role.LOST,
        r"亏损?|损失|亏掉|亏了|亏空|赔了|赔掉|爆仓|被骗|骗(?:走|取|去|了)|盗(?:走|取|刷|划|转)?|转走|划走|划转|挪用|侵占|不翼而飞|"
        r"少了|短少|多收(?:部分)?(?:合计)?|会员费|违约金|多扣|扣(?:除|走|划|掉|了|收|款)|克扣|拖欠|欠(?:付|我|款)?|未(?:到账|支付|结算|返还|兑现)|出金|提现|提取|蒸发|卷走|缩水|消失|不见|佣金|返佣|居间(?:费|报酬)|代理费|提成|货款",
    ),
    (
        Role.PAID_IN,
        r"入金|投入|投资|转入|汇入|存入|充值|打入|本金|转账|汇款|缴纳|交了|追加|注入|账户(?:内|里|余额)?|余额|保证金|先后(?:转|汇|投)|资金",
    ),
)
_AFTER = (
    (
        Role.LOST,
        r"^.{0,3}(?:的)?(?:亏损|损失|被(?:盗|转|划|骗|挪)|不翼而飞|不见|没了|消失|打水漂|血本|亏(?:光|完|空|掉)|化为乌有|未到账|没有到账|迟迟(?:未|不|没))",
    ),
    (Role.CLAIMED, r"^.{0,3}(?:的)?(?:赔偿|退款|补偿|赔付)"),
    (Role.PAID_IN, r"^.{0,3}(?:的)?(?:本金|资金|保证金|入金|存款|积蓄|养老|血汗)"),
)
_OTHER_BEFORE = re.compile(
    r"注册(?:资本|资金)|月薪|年薪|工资|月收入|年收入|退休金|养老金|每手|每桶|单价|价格|价位|报价|点位|现价|每吨|市值|"
    r"奖金|每月|月入|每天|日赚|赚(?:了|到|取)?|盈利|收益|利润|获利|门槛|起点|最低|手续费(?:为|是|按)?|每次|补贴|话费|邮费|车费|"
    r"规模|交易额|成交额|资产管理|管理(?:着)?|客户资产|开户费|赠(?:送|金)?|送|奖励|承诺(?:给|返)?|每(?:笔|单)|房(?:贷|租)|医药费"
)
_OTHERS = re.compile(
    r"(?:其他|别的|另一?[名位个]|某)(?:客户|投资者|人)|别人|他人|同事|朋友|邻居|新闻|报道|业务员(?:说|称)(?:他|别)"
)
_WINDOW = 18


def roled_amounts(spoken: tuple[Sentence, ...]) -> tuple[RoledAmount, ...]:
    """Return every sum that the complainant mentions with its role."""
    return tuple(amount for sentence in spoken for amount in _in_sentence(sentence))


def sums_in(text: str) -> tuple[Span, ...]:
    """Return the sums of a sentence in order, those too that leave out their last unit (三十八万六)."""
    written = find_amounts(text)
    spoken = (s for s in spoken_sums(text) if not any(w.start < s.end and s.start < w.end for w in written))
    return tuple(sorted((*written, *spoken), key=lambda s: s.start))


def _in_sentence(sentence: Sentence) -> Iterator[RoledAmount]:
    text = sentence.text
    firm_loses = [m.span() for m in _FIRM_LOSES.finditer(text)]
    for span in sums_in(text):
        if any(start <= span.start < end + 6 for start, end in firm_loses):
            continue
        clause = max(text.rfind(c, 0, span.start) for c in ";。!?") + 1
        head = text[max(clause, span.start - _WINDOW) : span.start]
        yield RoledAmount(
            value=Decimal(span.value),
            role=_role(head, text[span.end : span.end + 12]),
            exact=span.exact,
            own=not _OTHERS.search(text[max(clause, span.start - 30) : span.start])
            and stance(text, span.start, span.end, Mode.STATE) is not Stance.NONE,
            evidence=sentence.evidence(span.start, span.end),
        )


def _role(head: str, tail: str) -> Role:
    """Return the role named by the nearest word before, else by the word after."""
    nearest: tuple[int, Role] = (-1, Role.OTHER)
    for role, words in _BEFORE:
        for match in re.finditer(words, head):
            nearest = max(nearest, (match.end(), role), key=lambda pair: pair[0])
    other = max((m.end() for m in _OTHER_BEFORE.finditer(head)), default=-1)
    for role, words in _AFTER:
        if re.search(words, tail) and (nearest[1] is not Role.CLAIMED):
            return role
    return Role.OTHER if other > nearest[0] else nearest[1]


def amount_signal(case: Case, spoken: tuple[Sentence, ...]) -> Signal | None:
    """Return the amount involved: the field when it was read, else what the words say; ``None`` without any.

    The first word of ``detail`` is the sum in yuan. A higher claimed or lost sum in the words than in the field is
    added as ``待核金额`` and makes the signal unclear.
    """
    field = case.fields.get("amount_involved")
    own = tuple(a for a in roled_amounts(spoken) if a.own and a.role is not Role.OTHER)
    stated = tuple(a for a in own if a.role is not Role.PAID_IN) or own
    if isinstance(field, FieldValue):
        return _from_field(field, tuple(a for a in stated if a.role is not Role.PAID_IN))
    if not stated:
        return None
    named = tuple(a for a in stated if a.role is Role.INVOLVED) or stated
    best = max(named, key=lambda a: a.value)
    paid = best.role is Role.PAID_IN
    repeated = sum(a.value == best.value for a in stated) > 1
    return Signal(
        signal=SignalCode.AMOUNT,
        detail=f"{_plain(best.value)} 元，{_NAMES[best.role]}",
        evidence=best.evidence,
        certain=best.exact and not paid,
        probability=0.6 if paid else 0.75 if not best.exact else 0.97 if repeated else 0.9,
        producer=SIGNALS,
    )


_NAMES = {
    Role.INVOLVED: "文中写明的涉及金额",
    Role.CLAIMED: "请求退还或赔偿的金额",
    Role.LOST: "所称损失或未付的金额",
    Role.PAID_IN: "投入的资金（未写明损失）",
}


def _from_field(field: FieldValue, stated: tuple[RoledAmount, ...]) -> Signal:
    value = Decimal(field.value)
    by_person = field.producer.startswith("person:") or field.accepted
    higher = [] if by_person else [a for a in stated if a.value > value]
    detail, evidence = f"{field.value} 元，涉及金额", field.evidence
    if higher:
        top = max(higher, key=lambda a: a.value)
        detail, evidence = f"{detail}；待核金额 {_plain(top.value)} 元", (*evidence, *top.evidence)
    return Signal(
        signal=SignalCode.AMOUNT,
        detail=detail,
        evidence=evidence,
        certain=not higher and not field.vetoed,
        probability=field.probability if not higher else 0.5,
        producer=SIGNALS,
    )


_FIRM_LOSES = re.compile(
    r"(?:给|对|使|令|致使?)(?:贵|你|该)?(?:公司|单位|司|会员单位|平台|营业部|机构).{0,18}(?:损失|亏损|赔偿|罚款)"
    r"|(?:贵司|你司|(?:贵|你|该)?(?:公司|单位|会员单位|平台))(?:或将?|已|已经|将|可能|面临|因此|必将|会|至少).{0,34}(?:损失|亏损|赔偿|赔付|罚款)"
)


def company_loss_signal(spoken: tuple[Sentence, ...], worded: Signal | None) -> Signal | None:
    """Return the possible loss to the firm with its sum first; ``None`` when no sum is bound to it."""
    if worded is None:
        return None
    for sentence in spoken:
        match = _FIRM_LOSES.search(sentence.text)
        if not match:
            continue
        near = [s for s in sums_in(sentence.text) if abs(s.start - match.end()) < 16 or s.start in range(*match.span())]
        if near:
            span = max(near, key=lambda s: Decimal(s.value))
            detail = f"{span.value} 元，可能对公司造成的损失"
            evidence = sentence.evidence(min(match.start(), span.start), max(match.end(), span.end))
            certain = worded.certain and span.exact
            return worded.model_copy(update={"detail": detail, "evidence": evidence, "certain": certain})
    return None


def _plain(value: Decimal) -> str:
    return f"{value:f}"
