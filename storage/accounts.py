"""Accounts: who may sign in, and how. A changing method is one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from domain.errors import AccountError, UnknownAccountError
from domain.people import Person, Role
from storage.account_tables import accounts, sessions
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        person: who it is.
        password_hash: ``None`` while there is none.
        subject: (issuer, subject) at the house's identity provider.
    """

    person: Person
    password_hash: str | None
    disabled: bool
    subject: tuple[str, str] | None
    created_at: datetime


class AccountStore:
    """Reads and writes accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def have_admin(self) -> bool:
        """Return True when an account that is not disabled is an admin's."""
        with self._database.read() as connection:
            return _have_admin(connection)

    def all(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        with self._database.read() as connection:
            return tuple(_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.name)))

    def get(self, account_id: str) -> Account:
        """Return one account.

        Raises:
            UnknownAccountError: there is none.
        """
        found = self._one(accounts.c.id == account_id)
        if found is None:
            raise UnknownAccountError("没有这个帐号", "请在帐号页面上核对")
        return found

    def of_login(self, login: str) -> Account | None:
        """Return the account with a login name, in whatever case it was typed."""
        return self._one(accounts.c.login == plain_login(login))

    def of_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account of somebody at the identity provider."""
        return self._one((accounts.c.issuer == issuer) & (accounts.c.subject == subject))

    def add(self, person: Person, subject: tuple[str, str] | None = None, *, first: bool = False) -> Account:
        """Make an account; ``person.id`` is given here.

        Args:
            person: who; the login name is kept in lower case.
            subject: issuer and subject at the identity provider.
            first: refuse when there is an admin already.

        Raises:
            AccountError: login or name is taken, or it is not the first.
        """
        made = person.model_copy(update={"id": uuid4().hex, "login": plain_login(person.login)})
        with self._database.write(lock="accounts") as connection:
            if first and _have_admin(connection):
                raise AccountError("已经有管理员了", "请登录，或请管理员建立帐号")
            _refuse_taken(connection, made)
            issuer, name = subject or (None, None)
            connection.execute(
                insert(accounts).values(
                    **_columns(made),
                    id=made.id,
                    login=made.login,
                    disabled=False,
                    issuer=issuer,
                    subject=name,
                    created_at=self._database.now(),
                )
            )
        return self.get(made.id)

    def change(self, person: Person) -> None:
        """Give an account another name, roles, duties or staff names.

        Raises:
            AccountError: the name is taken, or nobody would be admin.
        """
        with self._database.write(lock="accounts") as connection:
            _refuse_taken(connection, person)
            connection.execute(update(accounts).where(accounts.c.id == person.id).values(**_columns(person)))
            _refuse_without_admin(connection)

    def set_roles(self, account_id: str, roles: tuple[Role, ...]) -> None:
        """Give an account the roles that the identity provider names."""
        with self._database.write(lock="accounts") as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(roles=_words(roles)))

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        """Disable an account, which ends its sessions, or enable it.

        Raises:
            AccountError: nobody would be admin.
        """
        with self._database.write(lock="accounts") as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(disabled=disabled))
            if disabled:
                connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
                _refuse_without_admin(connection)

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Keep a new password; every session of the account ends."""
        with self._database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash))
            connection.execute(delete(sessions).where(sessions.c.account_id == account_id))

    def renew_hash(self, account_id: str, old: str, new: str) -> None:
        """Keep the same password at another cost, unless it was changed meanwhile."""
        with self._database.write() as connection:
            same = (accounts.c.id == account_id) & (accounts.c.password_hash == old)
            connection.execute(update(accounts).where(same).values(password_hash=new))

    def _one(self, condition: ColumnElement[bool]) -> Account | None:
        with self._database.read() as connection:
            row = connection.execute(select(accounts).where(condition)).first()
        return None if row is None else _account(row)


def plain_login(login: str) -> str:
    """Return a login name as it is kept."""
    return login.strip().casefold()


def person_of(row: Row[tuple[object, ...]]) -> Person:
    """Return the person of a row with the columns of ``accounts``."""
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=tuple(Role(r) for r in json.loads(row.roles)),
        duties=tuple(json.loads(row.duties)),
        staff_names=tuple(json.loads(row.staff_names)),
    )


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        person=person_of(row),
        password_hash=row.password_hash,
        disabled=row.disabled,
        subject=(row.issuer, row.subject) if row.issuer else None,
        created_at=row.created_at,
    )


def _columns(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "roles": _words(person.roles),
        "duties": _words(person.duties),
        "staff_names": _words(person.staff_names),
    }


def _words(words: tuple[str, ...]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _refuse_taken(connection: Connection, person: Person) -> None:
    others = select(accounts.c.login, accounts.c.name).where(accounts.c.id != person.id)
    for login, name in connection.execute(others):
        if login == person.login:
            raise AccountError(f"登录名“{person.login}”已有人使用", "请换一个登录名")
        if name == person.name:
            raise AccountError(f"姓名“{person.name}”已有人使用", "请加上部门以区别，经办记录按姓名显示")


def _have_admin(connection: Connection) -> bool:
    active = select(accounts.c.roles).where(accounts.c.disabled.is_(False))
    return any(Role.ADMIN in json.loads(roles) for roles in connection.execute(active).scalars())


def _refuse_without_admin(connection: Connection) -> None:
    if not _have_admin(connection):
        raise AccountError("至少要有一名可以登录的管理员", "请先让另一个人成为管理员")
