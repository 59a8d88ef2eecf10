"""Sign-in by password, by the house's identity provider, by a one-time link; sign-out; own password."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from domain.audit import Operation, Result
from domain.base import Model
from domain.errors import AccessError, AccountError, IdentityProviderError, SignInRefusedError, TooManyAttemptsError
from domain.people import PASSWORD_LENGTH, Person, Role
from review_ui.accounts import texts
from review_ui.accounts.backend import AccountsBackend, LinkOwner, SignedIn
from review_ui.accounts.targets import home_of, safe_target
from review_ui.accounts.visitor import (
    SESSION,
    Visitor,
    begin_visit,
    client_of,
    forget,
    own_address,
    set_session,
    set_visit,
    visitor,
)
from review_ui.audit.trail import Act, Trail
from review_ui.rendering import Pages
from review_ui.times import Clock

_STATUS: tuple[tuple[type[AccessError], int], ...] = (
    (SignInRefusedError, 401),
    (TooManyAttemptsError, 429),
    (IdentityProviderError, 401),
    (AccessError, 422),
)
_LOGIN_LENGTH = 100
UNKNOWN_PERSON = "（未知）"
_Typed = Annotated[str, Form(max_length=4000)]


class LinkForm(Model):
    """What somebody types who came by a one-time link."""

    csrf: str = ""
    login: str = Field(default="", max_length=100)
    name: str = Field(default="", max_length=40)
    roles: tuple[Role, ...] = ()
    password: str = Field(max_length=4000)
    again: str = Field(max_length=4000)


class SignInPages:
    """Renders the pages before and around sign-in."""

    def __init__(self, accounts: AccountsBackend, pages: Pages, clock: Clock) -> None:
        self._accounts = accounts
        self._pages = pages
        self._clock = clock

    def sign_in(self, request: Request, target: str, login: str = "", error: AccessError | None = None) -> Response:
        """Return the sign-in page."""
        context = {
            "target": target,
            "login": login,
            "has_admin": self._accounts.has_admin(),
            "has_provider": self._accounts.has_provider(),
        }
        return self.show(request, "accounts/sign_in.html", context, error)

    def link(self, request: Request, owner: LinkOwner, form: LinkForm | None, error: AccessError | None) -> Response:
        """Return the page of a one-time link."""
        roles = form.roles if form else tuple(r for r in Role if r is not Role.AUDITOR)
        context: dict[str, object] = {"owner": owner, "form": form, "roles": roles}
        return self.show(request, "accounts/link.html", context, error)

    def password(self, request: Request, error: AccessError | None = None) -> Response:
        """Return the page of the own password."""
        return self.show(request, "accounts/password.html", {}, error)

    def show(self, request: Request, name: str, context: dict[str, object], error: AccessError | None) -> Response:
        """Return a page with what was refused."""
        fresh = begin_visit()
        given = {"error": error, "people_texts": texts, "all_roles": tuple(Role), "shortest": PASSWORD_LENGTH}
        answer = self._pages.render(request, name, {**given, **context}, self._clock(), status_of(error))
        if fresh:
            set_visit(answer)
        return answer


def status_of(error: AccessError | None) -> int:
    """Return the HTTP status that an error of a form is told with."""
    return 200 if error is None else next(code for kind, code in _STATUS if isinstance(error, kind))


def welcome(request: Request, accounts: AccountsBackend, signed_in: SignedIn, target: str) -> Response:
    """Return the answer to somebody who just signed in; a session that this browser had before ends."""
    Trail.of(request).record(request, Act(Operation.SIGN_IN, actor=signed_in.person.name))
    if visitor().person is not None:
        accounts.sign_out(visitor().secret)
    there = safe_target(target) or home_of(Visitor(person=signed_in.person))
    answer = RedirectResponse(there, status_code=303)
    set_session(answer, signed_in)
    return answer


def sign_in_page(target: str) -> str:
    """Return the address of the sign-in page that leads on to ``target``."""
    return f"/sign-in?target={quote(target, safe='/')}" if safe_target(target) not in ("", "/") else "/sign-in"


def sign_in_routes(accounts: AccountsBackend, pages: Pages, clock: Clock, public_url: str | None) -> APIRouter:
    """Return the routes of sign-in."""
    router = APIRouter(include_in_schema=False)
    view = SignInPages(accounts, pages, clock)

    @router.get("/sign-in", name="sign_in.show")
    def show(request: Request, target: str = "") -> Response:
        return view.sign_in(request, safe_target(target))

    @router.post("/sign-in", name="sign_in.send")
    def send(request: Request, login: _Typed = "", password: _Typed = "", target: _Typed = "") -> Response:
        try:
            signed_in = accounts.sign_in(login, password, client_of(request))
        except AccessError as error:
            _note_failure(request, login.strip()[:_LOGIN_LENGTH])
            return view.sign_in(request, safe_target(target), login, error)
        return welcome(request, accounts, signed_in, target)

    @router.get("/sign-in/oidc", name="sign_in.oidc")
    def visit_provider(request: Request, target: str = "") -> Response:
        fresh = begin_visit()
        try:
            page = accounts.visit_provider(visitor().secret, safe_target(target), own_address(request, public_url))
        except AccessError as error:
            return view.sign_in(request, safe_target(target), "", error)
        answer = RedirectResponse(page, status_code=303)
        if fresh:
            set_visit(answer)
        return answer

    @router.get("/sign-in/oidc/return", name="sign_in.oidc_return")
    def return_from_provider(request: Request) -> Response:
        said, address = dict(request.query_params), own_address(request, public_url)
        try:
            signed_in = accounts.return_from_provider(visitor().secret, said, address, client_of(request))
        except AccessError as error:
            _note_failure(request, "")
            return view.sign_in(request, "", "", error)
        return welcome(request, accounts, signed_in, signed_in.target)

    _add_links(router, accounts, view)
    return router


def _add_links(router: APIRouter, accounts: AccountsBackend, view: SignInPages) -> None:
    @router.get("/one-time/{link}", name="sign_in.link")
    def show_link(request: Request, link: str) -> Response:
        return view.link(request, accounts.link_owner(link), None, None)

    @router.post("/one-time/{link}", name="sign_in.use_link")
    def use_link(request: Request, link: str, form: Annotated[LinkForm, Form()]) -> Response:
        owner = accounts.link_owner(link)
        try:
            _refuse_different(form.password, form.again)
            if owner.login is None:
                person = _first_admin(form)
                signed_in = accounts.create_first_admin(link, person, form.password, client_of(request))
            else:
                signed_in = accounts.use_link(link, form.password, client_of(request))
        except AccountError as error:
            return view.link(request, owner, form, error)
        return welcome(request, accounts, signed_in, "")


def own_routes(accounts: AccountsBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of what everybody may do who signed in."""
    router = APIRouter(include_in_schema=False)
    view = SignInPages(accounts, pages, clock)

    @router.post("/sign-out", name="own.sign_out")
    def sign_out(request: Request) -> Response:
        Trail.of(request).record(request, Act(Operation.SIGN_OUT))
        accounts.sign_out(visitor().secret)
        answer = RedirectResponse("/sign-in", status_code=303)
        forget(answer, SESSION)
        return answer

    @router.get("/account/token", name="own.token")
    def token() -> dict[str, str]:
        """Return the token of the present session, for a page that was opened in an earlier one."""
        return {"token": visitor().token}

    @router.get("/account/password", name="own.password")
    def password(request: Request) -> Response:
        return view.password(request)

    @router.post("/account/password", name="own.change_password")
    def change(request: Request, old: _Typed = "", password: _Typed = "", again: _Typed = "") -> Response:
        person = visitor().person
        try:
            if person is None:
                raise SignInRefusedError("您还没有登录", "请先登录")
            _refuse_different(password, again)
            Trail.of(request).record(request, Act(Operation.ACCOUNT_CHANGED, "password"))
            signed_in = accounts.change_password(person, old, password, client_of(request))
        except AccessError as error:
            return view.password(request, error)
        return welcome(request, accounts, signed_in, "")

    return router


def _note_failure(request: Request, login: str) -> None:
    """Write that somebody could not sign in, under the login name that was typed."""
    act = Act(Operation.SIGN_IN_FAILED, result=Result.REFUSED, actor=login or UNKNOWN_PERSON)
    Trail.of(request).record(request, act)


def _refuse_different(password: str, again: str) -> None:
    if password != again:
        raise AccountError("两次输入的密码不同", "请重新输入")


def _first_admin(form: LinkForm) -> Person:
    login, name = form.login.strip(), form.name.strip()
    if not login or not name:
        raise AccountError("登录名和姓名都要填写", "请补上")
    roles = tuple(r for r in Role if r is Role.ADMIN or r in form.roles)
    return Person(id="", login=login, name=name, roles=roles, staff_names=(name,))
