"""Printed words of the resident identity card and the patterns of its rows."""

from __future__ import annotations

import re
from typing import Final

# fmt: off
ETHNICITIES: Final = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家",
    "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜",
    "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒",
    "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴",
    "珞巴", "基诺", "穿青人",
)
# fmt: on
"""The 56 ethnicities as cards print them (GB/T 3304-1991)."""

NOT_ON_CARD = re.compile(
    r"[仅只专][供限用]|再?复印|无效|再次|此件|使用|用途|用于|与原件|核[对实]|他用|水印|投诉|办理|业务|开户|贷款|本次|一致|盖章|传真"
)
"""Remarks written over or beside a copy."""

_PROVINCE = (
    "北京市|天津市|上海市|重庆市|河北省|山西省|辽宁省|吉林省|黑龙江省|江苏省|浙江省|安徽省|福建省|江西省|山东省|河南省|湖北省|"
    "湖南省|广东省|海南省|四川省|贵州省|云南省|陕西省|甘肃省|青海省|内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区"
)
STRAY_START = re.compile(rf"^.(?={_PROVINCE})")
"""A sign before the province with which an address begins."""
STRAY_END = re.compile(r"(?<=\d[室号户])[㐀-鿿]$")
"""A sign after the room or house with which an address ends."""

_HAN = r"[㐀-鿿]"
_DATE = r"\d{4}[^\d\n]?\d{2}[^\d\n]?\d{2}"
_NEXT = r"(?=\n|$)"

FRONT_ROWS: Final = (
    (
        "complainant_name",
        re.compile(rf"(?:^|\n)(?:姓?名|姓)[:：]?(?P<value>{_HAN}[㐀-鿿·•・‧∙.．]{{1,15}}?)(?=性别|\n|$)"),
    ),
    ("complainant_name", re.compile(rf"(?:^|\n){_HAN}名[:：]?(?P<value>{_HAN}{{2,3}})(?=\n(?:性别|性|别|男|女))")),
    ("complainant_name", re.compile(rf"(?:^|\n)(?P<value>(?!性别|姓名){_HAN}{{2,4}})(?=\n(?:性别|性|别|男|女))")),
    ("complainant_gender", re.compile(r"(?:性?别|^|\n|性)[:：]?(?P<value>[男女])(?=\W|民|族|\n|$|汉)")),
    (
        "complainant_ethnicity",
        re.compile(rf"民.?[:：]?(?P<value>{'|'.join(sorted(ETHNICITIES, key=len, reverse=True))})族?(?=出生|\n|$)"),
    ),
    (
        "complainant_ethnicity",
        re.compile(rf"(?:民?族|民)[:：]?(?P<value>{_HAN}{{1,4}}?)族?(?=出生|\n|$)"),
    ),
    (
        "complainant_birth_date",
        re.compile(r"(?:出?生|出)?[:：]?(?P<value>[12][\dOol]{3}年[\dOol]{1,2}月[\dOol]{1,2}日?)"),
    ),
    (
        "complainant_address",
        re.compile(r"(?:住址|住|址)[:：]?\n?(?P<value>[^\n]{2,}(?:\n(?!公民|.{0,3}身份号|\d{15})[^\n]+)*)"),
    ),
    (
        "complainant_address",
        re.compile(
            rf"(?:^|\n)[^\n]{{0,3}}?(?P<value>(?:{_PROVINCE})[^\n]+(?:\n(?!公民|.{{0,3}}身份号|.{{0,6}}号码|\d{{15}})[^\n]+)*)"
        ),
    ),
    ("complainant_id_no", re.compile(r"(?P<value>[\dOolI]{14,17}[\dXx×OolI])(?!\d)")),
)
"""Field and pattern of its row; ``value`` is the field's words. Labels may be faint, cut or glued to the value."""

BACK_ROWS: Final = (
    (
        "id_authority",
        re.compile(
            rf"(?:签发机关|发机关|机关)[:：]?\n?(?P<value>(?:(?!签发机关){_HAN})+(?:\n{_HAN}*(?:局|所|厅|处)(?=\n))?)"
        ),
    ),
    ("id_valid_from", re.compile(rf"(?P<value>{_DATE})[\-—–~至一-]")),
    ("id_valid_until", re.compile(rf"{_DATE}[\-—–~至一-]*(?P<value>{_DATE}|长期|长.|.期){_NEXT}")),
)


_SIMPLE = str.maketrans(
    "別漢滿壯維爾東鄉納達羅薩烏茲魯溫倫珞諾傈僳僾蒙藏龍裡機關發證簽長號碼鮮廈雲瀋貴濱",
    "别汉满壮维尔东乡纳达罗萨乌兹鲁温伦珞诺傈僳僾蒙藏龙里机关发证签长号码鲜厦云沈贵滨",
)
"""Traditional look-alikes that the recogniser gives for blurred simplified print; cards print simplified ones only."""


def simplified(words: str) -> str:
    """Return a card's printed words in simplified characters, one for one; not meant for names."""
    return words.translate(_SIMPLE)


def ethnicity(words: str) -> str | None:
    """Return the ethnicity that ``words`` name, ``None`` when it is none of the list."""
    bare = simplified(words).removesuffix("族")
    return bare if bare in ETHNICITIES else None
