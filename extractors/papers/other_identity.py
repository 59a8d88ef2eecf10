"""Identity papers of another kind than the resident identity card: recognised, named, and left to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from domain.marks import PageReading

_MOST_LINES = 45
_LONGEST_TITLE = 22

# name of the paper -> (its title, what else is printed on it)
_PAPERS: Final = (
    ("临时居民身份证", re.compile(r"临时居民身份证"), re.compile(r"有效期|签发机关|姓名|公民身份")),
    (
        "居民户口簿",
        re.compile(r"居民户口簿|常住人口登记卡|户口登记簿"),
        re.compile(r"户主|与户主关系|户号|籍贯|登记事项变更|户别"),
    ),
    (
        "港澳居民来往内地通行证",
        re.compile(r"港澳居民来往内地通行证|MAINLAND\s?TRAVEL\s?PERMIT|回乡证", re.I),
        re.compile(r"姓名|证件号码|有效期|签发|VALID|NAME", re.I),
    ),
    (
        "台湾居民来往大陆通行证",
        re.compile(r"台湾居民来往大陆通行证|臺灣居民來往大陸通行證"),
        re.compile(r"姓名|证件号码|有效期|签发|VALID", re.I),
    ),
    (
        "港澳台居民居住证",
        re.compile(r"(?:港澳|台湾)居民居住证|港澳台居民居住证"),
        re.compile(r"姓名|公民身份|通行证号码|签发"),
    ),
    (
        "外国人永久居留身份证",
        re.compile(r"外国人永久居留|PERMANENT\s?RESIDEN(?:CE|T)", re.I),
        re.compile(r"姓名|国籍|NATIONALITY|有效期|VALID", re.I),
    ),
    (
        "护照",
        re.compile(r"^护照|护照$|PASSPORT|^P<[A-Z]{3}", re.I),
        re.compile(
            r"P<[A-Z]{3}|国籍|NATIONALITY|签发地|PLACE\s?OF\s?(?:ISSUE|BIRTH)|DATE\s?OF\s?(?:ISSUE|BIRTH)", re.I
        ),
    ),
    ("军官证", re.compile(r"军官证|士兵证|文职干部证|警官证"), re.compile(r"编号|部别|姓名|有效期")),
    (
        "机动车驾驶证",
        re.compile(r"机动车驾驶证|DRIVING\s?LICEN[CS]E", re.I),
        re.compile(r"准驾车型|初次领证|证号|CLASS|有效期", re.I),
    ),
)


def other_identity_paper(pages: Sequence[PageReading]) -> str | None:
    """Return what kind of identity paper the pages show, ``None`` for identity cards and everything else.

    The title has to stand in a short line of its own and something else of the paper beside it: letters name passports.
    """
    for page in pages:
        lines = [re.sub(r"\s", "", line.text) for line in page.read.text.lines]
        if len(lines) > _MOST_LINES:
            continue
        titles = [line for line in lines if len(line) <= _LONGEST_TITLE]
        for name, title, mark in _PAPERS:
            heads = [line for line in titles if title.search(line)]
            if heads and any(mark.search(line) for line in lines if line not in heads[:1]):
                return name
    return None
