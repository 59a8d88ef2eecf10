"""Errors of retention, legal holds and disposal."""

from __future__ import annotations

from domain.errors import DecisionError, UnknownCaseError


class RetentionError(DecisionError):
    """Base of what retention, a legal hold or the course of a disposal does not allow."""


class ReasonMissingError(RetentionError):
    """A hold, its release and a removal from a disposal list each need a reason."""


class UnknownHoldError(RetentionError):
    """The case has no such open legal hold."""


class TwoPersonsError(RetentionError):
    """One person tries to do both halves of what two must do."""


class UnknownDisposalListError(RetentionError):
    """There is no disposal list of this number."""


class DisposalStateError(RetentionError):
    """The disposal list is not at the step that this needs."""


class NothingToDisposeError(RetentionError):
    """No case may be destroyed today."""


class NotDisposableError(RetentionError):
    """The case may not be destroyed: a legal hold is on it, its retention has not ended or is undecided."""


class CaseDestroyedError(UnknownCaseError):
    """The case was destroyed under a disposal list; its hashes and the log stay."""
