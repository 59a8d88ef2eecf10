"""Fit how much the rules and the tagger of letters are worth, field by field (``extractors/letters/tagger.json``).

    python -m benchmarks.held_out.perfect --part dev3 --out FOLDER
    python -m training.fit_tagger FOLDER …

The letters must be none that the tagger learnt from. Needs scipy (the extra ``train``).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.reading.scores import same
from benchmarks.reading.truth import load_files
from domain.fields import FIELDS, FieldType
from domain.marks import PageReading
from domain.normal import normal_form
from extractors.letters import weigh
from extractors.letters.found import Found
from extractors.letters.letter import candidates_of
from extractors.letters.tagger import tag
from extractors.letters.text import LetterText, join_pages
from extractors.letters.weigh import Weights
from extractors.values.results import mail_form

NAMES = ("bias", "alone", "rule", "inside", "border", "echo", "name")
_LEAST = 12
Rows = dict[str, list[tuple[list[float], bool]]]


def judged(folder: Path) -> Iterator[tuple[str, list[float], bool]]:
    """Yield field, inputs and whether it is right, for every candidate in the letters of a folder."""
    for file in load_files(folder):
        readings = json.loads(file.path.with_name(f"{file.path.name}.readings.json").read_text("utf-8"))
        for document in file.documents:
            if document.kind != "complaint_letter":
                continue
            pages = tuple(PageReading.model_validate(readings[n - 1]) for n in document.pages)
            letter = join_pages("d", pages)
            truth = {name: list(stated.values) for name, stated in document.stated.items()}
            numbers = truth.get("complainant_phone", []) + truth.get("complainant_mobile", [])
            truth["complainant_phone"] = truth["complainant_mobile"] = numbers
            tagged = tag(letter)
            candidates = candidates_of(letter, tagged)
            for found in candidates:
                # A field that the letter does not state is one that every candidate gets wrong.
                if found.field in weigh.WEIGHED:
                    seen = weigh.inputs(found, candidates, letter, tagged)
                    right = any(same(found.field, _value(letter, found), t) for t in truth.get(found.field, ()))
                    yield found.field, [seen[n] for n in NAMES], right


def _value(letter: LetterText, found: Found) -> str:
    raw = "\n".join(letter.original[a:b] for a, b in found.places)
    kind = FIELDS[found.field].type
    form = mail_form(raw) if kind is FieldType.EMAIL else normal_form(kind, raw)
    return form.value or ""


def fit(rows: Rows) -> dict[str, Weights]:
    """Return weights by field; fields with little evidence share one fit."""
    everything = [row for own in rows.values() for row in own]
    shared = _fitted(everything)
    out = {}
    for name, own in rows.items():
        enough = len(own) >= _LEAST and 0 < sum(right for _, right in own) < len(own)
        # The shared rows keep a field with few letters from running wild.
        out[name] = _fitted(own, everything) if enough else shared
    return out


def _fitted(own: list[tuple[list[float], bool]], others: list[tuple[list[float], bool]] | None = None) -> Weights:
    rows = own + (others or [])
    x = np.array([seen for seen, _ in rows])
    y = np.array([right for _, right in rows])
    weight = np.array([1.0] * len(own) + [min(0.2, 20 / max(len(others or []), 1))] * len(others or []))
    signs = np.where(y, 1.0, -1.0)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (x @ w)
        grads = -(weight * signs / (1 + np.exp(margins)))[:, None] * x
        return float((weight * np.logaddexp(0, -margins)).sum() + 0.5 * w @ w), grads.sum(axis=0) + w

    # More support never speaks against a candidate: few letters must not teach otherwise.
    free, positive = (None, None), (0.0, None)
    bounds = [free if n in ("bias", "alone") else positive for n in NAMES]
    found = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", bounds=bounds)
    return Weights(**{n: round(float(w), 3) for n, w in zip(NAMES, found.x, strict=True)})


def main() -> int:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m training.fit_tagger", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    given = parser.parse_args()
    rows: Rows = defaultdict(list)
    for folder in given.folders:
        for name, seen, right in judged(folder):
            rows[name].append((seen, right))
    fields = {name: one.model_dump() for name, one in sorted(fit(rows).items())}
    for name, own in sorted(rows.items()):
        print(f"{name}: {sum(r for _, r in own)} right of {len(own)} candidates; {fields[name]}")
    target = Path(weigh.__file__).with_name("tagger.json")
    target.write_text(json.dumps({"fields": fields}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
