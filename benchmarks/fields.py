"""Field accuracy on generated cases with known truth: ``python -m benchmarks.fields FOLDER [--cache FOLDER]``.

Every file is read, cut, and extracted as the pipeline does it. Columns: fields in the truth, share that is right in the
first value, share accepted at the threshold, and how many accepted ones are wrong (the costliest error).
Long texts count as right within 6% edit distance; punctuation is folded.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz.distance import Levenshtein

from domain.evidence import FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.normal import normal_form
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from extractors.kinds.cut import cut
from extractors.kinds.page_kinds import recognise_pages
from extractors.page_worker import PageJob, examine_page
from extractors.reading.file_types import describe_file

PACK = Path(__file__).parents[1] / "policies" / "exchange-member.yaml"
ALIASES = {"nation": "complainant_ethnicity", "birth_date": "complainant_birth_date"}
LONG_TOLERANCE = 0.06
Tally = dict[tuple[str, str], Counter[str]]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--kind", help="only documents of this kind")
    parser.add_argument("--accept", type=float, default=0.9, help="probability from which a value counts as accepted")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong or missing")
    options = parser.parse_args()
    forms = tuple(FormDescription.model_validate(f) for f in yaml.safe_load(PACK.read_text("utf-8"))["forms"])
    tally: Tally = defaultdict(Counter)
    for path, truth in _files(options.folder):
        pages = _pages(path, options.cache)
        guesses = recognise_pages(pages, forms)
        for page, guess in zip(truth["pages"], guesses, strict=True):
            tally[_card(page["kind"]), "pages"]["n"] += 1
            tally[_card(page["kind"]), "pages"]["right"] += _card(page["kind"]) == _card(guess.kind)
        found = {(d.first, d.last) for d in cut(pages, guesses, forms)}
        for document in truth["documents"]:
            first, last = document["pages"][0], document["pages"][-1]
            tally["(cuts)", "documents"]["n"] += 1
            tally["(cuts)", "documents"]["right"] += (first, last) in found
            if options.kind in (None, document["kind"]):
                _count(document, truth, pages, forms, tally, options)
    _print(tally)
    return 0


def _files(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for truth in sorted(folder.glob("*/*.truth.json")):
        path = truth.with_name(truth.name.removesuffix(".truth.json"))
        if path.is_file():
            yield path, json.loads(truth.read_text("utf-8"))


def _pages(path: Path, cache: Path | None) -> tuple[PageReading, ...]:
    kept = cache / f"{path.parent.name}-{path.name}.json" if cache else None
    if kept and kept.exists():
        return tuple(PageReading.model_validate(p) for p in json.loads(kept.read_text("utf-8")))
    facts = describe_file(path)
    pages = tuple(examine_page(PageJob(str(path), facts.media_type, n)) for n in range(1, facts.pages + 1))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([p.model_dump(mode="json") for p in pages], ensure_ascii=False), "utf-8")
    return pages


def _card(kind: str) -> str:
    """Whose card it is, the case decides, not the page."""
    return "id_card_copy" if kind == "legal_rep_id_copy" else str(kind)


def _count(
    document: dict[str, Any],
    truth: dict[str, Any],
    pages: tuple[PageReading, ...],
    forms: tuple[FormDescription, ...],
    tally: Tally,
    options: argparse.Namespace,
) -> None:
    own = [truth["pages"][n - 1] for n in document["pages"]]
    read = tuple(pages[n - 1] for n in document["pages"])
    # read as an ordinary card: whose it is only renames the fields
    made = extract_document("benchmark", DocumentKind(_card(document["kind"])), read, forms)
    results = {result.name: result for result in made.fields}
    expected: dict[str, str] = {}
    for field in (f for page in own for f in page["fields"]):
        expected.setdefault(ALIASES.get(field["name"], field["name"]), field["value"])
    counts = tally[_card(document["kind"]), own[0]["grade"]]
    for name, value in expected.items():
        right, accepted = _judge(name, value, results.get(name), options.accept)
        counts["n"] += 1
        counts["right"] += right
        counts["accepted"] += accepted
        counts["wrong_accepted"] += accepted and not right
        if options.wrong and not right:
            print(truth["file"], own[0]["grade"], name, value, "→", _shown(results.get(name)), sep=" | ")


def _judge(name: str, expected: str, result: FieldResult | None, accept: float) -> tuple[bool, bool]:
    """Return whether the first value is right, and whether it would be accepted without a person."""
    if not isinstance(result, FieldValue):
        return expected == "" and isinstance(result, FieldMissing), False
    return _same(name, result.value, expected), result.probability >= accept and not result.vetoed


def _same(name: str, got: str, expected: str) -> bool:
    kind = FIELDS[name].type
    a, b = (_folded(normal_form(kind, text).value or text) for text in (got, expected))
    if kind in (FieldType.LONGTEXT, FieldType.LIST):
        return Levenshtein.normalized_distance(a, b) <= LONG_TOLERANCE
    return a == b


def _folded(text: str) -> str:
    return re.sub(r"[\s，,。、；;：:（）()“”\"'.·・]", "", text)


def _shown(result: FieldResult | None) -> str:
    if isinstance(result, FieldValue):
        return f"{result.value} ({result.probability:.2f})"
    return "-" if result is None else str(result.reason)


def _print(tally: Tally) -> None:
    print(f"{'kind':26}{'grade':14}{'n':>6}{'right':>8}{'accepted':>10}{'wrong accepted':>16}")
    for (kind, grade), counts in sorted(tally.items()):
        n = counts["n"]
        if not n:
            continue
        if "accepted" in counts:
            shares = f"{counts['right'] / n:8.3f}{counts['accepted'] / n:10.3f}{counts['wrong_accepted']:16d}"
        else:
            shares = f"{counts['right'] / n:8.3f}"
        print(f"{kind:26}{grade:14}{n:6d}{shares}")


if __name__ == "__main__":
    raise SystemExit(main())
