"""Holds and disposal at the archive desk, by keyboard and by two persons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.case import Case
from domain.disposal import Capacity
from domain.people import Role
from domain.vocabulary import CaseStatus
from tests.browser.house import House, house_in
from tests.browser.test_axe import LOOKS, faults, tab
from tests.browser.test_lists import CONTRAST, NAMELESS
from tests.domain.builders import NOW

pytestmark = pytest.mark.browser
LONG_PAST = datetime(2003, 5, 6, 2, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path / "house") as house:
        yield house


@contextmanager
def tab_of(chromium: Browser, house: House, name: str, *roles: Role) -> Iterator[Page]:
    """Open a tab of a person; a script error or a refused style fails the test (a 404 that was asked for does not)."""
    problems: list[str] = []
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=house.address)
    house.enter(context, house.person(name, *roles))
    context.on("console", lambda m: problems.append(m.text) if m.type == "error" and "404" not in m.text else None)
    context.on("weberror", lambda e: problems.append(str(e.error)))
    yield context.new_page()
    context.close()
    assert problems == []


def old_case(house: House) -> Case:
    """File a case of which everybody but the archive has forgotten: closed in 2003, kept for twenty years."""
    desk = house.desk
    desk.clock.now = LONG_PAST
    case = desk.read(desk.accept(LONG_PAST), status=CaseStatus.FILED, finished=True, review=())
    desk.file(case)
    desk.clock.now = NOW
    return case


def looks_right(page: Page) -> None:
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hold_by_keyboard_and_release_by_another(chromium: Browser, house: House) -> None:
    case = house.desk.review.case("EXM-2026-000001")
    with (
        tab_of(chromium, house, "档案员甲", Role.ARCHIVIST) as first,
        tab_of(chromium, house, "审计乙", Role.AUDITOR) as second,
    ):
        first.goto("/archive/retention")
        expect(first.locator("#holds")).to_contain_text("没有保全的案件")
        first.keyboard.press("h")
        expect(first.locator("#hold-case")).to_be_focused()
        first.keyboard.type("exm-2026-000001")
        first.keyboard.press("Tab")
        first.keyboard.type("法院（2026）协查 12 号")
        first.keyboard.press("Enter")
        row = first.locator("[data-hold]")
        expect(row).to_contain_text("协查 12 号")
        looks_right(first)
        row.get_by_label("解除的理由").fill("已经结案")
        first.keyboard.press("Enter")
        expect(first.get_by_role("button", name="确认解除")).to_be_disabled()
        first.goto(f"/cases/{case.id}/file#retention")
        expect(first.locator("#retention")).to_have_attribute("data-held", "true")
        first.get_by_role("link", name="保全案件").click()
        expect(first.get_by_label("案件编号")).to_have_value(case.number)
        second.goto("/archive/retention")
        second.get_by_role("button", name="确认解除").click()
        expect(second.locator("#holds")).to_contain_text("没有保全的案件")
        second.goto(f"/cases/{case.id}/file#retention")
        expect(second.locator("#retention")).to_contain_text("已解除")


def test_hold_on_a_case_that_is_not_there_says_so(chromium: Browser, house: House) -> None:
    with tab_of(chromium, house, "档案员甲", Role.ARCHIVIST) as page:
        page.goto("/archive/retention")
        page.get_by_label("案件编号").fill("EXM-1999-000001")
        page.get_by_label("理由").fill("法院")
        with page.expect_response("**/archive/holds") as answer:
            page.keyboard.press("Enter")
        assert answer.value.status == 404
        expect(page.get_by_role("alert")).to_contain_text("没有案件 EXM-1999-000001")


def test_disposal_by_two_ends_with_a_certificate(chromium: Browser, house: House) -> None:
    case = old_case(house)
    with (
        tab_of(chromium, house, "档案员甲", Role.ARCHIVIST) as first,
        tab_of(chromium, house, "监销人乙", Role.AUDITOR) as second,
    ):
        first.goto("/archive/retention")
        first.keyboard.press("l")
        first.keyboard.press("Enter")
        expect(first.locator(f"[data-case='{case.number}']")).to_be_visible()
        looks_right(first)
        first.wait_for_load_state()  # keys are heard from then on
        first.keyboard.press("g")
        first.keyboard.press("Enter")
        expect(first.locator("[data-state]")).to_have_text("待第二人批准")
        expect(first.get_by_role("button", name="批准")).to_have_count(0)
        second.goto(first.url)
        expect(second.get_by_role("button", name="销毁")).to_have_count(0)
        second.get_by_role("button", name="批准").click()
        expect(second.locator("[data-state]")).to_have_text("已批准")
        first.reload()
        first.once("dialog", lambda dialog: dialog.dismiss())
        first.get_by_role("button", name="销毁 1 件").click()
        expect(first.locator("[data-state]")).to_have_text("已批准")
        first.once("dialog", lambda dialog: dialog.accept())
        first.get_by_role("button", name="销毁 1 件").click()
        expect(first.locator("[data-state]")).to_have_text("已销毁")
        looks_right(first)
        with first.expect_download() as paper:
            first.get_by_role("link", name="PDF").click()
        assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
        with first.expect_download() as book:
            first.get_by_role("link", name="下载清册").click()
        assert book.value.suggested_filename.endswith(".xlsx")
    storage = house.desk.services.storage
    assert storage.fixity.verify_archive(case.number) == ()
    assert not storage.objects.exists(case.documents[0].source.object.key)


def test_in_english_and_only_for_those_who_may(chromium: Browser, house: House) -> None:
    with tab_of(chromium, house, "审计乙", Role.AUDITOR) as page:
        page.goto("/archive/retention")
        expect(page.locator("#make-list")).to_have_count(0)
        page.locator("#look-menu > summary").click()
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="Cases under a legal hold")).to_be_visible()
        looks_right(page)


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_axe_finds_nothing(chromium: Browser, house: House, look: tuple[str, str]) -> None:
    case, storage = old_case(house), house.desk.services.storage
    hold = storage.retention.holds.place("EXM-2026-000001", "法院", "档案员甲")
    storage.retention.holds.place("EXM-2026-000002", "公安", "档案员甲")
    storage.retention.holds.ask_release(hold.placed.seq, "结案", "审计乙")
    number = storage.retention.lists.make(((case.id, LONG_PAST.date(), "归档规定"),), "档案员甲").number
    storage.retention.lists.approve(number, Capacity.ARCHIVIST, "档案员甲")
    found: list[str] = []
    with tab(chromium, house, look, house.person("档案员甲", *Role)) as page:
        for path in ("/archive/retention", f"/archive/disposals/{number}", "/cases/EXM-2026-000001/file#retention"):
            page.goto(path)
            found += faults(page)
    assert found == []
