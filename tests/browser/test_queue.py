"""The queue over real storage: by keyboard alone, two persons, filters and views, skips and experts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.station.cases import make_cases
from benchmarks.station.queue import reviewer_session, site_over
from domain.queue import LEASE
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from review_ui.accounts.visitor import SESSION
from review_ui.backend import CaseEntry, QueueFilter
from tests.browser.test_lists import CONTRAST, NAMELESS

pytestmark = pytest.mark.browser

ANY = QueueFilter()
CASES = 400


@dataclass(frozen=True)
class Desk:
    """A running application over a real database, and ways to look behind it."""

    address: str
    services: Services

    def waiting(self, wanted: QueueFilter = ANY) -> tuple[CaseEntry, ...]:
        return ReviewService(self.services).queue(wanted)

    @property
    def queue(self) -> QueueService:
        return QueueService(self.services)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    services = open_services(load_settings().model_copy(update={"home": tmp_path / "home"}))
    make_cases(services, CASES)
    with site_over(services) as address:
        yield Desk(address, services)
    services.close()


Reviewer = Callable[[str], Page]


@pytest.fixture
def reviewer(chromium: Browser, desk: Desk, problems: list[str]) -> Iterator[Reviewer]:
    """Make a browser profile for each person; a script error or a request to elsewhere fails the test."""
    contexts = []

    def open_as(name: str) -> Page:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=desk.address)
        context.set_default_timeout(30_000)
        session = reviewer_session(desk.services, name)
        context.add_cookies([{"name": SESSION, "value": session, "url": desk.address}])
        context.on("weberror", lambda e: problems.append(str(e.error)))
        context.on("request", lambda r: None if r.url.startswith((desk.address, "blob:")) else problems.append(r.url))
        contexts.append(context)
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()
    assert problems == []


def case_of(page: Page) -> str:
    page.wait_for_url(re.compile("/cases/case-"))
    return page.url.split("?")[0].rsplit("/", 1)[1]


def test_the_queue_by_keyboard_alone(reviewer: Reviewer, desk: Desk) -> None:
    page = reviewer("甲")
    page.goto("/")
    order = [e.id for e in desk.waiting()]
    expect(page.locator("tr[data-case]")).to_have_count(100)
    page.keyboard.press("j")
    expect(page.locator(f'tr[data-case="{order[1]}"] .case-link')).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("tr[data-case]")).to_have_count(min(200, len(order)))
    expect(page.locator(f'tr[data-case="{order[100]}"] .case-link')).to_be_focused()
    shown = page.locator("tr[data-case]").evaluate_all("all => all.map(e => e.dataset.case)")
    assert shown == order[: len(shown)]
    page.keyboard.press("n")
    assert case_of(page) == order[0]
    expect(page.locator("#lease")).to_contain_text("由您办理")
    page.keyboard.press("Alt+l")
    page.wait_for_url(f"**/cases/{order[1]}")
    assert desk.queue.standing(order[0]).lease is None, "given back"
    page.keyboard.press("Alt+o")
    page.wait_for_url(re.compile(r"/\?*$"))
    assert desk.queue.standing(order[1]).lease is None
    page.keyboard.press("f")
    expect(page.locator('[name="policy"]')).to_be_focused()


def test_possible_major_is_on_top_with_its_due_time(reviewer: Reviewer, desk: Desk) -> None:
    page = reviewer("甲")
    page.goto("/")
    grave = [e for e in desk.waiting() if e.grave]
    assert grave
    rows = page.locator("tr[data-case]")
    for n in range(len(grave)):
        expect(rows.nth(n)).to_have_class("grave")
        expect(rows.nth(n).locator(".due, .faint").first).to_be_visible()
    dues = [e.due_at for e in grave if e.due_at]
    assert dues == sorted(dues)


def test_filters_show_what_they_would_bring(reviewer: Reviewer, desk: Desk) -> None:
    page = reviewer("甲")
    page.goto("/")
    for name in ("reason", "channel", "kind", "policy", "status", "level"):
        value = page.locator(f'[name="{name}"] option').nth(1).get_attribute("value")
        count = re.search(r"（(\d+)）", page.locator(f'[name="{name}"] option').nth(1).inner_text())
        assert value and count
        page.locator(f'[name="{name}"]').select_option(value)
        expect(page.locator("#queue-title")).to_contain_text(f"筛选出 {count[1]} 件")
        expect(page.locator(f'[name="{name}"]')).to_have_value(value)
        page.get_by_role("link", name="清除筛选").click()
        expect(page.get_by_role("link", name="清除筛选")).to_have_count(0)
        page.wait_for_load_state()
    some = desk.waiting()[-1]
    page.locator('[name="channel"]').select_option(some.channel)
    expect(page.locator("#queue-title")).to_contain_text("筛选出")
    code = some.reasons[0].code
    page.locator('[name="reason"]').select_option(code)
    both = [e for e in desk.waiting() if e.channel == some.channel and any(r.code == code for r in e.reasons)]
    expect(page.locator("#queue-title")).to_contain_text(f"筛选出 {len(both)} 件")


def test_views_are_kept_opened_by_number_and_deleted(reviewer: Reviewer) -> None:
    page = reviewer("甲")
    page.goto("/")
    page.locator('[name="channel"]').select_option("letter")
    page.locator("#view-name").fill("信函")
    page.keyboard.press("Enter")
    expect(page.locator('[data-view="5"]')).to_contain_text("信函")
    page.goto("/")
    page.keyboard.press("5")
    page.wait_for_url("**/?channel=letter")
    expect(page.locator('[data-view="5"]')).to_have_attribute("aria-current", "true")
    other = reviewer("乙")
    other.goto("/")
    expect(other.locator('[data-view="5"]')).to_have_count(0)
    page.get_by_role("button", name="删除视图 信函").press("Enter")
    expect(page.locator('[data-view="5"]')).to_have_count(0)


def test_another_persons_case_is_for_looking_until_taken_over(reviewer: Reviewer, desk: Desk) -> None:
    first, second = reviewer("甲"), reviewer("乙")
    first.goto("/next")
    case_id = case_of(first)
    second.goto(f"/cases/{case_id}")
    expect(second.locator("#lease")).to_contain_text("甲 办理中，至")
    expect(second.locator("#value-complainant_name")).to_have_js_property("readOnly", value=True)
    expect(second.locator("#finish-button")).to_be_disabled()
    revision = second.locator("#panel").get_attribute("data-revision")
    answer = second.request.post(
        f"/cases/{case_id}/decisions",
        form={"subject": "case", "action": "comment", "comment": "误入", "expected_revision": str(revision)},
        headers={"X-CSRF-Token": second.locator('meta[name="csrf-token"]').get_attribute("content") or ""},
    )
    assert answer.status == 409
    assert "由甲办理中" in answer.text()
    second.keyboard.press("Alt+t")
    second.keyboard.type("甲今日请假")
    second.keyboard.press("Control+Enter")
    expect(second.locator("#lease")).to_contain_text("由您办理")
    expect(second.locator("#lease")).to_contain_text("接管：甲今日请假")
    expect(second.locator("#value-complainant_name")).to_have_js_property("readOnly", value=False)
    # the first person's page learns of it at the next sign of life
    first.locator("#value-complainant_name").press("Enter")
    expect(first.locator("#lease")).to_contain_text("乙 办理中")
    assert desk.services.storage.cases.load_case(case_id).decisions == ()  # type: ignore[union-attr]


def test_the_page_renews_while_the_person_works(reviewer: Reviewer, desk: Desk) -> None:
    page = reviewer("甲")
    page.clock.install()
    page.goto("/next")
    case_id = case_of(page)
    before = desk.queue.standing(case_id).lease
    with page.expect_response("**/lease") as renewal:
        page.keyboard.press("Tab")
        page.clock.run_for(61_000)
    assert renewal.value.ok
    after = desk.queue.standing(case_id).lease
    assert before and after and after.until > before.until and after.until - after.since >= LEASE
    desk.queue.take_over(case_id, "乙", "急件")
    page.keyboard.press("Tab")
    page.clock.run_for(61_000)
    expect(page.locator("#lease")).to_contain_text("本案已由乙办理")
    expect(page.locator("#finish-button")).to_be_disabled()


def test_skip_and_expert_with_reasons(reviewer: Reviewer, desk: Desk) -> None:
    page = reviewer("甲")
    page.goto("/next")
    skipped = case_of(page)
    page.keyboard.press("Alt+s")
    page.keyboard.type("需等对方补件")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/cases/case-" in url and skipped not in url)
    handed = case_of(page)
    page.keyboard.press("Alt+e")
    page.keyboard.type("涉及期权定价")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/cases/case-" in url and handed not in url)
    expert = reviewer("专家")
    expert.goto("/")
    expect(expert.locator(f'tr[data-case="{skipped}"]')).to_contain_text("甲 跳过：需等对方补件")
    expert.keyboard.press("4")
    expert.wait_for_url(re.compile("expert=yes"))
    expect(expert.locator(f'tr[data-case="{handed}"]')).to_contain_text("甲 转专家：涉及期权定价")
    expect(expert.locator(f'tr[data-case="{handed}"] .chip.expert')).to_have_text("待专家")
    expert.keyboard.press("n")
    mine = case_of(expert)
    assert mine in {e.id for e in desk.waiting(QueueFilter(for_expert=True))}
    expert.keyboard.press("Alt+l")
    expert.wait_for_url(lambda url: "/cases/case-" in url and mine not in url)
    assert case_of(expert) in {e.id for e in desk.waiting(QueueFilter(for_expert=True))}, "next stays in the view"


def test_nothing_next_is_told(reviewer: Reviewer, desk: Desk) -> None:
    for entry in desk.waiting():
        desk.queue.take(entry.id, "乙")
    page = reviewer("甲")
    page.goto("/next")
    expect(page.get_by_role("status")).to_contain_text("没有可领取的案件")


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_everything_has_a_name_can_be_read_and_fits(reviewer: Reviewer, desk: Desk, size: tuple[int, int]) -> None:
    first, *_ = desk.waiting()
    desk.queue.take(first.id, "乙")
    desk.queue.skip(first.id, "丙", "原件第三页字迹太淡，等当事人补一份清楚的复印件后再录入")
    page = reviewer("甲")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for url in ("/", "/?assignee=nobody&channel=letter", f"/cases/{first.id}", "/next"):
        page.goto(url)
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
