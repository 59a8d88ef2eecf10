"""Sign-in, menu, administration in a browser: by keyboard, under the strict policy, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.people import Role
from tests.browser.conftest import PeopleSite
from tests.browser.station import control, expect_revision, open_case
from tests.browser.test_lists import CONTRAST, NAMELESS
from tests.review_ui.people import PASSWORD

pytestmark = pytest.mark.browser


def test_from_the_link_on_the_console_to_a_second_person(visitor_page: Page, people_site: PeopleSite) -> None:
    page = visitor_page
    page.goto("/")
    expect(page.locator("#no-admin")).to_contain_text("还没有管理员")
    page.goto(f"/one-time/{people_site.accounts.first_admin_link()}")
    for words in ("gu", "顾砚秋", PASSWORD, PASSWORD):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#person-menu")).to_contain_text("顾砚秋")
    page.locator("#more-menu summary").click()
    page.get_by_role("link", name="帐号").click()
    page.get_by_label("登录名").fill("zhou")
    page.get_by_label("姓名", exact=True).fill("周敏")
    page.get_by_label("审核 核对字段").check()
    page.get_by_role("button", name="建立").click()
    link = page.get_by_label("链接").input_value()
    page.locator("#person-menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录卷宗")).to_be_visible()
    page.goto(link)
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输入一次").fill(PASSWORD)
    page.get_by_role("button", name="保存并登录").click()
    expect(page.locator("#person-menu")).to_contain_text("周敏")
    expect(page.get_by_role("link", name="帐号")).to_have_count(0)


def test_a_wrong_password_is_told_and_the_name_is_kept(visitor_page: Page, people_site: PeopleSite) -> None:
    page = visitor_page
    people_site.accounts.add("zhou", Role.REVIEWER)
    page.goto("/cases/case-1")
    page.get_by_label("登录名").fill("zhou")
    page.get_by_label("密码").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("不正确")
    expect(page.get_by_label("密码")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case-1")


def test_the_station_works_and_names_the_person(visitor_page: Page, people_site: PeopleSite) -> None:
    page = visitor_page
    people_site.sign_in(page, Role.REVIEWER)
    open_case(page)
    control(page, "complainant_name").press("Enter")
    expect_revision(page, 2)
    control(page, "amount_involved").fill("48.5万元")
    expect(page.locator('[data-field="amount_involved"] .live')).to_contain_text("485000")
    control(page, "amount_involved").press("Enter")
    expect_revision(page, 3)
    assert {d.actor for d in people_site.cases.case("case-1").decisions} == {"周敏"}


def test_unsaved_input_outlives_the_session(visitor_page: Page, people_site: PeopleSite) -> None:
    page = visitor_page
    person = people_site.sign_in(page, Role.REVIEWER)
    open_case(page)
    for session in people_site.accounts.sessions():
        people_site.accounts.end_session(session.id)
    control(page, "complainant_mobile").fill("13900139000")
    control(page, "complainant_mobile").press("Enter")
    expect(page.locator("#notice")).to_contain_text("登录已经结束")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新标签页登录").click()
    other = opened.value
    other.get_by_label("登录名").fill(person.login)
    other.get_by_label("密码").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.locator("#person-menu").wait_for()
    other.close()
    expect(control(page, "complainant_mobile")).to_have_value("13900139000")
    control(page, "complainant_mobile").press("Enter")
    expect_revision(page, 2)
    assert people_site.cases.case("case-1").field_value("complainant_mobile") == "13900139000"


def test_who_is_named_does_not_see_the_case(visitor_page: Page, people_site: PeopleSite) -> None:
    page = visitor_page
    people_site.sign_in(page, Role.REVIEWER, name="业务员")
    expect(page.locator("[data-number]")).to_have_count(1)
    page.goto("/cases/EXM-2026-000001")
    expect(page.get_by_role("heading")).to_have_text(["没有案件 EXM-2026-000001"])


def test_an_admin_ends_a_session_of_another(visitor_page: Page, people_site: PeopleSite, chromium: Browser) -> None:
    people_site.sign_in(visitor_page, Role.ADMIN, name="顾砚秋")
    context = chromium.new_context(base_url=people_site.address, locale="zh-CN")
    other = context.new_page()
    person = people_site.sign_in(other, Role.REVIEWER)
    visitor_page.goto("/admin/accounts")
    for _ in range(2):  # the link that set the password began one as well
        visitor_page.get_by_role("button", name=f"结束 {person.name} 的会话").first.click()
        expect(visitor_page.get_by_role("status")).to_have_text("会话已结束。")
    other.goto("/cases")
    expect(other.get_by_role("heading", name="登录卷宗")).to_be_visible()
    context.close()


def test_without_scripts_sign_in_and_forms_work(people_site: PeopleSite, chromium: Browser) -> None:
    context = chromium.new_context(base_url=people_site.address, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    people_site.sign_in(page, Role.REVIEWER, Role.ADMIN)
    page.goto("/cases/case-1")
    page.locator("#comment").fill("已去电")
    page.locator("#comment-form button").first.click()
    page.wait_for_url("**/cases/case-1")
    assert people_site.cases.case("case-1").decisions[-1].comment == "已去电"
    page.goto("/account/password")
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_label("新密码").fill("another good one")
    page.get_by_label("再输入一次").fill("another good one")
    page.get_by_role("button", name="修改密码").click()
    page.wait_for_url(re.compile(r"/$"))
    context.close()


@pytest.mark.parametrize("url", ["/admin/accounts", "/account/password", "/", "/cases/none", "ACCOUNT", "LINK"])
@pytest.mark.parametrize("width", [1366, 1920])
def test_everything_has_a_name_and_can_be_read(
    visitor_page: Page, people_site: PeopleSite, url: str, width: int
) -> None:
    page = visitor_page
    page.set_viewport_size({"width": width, "height": 768})
    person = people_site.sign_in(page, *Role)
    if url == "LINK":
        url = f"/one-time/{people_site.accounts.reset(person.id)}"
    page.goto(f"/admin/accounts/{person.id}" if url == "ACCOUNT" else url)
    page.locator("#person-menu summary").click()
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_sign_in_page_has_names_and_can_be_read(visitor_page: Page) -> None:
    visitor_page.goto("/sign-in")
    assert visitor_page.evaluate(NAMELESS) == []
    assert visitor_page.evaluate(CONTRAST) == []
