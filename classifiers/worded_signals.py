"""Signals that the word tables and the rules about sums and people find, with the words that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifiers.amount_signals import amount_signal, company_loss_signal
from classifiers.business_lines import line_of
from classifiers.language import Stance, stance
from classifiers.lexicon import SignalWords, with_pack_terms
from classifiers.narrative import Sentence
from classifiers.people_signals import agitated_signal, anonymous_signal, group_signal, key_position_signal, vip_signal
from classifiers.producers import SIGNALS
from domain.case import Case
from domain.checks import organisation_name
from domain.documents import DocumentText
from domain.evidence import Evidence, FieldValue
from domain.policy import AdoptedPolicy
from domain.review import decided_by_person
from domain.verdicts import Signal
from domain.vocabulary import DocumentKind, SignalCode

_FORM = "form"
"""How producers of fields from a form's own places begin."""
_SHOWN = 3
"""Matches whose words are kept as evidence of one signal."""


@dataclass(frozen=True)
class _Match:
    sentence: Sentence
    start: int
    end: int
    probability: float
    certain: bool

    @property
    def quote(self) -> str:
        return self.sentence.text[self.start : self.end].strip()


def worded_signals(case: Case, spoken: tuple[Sentence, ...], policy: AdoptedPolicy) -> dict[SignalCode, Signal]:
    """Return what the rules find in the sentences.

    Args:
        case: fields and marks.
        spoken: sentences in which the complainant speaks.
        policy: adds the pack's own terms and the adoption's lists.
    """
    found: dict[SignalCode, Signal] = {}
    for words in with_pack_terms(policy.pack.signal_terms):
        signal = _worded(words, spoken)
        if signal:
            found[words.code] = signal
    for special in (
        _with_line(amount_signal(case, spoken), spoken, policy),
        company_loss_signal(spoken, found.get(SignalCode.COMPANY_LOSS)),
        group_signal(case, spoken),
        key_position_signal(case, spoken, policy),
        anonymous_signal(case, spoken, found.get(SignalCode.ANONYMOUS)),
        agitated_signal(spoken, found.get(SignalCode.AGITATED)),
    ):
        if special:
            found[special.signal] = special
    loss = found.get(SignalCode.COMPANY_LOSS)
    if loss:
        found[SignalCode.COMPANY_LOSS] = measured_loss(loss)
    return found


def measured_loss(loss: Signal) -> Signal:
    """Return a loss of the firm as certain only with a sum: without one nobody can hold it against the threshold."""
    return loss if loss.detail[:1].isdigit() else loss.model_copy(update={"certain": False})


def plain_signals(
    case: Case, texts: tuple[DocumentText, ...], policy: AdoptedPolicy, worded: dict[SignalCode, Signal]
) -> dict[SignalCode, Signal]:
    """Return signals that lists and papers show, whatever the sentences say: important customers, who passed it on."""
    found = (
        vip_signal(case, policy),
        _forwarded(case, worded.get(SignalCode.REGULATOR)),
        _withdrawn(texts, worded.get(SignalCode.WITHDRAWAL)),
        _stated_sum(case, worded.get(SignalCode.AMOUNT)),
    )
    return {s.signal: s for s in found if s is not None}


def _stated_sum(case: Case, worded: Signal | None) -> Signal | None:
    """Return a sum that a person entered or that a form names as the one in dispute, whatever the sentences say."""
    field = case.fields.get("amount_involved")
    if not isinstance(field, FieldValue):
        return None
    told = field.accepted or decided_by_person(field.producer) or field.producer.startswith(_FORM)
    return worded if told else None


def read_sum(case: Case, worded: Signal | None) -> Signal | None:
    """Return the sum of the field ``amount_involved`` as an uncertain signal.

    Who reads it in the field expects it held against the levels, however unlikely the sentences make it.
    """
    field = case.fields.get("amount_involved")
    if worded is None or not isinstance(field, FieldValue):
        return None
    return worded.model_copy(update={"certain": False, "probability": min(worded.probability, field.probability, 0.5)})


def _with_line(signal: Signal | None, spoken: tuple[Sentence, ...], policy: AdoptedPolicy) -> Signal | None:
    """Tie a sum to its line of business where the pack's levels ask for one."""
    scheme = policy.pack.severity
    if signal is None or scheme is None or not any(rule.line for rule in scheme.rules):
        return signal
    return signal.model_copy(update={"line": line_of(spoken, signal.evidence)})


def _worded(words: SignalWords, spoken: Iterable[Sentence]) -> Signal | None:
    matches = sorted(_matches(words, spoken), key=lambda m: (not m.certain, -m.probability))
    if not matches:
        return None
    best = matches[0]
    shown = _distinct(m for m in matches if m.certain == best.certain)
    note = "" if best.certain else "（未确定，待人工判断）"
    return Signal(
        signal=words.code,
        detail=f"{words.label}：{'；'.join(dict.fromkeys(m.quote for m in shown))}{note}",
        evidence=tuple(e for m in shown for e in m.sentence.evidence(m.start, m.end)),
        certain=best.certain,
        probability=best.probability,
        producer=SIGNALS,
    )


def _matches(words: SignalWords, spoken: Iterable[Sentence]) -> Iterator[_Match]:
    for sentence in spoken:
        for start, end, term in words.matches(sentence.text):
            meant = stance(sentence.text, start, end, term.mode or words.mode)
            if meant is Stance.NONE:
                continue
            certain = term.certain and meant is Stance.FACT
            probability = term.probability if meant is Stance.FACT else min(term.probability, 0.5)
            yield _Match(sentence, start, end, probability, certain)


def _distinct(matches: Iterable[_Match]) -> tuple[_Match, ...]:
    """Return the first few matches that do not overlap."""
    kept: list[_Match] = []
    for match in matches:
        if len(kept) == _SHOWN:
            break
        if not any(k.sentence is match.sentence and k.start < match.end and match.start < k.end for k in kept):
            kept.append(match)
    return tuple(kept)


def _forwarded(case: Case, worded: Signal | None) -> Signal | None:
    field = case.fields.get("forwarded_by")
    if not isinstance(field, FieldValue) or (not field.accepted and organisation_name(field.value)):
        # Words that are no office's name: shown as a field, no news of an authority.
        return None
    evidence = (*field.evidence, *(worded.evidence if worded else ()))
    return Signal(
        signal=SignalCode.REGULATOR,
        detail=f"由{field.value}转来{_under_which(case)}",
        evidence=evidence,
        certain=field.accepted,
        probability=field.probability,
        producer=SIGNALS,
    )


def _under_which(case: Case) -> str:
    """Return number and day of the office's paper in brackets, "" when neither was read."""
    named = (case.field_value("forwarding_no"), case.field_value("forwarding_date"))
    known = "，".join(value for value in named if value)
    return f"（{known}）" if known else ""


def _withdrawn(texts: tuple[DocumentText, ...], worded: Signal | None) -> Signal | None:
    papers = [t for t in texts if t.kind is DocumentKind.WITHDRAWAL_STATEMENT]
    if not papers or (worded and worded.certain):
        return None
    evidence = tuple(e for paper in papers for e in _first_line(paper))
    return Signal(
        signal=SignalCode.WITHDRAWAL,
        detail="来件中有撤诉文书，须核实是否自愿",
        evidence=evidence,
        certain=True,
        probability=0.95,
        producer=SIGNALS,
    )


def _first_line(paper: DocumentText) -> Iterator[Evidence]:
    for page in paper.pages:
        for line in page.lines[:1]:
            yield Evidence(document_id=paper.document_id, page=page.number, bbox=line.bbox, quote=line.text)
            return
