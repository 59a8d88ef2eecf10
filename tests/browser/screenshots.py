"""Take the pictures of docs/screenshots: ``python -m tests.browser.screenshots``.

Every page of a house with invented papers, 1366×768; the queue and the station also in English and dark. Few colours a
picture keep the folder small.
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

FOLDER = ROOT / "docs" / "screenshots"
SIZE = {"width": 1366, "height": 768}
COLOURS = 160
MOST_BYTES = 3_000_000
LEFT_OUT = ("queue-none", "station-filed", "account", "password", "error")
"""Pages that look like another one."""
ENGLISH_AND_DARK = ("queue", "station", "dashboard")
HIDE_PATHS = """(root) => document.querySelectorAll("td").forEach((cell) => {
  for (const node of cell.childNodes)
    if (node.nodeValue) node.nodeValue = node.nodeValue.replaceAll(root, "/srv/juanzong");
})"""


def main() -> None:
    """Write a picture of every page; those that nobody takes any more go."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with house_in(Path(folder) / "empty", empty=True) as house:
            page = _tab(browser, house, "zh", "light")
            page.goto(f"/one-time/{house.accounts.first_admin_link()}")
            _take(page, "first-admin")
        with house_in(Path(folder) / "worked") as house:
            secret = house.person("顾砚秋", *Role)
            house.person("周敏", Role.REVIEWER)
            page = _tab(browser, house, "zh", "light")
            page.goto("/sign-in")
            _take(page, "sign-in")
            _all_pages(page, house, secret)
            page = _tab(browser, house, "en", "dark")
            house.enter(page.context, secret)
            for name in ENGLISH_AND_DARK:
                _open(page, house.pages()[name])
                _take(page, f"{name}-en-dark")
        browser.close()
    _shrink()


def _all_pages(page: Page, house: House, secret: str) -> None:
    house.enter(page.context, secret)
    for name, path in house.pages().items():
        if name not in LEFT_OUT:
            _open(page, path)
            _take(page, name)
    _open(page, house.pages()["station"])
    for keys, name in (("Control+Enter", "finish"), ("F1", "keys")):
        page.keyboard.press(keys)
        _take(page, name)
        page.keyboard.press("Escape")


def _tab(browser: Browser, house: House, language: str, theme: str) -> Page:
    context = browser.new_context(viewport=SIZE, base_url=house.address)
    for name, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        context.add_cookies([{"name": name, "value": value, "url": house.address}])
    return context.new_page()


def _open(page: Page, path: str) -> None:
    page.goto(path)
    if page.locator("#viewer").count():
        page.wait_for_selector('#viewer[data-ready="true"]')
    page.wait_for_load_state("networkidle")
    page.evaluate(HIDE_PATHS, str(ROOT))


def _take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def _shrink() -> None:
    for file in FOLDER.glob("*.png"):
        with Image.open(file) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    if total > MOST_BYTES:
        raise SystemExit(f"{total} bytes of pictures, expected at most {MOST_BYTES}")


if __name__ == "__main__":
    main()
