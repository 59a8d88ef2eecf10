"""Files with known truth (schema juanzong.truth.file/1), as the scores need them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.base import BBox
from domain.fields import FIELDS, FieldType

HANDWRITING = "handwriting"
GRADES = ("clean", "scan", "copy", "fax_fine", "fax_std", "photo", "born_digital", HANDWRITING)
ALIASES = {"nation": "complainant_ethnicity", "birth_date": "complainant_birth_date"}
CARDS = frozenset({"id_card_copy", "legal_rep_id_copy", "agent_id"})
CARD = "id_card_copy"
# A representative's card lends the case a name and a number; address and birth are held back on purpose.
_OF_ANY_CARD = frozenset(
    {"complainant_name", "complainant_id_no", "id_authority", "id_valid_from", "id_valid_until", "complainant_gender"}
)
_NO_WORDS = frozenset({FieldType.SIGN, FieldType.SEAL})


@dataclass(frozen=True)
class Stated:
    """One field as the paper states it.

    Attributes:
        values: every value that is right (a name may be written twice); empty when the place was left blank.
        page: page of the file, from 1.
        box: where, as shares of the page's sides.
        hand: written in a handwriting face.
    """

    name: str
    values: tuple[str, ...]
    page: int
    box: BBox
    hand: bool


@dataclass(frozen=True)
class TrueDocument:
    """One paper of a file.

    Attributes:
        kind: kind with all identity cards as one (whose card it is, the case decides).
        grade: grade of its first page.
        pages: pages of the file, from 1.
        stated: fields by name.
    """

    kind: str
    grade: str
    pages: tuple[int, ...]
    stated: dict[str, Stated]
    id_sides: tuple[str, ...]
    own_card: bool = True

    @property
    def by_hand(self) -> bool:
        """Tell whether at least half of the stated values are written by hand."""
        given = [s.hand for s in self.stated.values() if s.values]
        return 2 * sum(given) >= len(given) > 0


@dataclass(frozen=True)
class TrueFile:
    """A file with its truth; ``pages`` are the truth's page records as written by the generator."""

    path: Path
    documents: tuple[TrueDocument, ...]
    pages: tuple[dict[str, Any], ...]
    policy: str | None

    @property
    def grade(self) -> str:
        """Grade of the first page."""
        return str(self.pages[0]["grade"]) if self.pages else "none"

    @property
    def name(self) -> str:
        """Folder and file name."""
        return f"{self.path.parent.name}/{self.path.name}"


def load_files(folder: Path) -> list[TrueFile]:
    """Return every file below ``folder`` that has a truth beside it, in the order of their paths."""
    found = []
    for note in sorted(folder.rglob("*.truth.json")):
        path = note.with_name(note.name.removesuffix(".truth.json"))
        if note.name != "case.truth.json" and path.is_file():
            found.append(true_file(path, json.loads(note.read_text("utf-8"))))
    return found


def true_file(path: Path, truth: dict[str, Any]) -> TrueFile:
    """Return a file's truth as the scores need it."""
    pages = tuple(truth.get("pages", ()))
    documents = tuple(_document(d, pages) for d in truth.get("documents", ()))
    return TrueFile(path, documents, pages, truth.get("policy"))


def folded_kind(kind: str) -> str:
    """Return ``kind`` with every identity card as ``id_card_copy``."""
    return CARD if kind in CARDS else str(kind)


def _document(document: dict[str, Any], pages: tuple[dict[str, Any], ...]) -> TrueDocument:
    own = [p for p in pages if p["number"] in document["pages"]]
    stated: dict[str, Stated] = {}
    for page in own:
        for entry in page["fields"]:
            one = _stated(entry, page)
            if one is None or not _covered_by_kind(document["kind"], one.name):
                continue
            before = stated.get(one.name)
            if before is None or not before.values:
                stated[one.name] = one
            else:
                stated[one.name] = _merged(before, one)
    return TrueDocument(
        kind=folded_kind(document["kind"]),
        grade=str(own[0]["grade"]) if own else "none",
        pages=tuple(document["pages"]),
        stated=stated,
        id_sides=tuple(document.get("id_sides", ())),
        own_card=document["kind"] not in CARDS or document["kind"] == CARD,
    )


def _covered_by_kind(kind: str, name: str) -> bool:
    if kind == "agent_id":
        return False
    return kind != "legal_rep_id_copy" or name in _OF_ANY_CARD


def _stated(entry: dict[str, Any], page: dict[str, Any]) -> Stated | None:
    name = ALIASES.get(entry["name"], entry["name"])
    if name not in FIELDS or FIELDS[name].type in _NO_WORDS:
        return None
    box = entry.get("box") or (0, 0, 0, 0)
    values = (str(entry["value"]),) if entry.get("value") else ()
    hand = bool(entry["hand"]) if "hand" in entry else _on_hand_line(box, page.get("lines", ()))
    return Stated(name, values, page["number"], share(box, page["frame"]), hand)


def _merged(before: Stated, one: Stated) -> Stated:
    values = tuple(dict.fromkeys((*before.values, *one.values)))
    return Stated(before.name, values, before.page, before.box, before.hand or one.hand)


def share(box: Iterable[float], frame: Iterable[float]) -> BBox:
    """Return ``box`` as shares of the sides of ``frame`` (width, height)."""
    width, height = frame
    x0, y0, x1, y1 = box
    return (x0 / width, y0 / height, x1 / width, y1 / height)


def _on_hand_line(box: Iterable[float], lines: Iterable[dict[str, Any]]) -> bool:
    x0, y0, x1, y1 = box
    area = max((x1 - x0) * (y1 - y0), 1e-9)
    hand = 0.0
    for line in lines:
        if line.get("hand"):
            a0, b0, a1, b1 = line["box"]
            hand += max(0.0, min(x1, a1) - max(x0, a0)) * max(0.0, min(y1, b1) - max(y0, b0))
    return hand >= 0.4 * area


def covered(files: Iterable[TrueFile]) -> dict[str, frozenset[str]]:
    """Return by kind the fields that the truth covers: stated (or stated as left blank) in a paper of that kind.

    Only for these a value that the paper does not state is an error: what the truth of a kind never writes down
    cannot be called wrong.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for file in files:
        for document in file.documents:
            names[document.kind] |= set(document.stated)
    return {kind: frozenset(found) for kind, found in names.items()}


def unknown_fields(folder: Path) -> dict[str, int]:
    """Return the names that the truth states and the vocabulary lacks, with how often."""
    counts: dict[str, int] = defaultdict(int)
    for note in folder.rglob("*.truth.json"):
        if note.name == "case.truth.json":
            continue
        for page in json.loads(note.read_text("utf-8")).get("pages", ()):
            for entry in page["fields"]:
                if ALIASES.get(entry["name"], entry["name"]) not in FIELDS:
                    counts[entry["name"]] += 1
    return dict(counts)
