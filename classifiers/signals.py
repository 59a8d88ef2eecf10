"""Severity and escalation signals with the words that show them (catalogue table B, design §5).

Three look at the papers: the rules (`classifiers.worded_signals`), the network and a linear model on character n-grams
(`classifiers.network.hearing`). A logistic sum of the three says how likely each signal is (stacking: Wolpert 1992);
its weights were fitted on papers that none of them had seen (docs/models/judging.md).
"""

from __future__ import annotations

import math
from decimal import Decimal

from classifiers.amount_signals import sums_in
from classifiers.language import Mode, Stance, stance
from classifiers.lexicon import signal_words
from classifiers.narrative import Sentence
from classifiers.network.hearing import Heard, clause, labels
from classifiers.producers import SIGNALS
from classifiers.worded_signals import measured_loss, plain_signals, read_sum, worded_signals
from domain.case import Case
from domain.documents import DocumentText
from domain.policy import AdoptedPolicy
from domain.verdicts import Signal
from domain.vocabulary import SignalCode

CERTAIN = 0.97
"""Chance above which a signal counts as fact; below it a person decides."""
_GRAVE = frozenset(
    {
        SignalCode.ILLEGALITY,
        SignalCode.FRAUD,
        SignalCode.ASSET_THEFT,
        SignalCode.EMERGENCY,
        SignalCode.REPUTATION,
        SignalCode.THREAT,
    }
)
_LEAST_GRAVE = 0.03
"""Plain words of the gravest things are shown to a person even when they are unlikely to mean it."""


def find_signals(
    case: Case,
    spoken: tuple[Sentence, ...],
    texts: tuple[DocumentText, ...],
    policy: AdoptedPolicy,
    heard: Heard,
) -> tuple[Signal, ...]:
    """Return every signal of the case, persons' earlier answers kept.

    Args:
        case: fields, marks and earlier answers.
        spoken: sentences in which the complainant speaks.
        texts: all papers, for kinds and signatures.
        policy: adds the pack's own terms and the adoption's lists.
        heard: the sentences as the network hears them.
    """
    worded = worded_signals(case, spoken, policy)
    weighed = (_weighed(code, worded.get(code), spoken, heard) for code in SignalCode)
    found = {s.signal: s for s in weighed if s is not None} | plain_signals(case, texts, policy, worded)
    unlikely = read_sum(case, worded.get(SignalCode.AMOUNT))
    if unlikely is not None:
        found.setdefault(SignalCode.AMOUNT, unlikely)
    loss = found.get(SignalCode.COMPANY_LOSS)
    if loss:
        found[SignalCode.COMPANY_LOSS] = measured_loss(loss)
    return _with_answers(tuple(found.values()), case)


def _weighed(code: SignalCode, worded: Signal | None, spoken: tuple[Sentence, ...], heard: Heard) -> Signal | None:
    """Return the signal that the rules and the network make together, ``None`` when it is unlikely."""
    chance = chance_of(code, worded, heard)
    least = labels().thresholds[code]
    if worded is not None and code in _GRAVE:
        least = min(least, _LEAST_GRAVE)
    if chance < least:
        return None
    if worded is not None:
        # How well a sum was read is another question than whether it is the one in dispute.
        sure = min(chance, worded.probability) if code is SignalCode.AMOUNT else chance
        return worded.model_copy(
            update={"probability": round(sure, 4), "certain": worded.certain and chance >= CERTAIN}
        )
    return _heard(code, chance, spoken, heard)


def chance_of(code: SignalCode, worded: Signal | None, heard: Heard) -> float:
    """Return how likely a signal is when all three are asked, 0 to 1."""
    weights = labels().weights[code]
    total = sum(w * v for w, v in zip(weights, inputs(*heard.strongest(code), worded), strict=True))
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


def inputs(network: float, grams: float, worded: Signal | None) -> tuple[float, float, float, float, float]:
    """Return what the weights multiply: logits of network and n-grams, rules find it as fact, as unclear, and 1."""
    certain = worded is not None and worded.certain
    return (network, grams, float(certain), float(worded is not None and not certain), 1.0)


_ALONE = {
    # Rules of their own, no word table: what the network alone may say of them.
    SignalCode.AMOUNT: ("涉及金额", Mode.STATE),
    SignalCode.GROUP: ("多人共同投诉", Mode.STATE),
    SignalCode.KEY_POSITION: ("涉及重要岗位人员", Mode.WRONG),
}


def _heard(code: SignalCode, chance: float, spoken: tuple[Sentence, ...], heard: Heard) -> Signal | None:
    number, sign = heard.where(code)
    sentence = spoken[number]
    start, end = clause(sentence.text, sign)
    label, mode = _ALONE.get(code) or next((w.label, w.mode) for w in signal_words() if w.code is code)
    meant = stance(sentence.text, start, end, mode)
    if meant is Stance.NONE and chance < CERTAIN:
        # 账户资金没有被盗: the clause denies it.
        return None
    certain = chance >= CERTAIN and code not in _ALONE and meant is Stance.FACT
    said = sentence.text[start:end].strip()
    if code is SignalCode.AMOUNT:
        sums = sums_in(sentence.text)
        if not sums:
            return None
        largest = max(sums, key=lambda s: Decimal(s.value))
        said, start, end = f"{largest.value} 元", largest.start, largest.end
    note = "" if certain else "（未确定，待人工判断）"
    return Signal(
        signal=code,
        detail=f"{said}，{label}{note}" if code is SignalCode.AMOUNT else f"{label}：{said}{note}",
        evidence=sentence.evidence(start, end),
        certain=certain,
        probability=round(chance, 4),
        producer=SIGNALS,
    )


def _with_answers(found: tuple[Signal, ...], case: Case) -> tuple[Signal, ...]:
    """Return ``found`` with persons' answers; an answered signal stays even when the words are gone."""
    earlier = case.judgement.severity.signals if case.judgement else ()
    answers = {s.signal: s for s in earlier if s.confirmed is not None}
    kept = tuple(
        s.model_copy(update={"confirmed": answers.pop(s.signal).confirmed}) if s.signal in answers else s for s in found
    )
    return (*kept, *answers.values())
