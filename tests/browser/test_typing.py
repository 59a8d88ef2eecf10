"""Typing at the station: doubtful characters, boxes drawn, checks against the case, everything by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from review_ui.parts import Parts
from tests.browser.conftest import Site, served_parts
from tests.browser.station import control, expect_focus, expect_revision, expect_view_inside, focused, open_case, row
from tests.review_ui.audited import audit_in
from tests.review_ui.drawn import RIGHT_ID, backend, sheets
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.memory_typing import MemoryTyping, drawn_line

pytestmark = pytest.mark.browser

MOBILE = "complainant_mobile"
ID_NUMBER = "complainant_id_no"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Serve the drawn case with readings: an unsure digit, two in the telephone, one that mends the ID number."""
    cases = backend()
    form, letter, card = sheets()
    lines = {
        form.id: (
            drawn_line(form, "complainant_name", {2: (0.6, ("朋", "胆"))}),
            drawn_line(form, MOBILE, {4: (0.5, ("8", "6")), 9: (0.7, ("6",))}),
            drawn_line(form, ID_NUMBER, {17: (0.55, ("8", "9"))}),
            drawn_line(form, "amount_involved"),
        ),
        letter.id: (drawn_line(letter, "amount_involved"),),
        card.id: (drawn_line(card, ID_NUMBER),),
    }
    with served_parts(Parts(review=cases, queue=MemoryQueue(cases), typing=MemoryTyping(cases, lines))) as address:
        yield Site(address, cases, audit_in(tmp_path))


def open_typing(page: Page) -> None:
    open_case(page)
    expect(page.locator("#panel")).to_have_attribute("data-doubts", "loaded")


def selection(page: Page) -> list[int]:
    """Return start and end of the selection in the focused box."""
    found: list[int] = page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]")
    return found


def test_the_cursor_stands_on_the_doubtful_character_and_the_scan_at_it(page: Page) -> None:
    open_typing(page)
    expect_focus(page, "complainant_name")
    assert selection(page) == [2, 3]
    expect(row(page, "complainant_name").locator(".marks mark")).to_have_text("明")
    form = sheets()[0]
    x0, y0, x1, y1 = form.boxes["complainant_name"]
    wide = (x1 - x0) / 4
    expect_view_inside(page, (x0 + 2 * wide, y0, x0 + 3 * wide, y1), form.id)
    expect(page.locator(".spot-box")).to_have_count(1)


def test_alternatives_are_picked_by_number_one_after_the_other(page: Page, site: Site) -> None:
    open_typing(page)
    control(page, MOBILE).focus()
    page.wait_for_function("document.activeElement.selectionStart === 4")
    expect(row(page, MOBILE).locator("[data-alternative]")).to_have_count(2)
    page.keyboard.press("Alt+1")
    expect(control(page, MOBILE)).to_have_value("13808138000")
    assert selection(page) == [9, 10]
    page.keyboard.press("Alt+1")
    expect(control(page, MOBILE)).to_have_value("13808138060")
    expect(row(page, MOBILE).locator(".marks mark")).to_have_count(0)
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value(MOBILE) == "13808138060"


def test_digits_stay_digits(page: Page) -> None:
    open_typing(page)
    control(page, MOBILE).focus()
    page.wait_for_function("document.activeElement.selectionStart === 4")
    page.keyboard.press("7")
    expect(control(page, MOBILE)).to_have_value("13807138000")
    page.keyboard.press("F2")
    assert selection(page) == [9, 10]
    page.keyboard.press("Shift+F2")
    assert selection(page) == [9, 10]


def test_the_reading_that_passes_the_check_comes_first(page: Page) -> None:
    open_typing(page)
    control(page, ID_NUMBER).focus()
    page.wait_for_function("document.activeElement.selectionStart === 17")
    first = row(page, ID_NUMBER).locator('[data-alternative="1"]')
    expect(first).to_contain_text("9")
    expect(first).to_contain_text("校验通过")
    page.keyboard.press("Alt+1")
    expect(control(page, ID_NUMBER)).to_have_value(RIGHT_ID)


def test_candidates_stay_in_reach_beside_doubtful_characters(page: Page, site: Site) -> None:
    open_typing(page)
    control(page, ID_NUMBER).focus()
    page.wait_for_function("document.activeElement.selectionStart === 17")
    page.keyboard.press("Alt+Shift+1")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value(ID_NUMBER) == RIGHT_ID


def test_other_papers_are_walked_with_their_places(page: Page, site: Site) -> None:
    open_typing(page)
    card = sheets()[2]
    control(page, ID_NUMBER).focus()
    page.keyboard.press("Alt+ArrowDown")
    expect_view_inside(page, card.place(ID_NUMBER).bbox, card.id)
    page.keyboard.press("Escape")
    expect_focus(page, ID_NUMBER)
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    assert site.cases.case("case-1").field_value(ID_NUMBER) == RIGHT_ID


def test_a_box_placed_by_keys_is_read_into_the_field(page: Page, site: Site) -> None:
    open_typing(page)
    form = sheets()[0]
    control(page, "amount_involved").focus()
    expect_view_inside(page, form.place("amount_involved").bbox, form.id)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Alt+b")
    expect(page.locator("#viewer")).to_have_attribute("data-drawing", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(control(page, "amount_involved")).to_have_value("483200")
    expect_focus(page, "amount_involved")
    expect(row(page, "amount_involved").locator(".unsaved")).to_be_visible()
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    found = site.cases.case("case-1").decisions[-1]
    assert (found.action, found.value) == ("correct", "483200")
    assert found.evidence[0].document_id == form.id
    assert found.evidence[0].quote == "483200元"


def kept_back(page: Page) -> list[tuple[Route, APIResponse]]:
    """Draw a box for the sum; return its answer, kept back."""
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/read-box", lambda route: late.append((route, route.fetch())))
    open_typing(page)
    control(page, "amount_involved").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Alt+b")
    page.keyboard.press("Enter")
    while not late:
        page.wait_for_timeout(20)
    assert "483200" in late[0][1].text()
    return late


def test_a_reading_that_comes_late_does_not_undo_what_was_typed_meanwhile(page: Page) -> None:
    ((route, answer),) = kept_back(page)
    page.keyboard.type("500000")
    route.fulfill(response=answer)
    expect(page.locator("#drawing-status")).to_contain_text("483200")
    expect(control(page, "amount_involved")).to_have_value("500000")


def test_a_reading_that_comes_late_calls_nobody_back(page: Page) -> None:
    ((route, answer),) = kept_back(page)
    control(page, MOBILE).focus()
    route.fulfill(response=answer)
    expect(control(page, "amount_involved")).to_have_value("483200")
    expect_focus(page, MOBILE)


def test_a_box_drawn_by_mouse_on_a_turned_page(page: Page, site: Site) -> None:
    open_typing(page)
    form = sheets()[0]
    control(page, "amount_involved").focus()
    page.keyboard.press("Alt+r")
    page.keyboard.press("Alt+0")
    page.keyboard.press("Alt+b")
    corners = page.evaluate(
        """async (box) => {
          const { viewer } = await import("/static/station/page.js");
          await new Promise((done) => setTimeout(done, 600));
          const [a, b, c, d, e, f] = viewer.transform(), frame = viewer.element.getBoundingClientRect();
          const at = (x, y) => [frame.x + a * x + c * y + e, frame.y + b * x + d * y + f];
          return [at(box[0] - 8, box[1] - 8), at(box[2] + 8, box[3] + 8)];
        }""",
        list(form.boxes["complainant_mobile"]),
    )
    page.mouse.move(*corners[0])
    page.mouse.down()
    page.mouse.move(*corners[1], steps=4)
    page.mouse.up()
    expect(control(page, "amount_involved")).to_have_value("13800138000")
    page.keyboard.press("Escape")
    expect(control(page, "amount_involved")).to_have_value("483200")
    expect(row(page, "amount_involved").locator("[data-places]")).to_have_value("")


def test_leaving_the_box_changes_nothing(page: Page) -> None:
    open_typing(page)
    page.keyboard.press("Alt+b")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".drawn-box")).to_have_count(0)
    expect_focus(page, "complainant_name")
    expect(control(page, "complainant_name")).to_have_value("欧阳明月")


def test_the_look_of_a_page_is_remembered_page_by_page(page: Page) -> None:
    open_typing(page)
    viewer = page.locator("#viewer")
    page.keyboard.press("Alt+i")
    page.keyboard.press("Alt+BracketRight")
    page.keyboard.press("Alt+Shift+BracketRight")
    expect(viewer).to_have_attribute("data-look", "invert(1) brightness(1.2) contrast(1.2)")
    page.keyboard.press("Alt+PageDown")
    expect(viewer).to_have_attribute("data-look", "")
    page.keyboard.press("Alt+PageUp")
    expect(viewer).to_have_attribute("data-look", "invert(1) brightness(1.2) contrast(1.2)")
    page.keyboard.press("Alt+Backslash")
    expect(viewer).to_have_attribute("data-look", "")


def test_tiny_tall_and_several_places_are_shown(page: Page) -> None:
    open_typing(page)
    form, letter, _ = sheets()
    tiny, tall = (600, 800, 604, 806), (100, 200, 140, 1700)
    places = [(form.id, tiny), (form.id, tall), (letter.id, letter.boxes["illegality"])]
    page.evaluate(
        """places => {
          const evidence = places.map(([document_id, bbox]) => ({ document_id, page: 1, bbox, quote: "" }));
          document.querySelector('[data-field="complaint_date"]').dataset.evidence = JSON.stringify(evidence);
        }""",
        places,
    )
    control(page, "complaint_date").focus()
    expect(page.locator("#evidence-count")).to_have_text("依据 1/3")
    expect_view_inside(page, tiny, form.id)
    page.keyboard.press("Alt+r")
    page.keyboard.press("Alt+Period")
    expect_view_inside(page, tall, form.id)
    page.keyboard.press("Alt+Period")
    expect_view_inside(page, letter.boxes["illegality"], letter.id)
    expect(page.locator("#viewer")).to_have_attribute("data-rotation", "0")
    page.keyboard.press("Alt+Period")
    expect_view_inside(page, tiny, form.id)
    expect(page.locator("#viewer")).to_have_attribute("data-rotation", "90")


def test_what_was_read_is_shown_on_the_page(page: Page) -> None:
    open_typing(page)
    page.keyboard.press("Alt+w")
    expect(page.locator("#viewer")).to_have_attribute("data-boxes", str(4 + 11 + 18 + 7))
    page.keyboard.press("Alt+w")
    expect(page.locator(".box-layer")).to_be_hidden()


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        (ID_NUMBER, RIGHT_ID, "36岁，男"),
        (ID_NUMBER, "110105199003071231", "校验码应为9"),
        (MOBILE, "1380013800", "电话号码格式不对"),
        ("amount_involved", "48.32万元", "大写：肆拾捌万叁仟贰佰元整"),
        ("amount_involved", "肆拾捌万叁仟贰佰元整", "存为：483200"),
        ("uscc", "91110108551385082", "应为18位"),
        ("complainant_email", "abc@foxmall.com", "只差一个字母"),
        ("complaint_date", "2027年1月3日", "晚于收件日"),
        ("id_valid_until", "2020-01-01", "已于2020-01-01过期"),
        ("respondent_staff", "欧阳明月", "与投诉人姓名同名"),
    ],
)
def test_the_reason_is_told_while_typing(page: Page, field: str, written: str, told: str) -> None:
    open_typing(page)
    page.locator("#other-fields").evaluate("e => { e.open = true; }")
    box = control(page, field)
    box.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(written)
    expect(row(page, field).locator(".live")).to_contain_text(told)
    expect(box).to_be_focused()


def test_signals_and_materials_by_number(page: Page, site: Site) -> None:
    open_typing(page)
    letter = sheets()[1]
    page.keyboard.press("Alt+g")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect_view_inside(page, letter.place("illegality").bbox, letter.id)
    page.locator('[data-signal="illegality"] [data-control]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")
    expect_revision(page, 2)
    expect(page.locator('[data-signal="media"]')).to_have_class(re.compile("struck"))
    page.keyboard.press("Alt+m")
    for revision, (number, status) in enumerate((("3", "defective"), ("4", "missing"), ("2", "present")), 3):
        first = page.locator("#materials .row").first
        first.locator("[data-control]").focus()
        page.keyboard.press(number)
        expect_revision(page, revision)
        expect(first).to_have_attribute("data-status", status)
    assert site.cases.case("case-1").decisions[-1].value == "held"


def test_a_stopped_clock_says_why_and_who_was_told(page: Page, site: Site) -> None:
    open_typing(page)
    page.locator("#pause-reason").focus()
    page.keyboard.insert_text("等待补交身份证复印件")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("暂停计时需要写明原因")
    expect_revision(page, 1)
    page.locator("#pause-reason").fill("等待补交身份证复印件")
    page.locator("#pause-notified").fill("投诉人")
    page.keyboard.press("Enter")
    expect_revision(page, 2)
    expect(page.locator("[data-pause]")).to_contain_text("等待补交身份证复印件；已告知投诉人")
    assert site.cases.case("case-1").decisions[-1].comment == "等待补交身份证复印件；已告知投诉人"


def test_every_doubt_of_the_case_without_a_mouse(page: Page, site: Site) -> None:
    open_typing(page)
    for _ in range(30):
        if not page.locator("[data-doubtful]").count():
            break
        before = page.locator("#panel").get_attribute("data-revision")
        if focused(page) == f"value-{ID_NUMBER}":
            page.keyboard.press("Alt+1")
        page.keyboard.press("Enter")
        page.wait_for_function("r => document.getElementById('panel').dataset.revision !== r", arg=before)
    expect(page.locator("#open-count")).to_contain_text("全部核对完毕")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#archived")).to_contain_text("已办结并归档")
    assert site.cases.case("case-1").field_value(ID_NUMBER) == RIGHT_ID


def test_the_help_sheet_lists_every_key(page: Page) -> None:
    open_typing(page)
    page.keyboard.press("F1")
    for key in ("F2", "Alt+B", "Alt+W", "Alt+I", "Alt+Shift+1", "Alt+↓"):
        expect(page.locator("#help")).to_contain_text(key)
