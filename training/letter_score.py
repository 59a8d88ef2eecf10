"""Measure the reading of free letters against texts with known fields: precision, recall and F1 per field.

Usage: python -m training.letter_score FOLDER [FOLDER …] [--sources rules|tagger|both] [--errors]

A text is ``field = value`` lines, ``---``, and the letter. A checked field without a line must not be given; of long
texts ``beginning…end`` is compared.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from domain.evidence import FieldValue
from domain.marks import PageReading
from extractors.letters.letter import read_letter
from tests.extractors.letter_pages import pages_of

CHECKED = (
    "complainant_name", "complainant_id_no", "complainant_mobile", "complainant_phone", "complainant_email",
    "complainant_address", "trading_account_no", "legal_representative", "uscc", "respondent_org", "respondent_branch",
    "respondent_staff", "amount_involved", "claim_report_no", "order_no", "complaint_no", "complaint_date",
    "forwarded_by", "withdrawal_reason", "complainant_gender", "complainant_birth_date",
)  # fmt: skip
LONG = ("complaint_facts", "complaint_request")
ACCEPTED_AT = 0.97


@dataclass
class Score:
    """Counts of one field: right, wrong or spurious, missed; and wrong ones that would be accepted."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    sure_right: int = 0
    sure_wrong: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass
class Table:
    """Scores by field, and the errors in words."""

    scores: dict[str, Score] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, letter: str, name: str, expected: str | None, found: FieldValue | None) -> None:
        """Count one field of one letter."""
        score = self.scores.setdefault(name, Score())
        value = found.value if found else None
        sure = found is not None and found.probability >= ACCEPTED_AT
        if value is not None and same(name, expected, value):
            score.right += 1
            score.sure_right += sure
            return
        if value is None and expected is None:
            return
        score.wrong += value is not None
        score.missed += expected is not None
        score.sure_wrong += sure
        shown = f"{found.probability:.3f} {found.producer}" if found else ""
        self.errors.append(f"{letter}: {name}: expected {expected} got {value} {shown}")

    def lines(self) -> list[str]:
        """Return the table as Markdown."""
        rows = ["| field | right | wrong | missed | F1 | sure | sure and wrong |", "|---|---|---|---|---|---|---|"]
        total = Score()
        for name, s in sorted(self.scores.items()):
            rows.append(self._row(name, s))
            for part in ("right", "wrong", "missed", "sure_right", "sure_wrong"):
                setattr(total, part, getattr(total, part) + getattr(s, part))
        return [*rows, self._row("all", total)]

    @staticmethod
    def _row(name: str, s: Score) -> str:
        sure = s.sure_right + s.sure_wrong
        return f"| {name} | {s.right} | {s.wrong} | {s.missed} | {s.f1:.3f} | {sure} | {s.sure_wrong} |"


def same(name: str, expected: str | None, value: str) -> bool:
    """Tell whether a value is the expected one; of long texts beginning and end are compared."""
    if expected is None:
        return False
    if name in LONG and "…" in expected:
        first, last = (part.replace(" ", "") for part in expected.split("…"))
        return value.startswith(first) and value.endswith(last)
    return value == expected


def load(path: Path) -> tuple[dict[str, str | None], str]:
    """Return the expected fields and the text of a letter."""
    head, text = path.read_text(encoding="utf-8").split("---\n", 1)
    pairs = (line.split(" =", 1) for line in head.splitlines())
    return {name: value.strip() or None for name, value in pairs}, text


def compare(table: Table, letter: str, truth: dict[str, str | None], pages: tuple[PageReading, ...]) -> None:
    """Read one letter and count its fields."""
    found = {f.name: f for f in read_letter("d", pages) if isinstance(f, FieldValue) and not f.vetoed}
    mobile = truth.get("complainant_mobile")
    phone = found.get("complainant_phone")
    if phone is not None and phone.value == mobile and not truth.get("complainant_phone"):
        del found["complainant_phone"]  # 联系电话：138… is both
    for name in CHECKED:
        table.add(letter, name, truth.get(name), found.get(name))
    for name in LONG:
        if name in truth:
            table.add(letter, name, truth[name], found.get(name))


def score_texts(folders: Iterable[Path], em_per_line: int = 36) -> Table:
    """Measure all texts of the folders."""
    table = Table()
    for folder in folders:
        for path in sorted(folder.glob("*.txt")):
            truth, text = load(path)
            compare(table, path.stem, truth, pages_of(text, em_per_line))
    return table


def main() -> int:
    """Print the table, with ``--errors`` also every error."""
    parser = argparse.ArgumentParser(prog="python -m training.letter_score", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--em", type=int, default=36, help="characters per line")
    given = parser.parse_args()
    table = score_texts(given.folders, given.em)
    print("\n".join(table.lines()))
    if given.errors:
        print("\n".join(table.errors))
    print(Counter(e.split(": ")[1] for e in table.errors).most_common())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
