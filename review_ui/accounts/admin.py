"""Administration of accounts and sessions."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from domain.audit import Operation
from domain.base import Model
from domain.errors import AccountError
from domain.people import MARKETING, Role
from review_ui.accounts import texts
from review_ui.accounts.backend import AccountEntry, AccountForm, AccountsBackend
from review_ui.accounts.sign_in import status_of
from review_ui.accounts.visitor import own_address
from review_ui.audit.trail import Act, Trail
from review_ui.rendering import Pages
from review_ui.times import Clock

_WORDS = re.compile(r"[,，、;；\n]+")


class TypedAccount(Model):
    """What an admin typed; lists are words between commas.

    Attributes:
        marketing: the person sells.
    """

    csrf: str = ""
    login: str = Field(default="", max_length=100)
    name: str = Field(default="", max_length=40)
    roles: tuple[Role, ...] = ()
    marketing: bool = False
    duties: str = Field(default="", max_length=400)
    staff_names: str = Field(default="", max_length=400)
    disabled: bool = False

    def login_name(self) -> str:
        """Return the login name.

        Raises:
            AccountError: there is none.
        """
        if not self.login.strip():
            raise AccountError("登录名没有填写", "请补上")
        return self.login.strip()

    def form(self) -> AccountForm:
        """Return it as the backend takes it.

        Raises:
            AccountError: there is no name.
        """
        name = self.name.strip()
        if not name:
            raise AccountError("姓名没有填写", "请补上")
        duties = tuple(d for d in _words(self.duties) if d != MARKETING)
        return AccountForm(
            name=name,
            roles=tuple(r for r in Role if r in self.roles),
            duties=(*duties, MARKETING) if self.marketing else duties,
            staff_names=_words(self.staff_names) or (name,),
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (word.strip() for word in _WORDS.split(text)))))


class AdminPages:
    """Renders the list of accounts and the page of one."""

    def __init__(self, accounts: AccountsBackend, pages: Pages, clock: Clock, public_url: str | None) -> None:
        self._accounts = accounts
        self._public_url = public_url
        self._pages = pages
        self._clock = clock

    def list(
        self, request: Request, typed: TypedAccount | None = None, error: AccountError | None = None, notice: str = ""
    ) -> Response:
        """Return all accounts, the form for a new one, all sessions."""
        context: dict[str, object] = {
            "entries": self._accounts.accounts(),
            "sessions": self._accounts.sessions(),
            "typed": typed,
            "notice": notice,
        }
        return self._show(request, "accounts/list.html", context, error)

    def edit(
        self, request: Request, account_id: str, typed: TypedAccount | None = None, error: AccountError | None = None
    ) -> Response:
        """Return the form of one account."""
        entry = self._accounts.account(account_id)
        context: dict[str, object] = {"entry": entry, "typed": typed or typed_of(entry)}
        return self._show(request, "accounts/edit.html", context, error)

    def link(self, request: Request, entry: AccountEntry, link: str) -> Response:
        """Return the page that shows a one-time link, once."""
        address = f"{own_address(request, self._public_url)}/one-time/{link}"
        return self._show(request, "accounts/made_link.html", {"entry": entry, "address": address}, None)

    def _show(self, request: Request, name: str, context: dict[str, object], error: AccountError | None) -> Response:
        given = {"error": error, "people_texts": texts, "all_roles": tuple(Role), "marketing": MARKETING}
        return self._pages.render(request, name, {**given, **context}, self._clock(), status_of(error))


def typed_of(entry: AccountEntry) -> TypedAccount:
    """Return an account as its form shows it."""
    person = entry.person
    return TypedAccount(
        login=person.login,
        name=person.name,
        roles=person.roles,
        marketing=MARKETING in person.duties,
        duties="、".join(d for d in person.duties if d != MARKETING),
        staff_names="、".join(person.staff_names),
        disabled=entry.disabled,
    )


def admin_routes(accounts: AccountsBackend, pages: Pages, clock: Clock, public_url: str | None) -> APIRouter:
    """Return the routes of the administration of accounts."""
    router = APIRouter(prefix="/admin", include_in_schema=False)
    view = AdminPages(accounts, pages, clock, public_url)

    @router.get("/accounts", name="accounts.show")
    def show(request: Request, done: str = "") -> Response:
        notice = {"changed": texts.CHANGED, "ended": texts.SESSION_GONE}.get(done, "")
        return view.list(request, notice=notice)

    @router.post("/accounts", name="accounts.create")
    def create(request: Request, typed: Annotated[TypedAccount, Form()]) -> Response:
        _note(request, "create", typed.login)
        try:
            entry, link = accounts.create(typed.login_name(), typed.form())
        except AccountError as error:
            return view.list(request, typed, error)
        return view.link(request, entry, link)

    @router.get("/accounts/{account_id}", name="accounts.edit")
    def edit(request: Request, account_id: str) -> Response:
        return view.edit(request, account_id)

    @router.post("/accounts/{account_id}", name="accounts.change")
    def change(request: Request, account_id: str, typed: Annotated[TypedAccount, Form()]) -> Response:
        _note(request, "change", accounts.account(account_id).person.login)
        try:
            accounts.change(account_id, typed.form(), typed.disabled)
        except AccountError as error:
            return view.edit(request, account_id, typed, error)
        return RedirectResponse("/admin/accounts?done=changed", status_code=303)

    @router.post("/accounts/{account_id}/reset", name="accounts.reset")
    def reset(request: Request, account_id: str) -> Response:
        entry = accounts.account(account_id)
        _note(request, "reset", entry.person.login)
        return view.link(request, entry, accounts.reset(account_id))

    @router.post("/sessions/{session_id}/end", name="accounts.end_session")
    def end_session(request: Request, session_id: str) -> Response:
        _note(request, "end_session", session_id)
        accounts.end_session(session_id)
        return RedirectResponse("/admin/accounts?done=ended", status_code=303)

    return router


def _note(request: Request, what: str, whose: str) -> None:
    """Write what an admin does to an account, before it is done."""
    Trail.of(request).record(request, Act(Operation.ACCOUNT_CHANGED, f"account:{whose}", details={"action": what}))
