"""All errors of Juanzong: one base class, one class per cause.

A message is the fact and the next step, in the language of the people who meet it (Chinese).
``exit_code`` is what the command line ends with: 1 internal, 2 usage or configuration, 3 finished with failed files.
Every class is explained in docs/errors.md.
"""

from __future__ import annotations

from typing import ClassVar


class JuanzongError(Exception):
    """Base of every error that Juanzong raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, fact: str, next_step: str) -> None:
        super().__init__(fact, next_step)
        self.fact = fact
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.fact}。{self.next_step}。"


class InputFileError(JuanzongError):
    """A file that was handed in cannot be used; the other files go on."""

    exit_code = 3


class EmptyFileError(InputFileError):
    """The file has no bytes."""


class UnreadableFileError(InputFileError):
    """The operating system refuses to read the file or folder."""


class UnsupportedFileError(InputFileError):
    """The content is none of the accepted types, whatever its name says."""


class DamagedImageError(InputFileError):
    """The image is cut off or its data are broken."""


class DamagedPdfError(InputFileError):
    """The PDF is broken beyond repair."""


class EncryptedPdfError(InputFileError):
    """The PDF asks for a password."""


class NoPagesError(InputFileError):
    """The file holds no page."""


class PageTooLargeError(InputFileError):
    """A page has more pixels than the limit."""


class PageCrashedError(InputFileError):
    """Reading a page ended its worker process, twice."""


class ConfigurationError(JuanzongError):
    """Settings, policy pack or command line cannot be used as given."""

    exit_code = 2


class PolicyError(ConfigurationError):
    """A policy pack or adoption file is not valid; names file, line and allowed values."""


class UnknownPolicyError(ConfigurationError):
    """No pack has this id."""


class UnknownCaseError(ConfigurationError):
    """No case has this number or id."""


class UnknownObjectError(ConfigurationError):
    """The archive holds no such object."""


class LedgerNumbersUsedUpError(ConfigurationError):
    """A ledger has more entries than its numbering rule has numbers."""


class ModelFileError(ConfigurationError):
    """A model file is missing or has another SHA-256 than the pinned one."""


class StorageError(JuanzongError):
    """The store or the database could not do what was asked."""


class StoreFullError(StorageError):
    """No room is left for the bytes; nothing was accepted."""


class ObjectMissingError(StorageError):
    """An object that a row names is not in the store."""


class ObjectDamagedError(StorageError):
    """The bytes of an object no longer have its hash."""


class LogBrokenError(StorageError):
    """The archive log contradicts itself: history was changed."""


class DecisionError(JuanzongError):
    """A decision does not fit the case as it is now."""

    exit_code = 2


class StaleRevisionError(DecisionError):
    """Somebody else changed the case since it was shown."""


class CaseHeldError(DecisionError):
    """Another person has the case in work."""


class AccessError(JuanzongError):
    """Somebody asks for what is not theirs."""

    exit_code = 2


class SignInRequiredError(AccessError):
    """Nobody is signed in, or the session has ended."""


class ForbiddenError(AccessError):
    """No role of the person permits the operation."""


class RequestForgedError(AccessError):
    """A changing request carries no token of a page of ours, or an old one."""


class SignInRefusedError(AccessError):
    """Login name and password do not fit, or the account is disabled; which of them is not told."""


class TooManyAttemptsError(AccessError):
    """Too many failed sign-ins in a row; wait, then try again."""


class LinkUsedError(AccessError):
    """A one-time link is unknown, was used, or has expired."""


class AccountError(AccessError):
    """The account cannot be made or changed like this: a name is taken, a password too short, the last admin."""


class UnknownAccountError(AccountError):
    """There is no such account or session."""


class IntakeRefusedError(AccessError):
    """The regime keeps marketing staff from taking in complaints."""


class IdentityProviderError(AccessError):
    """The house's identity provider cannot be reached, or what it says about a person does not hold."""
