"""Masked values at the station, shown by keyboard alone, and what the log says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from domain.audit import REVEALS, SHOWN_LASTS, AuditFilter
from review_ui.parts import Parts
from tests.browser.conftest import Site, opened, served_parts
from tests.browser.station import control, expect_focus, expect_revision, focused, open_case, row
from tests.review_ui.audited import audit_in
from tests.review_ui.drawn import RIGHT_ID, WRONG_ID, backend, sheets
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.memory_typing import MemoryTyping, drawn_line

pytestmark = pytest.mark.browser

MOBILE, ADDRESS = "13800138000", "云州市青林区柏树街12号"
MASKED_ADDRESS = "云州市青林区****"
AFTERWARDS = int((SHOWN_LASTS + timedelta(seconds=2)).total_seconds() * 1000)
"""Milliseconds after which an open page no longer shows what was revealed."""


def revealed(site: Site) -> list[tuple[str | None, str | None]]:
    return [
        (e.event.subject, e.event.reason) for e in site.audit.entries(AuditFilter()) if e.event.operation in REVEALS
    ]


def ink(page: Page, bbox: tuple[float, float, float, float]) -> float:
    """Return how much the shown picture's tones vary inside a box (page pixels)."""
    return float(
        page.evaluate(
            """async ([x0, y0, x1, y1]) => {
              const url = document.querySelector(".thumb[aria-current]").dataset.src;
              const image = await createImageBitmap(await (await fetch(url)).blob());
              const canvas = new OffscreenCanvas(image.width, image.height);
              const pen = canvas.getContext("2d");
              pen.drawImage(image, 0, 0);
              const data = pen.getImageData(x0, y0, x1 - x0, y1 - y0).data.filter((_, i) => i % 4 === 0);
              const mean = data.reduce((a, b) => a + b, 0) / data.length;
              return Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length);
            }""",
            list(bbox),
        )
    )


def test_a_doubtful_field_is_shown_when_it_is_focused_and_nothing_else_is(page: Page, site: Site) -> None:
    open_case(page)
    expect_focus(page, "complainant_name")
    expect(control(page, "complainant_mobile")).to_have_value("*******8000")
    page.keyboard.press("Tab")
    expect_focus(page, "complainant_mobile")
    expect(control(page, "complainant_mobile")).to_have_value(MOBILE)
    expect(control(page, "complainant_id_no")).to_have_value("**************1233")
    expect(row(page, "complainant_id_no").locator(".candidate-value")).to_have_text("**************1239")
    assert revealed(site) == [("field:complainant_mobile", "review")]
    assert not any(secret in page.content() for secret in (WRONG_ID, RIGHT_ID, ADDRESS))
    page.keyboard.press("Tab")
    expect(control(page, "complainant_id_no")).to_have_value(WRONG_ID)
    expect(row(page, "complainant_id_no").locator(".candidate-value")).to_have_text(RIGHT_ID)
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)


def test_any_field_is_shown_by_one_key_with_the_reason_chosen_for_the_case(page: Page, site: Site) -> None:
    open_case(page)
    page.keyboard.press("Alt+y")
    assert focused(page) == "reveal-reason"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    control(page, "complainant_address").focus()
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
    page.keyboard.press("Alt+u")
    expect(control(page, "complainant_address")).to_have_value(ADDRESS)
    expect_focus(page, "complainant_address")
    assert revealed(site) == [("field:complainant_address", "contact")]
    page.reload()
    expect(control(page, "complainant_address")).to_have_value(ADDRESS)
    expect(page.locator("#reveal-reason")).to_have_value("contact")


def test_enter_shows_before_it_accepts(page: Page, site: Site) -> None:
    open_case(page)
    control(page, "trading_account_no").focus()
    page.keyboard.press("Enter")
    expect(control(page, "trading_account_no")).to_have_value("880012345678")
    expect_revision(page, 1)
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    assert site.cases.case("case-1").decisions[-1].action == "accept"
    assert site.cases.case("case-1").field_value("trading_account_no") == "880012345678"


def test_a_masked_candidate_is_taken_with_its_real_value(page: Page, site: Site) -> None:
    open_case(page)
    control(page, "complainant_id_no").focus()
    page.keyboard.press("Alt+1")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value("complainant_id_no") == RIGHT_ID


def test_typing_over_a_masked_value_saves_what_was_typed(page: Page, site: Site) -> None:
    open_case(page)
    control(page, "complainant_address").fill("云州市新址路3号")
    control(page, "complainant_address").press("Enter")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value("complainant_address") == "云州市新址路3号"
    assert revealed(site) == [("field:complainant_mobile", "review")] or revealed(site) == []


def test_a_field_shown_late_does_not_bring_back_what_was_answered_meanwhile(page: Page) -> None:
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/reveals", lambda route: late.append((route, route.fetch())))
    open_case(page)
    with page.expect_request("**/reveals"):
        control(page, "complainant_mobile").focus()
    while not late:
        page.wait_for_timeout(20)
    assert MOBILE in late[0][1].text()
    page.keyboard.press("Alt+x")
    expect_revision(page, 2)
    with page.expect_response("**/rows/complainant_mobile"):
        for route, answer in late:
            route.fulfill(response=answer)
    expect(page.locator('[data-action="hide-shown"]')).to_be_visible()
    expect(row(page, "complainant_mobile")).to_contain_text("无法辨认（人工确认）")
    expect(control(page, "complainant_mobile")).to_have_value("")
    expect(control(page, "complainant_mobile")).to_have_attribute("data-saved", "")


def test_a_field_hidden_while_it_is_being_shown_stays_hidden(page: Page) -> None:
    late: list[tuple[Route, APIResponse]] = []

    def keep_the_first(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route("**/reveals", keep_the_first)
    open_case(page)
    with page.expect_request("**/reveals"):
        control(page, "complainant_address").focus()
        page.keyboard.press("Alt+u")
    while not late:
        page.wait_for_timeout(20)
    control(page, "complainant_name").focus()
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    rows: list[tuple[Route, APIResponse]] = []
    page.route("**/rows/complainant_address", lambda route: rows.append((route, route.fetch())))
    for route, answer in late:
        route.fulfill(response=answer)
    while len(rows) < 1:
        page.wait_for_timeout(20)
    page.keyboard.press("Escape")
    while len(rows) < 2:
        page.wait_for_timeout(20)
    assert ADDRESS in rows[0][1].text() and ADDRESS not in rows[1][1].text()
    for route, answer in reversed(rows):
        route.fulfill(response=answer)
        page.wait_for_timeout(300)
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)


def test_the_picture_shows_a_place_when_its_field_is_shown(page: Page) -> None:
    open_case(page)
    form = sheets()[0]
    assert ink(page, form.boxes["complainant_address"]) < 3
    control(page, "complainant_address").focus()
    page.keyboard.press("Alt+u")
    expect(control(page, "complainant_address")).to_have_value(ADDRESS)
    expect(page.locator("#viewer")).to_have_attribute(
        "data-picture", re.compile(rf"/cases/case-1/documents/{form.id}/pages/1\?shown=\d+&only=")
    )
    assert ink(page, form.boxes["complainant_address"]) > 30
    assert ink(page, form.boxes["complainant_mobile"]) < 3


def test_an_identity_card_is_shown_by_one_key(page: Page, site: Site) -> None:
    open_case(page)
    card = sheets()[2]
    page.keyboard.press("Alt+PageDown")
    page.keyboard.press("Alt+PageDown")
    viewer = page.locator("#viewer")
    expect(viewer).to_have_attribute("data-document", card.id)
    expect(viewer).to_have_attribute("data-ready", "true")
    assert ink(page, card.boxes["complainant_name"]) < 12
    before = viewer.get_attribute("data-zoom")
    page.keyboard.press("Alt+Shift+U")
    expect(viewer).to_have_attribute(
        "data-picture", re.compile(rf"/cases/case-1/documents/{card.id}/pages/1\?shown=\d+&only=")
    )
    assert ink(page, card.boxes["complainant_name"]) > 30
    assert viewer.get_attribute("data-zoom") == before
    assert revealed(site) == [(f"page:{card.id}:1", "review")]


def test_without_a_log_nothing_is_shown(page: Page, problems: list[str]) -> None:
    page.route("**/reveals", lambda route: route.abort())
    open_case(page)
    control(page, "complainant_address").focus()
    page.keyboard.press("Alt+u")
    expect(page.locator("#notices")).to_contain_text("没有显示")
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
    problems.clear()


def test_an_original_with_personal_data_is_handed_out_for_a_reason(page: Page, site: Site) -> None:
    open_case(page)
    card = sheets()[2]
    page.locator(f'[data-paper="{card.id}"] .original').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reason")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.path().read_bytes() == card.picture.content
    assert revealed(site)[-1] == (f"document:{card.id}", "handover")


@pytest.fixture
def doubting_page(chromium: Browser, tmp_path: Path, problems: list[str]) -> Iterator[Page]:
    """Return a tab at an application that masks and knows a doubtful digit of the telephone."""
    cases, form = backend(), sheets()[0]
    lines = {form.id: (drawn_line(form, "complainant_mobile", {4: (0.5, ("8", "6"))}),)}
    typing = MemoryTyping(cases, lines)
    parts = Parts(review=cases, queue=MemoryQueue(cases), typing=typing, audit=audit_in(tmp_path))
    with served_parts(parts) as address, opened(chromium, address, problems) as page:
        yield page


def test_doubtful_characters_of_a_masked_field_are_told_once_it_is_shown(doubting_page: Page) -> None:
    page = doubting_page
    open_case(page)
    expect(page.locator("#panel")).to_have_attribute("data-doubts", "loaded")
    control(page, "complainant_mobile").focus()
    expect(control(page, "complainant_mobile")).to_have_value(MOBILE)
    expect(row(page, "complainant_mobile").locator("[data-alternative]")).to_have_count(2)
    page.keyboard.press("Alt+1")
    expect(control(page, "complainant_mobile")).to_have_value("13808138000")


def show_address(page: Page) -> None:
    control(page, "complainant_address").focus()
    page.keyboard.press("Alt+u")
    expect(control(page, "complainant_address")).to_have_value(ADDRESS)


def test_what_was_shown_hides_itself_after_its_time_but_not_under_the_hand(page: Page, site: Site) -> None:
    page.clock.install()
    open_case(page)
    show_address(page)
    page.clock.run_for(AFTERWARDS)
    expect(control(page, "complainant_address")).to_have_value(ADDRESS)
    control(page, "complainant_name").focus()
    page.clock.run_for(1100)
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
    expect(page.locator("#reveal-status")).to_have_text("已重新遮盖 1 处。")
    assert ADDRESS not in page.content()
    form = sheets()[0]
    assert ink(page, form.boxes["complainant_address"]) < 3
    show_address(page)
    assert revealed(site).count(("field:complainant_address", "review")) == 2


def test_unsaved_input_stays_when_the_time_is_over(page: Page) -> None:
    page.clock.install()
    open_case(page)
    show_address(page)
    control(page, "complainant_address").fill("云州市新址路3号")
    control(page, "complainant_name").focus()
    page.clock.run_for(AFTERWARDS)
    expect(control(page, "complainant_address")).to_have_value("云州市新址路3号")


def test_escape_the_button_and_another_tab_hide_at_once(page: Page) -> None:
    open_case(page)
    show_address(page)
    page.keyboard.press("Escape")
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
    expect(page.locator('[data-action="hide-shown"]')).to_be_hidden()
    show_address(page)
    page.locator('[data-action="hide-shown"]').click()
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
    show_address(page)
    page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)


def test_an_answer_does_not_bring_back_what_was_hidden(page: Page) -> None:
    open_case(page)
    show_address(page)
    page.keyboard.press("Escape")
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
    control(page, "complainant_name").focus()
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)


def test_what_a_reloaded_page_still_shows_has_its_time_too(page: Page) -> None:
    open_case(page)
    show_address(page)
    page.clock.install()
    page.reload()
    expect(control(page, "complainant_address")).to_have_value(ADDRESS)
    page.clock.run_for(AFTERWARDS)
    expect(control(page, "complainant_address")).to_have_value(MASKED_ADDRESS)
