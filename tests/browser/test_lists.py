"""Queue, filters, help; and that every control can be reached, named and seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.station import open_case

pytestmark = pytest.mark.browser


def test_filters_change_the_queue_in_place(page: Page) -> None:
    page.goto("/")
    expect(page.locator("[data-number]")).to_have_count(2)
    page.get_by_label("原因").select_option("page_quality")
    expect(page.locator("[data-number]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]reason=page_quality&"))
    page.get_by_role("link", name="清除筛选").click()
    expect(page.locator("[data-number]")).to_have_count(2)


@pytest.mark.parametrize("url", ["/", "/cases/case-1"])
def test_help_opens_and_closes(page: Page, url: str) -> None:
    page.goto(url)
    page.keyboard.press("F1")
    expect(page.get_by_role("dialog", name="键盘说明")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_the_question_mark_is_a_letter_inside_a_box(page: Page) -> None:
    open_case(page)
    page.locator("#comment").focus()
    page.keyboard.type("?")
    expect(page.locator("#help")).to_be_hidden()
    expect(page.locator("#comment")).to_have_value("?")


NAMELESS = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, img, [role]")]
  .filter((e) => e.checkVisibility())
  .filter((e) => e.tagName === "IMG" ? !e.hasAttribute("alt") : !(
    e.getAttribute("aria-label") || e.labels?.length || e.innerText?.trim() || e.title
    || e.getAttribute("aria-labelledby")
    || ["group", "alert", "status"].includes(e.getAttribute("role"))))
  .map((e) => e.outerHTML.slice(0, 120))"""

CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.5) return c;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!words || !e.checkVisibility() || e.closest(".hidden, .viewer, option")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${e.className} ${e.textContent.trim().slice(0, 30)}`);
  }
  return bad;
}"""


@pytest.mark.parametrize("url", ["/", "/cases", "/cases/case-1", "/cases/none"])
def test_everything_has_a_name_and_can_be_read(page: Page, url: str) -> None:
    page.goto(url)
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (2560, 1440)])
def test_the_station_fits_the_screen(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_case(page)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    side = page.locator("#side")
    assert side.evaluate("e => e.scrollWidth <= e.clientWidth")
    for name in ("#finish-button", "#next-case", "#help-button", "#loopback-banner"):
        box = page.locator(name).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= size[0]


def test_tab_walks_every_field_and_shows_where_it_is(page: Page) -> None:
    open_case(page)
    page.locator("#value-complainant_name").focus()
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
              return [e.closest("[data-field]")?.dataset.field ?? "", s.outlineStyle !== "none"]; }"""
        )
        if state[0]:
            seen.append(state[0])
            assert state[1], f"no visible focus on {state[0]}"
        if state[0] == "complainant_email":
            break
    shown = page.locator("#panel [data-field]:not(details [data-field])").evaluate_all(
        "all => all.map(e => e.dataset.field)"
    )
    assert seen == shown[1:]
