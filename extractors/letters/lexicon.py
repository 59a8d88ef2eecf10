"""Which words a letter is made of: jieba's dictionary and its model of words that no dictionary knows.

The only module that imports jieba. A network that saw a few hundred letters knows few words; 350,000 words with their
parts of speech tell it that 定期 is a word and 狄大川 none.
"""

from __future__ import annotations

import logging
import math
import os
import tempfile
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

PARTS = (
    "other", "a", "ad", "b", "c", "d", "f", "i", "j", "l", "m", "n", "nr", "ns", "nt", "nz", "p", "q", "r", "s", "t",
    "u", "v", "vn", "x", "y", "zg", "eng",
)  # fmt: skip
"""Parts of speech of the ICTCLAS set as jieba writes them, finer ones folded."""
RARITIES = 7
_LOADING = threading.Lock()


@dataclass(frozen=True)
class Word:
    """A word of a text.

    Attributes:
        start: 0-based offset.
        end: offset after the last character.
        part: index into `PARTS`.
        rarity: 0 for a word that the dictionary lacks, else 1 (seldom) to 6 (everyday).
    """

    start: int
    end: int
    part: int
    rarity: int


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; together they cover it."""
    tagger = _tagger()
    place = 0
    for pair in tagger.cut(text):
        word = str(pair.word)
        yield Word(place, place + len(word), _part(str(pair.flag)), _rarity(word))
        place += len(word)


def _part(flag: str) -> int:
    for name in (flag, flag[:2], flag[:1]):
        if name in PARTS:
            return PARTS.index(name)
    return 0


@lru_cache(maxsize=50_000)
def _rarity(word: str) -> int:
    count = int(_tagger().tokenizer.FREQ.get(word) or 0)
    return min(1 + int(math.log10(count) * 1.2), RARITIES - 1) if count else 0


def _tagger() -> Any:
    with _LOADING:
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba asks for pkg_resources, which is on its way out
        import jieba
        import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # Others can write to the temporary folder where jieba would keep its index and read it back as marshalled objects.
    tokenizer.tmp_dir = str(_own_folder())
    tagger = jieba.posseg.POSTokenizer(tokenizer)
    tagger.initialize()
    return tagger


def _own_folder() -> Path:
    """Return a folder for the index that only this user can write: under the cache folder, else a fresh one."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "juanzong"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):  # no home, a read-only one, or a file in its place
        logging.getLogger(__name__).debug("no cache folder of one's own; jieba's index is built afresh")
    return Path(tempfile.mkdtemp(prefix="juanzong-"))
