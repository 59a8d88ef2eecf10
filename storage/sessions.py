"""Sessions and one-time links: whoever has the secret is let in, and the database cannot tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from domain.errors import LinkUsedError
from domain.people import Person
from storage.account_tables import accounts, one_time_links, sessions
from storage.accounts import person_of
from storage.database import Database
from storage.handed_out import new_secret, secret_hash

IDLE = timedelta(hours=2)
"""A session that nobody used for so long has ended."""

LONGEST = timedelta(hours=12)
"""No session lasts longer than a working day."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: a page asks for twenty pictures at once."""

LINK_LIFE = timedelta(hours=24)

_ADDRESS_LENGTH, _BROWSER_LENGTH = 64, 200


@dataclass(frozen=True, slots=True)
class Session:
    """One session, without its secret. ``id`` is the hash of it."""

    id: str
    person: Person
    created_at: datetime
    last_seen_at: datetime
    address: str
    browser: str


class SessionStore:
    """Begins, finds and ends sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account_id: str, address: str, browser: str) -> str:
        """Begin a session and return its secret; sessions that ended by themselves are swept away."""
        now, secret = self._database.now(), new_secret()
        with self._database.write() as connection:
            ended = or_(sessions.c.last_seen_at <= now - IDLE, sessions.c.created_at <= now - LONGEST)
            connection.execute(delete(sessions).where(ended))
            connection.execute(
                insert(sessions).values(
                    token_hash=secret_hash(secret),
                    account_id=account_id,
                    created_at=now,
                    last_seen_at=now,
                    address=address[:_ADDRESS_LENGTH],
                    browser=browser[:_BROWSER_LENGTH],
                )
            )
        return secret

    def person(self, secret: str) -> Person | None:
        """Return whose session it is, ``None`` when it has ended or never was; note that it was used."""
        now, token = self._database.now(), secret_hash(secret)
        query = (
            select(accounts, sessions.c.last_seen_at)
            .join(sessions, sessions.c.account_id == accounts.c.id)
            .where(
                sessions.c.token_hash == token,
                sessions.c.last_seen_at > now - IDLE,
                sessions.c.created_at > now - LONGEST,
                accounts.c.disabled.is_(False),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if now - row.last_seen_at >= SEEN_EVERY:
            with self._database.write() as connection:
                connection.execute(update(sessions).where(sessions.c.token_hash == token).values(last_seen_at=now))
        return person_of(row)

    def end(self, secret: str) -> None:
        """End the session of a secret."""
        self.end_by_id(secret_hash(secret))

    def end_by_id(self, session_id: str) -> None:
        """End a session that the list shows."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == session_id))

    def running(self) -> tuple[Session, ...]:
        """Return the sessions that have not ended, the last used first."""
        now = self._database.now()
        query = (
            select(accounts, sessions)
            .join(sessions, sessions.c.account_id == accounts.c.id)
            .where(sessions.c.last_seen_at > now - IDLE, sessions.c.created_at > now - LONGEST)
            .order_by(sessions.c.last_seen_at.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Session(
                id=row.token_hash,
                person=person_of(row),
                created_at=row._mapping[sessions.c.created_at],
                last_seen_at=row.last_seen_at,
                address=row.address,
                browser=row.browser,
            )
            for row in rows
        )


class LinkStore:
    """Links that let somebody set a password, once, within a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, account_id: str | None) -> str:
        """Return the secret of a new link; earlier ones for the same purpose are void.

        Args:
            account_id: whose password it sets; ``None`` for the link that creates the first admin.
        """
        now, secret = self._database.now(), new_secret()
        with self._database.write() as connection:
            connection.execute(delete(one_time_links).where(_purpose(account_id), one_time_links.c.used_at.is_(None)))
            connection.execute(
                insert(one_time_links).values(token_hash=secret_hash(secret), account_id=account_id, created_at=now)
            )
        return secret

    def account(self, secret: str) -> str | None:
        """Return whose password a link sets, ``None`` for the first admin's.

        Raises:
            LinkUsedError: it is unknown, was used, or has expired.
        """
        with self._database.read() as connection:
            row = connection.execute(select(one_time_links).where(self._usable(secret))).first()
        if row is None:
            raise _unusable()
        account: str | None = row.account_id
        return account

    def use(self, secret: str) -> None:
        """Use a link up; of two at once, one is refused.

        Raises:
            LinkUsedError: it is unknown, was used, or has expired.
        """
        with self._database.write() as connection:
            used = update(one_time_links).where(self._usable(secret)).values(used_at=self._database.now())
            if connection.execute(used).rowcount != 1:
                raise _unusable()

    def _usable(self, secret: str) -> ColumnElement[bool]:
        return (
            (one_time_links.c.token_hash == secret_hash(secret))
            & one_time_links.c.used_at.is_(None)
            & (one_time_links.c.created_at > self._database.now() - LINK_LIFE)
        )


def _purpose(account_id: str | None) -> ColumnElement[bool]:
    column = one_time_links.c.account_id
    return column.is_(None) if account_id is None else column == account_id


def _unusable() -> LinkUsedError:
    return LinkUsedError("链接无效：已经用过、已过期或不完整", "请向管理员要一个新的链接")
