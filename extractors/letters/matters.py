"""What a letter is about: the flat or room (property managers, hotels), the goods (makers of boards and medicines).

Places of a home are read where the letter speaks of owners, estates or hotels, and not inside an address: the same
words are then a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.found import Found
from extractors.letters.label_values import CODE
from extractors.letters.orgs import HAN
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_SURE, _LIKELY, _MAYBE = 0.93, 0.88, 0.8
_HOMES = re.compile(r"物业|业主|住户|小区|租户|收房|交房|购房|买房|置业|楼盘|开发商|电梯")
_HOTELS = re.compile(r"酒店|宾馆|客房|民宿|入住|饭店|旅馆|度假村")
_ADDRESS_BEFORE = re.compile(rf"(?:[路街巷道村镇弄]|\d号|大道|胡同)(?:[{HAN}]{{0,12}})$")
_BUILDING = (
    r"(?P<building>(?<![0-9])\d{1,3}(?:号楼|[栋幢座]|#楼?|号院?\d{1,2}号?楼)|(?<![A-Za-z])[A-Z][座栋幢]|"
    rf"[一二三四五六七八九十]{{1,3}}(?:号楼|[栋幢座])|[{HAN}]{{2,4}}楼(?=[甲乙丙丁一二三四五六\d]+单元))"
)
_UNIT = r"(?P<unit>(?:\d{1,2}|[一二三四五六七八九十甲乙丙丁])(?:单元|门))"
_ROOM = r"(?P<room>(?:\d{1,2}-)?\d{3,4})(?!\d|年|元|块|万|天|-\d|\.\d|:)"
_HOME = re.compile(
    rf"{_BUILDING}[\s\-—，,、]{{0,2}}(?:{_UNIT}[\s\-—，,、]{{0,2}})?(?:(?:房号[：:]?|室号[：:]?)?{_ROOM})?"
)
_LABEL_ENDS = r"[：:｜|=\s]{1,3}"
_HOME_LABELS = {
    "building": rf"(?:楼栋|楼号|栋号|楼幢|幢号|座号){_LABEL_ENDS}"
    r"(?P<value>[0-9A-Z一二三四五六七八九十]{1,4}(?:号楼|[栋幢座#])?)",
    "unit": rf"单元号?{_LABEL_ENDS}(?P<value>[0-9一二三四五六七八九十]{{1,2}}(?:单元)?)(?=\s|[，,；;。]|$)",
    "room": r"(?:房间号?|房号|室号|客房号?|铺位号?|商铺号?)[：:｜|=\s为是]{0,3}"
    r"(?P<value>[A-Z]{1,2}\d{0,2}-?\d{2,4}|(?:\d{1,2}-)?\d{3,4})(?!\d)",
    "project": rf"(?:小区名?称?|楼盘名?称?|项目名称|涉及项目|所在小区|所属项目){_LABEL_ENDS}"
    rf"(?P<value>[{HAN}0-9·]{{2,14}})",
}
_HOTEL_ROOM = re.compile(
    r"(?:入住|住在?|住进|订的|安排(?:在|到)?|开了|换到|换成|换了|我的房间|房间|客房)[^\d，。；\n]{0,14}?(?P<room>(?<![0-9\-])\d{3,4})"
    r"(?=号?房间?|室|号(?!楼)|[，,。、）)]|$)|(?<![0-9\-])(?P<before>\d{3,4})(?=号房|房间|房(?![价费款租产屋])|室)"
)
_ESTATE = re.compile(
    rf"[“\"「《]?(?P<project>(?<![{HAN}])[{HAN}·]{{2,7}}|(?<=我是|住在|们是|家在|住的|买的|的是)[{HAN}·]{{2,8}}|"
    rf"(?<=[“\"「])[{HAN}·0-9]{{2,10}})[”\"」》]?(?:[一二三四]期)?(?={_BUILDING.replace('?P<building>', '?:')})"
)
_NO_ESTATE = re.compile(r"[月年日至今说把到第从向]|我|你|他|本|贵|该|这|的|是|住|在|家|买|们|业主|因|和|与|及|房|号")
_CODE = rf"(?P<value>{CODE})"
_CODES = {
    "batch_no": (r"(?:生产)?批[号次](?:号)?(?:是|为|有|均为|：|:)?\s*", "(?:Lot|LOT)(?:\\s*No\\.?)?[.:：]?\\s*"),
    "order_no": (
        r"(?:订单|采购订?单|货单|运单|订货单)(?:编?号(?:码)?)?(?:是|为|：|:)?\s*(?:PO)?[：:]?\s*",
        r"(?<![A-Z])(?:PO|P\.O\.)(?:\s*No\.?)?[.:：\s]{1,3}",
        r"(?<![快工保清])单号[：:是为]?\s*",
    ),
    "part_no": (r"料号[：:是为]?\s*", r"(?:P/N|Part\s?No\.?)[.:：]?\s*"),
}
_COUNT = r"(?P<value>\d[\d,，]*\s*(?:片|套|支|只|件|块|塊|瓶|盒|箱|台|张|PCS|pcs|Pcs))"
_COUNTS = {
    "defect_quantity": re.compile(
        rf"(?:不良(?:品|数量?|数)?|不合格(?:品|数量?)?|NG|NOK|开路|短路|少孔|花屏|破损|漏气|次品|坏了?|报废)[：:\s约共有计]{{0,3}}{_COUNT}"
    ),
    "quantity": re.compile(
        rf"(?<!不良)(?<!不合格)(?:交货数?量?|到货|交运数?量?|订购|数量|Qty|QTY|共计?|购入|验收|来料|收到)[：:\s约]{{0,3}}{_COUNT}"
    ),
}
_MAKES = re.compile(r"料号|批[号次]|订单|来料|不良|焊盘|线路板|板子|药品|胶囊|颗粒|片剂|注射")
_FORMS = (
    "胶囊|颗粒|口服液|注射液|糖浆|滴丸|滴眼液|咀嚼片|缓释片|分散片|含片|片|丸|散|膏|冲剂|合剂|喷雾剂|软膏|针剂|乳膏|贴"
)
_PRODUCT = re.compile(
    rf"(?:贵厂|贵公司|贵司|你们?厂|你们公司|你公司|你们|贵院|生产的?|购买|服用|使用|开了|配了|买了|吃的?|关于)(?:生产|出品|出产|家|厂)?的?"
    rf"[“\"「]?(?P<value>(?:注射用)?[{HAN}]{{2,9}}?(?:{_FORMS})(?:[（(]浓缩[）)])?)(?![{HAN}])|"
    rf"(?:^|[，,。；;：:（(\s“、])[“\"「]?(?P<lot>(?:注射用)?[{HAN}]{{2,10}}?)[”\"」]?[，,（(；;／/\s]{{0,3}}(?:产品)?(?:生产)?批[号次]"
)
_NO_PRODUCT = re.compile(
    r"^(?:产品|药品|药|板子|这|该|同|本|此|我|你|一|两|几|名称|出现|发现|标|生产|上[列述]|以上|涉及)|品名|名称|公司|厂$|盒$|瓶$|的"
)


def from_matters(letter: LetterText) -> Iterator[Found]:
    """Give home or room, and goods with their numbers."""
    if _HOMES.search(letter.text):
        yield from _homes(letter)
    if _HOTELS.search(letter.text):
        yield from _hotel_rooms(letter)
    yield from _codes(letter)
    if _MAKES.search(letter.text):
        yield from _goods(letter)


def _homes(letter: LetterText) -> Iterator[Found]:
    for field, pattern in _HOME_LABELS.items():
        for match in re.finditer(pattern, letter.text):
            if field == "room" and _HOME.match(letter.text, match.start("value")):
                continue
            yield Found(field, *match.span("value"), Source.LINE, _SURE, "home_label")
    for match in _HOME.finditer(letter.text):
        before = letter.text[max(0, match.start() - 14) : match.start()]
        whole = match["room"] is not None or match["unit"] is not None
        if _ADDRESS_BEFORE.search(before.rsplit("\n", 1)[-1]):
            continue
        for field in ("building", "unit", "room"):
            if match[field]:
                yield Found(field, *match.span(field), Source.SENTENCE, _LIKELY if whole else _MAYBE, "home")
    for match in _ESTATE.finditer(letter.text):
        if not _NO_ESTATE.search(match["project"]):
            yield Found("project", *match.span("project"), Source.SENTENCE, _LIKELY, "estate")


def _hotel_rooms(letter: LetterText) -> Iterator[Found]:
    for match in re.finditer(_HOME_LABELS["room"], letter.text):
        yield Found("room", *match.span("value"), Source.LINE, _SURE, "room_label")
    for match in _HOTEL_ROOM.finditer(letter.text):
        group = "room" if match["room"] else "before"
        yield Found("room", *match.span(group), Source.SENTENCE, _LIKELY, "hotel_room")


def _codes(letter: LetterText) -> Iterator[Found]:
    for field, leads in _CODES.items():
        for lead in leads:
            for match in re.finditer(lead + _CODE, letter.text):
                if re.search(r"\d", match["value"]):
                    yield Found(field, *match.span("value"), Source.SENTENCE, _LIKELY, "code")


def _goods(letter: LetterText) -> Iterator[Found]:
    for field, pattern in _COUNTS.items():
        for match in pattern.finditer(letter.text):
            yield Found(field, *match.span("value"), Source.SENTENCE, _MAYBE, "count")
    for match in _PRODUCT.finditer(letter.text):
        group = "value" if match["value"] else "lot"
        if not _NO_PRODUCT.search(match[group]):
            yield Found("product", *match.span(group), Source.SENTENCE, _MAYBE, "product")
