"""Chromium against the real application on a free loopback port, over the memory backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from domain.people import Person, Role
from review_ui.app import create_app
from review_ui.parts import Parts
from storage.audit_log import AuditLog
from tests.domain.builders import NOW
from tests.review_ui.audited import audit_in
from tests.review_ui.drawn import backend
from tests.review_ui.memory_backend import MemoryBackend
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.people import PASSWORD, MemoryAccounts
from tests.serving import served

# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Site:
    """A running application and what stands behind it."""

    address: str
    cases: MemoryBackend
    audit: AuditLog


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing; run tests/prepare_browser.sh (or: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def served_parts(parts: Parts) -> Iterator[str]:
    """Serve the application over ``parts``; yield its address."""
    with served(create_app(parts, clock=lambda: NOW)) as address:
        yield address


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    cases, audit = backend(), audit_in(tmp_path)
    with served_parts(Parts(review=cases, queue=MemoryQueue(cases), audit=audit)) as address:
        yield Site(address, cases, audit)


@dataclass(frozen=True)
class PeopleSite(Site):
    """An application that people sign in to."""

    accounts: MemoryAccounts

    def sign_in(self, page: Page, *roles: Role, name: str = "周敏") -> Person:
        """Make an account with ``roles`` and sign in: all that a test of a desk needs."""
        person = self.accounts.add(f"user{len(self.accounts.accounts())}", *roles, name=name)
        page.goto(f"{self.address}/sign-in")
        page.get_by_label("登录名").fill(person.login)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("#person-menu").wait_for()
        return person


@pytest.fixture
def people_site(tmp_path: Path) -> Iterator[PeopleSite]:
    cases = backend()
    accounts, audit = MemoryAccounts(tmp_path, cases), audit_in(tmp_path)
    with served_parts(Parts(review=cases, queue=MemoryQueue(cases), accounts=accounts, audit=audit)) as address:
        yield PeopleSite(address, cases, audit, accounts)
    accounts.database.close()


@pytest.fixture
def problems() -> list[str]:
    """Return what the page complained about; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def page(chromium: Browser, site: Site, problems: list[str]) -> Iterator[Page]:
    """Return a tab in a fresh profile; a script error, a refused style, or a request to elsewhere fails the test."""
    with opened(chromium, site.address, problems) as page:
        yield page


@pytest.fixture
def visitor_page(chromium: Browser, people_site: PeopleSite, problems: list[str]) -> Iterator[Page]:
    """Return such a tab at the application that people sign in to."""
    with opened(chromium, people_site.address, problems) as page:
        yield page


@contextmanager
def opened(chromium: Browser, address: str, problems: list[str]) -> Iterator[Page]:
    """Open a tab that notes what goes wrong."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=address)
    context.set_default_timeout(30_000)
    context.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda e: problems.append(str(e.error)))
    context.on("request", lambda r: None if r.url.startswith((address, "blob:")) else problems.append(r.url))
    yield context.new_page()
    context.close()
    # A refused answer (409, 422) is told on the console too; those are asked for by the tests.
    assert [p for p in problems if "the server responded with a status of 4" not in p] == []
