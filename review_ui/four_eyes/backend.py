"""What the desks of second keying and audit samples need; wiring implements ``FourEyesBackend``."""

from __future__ import annotations

from typing import Protocol

from domain.base import Model
from domain.case import Case, Decision
from domain.evidence import Evidence
from domain.sampling import ErrorRate, Outcome, Sample


class BlindSubject(Model):
    """Something that a second person keys, without its value.

    Attributes:
        subject: ``field:NAME`` or ``severity``.
        options: labels to choose from, empty for free input.
        evidence: where it stands.
    """

    subject: str
    options: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class KeyingCase(Model):
    """A case with what its second person keys."""

    case: Case
    subjects: tuple[BlindSubject, ...]


class KeyingEntry(Model):
    """A line of the list of cases that wait for a second person, or for an expert.

    Attributes:
        labels: what is asked.
        differs: two persons disagree, an expert decides in the station.
    """

    case_id: str
    case_number: str
    labels: tuple[str, ...]
    differs: bool


class SampleView(Model):
    """A sample with the value as it was filed."""

    sample: Sample
    case: Case
    value: str
    evidence: tuple[Evidence, ...]


class FourEyesBackend(Protocol):
    """Second keying and audit samples."""

    def keyings(self, actor: str, limit: int) -> tuple[KeyingEntry, ...]:
        """Return the cases that wait for another person than those who answered, the most urgent first."""
        ...

    def keying(self, case_id: str, actor: str) -> KeyingCase:
        """Return what ``actor`` may key in a case.

        Raises:
            UnknownCaseError: no such case.
        """
        ...

    def key(self, case_id: str, expected_revision: int, decision: Decision) -> bool:
        """Record a second keying; return True when both persons agree.

        Raises:
            DecisionError: not asked for, or by the first person.
            StaleRevisionError: the case changed since it was shown.
        """
        ...

    def samples(self, limit: int) -> tuple[Sample, ...]:
        """Return the samples that wait, those drawn by a mistake first."""
        ...

    def sample(self, number: int) -> SampleView:
        """Return one sample with its filed value.

        Raises:
            DecisionError: no such sample.
        """
        ...

    def answer_sample(self, number: int, outcome: Outcome, value: str | None, actor: str) -> int:
        """Record what the auditor found; a mistake amends the filed case with ``value``.

        Returns:
            How many fields like it were drawn because of it.

        Raises:
            DecisionError: no such sample, answered before, or a mistake without the right value.
        """
        ...

    def error_rates(self) -> tuple[ErrorRate, ...]:
        """Return the measured error rates of what the machine accepts."""
        ...
