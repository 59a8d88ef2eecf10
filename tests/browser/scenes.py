"""What stands in the pictures beyond a page as it opens: a box being drawn, a case in other hands, a lost connection.

A scene brings the page to the moment of its picture and afterwards puts back what it changed in the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from playwright.sync_api import Page

from tests.browser.house import House
from tests.storage.conftest import flip_byte, object_file

Scene = Callable[[Page, House], AbstractContextManager[None]]
VIEWER, OTHER = "顾砚秋", "周敏"
"""Who looks at the pages and holds the case, and who holds it in the picture of a case in other hands."""


def open_page(page: Page, path: str) -> None:
    """Open a page and wait until it stands still."""
    page.goto(path)
    if page.locator("#viewer").count():
        page.wait_for_selector('#viewer[data-ready="true"]')
    if page.locator("#panel").count():
        page.wait_for_selector('#panel[data-doubts="loaded"]')
    page.wait_for_load_state("networkidle")


def _keys(start: str, *keys: str, wait: str | None = None) -> Scene:
    """Return the scene after ``keys`` on the page ``start``; ``wait`` is what must be seen then."""

    @contextmanager
    def scene(page: Page, house: House) -> Iterator[None]:
        open_page(page, house.pages()[start])
        for key in keys:
            page.keyboard.press(key)
        if wait is not None:
            page.locator(wait).first.wait_for()
        page.wait_for_load_state("networkidle")
        yield
        page.keyboard.press("Escape")

    return scene


@contextmanager
def _digits(page: Page, house: House) -> Iterator[None]:
    open_page(page, house.pages()["station"])
    page.locator("#value-complainant_mobile").focus()
    page.locator('[data-field="complainant_mobile"]:not([data-masked]) [data-alternative]').first.wait_for()
    page.wait_for_load_state("networkidle")
    yield


@contextmanager
def _box(page: Page, house: House) -> Iterator[None]:
    open_page(page, house.pages()["station"])
    page.locator("#value-amount_involved").focus()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Alt+b")
    page.locator(".drawn-box").wait_for()
    yield
    page.keyboard.press("Escape")


@contextmanager
def _held(page: Page, house: House) -> Iterator[None]:
    path = house.pages()["station"]
    case_id, leases = path.rsplit("/", 1)[1], house.desk.services.storage.leases
    leases.release(case_id, VIEWER)
    leases.take(case_id, OTHER)
    open_page(page, path)
    yield
    leases.release(case_id, OTHER)
    leases.take(case_id, VIEWER)


@contextmanager
def _gone(page: Page, house: House) -> Iterator[None]:
    page.route("**/decisions", lambda route: route.abort())
    open_page(page, house.pages()["station"])
    page.keyboard.press("Enter")
    page.locator("#notice").wait_for()
    yield
    page.unroute("**/decisions")


@contextmanager
def _reveal(page: Page, house: House) -> Iterator[None]:
    path = house.pages()["station"]
    document = house.desk.review.case(path.rsplit("/", 1)[1]).documents[0]
    open_page(page, f"{path}/documents/{document.id}/original")
    yield


@contextmanager
def _duplicate(page: Page, house: House) -> Iterator[None]:
    open_page(page, house.pages()["batch"])
    page.locator("#duplicates-part").scroll_into_view_if_needed()
    page.locator("#duplicates-part").evaluate("part => part.scrollIntoView({ block: 'start' })")
    page.wait_for_load_state("networkidle")
    yield


@contextmanager
def _damaged(page: Page, house: House) -> Iterator[None]:
    path = house.pages()["verify"]
    original = next(
        d.source.object
        for c in house.desk.review.cases(100, 0)
        if c.finished
        for d in house.desk.review.case(c.id).documents
        if path.endswith(d.source.object.sha256)
    )
    file = object_file(house.desk.home, original)
    flip_byte(file)
    open_page(page, path)
    yield
    flip_byte(file)


SCENES: dict[str, Scene] = {
    "finish": _keys("station", "Control+Enter", wait="#finish[open]"),
    "keys": _keys("station", "F1", wait="#help[open]"),
    "papers": _keys("station", "Alt+p", "Enter", wait="#papers[open]"),
    "digits": _digits,
    "box": _box,
    "held": _held,
    "gone": _gone,
    "reveal": _reveal,
    "duplicate": _duplicate,
    "damaged": _damaged,
}
"""Pictures by name that need more than opening a page of ``House.pages``."""
