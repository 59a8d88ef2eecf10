"""Figures of judging: F1 of signals, levels, categories, dispositions, beside the keyword baseline."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.judging.baseline import keyword_signals
from benchmarks.judging.judged import Judged, policies
from benchmarks.judging.texts import JudgedText
from domain.vocabulary import DispositionValue, Nature, SignalCode

COMPLAINTS = frozenset({Nature.COMPLAINT, Nature.REPEAT, Nature.FORWARDED})
GROUP_LEAST = 3


@dataclass
class Count:
    """Right, missed and false ones."""

    right: int = 0
    missed: int = 0
    false: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where there was nothing to find."""
        total = 2 * self.right + self.missed + self.false
        return 2 * self.right / total if total else 1.0

    def add(self, truth: frozenset[str], found: frozenset[str]) -> None:
        """Count one paper."""
        self.right += len(truth & found)
        self.missed += len(truth - found)
        self.false += len(found - truth)


@dataclass
class Scores:
    """All figures of one part, and what went wrong in words."""

    signals: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    keywords: Count = field(default_factory=Count)
    levels: Counter[str] = field(default_factory=Counter)
    categories: dict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    disposition: Counter[str] = field(default_factory=Counter)
    by_policy: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    notes: list[str] = field(default_factory=list)


def true_signals(truth: JudgedText) -> frozenset[SignalCode]:
    """Return the signals of a paper; two who complain together are no group."""
    return frozenset(s.code for s in truth.signals if s.code is not SignalCode.GROUP or truth.people >= GROUP_LEAST)


def wanted_disposition(truth: JudgedText) -> DispositionValue:
    """Return the contract's value for what a paper is under its regime."""
    pack = policies()[truth.policy].pack
    if truth.disposition in COMPLAINTS:
        return DispositionValue.COMPLAINT
    if truth.disposition is Nature.INQUIRY:
        return DispositionValue.COMPLAINT if pack.inquiries == "complaint" else DispositionValue.INQUIRY
    if truth.disposition is Nature.SUGGESTION:
        return DispositionValue.COMPLAINT if pack.suggestions == "complaint" else DispositionValue.NOT_COMPLAINT
    return DispositionValue.NOT_COMPLAINT


def score(papers: Iterable[Judged]) -> Scores:
    """Count everything."""
    scores = Scores()
    for paper in papers:
        _signals(paper, scores)
        _level(paper, scores)
        _category(paper, scores)
        _disposition(paper, scores)
    return scores


def _signals(paper: Judged, scores: Scores) -> None:
    truth = true_signals(paper.truth)
    found = {s.signal: s for s in paper.found.severity.signals}
    if SignalCode.GROUP in found and paper.truth.people < GROUP_LEAST and SignalCode.GROUP in _codes(paper.truth):
        del found[SignalCode.GROUP]
    for code in SignalCode:
        scores.signals[code.value].add(frozenset({code} & truth), frozenset({code} & found.keys()))
    scores.signals["all"].add(truth, frozenset(found))
    sure = frozenset(code for code, s in found.items() if s.certain)
    scores.levels["certain signals"] += len(sure)
    scores.levels["certain and false"] += len(sure - truth)
    scores.keywords.add(truth, keyword_signals(paper.truth.text))
    for code in truth - found.keys():
        words = next(s.words for s in paper.truth.signals if s.code is code)
        scores.notes.append(f"signal missed {paper.truth.id} {code}: {words}")
    for code in found.keys() - truth:
        mark = "certain" if found[code].certain else "unclear"
        scores.notes.append(f"signal false ({mark}) {paper.truth.id} {code}: {found[code].detail}")


def _codes(truth: JudgedText) -> frozenset[SignalCode]:
    return frozenset(s.code for s in truth.signals)


def _level(paper: Judged, scores: Scores) -> None:
    scheme = policies()[paper.truth.policy].pack.severity
    if scheme is None or paper.truth.level is None or paper.truth.disposition not in COMPLAINTS:
        return
    found, truth = paper.found.severity, paper.truth
    wanted = scheme.label(truth.level or "")
    counts = (scores.levels, scores.by_policy[truth.policy])
    right = found.level == wanted
    rank = {level.label: n for n, level in enumerate(scheme.levels)}
    missed = found.accepted and rank.get(found.level or "", 99) > rank[wanted] == 0
    for count in counts:
        count["levels"] += 1
        count["level right"] += right
        count["accepted"] += found.accepted
        count["accepted and wrong"] += found.accepted and not right
        count["gravest missed among accepted"] += missed
        count["asked though clear"] += bool(found.undecided) and not truth.ask
        count["should ask"] += truth.ask
        count["should ask and does"] += truth.ask and not found.accepted
    if not right:
        scores.notes.append(
            f"level {truth.id} {wanted} -> {found.level} {'ACCEPTED ' if found.accepted else ''}{found.explanation}"
        )


def _category(paper: Judged, scores: Scores) -> None:
    pack, truth = policies()[paper.truth.policy].pack, paper.truth
    if truth.category is None or not pack.categories or truth.disposition not in COMPLAINTS:
        return
    wanted = next((c.label for c in pack.categories if c.id == truth.category), truth.category)
    found = paper.found.category.value
    scores.categories[truth.policy, wanted].add(frozenset({wanted}), frozenset({found} & {wanted}))
    if found and found != wanted:
        scores.categories[truth.policy, found].false += 1
    scores.by_policy[truth.policy]["categories"] += 1
    scores.by_policy[truth.policy]["category right"] += found == wanted
    if found != wanted:
        scores.notes.append(f"category {truth.id} {wanted} -> {found} ({paper.found.category.probability:.2f})")


def _disposition(paper: Judged, scores: Scores) -> None:
    wanted, verdict = wanted_disposition(paper.truth), paper.found.disposition
    for count in (scores.disposition, scores.by_policy[paper.truth.policy]):
        count["papers"] += 1
        count["disposition right"] += verdict.value is wanted
        count["nature right"] += verdict.nature is paper.truth.disposition
    if verdict.value is not wanted or verdict.nature is not paper.truth.disposition:
        nature = f"{paper.truth.disposition} -> {verdict.nature}"
        scores.notes.append(f"disposition {paper.truth.id} {wanted} -> {verdict.value}; {nature}: {verdict.reason}")


def macro_f1(scores: Scores) -> float:
    """Return the mean F1 over all categories of all packs that occur."""
    return sum(c.f1 for c in scores.categories.values()) / max(len(scores.categories), 1)
