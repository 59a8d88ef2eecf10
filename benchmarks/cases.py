"""Whole cases against their truth: fields, materials, category, level, disposition.

``python -m benchmarks.cases --cases 8`` makes fresh cases with the project's generator, runs the real ``ingest`` on
them and compares the case JSON with the truth. ``--folder CASES --truth TRUTHS`` takes cases made before, for example
``samples/cases`` and ``samples/truth``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONFIDENT = "WRONG, ACCEPTED"


class Tally:
    """Counts outcomes by row."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.errors: list[str] = []

    def add(self, row: str, outcome: str) -> None:
        """Count ``outcome`` in ``row``."""
        self.rows[row][outcome] += 1


def compare_field(tally: Tally, case: str, name: str, truth: str, found: dict[str, Any] | None) -> None:
    """Count one field: right or wrong, accepted or sent to a person, missing."""
    value = None if found is None else found["value"]
    if value is None:
        outcome = "missing"
    elif same(name, str(value), truth):
        outcome = "right, accepted" if found and found["accepted"] else "right, to a person"
    else:
        outcome = CONFIDENT if found and found["accepted"] else "wrong, to a person"
        tally.errors.append(f"{case} {name}: {truth} -> {value} ({found and found['probability']:.3f}) {outcome}")
    tally.add(f"field {name}", outcome)
    tally.add("fields, all", outcome)


def same(name: str, value: str, truth: str) -> bool:
    """Tell whether a value is right; a staff member may carry the post."""
    if name == "respondent_staff":
        return truth in value or value in truth
    return value.replace(" ", "") == truth.replace(" ", "")


def compare_case(tally: Tally, name: str, found: dict[str, Any], truth: dict[str, Any]) -> None:
    """Count everything of one case."""
    for field, value in truth["fields"].items():
        compare_field(tally, name, field, value, found["fields"].get(field))
    statuses = {i["material"]: i["status"] for i in found["materials"]["items"]}
    for item in truth["materials"]["items"]:
        compare_value(tally, name, f"material {item['material']}", item["status"], statuses.get(item["material"]))
    compare_value(tally, name, "disposition", truth["disposition"], found["disposition"]["value"])
    if truth["disposition"] == "complaint":
        compare_value(tally, name, "category", truth["category"], found["category"]["value"])
        compare_value(tally, name, "level", truth["severity"]["level"], found["severity"]["level"])
    wanted = {m["field"] for m in truth["mismatches"]}
    for field in wanted:
        seen = any(m["field"] == field for m in found["mismatches"])
        compare_value(tally, name, "mismatch found", True, seen)


def compare_value(tally: Tally, case: str, row: str, truth: object, found: object) -> None:
    """Count a verdict: right or wrong."""
    tally.add(row, "right" if truth == found else "wrong")
    if truth != found:
        tally.errors.append(f"{case} {row}: {truth} -> {found}")


def compare_all(document: dict[str, Any], truth: Path) -> Tally:
    """Pair every case with its truth by the names of its files."""
    truths = {}
    for file in sorted(truth.glob("*/case.truth.json")):
        truths[file.parent.name] = json.loads(file.read_text(encoding="utf-8"))
    tally = Tally()
    for name, known in truths.items():
        found = next((c for c in document["cases"] if name in c.get("_folder", "")), None)
        if found is not None:
            compare_case(tally, name, found, known)
    return tally


def print_table(tally: Tally) -> None:
    """Print the counts and what was wrong."""
    columns = sorted({o for row in tally.rows.values() for o in row})
    print("| row | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    for row in sorted(tally.rows):
        print(f"| {row} | " + " | ".join(str(tally.rows[row].get(c, 0)) for c in columns) + " |")
    print("\nerrors:")
    for error in tally.errors:
        print(" ", error)


def ingest(folder: Path, home: Path) -> dict[str, Any]:
    """Run the real command line on every case folder; return the case JSON with each case's folder name."""
    cases = []
    environment = os.environ | {"JUANZONG_HOME": str(home)}
    folders = sorted(p for p in folder.iterdir() if p.is_dir())
    command = [sys.executable, "-m", "flows", "ingest", *map(str, folders), "--policy", "exchange-member"]
    command += ["--adoption", str(ROOT / "policies" / "adoption.example.yaml"), "--json", str(home / "out.json")]
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    document = json.loads((home / "out.json").read_text(encoding="utf-8"))
    by_file = {}
    for case_folder in folders:
        for file in case_folder.iterdir():
            by_file[_sha256(file)] = case_folder.name
    for case in document["cases"]:
        case["_folder"] = by_file.get(case["documents"][0]["sha256"], "")
        cases.append(case)
    return {"cases": cases}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7000)
    parser.add_argument("--folder", type=Path, help="case folders made before (papers only)")
    parser.add_argument("--truth", type=Path, help="their truth")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        if wanted.folder is None:
            _make(place, wanted.seed, wanted.cases)
        document = ingest(wanted.folder or place / "cases", place / "home")
        print_table(compare_all(document, wanted.truth or place / "truth"))
    return 0


def _make(place: Path, seed: int, count: int) -> None:
    from training.pages import render_case, write_case

    for number in range(seed, seed + count):
        name = f"case_{number:05d}"
        write_case(render_case(number), place / "cases" / name, place / "truth" / name)


if __name__ == "__main__":
    sys.exit(main())
