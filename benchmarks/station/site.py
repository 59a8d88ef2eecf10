"""The real server over the samples, read by the real pipeline into a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.station.queue import PEOPLE
from domain.people import Role
from flows.accounts_service import AccountsService
from flows.settings import load_settings
from flows.wiring import open_services
from review_ui.accounts.backend import AccountForm, Client
from review_ui.accounts.visitor import SESSION

ROOT = Path(__file__).resolve().parents[2]
ADOPTION = ROOT / "policies" / "adoption.example.yaml"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


def read_samples(home: Path) -> None:
    """Read every sample case into ``home``."""
    subprocess.run([sys.executable, "-m", "flows", "demo", "--no-serve"], cwd=ROOT, env=_environment(home), check=True)


@contextmanager
def served(home: Path, database: str | None = None) -> Iterator[str]:
    """Serve what lies in ``home`` (and in ``database``, an SQLAlchemy URL, when given); yield the address."""
    command = [sys.executable, "-m", "flows", "serve", "--port", "0"]
    environment = _environment(home) | ({} if database is None else {"JUANZONG_DATABASE_URL": database})
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            yield line[line.index("http://") :].split()[0].rstrip("/")
        finally:
            server.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser of the tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


def signed_in(browser: Browser, home: Path, address: str, *roles: Role) -> BrowserContext:
    """Make a person with ``roles`` in ``home``; return a profile that is signed in as that person."""
    services = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    try:
        accounts = AccountsService(services.storage.people, services.policies, PEOPLE)
        _, link = accounts.create("hengce", AccountForm(name="衡测", roles=roles, staff_names=("衡测",)))
        session = accounts.use_link(link, "这句话长得没有人猜得出来", Client(address="127.0.0.1", browser="benchmark"))
    finally:
        services.close()
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([{"name": SESSION, "value": session.token, "url": address}])
    return context


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "JUANZONG_HOME": str(home), "JUANZONG_ADOPTION": str(ADOPTION)}
