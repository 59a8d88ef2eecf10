"""Signed-in people for tests of pages: real accounts in SQLite, cheap hashes, the cases of the memory backend.

``signed_in(client, accounts, Role.REVIEWER)`` is all that a test of a desk needs.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from domain.people import Person, Role
from domain.recusal import is_named, staff_of, values_of
from flows.accounts_service import AccountsService
from flows.people_settings import PeopleSettings, ProviderSettings
from flows.settings import ROOT
from flows.wiring import Policies, load_policies
from review_ui.accounts.backend import AccountForm, Client
from storage.database import Database
from storage.people import open_people
from storage.search import SearchIndex
from tests.domain.builders import NOW
from tests.review_ui.memory_backend import MemoryBackend

PASSWORD = "correct horse battery"
CLIENT = Client(address="127.0.0.1", browser="test")
MARKETING_NAME = "祁若岚"


class TurnedClock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@cache
def policies() -> Policies:
    return load_policies(ROOT / "policies", ROOT / "policies" / "adoption.example.yaml")


@cache
def _migrated() -> bytes:
    """Return an empty database that is already migrated: copying it is quicker than migrating one for every test."""
    with TemporaryDirectory() as folder:
        Database(Path(folder) / "people.sqlite").close()
        return (Path(folder) / "people.sqlite").read_bytes()


class MemoryAccounts(AccountsService):
    """The real service; whom a case names is read from the memory backend's cases."""

    def __init__(self, folder: Path, cases: MemoryBackend, provider: ProviderSettings | None = None) -> None:
        self.clock = TurnedClock()
        (folder / "people.sqlite").write_bytes(_migrated())
        self.database = Database(folder / "people.sqlite", self.clock)
        people = open_people(self.database, SearchIndex(self.database))
        super().__init__(people, policies(), PeopleSettings(hash_memory=8, hash_passes=1, provider=provider))
        self._cases = cases

    def recused_from(self, person: Person) -> dict[str, str]:
        staff = staff_of(policies().adoption)
        found = (self._cases.case(entry.id) for entry in self._cases.cases(1000, 0))
        return {c.id: c.number for c in found if is_named(values_of(c), person.names, staff)}

    def add(self, login: str, *roles: Role, name: str | None = None) -> Person:
        """Make an account that has ``PASSWORD``."""
        name = name or f"{login}先生"
        _, link = self.create(login, AccountForm(name=name, roles=roles, staff_names=(name,)))
        return self.use_link(link, PASSWORD, CLIENT).person


def token_in(text: str) -> str:
    """Return the token of a page."""
    found = re.search(r'name="csrf-token" content="([^"]*)"', text)
    assert found is not None
    return found[1]


def sign_in(client: TestClient, login: str, password: str = PASSWORD) -> None:
    """Sign in through the page; later requests carry the session's token in a header."""
    client.headers["X-CSRF-Token"] = token_in(client.get("/sign-in").text)
    reply = client.post("/sign-in", data={"login": login, "password": password}, follow_redirects=False)
    assert reply.status_code == 303, reply.text
    client.headers["X-CSRF-Token"] = client.get("/account/token").json()["token"]


def signed_in(client: TestClient, accounts: MemoryAccounts, *roles: Role, name: str | None = None) -> Person:
    """Make an account with ``roles`` and sign in."""
    person = accounts.add(f"user{len(accounts.accounts())}", *roles, name=name)
    sign_in(client, person.login)
    return person
