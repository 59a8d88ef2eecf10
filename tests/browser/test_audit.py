"""The auditor's desk by keyboard."""

from __future__ import annotations

import csv
import io

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from domain.audit import AuditFilter, Operation
from tests.browser.conftest import Site
from tests.browser.test_lists import CONTRAST, NAMELESS
from tests.storage.audited import event

pytestmark = pytest.mark.browser


def fill(site: Site, count: int = 9) -> None:
    for number in range(1, count + 1):
        site.audit.record(event(number))


def numbers(page: Page) -> list[str]:
    return page.locator("#entries tbody tr").evaluate_all("rows => rows.map(r => r.dataset.number)")


def test_searching_by_person_and_operation(page: Page, site: Site) -> None:
    fill(site)
    page.goto("/audit")
    assert numbers(page) == [str(n) for n in range(10, 0, -1)]
    page.get_by_label("人员").focus()
    page.keyboard.type("周敏")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.get_by_label("人员").press("Enter")
    page.wait_for_url("**/audit?**operation=reveal_field**")
    assert numbers(page) == ["9", "3"]
    expect(page.locator("#entries")).to_contain_text("手机号码")
    assert site.audit.find(AuditFilter(), 1)[0].event.operation is Operation.AUDIT_READ


def test_paging_and_refused_only(page: Page, site: Site) -> None:
    fill(site, 103)
    site.audit.record(event(104, result="refused"))
    page.goto("/audit")
    assert len(numbers(page)) == 100
    page.get_by_role("link", name="下一页").press("Enter")
    page.wait_for_url("**/audit?offset=100")
    assert numbers(page)[-1] == "1"
    page.get_by_label("只看被拒绝的").press(" ")
    page.get_by_role("button", name="查询").press("Enter")
    page.wait_for_url("**refused=1**")
    assert numbers(page) == ["104"]


def test_verifying_tells_the_head_and_finds_what_was_cut(page: Page, site: Site) -> None:
    fill(site)
    page.goto("/audit")
    page.get_by_role("button", name="重新计算并校验").press("Enter")
    expect(page.locator("#report")).to_contain_text("共 11 条")
    head = page.locator("#chain-head").inner_text()
    assert head == site.audit.verify().head
    with site.audit._database.write() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("DELETE FROM audit_entries WHERE number > 5"))
    page.get_by_label("上次记下的末条").focus()
    page.keyboard.type(head)
    page.keyboard.press("Enter")
    expect(page.locator("#report")).to_contain_text("日志被改动")
    expect(page.locator("#report")).to_contain_text("您记下的末条是第 11 条")


def test_exporting(page: Page, site: Site) -> None:
    fill(site)
    site.audit.record(event(10, actor="=HYPERLINK(1)"))
    page.goto("/audit")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 CSV").press("Enter")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert rows[0][0] == "序号"
    assert [r[0] for r in rows[1:]] == [str(n) for n in range(1, 13)]
    assert rows[10][2] == "'=HYPERLINK(1)"
    assert rows[12][4] == "导出"


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_desk_can_be_read(page: Page, site: Site, size: tuple[int, int]) -> None:
    fill(site)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for url in ("/audit", "/cases/case-1/reveal?subject=field:complainant_mobile"):
        page.goto(url)
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
