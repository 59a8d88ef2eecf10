"""Severity: pure rules over signals and parameters.

A certain signal decides; an unclear one, an unset parameter or a merely possible case of a criterion asks a person.
A possible graver level stands until a person decides, and nothing here ever lowers a level. The open criterion
(其他重大投诉, ``human_only``) belongs to persons: they may set the level at any time, it is no reason to ask by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from classifiers.labels import parameter_label, signal_label
from classifiers.producers import SEVERITY
from domain.policy import AdoptedPolicy, SeverityRule, SeverityScheme
from domain.verdicts import CategoryVerdict, SeverityVerdict, Signal, UndecidedRule
from domain.vocabulary import SignalCode

NO_FINDING = 0.85
"""Chance that a case without any finding is really of the lightest level: of 46 such papers of ``bench-judging`` that
were written without the word tables at hand, seven were graver. A person looks at each until the tables find more."""

DOUBTFUL_SUM = 0.9
"""A sum read with less probability than this decides nothing."""

_FIRST = re.compile(r"^(\d+(?:\.\d+)?) 元")
_PENDING = re.compile(r"待核金额 (\d+(?:\.\d+)?) 元")
_PEOPLE = re.compile(r"^(\d+) 人")
NO_CATEGORY = CategoryVerdict(value=None, probability=0.0, producer=SEVERITY)

WhereOf = Callable[[Signal], str]
"""Says in Chinese on which paper and page a signal stands."""


class Outcome(IntEnum):
    """What a rule says."""

    NO = 0
    OPEN = 1
    POSSIBLE = 2
    MET = 3


@dataclass(frozen=True)
class RuleResult:
    """A rule applied.

    Attributes:
        outcome: ``OPEN`` asks a person without raising the level, ``POSSIBLE`` raises the proposal.
        reason: why it is not decided, Chinese; empty when decided.
        signal: the one that counts.
        chance: of an accepted category that meets the rule, which is then as sure as that category.
    """

    rule: SeverityRule
    outcome: Outcome
    reason: str = ""
    signal: Signal | None = None
    chance: float | None = None


def decide_severity(
    policy: AdoptedPolicy,
    signals: tuple[Signal, ...],
    readable: bool,
    where: WhereOf,
    category: CategoryVerdict = NO_CATEGORY,
) -> SeverityVerdict | None:
    """Return the level, ``None`` when the pack has no levels.

    Args:
        policy: rules and parameters in force.
        signals: everything found; ``confirmed`` answers of persons win over the machine's doubt.
        readable: False when no word of the complaint could be read: nothing is decided then.
        where: for the explanation.
        category: for regimes whose levels follow the category.
    """
    scheme = policy.pack.severity
    if scheme is None:
        return None
    standing = tuple(s for s in signals if s.confirmed is not False)
    rules = tuple(rule for rule in scheme.rules if not rule.human_only)
    results = tuple(apply_rule(rule, standing, policy, category) for rule in rules)
    met = _gravest(results, Outcome.MET, scheme)
    floor = scheme.rank(met.rule.level if met else scheme.otherwise)
    pending = tuple(
        r for r in results if r.outcome in (Outcome.OPEN, Outcome.POSSIBLE) and scheme.rank(r.rule.level) < floor
    )
    undecided = tuple(UndecidedRule(rule=r.rule.id, reason=r.reason) for r in pending)
    undecided += _of_the_scheme(policy, results, standing, category)
    possible = _gravest(pending, Outcome.POSSIBLE, scheme)
    if not readable and met is None:
        undecided = (UndecidedRule(rule="narrative", reason="没有读到投诉内容，不能判断级别"), *undecided)
        if possible is None:
            return _verdict(None, 0.0, signals, undecided, "没有读到投诉内容，级别待人工判断。")
    if possible is not None:
        level = scheme.label(possible.rule.level)
        probability = possible.signal.probability if possible.signal else 0.5
        sentence = f"可能属于{level}：{possible.reason}{_place(possible, where)}；在人工判断之前按{level}对待。"
        return _verdict(level, min(probability, 0.6), signals, undecided, sentence)
    if met is None and scheme.otherwise is None:
        reason = undecided[0].reason if undecided else "没有符合任何级别的情形"
        missing = undecided or (UndecidedRule(rule="level", reason=reason),)
        return _verdict(None, 0.0, signals, missing, f"{reason}，级别待人工判断。")
    return _decided(policy, scheme, met, (signals, undecided), where)


def _of_the_scheme(
    policy: AdoptedPolicy, results: tuple[RuleResult, ...], signals: tuple[Signal, ...], category: CategoryVerdict
) -> tuple[UndecidedRule, ...]:
    """Return what the scheme as a whole leaves to a person."""
    scheme = policy.pack.severity
    assert scheme is not None
    found = []
    if scheme.proposed_only:
        found.append(UndecidedRule(rule="proposed", reason=scheme.proposed_only))
    if reason := scheme.unclassed.get(_category_id(policy, category) or ""):
        found.append(UndecidedRule(rule="unclassed", reason=f"{category.value}：{reason}"))
    bands = [r for r in results if r.rule.up_to]
    amount = next((s for s in signals if s.signal is SignalCode.AMOUNT), None)
    sums = [r for r in results if r.rule.limits and r.rule.counts == "yuan" and SignalCode.AMOUNT in r.rule.signals]
    if bands and amount and amount.holds and all(r.outcome is Outcome.NO for r in sums):
        found.append(UndecidedRule(rule="amount", reason=f"{amount.detail}，不在任何一级规定的金额之内"))
    return tuple(found)


def _category_id(policy: AdoptedPolicy, category: CategoryVerdict) -> str | None:
    return next((c.id for c in policy.pack.categories if c.label == category.value), None)


def _decided(
    policy: AdoptedPolicy,
    scheme: SeverityScheme,
    met: RuleResult | None,
    found: tuple[tuple[Signal, ...], tuple[UndecidedRule, ...]],
    where: WhereOf,
) -> SeverityVerdict:
    signals, undecided = found
    if met is None:
        assert scheme.otherwise is not None
        level, probability = scheme.label(scheme.otherwise), NO_FINDING if not undecided else 0.5
        sentence = f"未发现符合其他级别任一条件的情形，定为{level}。"
    else:
        level = scheme.label(met.rule.level)
        probability = _probability(met.signal) if met.signal else met.chance or NO_FINDING
        if met.chance is None and scheme.basis == "gravity" and scheme.rank(met.rule.level) == len(scheme.levels) - 1:
            # a small sum says nothing about what else may have been overlooked
            probability = min(probability, NO_FINDING)
        sentence = f"依{met.rule.article}（{met.rule.label}）{_place(met, where)}，定为{level}。"
    if undecided:
        sentence = f"{sentence.rstrip('。')}；另有{len(undecided)}条规则未能判定，待人工确认。"
    verdict = _verdict(level, probability, signals, undecided, sentence)
    sure = not undecided and round(1 - probability, 6) <= policy.error_budget("severity")
    return verdict.model_copy(update={"accepted": sure})


def _verdict(
    level: str | None,
    probability: float,
    signals: tuple[Signal, ...],
    undecided: tuple[UndecidedRule, ...],
    sentence: str,
) -> SeverityVerdict:
    return SeverityVerdict(
        level=level,
        probability=probability,
        producer=SEVERITY,
        signals=signals,
        undecided=undecided,
        explanation=sentence,
    )


def _probability(signal: Signal | None) -> float:
    if signal is None:
        return 0.5
    return 1.0 if signal.confirmed else signal.probability


def _place(result: RuleResult, where: WhereOf) -> str:
    signal = result.signal
    if signal is None:
        return ""
    quote = next((e.quote.strip() for e in signal.evidence if e.quote.strip()), "")
    return f"，依据“{quote or signal.detail}”（{signal_label(signal.signal)}，{where(signal)}）"


def _gravest(results: tuple[RuleResult, ...], outcome: Outcome, scheme: SeverityScheme) -> RuleResult | None:
    chosen = [r for r in results if r.outcome is outcome]
    return min(chosen, key=lambda r: (scheme.rank(r.rule.level), -_probability(r.signal)), default=None)


def apply_rule(
    rule: SeverityRule, signals: tuple[Signal, ...], policy: AdoptedPolicy, category: CategoryVerdict = NO_CATEGORY
) -> RuleResult:
    """Return what ``rule`` says about ``signals`` (those that persons rejected left out) and the category."""
    if rule.limits:
        return _threshold(rule, next((s for s in signals if s.signal in rule.signals), None), policy)
    certain = [s for s in signals if s.signal in rule.signals and s.holds]
    if certain:
        return RuleResult(rule, Outcome.MET, "", max(certain, key=_probability))
    if _category_id(policy, category) in rule.categories and category.value:
        if category.accepted:
            return RuleResult(rule, Outcome.MET, chance=category.probability)
        return RuleResult(rule, Outcome.POSSIBLE, f"类别可能为“{category.value}”，尚待人工确认")
    for signal in signals:
        if signal.signal in rule.signals:
            return RuleResult(rule, Outcome.POSSIBLE, f"“{rule.label}”的信号不确定（{signal.detail}）", signal)
    for signal in _possible(rule, signals):
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，是否属于“{rule.label}”须由人判断", signal)
    return RuleResult(rule, Outcome.NO)


def _possible(rule: SeverityRule, signals: tuple[Signal, ...]) -> Iterator[Signal]:
    return (s for s in signals if s.signal in rule.possible and s.confirmed is None and s.certain)


def _threshold(rule: SeverityRule, signal: Signal | None, policy: AdoptedPolicy) -> RuleResult:
    unset = next((name for name in rule.limits if policy.parameter(name) is None), None)
    if unset is not None:
        reason = (
            f"“{parameter_label(policy.pack, unset)}”未设定（{policy.parameter_source(unset)}），“{rule.label}”无法判定"
        )
        if signal is None:
            wanted = "人数" if rule.counts == "people" else "金额"
            return RuleResult(rule, Outcome.OPEN, f"{reason}；未发现相应{wanted}")
        return RuleResult(rule, Outcome.POSSIBLE, f"{reason}；{signal.detail}", signal)
    if signal is None or (rule.line and signal.line and signal.line is not rule.line):
        return RuleResult(rule, Outcome.NO)
    return _line_known(_compared(rule, signal, _limits(rule, policy)))


def _line_known(result: RuleResult) -> RuleResult:
    """Leave a sum to a person whose line of business is unclear."""
    signal = result.signal
    if result.outcome is Outcome.MET and result.rule.line and signal and not (signal.line or signal.confirmed):
        reason = f"{signal.detail}，所属险种或业务不明，“{result.rule.label}”须由人判断"
        return RuleResult(result.rule, Outcome.POSSIBLE, reason, signal)
    return result


@dataclass(frozen=True)
class _Limits:
    low: Decimal | None
    high: Decimal | None
    above: bool

    def hold(self, value: Decimal) -> bool:
        enough = self.low is None or (value > self.low if self.above else value >= self.low)
        return enough and (self.high is None or value <= self.high)

    def words(self) -> str:
        low = f"{'超过' if self.above else '达到'} {self.low:f}" if self.low is not None else ""
        return low or f"不超过 {self.high:f}"


def _limits(rule: SeverityRule, policy: AdoptedPolicy) -> _Limits:
    def value(name: str | None) -> Decimal | None:
        found = policy.parameter(name) if name else None
        return None if found is None else Decimal(str(found)) * rule.factor

    return _Limits(value(rule.parameter), value(rule.up_to), rule.above)


def _compared(rule: SeverityRule, signal: Signal, limits: _Limits) -> RuleResult:
    unit, pattern = ("人", _PEOPLE) if rule.counts == "people" else ("元", _FIRST)
    stated = pattern.match(signal.detail)
    if stated is None:
        wanted = "人数" if rule.counts == "people" else "金额"
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，未写明{wanted}，“{rule.label}”无法判定", signal)
    value = Decimal(stated[1])
    pending = _PENDING.search(signal.detail)
    highest = max(value, Decimal(pending[1])) if pending else value
    if rule.border_open and value in (limits.low, limits.high):
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，恰为两级分界，制度未载明归属", signal)
    if signal.holds and (limits.hold(value) or not pending):
        doubtful = signal.probability < DOUBTFUL_SUM and not signal.confirmed
        if limits.hold(value):
            outcome = Outcome.POSSIBLE if doubtful else Outcome.MET
        else:
            outcome = Outcome.OPEN if doubtful else Outcome.NO
        return RuleResult(rule, outcome, f"{value:f} {unit}的读数不可靠" if doubtful else "", signal)
    if limits.hold(highest):
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，可能{limits.words()} {unit}", signal)
    return RuleResult(rule, Outcome.NO)
