"""Accounts, sessions, links and failed sign-ins in a real database, at a time of our choosing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.attempts import LIMITS
from domain.errors import AccountError, LinkUsedError, TooManyAttemptsError, UnknownAccountError
from domain.people import Person, Role
from storage import Storage, open_storage
from storage.account_tables import one_time_links, provider_visits, sessions, sign_in_failures
from storage.people import People
from storage.provider_visits import VISIT_LIFE
from storage.sessions import IDLE, LINK_LIFE, LONGEST
from tests.storage.conftest import RECEIVED, accept, case_of

ADMIN = Person(id="", login="Gu", name="顾砚秋", roles=(Role.ADMIN,))
CLERK = Person(id="", login="zhou", name="周敏", roles=(Role.REVIEWER,), duties=("审核部",), staff_names=("周敏",))


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.moment = RECEIVED

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, span: timedelta) -> None:
        self.moment += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(home: Path, empty_home: Path, clock: Clock) -> Iterator[Storage]:
    shutil.copytree(empty_home, home)
    storage = open_storage(home, clock=clock)
    yield storage
    storage.close()


@pytest.fixture
def people(opened: Storage) -> People:
    return opened.people


def test_an_account_comes_back_as_it_was_made(people: People) -> None:
    made = people.accounts.add(CLERK)
    found = people.accounts.of_login(" ZHOU ")
    assert found == made
    assert found.person.model_copy(update={"id": ""}) == CLERK
    assert people.accounts.get(made.person.id) == made
    assert people.accounts.of_login("nobody") is None
    with pytest.raises(UnknownAccountError):
        people.accounts.get("nobody")


@pytest.mark.parametrize("other", [{"login": "ZHOU", "name": "周二"}, {"login": "zhou2", "name": "周敏"}])
def test_login_and_name_are_one_persons(people: People, other: dict[str, str]) -> None:
    people.accounts.add(CLERK)
    with pytest.raises(AccountError, match="已有人使用"):
        people.accounts.add(CLERK.model_copy(update=other))


def test_there_is_always_an_admin(people: People) -> None:
    people.accounts.add(CLERK)
    assert not people.accounts.have_admin()
    admin = people.accounts.add(ADMIN, first=True)
    assert people.accounts.have_admin()
    with pytest.raises(AccountError, match="管理员"):
        people.accounts.add(ADMIN.model_copy(update={"login": "x", "name": "y"}), first=True)
    with pytest.raises(AccountError, match="至少"):
        people.accounts.set_disabled(admin.person.id, True)
    with pytest.raises(AccountError, match="至少"):
        people.accounts.change(admin.person.model_copy(update={"roles": (Role.REVIEWER,)}))
    assert people.accounts.get(admin.person.id) == admin


def test_a_session_ends_when_nobody_uses_it(people: People, clock: Clock) -> None:
    account = people.accounts.add(CLERK)
    secret = people.sessions.begin(account.person.id, "127.0.0.1", "test")
    for _ in range(3):
        clock.pass_(IDLE - timedelta(seconds=1))
        assert people.sessions.person(secret) == account.person
    clock.pass_(IDLE)
    assert people.sessions.person(secret) is None
    assert people.sessions.running() == ()


def test_a_session_ends_after_a_working_day_however_busy(people: People, clock: Clock) -> None:
    secret = people.sessions.begin(people.accounts.add(CLERK).person.id, "127.0.0.1", "test")
    for _ in range(int(LONGEST / timedelta(hours=1)) - 1):
        clock.pass_(timedelta(hours=1))
        assert people.sessions.person(secret) is not None
    clock.pass_(timedelta(hours=1))
    assert people.sessions.person(secret) is None


def test_sessions_end_with_the_account_the_password_or_by_hand(people: People) -> None:
    people.accounts.add(ADMIN)
    account = people.accounts.add(CLERK).person.id

    def begin() -> str:
        return people.sessions.begin(account, "127.0.0.1", "test")

    secret = begin()
    people.accounts.set_disabled(account, True)
    assert people.sessions.person(secret) is None
    people.accounts.set_disabled(account, False)
    assert people.sessions.person(secret) is None

    secret = begin()
    people.accounts.set_password(account, "hash")
    assert people.sessions.person(secret) is None

    first, second = begin(), begin()
    people.sessions.end(first)
    assert people.sessions.person(first) is None
    (running,) = people.sessions.running()
    people.sessions.end_by_id(running.id)
    assert people.sessions.person(second) is None


def test_secrets_are_not_in_the_database(opened: Storage) -> None:
    people = opened.people
    account = people.accounts.add(CLERK).person.id
    secrets = [people.sessions.begin(account, "127.0.0.1", "test"), people.links.make(account)]
    secrets.append(people.visits.begin("browser", "/").state)
    people.attempts.begin("typed-by-mistake", "127.0.0.1")
    with opened.database.read() as connection:
        tables = (sessions, one_time_links, provider_visits, sign_in_failures)
        kept = str([connection.execute(select(table)).all() for table in tables])
    assert not any(secret in kept for secret in (*secrets, "typed-by-mistake"))


def test_a_session_id_is_no_secret(people: People) -> None:
    people.sessions.begin(people.accounts.add(CLERK).person.id, "127.0.0.1", "test")
    (running,) = people.sessions.running()
    assert people.sessions.person(running.id) is None


def test_a_link_works_once(people: People) -> None:
    account = people.accounts.add(CLERK).person.id
    link = people.links.make(account)
    assert people.links.account(link) == account
    people.links.use(link)
    for refused in (people.links.use, people.links.account):
        with pytest.raises(LinkUsedError):
            refused(link)


def test_of_many_at_once_one_uses_the_link(people: People) -> None:
    link = people.links.make(None)

    def use(_: int) -> bool:
        try:
            people.links.use(link)
        except LinkUsedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_a_link_expires_and_a_new_one_voids_the_old(people: People, clock: Clock) -> None:
    account = people.accounts.add(CLERK).person.id
    first, other = people.links.make(account), people.links.make(None)
    second = people.links.make(account)
    with pytest.raises(LinkUsedError):
        people.links.account(first)
    assert people.links.account(second) == account
    assert people.links.account(other) is None
    clock.pass_(LINK_LIFE)
    with pytest.raises(LinkUsedError):
        people.links.account(second)


def fail(people: People, times: int, login: str = "zhou", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        people.attempts.begin(login, address)


def test_guessing_waits_longer_and_longer_but_never_for_ever(people: People, clock: Clock) -> None:
    fail(people, LIMITS["pair"].free)
    for seconds in (1, 2, 4, 8):
        with pytest.raises(TooManyAttemptsError, match=f"请等 {seconds + 1} 秒"):
            fail(people, 1)
        clock.pass_(timedelta(seconds=seconds))
        fail(people, 1)
    clock.pass_(timedelta(seconds=LIMITS["pair"].longest))
    fail(people, 1)


def test_another_spelling_of_a_login_name_is_no_fresh_start(people: People) -> None:
    for login in ("zhou", "ZHOU", " zhou", "Zhou "):
        fail(people, 1, login=login)
    with pytest.raises(TooManyAttemptsError):
        fail(people, 1, login="zHou")


def test_a_stranger_keeps_nobody_out_for_long(people: People, clock: Clock) -> None:
    for place in range(200):
        clock.pass_(timedelta(seconds=LIMITS["account"].longest))
        fail(people, 1, address=f"10.0.1.{place}")
    clock.pass_(timedelta(seconds=LIMITS["account"].longest))
    fail(people, 1, address="10.0.0.1")


def test_many_accounts_from_one_place_wait_too(people: People) -> None:
    for number in range(LIMITS["address"].free):
        fail(people, 1, login=f"user{number}")
    with pytest.raises(TooManyAttemptsError):
        fail(people, 1, login="another")
    fail(people, 1, login="another", address="10.0.0.2")


def test_who_signs_in_beside_others_need_not_wait(people: People, clock: Clock) -> None:
    """Clocks of two processes differ, and the clock of a machine may be set back."""
    fail(people, 1, login="user1")
    clock.pass_(timedelta(seconds=-3))
    fail(people, 1, login="user2")


def test_success_forgets_the_account_but_not_the_place(people: People) -> None:
    for number in range(LIMITS["address"].free):
        fail(people, 1, login=f"user{number}")
        people.attempts.succeeded(f"user{number}", "10.0.0.1")
    fail(people, LIMITS["pair"].free - 1)
    fail(people, 1)
    people.attempts.succeeded("zhou", "10.0.0.1")
    fail(people, LIMITS["pair"].free)


def test_guesses_made_at_once_count(people: People) -> None:
    def guess(_: int) -> bool:
        try:
            fail(people, 1)
        except TooManyAttemptsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(40))) == LIMITS["pair"].free


def test_a_visit_comes_back_once_to_its_browser(people: People, clock: Clock) -> None:
    visit = people.visits.begin("browser", "/cases")
    assert people.visits.end("another", visit.state) is None
    assert people.visits.end("browser", visit.state) == visit
    assert people.visits.end("browser", visit.state) is None
    late = people.visits.begin("browser", "/")
    clock.pass_(VISIT_LIFE)
    assert people.visits.end("browser", late.state) is None


def test_cases_that_name_somebody(opened: Storage) -> None:
    for content, name in ((b"a", "祁若岚"), (b"b", "巫启航"), (b"c", "祁若岚儿")):
        case = case_of(accept(opened, content))
        field = case.fields["complainant_name"].model_copy(
            update={"name": "respondent_staff", "value": name, "raw": name}
        )
        opened.cases.save_case(case.model_copy(update={"fields": {"respondent_staff": field}}), "assembled", None)
    mine = case_of(accept(opened, b"d"), name="祁若岚")  # the complainant's name is the same
    opened.cases.save_case(mine, "assembled", None)
    numbers = opened.people.named.cases_naming(("祁若岚",), ("祁若岚儿",)).values()
    assert sorted(numbers) == ["EXM-2026-000001"]
    assert opened.people.named.cases_naming(("—",), ()) == {}
