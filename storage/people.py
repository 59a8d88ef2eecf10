"""Everything about people that the database keeps, as one part of the storage."""

from __future__ import annotations

from dataclasses import dataclass

from storage.accounts import AccountStore
from storage.attempts import AttemptStore
from storage.database import Database
from storage.named_staff import NamedStaff
from storage.provider_visits import VisitStore
from storage.search import SearchIndex
from storage.sessions import LinkStore, SessionStore


@dataclass(frozen=True, slots=True)
class People:
    """The repositories of people."""

    accounts: AccountStore
    sessions: SessionStore
    links: LinkStore
    attempts: AttemptStore
    visits: VisitStore
    named: NamedStaff


def open_people(database: Database, search: SearchIndex) -> People:
    """Return the repositories over one database."""
    return People(
        accounts=AccountStore(database),
        sessions=SessionStore(database),
        links=LinkStore(database),
        attempts=AttemptStore(database),
        visits=VisitStore(database),
        named=NamedStaff(database, search),
    )
