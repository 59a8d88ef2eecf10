"""Charts are drawn, under the page's own content policy, and the tables can be read without them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_charts_are_drawn_beside_their_tables(page: Page) -> None:
    page.goto("/")
    page.locator("#more-menu summary").click()
    page.get_by_role("link", name="统计").click()
    expect(page.get_by_role("heading", name="月度统计")).to_be_visible()
    charts = page.locator("[data-chart]")
    expect(page.locator("[data-drawn] canvas")).to_have_count(charts.count())
    assert charts.count() == page.locator("[data-table]").count() > 0
    expect(page.get_by_role("table").first).to_contain_text("件数")


def test_months_are_turned_by_link(page: Page) -> None:
    page.goto("/statistics?month=2026-11")
    page.get_by_role("link", name="上一月").click()
    expect(page.get_by_label("月份")).to_have_value("2026-10")
    expect(page.locator("[data-chart]")).to_have_count(0)
