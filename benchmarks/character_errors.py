"""Character error rate that does not depend on the order in which lines were read."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

_PUNCTUATION = re.compile(r"[\s_，。,.:：;；()（）?？!！\"'“”‘’、—\-~～·\[\]【】…□☐☑√<>《》〈〉「」￥¥]")
_SLACK = range(-2, 3)


def folded(text: str) -> str:
    """Return ``text`` without spaces and punctuation, in one width and case."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).replace("〇", "○").lower()


def errors(line: str, page: str) -> int:
    """Return the edit distance between ``line`` and the part of ``page`` that is most like it (both folded)."""
    if line in page:
        return 0
    if len(page) < len(line):
        return int(min(Levenshtein.distance(line, page), len(line)))
    found = fuzz.partial_ratio_alignment(line, page)
    if found is None:
        return len(line)
    parts = (page[max(0, found.dest_start + a) : found.dest_end + b] for a in _SLACK for b in _SLACK)
    return int(min(len(line), *(Levenshtein.distance(line, part) for part in parts)))
