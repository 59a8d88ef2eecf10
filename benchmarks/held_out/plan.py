"""Which paper comes in which grade, container and turn: fixed by the part's name alone."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.held_out.papers import Paper, layouts, may_pen, set_paper, stacks, texts

SHARES = {"clean": 36, "fax_fine": 34, "fax_std": 34, "photo": 36}
_TURNED = 0.13


@dataclass(frozen=True)
class FilePlan:
    """One file.

    Attributes:
        name: without suffix.
        grade: of all its pages.
        container: jpg, png, tiff, pdf or born_pdf.
        papers: numbers of the papers in it.
        turned: degrees clockwise of every page, or of one page (from 0) of a stack.
        turned_page: the one page turned; all when ``None``.
        dpi: of the page images.
    """

    name: str
    grade: str
    container: str
    papers: tuple[int, ...]
    turned: int
    turned_page: int | None
    dpi: int


def planned(part: str) -> tuple[list[Paper], list[FilePlan]]:
    """Return all papers to be set and the files they go to."""
    rng = random.Random(f"held out {part}")
    forms = layouts(part)
    papers: list[Paper] = []
    printed: dict[str, int] = {}
    penned: dict[str, int] = {}
    for turn, text in enumerate(texts(part)):
        if text.get("pen") != "only":
            printed[text["id"]] = len(papers)
            papers.append(set_paper(text, part, False, turn, forms))
        if may_pen(text):
            penned[text["id"]] = len(papers)
            papers.append(set_paper(text, part, True, turn + 2, forms))
    files = [
        *_singles(rng, list(printed.values()), list(penned.values())),
        *_stacks(part, rng, printed, penned),
    ]
    order = list(range(len(files)))
    rng.shuffle(order)
    named = [
        FilePlan(f"{part}{i:04d}", f.grade, f.container, f.papers, f.turned, f.turned_page, f.dpi)
        for i, f in enumerate((files[j] for j in order), 1)
    ]
    return papers, named


def _singles(rng: random.Random, printed: list[int], penned: list[int]) -> Iterator[FilePlan]:
    for number in printed:
        yield _file(rng, "scan", (number,))
    for number in penned:
        yield _file(rng, "handwriting", (number,))
    line: list[int] = []
    for grade, count in SHARES.items():
        for _ in range(count if printed else 0):
            line = line or rng.sample(printed, len(printed))
            yield _file(rng, grade, (line.pop(),))


def _stacks(part: str, rng: random.Random, printed: dict[str, int], penned: dict[str, int]) -> Iterator[FilePlan]:
    for stack in stacks(part):
        use = penned if stack["grade"] == "handwriting" else printed
        numbers = tuple(use.get(i, printed.get(i, penned.get(i, -1))) for i in stack["papers"])
        turned = rng.choice((0, 90, 180, 270)) if stack.get("turned") else 0
        page = rng.randrange(len(numbers)) if turned else None
        dpi = 204 if stack["grade"].startswith("fax") else 200
        yield FilePlan("", stack["grade"], stack["container"], numbers, turned, page, dpi)


def _file(rng: random.Random, grade: str, papers: tuple[int, ...]) -> FilePlan:
    turned = rng.choice((90, 180, 180, 270)) if rng.random() < _TURNED else 0
    if grade == "clean":
        container = rng.choice(("born_pdf", "born_pdf", "png", "jpg", "tiff"))
        turned = 0 if container == "born_pdf" else turned
    elif grade.startswith("fax"):
        container = rng.choice(("tiff", "tiff", "pdf"))
    else:
        container = rng.choice(("jpg", "jpg", "pdf") if grade == "photo" else ("pdf", "jpg", "tiff", "png"))
    dpi = rng.choice((200, 200, 200, 300, 150)) if grade in ("scan", "handwriting") else 200
    return FilePlan("", grade, container, papers, turned, None, 204 if grade.startswith("fax") else dpi)
