"""The pages for other systems by keyboard: a token is shown once and works, a webhook is switched and gets a key."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from domain.people import Role
from tests.browser.conftest import opened
from tests.browser.house import House, house_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("systems") / "house") as house:
        yield house


@pytest.fixture(scope="module")
def admin(house: House) -> str:
    """The session of an admin."""
    return house.person("沈管理", Role.ADMIN)


@pytest.fixture
def admin_page(chromium: Browser, house: House, admin: str) -> Iterator[Page]:
    """A tab of an admin; a script error, a refused style or a request to elsewhere fails the test."""
    with opened(chromium, house.address, []) as page:
        house.enter(page.context, admin)
        yield page


def api(house: House, token: str) -> httpx.Response:
    return httpx.get(f"{house.address}/api/v1/cases", headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_made_shown_once_and_revoked(admin_page: Page, house: House) -> None:
    page = admin_page
    page.goto("/admin/tokens")
    page.get_by_label("系统名称").focus()
    page.keyboard.type("档案系统")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("cases:read")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("系统名称").press("Enter")

    shown = page.locator("#new-token")
    expect(shown).to_be_visible()
    token = shown.input_value()
    assert api(house, token).status_code == 200
    page.get_by_role("link", name="已保存，返回列表").click()
    expect(page.locator("#new-token")).to_have_count(0)
    assert token not in page.content()

    row = page.get_by_role("row", name="档案系统")
    expect(row).to_contain_text("有效")
    row.get_by_role("button", name="吊销").press("Enter")
    expect(page.get_by_role("row", name="档案系统")).to_contain_text("已吊销")
    assert api(house, token).status_code == 401


def test_a_token_without_scopes_is_not_made(admin_page: Page) -> None:
    admin_page.goto("/admin/tokens")
    admin_page.get_by_label("系统名称").fill("没有权限")
    with admin_page.expect_response("**/admin/tokens") as answer:
        admin_page.keyboard.press("Enter")
    assert answer.value.status == 422
    expect(admin_page.get_by_role("alert")).to_have_text("请填写系统名称，并至少选择一项权限。")
    expect(admin_page.get_by_role("row", name="没有权限")).to_have_count(0)


def test_a_webhook_is_switched_off_and_gets_a_new_key(admin_page: Page) -> None:
    page = admin_page
    page.goto("/admin/webhooks")
    at = page.get_by_role("region", name="https://crm.example.com/juanzong")
    expect(at.get_by_role("row", name="EXM-2026-000004")).to_contain_text("等待推送")
    at.get_by_role("button", name="停用").press("Enter")
    expect(at).to_contain_text("沈管理 停用")
    at.get_by_role("button", name="启用").press("Enter")
    expect(at).to_contain_text("启用中")
    at.get_by_role("button", name="更换密钥").press("Enter")
    first = page.locator("#new-secret").input_value()
    assert first.startswith("whsec_")
    page.get_by_role("link", name="已保存，返回列表").click()
    assert first not in page.content()


def test_an_address_that_no_webhook_may_reach_is_refused(admin_page: Page) -> None:
    page = admin_page
    page.goto("/admin/webhooks")
    page.get_by_role("textbox", name="地址").fill("https://169.254.169.254/inner")
    with page.expect_response("**/admin/webhooks") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("169.254.169.254")
    expect(page.get_by_role("textbox", name="地址")).to_have_value("https://169.254.169.254/inner")


def test_both_pages_are_an_admins_alone(chromium: Browser, house: House) -> None:
    secret = house.person("周审核", Role.REVIEWER, Role.EXPERT, Role.AUDITOR)
    context = chromium.new_context(base_url=house.address, locale="zh-CN")
    house.enter(context, secret)
    page = context.new_page()
    for path in ("/admin/tokens", "/admin/webhooks"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 403
    context.close()
