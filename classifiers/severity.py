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
from domain.verdicts import SeverityVerdict, Signal, UndecidedRule

NO_FINDING = 0.97
"""Chance that a case without any finding is really of the lightest level."""

DOUBTFUL_SUM = 0.9
"""A sum read with less probability than this decides nothing."""

_FIRST = re.compile(r"^(\d+(?:\.\d+)?) 元")
_PENDING = re.compile(r"待核金额 (\d+(?:\.\d+)?) 元")

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
    """

    rule: SeverityRule
    outcome: Outcome
    reason: str = ""
    signal: Signal | None = None


def decide_severity(
    policy: AdoptedPolicy, signals: tuple[Signal, ...], readable: bool, where: WhereOf
) -> SeverityVerdict | None:
    """Return the level, ``None`` when the pack has no levels.

    Args:
        policy: rules and parameters in force.
        signals: everything found; ``confirmed`` answers of persons win over the machine's doubt.
        readable: False when no word of the complaint could be read: nothing is decided then.
        where: for the explanation.
    """
    scheme = policy.pack.severity
    if scheme is None:
        return None
    standing = tuple(s for s in signals if s.confirmed is not False)
    results = tuple(apply_rule(rule, standing, policy) for rule in scheme.rules if not rule.human_only)
    met = _gravest(results, Outcome.MET, scheme)
    floor = scheme.rank(met.rule.level) if met else scheme.rank(scheme.otherwise)
    pending = tuple(
        r for r in results if r.outcome in (Outcome.OPEN, Outcome.POSSIBLE) and scheme.rank(r.rule.level) < floor
    )
    undecided = tuple(UndecidedRule(rule=r.rule.id, reason=r.reason) for r in pending)
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
    return _decided(policy, scheme, met, (signals, undecided), where)


def _decided(
    policy: AdoptedPolicy,
    scheme: SeverityScheme,
    met: RuleResult | None,
    found: tuple[tuple[Signal, ...], tuple[UndecidedRule, ...]],
    where: WhereOf,
) -> SeverityVerdict:
    signals, undecided = found
    if met is None:
        level, probability = scheme.label(scheme.otherwise), NO_FINDING if not undecided else 0.5
        sentence = f"未发现符合其他级别任一条件的情形，定为{level}。"
    else:
        level, probability = scheme.label(met.rule.level), _probability(met.signal)
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


def apply_rule(rule: SeverityRule, signals: tuple[Signal, ...], policy: AdoptedPolicy) -> RuleResult:
    """Return what ``rule`` says about ``signals`` (those that persons rejected left out)."""
    if rule.parameter:
        return _threshold(rule, next((s for s in signals if s.signal in rule.signals), None), policy)
    certain = [s for s in signals if s.signal in rule.signals and _holds(s)]
    if certain:
        return RuleResult(rule, Outcome.MET, "", max(certain, key=_probability))
    for signal in signals:
        if signal.signal in rule.signals:
            return RuleResult(rule, Outcome.POSSIBLE, f"“{rule.label}”的信号不确定（{signal.detail}）", signal)
    for signal in _possible(rule, signals):
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，是否属于“{rule.label}”须由人判断", signal)
    return RuleResult(rule, Outcome.NO)


def _possible(rule: SeverityRule, signals: tuple[Signal, ...]) -> Iterator[Signal]:
    return (s for s in signals if s.signal in rule.possible and s.confirmed is None and s.certain)


def _holds(signal: Signal) -> bool:
    return signal.certain or bool(signal.confirmed)


def _threshold(rule: SeverityRule, signal: Signal | None, policy: AdoptedPolicy) -> RuleResult:
    name = rule.parameter or ""
    parameter = policy.parameter(name)
    if parameter is None:
        reason = (
            f"“{parameter_label(policy.pack, name)}”未设定（{policy.parameter_source(name)}），“{rule.label}”无法判定"
        )
        if signal is None:
            return RuleResult(rule, Outcome.OPEN, f"{reason}；未发现相应金额")
        return RuleResult(rule, Outcome.POSSIBLE, f"{reason}；{signal.detail}", signal)
    if signal is None:
        return RuleResult(rule, Outcome.NO)
    return _compared(rule, signal, Decimal(str(parameter)) * rule.factor)


def _compared(rule: SeverityRule, signal: Signal, limit: Decimal) -> RuleResult:
    stated = _FIRST.match(signal.detail)
    if stated is None:
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，未写明金额，“{rule.label}”无法判定", signal)
    value = Decimal(stated[1])
    pending = _PENDING.search(signal.detail)
    highest = max(value, Decimal(pending[1])) if pending else value
    if _holds(signal) and (value >= limit or not pending):
        doubtful = signal.probability < DOUBTFUL_SUM and not signal.confirmed
        if value >= limit:
            outcome = Outcome.POSSIBLE if doubtful else Outcome.MET
        else:
            outcome = Outcome.OPEN if doubtful else Outcome.NO
        return RuleResult(rule, outcome, f"金额 {value:f} 元的读数不可靠" if doubtful else "", signal)
    if highest >= limit:
        return RuleResult(rule, Outcome.POSSIBLE, f"{signal.detail}，可能达到 {limit:f} 元", signal)
    return RuleResult(rule, Outcome.NO)
