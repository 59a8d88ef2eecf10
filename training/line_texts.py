"""What is written on the crops of ``training.line_crops``: labels and values, sentences, numbers."""

from __future__ import annotations

import functools
from random import Random

from training import names, numbers

_LABELS = (
    "姓名",
    "投诉人姓名",
    "联系电话",
    "手机号码",
    "身份证号码",
    "地址",
    "日期",
    "投诉内容",
    "账号",
    "编号",
    "年",
    "月",
    "日",
    "金额",
    "单位名称",
    "电子邮箱",
    "处理意见",
    "签字",
    "客户要求",
    "料号",
    "数量",
    "批次",
    "报案号",
    "项目",
    "房间",
    "性别",
)
_HEADS = ("：", ":", " ", "", "（必填）：")


@functools.cache
def _common() -> str:
    """Return the common characters: GB 2312, first level."""
    raw = bytes(b for row in range(0xB0, 0xD8) for col in range(0xA1, 0xFF) for b in (row, col))
    return raw.decode("gb2312", "ignore")


def chinese(rng: Random, least: int = 2, most: int = 14) -> str:
    """Return a name, an address piece or characters by chance."""
    roll = rng.random()
    if roll < 0.25:
        return rng.choice(names.SURNAMES) + rng.choice(names.MIDDLE) + rng.choice(names.MALE_GIVEN)
    if roll < 0.4:
        return f"{rng.choice(names.STREETS)}{rng.randrange(1, 999)}号{rng.choice(names.ESTATES)}"
    return "".join(rng.choice(_common()) for _ in range(rng.randrange(least, most)))


def number(rng: Random) -> str:
    """Return a number as forms hold them: identity numbers, telephones, accounts, amounts, dates, plain digits."""
    roll = rng.random()
    if roll < 0.2:
        return numbers.digits(rng, 17) + rng.choice("0123456789XXx")
    if roll < 0.4:
        return rng.choice("1") + rng.choice("3456789") + numbers.digits(rng, 9)
    if roll < 0.5:
        return f"0{numbers.digits(rng, rng.choice((2, 3)))}-{numbers.digits(rng, rng.choice((7, 8)))}"
    if roll < 0.65:
        return numbers.digits(rng, rng.choice((6, 8, 10, 12, 16, 19)))
    if roll < 0.8:
        sep = rng.choice("-./")
        return f"{rng.randrange(1950, 2030)}{sep}{rng.randrange(1, 13):02d}{sep}{rng.randrange(1, 32):02d}"
    if roll < 0.9:
        return f"{rng.randrange(1, 99)},{rng.randrange(0, 1000):03d}.{rng.randrange(0, 100):02d}"
    return numbers.digits(rng, rng.randrange(1, 8))


def mixed_line(rng: Random) -> list[tuple[str, bool]]:
    """Return the runs (text, by hand) of one line."""
    roll = rng.random()
    if roll < 0.3:
        hand = rng.random() < 0.5
        return [(number(rng) if rng.random() < 0.35 else chinese(rng), hand)]
    if roll < 0.75:
        value = number(rng) if rng.random() < 0.5 else chinese(rng)
        return [(rng.choice(_LABELS) + rng.choice(_HEADS), False), (value, rng.random() < 0.65)]
    if roll < 0.9:
        hand = rng.random() < 0.8
        parts = [(str(rng.randrange(1990, 2030)), hand), ("年", False)]
        parts += [(str(rng.randrange(1, 13)), hand), ("月", False), (str(rng.randrange(1, 32)), hand), ("日", False)]
        return parts
    return [(chinese(rng), rng.random() < 0.5), (number(rng), rng.random() < 0.5)]


def digit_line(rng: Random) -> list[tuple[str, bool]]:
    """Return the runs of a line around one number, as a cut around its characters holds them."""
    hand = rng.random() < 0.75
    runs = [(number(rng), hand)]
    if rng.random() < 0.35:
        runs.insert(0, (rng.choice(("码", "号", "话", "：", "期", "编号")), rng.random() < 0.2))
    if rng.random() < 0.2:
        runs.append((rng.choice(("元", "日", "年", "。", "，")), rng.random() < 0.5))
    return runs
