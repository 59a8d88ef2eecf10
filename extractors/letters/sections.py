"""The story and the request: by their headings, else by the sentences that ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.normal import find_amounts
from extractors.letters.closing import closing_start
from extractors.letters.firm import salutation_start
from extractors.letters.found import Found
from extractors.letters.labels import find_labels
from extractors.letters.requests import find_request
from extractors.letters.text import LetterText
from extractors.letters.titles import NO_STORY, PASSED_ON, TITLE
from extractors.values.confidence import Source

_FACTS = (
    "投诉事实说明|投诉事实与理由|投诉事实和理由|投诉事实及理由|投诉事实|"
    "事实与理由|事实和理由|事实及理由|事实经过|事情经过|事件经过|投诉内容|投诉事项|投诉理由|"
    "具体情况|具体事实"
    "|情况说明|主要事实|基本情况|基本事实|案情|经过|事情的经过|投诉原因|投诉事由"
)
_REQUESTS = (
    "投诉请求说明|投诉请求|投诉要求|投诉诉求|诉求|请求事项|请求|我的诉求|我的要求|本人诉求|本人要求|我司诉求|"
    "处理请求|具体要求|具体请求|"
    "具体诉求|要求事项|要求|期望解决方案"
)
_OTHERS = (
    "证据材料|证据清单|相关证据|证据|附件|附|此致|特此投诉|敬礼|投诉人信息|投诉人基本情况|被投诉人信息|"
    "被投诉人基本情况|基本信息|个人信息"
)
_NUMBER = r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.．：:\s]\s*|[（(]?\d{1,2}[）)]?[、.．\s]\s*|[【\[●■◆*]\s*)?"
HEADING = re.compile(
    rf"^\s*{_NUMBER}(?:(?P<facts>{_FACTS})|(?P<requests>{_REQUESTS})|"
    rf"(?P<others>{_OTHERS}))(?:如下)?[】\]]?\s*(?P<colon>[：:]|$)"
)
_WHO = r"(?:我们|我|本人|我司|我公司|本公司|投诉人|我单位)"
_ASKS = re.compile(
    rf"(?:(?:为此|因此|综上所述|综上|据此|故此|故|现|鉴于[^。\n]{{0,40}}?|有鉴于此|为维护[^。\n]{{0,30}}?|"
    rf"基于[^。\n]{{0,30}}?)[，,]?\s*)?"
    rf"(?:{_WHO}(?:现在?|在此|郑重|强烈|特此|特|再次|谨|就此|就|依法|向[^。，\n]{{2,24}})*(?:提出(?:以下|"
    rf"如下)?(?:要求|请求|诉求)|的?(?:诉求|要求|请求|主张|希望)|恳请|恳求)"
    r"|(?:现|特|谨)?提出(?:以下|如下)(?:几点)?(?:要求|请求|诉求)|(?:特此|特|谨|兹|今|现特?)?(?:恳请|恳求|希望|请求|要求|请)(?:贵|你们?|您|公司|有关|相关|协调中心|领导|尽快|依法|上级|对方|退还|赔偿))"
)
# What only announces the request; 请贵中心于十日内：（一）… already asks and stays.
_LEAD = re.compile(
    r"[^。\n]{0,60}?(?:如下|以下[^。\n：:]{0,6}|要求|请求|诉求|主张|希望|是|为|"
    r"(?:要求|请求|恳请|请)(?:贵|你|该|对方|上述)[^。，,：:\n于在内日]{0,8})\s*[：:]\s*\n?\s*"
)
# 事情要从去年说起: what stands before it is no part of the story.
_STORY_BEGINS = re.compile(
    r"\s*(?:事情|事件|此事|整件事|整个)(?:的)?(?:经过|起因|原委|缘由|过程)?(?:大致)?(?:是这样|如下|还?[要得]从|要?由)"
)
_ASKS_TO_BE_READ = re.compile(
    r"(?<=[。；！])\s*(?:敬请|恭请|望予|请予)(?:受理|审阅|批示|查收|重视|支持|谅解|明察)[。！]?\s*$"
)
_REST = 60
_FAREWELL = re.compile(r"谢谢|感谢|此致|敬礼|特此|盼复|为盼|如上|属实|附[件上：:]|随信|祝")
_CONTACT = re.compile(
    r"(?<=[。！!])[^。！!\n]{0,12}(?:家住|(?:电话|手机|联系(?:我|方式|地址)|邮箱|地址)[^。！!\n]{0,24}?[0-9@])"
    r"|\n\s*(?:联系|手机|电话|通讯|通信|地址|住址|邮箱|电子邮[箱件]|身份证|姓\s?名|投诉人|交易账号)[^\n。，]{0,8}[：:]"
)
_WHO_WRITES = re.compile(
    r"\s*(?:您|你|你们|您们|大家)?好?[！!，,。]?\s*(?:我|本人|我们|投诉人|反映人|写信的人|笔者|冒昧)(?:名?叫|是|系|姓|们是|[，,：:])"
    r"|\s*(?:投诉人|本人)[一-鿿]{2,4}[（(，,].{0,80}(?:系|是)[^。]{2,40}(?:客户|会员|储户|用户|股东|业主)[。，]?\s*$"
)
_TELLS = re.compile(
    r"\d{1,2}月|去年|前年|今年(?!\d|[一二三四五六七八九十]+岁)|昨天|上周|上个?月|骗|亏|损失|扣|拒|存了|买了|投保|办理|开户|签订|被|擅自|私自|承诺|却|但是?"
)
_SALUTATION = re.compile(
    r"\s*(?:致|尊敬的|[^。，]{2,40}[：:]\s*$|您好|你们?好|领导好|投\s*诉\s*[书信函]|关于.{2,60}|情况反映|情况说明)"
)


@dataclass(frozen=True)
class Heading:
    """A heading: what it opens, where it begins, where its content may begin."""

    kind: str
    start: int
    content: int


def find_headings(letter: LetterText) -> tuple[Heading, ...]:
    """Return the headings of sections in order; a heading stands alone or ends with a colon."""
    headings = []
    for start, end in letter.paragraphs():
        match = HEADING.match(letter.text[start:end])
        if match:
            kind = next(k for k in ("facts", "requests", "others") if match[k])
            headings.append(Heading(kind, start, start + match.end()))
    return tuple(headings)


def from_sections(letter: LetterText) -> Iterator[Found]:
    """Give complaint_facts and complaint_request."""
    if NO_STORY.search(letter.text[:200]) or PASSED_ON.search(letter.text[:400]):
        return
    headings = find_headings(letter)
    ending = max(closing_start(letter), max((h.content for h in headings if h.kind != "others"), default=0))
    sections = {k: _section(letter, headings, k, ending) for k in ("facts", "requests")}
    request = sections["requests"]
    if request is not None:
        yield Found("complaint_request", *request, Source.SECTION, 0.95, "heading")
    else:
        request = _asking(letter, ending)
        if request is not None:
            yield Found("complaint_request", *request, Source.SECTION, 0.8, "asks")
        else:
            request = _plain_request(letter, ending)
            if request is not None:
                yield Found("complaint_request", *request, Source.SECTION, 0.7, "asks_plainly")
    facts = sections["facts"]
    if facts is not None:
        cut = request[0] if request and facts[0] < request[0] < facts[1] and sections["requests"] is None else facts[1]
        yield Found("complaint_facts", *_trim(letter.text, facts[0], cut), Source.SECTION, 0.93, "heading")
    else:
        story = _story(letter, headings, request, ending)
        if story is not None:
            yield Found("complaint_facts", *story, Source.SECTION, 0.75, "body")


def _plain_request(letter: LetterText, ending: int) -> tuple[int, int] | None:
    span = find_request(letter, salutation_start(letter) or 0, ending)
    if span is None:
        return None
    span = (span[0], _paragraph_of_request(letter.text, *span, ending))
    start, end = _trim(letter.text, span[0], _without_contact(letter.text, *span))
    return (start, end) if end - start >= 4 else None


def _paragraph_of_request(text: str, start: int, end: int, ending: int) -> int:
    """A paragraph that begins with the request is the request to its end: terms and threats belong to it."""
    stop = text.find("\n", end)
    stop = ending if stop < 0 else min(stop, ending)
    opens = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    rest = text[end:stop]
    return stop if opens and len(rest) <= _REST and not _FAREWELL.search(rest) else end


def _section(letter: LetterText, headings: tuple[Heading, ...], kind: str, ending: int) -> tuple[int, int] | None:
    for index, heading in enumerate(headings):
        if heading.kind == kind:
            end = headings[index + 1].start if index + 1 < len(headings) else ending
            content = heading.content
            if kind == "requests":
                end = min(end, _ask_end(letter.text, _trim(letter.text, content, end)[0], end))
            span = _trim(letter.text, content, _without_contact(letter.text, content, max(end, content)))
            if span[1] - span[0] >= 4:
                return span
    return None


def _asking(letter: LetterText, ending: int) -> tuple[int, int] | None:
    """Return the sentences that ask: those led by 综上 or a colon first, else the last ones before the closing."""
    best: tuple[float, int, tuple[int, int]] | None = None
    for match in _ASKS.finditer(letter.text, int(0.3 * ending), ending):
        before = letter.text[max(0, match.start() - 1) : match.start()]
        if before and before not in "。！？!?；;\n，, ":
            continue
        lead = _LEAD.match(letter.text, match.start(), ending)
        start = lead.end() if lead and lead.end() < ending else match.start()
        span = _trim(letter.text, start, _without_contact(letter.text, start, _ask_end(letter.text, start, ending)))
        if span[1] - span[0] >= 4:
            weight = _weight(letter.text, match, span, led=start != match.start())
            best = max(best, (weight, -match.start(), span)) if best else (weight, -match.start(), span)
    return best[2] if best else None


def _weight(text: str, match: re.Match[str], span: tuple[int, int], *, led: bool) -> float:
    words = text[span[0] : span[1]]
    weight = 2.0 if led else 0.0
    if re.match(r"为此|因此|综上|据此|故|现|鉴于|有鉴于此|为维护|基于", match.group()):
        weight += 1.5
    if text[max(0, match.start() - 1) : match.start()] in ("", "\n"):
        weight += 1.0
    if re.search(r"拒绝|不予|不理|推诿|置之不理|但[是对他她]|结果", words):
        weight -= 1.5
    if re.search(r"回复|答复|重视|支持|帮助", words) and not re.search(r"退|赔|补|处理|查|恢复|道歉|说明", words):
        weight -= 1.0
    return weight


def _ask_end(text: str, start: int, ending: int) -> int:
    """A request ends with its paragraph unless a numbered list follows."""
    end = start
    while end < ending:
        stop = text.find("\n", end)
        stop = ending if stop < 0 or stop > ending else stop
        following = text[stop + 1 : stop + 6]
        if not re.match(
            r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|同时|并|另外|其[一二三次]|再者)", following
        ):
            return stop
        end = stop + 1
    return ending


def _without_contact(text: str, start: int, end: int) -> int:
    """Leave out a sentence or lines that only say how to reach the writer, or only ask to be read."""
    contact = _CONTACT.search(text, start, end) or _ASKS_TO_BE_READ.search(text[:end], start)
    return contact.start() if contact else end


def _story(
    letter: LetterText, headings: tuple[Heading, ...], request: tuple[int, int] | None, ending: int
) -> tuple[int, int] | None:
    """Return the body between salutation, labelled lines and the request."""
    labelled = [s.start for s in find_labels(letter.text) if s.marked]
    start = None
    head = salutation_start(letter) or 0
    stop = request[0] if request and request[0] > 0.3 * ending else ending
    for first, last in letter.paragraphs():
        words = letter.text[first:last]
        heading = any(h.start == first for h in headings)
        plain = (
            len(words) >= 18
            and first >= head
            and not TITLE.fullmatch(words)
            and not heading
            and not (len(words) < 30 and _SALUTATION.match(words))
            and not _is_label_line(words, first, labelled)
            and not (_introduces(words) and last + 1 < stop)
        )
        if plain and first < stop:
            start = first if start is None or _STORY_BEGINS.match(words) else start
    if start is None:
        return None
    titled = [h.start for h in headings if h.kind == "requests" and start < h.start < stop]
    stop = min(titled, default=stop)
    if request and start < request[0] <= stop:
        lead = _ASKS.search(letter.text, max(start, request[0] - 80), request[0] + 2)
        stop = lead.start() if lead and lead.start() > start else stop
    span = _trim(letter.text, start, stop)
    return span if span[1] - span[0] >= 12 else None


def _introduces(words: str) -> bool:
    """A paragraph that only says who writes, or that a complaint follows, is no part of the story."""
    announces = len(words) < 70 and re.search(r"(?:如下|投诉|反映|说明)[。：:]?\s*$", words) is not None
    says_who = len(words) < 120 and _WHO_WRITES.match(words) is not None
    return (announces or says_who) and not find_amounts(words) and not _TELLS.search(words)


def _is_label_line(words: str, first: int, labelled: list[int]) -> bool:
    """A paragraph that begins with a label, or holds labels and no sentence."""
    inside = [s - first for s in labelled if first <= s < first + len(words)]
    return any(i <= 3 for i in inside) or (bool(inside) and "。" not in words)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \n　":
        start += 1
    while end > start and text[end - 1] in " \n　":
        end -= 1
    return start, end
