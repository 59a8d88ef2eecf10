"""Copies by mouse and by keyboard: what is ticked, drawn, moved and sent is what is blackened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.audit import AuditFilter, Operation
from review_ui.app import create_app
from tests.browser.conftest import opened
from tests.browser.test_axe import LOOKS, faults
from tests.browser.test_lists import CONTRAST, NAMELESS
from tests.outgoing.test_copies import pictures
from tests.review_ui.desk_home import DeskHome, worked_home
from tests.serving import served

pytestmark = pytest.mark.browser


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    made = worked_home(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def tab(chromium: Browser, home: DeskHome, problems: list[str]) -> Iterator[Page]:
    app = create_app(replace(home.parts, audit=home.services.storage.audit), clock=home.clock)
    with served(app) as address, opened(chromium, address, problems) as page:
        yield page


def address(home: DeskHome) -> str:
    case = home.review.case("EXM-2026-000001")
    return f"/cases/{case.id}/documents/{case.documents[0].id}/copies"


def ask(tab: Page) -> None:
    tab.get_by_label("取件人").fill("某市法院")
    tab.get_by_label("事由").fill("民初12号调阅")


def saved(tab: Page, button: str) -> bytes:
    with tab.expect_download() as download:
        tab.get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_bytes()


def boxes(tab: Page) -> list[str]:
    found: list[str] = tab.evaluate("[...document.querySelectorAll('input[name=box]:checked')].map((i) => i.value)")
    return found


def test_from_the_case_page_to_a_reading_copy_and_back(tab: Page, home: DeskHome) -> None:
    case = home.review.case("EXM-2026-000001")
    tab.goto(f"/cases/{case.id}/file")
    tab.get_by_role("link", name="阅览副本、涂黑副本").first.click()
    expect(tab.locator("#requester")).to_be_focused()
    tab.keyboard.type("某市法院")
    tab.keyboard.press("Tab")
    tab.keyboard.type("民初12号调阅")
    with tab.expect_download() as download:
        tab.keyboard.press("Enter")
    assert download.value.suggested_filename == "EXM-2026-000001-投诉申请登记表-阅览副本.pdf"
    tab.goto(f"/cases/{case.id}/file#taken")
    expect(tab.locator('[data-taken="reading"]')).to_contain_text("某市法院")


def test_a_box_drawn_by_mouse_and_one_unticked_on_the_page(tab: Page, home: DeskHome) -> None:
    tab.goto(address(home))
    ask(tab)
    before = boxes(tab)
    assert len(before) == 5
    tab.locator(".redact-box").first.click()
    expect(tab.locator(".redact-box.open")).to_have_count(1)
    assert boxes(tab) == before[1:]
    tab.locator(".redact-page").evaluate("(page) => page.scrollIntoView({ block: 'end' })")
    frame = tab.locator(".redact-page svg").bounding_box()
    assert frame is not None
    tab.mouse.move(frame["x"] + frame["width"] * 0.3, frame["y"] + frame["height"] * 0.85)
    tab.mouse.down()
    tab.mouse.move(frame["x"] + frame["width"] * 0.6, frame["y"] + frame["height"] * 0.95, steps=4)
    tab.mouse.up()
    expect(tab.locator(".redact-box.drawn")).to_have_count(1)
    drawn = [float(v) for v in boxes(tab)[-1].split(",")[1:]]
    assert drawn == pytest.approx([0.3 * 1240, 0.85 * 1754, 0.6 * 1240, 0.95 * 1754], abs=4)
    (page,) = pictures(saved(tab, "涂黑副本"))
    x0, y0, x1, y1 = (round(v) for v in drawn)
    assert page[y0 + 8 : y1 - 8, x0 + 8 : x1 - 8].max() <= 16
    event = home.services.storage.audit.find(AuditFilter(operation=Operation.HAND_OUT), 1)[0].event
    assert (event.details["boxes"], event.details["left_open"]) == (5, 1)


def test_a_box_by_keyboard_alone(tab: Page, home: DeskHome) -> None:
    tab.goto(address(home))
    ask(tab)
    tab.get_by_role("button", name="加一块").focus()
    tab.keyboard.press("Enter")
    drawn = tab.get_by_label("手画的框")
    expect(drawn).to_be_focused()
    first = [float(v) for v in boxes(tab)[-1].split(",")[1:]]
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowLeft"):
        tab.keyboard.press(key)
    moved = [float(v) for v in boxes(tab)[-1].split(",")[1:]]
    assert moved == pytest.approx([first[0] + 10, first[1] - 20, first[2], first[3]], abs=0.02)
    for _ in range(300):
        tab.keyboard.press("ArrowUp")
    assert [float(v) for v in boxes(tab)[-1].split(",")[1:]][1] == 0, "it stays on the page"
    (page,) = pictures(saved(tab, "涂黑副本"))
    x0, y0, x1, y1 = (round(float(v)) for v in boxes(tab)[-1].split(",")[1:])
    assert page[y0 : y1 - 8, x0 + 8 : x1 - 8].max() <= 16
    drawn.focus()
    tab.keyboard.press("Delete")
    expect(tab.locator(".redact-box.drawn")).to_have_count(0)
    assert len(boxes(tab)) == 5
    expect(tab.locator('input[name="box"]').last).to_be_focused()


def test_an_original_as_a_reading_copy_from_the_archive_desk(tab: Page, home: DeskHome) -> None:
    source = home.review.case("EXM-2026-000001").documents[1].source.object
    tab.goto(f"/archive/objects/{source.sha256}")
    ask(tab)
    assert saved(tab, "阅览副本").startswith(b"%PDF")
    event = home.services.storage.audit.find(AuditFilter(operation=Operation.HAND_OUT), 1)[0].event
    assert event.subject == f"object:{source.sha256}"


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (800, 900)])
def test_everything_has_a_name_can_be_read_and_fits(tab: Page, home: DeskHome, size: tuple[int, int]) -> None:
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    tab.goto(address(home))
    tab.get_by_role("button", name="加一块").click()
    assert tab.evaluate(NAMELESS) == []
    assert tab.evaluate(CONTRAST) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_axe_finds_nothing(tab: Page, home: DeskHome, look: tuple[str, str]) -> None:
    from review_ui.appearance import LANGUAGE_COOKIE, THEME_COOKIE

    tab.goto("/healthz")
    for name, value in zip((LANGUAGE_COOKIE, THEME_COOKIE), look, strict=True):
        tab.context.add_cookies([{"name": name, "value": value, "url": tab.url}])
    tab.goto(address(home))
    tab.locator("[data-action=add-box]").click()
    found = faults(tab)
    tab.goto(f"/archive/objects/{home.review.case('EXM-2026-000001').documents[0].source.object.sha256}")
    assert found + faults(tab) == []
