"""Write fresh pages and cases for development, evaluation and benchmarks.

`python -m training.pages --out DIR --seed N --cases K [--grades clean,scan,…]` writes one folder per case with its
files, one `<file>.truth.json` beside each file, and `case.truth.json`.
"""

import argparse
import json
from pathlib import Path
from random import Random
from typing import Any

from training import cases, forms, id_card, letters, papers
from training.cases import CasePlan, RenderedCase, random_plan, render
from training.files import FilePlan, Paper, RenderedFile, render_file
from training.sheet import Sheet
from training.text.complaint import Wish, make_complaint

KINDS = (
    "complaint_letter",
    "application_form",
    "complaint_report_form",
    "coordination_application",
    "id_card_copy",
    "legal_rep_id_copy",
    *papers.PAPERS,
)


def render_case(seed: int, plan: CasePlan | None = None, grades: tuple[str, ...] = cases.GRADES) -> RenderedCase:
    """Return one case in memory; the same seed gives the same case."""
    rng = Random(f"case-{seed}")
    return render(plan or random_plan(rng, grades), rng)


def render_page(kind: str, seed: int, grade: str = "clean", *, container: str = "png", turned: int = 0) -> RenderedFile:
    """Return one document of a kind as a file in memory; png and jpg hold the first page only."""
    rng = Random(f"page-{kind}-{seed}")
    sheets = make_sheets(kind, rng)
    if container in ("png", "jpg"):
        sheets = sheets[:1]
    turns = tuple((i, turned) for i in range(1, len(sheets) + 1)) if turned else ()
    return render_file(FilePlan(f"{kind}_{seed}", (Paper(kind, tuple(sheets)),), grade, container, turns), rng)


def make_sheets(kind: str, rng: Random) -> list[Sheet]:
    """Write one document of a kind."""
    complaint = make_complaint(
        rng, Wish(legal_person=True if kind in ("legal_rep_id_copy", "business_licence") else None)
    )
    if kind == "complaint_letter":
        return letters.letter(rng, complaint)
    if kind in forms.FORMS:
        return [forms.FORMS[kind](rng, complaint)]
    if kind in ("id_card_copy", "legal_rep_id_copy"):
        return [id_card.id_copy(rng, complaint.person, kind=kind)]
    return [rng.choice(papers.PAPERS[kind])(rng, complaint)]


def write_case(case: RenderedCase, folder: Path, truth: Path | None = None) -> None:
    """Write a case's files into `folder` and its truths into `truth` (beside the files when `None`)."""
    truth = truth or folder
    for place in (folder, truth):
        place.mkdir(parents=True, exist_ok=True)
    for file in case.files:
        (folder / file.name).write_bytes(file.data)
        (truth / f"{file.name}.truth.json").write_text(dump(file.truth), "utf-8")
    (truth / "case.truth.json").write_text(dump(case.truth), "utf-8")


def dump(truth: dict[str, Any]) -> str:
    """Return truth as JSON text, one line per mark so that differences read well."""
    return json.dumps(truth, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write cases as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m training.pages", description="Write generated cases with ground truth."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=1, help="first seed; case k uses seed + k")
    parser.add_argument("--cases", type=int, default=10, help="number of cases")
    parser.add_argument("--grades", default=",".join(cases.GRADES), help="grades to choose from, separated by commas")
    wanted = parser.parse_args()
    for number in range(wanted.cases):
        case = render_case(wanted.seed + number, grades=tuple(wanted.grades.split(",")))
        write_case(case, wanted.out / f"case_{wanted.seed + number:05d}")
        print(f"case_{wanted.seed + number:05d}: {', '.join(f.name for f in case.files)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
