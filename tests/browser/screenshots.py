"""Take the pictures of docs/screenshots: ``python -m tests.browser.screenshots``.

Every page of a house with invented papers, 1366×768, and the scenes of the guides; what the guides show also in
English, three pages in English and dark. Few colours a picture keep the folder small.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from domain.people import Role
from review_ui.appearance import LANGUAGE_COOKIE, THEME_COOKIE
from review_ui.assets import ROOT
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.house import House, house_in
from tests.browser.scenes import OTHER, SCENES, VIEWER, open_page

FOLDER = ROOT / "docs" / "screenshots"
SIZE = {"width": 1366, "height": 768}
COLOURS = 160
MOST_BYTES = 5_000_000
LEFT_OUT = ("queue-none", "station-filed", "account", "password", "error")
"""Pages that look like another one."""
ENGLISH_AND_DARK = ("queue", "station", "dashboard")
OF_GUIDES = (
    "sign-in",
    "mailroom",
    "batch",
    "duplicate",
    "sheets",
    "rescans",
    "queue",
    "station",
    "digits",
    "box",
    "papers",
    "gone",
    "held",
    "reveal",
    "finish",
    "keying",
    "sample",
    "archive",
    "case-file",
    "verify",
    "damaged",
    "health",
)
"""What the guides show: in both languages."""
HIDE_PATHS = """(root) => document.querySelectorAll("td").forEach((cell) => {
  for (const node of cell.childNodes)
    if (node.nodeValue) node.nodeValue = node.nodeValue.replaceAll(root, "/srv/juanzong");
})"""


def main() -> None:
    """Write a picture of every page; those that nobody takes any more go."""
    for old in FOLDER.rglob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with house_in(Path(folder) / "empty", empty=True) as house:
            page = _tab(browser, house, "zh", "light")
            page.goto(f"/one-time/{house.accounts.first_admin_link()}")
            _take(page, "first-admin")
        with house_in(Path(folder) / "worked") as house:
            secret = house.person(VIEWER, *Role)
            house.person(OTHER, Role.REVIEWER)
            house.desk.services.storage.leases.take(house.pages()["station"].rsplit("/", 1)[1], VIEWER)
            names = (*(n for n in house.pages() if n not in LEFT_OUT), *SCENES)
            _take_all(browser, house, secret, {n: n for n in ("sign-in", *names)}, ("zh", "light"))
            _take_all(browser, house, secret, {n: f"en/{n}" for n in OF_GUIDES}, ("en", "light"))
            _take_all(browser, house, secret, {n: f"{n}-en-dark" for n in ENGLISH_AND_DARK}, ("en", "dark"))
        browser.close()
    _shrink()


def _take_all(browser: Browser, house: House, secret: str, names: dict[str, str], look: tuple[str, str]) -> None:
    """Take pictures of pages and scenes (name to file) in a language and colours."""
    page = _tab(browser, house, *look)
    if "sign-in" in names:
        page.goto("/sign-in")
        _take(page, names["sign-in"])
    house.enter(page.context, secret)
    for name, file in names.items():
        if name in SCENES:
            with SCENES[name](page, house):
                _take(page, file)
        elif name != "sign-in":
            open_page(page, house.pages()[name])
            _take(page, file)
    page.context.close()


def _tab(browser: Browser, house: House, language: str, theme: str) -> Page:
    context = browser.new_context(viewport=SIZE, base_url=house.address)
    for name, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        context.add_cookies([{"name": name, "value": value, "url": house.address}])
    return context.new_page()


def _take(page: Page, name: str) -> None:
    page.evaluate(HIDE_PATHS, str(ROOT))
    file = FOLDER / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, animations="disabled")


def _shrink() -> None:
    for file in FOLDER.rglob("*.png"):
        with Image.open(file) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    total = sum(file.stat().st_size for file in FOLDER.rglob("*.png"))
    if total > MOST_BYTES:
        raise SystemExit(f"{total} bytes of pictures, expected at most {MOST_BYTES}")


if __name__ == "__main__":
    main()
