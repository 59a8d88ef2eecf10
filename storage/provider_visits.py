"""Visits to the identity provider that are under way: who left for it, and what must come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select

from storage.account_tables import provider_visits
from storage.database import Database
from storage.handed_out import new_secret, secret_hash

VISIT_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Visit:
    """What was sent along.

    Attributes:
        state: comes back with the answer, for this browser only, once.
        nonce: comes back inside the signed statement.
        verifier: proves to the provider that the code was asked for here.
        target: path to go on to.
    """

    state: str
    nonce: str
    verifier: str
    target: str


class VisitStore:
    """Remembers a visit until the answer comes, ten minutes at most."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, browser: str, target: str) -> Visit:
        """Remember a new visit of the browser with the secret ``browser``."""
        visit = Visit(state=new_secret(), nonce=new_secret(), verifier=new_secret(), target=target)
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute(delete(provider_visits).where(provider_visits.c.created_at <= now - VISIT_LIFE))
            connection.execute(
                insert(provider_visits).values(
                    state_hash=secret_hash(visit.state),
                    browser_hash=secret_hash(browser),
                    nonce=visit.nonce,
                    verifier=visit.verifier,
                    target=target,
                    created_at=now,
                )
            )
        return visit

    def end(self, browser: str, state: str) -> Visit | None:
        """Return the visit that ``state`` belongs to and forget it; ``None`` when this browser made none such."""
        mine = (provider_visits.c.state_hash == secret_hash(state)) & (
            provider_visits.c.browser_hash == secret_hash(browser)
        )
        fresh = provider_visits.c.created_at > self._database.now() - VISIT_LIFE
        with self._database.write() as connection:
            row = connection.execute(select(provider_visits).where(mine, fresh).with_for_update()).first()
            connection.execute(delete(provider_visits).where(mine))
        return None if row is None else Visit(state, row.nonce, row.verifier, row.target)
