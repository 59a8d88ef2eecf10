"""Second keying and audit samples over storage and stages."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.amendments import AUDITED
from domain.case import Case, Decision, DecisionAction
from domain.errors import DecisionError
from domain.evidence import Evidence, FieldValue
from domain.four_eyes import KEYING_DIFFERS, SECOND_KEYING, Keying, Subject, subject_words, subjects
from domain.sampling import ErrorRate, Outcome, Sample
from flows.review_service import ReviewService
from flows.wiring import Services
from review_ui.four_eyes.backend import BlindSubject, KeyingCase, KeyingEntry, SampleView


class FourEyesService:
    """Implements ``review_ui.four_eyes.backend.FourEyesBackend``. Safe to use from several threads."""

    def __init__(self, services: Services, review: ReviewService) -> None:
        self._services = services
        self._review = review

    def keyings(self, actor: str, limit: int) -> tuple[KeyingEntry, ...]:
        """Return the cases that wait for another person than those who answered, the most urgent first."""
        entries: list[KeyingEntry] = []
        for case_id in self._services.storage.queue.cases_asked((SECOND_KEYING, KEYING_DIFFERS)):
            case = self._review.case(case_id)
            entry = _entry(case, [s for s in self._subjects(case) if _may_answer(s, actor)])
            entries += [entry] if entry is not None else []
            if len(entries) == limit:
                break
        return tuple(entries)

    def keying(self, case_id: str, actor: str) -> KeyingCase:
        """Return what ``actor`` may key in a case.

        Raises:
            UnknownCaseError: there is no such case.
        """
        case = self._review.case(case_id)
        wanted = [s for s in self._subjects(case) if s.state is Keying.WANTED and _may_answer(s, actor)]
        return KeyingCase(case=case, subjects=tuple(self._blind(case, s) for s in wanted))

    def key(self, case_id: str, expected_revision: int, decision: Decision) -> bool:
        """Record a second keying; return True when both persons agree.

        Raises:
            DecisionError: nobody asks for it, or the first person keys again.
            StaleRevisionError: the case changed since it was shown.
        """
        changed = self._review.decide(case_id, expected_revision, decision)
        self._services.storage.leases.release(changed.id, decision.actor)
        return all(r.subject != decision.subject for r in changed.review)

    def samples(self, limit: int) -> tuple[Sample, ...]:
        """Return the samples that wait, those drawn by a mistake first."""
        return self._services.storage.samples.waiting(limit)

    def sample(self, number: int) -> SampleView:
        """Return one sample with its filed value.

        Raises:
            DecisionError: there is no such sample.
        """
        sample = self._services.storage.samples.sample(number)
        if sample is None:
            raise DecisionError(f"没有抽检 {number}", "请刷新页面，继续下一项")
        filed = self._services.storage.cases.load_case(sample.case_id, sample.revision)
        found = filed.fields.get(sample.name) if filed else None
        if filed is None or not isinstance(found, FieldValue):
            raise DecisionError(f"抽检 {number} 所指的归档版本没有该字段", "请联系管理员核对归档")
        return SampleView(sample=sample, case=filed, value=found.value, evidence=found.evidence)

    def answer_sample(self, number: int, outcome: Outcome, value: str | None, actor: str) -> int:
        """Record what the auditor found; a mistake amends the filed case with ``value``.

        The case is amended first: killed in between, the sample is asked again and finds the case right.

        Raises:
            DecisionError: no such sample, answered before, or a mistake without the right value.
        """
        view = self.sample(number)
        if view.sample.outcome is not Outcome.OPEN:
            raise DecisionError(f"抽检 {number} 已有人答复", "请继续下一项")
        if outcome is Outcome.WRONG:
            if not value or value == view.value:
                raise DecisionError("判为有误须录入原件上的值", "请改正后再确认；值无误请选择“无误”")
            self._amend(view, value, actor)
        return self._services.storage.samples.answer(number, outcome, actor)

    def error_rates(self) -> tuple[ErrorRate, ...]:
        """Return the measured error rates of what the machine accepts."""
        return self._services.storage.samples.error_rates()

    def _amend(self, view: SampleView, value: str, actor: str) -> None:
        """Correct the field on the newest revision and file it again."""
        case = self._review.case(view.case.id)
        if case.field_value(view.sample.name) != value:
            subject = f"field:{view.sample.name}"
            case = self._review.decide(case.id, case.revision, _decision(actor, "correct", subject, value))
        if case.finished or not case.review:
            self._review.decide(case.id, case.revision, _decision(actor, "finish", "case", None))
        self._services.storage.leases.release(case.id, actor)

    def _subjects(self, case: Case) -> tuple[Subject, ...]:
        policy = self._services.policies.adopted(case.policy)
        return subjects(case, policy.four_eyes, policy.gravest_level)

    def _blind(self, case: Case, subject: Subject) -> BlindSubject:
        levels = self._review.choices(case.policy).levels if subject.name == "severity" else ()
        return BlindSubject(subject=subject.name, options=levels, evidence=_places(case, subject.name))


def _decision(actor: str, action: DecisionAction, subject: str, value: str | None) -> Decision:
    return Decision(actor=actor, at=datetime.now(UTC), action=action, subject=subject, value=value, comment=AUDITED)


def _may_answer(subject: Subject, actor: str) -> bool:
    """Return whether ``actor`` has not answered yet: as the second person, or as the expert."""
    if subject.state is Keying.WANTED:
        return actor != subject.first
    return subject.state is Keying.DIFFERS and actor not in (subject.first, subject.second)


def _entry(case: Case, waiting: list[Subject]) -> KeyingEntry | None:
    asked = {r.subject for r in case.review}
    names = [s for s in waiting if s.name in asked]
    if not names:
        return None
    return KeyingEntry(
        case_id=case.id,
        case_number=case.number,
        labels=tuple(subject_words(s.name) for s in names),
        differs=all(s.state is Keying.DIFFERS for s in names),
    )


def _places(case: Case, subject: str) -> tuple[Evidence, ...]:
    """Return where a subject stands, without the words."""
    scope, _, name = subject.partition(":")
    if scope == "field":
        found = case.fields.get(name)
        evidence = found.evidence if isinstance(found, FieldValue) else ()
    else:
        signals = case.judgement.severity.signals if case.judgement else ()
        evidence = tuple(e for signal in signals for e in signal.evidence)
    return tuple(e.model_copy(update={"quote": ""}) for e in evidence)
