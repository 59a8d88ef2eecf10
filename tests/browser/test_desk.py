"""Case page, archive desk, dashboard, health page: by keyboard, on paper, and when there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymupdf
import pytest
from playwright.sync_api import Browser, Page, expect

from review_ui.app import create_app
from tests.browser.test_lists import CONTRAST, NAMELESS
from tests.review_ui.desk_home import DeskHome, empty_home, worked_home
from tests.serving import served

pytestmark = pytest.mark.browser
SIZES = ((1366, 768), (1920, 1080))


@contextmanager
def served_home(home: DeskHome) -> Iterator[str]:
    try:
        with served(create_app(home.parts, clock=home.clock)) as address:
            yield address
    finally:
        home.close()


@pytest.fixture
def home(tmp_path: Path) -> DeskHome:
    return worked_home(tmp_path / "home")


@pytest.fixture
def tab(chromium: Browser, home: DeskHome) -> Iterator[Page]:
    """A tab on the worked home; a script error, a refused style or a request to elsewhere fails the test."""
    problems: list[str] = []
    with served_home(home) as address:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address)
        context.set_default_timeout(30_000)
        context.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        context.on("weberror", lambda e: problems.append(str(e.error)))
        context.on("request", lambda r: None if r.url.startswith((address, "blob:")) else problems.append(r.url))
        yield context.new_page()
        context.close()
    assert problems == []


def file_url(home: DeskHome) -> str:
    return f"/cases/{home.review.case('EXM-2026-000001').id}/file"


def test_the_case_page_by_keyboard(tab: Page, home: DeskHome) -> None:
    tab.goto("/")
    tab.goto(file_url(home))
    for section in ("papers", "fields", "level"):
        tab.keyboard.press("j")
        expect(tab.locator(f"#{section}")).to_be_focused()
    tab.keyboard.press("k")
    expect(tab.locator("#fields")).to_be_focused()
    tab.keyboard.press("/")
    expect(tab.locator("#search")).to_be_focused()
    tab.keyboard.press("j")
    expect(tab.locator("#search")).to_have_value("j")
    tab.locator("#fields").focus()
    tab.keyboard.press("s")
    tab.wait_for_url(lambda url: url.endswith(home.review.case("EXM-2026-000001").id))
    tab.get_by_role("link", name="案卷", exact=True).click()
    expect(tab.locator("#papers")).to_be_visible()


def test_a_notice_and_a_check_are_made_on_the_page(tab: Page, home: DeskHome) -> None:
    tab.goto(file_url(home))
    tab.get_by_role("button", name="出具受理通知书").click()
    made = tab.locator('[data-notice="receipt"]')
    expect(made).to_contain_text("本机审核员")
    with tab.expect_download() as download:
        made.get_by_role("link", name="受理通知书 PDF").click()
    assert download.value.suggested_filename == "受理通知书-EXM-2026-000001-1.pdf"
    tab.get_by_role("button", name="现在校验本案").click()
    expect(tab.locator('[data-fixity="good"]')).to_contain_text("一致")
    expect(tab.get_by_role("button", name="出具转办函")).to_be_disabled()


def test_the_case_on_paper(tab: Page, home: DeskHome) -> None:
    tab.goto(file_url(home))
    tab.wait_for_load_state("networkidle")
    document = pymupdf.open(stream=tab.pdf(prefer_css_page_size=True), filetype="pdf")
    width, height = document[0].rect.width, document[0].rect.height
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    total = len(document)
    for number, page in enumerate(document, start=1):
        words = "".join(page.get_text().split())
        assert "卷宗EXM-2026-000001" in words
        assert f"第{number}页，共{total}页" in words
        assert "打印" not in words and "待办队列" not in words
    everything = "".join("".join(page.get_text().split()) for page in document)
    source = home.review.case("EXM-2026-000001").documents[0].source.object
    assert source.sha256 in everything and source.sm3 in everything and "以身份证为准" in everything
    assert sum(len(page.get_images()) for page in document) >= 3
    for page in document:
        for block in page.get_text("blocks"):
            assert block[0] >= 0 and block[2] <= width, f"cut off at the edge: {block[4]}"


def test_searching_shows_the_page_with_the_hit(tab: Page) -> None:
    tab.goto("/archive")
    tab.keyboard.press("/")
    tab.keyboard.type("柏树街")
    tab.keyboard.press("Enter")
    expect(tab.locator("mark").first).to_have_text("柏树街")
    # the page of the first result is shown without another key
    expect(tab.locator("#preview .hit-box")).to_have_count(1)
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("#preview h2")).to_contain_text("EXM-2026-00000")
    tab.keyboard.press("Enter")
    expect(tab.locator(".case-file")).to_be_visible()


def test_an_original_is_verified_and_downloaded(tab: Page, home: DeskHome) -> None:
    tab.goto(file_url(home))
    tab.get_by_role("link", name="核验并下载原件").first.click()
    expect(tab.locator("#verdict")).to_have_text("一致")
    with tab.expect_download() as download:
        tab.locator("#download").click()
    content = Path(download.value.path()).read_bytes()
    source = home.review.case("EXM-2026-000001").documents[0].source.object
    assert content == home.services.storage.objects.read(source.key)


def test_charts_are_drawn_beside_their_tables(tab: Page) -> None:
    tab.goto("/dashboard")
    plots = tab.locator("[data-plot]")
    expect(tab.locator("[data-drawn] canvas")).to_have_count(plots.count())
    assert plots.count() == 7
    for figure in ("arrivals", "backlog", "alone", "handling", "by_field", "by_reason", "pace"):
        expect(tab.locator(f'[data-figure="{figure}"] table')).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_everything_has_a_name_can_be_read_and_fits(tab: Page, home: DeskHome, size: tuple[int, int]) -> None:
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    original = home.review.case("EXM-2026-000001").documents[0].source.object.sha256
    for url in (file_url(home), "/archive?q=柏树街", f"/archive/objects/{original}", "/dashboard", "/health"):
        tab.goto(url)
        assert tab.evaluate(NAMELESS) == [], url
        assert tab.evaluate(CONTRAST) == [], url
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_pages_of_an_empty_home(chromium: Browser, tmp_path: Path) -> None:
    with served_home(empty_home(tmp_path / "empty")) as address:
        page = chromium.new_page(base_url=address, locale="zh-CN")
        page.goto("/archive")
        expect(page.locator(".empty").first).to_contain_text("没有找到")
        page.goto("/dashboard")
        expect(page.locator("[data-plot]")).to_have_count(0)
        expect(page.locator(".empty")).to_have_count(8)
        page.goto("/health")
        expect(page.locator("#stuck")).to_contain_text("没有停滞的案件")
        page.close()
