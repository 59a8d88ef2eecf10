"""Seal text against the page it stands on: inscriptions, firm names printed there, what is no seal at all.

A firm that seals a page nearly always prints its name on it too. Ring text that differs from a printed name by a slip
or two of recognition takes the printed spelling; text that was read well at most gets a lost character back, because a
seal of another firm is just what a reviewer must see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from domain.base import BBox
from domain.ocr import OcrLine

ENDING = r"(?:公司|银行|支行|分行|事务所|委员会|管理局|监督局|合作社|交易所|中心|协会|集团|工厂)"
FIRM = re.compile(rf"[\u3400-\u9fff（）()]{{2,}}?{ENDING}(?:[\u3400-\u9fff（）()]{{1,12}}?{ENDING})*")
PURPOSE = re.compile(r"[\u4e00-\u9fff]{2,8}专用章|公章")
INSCRIPTION = re.compile(
    r"(?:合同|财务|发票|业务|人事|报关|投标|质检|检验|收费|客服|投诉处理|电子回单|业务办讫|统一发票)?(?:专用)?章$"
)
GENERIC = re.compile(r"(?:股份)?有限(?:责任)?公司$|公司$")
BROKEN_END = re.compile(r"(?:^|[^限分总子集团银行任支])公司$|股份有公司$")
JUNK_BEFORE = re.compile(r"^(?:[口〇A-Za-z)）]|一(?!汽|心))+")
JUNK_AFTER = re.compile(r"[口〇A-Za-z(（一]+$")
PRINTED = re.compile(r"邮票|邮资|邮编|粘贴|照片|条码|条形码|二维码|留空|此处")
POST = re.compile(r"邮政|邮局|邮戳|支局|投递")
SURE_LINE = 0.85
READ_WELL = 0.85
LEAST_RING, LEAST_NAME_SEAL = 5, 3
LEAST_PROBABILITY = 0.08
DOUBTFUL = 0.4
CERTAINTY = (0.97, 0.85, 0.7, 0.55)
"""Chance that the text is right after 0, 1, 2, 3 characters were taken from the printed name."""

Checked = tuple[str | None, float | None]


def check_ring(text: str, probability: float, lines: Sequence[OcrLine], box: BBox) -> Checked:
    """Hold ring text (with its inscription) against the lines of the page; `None` when it is no plausible text.

    Args:
        text: as read from the ring and the line below.
        probability: chance that it is right, from the recogniser's scores alone.
        lines: the page's lines.
        box: the seal's box, in the coordinates of the lines.
    """
    name, below = parted(JUNK_AFTER.sub("", JUNK_BEFORE.sub("", text)))
    if not PURPOSE.fullmatch(below):
        below = _inscription(lines, box) or below
    name, probability = _as_printed(name, probability, lines)
    if below and not PURPOSE.fullmatch(below):
        probability = min(probability, DOUBTFUL)
    whole = name + below
    plausible = len(re.findall(r"[\u3400-\u9fff]", name)) >= LEAST_RING or re.search(rf"章|{ENDING}", whole)
    if not plausible or probability < LEAST_PROBABILITY:
        return None, None
    lost_begin = _is_part(name, lines)
    if lost_begin or BROKEN_END.search(name) or not re.search(rf"{ENDING}$|[厂店院局所会部行社处站]$", name):
        probability = min(probability, DOUBTFUL)
    return whole, round(probability, 4)


def _is_part(name: str, lines: Iterable[OcrLine]) -> bool:
    """Tell a name that lost its begin: the page prints a longer one that stands alone on its line or after a label."""
    plain = _plain(name)
    for line in lines:
        for match in FIRM.finditer(line.text):
            alone = match.start() == 0 or line.text[match.start() - 1] in ":： "
            if alone and len(match[0]) > len(plain) + 1 and _plain(match[0]).endswith(plain):
                return True
    return False


def check_frame(text: str | None, probability: float | None) -> Checked:
    """Doubt the text of a name seal whose characters stand in an odd order or are too few."""
    if text and probability is not None and "印" in text and (len(text) < LEAST_NAME_SEAL or text[0] == "印"):
        return text, min(probability, DOUBTFUL)
    return text, probability


def is_print(text: str | None) -> bool:
    """Tell a printed frame (贴邮票处) or a postmark from a seal by what it says."""
    if not text or re.search(r"公司|章|印", text):
        return False
    return bool(PRINTED.search(text) or POST.search(text))


def parted(text: str) -> tuple[str, str]:
    """Part ring text from its inscription (合同专用章)."""
    end = max((m.end() for m in re.finditer(ENDING, text)), default=0)
    if end and text[end:].endswith("章"):
        return text[:end], text[end:]
    usual = INSCRIPTION.search(text)
    return (text[: usual.start()], usual[0]) if usual and usual.start() >= LEAST_RING else (text, "")


def _inscription(lines: Sequence[OcrLine], box: BBox) -> str:
    """Return the inscription that was read on the page within the seal."""
    for line in lines:
        x, y = (line.bbox[0] + line.bbox[2]) / 2, (line.bbox[1] + line.bbox[3]) / 2
        inside = box[0] < line.bbox[0] + 2 and line.bbox[2] < box[2] + 2 and box[0] < x < box[2] and box[1] < y < box[3]
        if inside and line.score >= SURE_LINE and PURPOSE.fullmatch(line.text.strip()) and "公章" not in line.text:
            return line.text.strip()
    return ""


def _as_printed(name: str, probability: float, lines: Sequence[OcrLine]) -> tuple[str, float]:
    """Return the name as the page prints it, when the two are plainly the same."""
    best = min(_likened(name, lines), key=lambda found: (found[0], -len(found[1])), default=None)
    if best is None:
        return name, probability
    slips, printed = best
    core = max(len(GENERIC.sub("", name)), len(GENERIC.sub("", printed)))
    allowed = min(1 if probability >= READ_WELL else 3, core // 3)
    replaced = any(step.tag == "replace" for step in Levenshtein.editops(_plain(name), _plain(printed)))
    if slips > allowed or (slips and replaced and probability >= READ_WELL):
        return name, probability
    certain = CERTAINTY[slips]
    return printed, max(probability, certain) if slips == 0 else certain


def _likened(name: str, lines: Iterable[OcrLine]) -> Iterable[tuple[int, str]]:
    """Yield how far the ring, begun anywhere, is from each firm printed on the page."""
    plain = _plain(name)
    for line in lines:
        if line.score < SURE_LINE:
            continue
        for match in FIRM.finditer(line.text):
            for printed in _tails(match[0], len(plain)):
                other = _plain(printed)
                yield Levenshtein.distance(plain, other), printed
                if plain != other and sorted(plain) == sorted(other) and other in plain + plain:
                    yield 0, printed


def _tails(found: str, length: int) -> Iterable[str]:
    """Yield a firm's name with the words before it (我是…公司) cut off in turn."""
    if len(found) <= length + 2:
        yield found
    else:
        tails = (found[-size:] for size in range(length + 2, max(length - 3, 3), -1))
        yield from (t for t in tails if t[0] not in "（(" and _plain(t).count("(") == _plain(t).count(")"))


def _plain(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")
