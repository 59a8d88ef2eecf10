"""Chinese surnames, the common ones first: what tells a name from other words."""

from __future__ import annotations

import re

_COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅"
    "方邹熊白孟秦邱丘江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧殷詹柯耿焦左"
    "凌柳祁关祝纪项舒童骆盛裴霍梅游阮季俞翁应宁包候侯涂柴解甘饶苗单管盘路辛欧阳穆屈尚桂费窦宫娄冉瞿卜隋冷计邬车简巩苑古佟尤宗曲米谷戚成符"
    "艾党霞卓蒲连佘鲍查臧练蓝焉仇边鹿敖习上卞褚晏闵明滕班房丛苟岑初栾杭鄢池荣宓匡靳甄郎明冀强封储桑乌巫嵇郁郗洪滑麻谈茅晋楚原权麦帅缪买全哈"
)
# Rarer surnames of the Baijiaxing, without those that are common words (有, 相, 须 …).
_RARE = (
    "酆廉湛禹狄贝伏刁虞昝裘贲钮荀於芮羿汲邴糜隗钭厉戎韶郜蓟邰鄂蔺屠胥莘贡逄姬郦雍郤璩濮扈燕郏茹宦鱼庾暨阙殳沃蔚夔晁訾阚毋乜鞠"
    "暴危门庆粟展敬揭扶占亓仝仉卿咸宿寇荆竺丰隆禄勾融饶索堵宰墨尧银乐容巢蒯竺逯桓缑亢况牟佴谯笪雒幺"
    "刀虎妥凤豆咸卯税禤旷矫郇郐朴迟邸帖镡佀麴芈妫郜揣"
)
SURNAMES = frozenset(_COMMON + _RARE)
COMPOUND_SURNAMES = (
    "欧阳|司马|诸葛|上官|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|端木|司徒|南宫|长孙|宇文|轩辕|独孤|拓跋|百里|东郭|呼延|"
    "相里|万俟|赫连|西门|太史|公冶|濮阳|淳于|单于|申屠|仲孙|钟离|司空|闾丘|子车|澹台|鲜于|第五"
)
COMMON_SURNAMES = frozenset(_COMMON[:150])
"""The most frequent ones: with any other a stretch of signs may as well be a word."""
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")


def reads_like_a_name(text: str) -> bool:
    """Return whether signs that stand alone read like somebody's name: two to four, with a frequent surname."""
    frequent = text[:1] in COMMON_SURNAMES or re.match(COMPOUND_SURNAMES, text)
    return bool(frequent) and _HAN_NAME.fullmatch(text) is not None


def begins_with_a_surname(text: str) -> bool:
    """Return whether the first sign, or the first two, are a surname, the rare ones too."""
    return text[:1] in SURNAMES or re.match(COMPOUND_SURNAMES, text) is not None
