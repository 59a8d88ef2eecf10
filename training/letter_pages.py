"""Letters of many hands set on paper and read perfectly: what the tagger of letters learns from.

The texts are those of ``training/texts`` in the notation of ``benchmarks/held_out/letters.py``; every mention of a
person or firm is marked. Themes of the dev parts lend the looks; texts, names and firms are shared with no held-out
part.

    python -m training.letter_pages --out letters.jsonl
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import yaml

from benchmarks.held_out.letters import THEMES
from benchmarks.held_out.papers import LOOKED_AT, Paper, set_paper, texts
from benchmarks.held_out.perfect import DPI, lines_of, perfect_reading
from benchmarks.held_out.render import Sheet, place_marks, render
from extractors.letters.tagger_features import RowLook, rows_of
from extractors.letters.tagger_labels import LABELS, SECTIONS
from extractors.letters.text import join_pages

TEXTS = Path(__file__).parent / "texts"
_SAME = {"complainant_mobile": "complainant_phone"}

_POST = re.compile(r"(?:先生|女士|小姐|经理|主任|行长|老师|柜员|顾问|师傅|总监|店长|主管|队长|客服|坐席|律师)$")
_LONGEST_SURNAME = 2

Stretch = tuple[int, int, str]


@dataclass(frozen=True)
class TaggedLetter:
    """A letter with what is said where.

    Attributes:
        id: of its text.
        text: simplified, as `LetterText.text`.
        rows: where its rows stand; empty for a text that never was on paper.
        spans: (start, end, field) of every mention, offsets into the text.
        sections: (start, end, field) of the running texts.
    """

    id: str
    text: str
    rows: tuple[RowLook, ...]
    spans: tuple[Stretch, ...]
    sections: tuple[Stretch, ...]


def training_texts() -> list[dict[str, Any]]:
    """Return the texts of all files."""
    out: list[dict[str, Any]] = []
    for path in sorted(TEXTS.glob("letters_*.yaml")):
        out += yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    return out


def set_letters(chosen: list[dict[str, Any]], looks: int, seed: int = 11) -> Iterator[TaggedLetter]:
    """Set every letter in some themes drawn by lot; yield what a perfect recogniser reads.

    Args:
        chosen: texts in the notation of the held-out letters.
        looks: how many different sheets of each.
        seed: of the lot.
    """
    rng = Random(seed)
    themes = [theme for part in LOOKED_AT for theme in THEMES[part]]
    papers: list[Paper] = []
    for text in chosen:
        for look in range(looks):
            drawn = {**text, "theme": rng.choice(themes), "end": rng.choice(("right", "left", "mid"))}
            papers.append(set_paper({**drawn, "id": f"{text['id']}/{look}"}, "dev", False, 0, {}))
    with tempfile.TemporaryDirectory() as scratch:
        written = [(place_marks(p.html, p.truth, p.id), p.truth) for p in papers]
        sheets = render(written, Path(scratch) / "all.pdf")
    for paper, pages in zip(papers, sheets, strict=True):
        yield _tagged(paper, pages)


def _tagged(paper: Paper, sheets: list[Sheet]) -> TaggedLetter:
    blank = [np.full((int(s.height * DPI / 96), int(s.width * DPI / 96), 3), 255, np.uint8) for s in sheets]
    pages = tuple(perfect_reading(s, n, image) for n, (s, image) in enumerate(zip(sheets, blank, strict=True), 1))
    letter = join_pages(paper.id, pages)
    signs = [lines_of(s) for s in sheets]
    inside = [signs[p.page][p.line][p.character].fields if p else None for p in letter.places]
    names = [f["name"] for f in paper.truth.fields]
    spans, sections = [], []
    for number, name in enumerate(names):
        at = [i for i, of in enumerate(inside) if of is not None and number in of]
        label = _SAME.get(name, name)
        if at and label in LABELS:
            spans.append((at[0], _name_end(letter.text, at[0], at[-1] + 1, label), label))
        elif label in SECTIONS:
            sections += [(a, b, label) for a, b in _runs(at, inside)]
    return TaggedLetter(paper.id, letter.text, rows_of(letter), tuple(spans), tuple(sections))


def _name_end(text: str, start: int, end: int, label: str) -> int:
    """Return where a name ends: some writers of texts mark 王经理 whole, others the 王 alone, which counts here."""
    post = _POST.search(text[start:end]) if label == "respondent_staff" else None
    return start + post.start() if post and 0 < post.start() <= _LONGEST_SURNAME else end


def _runs(at: list[int], inside: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of neighbouring offsets; what joining put in between does not part them."""
    start = None
    for before, here in zip([None, *at], [*at, None], strict=True):
        if start is None:
            start = here
        elif here is None or any(inside[i] is not None for i in range((before or 0) + 1, here)):
            yield start, (before or 0) + 1
            start = here


def load(path: Path) -> list[TaggedLetter]:
    """Return the letters of a file."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        rows = tuple(RowLook(**row) for row in one["rows"])
        spans, sections = (tuple((a, b, c) for a, b, c in one[k]) for k in ("spans", "sections"))
        out.append(TaggedLetter(one["id"], one["text"], rows, spans, sections))
    return out


def main() -> int:
    """Write letters as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m training.letter_pages", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--looks", type=int, default=2)
    parser.add_argument("--part", choices=LOOKED_AT, help="letters of a dev part instead, to judge by")
    given = parser.parse_args()
    chosen = training_texts() if given.part is None else [t for t in texts(given.part) if "text" in t]
    with given.out.open("w", encoding="utf-8") as file:
        for letter in set_letters(chosen, given.looks):
            file.write(json.dumps(asdict(letter), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
