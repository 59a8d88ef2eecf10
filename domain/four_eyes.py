"""Four eyes: what a second person keys blind, and when an expert decides. Pure: no clock, no store.

The adoption names the fields (`domain.adoption.FourEyes`); of the levels it is the gravest. Somebody (the machine, or a
first person) answers; a second person keys the value without seeing it. The same: settled. Another: an expert who is
neither of the two decides.
"""

from __future__ import annotations

from enum import StrEnum

from domain.access import VOUCHED
from domain.adoption import FourEyes
from domain.base import Model
from domain.case import Case, Decision, ReviewReason
from domain.errors import DecisionError
from domain.evidence import Candidate, FieldValue
from domain.fields import FIELDS

KEY = "key"
"""Action of the second person: ``Decision.value`` is what was keyed."""
SECOND_KEYING, KEYING_DIFFERS = "second_keying", "keying_differs"
"""Reason codes: a second person is wanted; the two disagree."""
_ANSWERS = frozenset({"accept", "correct", "illegible", "not_present", "set"})


class Keying(StrEnum):
    """Where a subject stands between two persons."""

    WANTED = "wanted"
    DIFFERS = "differs"
    SETTLED = "settled"


class Subject(Model):
    """One statement that two persons must agree on.

    Attributes:
        name: as in ``ReviewReason.subject``: ``field:NAME`` or ``severity``.
        value: what stands in the case now.
        first: who gave it, ``None`` for the machine.
        second: who keyed it blind after that, ``None`` while nobody did.
        keyed: what the second person keyed.
        by_expert: somebody apart from both decided after they differed.
    """

    name: str
    value: str
    first: str | None = None
    second: str | None = None
    keyed: str | None = None
    by_expert: bool = False

    @property
    def state(self) -> Keying:
        """Return where the subject stands."""
        if self.by_expert:
            return Keying.SETTLED
        if self.second is None:
            return Keying.WANTED
        return Keying.SETTLED if self.keyed == self.value else Keying.DIFFERS


def subjects(case: Case, rules: FourEyes | None, gravest: str | None) -> tuple[Subject, ...]:
    """Return what two persons must agree on, once somebody has answered it.

    Args:
        case: as it stands.
        rules: of the adoption, ``None`` for none.
        gravest: label of the pack's gravest level, ``None`` where it has no levels.
    """
    if rules is None:
        return ()
    found = [_of_field(case, name) for name in rules.fields]
    severity = case.judgement.severity if case.judgement else None
    if rules.gravest_level and severity and severity.accepted and severity.level and severity.level == gravest:
        found.append(Subject(name="severity", value=severity.level))
    return tuple(_followed(case.standing, subject) for subject in found if subject is not None)


def _of_field(case: Case, name: str) -> Subject | None:
    found = case.fields.get(name)
    if not isinstance(found, FieldValue) or not found.accepted:
        return None
    return Subject(name=f"field:{name}", value=found.value)


def _followed(decisions: tuple[Decision, ...], subject: Subject) -> Subject:
    """Return ``subject`` with what the decisions made of it, oldest first."""
    first = second = keyed = None
    by_expert = False
    for decision in (d for d in decisions if d.subject == subject.name):
        if decision.action == KEY:
            second, keyed = decision.actor, decision.value
        elif decision.action in _ANSWERS:
            by_expert = second is not None and not _is_one_of(decision.actor, first, second)
            if not by_expert:
                first, second, keyed = decision.actor, None, None
    return subject.model_copy(update={"first": first, "second": second, "keyed": keyed, "by_expert": by_expert})


def keying_reasons(case: Case, rules: FourEyes | None, gravest: str | None) -> tuple[ReviewReason, ...]:
    """Return whom the case still waits for; the values themselves are not told."""
    if case.finished:
        return ()
    asked = {r.subject for r in case.review if r.code not in (SECOND_KEYING, KEYING_DIFFERS)}
    reasons = []
    for subject in subjects(case, rules, gravest):
        label = subject_words(subject.name)
        if subject.name in asked or subject.state is Keying.SETTLED:
            continue
        if subject.state is Keying.WANTED:
            message = f"{label}须由另一人盲录一次，两人一致后才能办结。"
            reasons.append(ReviewReason(code=SECOND_KEYING, subject=subject.name, message=message))
        else:
            message = f"{label}两人录入不一致，须由两人以外的专家核定。"
            reasons.append(ReviewReason(code=KEYING_DIFFERS, subject=subject.name, message=message))
    return tuple(reasons)


def subject_words(name: str) -> str:
    """Return what a subject is called."""
    scope, _, field = name.partition(":")
    if scope == "severity":
        return "级别"
    return FIELDS[field].label if field in FIELDS else field


def check_keying(case: Case, decision: Decision, rules: FourEyes | None, gravest: str | None) -> None:
    """Refuse what four eyes forbid.

    Raises:
        DecisionError: a second keying that nobody asks for or by the first person; an answer of one of the two after
            they differed; finishing while somebody else must still look.
    """
    open_subjects = {s.name: s for s in subjects(case, rules, gravest) if s.state is not Keying.SETTLED}
    if decision.action == "finish" and open_subjects:
        names = "、".join(subject_words(name) for name in open_subjects)
        raise DecisionError(f"{names}还须他人复核，不能办结", "请由另一人盲录；不一致的由专家核定")
    subject = open_subjects.get(decision.subject)
    label = subject_words(decision.subject)
    if decision.action == KEY:
        _check_second(subject, decision, label)
    elif subject is not None and subject.state is Keying.DIFFERS and decision.action in _ANSWERS:
        _check_expert(subject, decision, label)


def _check_second(subject: Subject | None, decision: Decision, label: str) -> None:
    if subject is None or subject.state is not Keying.WANTED:
        raise DecisionError(f"{label}现在不需要盲录", "请刷新页面后再操作")
    if _is_one_of(decision.actor, subject.first):
        raise DecisionError(f"{label}是您确认的，不能由您再录一次", "请由另一人盲录")
    if not decision.value:
        raise DecisionError(f"{label}没有内容", "请照原件录入")


def _check_expert(subject: Subject, decision: Decision, label: str) -> None:
    if _is_one_of(decision.actor, subject.first, subject.second):
        raise DecisionError(f"{label}由您录入过，不能由您核定", "请交给两人以外的专家")


def _is_one_of(actor: str, *others: str | None) -> bool:
    """Return whether ``actor`` may be one of the ``others``, at the pages or through another system."""
    return _person(actor) in {_person(other) for other in others if other is not None}


def _person(actor: str) -> str:
    return actor.partition(VOUCHED)[0] or actor


def with_keyed(case: Case, decision: Decision) -> Case:
    """Return ``case`` with the second person's value among the candidates of its field, for the expert to see."""
    scope, _, name = decision.subject.partition(":")
    found = case.fields.get(name) if scope == "field" else None
    if not isinstance(found, FieldValue) or not decision.value or decision.value == found.value:
        return case
    keyed = Candidate(
        value=decision.value,
        raw=decision.value,
        probability=found.probability,
        producer=f"person:{decision.actor}",
        evidence=found.evidence,
    )
    changed = found.model_copy(update={"candidates": (keyed, *found.candidates)})
    return case.model_copy(update={"fields": {**case.fields, name: changed}})
