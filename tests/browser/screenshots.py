"""Take the pictures of docs/screenshots: ``python -m tests.browser.screenshots LINK NUMBER``.

``LINK`` is the one-time link that a fresh ``juanzong demo`` prints.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.review_ui.people import PASSWORD

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def main(link: str, number: str) -> None:
    """Write first-admin.png, queue.png, station.png, station-small.png, finish.png and keys.png."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        address = link.partition("/one-time/")[0]
        page.goto(link)
        page.screenshot(path=FOLDER / "first-admin.png")
        for label, words in (("登录名", "gu"), ("姓名", "顾砚秋"), ("新密码", PASSWORD), ("再输入一次", PASSWORD)):
            page.get_by_label(label).fill(words)
        page.keyboard.press("Enter")
        page.wait_for_selector("#person-menu")
        page.screenshot(path=FOLDER / "queue.png")
        page.goto(f"{address}/cases/{number}")
        page.wait_for_selector('#viewer[data-ready="true"]')
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / "station.png")
        page.keyboard.press("Control+Enter")
        page.screenshot(path=FOLDER / "finish.png")
        page.keyboard.press("Escape")
        page.keyboard.press("F1")
        page.screenshot(path=FOLDER / "keys.png")
        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 1280, "height": 720})
        page.wait_for_timeout(500)
        page.screenshot(path=FOLDER / "station-small.png")
        browser.close()
    for file in FOLDER.glob("*.png"):
        with Image.open(file) as picture:
            picture.convert("RGB").quantize(256).save(file, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
