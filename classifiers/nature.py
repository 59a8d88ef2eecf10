"""What a paper is beyond complaint or not: withdrawn, passed on by an authority, said again, a suggestion, a crime.

The words are looked for in what the papers say; a person may answer otherwise. Only a regime whose text tells staff
crime from complaints (auto-insurance: to the general manager) sends such a paper elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.language import Mode, Stance, stance
from classifiers.narrative import Sentence
from domain.evidence import Evidence
from domain.policy import AdoptedPolicy
from domain.vocabulary import DocumentKind, Nature

_OURS = r"(?:你|贵)(?:们)?(?:司|公司|行|社|单位|联社|局|支行|分行|店|酒店|厂|院|中心|部|集团)?"
_WORDS: tuple[tuple[Nature, str], ...] = (
    (
        Nature.WITHDRAWAL,
        r"撤(?:回|销|消|掉|了|诉|案)[^。;]{0,14}(?:投诉|诉求|举报|申请|信访|反映)|(?:投诉|诉求|举报|信)[^。;]{0,12}(?:撤(?:回|销|消|诉|了|掉)|作罢|就算了|不再追究)|"
        r"(?:自愿|同意|申请|要求|决定|现|就|我)撤诉|不(?:再|想再|准备再)(?:投诉|追究|反映)(?!无门)",
    ),
    (
        Nature.FORWARDED,
        r"(?:现|兹|特)?(?:将|把)[^。;]{0,40}(?:投诉|来信|来电|来访|反映|信访|诉求|材料|事项|原件|复印件|信件|原信)[^。;]{0,20}(?:转(?:来|去|交|送|办|给|至|呈|你|贵)|交(?:由|办|你|贵)|批转|移送)|"
        rf"(?:转(?:来|去|交|送|办|给|至|请)|移送|交办)[^。;]{{0,10}}{_OURS}|(?:收到|接到|接)[^。;]{{0,26}}(?:投诉|来信|来访|来电|反映|信访|诉求|举报)[^。;]{{0,60}}(?:转|请{_OURS}|交)|"
        r"(?:信访|转办|督办|交办|来文|来函|批转|转送)(?:件|单|函|事项|编号|号)|(?:办理|处理|核查|调查)(?:结果|情况)[^。;]{0,14}(?:报(?:送|告|我|本)?|反馈|函复|回复)[^。;]{0,8}(?:我|本)(?:局|委|办|会|处|社|行|中心|单位|部)|"
        r"(?:来信来访|信访|投诉)(?:转办|交办|督办)",
    ),
    (
        Nature.REPEAT,
        r"(?:再次|又一次|第[二三四五两]次|多次|几次|三番|数次|前后|反复|一再|屡次|不止一次)[^。;]{0,10}(?:投诉|反映|写信|来信|致信|申诉|举报|去信|找(?:你|贵))|"
        r"(?:曾|曾经|已经?|早就|之前|先前|上次|上回|上周|上月|上个月|去年|前年|今年|\d+月(?:\d+日|份|底|初|中)?)[^。;]{0,16}(?:投诉(?:过|了|一次)|反映过|写过|寄过|去信|来信|递(?:过|交过)|提交过|打过)|"
        r"(?:上|前)(?:一)?(?:次|回|封)(?:的)?(?:信|投诉|来信|反映|材料)|(?:投诉|反映|信|材料)(?:交|寄|递|写|打|去|提)[^。;]{0,10}(?:石沉大海|没(?:有)?(?:下文|回音|动静|人)|杳无)|这(?:已)?是(?:我|第)[^。;]{0,6}(?:次|封)|"
        r"(?:投诉|反映)(?:过|了)?[^。;]{0,6}(?:次|遍|回)|再(?:写|来|次|投)",
    ),
    (
        Nature.SUGGESTION,
        r"(?:提|有)[^。;]{0,6}(?:点|个|条|些|几)?[^。;]{0,4}建议|建议(?:贵|你|公司|行|社|增加|增设|开设|优化|改进|能|在|把|将|设|可以|考虑|柜台|大堂|医院|酒店|网点)|合理化建议|(?:能不能|可否|可不可以|要是能|如果能)[^。;]{0,20}(?:增加|设|加|改|放|摆|装|开)",
    ),
)
_CRIME = re.compile(
    r"(?:吃|拿|收|要|索|受)[^。;]{0,8}(?:回扣|好处|红包|贿|返点|提成|介绍费|辛苦费|茶水费)|(?:伪造|编造|虚构|假造|造假|做假|套取|骗保|骗取|骗赔|冒领|私刻|侵吞|私吞|揣进|落(?:入|进)(?:自己|他|私人)|中饱|截留|冒用)|"
    r"(?:诈骗|行骗|骗子|监守自盗|利用(?:职务|职权|工作)(?:之便|便利)|飞单|里应外合|串通|勾结)"
)
_BLAMES = re.compile(r"要求|请求|赔|退|处理|投诉|解决|说法|道歉|不满|差|坏|错|没人|拖|不给|不退|骂|态度|损失")
_PASSING_KINDS = frozenset({DocumentKind.HANDLING_SLIP, DocumentKind.LIAISON_SLIP, DocumentKind.FAX_COVER})


@dataclass(frozen=True)
class NatureFound:
    """What a paper is, with the words that say so."""

    nature: Nature
    evidence: tuple[Evidence, ...]


def find_nature(
    policy: AdoptedPolicy, spoken: tuple[Sentence, ...], kinds: Iterable[DocumentKind]
) -> NatureFound | None:
    """Return what the papers are, ``None`` when nothing says more than complaint or not.

    Args:
        policy: whether its text separates staff crime and suggestions.
        spoken: what the papers say.
        kinds: of all papers.
    """
    passing = bool(_PASSING_KINDS & set(kinds))
    for nature, words in _WORDS:
        found = _first(spoken, words, Mode.STATE)
        if found is None or (nature is Nature.SUGGESTION and _blames(spoken)):
            continue
        return NatureFound(nature, found)
    if passing and spoken:
        return NatureFound(Nature.FORWARDED, spoken[0].evidence(0, len(spoken[0].text)))
    if any(r.nature is Nature.STAFF_CRIME for r in policy.pack.referrals):
        crime = _first(spoken, _CRIME.pattern, Mode.WRONG)
        return NatureFound(Nature.STAFF_CRIME, crime) if crime else None
    return None


def _first(spoken: tuple[Sentence, ...], words: str, mode: Mode) -> tuple[Evidence, ...] | None:
    for sentence in spoken:
        for match in re.finditer(words, sentence.text):
            if stance(sentence.text, match.start(), match.end(), mode) is Stance.FACT:
                return sentence.evidence(match.start(), match.end())
    return None


def _blames(spoken: tuple[Sentence, ...]) -> bool:
    return sum(len(_BLAMES.findall(s.text)) for s in spoken) > 2
