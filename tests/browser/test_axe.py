"""No page breaks a rule of WCAG 2 A or AA that axe can see: every page, dialog and empty state, light and dark, in both
languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.people import Role
from review_ui.appearance import LANGUAGE_COOKIE, THEME_COOKIE
from review_ui.assets import ROOT
from tests.browser.house import House, house_in

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (part) => {
  const found = await axe.run(part ?? document, { runOnly: ["wcag2a", "wcag2aa"], resultTypes: ["violations"] });
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.html.slice(0, 120)}`));
}"""
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
LOOKS = [
    ("zh", "light"),
    ("en", "dark"),
    # every text and every colour is in the two above; together they are looked at by `make test-all`
    pytest.param(("zh", "dark"), marks=pytest.mark.slow),
    pytest.param(("en", "light"), marks=pytest.mark.slow),
]
SIZES = ((1366, 768), (1920, 1080), (3840, 2160))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("worked") / "house") as house:
        yield house


@pytest.fixture(scope="module")
def everybody(house: House) -> str:
    """The session of a person with every role."""
    return house.person("顾砚秋", *Role)


@contextmanager
def tab(
    chromium: Browser, house: House, look: tuple[str, str], secret: str = "", touch: bool = False
) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=house.address, has_touch=touch)
    context.set_default_timeout(30_000)
    for name, value in zip((LANGUAGE_COOKIE, THEME_COOKIE), look, strict=True):
        context.add_cookies([{"name": name, "value": value, "url": house.address}])
    if secret:
        house.enter(context, secret)
    yield context.new_page()
    context.close()


def faults(page: Page, part: str | None = None) -> list[str]:
    """Return what axe finds on the page, or in a part of it where the rest has been looked at already.

    Evaluated from outside the page, so that its policy stays as it is.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"{page.url} {fault}" for fault in page.evaluate(RUN, part)]


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    if page.locator("#viewer").count():
        expect(page.locator("#viewer")).to_have_attribute("data-ready", "true")


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_every_page(chromium: Browser, house: House, everybody: str, look: tuple[str, str]) -> None:
    found: list[str] = []
    with tab(chromium, house, look) as page:
        page.goto("/sign-in")
        assert page.locator("html").get_attribute("lang") == ("en" if look[0] == "en" else "zh-CN")
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == look[1]
        found += faults(page)
    with tab(chromium, house, look, everybody) as page:
        for path in house.pages().values():
            open_page(page, path)
            found += faults(page)
    assert found == []


DIALOGS = (
    ("F1", "#help"),
    ("Control+Enter", "#finish"),
    ("Alt+s", "#skip-dialog"),
    ("Alt+e", "#expert-dialog"),
)


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_dialogs_and_menus(chromium: Browser, house: House, everybody: str, look: tuple[str, str]) -> None:
    found: list[str] = []
    with tab(chromium, house, look, everybody) as page:
        open_page(page, house.pages()["station"])
        for keys, dialog in DIALOGS:
            page.keyboard.press(keys)
            expect(page.locator(dialog)).to_be_visible()
            found += faults(page, dialog)
            page.keyboard.press("Escape")
            expect(page.locator(dialog)).to_be_hidden()
        page.locator("[data-papers=menu]").click()
        expect(page.locator("#papers")).to_be_visible()
        found += faults(page, "#papers")
        page.keyboard.press("Escape")
        expect(page.locator(".thumb:focus")).to_have_count(1)
        for menu in ("#more-menu", "#person-menu", "#look-menu"):
            page.locator(f"{menu} summary").focus()
            page.keyboard.press("Enter")
            expect(page.locator(f"{menu} .menu")).to_be_visible()
            found += faults(page, menu)
            page.keyboard.press("Escape")
            expect(page.locator(f"{menu} .menu")).to_be_hidden()
            expect(page.locator(f"{menu} summary")).to_be_focused()
    assert found == []


EMPTY = ("/", "/cases", "/mailroom", "/archive", "/dashboard", "/statistics", "/four-eyes", "/rescans", "/health")


@pytest.mark.parametrize("look", [LOOKS[0], pytest.param(LOOKS[1], marks=pytest.mark.slow)], ids="-".join)
def test_where_nothing_has_happened_yet(chromium: Browser, tmp_path: Path, look: tuple[str, str]) -> None:
    found: list[str] = []
    with house_in(tmp_path / "house", empty=True) as house:
        with tab(chromium, house, look) as page:
            page.goto("/sign-in")
            found += faults(page)
            page.goto(f"/one-time/{house.accounts.first_admin_link()}")
            found += faults(page)
        with tab(chromium, house, look, house.person("顾砚秋", *Role)) as page:
            for path in (*EMPTY, "/audit", "/admin/accounts", "/admin/tokens", "/admin/webhooks"):
                page.goto(path)
                found += faults(page)
    assert found == []


@pytest.mark.parametrize("role", list(Role))
def test_what_each_role_begins_with(chromium: Browser, house: House, role: Role) -> None:
    with tab(chromium, house, ("zh", "light"), house.person(f"只有{role.value}", role)) as page:
        found, refused = [], False
        for path in ("/", "/mailroom", "/archive", "/audit", "/admin/accounts"):
            answer = page.goto(path)
            assert answer is not None
            if answer.ok or not refused:  # the page that refuses is the same for every desk
                found += faults(page)
            refused |= not answer.ok
        assert found == []


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.slow), "en"])  # English is the wider one
def test_no_page_is_wider_than_its_window(chromium: Browser, house: House, everybody: str, language: str) -> None:
    with tab(chromium, house, (language, "light"), everybody) as page:
        wider = []
        for path in house.pages().values():
            open_page(page, path)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                if page.evaluate(WIDER):
                    wider.append((path, width))
        assert wider == []


def test_fingers_find_what_they_aim_at(chromium: Browser, house: House, everybody: str) -> None:
    with tab(chromium, house, ("zh", "light"), everybody, touch=True) as page:
        open_page(page, house.pages()["station"])
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, summary, select")].filter((e) => e.checkVisibility())
              .filter((e) => e.getBoundingClientRect().height < 40).map((e) => e.outerHTML.slice(0, 90))"""
        )
        assert small == []


def test_the_choice_in_the_top_bar_works_by_keyboard(chromium: Browser, house: House, everybody: str) -> None:
    with tab(chromium, house, ("zh", "light"), everybody) as page:
        page.goto("/cases?offset=0")
        page.locator("#look-menu summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases?offset=0")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.locator("#look-menu summary").click()
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.get_by_role("heading", name="All cases")).to_be_visible()


def test_the_browser_says_dark_until_somebody_chooses(chromium: Browser, house: House) -> None:
    context = chromium.new_context(base_url=house.address, color_scheme="dark", locale="en-GB")
    page = context.new_page()
    page.goto("/sign-in")
    expect(page.get_by_role("heading", name="Sign in to Juanzong")).to_be_visible()
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(red, green, blue) < 80
    context.close()
