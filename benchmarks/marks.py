"""Seals and signatures: precision, recall, text; `python -m benchmarks.marks [--pages 120] [--truth FOLDER]`.

Without `--truth` the pages are drawn by `benchmarks.mark_pages`. With it, every page of a folder that the generator
wrote (`*.truth.json` beside the files) is read and compared.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from benchmarks.mark_art import degrade
from benchmarks.mark_pages import GRADES, DrawnPage, draw_letter
from benchmarks.mark_scenes import SCENES, draw_scene
from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from extractors.marks.page_marks import find_marks
from extractors.reading.reader import PageReader

LEAST_OVERLAP = 0.4
SCENE_GRADES = ("scan", "photo", "grey", "scan", "fax_fine", "fax_standard", "clean")
MEDIA = {".tif": "image/tiff", ".jpg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"}
Truth = tuple[str, list[tuple[BBox, str, str]], list[tuple[BBox, str]]]
"""Grade; seals as (box, text, colour and shape); signatures as (box, name). Boxes are shares of the page's sides."""


@dataclass
class Tally:
    """Counts by row of the table."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    squared: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def drawn(count: int, seed: int, reader: PageReader) -> Iterator[tuple[ReadPage, np.ndarray, Truth]]:
    """Yield `count` drawn pages as the reader reads them, with their truth."""
    with tempfile.TemporaryDirectory() as folder:
        for index in range(count):
            rng = Random(seed + index)
            page = draw_letter(rng, GRADES[index % len(GRADES)])
            read, upright, truth = _read_drawn(page, rng, Path(folder), reader)
            yield read, upright, truth


def _read_drawn(
    page: DrawnPage, rng: Random, folder: Path, reader: PageReader, scene: str | None = None
) -> tuple[ReadPage, np.ndarray, Truth]:
    """Degrade and read a drawn page; its row is named after its grade, or after scene and grade."""
    image, matrix = degrade(page.picture, page.grade, rng)
    path = folder / "page.png"
    cv2.imwrite(str(path), image)
    read, upright = reader.read(path, "image/png", 1)
    height, width = image.shape[:2]
    seals = [(_share(_through(matrix, s.box), width, height), s.text, f"{s.colour} {s.shape}") for s in page.seals]
    signs = [(_share(_through(matrix, s.box), width, height), s.name) for s in page.signatures]
    return read, upright, (f"{scene} {page.grade}" if scene else page.grade, seals, signs)


def scenes(count: int, seed: int, unseen: bool, reader: PageReader) -> Iterator[tuple[ReadPage, np.ndarray, Truth]]:
    """Yield `count` pages of `benchmarks.mark_scenes`; rows of the table are named after scene and grade."""
    names = tuple(SCENES)
    with tempfile.TemporaryDirectory() as folder:
        for index in range(count):
            rng = Random(seed + index)
            name, grade = names[index % len(names)], SCENE_GRADES[index // len(names) % len(SCENE_GRADES)]
            page = draw_scene(rng, name, grade, unseen)
            yield _read_drawn(page, rng, Path(folder), reader, name)


def stored(folder: Path, reader: PageReader) -> Iterator[tuple[ReadPage, np.ndarray, Truth]]:
    """Yield the pages of a folder of generated cases; their truth boxes refer to the upright frame."""
    for note in sorted(folder.rglob("*.truth.json")):
        truth = json.loads(note.read_text("utf-8"))
        source = note.with_name(note.name.removesuffix(".truth.json"))
        for page in truth.get("pages", ()):
            read, upright = reader.read(source, MEDIA[source.suffix], page["number"])
            frame = page["frame"]
            seals = [(_share(s["box"], *frame), s["text"], f"{s['colour']} {s['form']}") for s in page["seals"]]
            signs = [(_share(s["box"], *frame), s["name"]) for s in page["signatures"]]
            yield read, upright, (page["grade"], seals, signs)


def _through(matrix: np.ndarray, box: BBox) -> BBox:
    x0, y0, x1, y1 = box
    corners = np.array([[[x0, y0]], [[x1, y0]], [[x1, y1]], [[x0, y1]]], np.float32)
    moved = cv2.perspectiveTransform(corners, matrix.astype(np.float32)).reshape(-1, 2)
    return (*map(float, moved.min(axis=0)), *map(float, moved.max(axis=0)))  # type: ignore[return-value]


def _share(box: BBox, width: float, height: float) -> BBox:
    return (box[0] / width, box[1] / height, box[2] / width, box[3] / height)


def overlap(one: BBox, other: BBox) -> float:
    """Return shared area as a share of the smaller box."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return max(width, 0) * max(height, 0) / max(smaller, 1e-9)


def union_overlap(one: BBox, other: BBox) -> float:
    """Return shared area as a share of the area that both cover."""
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    shared = overlap(one, other) * min(areas)
    return shared / max(sum(areas) - shared, 1e-9)


def _match(box: BBox, boxes: list[BBox], taken: set[int], same: Callable[[BBox, BBox], float]) -> int | None:
    """Return the index of the true box that `box` means, `None` for a false alarm."""
    free = [k for k in range(len(boxes)) if k not in taken]
    best = max(free, key=lambda k: same(box, boxes[k]), default=None)
    return best if best is not None and same(box, boxes[best]) > LEAST_OVERLAP else None


def compare(tally: Tally, read: ReadPage, found: tuple[tuple[Seal, ...], tuple[Signature, ...]], truth: Truth) -> None:
    """Count the findings of a page against its truth."""
    grade, seals, signs = truth
    width, height = read.page.width, read.page.height
    taken: set[int] = set()
    for seal in found[0]:
        hit = _match(_share(seal.bbox, width, height), [s[0] for s in seals], taken, union_overlap)
        tally.squared.append((seal.probability - (hit is not None)) ** 2)
        rows = [f"seal {grade}"] + ([f"seal {seals[hit][2]}"] if hit is not None else [])
        for row in rows:
            tally.counts[row]["right" if hit is not None else "false"] += 1
        if hit is not None:
            taken.add(hit)
            errors = Levenshtein.distance(seal.words, seals[hit][1])
            for row in rows:
                tally.counts[row]["errors"] += errors
                tally.counts[row]["letters"] += len(seals[hit][1])
                tally.counts[row]["exact"] += errors == 0
    for index, (_, _, kind) in enumerate(seals):
        if index not in taken:
            tally.counts[f"seal {grade}"]["missed"] += 1
            tally.counts[f"seal {kind}"]["missed"] += 1
    _compare_signatures(tally, grade, [(_share(s.bbox, width, height), s) for s in found[1]], signs)


def _compare_signatures(
    tally: Tally, grade: str, found: list[tuple[BBox, Signature]], truth: list[tuple[BBox, str]]
) -> None:
    taken: set[int] = set()
    row = tally.counts[f"signature {grade}"]
    for box, signature in found:
        hit = _match(box, [t[0] for t in truth], taken, overlap)
        tally.squared.append((signature.probability - (hit is not None)) ** 2)
        row["right" if hit is not None else "false"] += 1
        if hit is not None:
            taken.add(hit)
            row["exact"] += signature.name == truth[hit][1]
    row["missed"] += len(truth) - len(taken)


def print_table(tally: Tally) -> None:
    """Print one row for every kind of mark and grade."""
    print("| marks | right | missed | false | recall | precision | text or name exact | CER |")
    print("|---|---|---|---|---|---|---|---|")
    for name, c in sorted(tally.counts.items()):
        recall = c["right"] / max(c["right"] + c["missed"], 1)
        precision = c["right"] / max(c["right"] + c["false"], 1)
        cer = f"{c['errors'] / c['letters']:.3f}" if c["letters"] else ""
        counts = f"{c['right']} | {c['missed']} | {c['false']}"
        print(f"| {name} | {counts} | {recall:.3f} | {precision:.3f} | {c['exact']} | {cer} |")
    brier = float(np.mean(tally.squared)) if tally.squared else 0.0
    milliseconds = np.median(tally.seconds) * 1000
    print(f"\nBrier score of what was reported: {brier:.3f}; marks took {milliseconds:.0f} ms a page (median)")


def main() -> None:
    """Read, compare, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=120)
    arguments.add_argument("--seed", type=int, default=9000)
    arguments.add_argument("--truth", type=Path)
    arguments.add_argument("--scenes", action="store_true", help="pages of mark_scenes, a row for each scene and grade")
    arguments.add_argument("--unseen", action="store_true", help="with --scenes: faces that nothing was tuned on")
    chosen = arguments.parse_args()
    reader, tally = PageReader(), Tally()
    if chosen.truth:
        pages = stored(chosen.truth, reader)
    elif chosen.scenes:
        pages = scenes(chosen.pages, chosen.seed, chosen.unseen, reader)
    else:
        pages = drawn(chosen.pages, chosen.seed, reader)
    for read, image, truth in pages:
        start = time.perf_counter()
        marks = find_marks(image, read, reader.recognise_line)
        tally.seconds.append(time.perf_counter() - start)
        compare(tally, read, (marks.seals, marks.signatures), truth)
    print_table(tally)


if __name__ == "__main__":
    main()
