"""Print how well papers are judged: ``python -m benchmarks.judging [--part tune] [--read N] [--notes FILE]``."""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import NamedTuple

from benchmarks.judging.experts import experts, table
from benchmarks.judging.judged import Judged, judged, policies
from benchmarks.judging.materials import MaterialsScore, score_materials
from benchmarks.judging.scores import Count, Scores, macro_f1, score
from benchmarks.judging.texts import JudgedText, load_texts

DOCS = Path("docs/benchmarks.md")
_BEGIN, _END = "<!-- bench-judging -->", "<!-- /bench-judging -->"


def main() -> int:
    """Judge every paper of a part and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=["tune", "held"], default="held")
    parser.add_argument("--policy", help="one regime only")
    parser.add_argument("--notes", type=Path, help="write what went wrong into this file")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--read", type=int, metavar="N", help="every N-th paper alone, from a scan and read perfectly")
    given = parser.parse_args()
    if given.read is not None and (given.read < 1 or given.docs):
        parser.error("--read takes a number from 1 and goes without --docs, which shows the whole part")
    texts = [t for t in load_texts(given.part) if t.policy in policies() and given.policy in (None, t.policy)]
    if given.read:
        shown, notes = compare(given.part, texts[:: given.read])
    else:
        papers, materials = [judged(text) for text in texts], score_materials()
        scores = score(papers)
        shown, notes = report(given.part, papers, scores, materials), [*scores.notes, *materials.wrong]
    print(shown)
    if given.notes:
        given.notes.write_text("\n".join(sorted(notes)) + "\n", encoding="utf-8")
    if given.docs:
        page = DOCS.read_text("utf-8")
        head, rest = page.split(_BEGIN)
        tail = rest.split(_END)[1]
        command = f"`python -m benchmarks.judging --part {given.part}`"
        DOCS.write_text(f"{head}{_BEGIN}\n{command}\n\n```\n{shown}\n```\n{_END}{tail}", encoding="utf-8")
    return 0


class Figure(NamedTuple):
    """A row of the table at the top."""

    what: str
    figure: str
    target: str = ""


def report(part: str, papers: list[Judged], scores: Scores, materials: MaterialsScore) -> str:
    """Return the tables."""
    rows = [
        f"Judging, part {part}: {len(papers)} papers, {len({p.truth.policy for p in papers})} regimes",
        "",
        "what                                    figure    target",
        *(_row(*figure) for figure in figures(papers, scores)),
        "",
        "signal                right  missed  false     F1",
        *(_signal_row(code, count) for code, count in sorted(scores.signals.items())),
        "",
        "regime                   papers  disposition  level  category",
        *(_policy_row(name, count) for name, count in sorted(scores.by_policy.items())),
        "",
        *table(experts(p.truth for p in papers)),
        "",
        _row("materials, status of an item", f"{materials.share:6.3f}", f">= 0.97 (of {materials.items})"),
    ]
    return "\n".join(rows)


def compare(part: str, texts: list[JudgedText]) -> tuple[str, list[str]]:
    """Return what reading costs: the figures of papers read from scans beside those of a perfect reader, and notes."""
    from benchmarks.judging.read_pages import read

    scanned = [judged(text, read(text.text, text.id)) for text in texts]
    perfect = [judged(text) for text in texts]
    scores = score(scanned)
    pairs = zip(figures(scanned, scores), figures(perfect, score(perfect)), strict=True)
    rows = [
        f"Judging, part {part}: {len(texts)} papers read from scans and perfectly",
        "",
        "what                                      scan  perfect    target (scan)",
        *(f"{ours.what:40}{ours.figure}   {theirs.figure}    {ours.target}".rstrip() for ours, theirs in pairs),
    ]
    return "\n".join(rows), scores.notes


def figures(papers: list[Judged], scores: Scores) -> list[Figure]:
    """Return the figures at the top of the report."""
    levels, every = scores.levels, scores.signals["all"]
    times = sorted(p.seconds for p in papers)
    false_share = levels["certain and false"] / max(levels["certain signals"], 1)
    return [
        Figure("level exact", _share(levels, "level right", "levels"), f">= 0.95 (of {levels['levels']})"),
        Figure("gravest missed among accepted", f"{levels['gravest missed among accepted']:6d}", "0"),
        Figure("accepted level wrong", f"{levels['accepted and wrong']:6d}", f"(of {levels['accepted']})"),
        Figure("a person asked although clear", _share(levels, "asked though clear", "levels")),
        Figure("asked where the truth asks", _share(levels, "should ask and does", "should ask")),
        Figure("signals F1", f"{every.f1:6.3f}", ">= 0.92"),
        Figure("  keyword list of the catalogue", f"{scores.keywords.f1:6.3f}"),
        Figure("certain signals that are false", f"{false_share:6.3f}", f"<= 0.02 (of {levels['certain signals']})"),
        Figure("category macro F1", f"{macro_f1(scores):6.3f}", ">= 0.88"),
        Figure("disposition", _share(scores.disposition, "disposition right", "papers"), ">= 0.97"),
        Figure("nature (repeat, forwarded, …)", _share(scores.disposition, "nature right", "papers")),
        Figure("ms per case, median", f"{1000 * statistics.median(times):6.1f}", "<= 30"),
        Figure("ms per case, 95 %", f"{1000 * times[int(0.95 * len(times))]:6.1f}", "<= 30"),
    ]


def _row(what: str, figure: str, target: str = "") -> str:
    return f"{what:40}{figure}    {target}".rstrip()


def _share(count: dict[str, int], part: str, whole: str) -> str:
    return f"{count[part] / count[whole]:6.3f}" if count[whole] else "     -"


def _signal_row(code: str, count: Count) -> str:
    return f"{code:20} {count.right:6d} {count.missed:7d} {count.false:6d} {count.f1:6.3f}"


def _policy_row(name: str, count: dict[str, int]) -> str:
    shares = (_share(count, *pair) for pair in (("level right", "levels"), ("category right", "categories")))
    return f"{name:24} {count['papers']:6d}       {_share(count, 'disposition right', 'papers')} {' '.join(shares)}"


if __name__ == "__main__":
    raise SystemExit(main())
