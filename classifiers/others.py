"""Conduct that the writer does not charge this firm with: of the trade, of other firms, of nobody here (Chinese)."""

from __future__ import annotations

import re

_THIS_FIRM = r"(?:贵|你|该|本)(?:公司|司|方|处|平台|单位|行|集团|部|店)|[你您]们(?:家|公司|那里|平台)?|你司"
_CHARGED = re.compile(
    rf"{_THIS_FIRM}|业务员|客户经理|投顾|老师|讲师|分析师|代理商|居间|客服|[他她](?:们)?(?=[^人])|该(?:员工|代理|人)|祁|唯独"
)
"""After these words the talk is of this firm again."""

_TRADE = (
    r"(?:同行业|同行(?=[里中间])|同业|行业内|本行业|这个行业|业内|业界|圈子?里|市面上|市场上|社会上|外面|江湖上)"
    r"[^,。;!?]{0,6}?(?:的|里|中|有|上|内|某|个|其他)*"
)
_SOME = (
    r"(?:其他|其它|别的|另一家|另外一家|某些|某某|某(?=[一-龥]{0,2}(?:公司|平台|机构|单位))|有些|有的|一些|一批|个别|少数|不少|许多|同行业?|隔壁(?:那)?家?(?:的)?|"
    r"(?:外地|外省|邻省|本地)(?:的)?(?:一家|某家|有家)?|别家(?:的)?|前一家|上一家|那些|某家)"
)
_KIND = r"(?:黑平台|黑公司|骗子公司|公司|平台|企业|机构|会员单位|会员企业|会员|同行|商家|券商|期货公司|交易商)"
_THIRD_FIRM = (
    r"(?<![给向到由至])"
    r"(?:快递|物流|搬家|保险|装修|电信|网购|电商|房产中介|中介|贷款|旅行社|培训|P2P|网贷|理财)"
    r"(?:公司|平台|员|机构)"
    r"(?=[^,。]{0,4}(?:把|将|曾|有|也|泄|卖|骗|私|擅|给|的人|砸|弄))"
)
_FORMER = r"老东家|以前(?:的|在|所在|任职)[^,。]{0,6}(?:公司|单位|平台)?|从前在[^,。]{0,6}(?:公司|平台)|原(?:单位|公司)"
_OTHERS = re.compile(
    rf"{_TRADE}(?:{_SOME}?{_KIND}|有(?:些|的)?人|人)?|{_SOME}{_KIND}|{_THIRD_FIRM}|{_FORMER}|案外人|新闻里|新闻上"
)
_OWN_ONES = re.compile(rf"(?:{_THIS_FIRM})(?:的|内部|旗下|下属|下面|名下|里|其)?(?:有)?[^,。]{{0,2}}$")

_I = r"(?:我|本人|投诉人|我们|我司|我方|本公司|笔者)"
_SPARED = re.compile(
    rf"{_I}?(?:[^,。;]{{0,4}})?(?:不|并不|从不|并未|未|没有?|没有要|无意|不是|并非|不敢|不愿|不想)(?:认为|相信|觉得|以为|说|指责|指控|暗示|怀疑|断言|是说|是指|将|把|指)[^,。;]{{0,3}}(?:{_THIS_FIRM})"
    rf"|相信(?:{_THIS_FIRM})[^,。;]{{0,4}}(?:不|没有|绝不|不会|不在)"
    rf"|认为(?:{_THIS_FIRM})(?:与(?:其|之|他们)不同|不(?:是这样|在此列|属于|会如此|至于))"
    rf"|(?<![说称讲])(?:与|跟|和)(?:{_THIS_FIRM})(?:并|都|完全)?(?:无关|没关系|没有关系|没有?什么关系|不相干)"
    r"|(?<![说称讲])(?:与|跟|和)(?:这|此|本)(?:件|次|回)?(?:事|案|投诉)?(?:情)?(?:并|都|完全)?(?:无关|没关系|没有关系|不相干)"
    rf"|(?:{_THIS_FIRM})(?:并)?(?:不在其中|不在此列|不在其列|与其不同|不是这样|没有这样)"
    rf"|不希望(?:在)?(?:{_THIS_FIRM})"
)
_EXCUSE = re.compile(r"(?:说|称|讲|表示|回复|答复|推说|辩称)[^,。;]{0,6}$")
_YET = re.compile(r"但(?:是)?|可(?!以|能)|可是|然而|不过|却|而(?!已)")


def of_others(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` (folded sentence) tells of others' conduct, or spares this firm expressly."""
    return _subject_is_other(text, start, end) or _spared(text, start, end)


def _subject_is_other(text: str, start: int, end: int) -> bool:
    """Return whether the last party named up to the phrase is another firm or the trade at large."""
    others = [
        m for m in _OTHERS.finditer(text, 0, min(end + 14, len(text))) if m.start() <= start and not _is_own(text, m)
    ]
    if not others:
        return False
    last = others[-1]
    return not _CHARGED.search(text, min(last.end(), start), start)


def _is_own(text: str, match: re.Match[str]) -> bool:
    return bool(_OWN_ONES.search(text[: match.start()]))


def _spared(text: str, start: int, end: int) -> bool:
    """Return whether the sentence spares this firm, with nothing said against it between."""
    for match in _SPARED.finditer(text):
        if _EXCUSE.search(text[: match.start()]):
            continue
        if match.start() >= end and not _CHARGED.search(text, 0, start):
            return True
        if match.end() <= start and start - match.end() <= 10 and not _YET.search(text, match.end(), start):
            return True
    return False


_AMONG_THEM = re.compile(rf"(?:其中|包括|也有|就有|连同|以及|还有|涉及)[^,。]{{0,6}}(?:{_THIS_FIRM})")


def told_of_others(text: str, start: int, end: int) -> bool:
    """Return whether a press report or complaint ``text[start:end]`` concerns other firms alone."""
    around = _OTHERS.search(text, max(0, start - 20), min(len(text), end + 16))
    if not around or _is_own(text, around) or _AMONG_THEM.search(text):
        return False
    left, right = min(start, around.start()), max(end, around.end())
    return not _CHARGED.search(text, left, min(len(text), right + 2)) or bool(_SPARED.search(text))
