"""Sign-in, sessions, tokens, one-time links, recusal: over real accounts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from domain.audit import AuditFilter
from domain.errors import IntakeRefusedError
from domain.people import MARKETING, Person, Role
from flows.accounts_service import AccountsService
from flows.people_settings import PeopleSettings
from review_ui.accounts.targets import safe_target
from review_ui.accounts.visitor import SESSION
from review_ui.app import create_app
from review_ui.parts import Parts
from storage.account_tables import accounts as account_rows
from storage.sessions import IDLE
from tests.domain.builders import NOW
from tests.review_ui.audited import audit_in
from tests.review_ui.drawn import sheets
from tests.review_ui.memory_backend import MemoryBackend
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.people import CLIENT, PASSWORD, MemoryAccounts, policies, sign_in, signed_in, token_in

ANSWER = {"subject": "case", "action": "comment", "comment": "已去电", "expected_revision": "1"}


def send_password(client: TestClient, login: str, password: str, **more: str):  # type: ignore[no-untyped-def]
    data = {"login": login, "password": password, "csrf": token_in(client.get("/sign-in").text), **more}
    return client.post("/sign-in", data=data, follow_redirects=False)


# ---- first admin, one-time links


def test_without_an_admin_every_page_leads_to_sign_in_which_says_so(visitors: TestClient) -> None:
    reply = visitors.get("/cases/case-1")
    assert reply.url.path == "/sign-in"
    assert "还没有管理员" in reply.text


def test_the_first_admin(visitors: TestClient, accounts: MemoryAccounts) -> None:
    url = f"/one-time/{accounts.first_admin_link()}"
    csrf = token_in(visitors.get(url).text)
    form = {"login": "Gu", "name": "顾砚秋", "roles": "reviewer", "password": PASSWORD, "again": PASSWORD, "csrf": csrf}
    assert "两次输入的密码不同" in visitors.post(url, data={**form, "again": "x"}).text
    assert "至少要 12 个" in visitors.post(url, data={**form, "password": "short", "again": "short"}).text
    assert "都要填写" in visitors.post(url, data={**form, "name": " "}).text
    assert not accounts.has_admin()
    reply = visitors.post(url, data=form)
    assert reply.url.path == "/"
    assert "顾砚秋" in reply.text
    (entry,) = accounts.accounts()
    assert entry.person.roles == (Role.REVIEWER, Role.ADMIN)
    assert visitors.get(url).status_code == 410
    assert "还没有管理员" not in visitors.get("/sign-in").text


def test_a_second_first_admin_is_refused(visitors: TestClient, accounts: MemoryAccounts) -> None:
    link = accounts.first_admin_link()
    accounts.add("gu", Role.ADMIN)
    url = f"/one-time/{link}"
    csrf = token_in(visitors.get(url).text)
    form = {"login": "eve", "name": "夏娃", "password": PASSWORD, "again": PASSWORD, "csrf": csrf}
    assert "已经有管理员了" in visitors.post(url, data=form).text
    assert len(accounts.accounts()) == 1


def test_a_reset_link_is_not_for_a_first_admin(accounts: MemoryAccounts) -> None:
    person = accounts.add("zhou")
    link = accounts.reset(person.id)
    with pytest.raises(Exception, match="不是用来建立管理员"):
        accounts.create_first_admin(link, Person(id="", login="x", name="x"), PASSWORD, CLIENT)
    assert accounts.link_owner(link).login == "zhou"


def test_an_admin_makes_an_account_and_the_person_sets_the_password(
    visitors: TestClient, accounts: MemoryAccounts
) -> None:
    signed_in(visitors, accounts, Role.ADMIN)
    typed = {
        "login": "Zhou",
        "name": "周敏",
        "roles": ["reviewer", "expert"],
        "staff_names": "周敏，小周",
        "duties": "审核部",
    }
    text = visitors.post("/admin/accounts", data=typed).text
    link = re.search(r'value="http://127.0.0.1:8765(/one-time/[^"]+)"', text)
    assert link is not None
    assert "尚未设密码" in visitors.get("/admin/accounts").text
    del visitors.headers["X-CSRF-Token"]
    visitors.cookies.clear()
    csrf = token_in(visitors.get(link[1]).text)
    visitors.post(link[1], data={"password": PASSWORD, "again": PASSWORD, "csrf": csrf})
    person = next(e.person for e in accounts.accounts() if e.person.login == "zhou")
    assert person.roles == (Role.REVIEWER, Role.EXPERT)
    assert person.staff_names == ("周敏", "小周")
    visitors.cookies.clear()
    sign_in(visitors, "zhou")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"login": "", "name": "周敏"}, "登录名没有填写"),
        ({"login": "zhou", "name": ""}, "姓名没有填写"),
        ({"login": "user0", "name": "周敏"}, "已有人使用"),
    ],
)
def test_what_an_admin_forgot_is_told_and_kept(
    visitors: TestClient, accounts: MemoryAccounts, typed: dict[str, str], told: str
) -> None:
    signed_in(visitors, accounts, Role.ADMIN)
    reply = visitors.post("/admin/accounts", data={**typed, "duties": "审核部"})
    assert reply.status_code == 422
    assert told in reply.text
    assert 'value="审核部"' in reply.text


# ---- sign-in


def test_the_same_answer_for_every_wrong_sign_in(visitors: TestClient, accounts: MemoryAccounts) -> None:
    accounts.add("gu", Role.ADMIN)
    accounts.add("zhou", Role.REVIEWER)
    off = accounts.add("off", Role.REVIEWER)
    accounts.change(off.id, form_of(off), disabled=True)
    accounts.create("new", form_of(off.model_copy(update={"name": "新人", "staff_names": ("新人",)})))
    notices = set()
    for login, password in (("zhou", "wrong password"), ("nobody", PASSWORD), ("off", PASSWORD), ("new", PASSWORD)):
        reply = send_password(visitors, login, password)
        assert reply.status_code == 401
        notices.add(re.search(r'role="alert">([^<]+)<', reply.text)[1])  # type: ignore[index]
    assert len(notices) == 1


def form_of(person: Person):  # type: ignore[no-untyped-def]
    from review_ui.accounts.backend import AccountForm

    return AccountForm(**person.model_dump(include={"name", "roles", "duties", "staff_names"}))


def test_an_unknown_account_costs_a_hash_too(accounts: MemoryAccounts, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    fits = accounts._passwords.fits
    monkeypatch.setattr(accounts._passwords, "fits", lambda kept, given: (checked.append(kept), fits(kept, given))[1])
    accounts.add("zhou")
    for login in ("zhou", "nobody"):
        with pytest.raises(Exception, match="不正确"):
            accounts.sign_in(login, "wrong password", CLIENT)
    assert len(checked) == 2


def test_too_many_failures_wait(visitors: TestClient, accounts: MemoryAccounts) -> None:
    accounts.add("zhou", Role.REVIEWER)
    replies = [send_password(visitors, "zhou", "wrong password") for _ in range(6)]
    assert [r.status_code for r in replies] == [401] * 4 + [429] * 2
    assert send_password(visitors, "zhou", PASSWORD).status_code == 429
    accounts.clock.moment += timedelta(seconds=2)
    assert send_password(visitors, "zhou", PASSWORD).status_code == 303


def test_sign_in_gives_a_new_token(visitors: TestClient, accounts: MemoryAccounts) -> None:
    accounts.add("zhou", Role.REVIEWER)
    visitors.cookies.set(SESSION, "planted", domain="127.0.0.1")
    before = token_in(visitors.get("/sign-in").text)
    reply = send_password(visitors, "zhou", PASSWORD)
    cookie = next(c for c in reply.headers.get_list("set-cookie") if c.startswith(f"{SESSION}="))
    assert "planted" not in cookie
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert accounts.person_of("planted") is None
    visitors.cookies.clear()
    visitors.cookies.set(SESSION, cookie.split(";")[0].partition("=")[2], domain="127.0.0.1")
    assert visitors.get("/account/token").json()["token"] not in ("", before)


def test_signing_in_again_ends_the_session_before(visitors: TestClient, accounts: MemoryAccounts) -> None:
    person = signed_in(visitors, accounts, Role.REVIEWER)
    before = visitors.cookies[SESSION]
    assert send_password(visitors, person.login, PASSWORD).status_code == 303
    assert accounts.person_of(before) is None
    assert accounts.person_of(visitors.cookies[SESSION]) == person


def test_of_strangers_only_small_forms_of_sign_in_are_read(visitors: TestClient, accounts: MemoryAccounts) -> None:
    accounts.add("zhou", Role.REVIEWER)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for url in ("/cases/case-1/decisions", "/sign-in"):
        reply = visitors.post(url, content=(b"x" * 1000 for _ in range(100)), headers=form, follow_redirects=False)
        assert reply.status_code in (303, 403)
    assert send_password(visitors, "zhou", PASSWORD, target="/" + "x" * 70_000).status_code == 403
    assert send_password(visitors, "zhou", PASSWORD).status_code == 303


def test_a_hash_of_another_cost_is_renewed(accounts: MemoryAccounts) -> None:
    person = accounts.add("zhou")

    def kept() -> str:
        with accounts.database.read() as connection:
            return str(connection.execute(select(account_rows.c.password_hash)).scalar_one())

    before = kept()
    dearer = AccountsService(accounts._people, policies(), PeopleSettings(hash_memory=16, hash_passes=2))
    token = dearer.sign_in("zhou", PASSWORD, CLIENT).token
    assert "m=8,t=1" in before
    assert "m=16,t=2" in kept()
    assert "$argon2id$" in kept()
    assert dearer.person_of(token) == person


@pytest.mark.parametrize("target", ["/cases/case-1", "/cases?offset=0", "/archive?q=欧阳"])
def test_after_sign_in_on_to_what_was_asked_for(visitors: TestClient, accounts: MemoryAccounts, target: str) -> None:
    accounts.add("zhou", Role.REVIEWER)
    page = visitors.get(target)
    assert page.url.path == "/sign-in"
    hidden = re.search(r'name="target" value="([^"]*)"', page.text)
    assert hidden is not None
    reply = send_password(visitors, "zhou", PASSWORD, target=hidden[1])
    assert visitors.get(reply.headers["location"]).status_code == 200
    assert reply.headers["location"].split("?")[0] == target.split("?")[0]


ELSEWHERE = [
    "https://example.org/",
    "//example.org",
    "/\\example.org",
    "\\\\example.org",
    "/\t/example.org",
    "javascript:alert(1)",
    "/\n/example.org",
    "example.org",
    "/sign-in",
    "/one-time/x",
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_after_sign_in_nowhere_else(visitors: TestClient, accounts: MemoryAccounts, target: str) -> None:
    assert safe_target(target) == ""
    accounts.add("zhou", Role.REVIEWER)
    assert send_password(visitors, "zhou", PASSWORD, target=target).headers["location"] == "/"


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.REVIEWER, "/"),
        (Role.MAILROOM, "/mailroom"),
        (Role.ARCHIVIST, "/archive"),
        (Role.ADMIN, "/admin/accounts"),
    ],
)
def test_everybody_begins_where_the_work_is(
    visitors: TestClient, accounts: MemoryAccounts, role: Role, home: str
) -> None:
    accounts.add("zhou", role)
    assert send_password(visitors, "zhou", PASSWORD).headers["location"] == home


# ---- sessions


def test_sign_out_ends_the_session(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, Role.REVIEWER)
    secret = visitors.cookies[SESSION]
    assert visitors.post("/sign-out").url.path == "/sign-in"
    assert SESSION not in visitors.cookies
    assert accounts.person_of(secret) is None


def test_an_idle_session_leads_to_sign_in(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, Role.REVIEWER)
    accounts.clock.moment += IDLE
    assert visitors.get("/").url.path == "/sign-in"


def test_unsaved_input_survives_the_end_of_a_session(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, Role.REVIEWER)
    accounts.clock.moment += IDLE
    reply = visitors.post("/cases/case-1/decisions", data=ANSWER, headers={"HX-Request": "true"})
    assert (reply.status_code, reply.headers["hx-retarget"]) == (401, "#notices")
    assert "录入的内容还在" in reply.text


def test_an_admin_disables_and_ends_sessions(visitors: TestClient, accounts: MemoryAccounts) -> None:
    zhou = accounts.add("zhou", Role.REVIEWER)
    first, second = (accounts.sign_in("zhou", PASSWORD, CLIENT).token for _ in range(2))
    signed_in(visitors, accounts, Role.ADMIN)
    ended = next(s for s in accounts.sessions() if s.person == zhou)
    visitors.post(f"/admin/sessions/{ended.id}/end")
    assert len([s for s in accounts.sessions() if s.person == zhou]) == 2  # of three: the link began one
    visitors.post(f"/admin/accounts/{zhou.id}", data={"name": zhou.name, "roles": "reviewer", "disabled": "true"})
    assert accounts.person_of(first) is accounts.person_of(second) is None
    assert "已停用" in visitors.get("/admin/accounts").text


def test_the_last_admin_stays(visitors: TestClient, accounts: MemoryAccounts) -> None:
    me = signed_in(visitors, accounts, Role.ADMIN)
    reply = visitors.post(f"/admin/accounts/{me.id}", data={"name": me.name, "roles": "reviewer"})
    assert (reply.status_code, "至少要有一名" in reply.text) == (422, True)
    reply = visitors.post(f"/admin/accounts/{me.id}", data={"name": me.name, "roles": "admin", "disabled": "true"})
    assert reply.status_code == 422
    assert visitors.get("/admin/accounts").status_code == 200


def test_a_changed_password_ends_every_other_session(visitors: TestClient, accounts: MemoryAccounts) -> None:
    person = signed_in(visitors, accounts, Role.REVIEWER)
    other = accounts.sign_in(person.login, PASSWORD, CLIENT).token
    mine = visitors.cookies[SESSION]
    new = {"old": PASSWORD, "password": "another good one", "again": "another good one"}
    assert visitors.post("/account/password", data={**new, "old": "wrong password"}).status_code == 401
    assert visitors.post("/account/password", data={**new, "again": "x"}).status_code == 422
    assert visitors.post("/account/password", data={**new, "password": "short", "again": "short"}).status_code == 422
    assert accounts.person_of(other) == person
    assert visitors.post("/account/password", data=new).status_code == 200
    assert accounts.person_of(other) is accounts.person_of(mine) is None
    assert accounts.person_of(visitors.cookies[SESSION]) == person
    assert accounts.sign_in(person.login, "another good one", CLIENT).person == person


# ---- tokens of pages


def test_a_change_needs_the_token_of_a_page(
    visitors: TestClient, accounts: MemoryAccounts, cases: MemoryBackend
) -> None:
    signed_in(visitors, accounts, Role.REVIEWER)
    right = visitors.headers.pop("X-CSRF-Token")
    url = "/cases/case-1/decisions"
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": right[:-1]}, {"X-CSRF-Token": b"\xe9"}):
        assert visitors.post(url, data=ANSWER, headers=wrong).status_code == 403
    assert visitors.post(url, data={**ANSWER, "csrf": "x"}).status_code == 403
    assert visitors.post("/api/v1/check", json={"field": "amount_involved", "value": "1"}).status_code == 403
    assert cases.case("case-1").revision == 1
    assert visitors.post(url, data={**ANSWER, "csrf": right}).status_code == 200
    assert cases.case("case-1").revision == 2


def test_the_token_of_one_person_is_worth_nothing_to_another(
    visitors: TestClient, accounts: MemoryAccounts, cases: MemoryBackend
) -> None:
    signed_in(visitors, accounts, Role.REVIEWER)
    stolen = visitors.headers["X-CSRF-Token"]
    visitors.cookies.clear()
    signed_in(visitors, accounts, Role.REVIEWER)
    reply = visitors.post("/cases/case-1/decisions", data=ANSWER, headers={"X-CSRF-Token": stolen})
    assert reply.status_code == 403
    assert cases.case("case-1").revision == 1


def test_sign_in_itself_needs_a_token(visitors: TestClient, accounts: MemoryAccounts) -> None:
    accounts.add("zhou", Role.REVIEWER)
    reply = visitors.post("/sign-in", data={"login": "zhou", "password": PASSWORD}, follow_redirects=False)
    assert reply.status_code == 403
    assert SESSION not in visitors.cookies


def test_every_form_of_every_template_carries_it() -> None:
    folder = Path(__file__).parents[2] / "review_ui" / "templates"
    for file in folder.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b[^>]*(?:method=\"post\"|send\(case).*?</form>", text, re.S):
            assert "csrf_field()" in form, f"{file.name}: {form[:80]}"


# ---- who acts


def test_the_person_is_named_in_the_history(
    visitors: TestClient, accounts: MemoryAccounts, cases: MemoryBackend
) -> None:
    signed_in(visitors, accounts, Role.REVIEWER, name="周敏")
    visitors.post("/cases/case-1/decisions", data=ANSWER)
    new = {"expected_revision": 2, "actor": "别人", "action": "accept", "subject": "field:complainant_mobile"}
    assert visitors.post("/api/v1/cases/case-1/decisions", json=new).status_code == 200
    assert [d.actor for d in cases.case("case-1").decisions] == ["周敏", "周敏"]


# ---- behind a proxy


@pytest.fixture
def proxied(cases: MemoryBackend, accounts: MemoryAccounts) -> TestClient:
    app = create_app(
        Parts(review=cases, queue=MemoryQueue(cases), accounts=accounts), lambda: NOW, "https://juanzong.example"
    )
    return TestClient(app, base_url="https://juanzong.example")


def test_over_https_cookies_are_for_https_only(proxied: TestClient, accounts: MemoryAccounts) -> None:
    accounts.add("zhou", Role.REVIEWER)
    sign_in(proxied, "zhou")
    reply = send_password(proxied, "zhou", PASSWORD)
    cookie = next(c for c in reply.headers.get_list("set-cookie") if f"{SESSION}=" in c)
    assert cookie.startswith(f"__Host-{SESSION}=")
    assert "Secure" in cookie
    assert "max-age" in reply.headers["strict-transport-security"]


def test_only_the_public_name_and_loopback_are_answered(proxied: TestClient) -> None:
    assert proxied.get("/healthz").status_code == 200
    assert proxied.get("/healthz", headers={"Host": "127.0.0.1:8765"}).status_code == 200
    assert proxied.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 421
    assert proxied.get("/healthz", headers={"Host": "juanzong.example.evil.example"}).status_code == 421


# ---- recusal


def named(visitors: TestClient, accounts: MemoryAccounts) -> None:
    """Sign in as somebody whom case 1 names: in the text of its facts."""
    signed_in(visitors, accounts, *Role, name="业务员")


def test_who_is_named_sees_nothing_of_the_case(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, *Role)
    form = sheets()[0]
    urls = [
        "/cases/case-1",
        "/cases/EXM-2026-000001",
        "/api/v1/cases/case-1",
        "/api/v1/cases/exm-2026-000001",
        f"/cases/case-1/documents/{form.id}/pages/1",
        f"/cases/case-1/documents/{form.id}/pages/1?width=120",
        f"/cases/case-1/documents/{form.id}/original",
    ]
    assert visitors.get(urls[4]).status_code == 200  # now the picture is kept in memory
    visitors.cookies.clear()
    named(visitors, accounts)
    for url in urls:
        reply = visitors.get(url)
        assert reply.status_code == 404, url
        assert "欧阳明月" not in reply.text
    assert visitors.post("/cases/case-1/decisions", data=ANSWER).status_code == 404
    for url in ("/", "/cases", "/archive?q=欧阳明月", "/archive?q=EXM-2026", "/api/v1/queue", "/api/v1/cases"):
        text = visitors.get(url).text
        assert "EXM-2026-000001" not in text, url
    assert visitors.get("/next", follow_redirects=False).headers["location"] == "/cases/case-2"
    assert visitors.get("/cases/case-2").status_code == 200


def test_counts_tell_nothing_either(visitors: TestClient, accounts: MemoryAccounts) -> None:
    named(visitors, accounts)
    counts = visitors.get("/api/v1/queue").json()["counts"]
    assert (counts["waiting"], counts["grave"], counts["cases"]) == (1, 0, 1)
    assert counts["by_reason"] == {"page_quality": 1}
    listed = visitors.get("/api/v1/cases", params={"limit": 1}).json()
    assert [c["number"] for c in listed["cases"]] == ["EXM-2026-000002"]
    assert (listed["total"], listed["next"]) == (1, None)


def test_a_hidden_case_is_told_like_one_that_never_was(visitors: TestClient, accounts: MemoryAccounts) -> None:
    named(visitors, accounts)
    hidden, unknown = (visitors.get(f"/api/v1/cases/EXM-2026-00000{n}") for n in (1, 9))
    assert hidden.text.replace("000001", "000009") == unknown.text


def test_marketing_staff_take_nothing_in(accounts: MemoryAccounts) -> None:
    clerk = accounts.add("zhou", Role.MAILROOM)
    accounts.check_intake(clerk, "exchange-member")
    seller = clerk.model_copy(update={"duties": (MARKETING,)})
    with pytest.raises(IntakeRefusedError, match="营销人员"):
        accounts.check_intake(seller, "exchange-member")
    accounts.check_intake(seller, "auto-insurance")
    with pytest.raises(IntakeRefusedError):
        accounts.check_intake(clerk.model_copy(update={"staff_names": ("巫启航",)}), "exchange-member")


def test_who_comes_goes_and_changes_accounts_stands_in_the_log(
    cases: MemoryBackend, accounts: MemoryAccounts, tmp_path: Path
) -> None:
    log = audit_in(tmp_path)
    app = create_app(Parts(review=cases, queue=MemoryQueue(cases), accounts=accounts, audit=log), lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        person = accounts.add("admin", Role.ADMIN)
        client.post(
            "/sign-in",
            data={
                "login": "admin",
                "password": "不是这个密码不是这个密码",
                "csrf": token_in(client.get("/sign-in").text),
            },
        )
        sign_in(client, "admin")
        fields = {"login": "li", "name": "李青", "csrf": token_in(client.get("/admin/accounts").text)}
        client.post("/admin/accounts", data=fields)
        client.post("/sign-out", data={"csrf": token_in(client.get("/admin/accounts").text)})
    told = [(e.event.operation.value, e.event.actor) for e in log.entries(AuditFilter())]
    assert told == [
        ("sign_in_failed", "admin"),
        ("sign_in", person.name),
        ("account_changed", person.name),
        ("sign_out", person.name),
    ]
