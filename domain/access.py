"""Who else may ask: tokens of other systems, and what a token allows. Pure: no clock, no store."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from domain.base import Model, UtcTime

TOKEN_PREFIX = "jz"
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

    def state(self, now: datetime) -> str:
        """Return ``revoked``, ``expired`` or ``valid``."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now else "valid"


def split_token(token: str) -> tuple[str, str] | None:
    """Return id and secret of a token, ``None`` when it has another form."""
    found = _TOKEN.match(token)
    return None if found is None else (found.group(1), found.group(2))
