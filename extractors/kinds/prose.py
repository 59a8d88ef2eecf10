"""Papers without a title that their shape tells: a complaint in plain prose, a chat on a telephone's screen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from domain.base import BBox
from domain.ocr import OcrLine

_LEAST_WORDS, _LEAST_ROW, _LEAST_SENTENCES = 60, 10, 2
_FEATURES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("第一人称", re.compile(r"我(?!国)|本人|咱")),
    ("称对方", re.compile(r"你们|贵(?:公司|司|所|中心|单位|处)|[你您](?:公司|司|单位)|您好|领导")),
    (
        "不满",
        re.compile(
            r"投诉|举报|反映|[亏赔骗欺]|损失|误导|诱导|诱骗|擅自|私下|私自|违规|违法|强平|乱收|不[给退理管认]|拒绝|推[诿脱]"
            r"|拖[着欠延]|态度|无法|没人|承诺|保证|打不开|登[录陆]不|不合理|不公"
        ),
    ),
    (
        "诉求",
        re.compile(
            r"希望|要求|请求|恳请|盼|望(?:贵|你|予|能)|请(?:你|贵|您|查|给|尽|予|帮|公司|领导)|退还|赔偿|说法|答复|交代|派人"
        ),
    ),
)
_OPENING = 0.14
_TIME = re.compile(
    r"^(?:(?:昨天|今天|前天|刚刚|凌晨|早上|上午|中午|下午|晚上|星期[一二三四五六日天]|周[一二三四五六日]"
    r"|(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2})\s*)*(?:[上下中]午|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?$"
)
_TURN = re.compile(r"\s*([一-鿿])\s*[:：;；]")
_BATTERY = re.compile(r"\d{1,3}\s?%|[45]G|WLAN|HD\b|中国(?:移动|联通|电信)")
_LONGEST_MESSAGE_ROW = 30


def complaint_in_prose(rows: Sequence[str], *, opens: bool) -> tuple[float, str] | None:
    """Return how surely running text is somebody's own complaint, and why; ``None`` when it is not.

    Args:
        rows: visual rows of the page.
        opens: it begins with a salutation.

    Returns:
        0.5 to 0.9: never as sure as a title.
    """
    text = "".join(rows)
    prose = [row for row in rows if len(row) >= _LEAST_ROW]
    sentences = len(re.findall(r"[。！!？?]", text))
    if len(text) < _LEAST_WORDS or sentences < _LEAST_SENTENCES or 2 * len(prose) < len(rows):
        return None
    seen = [name for name, pattern in _FEATURES if pattern.search(text)]
    if "第一人称" not in seen or "不满" not in seen or len(seen) + opens < 3:
        return None
    strength = 0.3 + 0.1 * len(seen) + (_OPENING if opens else 0.0)
    return min(strength, 0.9), "、".join((*seen, "称呼") if opens else seen)


def questions_and_answers(rows: Sequence[str]) -> bool:
    """Tell whether two single signs before a colon take turns, as 问 and 答 do, however they were read."""
    turns = [match[1] for row in rows if (match := _TURN.match(row))]
    told = Counter(turns).most_common(2)
    changes = sum(a != b for a, b in pairwise(turns))
    return len(told) == 2 and told[1][1] >= 2 and sum(n for _, n in told) >= 4 and changes >= 3


def chat_on_screen(lines: Sequence[OcrLine]) -> tuple[float, str] | None:
    """Return how surely lines are a chat: ragged bubbles on two sides with straight outer edges, and bare times."""
    kept = [line for line in lines if line.text.strip()]
    if not 4 <= len(kept) <= 80 or any(len(line.text) > _LONGEST_MESSAGE_ROW for line in kept):
        return None
    timed = [line for line in kept if _TIME.match(line.text.strip())]
    others = [line for line in kept if line not in timed and not _BATTERY.search(line.text)]
    said = [line.text.strip() for line in others]
    # names beside the bubbles recur; what is said does not
    spoken = [line for line, words in zip(others, said, strict=True) if len(words) > 5 or said.count(words) == 1]
    two_sided = _bubbles([line.bbox for line in spoken])
    bar = any(_BATTERY.search(line.text) for line in kept[:4]) and bool(_TIME.match(kept[0].text.strip()))
    if not two_sided or not timed:
        return None
    return (0.9 if len(timed) > 1 or bar else 0.75), "聊天界面：两侧气泡、时间"


def _bubbles(boxes: Sequence[BBox]) -> bool:
    """Tell whether some lines share a left edge and others, further in, a right edge."""
    if len(boxes) < 3:
        return False
    x0, x1 = min(box[0] for box in boxes), max(box[2] for box in boxes)
    near, width = 0.05 * (x1 - x0), x1 - x0
    left = [box for box in boxes if box[0] - x0 < near and x1 - box[2] > 0.12 * width]
    right = [box for box in boxes if x1 - box[2] < near and box[0] - x0 > 0.12 * width]
    ordered = sorted((*left, *right), key=lambda box: box[1])
    upright = all(b[1] > (a[1] + a[3]) / 2 for a, b in pairwise(ordered))
    return bool(left) and bool(right) and len(left) + len(right) >= max(3, 0.6 * len(boxes)) and upright
