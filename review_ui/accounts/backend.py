"""What the pages need to know about people: wiring implements ``AccountsBackend`` over storage.

Every method may be called from several threads at once. Errors are those of ``domain.errors`` below ``AccessError``.
"""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from domain.base import Model, UtcTime
from domain.people import Person, Role


class Client(Model):
    """Where a request came from.

    Attributes:
        address: of the machine, as the server or its trusted proxy saw it.
        browser: what the browser says it is.
    """

    address: str
    browser: str


class SignedIn(Model):
    """A new session.

    Attributes:
        token: secret of the session, for the cookie.
        target: path to go on to.
    """

    person: Person
    token: str
    target: str = "/"


class AccountForm(Model):
    """What an admin says about an account.

    Attributes:
        staff_names: names under which complaints may mention the person.
    """

    name: str = Field(min_length=1, max_length=40)
    roles: tuple[Role, ...] = ()
    duties: tuple[str, ...] = ()
    staff_names: tuple[str, ...] = ()


class AccountEntry(Model):
    """One line of the list of accounts.

    Attributes:
        has_password: False while the person has yet to use the first link.
        provider: signs in through the house's identity provider.
    """

    person: Person
    disabled: bool
    has_password: bool
    provider: bool
    created_at: UtcTime


class SessionEntry(Model):
    """One session that has not ended."""

    id: str
    person: Person
    created_at: UtcTime
    last_seen_at: UtcTime
    address: str
    browser: str


class LinkOwner(Model):
    """For whom a one-time link is; ``login`` is ``None`` for the first admin, who chooses one."""

    login: str | None
    name: str | None


class AccountsBackend(Protocol):
    """Everything about people."""

    def has_admin(self) -> bool:
        """Return True when somebody can sign in as admin."""
        ...

    def has_provider(self) -> bool:
        """Return True when people may sign in through the house's identity provider."""
        ...

    def person_of(self, token: str) -> Person | None:
        """Return whose session it is, ``None`` when it has ended or never was; that it was used is noted."""
        ...

    def sign_in(self, login: str, password: str, client: Client) -> SignedIn:
        """Begin a session.

        Raises:
            SignInRefusedError: login name and password do not fit, or the account is disabled.
            TooManyAttemptsError: too many failures; the password was not looked at.
        """
        ...

    def sign_out(self, token: str) -> None:
        """End a session."""
        ...

    def change_password(self, person: Person, old: str, new: str, client: Client) -> SignedIn:
        """Change the own password; every session ends, a new one begins.

        Raises:
            SignInRefusedError: the old password is wrong.
            TooManyAttemptsError: too many failures.
            AccountError: the new password cannot be taken.
        """
        ...

    def link_owner(self, link: str) -> LinkOwner:
        """Return for whom a link is.

        Raises:
            LinkUsedError: it is unknown, was used, or has expired.
        """
        ...

    def create_first_admin(self, link: str, person: Person, password: str, client: Client) -> SignedIn:
        """Use the link from the console.

        Raises:
            LinkUsedError: it is not that link, or is no longer good.
            AccountError: the password cannot be taken, or there is an admin already.
        """
        ...

    def use_link(self, link: str, password: str, client: Client) -> SignedIn:
        """Set a password by a link of an admin; every other session of the account ends.

        Raises:
            LinkUsedError: it is unknown, was used, or has expired.
            AccountError: the password cannot be taken.
        """
        ...

    def visit_provider(self, browser: str, target: str, address: str) -> str:
        """Return the identity provider's page to go to.

        Args:
            browser: secret of this browser's visit.
            target: path to go on to afterwards.
            address: our own address, where the provider sends people back to.

        Raises:
            IdentityProviderError: it cannot be reached.
        """
        ...

    def return_from_provider(self, browser: str, answer: dict[str, str], address: str, client: Client) -> SignedIn:
        """Begin a session for whom the provider vouches.

        Raises:
            IdentityProviderError: what came back does not belong to a visit of this browser, or does not hold.
            SignInRefusedError: the account is disabled.
        """
        ...

    def accounts(self) -> tuple[AccountEntry, ...]:
        """Return every account, by name."""
        ...

    def account(self, account_id: str) -> AccountEntry:
        """Return one account.

        Raises:
            UnknownAccountError: there is none.
        """
        ...

    def create(self, login: str, form: AccountForm) -> tuple[AccountEntry, str]:
        """Make an account; return it and the one-time link with which the person sets the first password.

        Raises:
            AccountError: login or name is taken.
        """
        ...

    def change(self, account_id: str, form: AccountForm, disabled: bool) -> None:
        """Change or disable an account.

        Raises:
            UnknownAccountError: there is none.
            AccountError: the name is taken, or nobody would be admin.
        """
        ...

    def reset(self, account_id: str) -> str:
        """Return a one-time link with which the person sets a new password; the old one stays good until then.

        Raises:
            UnknownAccountError: there is none.
        """
        ...

    def sessions(self) -> tuple[SessionEntry, ...]:
        """Return the sessions that have not ended, the last used first."""
        ...

    def end_session(self, session_id: str) -> None:
        """End a session."""
        ...

    def recused_from(self, person: Person) -> dict[str, str]:
        """Return id to number of the cases that name ``person``, who must stand aside from them."""
        ...

    def check_intake(self, person: Person, policy: str) -> None:
        """Refuse intake to somebody whom the regime keeps from it.

        Raises:
            IntakeRefusedError: marketing staff may not take in complaints under ``policy``.
            UnknownPolicyError: there is no such pack.
        """
        ...
