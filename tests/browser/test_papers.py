"""Papers by hand, by keyboard alone: the strip, its keys, the menu of a page, taking back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from domain.case import Case
from review_ui.app import create_app
from review_ui.parts import Parts
from tests.browser.station import open_case
from tests.domain.builders import NOW
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.paper_backend import PaperBackend, stacked
from tests.serving import served

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class PaperSite:
    """A running application over a backend that can move papers."""

    address: str
    cases: PaperBackend

    def cut(self, case: str = "case-1") -> list[list[int]]:
        return [[p.source_page for p in d.pages] for d in self.cases.case(case).documents]

    @property
    def case(self) -> Case:
        return self.cases.case("case-1")


@pytest.fixture
def site() -> Iterator[PaperSite]:
    cases = stacked()
    app = create_app(Parts(review=cases, queue=MemoryQueue(cases), papers=cases), clock=lambda: NOW)
    with served(app) as address:
        yield PaperSite(address, cases)


def expect_page(page: Page, position: int) -> None:
    """The page in hand is the ``position``-th of the strip (from 0): focused and shown."""
    thumb = page.locator(".thumb").nth(position)
    expect(thumb).to_be_focused()
    expect(thumb).to_have_attribute("aria-current", "true")


def enter_strip(page: Page, position: int) -> None:
    """Go to the ``position``-th page of the strip (from 0) by keys."""
    page.keyboard.press("Alt+p")
    expect(page.locator(".thumb:focus")).to_have_count(1)
    page.keyboard.press("Home")
    for _ in range(position):
        page.keyboard.press("ArrowDown")
    expect_page(page, position)


def pressed(page: Page, key: str, revision: int) -> None:
    """Press ``key`` in the strip or its menu and wait for the page of ``revision``, ready for the next key."""
    page.keyboard.press(key)
    expect(page.locator("#panel")).to_have_attribute("data-revision", str(revision))
    expect(page.locator(".thumb:focus")).to_have_count(1)


def test_into_the_strip_through_it_and_back(page: Page, site: PaperSite) -> None:
    open_case(page)
    page.keyboard.press("Alt+p")
    expect_page(page, 0)
    page.keyboard.press("ArrowDown")
    expect_page(page, 1)
    page.keyboard.press("End")
    expect_page(page, 7)
    page.keyboard.press("ArrowUp")
    expect_page(page, 6)
    page.keyboard.press("Escape")
    expect(page.locator("#value-complainant_name")).to_be_focused()
    assert site.case.revision == 1


def test_split_merge_and_take_back(page: Page, site: PaperSite) -> None:
    open_case(page)
    assert site.cut() == [[1], [1, 2, 3, 4], [5, 6], [1]]
    enter_strip(page, 2)
    pressed(page, "s", 2)
    assert site.cut() == [[1], [1, 2], [3, 4], [5, 6], [1]]
    expect_page(page, 2)
    pressed(page, "m", 3)
    assert site.cut() == [[1], [1, 2, 3, 4], [5, 6], [1]]
    expect_page(page, 2)
    pressed(page, "m", 4)
    assert site.cut() == [[1], [1, 2, 3, 4, 5, 6], [1]]
    for revision in (5, 6, 7):
        pressed(page, "Control+z", revision)
    assert site.cut() == [[1], [1, 2, 3, 4], [5, 6], [1]]
    assert [d.action for d in site.case.decisions] == ["split", "merge", "merge", "undo", "undo", "undo"]
    expect(page.locator("#history")).to_contain_text("撤销")


def test_papers_of_two_files_become_one_with_both_originals(page: Page, site: PaperSite) -> None:
    open_case(page)
    enter_strip(page, 0)
    pressed(page, "m", 2)
    assert site.cut() == [[1, 1, 2, 3, 4], [5, 6], [1]]
    paper = page.locator(".paper").first
    expect(paper.locator(".thumb")).to_have_count(5)
    expect(paper.locator("h2")).to_have_attribute("title", "01_登记表.png、整叠.pdf")
    first, second = (page.request.get(str(link.get_attribute("href"))) for link in paper.locator(".original").all())
    assert first.ok and second.ok and first.headers["content-disposition"] != second.headers["content-disposition"]
    page.keyboard.press("ArrowDown")
    expect_page(page, 1)
    page.keyboard.press("t")
    target = page.locator("#papers-target")
    expect(target).to_be_focused()
    target.select_option(site.case.documents[-1].id)
    pressed(page, "Enter", 3)
    assert site.cut() == [[1, 2, 3, 4], [5, 6], [1, 1]]


def test_order_turn_and_blank(page: Page, site: PaperSite) -> None:
    open_case(page)
    enter_strip(page, 2)
    pressed(page, "]", 2)
    assert site.cut()[1] == [1, 3, 2, 4]
    expect_page(page, 3)
    pressed(page, "[", 3)
    assert site.cut()[1] == [1, 2, 3, 4]
    pressed(page, "o", 4)
    assert (site.case.documents[1].pages[1].turned, site.case.documents[1].pages[1].width) == (90, 1754)
    pressed(page, "Shift+O", 5)
    assert site.case.documents[1].pages[1].turned == 0
    page.keyboard.press("ArrowDown")
    expect(page.locator(".thumb:focus")).to_contain_text("空白")
    pressed(page, "b", 6)
    assert not site.case.documents[1].pages[2].blank
    pressed(page, "b", 7)
    assert site.case.documents[1].pages[2].blank


def test_kind_and_another_document_through_the_menu(page: Page, site: PaperSite) -> None:
    open_case(page)
    enter_strip(page, 5)
    page.keyboard.press("k")
    expect(page.locator("#papers-kind")).to_be_focused()
    page.locator("#papers-kind").select_option("trade_statement")
    pressed(page, "Enter", 2)
    assert site.case.documents[2].kind.kind.value == "trade_statement"
    expect(page.locator(".paper h2").nth(2)).to_have_text("交易明细")
    expect_page(page, 5)
    page.keyboard.press("t")
    expect(page.locator("#papers-target")).to_be_focused()
    pressed(page, "Enter", 3)
    assert site.cut() == [[1], [1, 2, 3, 4], [6], [5], [1]]
    page.keyboard.press("t")
    expect(page.locator("#papers-target")).to_have_value(site.case.documents[2].id)
    pressed(page, "Enter", 4)
    assert site.cut() == [[1], [1, 2, 3, 4], [6, 5], [1]]


def test_a_page_goes_to_another_case(page: Page, site: PaperSite) -> None:
    open_case(page)
    enter_strip(page, 6)
    page.keyboard.press("c")
    page.keyboard.type("EXM-2026-999999")
    page.keyboard.press("Enter")
    expect(page.locator("#papers-notice")).to_contain_text("EXM-2026-999999")
    page.keyboard.press("Control+a")
    page.keyboard.type("EXM-2026-000002")
    pressed(page, "Enter", 2)
    assert site.cut() == [[1], [1, 2, 3, 4], [5], [1]] and site.cut("case-2") == [[1], [6]]
    expect(page.locator("#history")).to_contain_text("移到案件：EXM-2026-000002")
    page.keyboard.press("Alt+z")
    expect(page.locator("#notices")).to_contain_text("不能在一案单独撤销")
    assert site.case.revision == 2


def test_a_rescan_is_asked_for_listed_and_called_off(page: Page, site: PaperSite) -> None:
    open_case(page)
    enter_strip(page, 4)
    page.keyboard.press("r")
    expect(page.locator("#papers-reason")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#papers-reason")).to_have_value("过淡或过深")
    pressed(page, "Enter", 2)
    expect(page.locator("[data-rescan-open]")).to_contain_text("过淡或过深")
    expect(page.locator(".thumb").nth(4)).to_contain_text("待重扫")
    page.goto("/rescans")
    expect(page.locator("#rescans tbody tr")).to_have_count(1)
    expect(page.locator("#rescans")).to_contain_text("过淡或过深")
    page.locator("#rescans a").press("Enter")
    expect_page(page, 4)
    pressed(page, "r", 3)
    assert site.cases.rescans() == ()
    expect(page.locator("[data-rescan-closed]")).to_contain_text("人工撤回")


def test_undo_gives_a_field_back_and_leaves_text_boxes_alone(page: Page, site: PaperSite) -> None:
    open_case(page)
    box = page.locator("#value-complainant_name")
    expect(box).to_be_focused()
    page.keyboard.type("欧阳明")
    page.keyboard.press("Control+z")
    assert site.case.revision == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+1")
    expect(page.locator("#panel")).to_have_attribute("data-revision", "2")
    assert site.case.field_value("complainant_name") == "欧阳朋月"
    page.keyboard.press("Alt+z")
    expect(page.locator("#panel")).to_have_attribute("data-revision", "3")
    assert site.case.field_value("complainant_name") == "欧阳明月"
    expect(box).to_be_focused()
    expect(page.locator("#at-field-complainant_name")).to_have_attribute("data-doubtful", "")


def test_input_that_is_not_saved_is_not_lost_to_a_paper(page: Page, site: PaperSite) -> None:
    open_case(page)
    page.keyboard.type("改")
    enter_strip(page, 2)
    page.keyboard.press("s")
    expect(page.locator("#notices")).to_contain_text("还有录入没有保存")
    assert site.case.revision == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def test_the_menu_by_mouse_and_the_help_sheet(page: Page, site: PaperSite) -> None:
    open_case(page)
    page.locator(".thumb").nth(1).click(button="right")
    expect(page.locator("#papers-title")).to_have_text("投诉书 第1页")
    page.locator('#papers-form button[value="split"]').click()
    expect(page.locator("#panel")).to_have_attribute("data-revision", "2")
    assert site.cut()[1:3] == [[1], [2, 3, 4]]
    page.locator('[data-papers="undo"]').click()
    expect(page.locator("#panel")).to_have_attribute("data-revision", "3")
    page.keyboard.press("F1")
    expect(page.locator("#help")).to_contain_text("与下一份材料合并")
