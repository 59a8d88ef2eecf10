"""One run over a set of files: read, understand, compare, and keep what the tables need."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.character_errors import errors, folded
from benchmarks.reading import baseline_ocr, juanzong
from benchmarks.reading.baseline_ocr import Line
from benchmarks.reading.baseline_rules import baseline_values, rows
from benchmarks.reading.cache import Cache
from benchmarks.reading.juanzong import Understood
from benchmarks.reading.mark_scores import MarkCounts, count_marks
from benchmarks.reading.scores import Given, Outcome, judge, same
from benchmarks.reading.structure import Structure, count_structure
from benchmarks.reading.truth import TrueFile, covered
from domain.evidence import FieldValue
from domain.fields import FIELDS

PRODUCT = "Juanzong"
CASE = "(case)"


@dataclass
class Letters:
    """Character errors and characters of print and of handwriting."""

    print_errors: int = 0
    print_letters: int = 0
    hand_errors: int = 0
    hand_letters: int = 0

    @property
    def any(self) -> bool:
        """Tell whether anything was counted."""
        return self.print_letters + self.hand_letters > 0

    def add(self, page: dict[str, Any], text: str) -> None:
        """Count the true lines of a page in the text that was read of it."""
        for line in page.get("lines", ()):
            wanted = folded(line["text"])
            wrong = errors(wanted, text) if wanted else 0
            if line.get("hand"):
                self.hand_errors += wrong
                self.hand_letters += len(wanted)
            else:
                self.print_errors += wrong
                self.print_letters += len(wanted)


@dataclass
class Results:
    """Everything measured, by system where there are several.

    Attributes:
        outcomes: fields of every paper, each judged alone.
        case_outcomes: fields of every case that has a truth.
        sample: the same as ``outcomes`` for the files that the baselines read too, by system.
        skipped: baselines that could not run, with the reason.
    """

    files: list[TrueFile]
    outcomes: list[Outcome] = field(default_factory=list)
    case_outcomes: list[Outcome] = field(default_factory=list)
    structure: Structure = field(default_factory=Structure)
    marks: MarkCounts = field(default_factory=MarkCounts)
    letters: dict[str, dict[str, Letters]] = field(default_factory=dict)
    sample: dict[str, list[Outcome]] = field(default_factory=dict)
    sampled: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    understood: dict[Path, Understood] = field(default_factory=dict)


def measure_product(results: Results, everything: Iterable[TrueFile], pages: dict[Path, dict[int, str]]) -> None:
    """Run the product over what was read; ``everything`` also holds the files that a filter left out."""
    known = covered(everything)
    letters: dict[str, Letters] = defaultdict(Letters)
    for file in results.files:
        understood = juanzong.understand(file, pages[file.path])
        results.understood[file.path] = understood
        given = juanzong.given_values(understood)
        for document in file.documents:
            results.outcomes += judge(file, document, given, known)
        count_structure(results.structure, file, understood)
        count_marks(results.marks, file, understood)
        for page in file.pages:
            reading = understood.readings.get(page["number"])
            text = "".join(line.text for line in reading.read.text.lines) if reading else ""
            letters[str(page["grade"])].add(page, folded(text))
    results.letters[PRODUCT] = dict(letters)
    _measure_cases(results)


def _measure_cases(results: Results) -> None:
    folders: dict[Path, list[TrueFile]] = defaultdict(list)
    for file in results.files:
        folders[file.path.parent].append(file)
    truths = {f: json.loads((f / "case.truth.json").read_text("utf-8")) for f in folders if _whole_case(f, folders[f])}
    known = {name for truth in truths.values() for name in truth["fields"] if name in FIELDS}
    for folder, truth in truths.items():
        found = juanzong.case_values([results.understood[file.path] for file in folders[folder]])
        either = {m["field"]: tuple(m["values"]) for m in truth.get("mismatches", ())}
        stated = {name: (str(value),) for name, value in truth["fields"].items() if name in FIELDS} | either
        for name in sorted(known | set(stated)):
            if name in found or name in stated:
                results.case_outcomes.append(_case_outcome(folder, name, stated.get(name, ()), found.get(name)))


def _whole_case(folder: Path, files: list[TrueFile]) -> bool:
    """Tell whether a folder is a case of which no file was left out."""
    note = folder / "case.truth.json"
    if not note.is_file():
        return False
    truth = json.loads(note.read_text("utf-8"))
    return set(truth.get("files", ())) <= {file.path.name for file in files} and "fields" in truth


def _case_outcome(folder: Path, name: str, truth: tuple[str, ...], found: tuple[FieldValue, bool] | None) -> Outcome:
    given = None
    if found is not None:
        value, accepted = found
        page = value.evidence[0].page if value.evidence else 0
        given = Given(name, value.value, page, None, value.probability, accepted)
    right = given is not None and any(same(name, given.value, t) for t in truth)
    return Outcome(folder.name, CASE, CASE, name, truth, given, right)


def measure_baselines(results: Results, everything: Iterable[TrueFile], count: int, cache: Cache, workers: int) -> None:
    """Run both baselines over ``count`` files (0 for none), spread evenly over the grades."""
    chosen = spread(results.files, count)
    results.sampled = len(chosen)
    if not chosen:
        return
    known = covered(everything)
    names = {file.name for file in chosen}
    results.sample[PRODUCT] = [o for o in results.outcomes if o.file in names]
    for system in (baseline_ocr.PADDLE, baseline_ocr.TESSERACT):
        reason = baseline_ocr.missing_system(system)
        if reason is not None:
            results.skipped[system] = reason
            continue
        pages = baseline_ocr.read_baseline(chosen, system, cache, workers)
        results.sample[system], results.letters[system] = _baseline(chosen, pages, known)


def _baseline(
    files: list[TrueFile], pages: dict[Path, dict[int, list[Line]]], known: dict[str, frozenset[str]]
) -> tuple[list[Outcome], dict[str, Letters]]:
    outcomes: list[Outcome] = []
    letters: dict[str, Letters] = defaultdict(Letters)
    for file in files:
        own = pages[file.path]
        for document in file.documents:
            outcomes += judge(file, document, baseline_values(document, own), known)
        for page in file.pages:
            text = "".join(rows(own.get(page["number"], [])))
            letters[str(page["grade"])].add(page, folded(text))
    return outcomes, dict(letters)


def spread(files: list[TrueFile], count: int) -> list[TrueFile]:
    """Return ``count`` files by chance, every grade in turn; the same every time, a larger count only adds files."""
    groups: dict[str, list[TrueFile]] = defaultdict(list)
    for file in sorted(files, key=lambda f: hashlib.sha256(f.name.encode()).digest()):
        groups[file.grade].append(file)
    depth = max((len(group) for group in groups.values()), default=0)
    layers = (groups[grade][k] for k in range(depth) for grade in sorted(groups) if k < len(groups[grade]))
    return list(islice(layers, count))
