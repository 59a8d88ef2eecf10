"""The sum a complaint is about, among deposits, balances, fees and prices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.normal import find_amounts
from domain.spans import Span
from extractors.letters.found import Found
from extractors.letters.sections import from_sections
from extractors.letters.text import LetterText
from extractors.letters.titles import NO_STORY
from extractors.values.confidence import Source

# (words in the same clause before the sum, weight); the nearest words count most.
BEFORE: tuple[tuple[str, float], ...] = (
    (r"(?:涉及|涉案|争议|投诉|涉诉)的?(?:总)?金额", 6.0),
    (r"(?:损失|亏损|亏|(?<!不)赔)(?:掉|了|本金|总额|金额|合计|共计|累计|达|高达|约|近|为|是|人民币|资金|共)*", 3.0),
    (r"(?:退还|退回|返还|归还|赔偿|索赔|补偿(?!款)|偿还|追回|挽回|支付)", 3.0),
    (r"(?:退还|退回|返还|归还|赔偿|赔付|补偿(?!款)|补发|偿还|追回)[^，,。；;0-9]{0,14}", 3.0),
    (r"(?:经济损失|全部损失|实际损失|造成损失|直接损失|本金损失)", 3.5),
    (
        r"(?:被(?:骗|盗|扣|划走|转走|强平|冻结|挪用|占用)|骗走|骗取|扣除|多扣|多收|划走|盗取|无法(?:出金|提现|"
        r"取出)|违规收取)",
        3.0,
    ),
    (
        (
            r"(?:多收|多扣|违规收取|私自收取|乱收|强行收取|超额收取|误扣)(?:取|了|的)*(?:交易)?(?:手续费|仓储费|仓息|"
            r"延期费|佣金|过夜费|服务费|利息|费用)?(?:共计|合计|累计|人民币)*"
        ),
        3.2,
    ),
    (
        r"(?:最多|顶多|只能|仅能|至多|只肯|才肯|只愿|仅愿|只|仅|才)(?:同意|愿意|肯|答应|能|是)*(?:赔付|赔偿|补偿|赔|退还|退|给予|给|补|认|保|支付)(?:我|了)*",
        -3.0,
    ),
    (
        r"(?:保费|保险费|年费|月供|房价|车价|货款|贷款|借款|授信|保额|保险金额|合同额|标价|房费|押金|首付|原价|售价|工资|退休金|养老金)(?:总额|合计|共计|共|每年|每月|一年|金额|为|是|约|了)*",
        -2.2,
    ),
    (r"(?:不接受|不认可|不同意|不服|不能接受)(?:贵司|你们?|该|这)*[^，,。；;0-9]{0,6}", -3.0),
    (r"(?:差额|差价|相差|差了|少了|差|短少)(?:为|是|约|共|近|了|出)*", 2.4),
    (r"(?:定损|核损|核定|认定|确认|评估)(?:的)?(?:损失|金额|价格|为|合计|共计)*", 2.2),
    (r"(?:修理|维修|医疗|治疗|住院|误工|交通)(?:费|费用|花费)(?:共|计|合计|用去|花去|花了|花费|为|是|共计)*", 1.6),
    (r"(?:花去|花了|花费|垫付)(?:了|共)*", 1.2),
    (
        r"(?:足额|全额|全部|悉数)?(?:赔付|入账|兑付|给付|退赔|补齐|补足|补发)(?:差额|差价|本金|保险金|赔款|亏损|余款)*",
        3.0,
    ),
    (r"(?:存款|储蓄|本金|单款)(?:共|合计|共计|计)*", 0.4),
    (r"(?:只|仅)(?:同意|愿意|肯|答应|愿|能|是)*(?:给予|给|向我)?(?:退还|赔偿|补偿|支付|退)(?:我)?", -2.0),
    (r"(?:违约金|滞纳金)", 0.2),
    (r"利息", -1.0),
    (r"(?:免除|减免|承担)", 1.2),
    (
        r"(?:扣减|抵扣|冲减|免付|不予支付|拒付)(?:全部|相应|等额|该批|上述)?(?:货款|价款|费用|款项|租金)?(?:人民币|共计|计)*",
        2.8,
    ),
    (
        r"(?:拖欠|未付|欠付|未退|少到账|少付|少赔|少退|应退|应付|应赔|欠我|欠我司|骗去|冒领|盗刷|转走|提走|取走)"
        r"(?:了|的|我|我司|返佣|佣金|款项|本金|保费|货款|合计|共计|共|人民币)*",
        3.0,
    ),
    (r"违约金[^，,。；;]{0,14}[，,]?(?:共?计|合计|为)", 1.6),
    (r"金额(?:为|是|共|计|合计)*", 1.5),
    (
        r"(?:合计|总计|共计|累计|总共|一共|加起来|合起来|加在一起|"
        r"[二两三四五六七八九十几][笔针次项户人张份单个]共)(?:是|有|为|约)?",
        1.4,
    ),
    (r"(?:入金|存入|汇入|转入|打入|充值|投入|投资|投资款|本金|转账)", -0.2),
    (r"(?:手续费|仓储费|仓息|延期费|点差|佣金|过夜费|服务费|利息)", -1.6),
    (r"(?:余额|剩余|仅剩|还剩|只剩|剩下|净值|权益|市值|仅余)", -3.0),
    (r"(?:盈利|赚|收益|利润|获利|提成|工资|月薪|收入|奖金|注册资本|返还比例|返佣|资产)", -2.5),
    (
        r"(?:每(?:吨|手|桶|月|年|天|笔|次|人|批)|单价|价格|均价|开仓价|平仓价|报价|点位|起点|门槛|最低|不低于|"
        r"至少|不少于|以上的|保证金)",
        -2.5,
    ),
    (
        r"(?:承诺|保证|声称|宣传|可以赚|如果|若|假如|提出(?:只)?(?:补偿|赔偿|退)|只(?:同意|愿意|肯)|仅(?:同意|"
        r"愿意)|愿意)",
        -1.6,
    ),
)
AFTER: tuple[tuple[str, float], ...] = (
    (
        r"[^，,。；;\n]{0,10}[，,（(]?[^，,。；;\n]{0,10}(?:不(?:在|属于?|计入|包括|包含|列入)[^，,。；;\n]{0,8}(?:求偿|索赔|赔偿|请求|诉求|"
        r"投诉|主张)|另行(?:主张|追索|追究|起诉|处理|协商)|不(?:再)?(?:主张|追究|追索|持异议))",
        -5.0,
    ),
    (
        r"[^，,。；;\n]{0,10}(?:一分不少|全部|全额|如数|原数)?(?:地)?(?:退(?:还|回|给)|还给|赔(?:偿|付|给)|补(?:偿|给)|返还|入账)(?!过)",
        1.8,
    ),
    (r"(?:的)?(?:保费|保险费|年费|货款|保额|月供|工资|市值|资产|负债|积蓄)(?!(?:无法|不能|被))", -1.6),
    (r"(?:的)?(?:货款|工资款|存款|资金|现金|钱)?(?:无法|不能)(?:支付|使用|取出|提取|动用|支取|到账)", 2.5),
    (r"\s*(?:的|之)?(?:经济|本金|全部|巨额|资金|直接)?损失", 3.0),
    (r"\s*(?:就这样)?(?:全部|几乎|均)?(?:亏|赔)(?:损|完|光|掉|空)", 2.5),
    (r"\s*(?:[/／]|每)(?:吨|手|桶|月|年|天|笔|次)", -4.0),
    (r"\s*(?:的)?(?:手续费|保证金|余额|利润|收益|盈利|门槛|起步)", -1.8),
    (r"\s*(?:被|无法|不能|至今(?:未|没)|迟迟|不翼而飞|不知去向)", 1.5),
)
_CLAUSE = re.compile(r"[。！？!?；;\n]")
_REQUEST = re.compile(r"要求|请求|恳请|希望|诉求")
_TOTAL = re.compile(r"(?:合计|共计|总计|总共|一共|加起来|合起来|加在一起|两项共|三项共)[^0-9，,。；;]{0,6}$")
_REACH = 30
_CENT, _ADDS_UP = 0.01, 1.5
_CLOSE = 1.5
"""Below this distance to the second sum a person should look."""
_ALONE = -1.5
"""A letter's only sum is mostly the one in dispute, unless words around it speak clearly against it."""


@dataclass(frozen=True)
class Scored:
    """A sum with what speaks for it being the one in dispute."""

    span: Span
    score: float


def from_amounts(letter: LetterText) -> Iterator[Found]:
    """Give every plausible sum, the best first; several near ties make each less likely."""
    request = next(((f.start, f.end) for f in from_sections(letter) if f.field == "complaint_request"), (0, 0))
    scored = score_amounts(letter.text, request)
    if not scored or NO_STORY.search(letter.text[:200]):
        return
    by_value: dict[str, float] = {}
    for item in scored:
        by_value[item.span.value] = max(by_value.get(item.span.value, -9.0), item.score) + (
            0.3 if item.span.value in by_value else 0
        )
    ranked = sorted(by_value.items(), key=lambda pair: -pair[1])
    margin = ranked[0][1] - ranked[1][1] if len(ranked) > 1 else 3.0
    for rank, (value, score) in enumerate(ranked[:4]):
        item = max((s for s in scored if s.span.value == value), key=lambda s: s.score)
        if rank == 0 and len(ranked) == 1 and _ALONE < score <= 0:
            yield Found("amount_involved", item.span.start, item.span.end, Source.SENTENCE, 0.5, "only_sum")
        elif rank == 0 and score > 0:
            yield Found(
                "amount_involved", item.span.start, item.span.end, Source.SENTENCE, _prior(score, margin), "dispute"
            )
        elif score > 0.5:
            yield Found("amount_involved", item.span.start, item.span.end, Source.SENTENCE, 0.1, "other_sum")


def score_amounts(text: str, request: tuple[int, int] = (0, 0)) -> tuple[Scored, ...]:
    """Score every sum in the text by the words around it; the higher, the more it looks like the sum in dispute.

    Args:
        text: the letter.
        request: (start, end) of what the writer asks for: a sum there is mostly the one in dispute.
    """
    spans = find_amounts(text)
    return tuple(Scored(s, _score(text, s, request) + _adds_up(spans, i)) for i, s in enumerate(spans))


def _adds_up(spans: tuple[Span, ...], index: int) -> float:
    """Return what speaks for a sum that is the total of those before it, or against one that is a part of it."""
    for total in range(index, min(index + 8, len(spans))):
        for first in range(max(0, total - 8), total - 1):
            parts = [float(s.value) for s in spans[first:total]]
            if abs(sum(parts) - float(spans[total].value)) < _CENT and first <= index:
                return _ADDS_UP if total == index else -_ADDS_UP
    return 0.0


def _score(text: str, span: Span, request: tuple[int, int]) -> float:
    stops = [m.end() for m in _CLAUSE.finditer(text, 0, span.start)]
    sentence = stops[-1] if stops else 0
    before = text[max(sentence, span.start - _REACH) : span.start]
    score = 0.4 if span.exact else -0.6
    nearest = _nearest(before)
    if nearest is not None:
        score += nearest[1] * (1.0 if nearest[0] <= 10 else 0.5)
    score += sum(weight for words, weight in AFTER if re.compile(words).match(text, span.end))
    if request[0] <= span.start < request[1] and (nearest is None or nearest[1] > -1.0):
        score += 4.5 if _TOTAL.search(before) else 1.5
    if _REQUEST.search(text[sentence : span.start]) and (nearest is None or nearest[1] > 0):
        score += 1.2
    return score


def _nearest(before: str) -> tuple[int, float] | None:
    """Return distance and weight of the words nearest to the sum (入金30万元，亏损12万元); a comma counts as far."""
    found: list[tuple[int, int, float]] = []
    for words, weight in BEFORE:
        for match in re.finditer(words, before):
            commas = len(re.findall("[，,]", before[match.end() :]))
            found.append((len(before) - match.end() + 6 * commas, -len(match.group()), weight))
    if not found:
        return None
    distance, _, weight = min(found)
    return distance, weight


def _prior(score: float, margin: float) -> float:
    certain = 0.55 + 0.06 * min(score, 5.0)
    if margin < 0.8:
        return min(certain, 0.35)
    if margin < _CLOSE:
        return min(certain, 0.6)
    return min(certain + 0.05 * min(margin, 2.0), 0.95)
