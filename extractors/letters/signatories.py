"""Rows that carry a signature: one name or several, with what people write around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.normal import find_dates, find_phones
from domain.surnames import COMPOUND_SURNAMES
from extractors.letters.names import MINORITY_NAME, could_be_name, is_no_name, without_echo
from extractors.letters.orgs import HAN

_FIRM_LABELS = "法定代表人|法人代表|负责人|企业法人"
_OTHERS = (
    "代理人|委托代理人|受托人|被委托人|被授权人|联系人|经办人|见证人|证明人|代书人?|代笔人?|律师|抄送|翻译|"
    "收件人|记录人|受理人"
)
_LABELS = (
    "投诉人|投诉者|投诉方|申请人|反映人|反映者|举报人|控告人|声明人|撤诉人|委托人|授权人|申诉人|来信人|写信人|"
    "签名|签字|具名|署名|落款|客户|您的客户|贵公司客户|贵行客户|一位客户|储户|户主|持卡人|车主|业主|住户|投资人|投保人|被保险人|"
    "投诉单位|投诉人代表|投诉代表|代表人|消费者|用户|村民|学生|职工|老人|此致人|敬上"
)
_LEAD = re.compile(
    rf"\s*(?:此\s*致)?\s*(?:敬\s*礼)?\s*[！!。]?\s*(?:[（(]?\d{{1,2}}[）)、.．]\s*|[①-⑳]\s*)?(?P<label>(?P<firm>{_FIRM_LABELS})|(?P<other>{_OTHERS})|"
    rf"(?:全体|第[一二三]|以上)?(?:{_LABELS}))?(?:姓名)?(?:签名|签字|签章|签)?"
    rf"\s*(?:[（(](?:[^（）()]{{0,4}}(?:签|章|印|名)[^（）()]{{0,8}})[）)])?\s*[：:]?\s*"
)
_TAIL = re.compile(
    r"\s*(?:[（(][^（）()]{1,12}[）)])?\s*(?:敬上|谨上|谨启|敬启|启|上|呈|敬呈|谨呈|呈上|顿首|拜上|手书|亲笔|按印|捺印|手印|指印|签字|"
    r"签名|盖章|具|书|致上)?\s*(?:[（(][^（）()]{1,12}[）)])?\s*"
)
_SIGNS = re.compile("[敬谨][上启呈]|按印|捺印|手印|指印|顿首|亲笔")
_CONTACT = re.compile(r"[，,、\s]*(?:联系)?(?:电话|手机|手机号码?|电话号码|方式|Tel|TEL)?\s*[：:]?\s*$")
# 张伟等15人 names one of many: nobody alone complains.
_AND_OTHERS = re.compile(r"等\s*(?:\d+|[一二两三四五六七八九十百]+)\s*[人名户位]")
_ONE = re.compile(rf"{MINORITY_NAME}|(?:{COMPOUND_SURNAMES})[{HAN}]{{1,2}}|[{HAN}]{{2,4}}")


@dataclass(frozen=True)
class Signed:
    """Names on one row.

    Attributes:
        names: (start, end) of each name, at least one.
        labelled: a label such as 投诉人 stands before.
        signature: the label asks for a signature.
        firm: the label names a firm's representative.
        other: the label names somebody who does not complain.
    """

    names: tuple[tuple[int, int], ...]
    labelled: bool = False
    signature: bool = False
    firm: bool = False
    other: bool = False


def read_row(text: str, start: int, end: int) -> Signed | None:
    """Return the names on a row of the closing, ``None`` when it is no row of a signature."""
    if _AND_OTHERS.search(text, start, end):
        return None
    lead = _LEAD.match(text, start, end)
    begin = lead.end() if lead else start
    stop = _core_end(text, begin, end)
    names = _names(text, begin, stop)
    if not names:
        return None
    words = text[start:begin]
    labelled = bool(lead and lead["label"]) or bool(re.search("签", words)) or bool(_SIGNS.search(text, stop, end))
    if not all(_fits(text[a:b], labelled=labelled) for a, b in names):
        return None
    return Signed(
        names,
        labelled=labelled,
        signature="签" in words,
        firm=bool(lead and lead["firm"]),
        other=bool(lead and lead["other"]),
    )


def _core_end(text: str, start: int, end: int) -> int:
    """Return where the names end: before a phone, a date, a bracket or a closing word."""
    words = text[start:end]
    marks = [s.start for s in (*find_phones(words), *find_dates(words))]
    date = re.search(r"\s*(?:日期|时间|填写日期)?\s*[：:]?\s*[12二][0-9〇○零OoＯ]", words)
    marks += [date.start()] if date else []
    stop = start + min(marks, default=end - start)
    contact = _CONTACT.search(text, start, stop)
    stop = contact.start() if contact and stop < end else stop
    for place in range(start, stop):
        tail = _TAIL.fullmatch(text, place, stop)
        if tail is not None and place - start >= 2:
            return place
    return stop


def _names(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    words = text[start:end]
    if not re.fullmatch(rf"[{HAN}·•・‧∙.．\s、，,]{{2,60}}", words):
        return ()
    parts = [(start + m.start(), start + m.end()) for m in re.finditer(r"[^\s、，,]+", words)]
    minority = re.fullmatch(rf"\s*(?P<name>{MINORITY_NAME})\s*", words)
    if minority:
        return ((start + minority.start("name"), start + minority.end("name")),)
    if len(parts) > 1 and (
        all(b - a == 1 for a, b in parts)
        or (
            len(parts) == 2
            and (parts[0][1] - parts[0][0] == 1 or re.fullmatch(COMPOUND_SURNAMES, text[slice(*parts[0])]))
        )
    ):
        whole = parts[0][0], parts[-1][1]
        return (whole,) if len(re.sub(r"\s", "", text[slice(*whole)])) <= 4 else ()
    if len({text[a:b] for a, b in parts}) == 1:
        parts = parts[:1]
    return tuple((a, without_echo(text, a, b)) for a, b in parts)


def _fits(name: str, *, labelled: bool) -> bool:
    bare = re.sub(r"\s", "", name)
    if is_no_name(bare) or not (_ONE.fullmatch(bare) or re.fullmatch(MINORITY_NAME, bare)):
        return False
    return labelled or could_be_name(bare)
