"""Labelled lines anywhere in a letter (姓名：… 电话：…), and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.agents import agency_of
from extractors.letters.firm import letterhead_end
from extractors.letters.found import Found
from extractors.letters.label_table import FIELDS_OF, LABELS, Label, Party, Spot
from extractors.letters.label_values import line_end, read_value
from extractors.letters.names import LABELLED_NAME, could_be_name, is_no_name
from extractors.letters.orgs import HAN, find_orgs, is_house
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
        "part",
        "batch",
    }
)
_BARE_KINDS = frozenset({"party", "name", "legal_rep", "opponent", "employer", "address", "staff"})
# A strict label is a word of every sentence: what stands behind it is surely meant only where it looks like a value.
_STRICT_PRIOR = 0.9
_UNKNOWN_SURNAME = 0.8
_PEOPLE = frozenset({"complainant_name", "respondent_staff", "legal_representative", "contact_name"})
_PERSONS = frozenset({"complainant_name", "legal_representative"})
# What stands after 签字 is mostly a signature, which recognisers read badly and confidently.
_SIGNED_PRIOR = 0.85
# Weaker labels: a mail's sender may be a helper, a date anywhere may be another day, a card may be another bank's.
_PRIORS = {"sender": 0.85, "sent": 0.8, "signed": 0.93, "card": 0.85, "contact": 0.9, "handler": 0.8, "product": 0.8}
# Numbers of Hong Kong, Macao and Taiwan have no form that the field knows.
ABROAD = re.compile(r"\+?(?:00)?(?:852|853|886)\d{7,9}$")
# Labels of one block stand close together; after a stretch of story the block is over.
_BLOCK = 100
_BANK_WORDS = re.compile(r"贵行|你行|我行|支行|信用社|储蓄所|分理处|银行[^。，,\n]{0,12}[：:]|信用合作|农商行")
_NOT_MINE = re.compile(
    r"(?:其|他|她|他们|该公司|贵公司|客服|对方|经理|业务员|老师|分析师|银行|收款|冻结|模拟|他人|岳父|亲戚|私人|个人|陌生|指定|对公|退款|骗子|他岳父|对方)的?(?:个人|私人)?$"
)


def find_labels(text: str) -> tuple[Spot, ...]:
    """Return every label that stands where a label can stand, in order."""
    spots = []
    for match in _LABEL.finditer(text):
        label = _WORDS[re.sub(r"\s", "", match["word"])]
        bare = _bare_line(text, label, match)
        if bare is not None:
            spots.append(Spot(label, match.start(), bare, True))
            continue
        colon = bool(re.search("[：:;；]", match["colon"]))
        fresh = match.start() == 0 or text[match.start() - 1] in "\n，,。；;、 　\t（(【[①②③④⑤"
        typed = label.kind in _TYPED and not label.strict
        named = label.kind not in ("bank", "other") and (not label.strict or label.kind in _TYPED)
        gap = fresh and bool(match["colon"]) and named
        if colon and (fresh or not label.strict) and not _is_told(text, label, match.end()):
            spots.append(Spot(label, match.start(), match.end(), True))
        elif not colon and (typed or gap or (fresh and not label.strict and _says_itself(text, label, match.end()))):
            spots.append(Spot(label, match.start(), match.end(), False))
    return tuple(spots)


def _is_told(text: str, label: Label, value: int) -> bool:
    """Tell whether a strict label leads into speech or a story, not into a value (老师：你再加一点，马上就涨)."""
    return label.strict and re.compile(r"[“\"「]").match(text, value) is not None


def _says_itself(text: str, label: Label, value: int) -> bool:
    """Tell whether a label inside a sentence is known by what follows it (…，地址鄂州市…，法定代表人安全)."""
    if label.kind == "address":
        return re.compile(rf"[{HAN}]{{2,8}}?[省市区县州]").match(text, value) is not None
    return label.kind == "legal_rep"


def _bare_line(text: str, label: Label, match: re.Match[str]) -> int | None:
    """Return where the value begins on a line 投诉人慕容国洋 whose colon was not read.

    The value must fill the line, or the line up to the next label (姓名年富电话138…).
    """
    starts_line = match.start() == 0 or text[match.start() - 1] == "\n"
    separator = re.compile(r"[，,.·、]?\s*").match(text, match.end())
    if not starts_line or re.search("[：:]", match["colon"]) or label.kind not in _BARE_KINDS or separator is None:
        return None
    start = separator.end()
    value = text[start : min(len(text), start + 60, *line_end(text, start))]
    if label.kind == "address":
        return start if re.match(rf"[{HAN}]{{2,8}}?[省市区县州]", value) else None
    orgs = find_orgs(value)
    whole = bool(orgs) and orgs[0][0] == 0
    whole = whole and (len(value) - orgs[0][1] <= 10 or bool(_LABEL.match(value, orgs[0][1])))
    if label.kind in ("opponent", "employer"):
        return start if whole or (label.kind == "opponent" and is_house(value.strip())) else None
    return start if whole or _is_bare_name(label, value) else None


def _is_bare_name(label: Label, value: str) -> bool:
    """Tell whether a line's rest is a name: with a known surname, or behind 姓名 alone with any."""
    following = _LABEL.search(value, 2)
    name = value[: following.start()] if following else value
    if re.fullmatch(LABELLED_NAME, name.rstrip()) is None:
        return False
    return could_be_name(name) or (label.words.startswith("姓名") and not is_no_name(name))


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
        span = read_value(letter.text, spot, limit)
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
            claims.append((spot.start, min(limit, *line_end(text, spot.start), spot.start + 60)))
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
        if field in ("complainant_phone", "complainant_mobile") and ABROAD.match(re.sub(r"[^\d+]", "", value)):
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
    if spot.label.strict and field in _PEOPLE and not (could_be_name(value) or find_orgs(value) or is_house(value)):
        return _UNKNOWN_SURNAME
    usual = _STRICT_PRIOR if spot.label.strict else 0.98 if spot.marked else 0.94
    return _PRIORS.get(spot.label.kind, usual)


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
