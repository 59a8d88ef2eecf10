"""What the pages ask for about people, over storage."""

from __future__ import annotations

from domain.errors import (
    AccountError,
    IdentityProviderError,
    IntakeRefusedError,
    LinkUsedError,
    SignInRefusedError,
)
from domain.people import Person, Role, refuse_password
from domain.recusal import may_take_in, staff_of
from flows.identity_provider import IdentityProvider, roles_of
from flows.people_settings import PeopleSettings
from flows.wiring import Policies
from review_ui.accounts.backend import AccountEntry, AccountForm, Client, LinkOwner, SessionEntry, SignedIn
from storage.accounts import Account
from storage.passwords import HashCost, Passwords
from storage.people import People


class AccountsService:
    """Implements ``review_ui.accounts.backend.AccountsBackend``. Safe to use from several threads."""

    def __init__(self, people: People, policies: Policies, settings: PeopleSettings) -> None:
        self._people = people
        self._policies = policies
        self._passwords = Passwords(HashCost(memory=settings.hash_memory, passes=settings.hash_passes))
        self._provider = IdentityProvider(settings.provider) if settings.provider else None

    def has_admin(self) -> bool:
        """Return True when somebody can sign in as admin."""
        return self._people.accounts.have_admin()

    def has_provider(self) -> bool:
        """Return True when people may sign in through the house's identity provider."""
        return self._provider is not None

    def person_of(self, token: str) -> Person | None:
        """Return whose session it is."""
        return self._people.sessions.person(token)

    def sign_in(self, login: str, password: str, client: Client) -> SignedIn:
        """Begin a session after a good password.

        Raises:
            SignInRefusedError, TooManyAttemptsError: as named.
        """
        return self._begin(self._proved(login, password, client), client)

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._people.sessions.end(token)

    def change_password(self, person: Person, old: str, new: str, client: Client) -> SignedIn:
        """Change the own password; every session ends, a new one begins.

        Raises:
            SignInRefusedError, TooManyAttemptsError, AccountError: as named.
        """
        refuse_password(new, person.login)
        account = self._proved(person.login, old, client)
        return self._with_password(account, new, client)

    def link_owner(self, link: str) -> LinkOwner:
        """Return for whom a link is.

        Raises:
            LinkUsedError: it is no longer good.
        """
        account_id = self._people.links.account(link)
        if account_id is None:
            return LinkOwner(login=None, name=None)
        person = self._people.accounts.get(account_id).person
        return LinkOwner(login=person.login, name=person.name)

    def create_first_admin(self, link: str, person: Person, password: str, client: Client) -> SignedIn:
        """Make the first account by the link from the console.

        Raises:
            LinkUsedError, AccountError: as named.
        """
        refuse_password(password, person.login)
        if self._people.links.account(link) is not None:
            raise LinkUsedError("这个链接不是用来建立管理员的", "请使用控制台上打印的链接")
        self._people.links.use(link)
        account = self._people.accounts.add(person, first=True)
        return self._with_password(account, password, client)

    def use_link(self, link: str, password: str, client: Client) -> SignedIn:
        """Set a password by a link of an admin.

        Raises:
            LinkUsedError, AccountError: as named.
        """
        account_id = self._people.links.account(link)
        if account_id is None:
            raise LinkUsedError("这个链接用来建立第一名管理员", "请使用管理员给的链接")
        account = self._people.accounts.get(account_id)
        refuse_password(password, account.person.login)
        self._people.links.use(link)
        if account.disabled:
            raise _refused()
        return self._with_password(account, password, client)

    def visit_provider(self, browser: str, target: str, address: str) -> str:
        """Return the identity provider's page to go to.

        Raises:
            IdentityProviderError: it cannot be reached.
        """
        visit = self._people.visits.begin(browser, target)
        return self._asked_provider().page(visit, address)

    def return_from_provider(self, browser: str, answer: dict[str, str], address: str, client: Client) -> SignedIn:
        """Begin a session for whom the provider vouches.

        Raises:
            IdentityProviderError, SignInRefusedError: as named.
        """
        provider = self._asked_provider()
        visit = self._people.visits.end(browser, answer.get("state", ""))
        if visit is None:
            raise IdentityProviderError("这次登录不是从本浏览器开始的，或已过期", "请回到登录页重新登录")
        claims = provider.claims(visit, answer, address)
        account = self._vouched(claims)
        if account.disabled:
            raise _refused()
        return self._begin(account, client).model_copy(update={"target": visit.target})

    def accounts(self) -> tuple[AccountEntry, ...]:
        """Return every account, by name."""
        return tuple(_entry(account) for account in self._people.accounts.all())

    def account(self, account_id: str) -> AccountEntry:
        """Return one account.

        Raises:
            UnknownAccountError: there is none.
        """
        return _entry(self._people.accounts.get(account_id))

    def create(self, login: str, form: AccountForm) -> tuple[AccountEntry, str]:
        """Make an account and the link for its first password.

        Raises:
            AccountError: login or name is taken.
        """
        account = self._people.accounts.add(Person(id="", login=login, **form.model_dump()))
        return _entry(account), self._people.links.make(account.person.id)

    def change(self, account_id: str, form: AccountForm, disabled: bool) -> None:
        """Change or disable an account.

        Raises:
            UnknownAccountError, AccountError: as named.
        """
        account = self._people.accounts.get(account_id)
        self._people.accounts.change(account.person.model_copy(update=form.model_dump()))
        if account.disabled != disabled:
            self._people.accounts.set_disabled(account_id, disabled)

    def reset(self, account_id: str) -> str:
        """Return a link for a new password.

        Raises:
            UnknownAccountError: there is no such account.
        """
        return self._people.links.make(self._people.accounts.get(account_id).person.id)

    def first_admin_link(self) -> str:
        """Return the secret of a new link that creates the first admin; earlier ones are void."""
        return self._people.links.make(None)

    def sessions(self) -> tuple[SessionEntry, ...]:
        """Return the sessions that have not ended, the last used first."""
        return tuple(
            SessionEntry(
                id=s.id,
                person=s.person,
                created_at=s.created_at,
                last_seen_at=s.last_seen_at,
                address=s.address,
                browser=s.browser,
            )
            for s in self._people.sessions.running()
        )

    def end_session(self, session_id: str) -> None:
        """End a session."""
        self._people.sessions.end_by_id(session_id)

    def recused_from(self, person: Person) -> dict[str, str]:
        """Return id to number of the cases that name ``person``."""
        return self._people.named.cases_naming(person.names, staff_of(self._policies.adoption))

    def check_intake(self, person: Person, policy: str) -> None:
        """Refuse intake to somebody whom the regime keeps from it.

        Raises:
            IntakeRefusedError, UnknownPolicyError: as named.
        """
        adopted = self._policies.adopted(policy)
        if not may_take_in(person, adopted.pack.recusal, adopted.adoption):
            raise IntakeRefusedError(f"“{adopted.pack.title}”规定营销人员不得受理投诉", "请交由收发或客服人员登记")

    def _proved(self, login: str, password: str, client: Client) -> Account:
        """Return the account whose password this is; every refusal says the same and takes as long."""
        self._people.attempts.begin(login, client.address)
        account = self._people.accounts.of_login(login)
        kept = account.password_hash if account else None
        fits = self._passwords.fits(kept, password)
        if account is None or kept is None or not fits or account.disabled:
            raise _refused()
        self._people.attempts.succeeded(login, client.address)
        if self._passwords.is_outdated(kept):
            self._people.accounts.renew_hash(account.person.id, kept, self._passwords.hash(password))
        return account

    def _with_password(self, account: Account, password: str, client: Client) -> SignedIn:
        self._people.accounts.set_password(account.person.id, self._passwords.hash(password))
        return self._begin(account, client)

    def _begin(self, account: Account, client: Client) -> SignedIn:
        token = self._people.sessions.begin(account.person.id, client.address, client.browser)
        return SignedIn(person=account.person, token=token)

    def _asked_provider(self) -> IdentityProvider:
        if self._provider is None:
            raise IdentityProviderError("没有设置单位的统一登录", "请用登录名和密码登录")
        return self._provider

    def _vouched(self, claims: dict[str, object]) -> Account:
        """Return the account of issuer and subject, made at the first visit; mapped roles follow the provider."""
        subject = (str(claims["iss"]), str(claims["sub"]))
        mapped = roles_of(claims, self._asked_provider().settings)
        found = self._people.accounts.of_subject(*subject)
        if found is None:
            return self._add_vouched(claims, subject, mapped or ())
        if mapped is not None and set(mapped) != set(found.person.roles):
            self._people.accounts.set_roles(found.person.id, mapped)
            found = self._people.accounts.get(found.person.id)
        return found

    def _add_vouched(self, claims: dict[str, object], subject: tuple[str, str], roles: tuple[Role, ...]) -> Account:
        login = str(claims.get("preferred_username") or claims.get("email") or subject[1])
        name = str(claims.get("name") or login)[:40]
        person = Person(id="", login=login, name=name, roles=roles, staff_names=(name,))
        try:
            return self._people.accounts.add(person, subject)
        except AccountError:
            # Somebody else has that login or name: this is another person until an admin says otherwise.
            tail = subject[1][-6:]
            other = person.model_copy(update={"login": f"{login}-{tail}", "name": f"{name[:30]}（{tail}）"})
            return self._people.accounts.add(other, subject)


def _refused() -> SignInRefusedError:
    return SignInRefusedError("登录名或密码不正确，或帐号已停用", "请核对后重试；忘记密码请找管理员重置")


def _entry(account: Account) -> AccountEntry:
    return AccountEntry(
        person=account.person,
        disabled=account.disabled,
        has_password=account.password_hash is not None,
        provider=account.subject is not None,
        created_at=account.created_at,
    )
