"""Why a complaint is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.found import Found
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_TAKES_BACK = re.compile(
    r"撤诉|(?:撤回|撤销|取消|撤)(?:上述|该|此|本次|对[^。\n]{2,40}?的|我的|原)?(?:项|份|件|起|次)?(?:投诉|申诉|举报)|(?:投诉|申诉)[^。\n]{0,30}?(?:撤回|撤销)"
)
_LABELLED = re.compile(
    r"(?:撤诉|撤回|撤销)(?:投诉)?(?:的)?(?:原因|理由)(?:如下)?(?:是|为)?\s*[：:]\s*\n?\s*(?P<why>[^\n]{4,160}?)"
    r"(?=\n|$|[。；;]\s*(?:本声明|本申请|本人|以上|特此|今后|上述|此后|现|故|望|请))"
)
_BECAUSE = re.compile(
    r"(?:现因|因为|因|由于|鉴于|考虑到|现)(?P<why>(?!此)[^。\n；;]{4,140}?)\s*[，,]\s*"
    r"(?:(?:现|故|特|因此|为此|所以|经.{0,8}考虑|本人|我们|我司|我公司|我|今)[，,]?)*(?:自愿|特此?|郑重|决定|申请|声明|同意|请求|要求|愿意)*"
    r"(?:申请|声明|决定|请求|要求)?(?:撤|取消投诉|不再(?:追究|投诉))"
)


def from_withdrawals(letter: LetterText) -> Iterator[Found]:
    """Give the reason of a statement that takes a complaint back."""
    if not _TAKES_BACK.search(letter.text):
        return
    for pattern, prior, rule in ((_LABELLED, 0.95, "withdrawal_label"), (_BECAUSE, 0.85, "withdrawal_because")):
        for match in pattern.finditer(letter.text):
            start, end = match.span("why")
            words = letter.text[start:end].rstrip("。；;，, ")
            yield Found("withdrawal_reason", start, start + len(words), Source.SENTENCE, prior, rule)
            return
