"""A linear model over the words and the shape of a page: how likely each kind is when no title says it.

Runs of two and three signs are hashed; those that several wordings of the training share have one weight per kind (int8
with one scale per kind), others count nothing. Trained by ``training/train_kinds.py``
(model card ``docs/models/kinds.md``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.vocabulary import DocumentKind

WEIGHTS = Path(__file__).with_name("kind_words.npz")
BUCKETS = 1 << 22
_TOP_ROWS, _LAST_ROWS = 4, 3
_BODY, _TOP, _LAST, _SHAPE = 1, 2, 3, 4
_ZONE_WEIGHTS = {_BODY: 1.0, _TOP: 0.7, _LAST: 0.4, _SHAPE: 0.5}
_DIGITS, _LATIN, _SPACE = re.compile(r"\d+"), re.compile(r"[a-z]{2,}"), re.compile(r"[\s_·.…—\-]+")
_MOST_SIGNS = 4000

Features = tuple[NDArray[np.uint32], NDArray[np.uint8]]


@dataclass(frozen=True)
class PageShape:
    """What a page looks like, apart from its words.

    Attributes:
        aspect: width over height.
        rows: texts of the visual rows, top to bottom.
        large: number of rows clearly larger than the others.
        right: number of rows in the lower half that begin right of the middle.
        cells: number of ruled cells.
        in_cells: share of the lines that stand in ruled cells, 0 to 1.
    """

    aspect: float
    rows: tuple[str, ...]
    large: int = 0
    right: int = 0
    cells: int = 0
    in_cells: float = 0.0


def features(shape: PageShape) -> Features:
    """Return the hashed signs of a page, distinct within each zone, and the zone of each."""
    rows = [plain for row in shape.rows if (plain := _plain(row))]
    zones = (
        (_BODY, "\n".join(rows)[:_MOST_SIGNS]),
        (_TOP, "\n".join(rows[:_TOP_ROWS])),
        (_LAST, "\n".join(rows[-_LAST_ROWS:])),
    )
    parts = [(zone, _runs(text, zone)) for zone, text in zones]
    parts.append((_SHAPE, _shape_buckets(shape, rows)))
    where = [np.full(len(found), zone, np.uint8) for zone, found in parts]
    return np.concatenate([found for _, found in parts]), np.concatenate(where)


def strengths(zones: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the value of each known sign: every zone has the length ``_ZONE_WEIGHTS`` gives it."""
    counts = np.maximum(np.bincount(zones, minlength=_SHAPE + 1), 1)
    weights = np.array([_ZONE_WEIGHTS.get(zone, 0.0) for zone in range(_SHAPE + 1)])
    values: NDArray[np.float32] = (weights / np.sqrt(counts))[zones].astype(np.float32)
    return values


def _plain(row: str) -> str:
    """Fold width and case; numbers and foreign words count by their presence and length class only."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", row).lower())
    return _DIGITS.sub(lambda m: "0" * min(len(m[0]), 2), text)


def _runs(text: str, zone: int) -> NDArray[np.uint32]:
    """Return the distinct buckets of runs of two and three signs that do not cross a row."""
    signs = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    if len(signs) < 2:
        return np.empty(0, np.uint32)
    pairs = _mix(signs[:-1] * np.uint32(0x9E3779B1) + signs[1:] * np.uint32(0x85EBCA6B), zone)
    ends = signs == 10
    found = [pairs[~(ends[:-1] | ends[1:])]]
    if len(signs) > 2:
        threes = signs[:-2] * np.uint32(0xC2B2AE35) + signs[1:-1] * np.uint32(0x27D4EB2F) + signs[2:]
        found.append(_mix(threes, zone + 8)[~(ends[:-2] | ends[1:-1] | ends[2:])])
    return np.unique(np.concatenate(found))


def _mix(keys: NDArray[np.uint32], zone: int) -> NDArray[np.uint32]:
    keys = keys ^ np.uint32(zone * 0x61C88647 & 0xFFFFFFFF)
    keys = (keys ^ (keys >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    keys = (keys ^ (keys >> np.uint32(12))) * np.uint32(0x297A2D39)
    return (keys ^ (keys >> np.uint32(15))) % np.uint32(BUCKETS)


def _shape_buckets(shape: PageShape, rows: Sequence[str]) -> NDArray[np.uint32]:
    """Return one bucket per coarse measure."""
    text = "".join(rows)
    signs = max(len(text), 1)
    measures = (
        _step(shape.aspect, (0.6, 0.85, 1.2, 1.6)),
        _step(len(rows), (3, 6, 10, 16, 26, 40)),
        _step(signs / max(len(rows), 1), (6, 10, 16, 24, 34)),
        _step(sum(c == "0" for c in text) / signs, (0.03, 0.08, 0.15, 0.3)),
        _step(sum(len(word) for word in _LATIN.findall(text)) / signs, (0.02, 0.1, 0.3)),
        _step(sum(row.endswith("。") for row in rows) / max(len(rows), 1), (0.01, 0.1, 0.3)),
        _step(text.count("□") + text.count("☑") + text.count("☐"), (1, 4, 10)),
        _step(text.count("?"), (1, 4)),
        _step(sum(":" in row[:10] for row in rows) / max(len(rows), 1), (0.05, 0.2, 0.5)),
        _step(shape.large, (1, 2, 4)),
        _step(shape.right, (1, 2, 4)),
        _step(shape.cells, (1, 8, 20, 50)),
        _step(shape.in_cells, (0.05, 0.4, 0.8)),
    )
    keys = np.array([place * 64 + value for place, value in enumerate(measures)], np.uint32)
    return _mix(keys * np.uint32(0x9E3779B1), _SHAPE)


def _step(value: float, borders: tuple[float, ...]) -> int:
    return sum(value >= border for border in borders)


@dataclass(frozen=True)
class KindWeights:
    """The trained model.

    Attributes:
        kinds: kinds in the order of the columns.
        keys: hashed signs that count, ascending.
        weights: keys by kinds, int8.
        scales: one factor per kind.
        bias: one addend per kind.
    """

    kinds: tuple[DocumentKind, ...]
    keys: NDArray[np.uint32]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    bias: NDArray[np.float32]

    def rows(self, keys: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the row of each key, -1 where it is unknown."""
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, -1)

    def log_shares(self, found: Features) -> NDArray[np.float64]:
        """Return the logarithm of each kind's share; the shares add to 1."""
        keys, zones = found
        places = self.rows(keys)
        known = places >= 0
        values = strengths(zones[known])
        raw = (values @ self.weights[places[known]].astype(np.float32)) * self.scales + self.bias
        raw = raw - raw.max()
        shares: NDArray[np.float64] = raw - np.log(np.exp(raw).sum())
        return shares


@cache
def load_weights(path: Path = WEIGHTS) -> KindWeights:
    """Load the bundled weights."""
    with np.load(path) as stored:
        kinds = tuple(DocumentKind(name) for name in stored["kinds"].tolist())
        return KindWeights(kinds, stored["keys"], stored["weights"], stored["scales"], stored["bias"])


def telling_words(shape: PageShape, kind: DocumentKind, weights: KindWeights, most: int = 3) -> tuple[str, ...]:
    """Return the runs of signs on a page that speak most for a kind against the others, strongest first."""
    if kind not in weights.kinds:
        return ()
    text = "\n".join(plain for row in shape.rows if (plain := _plain(row)))[:_MOST_SIGNS]
    signs = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    if len(signs) < 3:
        return ()
    threes = signs[:-2] * np.uint32(0xC2B2AE35) + signs[1:-1] * np.uint32(0x27D4EB2F) + signs[2:]
    places = weights.rows(_mix(threes, _BODY + 8))
    own = np.where(places >= 0, weights.weights[places, weights.kinds.index(kind)].astype(np.int32), 0)
    found: list[str] = []
    for place in np.argsort(-own)[: 8 * most]:
        run = text[place : place + 3]
        known = any(run[:2] in other or run[1:] in other for other in found)
        if own[place] > 0 and not known and not re.search(r"[\d\W]", run):
            found.append(run)
        if len(found) == most:
            break
    return tuple(found)
