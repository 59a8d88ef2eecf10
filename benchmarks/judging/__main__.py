"""Print how well papers are judged: ``python -m benchmarks.judging [--part tune] [--notes FILE]``."""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from benchmarks.judging.judged import Judged, judged, policies
from benchmarks.judging.scores import Count, Scores, macro_f1, score
from benchmarks.judging.texts import load_texts

DOCS = Path("docs/benchmarks.md")
_BEGIN, _END = "<!-- bench-judging -->", "<!-- /bench-judging -->"


def main() -> int:
    """Judge every paper of a part and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=["tune", "held"], default="held")
    parser.add_argument("--policy", help="one regime only")
    parser.add_argument("--notes", type=Path, help="write what went wrong into this file")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks.md")
    given = parser.parse_args()
    texts = [t for t in load_texts(given.part) if t.policy in policies() and given.policy in (None, t.policy)]
    papers = [judged(text) for text in texts]
    scores = score(papers)
    table = report(given.part, papers, scores)
    print(table)
    if given.notes:
        given.notes.write_text("\n".join(sorted(scores.notes)) + "\n", encoding="utf-8")
    if given.docs:
        page = DOCS.read_text("utf-8")
        head, rest = page.split(_BEGIN)
        tail = rest.split(_END)[1]
        command = f"`python -m benchmarks.judging --part {given.part}`"
        DOCS.write_text(f"{head}{_BEGIN}\n{command}\n\n```\n{table}\n```\n{_END}{tail}", encoding="utf-8")
    return 0


def report(part: str, papers: list[Judged], scores: Scores) -> str:
    """Return the tables."""
    levels, every = scores.levels, scores.signals["all"]
    times = sorted(p.seconds for p in papers)
    false_share = levels["certain and false"] / max(levels["certain signals"], 1)
    rows = [
        f"Judging, part {part}: {len(papers)} papers, {len({p.truth.policy for p in papers})} regimes",
        "",
        "what                                    figure    target",
        _row("level exact", _share(levels, "level right", "levels"), f">= 0.95 (of {levels['levels']})"),
        _row("gravest missed among accepted", f"{levels['gravest missed among accepted']:6d}", "0"),
        _row("accepted level wrong", f"{levels['accepted and wrong']:6d}", f"(of {levels['accepted']})"),
        _row("a person asked although clear", _share(levels, "asked though clear", "levels")),
        _row("asked where the truth asks", _share(levels, "should ask and does", "should ask")),
        _row("signals F1", f"{every.f1:6.3f}", ">= 0.92"),
        _row("  keyword list of the catalogue", f"{scores.keywords.f1:6.3f}"),
        _row("certain signals that are false", f"{false_share:6.3f}", f"<= 0.02 (of {levels['certain signals']})"),
        _row("category macro F1", f"{macro_f1(scores):6.3f}", ">= 0.88"),
        _row("disposition", _share(scores.disposition, "disposition right", "papers"), ">= 0.97"),
        _row("nature (repeat, forwarded, …)", _share(scores.disposition, "nature right", "papers")),
        _row("ms per case, median", f"{1000 * statistics.median(times):6.1f}", "<= 30"),
        _row("ms per case, 95 %", f"{1000 * times[int(0.95 * len(times))]:6.1f}", "<= 30"),
        "",
        "signal                right  missed  false     F1",
        *(_signal_row(code, count) for code, count in sorted(scores.signals.items())),
        "",
        "regime                   papers  disposition  level  category",
        *(_policy_row(name, count) for name, count in sorted(scores.by_policy.items())),
    ]
    return "\n".join(rows)


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
