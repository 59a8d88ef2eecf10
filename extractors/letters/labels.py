"""Labelled lines anywhere in a letter (姓名：… 电话：…), and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.normal import find_amounts, find_dates, find_emails, find_id_numbers, find_phones
from domain.spans import Span
from extractors.letters.agents import agency_of
from extractors.letters.firm import letterhead_end
from extractors.letters.found import Found
from extractors.letters.label_table import FIELDS_OF, LABELS, Label, Party
from extractors.letters.names import LABELLED_NAME, could_be_name, cut_name, is_no_name, without_echo
from extractors.letters.orgs import BRANCH_ENDING, HAN, find_orgs
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_WORDS = {word: label for label in LABELS for word in label.words.split()}
_JOINED = "|".join(r"\s{0,4}".join(map(re.escape, w)) for w in sorted(_WORDS, key=len, reverse=True))
_LABEL = re.compile(
    rf"(?P<word>{_JOINED})(?P<note>\s*[（(][^（）()\n]{{1,10}}[）)])?(?P<colon>\s*[：:]\s*|\s*[;；]\s*(?=\S)|"
    rf"为[：:]?\s*|是[：:]\s*|\s+|)"
)
# Typed values may follow their label at once; names and addresses need a colon or a place at the start of a line.
_TYPED = frozenset(
    {
        "phone",
        "mobile",
        "email",
        "id_no",
        "account",
        "uscc",
        "date",
        "birth",
        "amount",
        "number",
        "claim",
        "order",
        "card",
    }
)
_BARE_KINDS = frozenset({"party", "name", "legal_rep", "opponent", "employer", "address"})
_PERSONS = frozenset({"complainant_name", "legal_representative"})
# What stands after 签字 is mostly a signature, which recognisers read badly and confidently.
_SIGNED_PRIOR = 0.85
# Weaker labels: a mail's sender may be a helper, a date anywhere may be another day, a card may be another bank's.
_PRIORS = {"sender": 0.85, "sent": 0.8, "signed": 0.93, "card": 0.85, "contact": 0.9}
# Labels of one block stand close together; after a stretch of story the block is over.
_BLOCK = 100
_BANK_WORDS = re.compile(r"贵行|你行|我行|支行|信用社|储蓄所|分理处|银行[^。，,\n]{0,12}[：:]|信用合作|农商行")
_NOT_MINE = re.compile(
    r"(?:其|他|她|他们|该公司|贵公司|客服|对方|经理|业务员|老师|分析师|银行|收款|冻结|模拟|他人|岳父|亲戚|私人|个人|陌生|指定|对公|退款|骗子|他岳父|对方)的?(?:个人|私人)?$"
)
_STOP = re.compile(
    r"[。；;\n]|[，,](?=\s*(?:现在|目前|现就|现因|曾|今年|退休)|\s*(?:系|是|于|在|现就|因|为)?(?:我|本人|贵|联系|电话|手机|身份|邮编|客户|交易))"
)
_ADDRESS_GOES_ON = re.compile(r"\n[^\n：:。，,；]{1,24}(?:室|号|楼|层|栋|幢|单元|座|户|组)(?=\s*(?:\n|$|[，,。；]))")
_IS_A_SUM = re.compile(r"\s*(?:[元万块千百年月笔手]|[,.，]\d)")
_ADDRESS_ENDS = re.compile(
    r"(?<=.)(?:被投诉|投诉人|投诉单位|经办人|联系电话|身份证|电话|手机|邮编|的(?:一名|业主|居民|住户))"
)
_ACCOUNT = re.compile(r"(?<![0-9A-Z])[A-Z]{0,4}[\s\-]?\d(?:[\s\-]?[0-9OolI]){3,25}(?![0-9])|[A-Z]{1,4}\d{3,}", re.I)
_CLAIM = re.compile(r"[A-Z]{0,6}[\s\-]?\d(?:[\s\-]?\d){6,24}(?!\d)", re.I)
_ORDER = re.compile(r"[A-Z]{0,5}[\-_]?\d[0-9A-Z\-_/]{3,24}", re.I)
_DATE_FOLLOWS = re.compile(r"[ 　]*(?:日期[：:]?\s*)?(?:[12]\d{3}[年./\-]|[二][〇○零O0Ｏ])")
_USCC = re.compile(r"[0-9A-Z](?:\s?[0-9A-Z]){17}(?![0-9A-Z])")
_NUMBER = re.compile(rf"[（(\[〔【A-Za-z0-9{HAN}]{{0,6}}[A-Za-z0-9〔〕\[\]（）()【】\-—_/]{{3,24}}号?")


@dataclass(frozen=True)
class Spot:
    """A label in the text: its group, where it begins, where its value may begin."""

    label: Label
    start: int
    value: int
    marked: bool


def find_labels(text: str) -> tuple[Spot, ...]:
    """Return every label that stands where a label can stand, in order."""
    spots = []
    for match in _LABEL.finditer(text):
        label = _WORDS[re.sub(r"\s", "", match["word"])]
        colon = bool(re.search("[：:;；]", match["colon"]))
        fresh = match.start() == 0 or text[match.start() - 1] in "\n，,。；;、 　\t（("
        marked = colon or (fresh and bool(match["colon"]) and label.kind not in ("bank", "other"))
        bare = _bare_line(text, label, match)
        if bare is not None:
            spots.append(Spot(label, match.start(), bare, True))
        elif (marked or label.kind in _TYPED or (fresh and _says_itself(text, label, match.end()))) and (
            fresh or colon or label.kind in _TYPED
        ):
            spots.append(Spot(label, match.start(), match.end(), colon))
    return tuple(spots)


def _says_itself(text: str, label: Label, value: int) -> bool:
    """Tell whether a label inside a sentence is known by what follows it (…，地址鄂州市…，法定代表人安全)."""
    if label.kind == "address":
        return re.compile(rf"[{HAN}]{{2,8}}?[省市区县州]").match(text, value) is not None
    return label.kind == "legal_rep"


def _bare_line(text: str, label: Label, match: re.Match[str]) -> int | None:
    """Return where the value begins on a line 投诉人慕容国洋 whose colon was not read; the value must fill the line."""
    starts_line = match.start() == 0 or text[match.start() - 1] == "\n"
    separator = re.compile(r"[，,.·、]?\s*").match(text, match.end())
    if not starts_line or re.search("[：:]", match["colon"]) or label.kind not in _BARE_KINDS or separator is None:
        return None
    start = separator.end()
    value = text[start : min(len(text), start + 60, *_line_end(text, start))]
    if label.kind == "address":
        return start if re.match(rf"[{HAN}]{{2,8}}?[省市区县州]", value) else None
    orgs = find_orgs(value)
    whole = bool(orgs) and orgs[0][0] == 0
    whole = whole and (len(value) - orgs[0][1] <= 10 or bool(_LABEL.match(value, orgs[0][1])))
    if label.kind in ("opponent", "employer"):
        return start if whole else None
    return start if whole or (re.fullmatch(LABELLED_NAME, value) and could_be_name(value)) else None


def from_labels(letter: LetterText) -> Iterator[Found]:
    """Give the values of labelled lines that belong to the complainant or name the respondent."""
    spots = find_labels(letter.text)
    agency = agency_of(letter.text)
    head = letterhead_end(letter)
    writer = Party.AGENT if agency.writer_is_agent else Party.COMPLAINANT
    party, before = writer, 0
    for index, spot in enumerate(spots):
        party = _party_at(letter.text, spot, writer if spot.start - before > _BLOCK else party, writer)
        before = spot.start
        owner = spot.label.fixed or spot.label.opens or party
        if agency.of_agent(spot.start) or spot.start < head:
            continue
        if _NOT_MINE.search(letter.text[max(0, spot.start - 6) : spot.start]) or _of_somebody_named(letter.text, spot):
            continue
        limit = spots[index + 1].start if index + 1 < len(spots) else len(letter.text)
        span = _read(letter.text, spot, limit)
        if span is not None:
            yield from _founds(letter.text, spot, owner, span)


def claimed_by(text: str, parties: frozenset[Party]) -> tuple[tuple[int, int], ...]:
    """Return the stretches of text that belong to labels of these parties."""
    spots = find_labels(text)
    agency = agency_of(text)
    writer = Party.AGENT if agency.writer_is_agent else Party.COMPLAINANT
    party, claims, before = writer, list(agency.agents if Party.AGENT in parties else ()), 0
    for index, spot in enumerate(spots):
        party = _party_at(text, spot, writer if spot.start - before > _BLOCK else party, writer)
        before = spot.start
        if (spot.label.fixed or party) in parties:
            limit = spots[index + 1].start if index + 1 < len(spots) else len(text)
            claims.append((spot.start, min(limit, *_line_end(text, spot.start), spot.start + 60)))
    return tuple(claims)


def _of_somebody_named(text: str, spot: Spot) -> bool:
    """陈涛（电话…）: a number in brackets after a name, unless the name is introduced as the writer's."""
    before = text[max(0, spot.start - 10) : spot.start]
    if spot.label.kind not in ("phone", "mobile", "email"):
        return False
    mine = re.search(
        rf"(?:我|本人|投诉人|姓名|反映人|申请人)[是叫系为，,：:]{{0,2}}[{HAN}·]{{0,6}}[（(]$|公司[（(]$", before
    )
    return bool(re.search(rf"[{HAN}][（(]$", before)) and (not mine or bool(re.search("[给向对找与跟]", before)))


def _party_at(text: str, spot: Spot, party: Party, writer: Party) -> Party:
    """Return whose block it is from this label on; outside every block numbers are the writer's."""
    if spot.marked and spot.label.opens is not None:
        return spot.label.opens
    return writer if _back_to_writer(text, spot) else party


def _back_to_writer(text: str, spot: Spot) -> bool:
    """A block of the respondent ends with an empty line of thought: a heading, or 本人/我 right before the label."""
    before = text[max(0, spot.start - 4) : spot.start]
    return bool(re.search("(?:本人|我的?|我司|我公司)$", before)) or spot.label.kind in ("amount", "other")


def _founds(text: str, spot: Spot, owner: Party, span: tuple[int, int]) -> Iterator[Found]:
    names = FIELDS_OF.get((spot.label.kind, owner), ())
    value = text[span[0] : span[1]]
    for name in names:
        field = name
        if name == "respondent_org":
            orgs = find_orgs(value)
            if not orgs and len(value) <= 5:
                field = "respondent_staff"
            elif orgs and orgs[0][1] < len(value):
                yield Found(
                    "respondent_branch", span[0] + orgs[0][1], span[1], Source.LINE, 0.9, "label:opponent_branch"
                )
                span = (span[0], span[0] + orgs[0][1])
        source = Source.LINE if spot.marked else Source.SENTENCE
        prior = _prior(text, spot, span, field)
        if prior is None:
            continue
        if field == "complainant_phone" and re.fullmatch(r"(?:86)?1[3-9]\d{9}", re.sub(r"\D", "", value)):
            field = "complainant_mobile"
        yield Found(field, *span, source, prior, f"label:{spot.label.kind}")


def _prior(text: str, spot: Spot, span: tuple[int, int], field: str) -> float | None:
    """Return how likely a label's value is the field's, ``None`` when it is certainly something else's."""
    value = text[span[0] : span[1]]
    if field == "complaint_no":
        if not _numbers_a_complaint(text, spot):
            return None
        if re.search("[转访函〔\\[]", value):
            # The number of the office that passed the letter on.
            return 0.3
    if spot.label.kind == "card" and not _is_about_a_bank(text):
        return None
    if field in _PERSONS and "签" in text[spot.start : span[0]]:
        return _SIGNED_PRIOR
    if field == "complainant_email" and re.search(r"[A-Za-z0-9]\s$", text[: span[0]][-2:]):
        # A sign before the gap was not read (mbxr_59 as mbxr 59): only the end of the address stands here.
        return 0.3
    return _PRIORS.get(spot.label.kind, 0.98 if spot.marked else 0.94)


def _is_about_a_bank(text: str) -> bool:
    """Tell whether a card's number can be the account with the respondent: the letter complains of a bank."""
    return bool(_BANK_WORDS.search(text))


def _numbers_a_complaint(text: str, spot: Spot) -> bool:
    """Tell a complaint's number from that of an agreement, an order or a slip named in a sentence."""
    if not text.startswith("编号", spot.start):
        return True
    before = text[max(0, spot.start - 14) : spot.start]
    line = before[before.rfind("\n") + 1 :]
    return not line.strip() or bool(re.search("(?:投诉|来信|受理|登记|案件)(?:书|函|单|表)?[（( ]*$", line))


def _read(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    kind = spot.label.kind
    if kind in ("party", "name", "legal_rep", "staff", "contact", "sender"):
        if kind == "legal_rep" and not _stands_apart(text, spot):
            return None
        if "\n" in text[spot.start : spot.value]:
            return _read_next_line(text, spot, limit)
        return _read_name(text, spot.value, limit, sloppy=spot.marked)
    if kind in ("opponent", "branch", "employer", "forwarder"):
        return _read_org(text, spot.value, limit) if spot.marked else None
    if kind == "address":
        return _read_address(text, spot, limit)
    if kind == "gender":
        return _match(re.compile("[男女]"), text, spot.value, limit)
    if kind == "nation":
        return _match(re.compile(rf"[{HAN}]{{1,5}}?(?=族|[\s，,。；;\n]|$)"), text, spot.value, limit)
    return _read_typed(text, spot, limit)


def _stands_apart(text: str, spot: Spot) -> bool:
    """Tell whether 法定代表人 begins here: after no Han character, or where the gap behind a firm's name is lost."""
    before = text[max(0, spot.start - 4) : spot.start]
    return re.match(f"[{HAN}]", before[-1:]) is None or (spot.marked and before.endswith(("公司", "厂", "合作社")))


def _read_next_line(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    """Read a name on the line below its label: it must fill the line."""
    end = min(len(text), limit, *_line_end(text, spot.value))
    words = text[spot.value : end].strip()
    orgs = find_orgs(words)
    whole = bool(orgs) and orgs[0] == (0, len(words))
    named = re.fullmatch(LABELLED_NAME, words) is not None and could_be_name(words)
    return (spot.value, spot.value + len(words)) if whole or named else None


def _match(pattern: re.Pattern[str], text: str, start: int, limit: int) -> tuple[int, int] | None:
    found = pattern.match(text, start, limit)
    return None if found is None or found.end() == start else found.span()


def _read_typed(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    end = min(limit, spot.value + 60, *_line_end(text, spot.value))
    part = text[spot.value : end]
    finders = {
        "phone": find_phones, "mobile": find_phones, "email": find_emails, "id_no": find_id_numbers,
        "amount": find_amounts, "date": find_dates, "signed": find_dates, "birth": find_dates, "sent": find_dates,
    }  # fmt: skip
    if spot.label.kind in finders:
        spans: tuple[Span, ...] = finders[spot.label.kind](part)
        if spans and spans[0].start <= 6:
            return spot.value + spans[0].start, spot.value + spans[0].end
        return _odd_number(part, spot) if spot.marked or text[: spot.start][-1:] in ("", "\n") else None
    pattern = {
        "account": _ACCOUNT, "card": _ACCOUNT, "uscc": _USCC, "number": _NUMBER, "claim": _CLAIM, "order": _ORDER
    }.get(spot.label.kind)  # fmt: skip
    found = pattern.search(part) if pattern else None
    if found is None or found.start() > 4 or not re.search(r"\d", found.group()):
        return None
    if spot.label.kind in ("account", "card") and _IS_A_SUM.match(part, found.end()):
        return None
    value = found.group()
    loose = len(value) - len(value.rstrip("）)】]")) if not re.search("[（(【\\[〔]", value) else 0
    return spot.value + found.start(), spot.value + found.end() - loose


def _odd_number(part: str, spot: Spot) -> tuple[int, int] | None:
    """Return a damaged phone or ID number, so that a person sees it with its failed check."""
    if spot.label.kind not in ("phone", "mobile", "id_no"):
        return None
    found = re.match(r"\s*(\+?[0-9OolIxX(（][0-9OolIxX)）\- :：.·]{6,24})", part)
    if not found or sum(c.isdigit() for c in found[1]) < 6:
        return None
    return spot.value + found.start(1), spot.value + found.start(1) + len(found[1].rstrip(" -:：.·"))


def _line_end(text: str, start: int) -> tuple[int, ...]:
    end = text.find("\n", start)
    return () if end < 0 else (end,)


def _read_name(text: str, start: int, limit: int, *, sloppy: bool) -> tuple[int, int] | None:
    """Read a person, several people, or a firm."""
    orgs = find_orgs(text, start, min(limit, start + 40, *_line_end(text, start)))
    if orgs and orgs[0][0] - start <= 1:
        return orgs[0]
    date = _DATE_FOLLOWS.search(text, start + 2, min(len(text), limit))
    limit = date.start() if date else limit
    one = rf"{LABELLED_NAME}(?![{HAN}·])"
    found = re.compile(rf"\s*({one}(?:(?:\s*、\s*| {{1,4}}){one})*)").match(text, start, limit)
    if found and not is_no_name(found[1]):
        return found.start(1), without_echo(text, *found.span(1))
    if not sloppy:
        return None
    line = text[start : min(len(text), start + 40, *_line_end(text, start))]
    end = None if re.search("有限|公司|股份", line) else cut_name(text, start)
    return None if end is None or end > limit else (start, end)


def _read_org(text: str, start: int, limit: int) -> tuple[int, int] | None:
    end = min(limit, start + 60, *_line_end(text, start))
    orgs = find_orgs(text, start, end)
    if orgs and orgs[0][0] - start <= 2:
        tail = re.compile(rf"[{HAN}]{{2,14}}?(?:{BRANCH_ENDING})").match(text, orgs[0][1], end)
        return start, tail.end() if tail else orgs[0][1]
    stop = re.compile(r"[，,。；;\n]").search(text, start, end)
    last = stop.start() if stop else end
    value = text[start:last].strip()
    return (start, start + len(text[start:last].rstrip())) if 2 <= len(value) <= 30 and not is_no_name(value) else None


def _read_address(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    lead = re.compile(r"[在于]?").match(text, spot.value)
    start = lead.end() if lead else spot.value
    stop = _STOP.search(text, start, limit)
    end = stop.start() if stop else limit
    carried = _ADDRESS_GOES_ON.match(text, end, limit) if text[end : end + 1] == "\n" else None
    raw = text[start : carried.end() if carried else end].rstrip(" ，,（(")
    if raw.count("）") + raw.count(")") > raw.count("（") + raw.count("("):
        raw = raw.rstrip("）)")
    raw = _ADDRESS_ENDS.split(raw)[0].rstrip(" ，,（(")
    words = re.sub(r"\s", "", raw)
    looks = re.search(r"[省市区县州旗镇乡村路街巷道号室栋幢弄]", words)
    if (
        not looks
        or not 5 <= len(words) <= 70
        or (not spot.marked and not re.match(rf"[{HAN}]{{2,8}}[省市区县州]", words))
    ):
        return None
    return start, start + len(raw)
