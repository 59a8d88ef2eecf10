"""Who else may ask: tokens of other systems, and what a token allows. Pure: no clock, no store."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from domain.base import Model, UtcTime

TOKEN_PREFIX = "jz"
VOUCHED = "@"
"""Between a person's name and that of the system which says that the person answered."""
_TOKEN = re.compile(r"^jz_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$")


class Scope(StrEnum):
    """What a token may be allowed to do, one word for each kind of operation."""

    CASES_READ = "cases:read"
    CASES_REVEAL = "cases:reveal"
    DECISIONS_WRITE = "decisions:write"
    FILES_READ = "files:read"
    POLICIES_READ = "policies:read"
    QUEUE_READ = "queue:read"
    SEARCH_READ = "search:read"
    UPLOADS_WRITE = "uploads:write"
    WEBHOOKS_MANAGE = "webhooks:manage"


SCOPES: dict[str, Scope] = {
    "api.queue": Scope.QUEUE_READ,
    "api.cases": Scope.CASES_READ,
    "api.case": Scope.CASES_READ,
    "api.documents": Scope.CASES_READ,
    "api.failures": Scope.QUEUE_READ,
    "api.decide": Scope.DECISIONS_WRITE,
    "api.check": Scope.DECISIONS_WRITE,
    "api.page": Scope.FILES_READ,
    "api.original": Scope.FILES_READ,
    "api.search": Scope.SEARCH_READ,
    "api.policies": Scope.POLICIES_READ,
    "api.policy": Scope.POLICIES_READ,
    "api.upload": Scope.UPLOADS_WRITE,
    "api.upload_state": Scope.UPLOADS_WRITE,
    "api.webhooks": Scope.WEBHOOKS_MANAGE,
    "api.webhook_add": Scope.WEBHOOKS_MANAGE,
    "api.webhook": Scope.WEBHOOKS_MANAGE,
    "api.webhook_switch": Scope.WEBHOOKS_MANAGE,
    "api.webhook_rotate": Scope.WEBHOOKS_MANAGE,
    "api.deliveries": Scope.WEBHOOKS_MANAGE,
    "api.send_again": Scope.WEBHOOKS_MANAGE,
}
"""The scope that each operation asks of a token; ``domain.people.PERMITTED`` has the roles it asks of a person."""

REVEALED = "cases:reveal"
"""Reason in the audit log when personal data are shown because a token may see them."""


class ApiToken(Model):
    """A token as the house keeps it; its secret was shown once and is kept as a hash only.

    Attributes:
        id: public part, 12 hexadecimal digits; ``jz_<id>_<secret>`` is the whole token.
        name: the system that holds it, for example ``CRM``.
        last_used_on: day (UTC) of the last use, ``None`` before the first; no finer, so that it costs one write a day.
        revoked_at: ``None`` while it is good.
    """

    id: str
    name: str = Field(min_length=1, max_length=60)
    scopes: tuple[Scope, ...] = Field(min_length=1)
    created_at: UtcTime
    created_by: str
    expires_at: UtcTime
    last_used_on: date | None = None
    revoked_at: UtcTime | None = None

    @property
    def sender(self) -> str:
        """Name in the audit log; no person has it, and no two tokens share it."""
        return f"{self.name}（令牌 {self.id}）"

    def may(self, operation: str) -> bool:
        """Return whether the token allows ``operation``, the name of a route."""
        return SCOPES.get(operation) in self.scopes

    def signs(self, person: str) -> str:
        """Return the name under which an answer of ``person`` is kept: with the system that vouches for it."""
        return f"{person}{VOUCHED}{self.name}"

    def state(self, now: datetime) -> str:
        """Return ``revoked``, ``expired`` or ``valid``."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now else "valid"


def split_token(token: str) -> tuple[str, str] | None:
    """Return id and secret of a token, ``None`` when it has another form."""
    found = _TOKEN.match(token)
    return None if found is None else (found.group(1), found.group(2))
