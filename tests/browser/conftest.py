"""Chromium against the real application on a free loopback port, over the memory backend."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from review_ui.app import create_app
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.review_ui.drawn import backend
from tests.review_ui.memory_backend import MemoryBackend

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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing; run tests/prepare_browser.sh (or: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[Site]:
    cases = backend()
    with served(Parts(review=cases)) as address:
        yield Site(address, cases)


@contextmanager
def served(parts: Parts) -> Iterator[str]:
    """Serve the application over ``parts``; yield its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(parts, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def problems() -> list[str]:
    """Return what the page complained about; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def page(chromium: Browser, site: Site, problems: list[str]) -> Iterator[Page]:
    """Return a tab in a fresh profile; a script error, a refused style, or a request to elsewhere fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=site.address)
    context.set_default_timeout(30_000)
    context.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda e: problems.append(str(e.error)))
    context.on("request", lambda r: None if r.url.startswith((site.address, "blob:")) else problems.append(r.url))
    yield context.new_page()
    context.close()
    # A refused answer (409, 422) is told on the console too; those are asked for by the tests.
    assert [p for p in problems if "the server responded with a status of 4" not in p] == []
