"""Errors that other systems meet at the JSON interface (docs/api.md says which status each has)."""

from __future__ import annotations

from domain.errors import ConfigurationError, DecisionError, JuanzongError


class TokenRefusedError(JuanzongError):
    """The token is unknown, wrong, expired or revoked."""


class ScopeMissingError(JuanzongError):
    """The token is good, but does not allow this operation; ``scope`` is the word it lacks."""

    def __init__(self, fact: str, next_step: str, scope: str) -> None:
        super().__init__(fact, next_step)
        self.scope = scope


class UnknownTokenError(ConfigurationError):
    """No token has this id."""


class CursorError(ConfigurationError):
    """The cursor of a list is none that a list gave out."""


class RevisionRequiredError(DecisionError):
    """A change does not say which revision it was made for."""


class RevisionMismatchError(DecisionError):
    """The case is not at the revision that the change names."""


class UploadTooLargeError(ConfigurationError):
    """An upload has more bytes or more files than the limit."""


class UploadRefusedError(ConfigurationError):
    """An upload has no file, or a body that cannot be taken apart."""


class IdempotencyKeyReusedError(ConfigurationError):
    """The same key came with another request."""


class IdempotencyInProgressError(ConfigurationError):
    """The request with this key is still being worked on."""


class WebhookRefusedError(ConfigurationError):
    """The address of a webhook is one that must not be called."""


class UnknownWebhookError(ConfigurationError):
    """No webhook has this id, or it was never sent this event."""
