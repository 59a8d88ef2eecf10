"""A reviewer's work at the station, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from domain.evidence import FieldMissing
from tests.browser.conftest import Site
from tests.browser.station import (
    control,
    expect_focus,
    expect_revision,
    expect_view_inside,
    focused,
    open_case,
    row,
)
from tests.review_ui.drawn import RIGHT_ID, WRONG_ID, sheets

pytestmark = pytest.mark.browser


def test_from_the_queue_to_the_first_doubtful_field_without_a_mouse(page: Page, site: Site) -> None:
    page.goto("/")
    expect(page.locator("#loopback-banner")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case-1")
    expect_focus(page, "complainant_name")
    form = sheets()[0]
    expect_view_inside(page, form.place("complainant_name").bbox, form.id)


def test_the_view_follows_the_focus_across_documents(page: Page) -> None:
    open_case(page)
    form, letter, card = sheets()
    for field in ("complainant_mobile", "amount_involved", "complaint_facts", "complainant_name"):
        control(page, field).focus()
        expect_view_inside(page, form.place(field).bbox, form.id)
    page.locator('[data-signal="illegality"] [data-action="confirm"]').focus()
    expect_view_inside(page, letter.place("illegality").bbox, letter.id)
    row(page, "complainant_id_no").locator('[data-action="candidate"]').focus()
    expect_view_inside(page, card.place("complainant_id_no").bbox, card.id)


def test_the_view_follows_on_a_turned_page(page: Page) -> None:
    open_case(page)
    form = sheets()[0]
    page.keyboard.press("Alt+r")
    expect(page.locator("#viewer")).to_have_attribute("data-rotation", "90")
    control(page, "complainant_mobile").focus()
    expect_view_inside(page, form.place("complainant_mobile").bbox, form.id)


def test_enter_accepts_and_goes_to_the_next_doubtful_field(page: Page, site: Site) -> None:
    open_case(page)
    expect_focus(page, "complainant_name")
    page.keyboard.press("Enter")
    expect_focus(page, "complainant_mobile")
    expect_revision(page, 2)
    expect(row(page, "complainant_name")).to_have_attribute("data-state", "accepted")
    expect_focus(page, "complainant_mobile")
    page.keyboard.press("Shift+Enter")
    assert focused(page) != "value-complainant_mobile"
    assert site.cases.case("case-1").decisions[-1].action == "accept"


def test_typing_corrects_with_checks_while_typing(page: Page, site: Site) -> None:
    open_case(page)
    box = control(page, "amount_involved")
    box.fill("48.5万元")
    expect(row(page, "amount_involved").locator(".live")).to_contain_text("存为：485000")
    expect(row(page, "amount_involved").locator(".unsaved")).to_be_visible()
    box.press("Enter")
    expect_revision(page, 2)
    expect(box).to_have_value("485000")
    expect(row(page, "amount_involved").locator(".unsaved")).to_be_hidden()
    assert site.cases.case("case-1").field_value("amount_involved") == "485000"


def test_a_wrong_number_is_taken_only_when_said_twice(page: Page, site: Site) -> None:
    open_case(page)
    box = control(page, "complainant_id_no")
    box.focus()
    box.press("Enter")
    expect(page.locator("#notice")).to_contain_text("校验码应为9")
    expect_focus(page, "complainant_id_no")
    assert site.cases.case("case-1").revision == 1
    box.press("Enter")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value("complainant_id_no") == WRONG_ID


def test_a_candidate_is_taken_by_its_number(page: Page, site: Site) -> None:
    open_case(page)
    control(page, "complainant_id_no").focus()
    page.keyboard.press("Alt+1")
    expect_revision(page, 2)
    expect(control(page, "complainant_id_no")).to_have_value(RIGHT_ID)
    assert site.cases.case("case-1").field_value("complainant_id_no") == RIGHT_ID


def test_illegible_and_not_present(page: Page, site: Site) -> None:
    open_case(page)
    control(page, "complainant_mobile").focus()
    page.keyboard.press("Alt+x")
    expect_revision(page, 2)
    expect(control(page, "complainant_mobile")).to_have_value("")
    expect(row(page, "complainant_mobile")).to_contain_text("无法辨认（人工确认）")
    control(page, "complainant_name").focus()
    page.keyboard.press("Alt+n")
    expect_revision(page, 3)
    fields = site.cases.case("case-1").fields
    assert isinstance(fields["complainant_mobile"], FieldMissing)
    assert isinstance(fields["complainant_name"], FieldMissing)


def test_escape_gives_the_saved_value_back(page: Page) -> None:
    open_case(page)
    control(page, "complainant_name").fill("别的名字")
    page.keyboard.press("Escape")
    expect(control(page, "complainant_name")).to_have_value("欧阳明月")


def test_what_is_typed_elsewhere_survives_a_decision(page: Page) -> None:
    open_case(page)
    control(page, "complainant_address").fill("云州市新址")
    control(page, "complainant_mobile").focus()
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    expect(control(page, "complainant_address")).to_have_value("云州市新址")
    expect(row(page, "complainant_address").locator(".unsaved")).to_be_visible()


def test_two_quick_answers_are_both_kept(page: Page, site: Site) -> None:
    open_case(page)
    control(page, "complainant_name").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect_revision(page, 3)
    subjects = [d.subject for d in site.cases.case("case-1").decisions]
    assert subjects == ["field:complainant_name", "field:complainant_mobile"]


def test_enter_belongs_to_the_input_method_while_it_composes(page: Page) -> None:
    open_case(page)
    control(page, "complainant_name").focus()
    page.evaluate(
        """() => {
          const enter = {key: "Enter", code: "Enter", isComposing: true, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", enter));
        }"""
    )
    page.wait_for_timeout(150)
    expect_revision(page, 1)
    expect_focus(page, "complainant_name")


def test_the_whole_case_by_keyboard(page: Page, site: Site) -> None:
    open_case(page)
    keys = 0
    while page.locator("[data-doubtful]").count():
        keys += 1
        assert keys < 30, "the walk does not end"
        before = page.locator("#panel").get_attribute("data-revision")
        if focused(page) == "value-complainant_id_no":
            page.keyboard.press("Alt+1")
        else:
            page.keyboard.press("Enter")
        page.wait_for_function("r => document.getElementById('panel').dataset.revision !== r", arg=before)
    expect(page.locator("#open-count")).to_contain_text("全部核对完毕")
    expect(page.locator("#finish-button")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#finish")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#archived")).to_contain_text("已办结并归档")
    case = site.cases.case("case-1")
    assert case.finished
    expect(page.locator("#log-root")).to_have_text(case.archive.root or "")


def test_finishing_early_says_what_is_open_and_leads_there(page: Page, site: Site) -> None:
    open_case(page)
    page.keyboard.press("Control+Enter")
    dialog = page.locator("#finish")
    expect(dialog).to_contain_text("还有 7 项没有核对")
    dialog.get_by_role("link", name="手机号码").click()
    expect(dialog).to_be_hidden()
    expect_focus(page, "complainant_mobile")
    assert not site.cases.case("case-1").finished


def test_verdicts_signals_and_materials_by_keyboard(page: Page, site: Site) -> None:
    open_case(page)
    page.keyboard.press("Alt+g")
    expect(control(page, "severity")).to_be_focused()
    control(page, "severity").select_option("一般投诉")
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    page.locator('[data-signal="media"] [data-action="reject"]').focus()
    page.keyboard.press("Enter")
    expect_revision(page, 3)
    expect(page.locator('[data-signal="media"]')).to_have_class(re.compile("struck"))
    page.keyboard.press("Alt+m")
    page.locator('[data-material="evidence"] [data-action="reject"]').focus()
    page.keyboard.press("Enter")
    expect_revision(page, 4)
    expect(page.locator('[data-material="evidence"]')).to_have_attribute("data-status", "missing")
    judgement = site.cases.case("case-1").judgement
    assert judgement is not None
    assert judgement.severity.level == "一般投诉"


def test_a_picture_that_fails_late_says_nothing_about_the_page_shown_by_then(page: Page, problems: list[str]) -> None:
    held: list[Route] = []
    first, second = sheets()[:2]
    page.route(f"**/documents/{second.id}/pages/1*", lambda route: held.append(route))
    open_case(page)
    viewer = page.locator("#viewer")
    page.keyboard.press("Alt+PageDown")
    page.wait_for_timeout(100)
    page.keyboard.press("Alt+PageUp")
    page.wait_for_timeout(400)
    for route in held:
        route.abort()
    page.wait_for_timeout(400)
    expect(viewer).to_have_attribute("data-document", first.id)
    expect(viewer).to_have_attribute("data-ready", "true")
    expect(page.locator("#viewer-problem")).to_be_hidden()
    assert set(problems) == {"Failed to load resource: net::ERR_FAILED"}
    problems.clear()


def test_pages_turn_zoom_and_rotate(page: Page) -> None:
    open_case(page)
    form, letter, _ = sheets()
    viewer = page.locator("#viewer")
    page.keyboard.press("Alt+PageDown")
    expect(viewer).to_have_attribute("data-document", letter.id)
    page.keyboard.press("Alt+PageUp")
    expect(viewer).to_have_attribute("data-document", form.id)
    expect(viewer).to_have_attribute("data-ready", "true")
    page.keyboard.press("Alt+Shift+R")
    expect(viewer).to_have_attribute("data-rotation", "270")
    page.get_by_role("button", name="顺时针旋转", exact=True).click()
    expect(viewer).to_have_attribute("data-rotation", "0")
    before = float(viewer.get_attribute("data-zoom") or 0)
    page.keyboard.press("Alt+Equal")
    page.wait_for_function("z => Number(document.getElementById('viewer').dataset.zoom) > z * 1.3", arg=before)
    page.locator(".thumb").nth(2).click()
    expect(page.locator("#page-label")).to_have_text("身份证复印件 第1页")


def test_the_view_is_entered_and_left_by_keyboard(page: Page) -> None:
    open_case(page)
    viewer = page.locator("#viewer")
    before = int(viewer.get_attribute("data-center-y") or 0)
    page.keyboard.press("Alt+v")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("y => Number(document.getElementById('viewer').dataset.centerY) > y", arg=before)
    page.keyboard.press("Escape")
    expect_focus(page, "complainant_name")


def test_after_finishing_enter_opens_the_next_case(page: Page) -> None:
    open_case(page)
    page.keyboard.press("Control+Enter")
    page.locator('[data-action="finish"]').press("Enter")
    expect(page.locator("#next-case")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case-2")


def test_two_tabs_on_one_case(page: Page, site: Site) -> None:
    open_case(page)
    second = page.context.new_page()
    open_case(second)
    control(page, "complainant_name").fill("欧阳朋月")
    control(page, "complainant_name").press("Enter")
    expect_revision(page, 2)
    control(second, "complainant_address").fill("云州市新址")
    control(second, "complainant_mobile").fill("13900139000")
    control(second, "complainant_mobile").press("Enter")
    expect(second.locator("#notice")).to_contain_text("他人已修改本案")
    expect_revision(second, 2)
    expect(control(second, "complainant_mobile")).to_have_value("13900139000")
    expect(control(second, "complainant_address")).to_have_value("云州市新址")
    expect(control(second, "complainant_name")).to_have_value("欧阳朋月")
    assert site.cases.case("case-1").field_value("complainant_mobile") == "13800138000"
    expect_focus(second, "complainant_mobile")
    second.keyboard.press("Enter")
    expect_revision(second, 3)
    assert site.cases.case("case-1").field_value("complainant_mobile") == "13900139000"


def test_a_broken_connection_loses_nothing(page: Page, site: Site, problems: list[str]) -> None:
    page.route("**/decisions", lambda route: route.abort())
    open_case(page)
    control(page, "complainant_mobile").fill("13900139000")
    control(page, "complainant_mobile").press("Enter")
    expect(page.locator("#notice")).to_contain_text("没有连上服务")
    expect(control(page, "complainant_mobile")).to_have_value("13900139000")
    page.unroute("**/decisions")
    problems.clear()
    control(page, "complainant_mobile").press("Enter")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value("complainant_mobile") == "13900139000"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            '<section class="error-page"><h1>归档目录不可写</h1><p lang="zh-CN">请检查磁盘。</p></section>',
            "归档目录不可写。请检查磁盘。",
        ),
        ("Internal Server Error", "500"),
    ],
)
def test_an_error_is_told_beside_the_panel_and_nothing_typed_is_lost(
    page: Page, problems: list[str], body: str, told: str
) -> None:
    page.route("**/decisions", lambda route: route.fulfill(status=500, content_type="text/html", body=body))
    open_case(page)
    control(page, "complainant_mobile").fill("13900139000")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text(told)
    expect(page.locator("#panel")).not_to_have_attribute("aria-busy", "true")
    expect(control(page, "complainant_mobile")).to_have_value("13900139000")
    page.unroute("**/decisions")
    problems.clear()
    control(page, "complainant_mobile").focus()
    page.keyboard.press("Enter")
    expect_revision(page, 2)
