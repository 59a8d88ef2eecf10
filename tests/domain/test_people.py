"""Permission table, passwords, waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attempts import LIMITS, wait_until
from domain.errors import AccountError
from domain.people import OWN, PERMITTED, PUBLIC, Person, Role, may, refuse_password
from tests.domain.builders import NOW


def person(*roles: Role) -> Person:
    return Person(id="p", login="zhou", name="周敏", roles=roles)


def test_no_operation_stands_in_two_lists() -> None:
    assert not PUBLIC & OWN
    assert not (PUBLIC | OWN) & PERMITTED.keys()


def test_every_operation_is_somebodys() -> None:
    assert all(PERMITTED.values())


def test_what_the_table_does_not_know_nobody_may() -> None:
    assert not may(person(*Role), "no.such")


@given(st.sets(st.sampled_from(Role)), st.sampled_from(sorted(PERMITTED)))
def test_roles_add_up_and_nothing_else(roles: set[Role], operation: str) -> None:
    each = any(may(person(role), operation) for role in roles)
    assert may(person(*roles), operation) is each


@pytest.mark.parametrize(
    ("role", "operation", "allowed"),
    [
        (Role.REVIEWER, "station.decide", True),
        (Role.AUDITOR, "station.decide", False),
        (Role.AUDITOR, "station.show", True),
        (Role.ADMIN, "accounts.create", True),
        (Role.ADMIN, "station.show", False),
        (Role.EXPERT, "accounts.create", False),
        (Role.MAILROOM, "station.original", False),
        (Role.ARCHIVIST, "station.original", True),
        (Role.ARCHIVIST, "api.decide", False),
    ],
)
def test_the_table_says(role: Role, operation: str, allowed: bool) -> None:
    assert may(person(role), operation) is allowed


def test_without_a_role_only_what_is_ones_own() -> None:
    assert may(person(), "own.change_password")
    assert not any(may(person(), operation) for operation in PERMITTED)


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "Zhou.Min.2026", "x" * 1001])
def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(AccountError):
        refuse_password(password, "zhou.min.2026")


@pytest.mark.parametrize("password", ["四个 词语 连成 一句话儿", "aaaaaaaaaaaa", "1234567890123"])
def test_no_rule_but_length(password: str) -> None:
    refuse_password(password, "zhou")


@given(st.sampled_from(sorted(LIMITS)), st.integers(1, 10_000))
def test_waits_grow_and_end(kind: str, failures: int) -> None:
    limit = LIMITS[kind]
    now, later = (wait_until(limit, n, NOW) - NOW for n in (failures, failures + 1))
    assert timedelta() <= now <= later <= timedelta(seconds=limit.longest)
    assert (now > timedelta()) is (failures >= limit.free)
