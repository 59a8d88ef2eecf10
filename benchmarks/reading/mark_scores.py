"""Seals and signatures of whole pages against their truth."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Levenshtein

from benchmarks.character_errors import folded
from benchmarks.marks import overlap, union_overlap
from benchmarks.reading.juanzong import Understood
from benchmarks.reading.truth import TrueFile, share
from domain.base import BBox
from domain.evidence import Seal

LEAST_OVERLAP = 0.4
NEAR, NEAR_ON_PHOTO = 0.05, 0.13
"""A mark whose middle lies this near (share of the page's sides) is the same one: truth boxes are not straightened, and
on a photograph they refer to the whole scene, of which the reader keeps the sheet."""
REPORTED = 0.5
"""Marks less probable than this are not reported to anyone."""


@dataclass
class MarkCounts:
    """Counts by row: grade, or colour and shape of seals."""

    seals: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    signatures: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pages: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def count_marks(counts: MarkCounts, file: TrueFile, understood: Understood) -> None:
    """Compare the marks of every page of a file."""
    found_seals, found_signs = _found(understood)
    for page in file.pages:
        if page["number"] not in understood.readings:
            continue
        grade, where = str(page["grade"]), f"{file.name} p{page['number']}"
        counts.pages[grade] += 1
        _seals(counts, where, page, found_seals.get(page["number"], []))
        _signatures(counts, where, page, found_signs.get(page["number"], []))


def _found(
    understood: Understood,
) -> tuple[dict[int, list[tuple[BBox, str | None]]], dict[int, list[tuple[BBox, str | None]]]]:
    """Return seals and signatures as (box in shares, text or name) by page of the file."""
    seals: defaultdict[int, list[tuple[BBox, str | None]]] = defaultdict(list)
    signs: defaultdict[int, list[tuple[BBox, str | None]]] = defaultdict(list)
    for document in understood.documents:
        for seal in (s for s in document.seals if s.probability >= REPORTED):
            page = document.pages[seal.page - 1]
            seals[page.source_page].append((share(seal.bbox, (page.width, page.height)), _words(seal)))
        for sign in (s for s in document.signatures if s.probability >= REPORTED):
            page = document.pages[sign.page - 1]
            signs[page.source_page].append((share(sign.bbox, (page.width, page.height)), sign.name))
    return seals, signs


def _words(seal: Seal) -> str | None:
    """Return ring and inscription, parted by a line break."""
    return seal.text and "\n".join(w for w in (seal.text, seal.inscription) if w)


def match(
    found: list[BBox], truth: list[BBox], same: Callable[[BBox, BBox], float], near: float = NEAR
) -> dict[int, int]:
    """Return which true box every found box means, each true box once; the best pairs are made first."""
    pairs: dict[int, int] = {}
    scored = [(same(f, t), -_distance(f, t), i, k) for i, f in enumerate(found) for k, t in enumerate(truth)]
    for shared, apart, i, k in sorted(scored, reverse=True):
        if i not in pairs and k not in pairs.values() and (shared >= LEAST_OVERLAP or -apart < near):
            pairs[i] = k
    return pairs


def _near(page: dict[str, Any]) -> float:
    return NEAR_ON_PHOTO if page["grade"] == "photo" else NEAR


def _distance(one: BBox, other: BBox) -> float:
    return math.hypot((one[0] + one[2] - other[0] - other[2]) / 2, (one[1] + one[3] - other[1] - other[3]) / 2)


def _seals(counts: MarkCounts, where: str, page: dict[str, Any], found: list[tuple[BBox, str | None]]) -> None:
    truth = page["seals"]
    boxes = [share(s["box"], page["frame"]) for s in truth]
    pairs = match([box for box, _ in found], boxes, union_overlap, _near(page))
    grade = str(page["grade"])
    for k, seal in enumerate(truth):
        kind = f"{seal['colour']} {seal['form']}" + ("" if seal.get("complete", True) else " partial")
        i = next((i for i, hit in pairs.items() if hit == k), None)
        for row in (grade, kind, "all"):
            counts.seals[row]["right" if i is not None else "missed"] += 1
            if i is not None and seal.get("complete", True) and seal["text"]:
                ring, _, below = (found[i][1] or "").partition("\n")
                # most truths give the ring alone
                wanted, text = folded(seal["text"]), folded(ring + below if seal["text"].endswith("章") else ring)
                counts.seals[row]["letters"] += len(wanted)
                counts.seals[row]["errors"] += min(len(wanted), Levenshtein.distance(wanted, text))
                counts.seals[row]["unread"] += not text
                counts.seals[row]["exact"] += text == wanted
                counts.seals[row]["texts"] += 1
        if i is None:
            counts.notes.append(f"seal missed: {where} {kind} {seal['text']}")
    for i, (box, read) in enumerate(found):
        if i not in pairs:
            for row in (grade, "all"):
                counts.seals[row]["false"] += 1
            counts.notes.append(f"seal that is none: {where} {_rounded(box)} {read}")


def _signatures(counts: MarkCounts, where: str, page: dict[str, Any], found: list[tuple[BBox, str | None]]) -> None:
    truth = page["signatures"]
    boxes = [share(s["box"], page["frame"]) for s in truth]
    pairs = match([box for box, _ in found], boxes, overlap, _near(page))
    rows = (str(page["grade"]), "all")
    for k, sign in enumerate(truth):
        i = next((i for i, hit in pairs.items() if hit == k), None)
        for row in rows:
            counts.signatures[row]["right" if i is not None else "missed"] += 1
            counts.signatures[row]["exact"] += i is not None and found[i][1] == sign["name"]
        if i is None:
            counts.notes.append(f"signature missed: {where} {sign['name']}")
    thumbs = [share(t["box"], page["frame"]) for t in page.get("thumbprints", ())]
    on_thumbs = match([box for box, _ in found], thumbs, overlap, _near(page))
    for row in rows:
        counts.signatures[row]["thumbs"] += len(thumbs)
        counts.signatures[row]["thumbs found"] += len(set(on_thumbs.values()))
    for i, (box, name) in enumerate(found):
        if i not in pairs and i not in on_thumbs:
            for row in rows:
                counts.signatures[row]["false"] += 1
            counts.notes.append(f"signature that is none: {where} {_rounded(box)} {name}")


def _rounded(box: BBox) -> str:
    return "(" + " ".join(f"{v:.2f}" for v in box) + ")"
