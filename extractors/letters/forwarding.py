"""Who passed a letter on, under which number, on which day (regimes.md, section J: forwarded by an authority)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.dates import find_dates
from extractors.letters.found import Found
from extractors.letters.orgs import HAN
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_ENDS = (
    "局|办公室|信访办|信访室|中心|委员会|消委会|消保委|协会|支局|分局|人民政府|街道办事处|联合会|总工会|法院|大队|监督站|联络站|"
    "热线|平台|联社|办事处|客户联络处|消保处|管理处"
)
_PASSING = r"转办|转\(督\)办|转（督）办|转送|转交|转递|转派|交办|督办|移送|分送|派"
# The head of such a paper: the office, often with the paper's name behind it (云岭县信访局 转办函).
_HEAD_OFFICE = re.compile(
    rf"(?P<who>[{HAN}0-9（）()]{{2,26}}?(?:{_ENDS}))(?=$|\s|[{HAN}\s]{{0,10}}(?:{_PASSING}|函|来信|投诉|信访))"
)
_PASSED = re.compile(
    rf"(?:^|\n)[^，。：:\n]{{0,24}}(?:{_PASSING})(?:工)?(?:单|函|通知|便函|卡|件)|现(?:将|转)[^。\n]{{0,60}}转|现转去|"
    r"转你(?:单位|公司|司|行|部|店|厂|社|局)|"
    r"(?:我|本)(?:局|会|委|办|中心|站|科|处|队)[^。\n]{0,30}(?:收到|接到|接待)"
)
_FORWARDED = re.compile(
    r"(?:由|经|系|本件由|来信由)?(?P<who>[^\s，。：；、由经系（(]{3,24}?(?:局|办公室|办|中心|委员会|委|协会|政府|"
    r"公司|部|处))(?:转来|转办|转交|转送|转递|批转|转(?=[\s。，\n]|$))"
)
_FIRM = re.compile(r"^[你贵我]|[→:：]")
# 云信转〔2026〕118号, 临消转字第63号, 市热线〔2024〕转字第3318号: the sign of the office, the year, the number.
_REFERENCE = (
    rf"(?:(?![局室会])[{HAN}]){{0,10}}[〔\[（(［](?:19|20)\d\d[〕\]）)］][{HAN}]{{0,6}}第?\s*\d{{1,8}}\s*号?"
    rf"|[{HAN}]{{1,8}}[字函]第?\s*\d{{1,8}}\s*号"
)
_LABEL = (
    r"(?:转办|交办|信访|来文|来函|来信|工单|受理|督办|登记|流水|转送|发文)?(?:件|单|函|事项)?"
    r"(?:编号|单号|文号|序号|号码|号)"
)
_NUMBER = re.compile(
    rf"{_LABEL}\s*[：:]?\s*(?P<named>{_REFERENCE}|[{HAN}A-Za-z]{{0,8}}\s?[-—]?\d[\dA-Za-z-]{{3,22}}号?)|(?P<plain>{_REFERENCE})|"
    r"(?P<bare>第\s*\d{2,8}\s*号)"
)
_DAY_NAMED = re.compile(r"(?:转办|交办|发文|转送|分送|来文|转出)(?:日期|时间)\s*[：:]?\s*$")
_HEAD = 240
"""Signs within which a slip or covering letter shows its title and its number."""


def from_forwarders(letter: LetterText) -> Iterator[Found]:
    """Give the office that passed the letter on (由××信访局转来), its number and the day on its paper."""
    for match in _FORWARDED.finditer(letter.text):
        if not _FIRM.search(match["who"]):
            yield Found("forwarded_by", *match.span("who"), Source.SENTENCE, 0.85, "forwarded")
    if not _PASSED.search(letter.text[:_HEAD]):
        return
    yield from _reference(letter)
    for row in letter.rows[:2]:
        office = _HEAD_OFFICE.match(letter.text, row.start, row.end)
        if office:
            yield Found("forwarded_by", *office.span("who"), Source.LINE, 0.9, "office_head")
            return


def _reference(letter: LetterText) -> Iterator[Found]:
    number = _NUMBER.search(letter.text[:_HEAD])
    if number:
        group = next(g for g in ("named", "plain", "bare") if number[g])
        yield Found("forwarding_no", *number.span(group), Source.LINE, 0.9, "forwarding_number")
    days = find_dates(letter.text)
    named = [d for d in days if _DAY_NAMED.search(letter.text[max(0, d.start - 8) : d.start])]
    # Without a label it is the day beside the number, else the last one, below the office's name.
    beside = [d for d in days if number and 0 <= d.start - number.end() < 12]
    for day in [*named, *beside, *days[-1:]][:1]:
        yield Found("forwarding_date", day.start, day.end, Source.SENTENCE, 0.85, "forwarding_day")
