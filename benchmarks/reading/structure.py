"""What pages are: kinds, cuts of stacks, which way up, sides of cards, which pages need another scan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.reading.juanzong import Understood
from benchmarks.reading.truth import TrueFile, folded_kind
from domain.documents import Document

UNREAD = "(unread)"
BLANK = "blank"


@dataclass
class Structure:
    """Counts over files."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong_kinds: list[str] = field(default_factory=list)
    stacks: int = 0
    exact_stacks: int = 0
    wrong_stacks: list[str] = field(default_factory=list)
    turns: Counter[tuple[int, int]] = field(default_factory=Counter)
    wrong_turns: list[str] = field(default_factory=list)
    sides: int = 0
    right_sides: int = 0
    wrong_sides: list[str] = field(default_factory=list)
    quality: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)


def count_structure(counts: Structure, file: TrueFile, understood: Understood) -> None:
    """Compare a file's pages and papers with the truth."""
    counts.unread += [f"{file.name}: {failure}" for failure in understood.failures]
    owner = {p.source_page: d for d in understood.documents for p in d.pages}
    for page in file.pages:
        _count_kind(counts, file, page["number"], page["kind"], owner)
        reading = understood.readings.get(page["number"])
        if reading is None:
            continue
        found = reading.read.page
        if page["kind"] != BLANK and not reading.read.born_digital:
            wanted = (360 - page["turned"]) % 360
            counts.turns[wanted, found.turned] += 1
            if wanted != found.turned:
                counts.wrong_turns.append(f"{file.name} p{page['number']} {page['grade']}: {wanted} -> {found.turned}")
        if "usable" in page:
            counts.quality[bool(page["usable"]), found.quality is None or found.quality.usable] += 1
    _count_stack(counts, file, understood)
    _count_sides(counts, file, understood, owner)


def _count_kind(counts: Structure, file: TrueFile, number: int, kind: str, owner: dict[int, Document]) -> None:
    document = owner.get(number)
    if document is None:
        found = UNREAD
    else:
        blank = any(p.blank for p in document.pages if p.source_page == number)
        found = BLANK if blank else folded_kind(document.kind.kind)
    wanted = folded_kind(kind)
    counts.kinds[wanted, found] += 1
    if wanted != found:
        sure = f" ({document.kind.probability:.2f})" if document else ""
        counts.wrong_kinds.append(f"{file.name} p{number}: {wanted} -> {found}{sure}")


def _count_stack(counts: Structure, file: TrueFile, understood: Understood) -> None:
    blank = {p["number"] for p in file.pages if p["kind"] == BLANK}
    wanted = {tuple(n for n in d.pages if n not in blank) for d in file.documents} - {()}
    if len(wanted) < 2:
        return
    found = {tuple(p.source_page for p in d.pages if p.source_page not in blank) for d in understood.documents} - {()}
    counts.stacks += 1
    counts.exact_stacks += wanted == found
    if wanted != found:
        counts.wrong_stacks.append(f"{file.name}: {_spans(wanted)} -> {_spans(found)}")


def _spans(groups: set[tuple[int, ...]]) -> str:
    return " ".join(f"{g[0]}-{g[-1]}" if len(g) > 1 else str(g[0]) for g in sorted(groups))


def _count_sides(counts: Structure, file: TrueFile, understood: Understood, owner: dict[int, Document]) -> None:
    for document in file.documents:
        if not document.id_sides:
            continue
        found: set[str] = set()
        for made in {owner[n].id: owner[n] for n in document.pages if n in owner}.values():
            pages = {p.number for p in made.pages if p.source_page in document.pages}
            found |= {str(s.side) for s in made.id_sides if s.page in pages}
        counts.sides += 1
        counts.right_sides += found == set(document.id_sides)
        if found != set(document.id_sides):
            wanted = "+".join(document.id_sides)
            counts.wrong_sides.append(
                f"{file.name} p{document.pages[0]}: {wanted} -> {'+'.join(sorted(found)) or 'none'}"
            )
