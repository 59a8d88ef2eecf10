"""The mailroom's day in a browser: files taken in, cut off, resumed; sheets counted; pages scanned again; receipts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Request, Route, expect

from domain.mailroom import MailBatch
from flows.mailroom_service import MailroomService
from flows.wiring import Services
from tests.browser.test_lists import CONTRAST, NAMELESS
from tests.flows.mailroom import batch_in, picture, say_read, send
from tests.review_ui.mailroom_site import mailroom_app
from tests.serving import served
from tests.storage.conftest import case_of

pytestmark = pytest.mark.browser


@dataclass
class Mailroom:
    """The application on a port that stays the same when it is stopped and started again."""

    home: Path
    port: int = 0
    _running: ExitStack = field(default_factory=ExitStack)
    services: Services = field(init=False)
    service: MailroomService = field(init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app, self.services, self.service = mailroom_app(self.home)
        self.service.resume()
        address = self._running.enter_context(served(app, self.port, cut=True))
        self.port = int(address.rpartition(":")[2])

    def stop(self) -> None:
        self._running.close()
        self.services.close()


@pytest.fixture
def mailroom(tmp_path: Path) -> Iterator[Mailroom]:
    mailroom = Mailroom(tmp_path / "home")
    mailroom.start()
    yield mailroom
    mailroom.stop()


@pytest.fixture
def page(chromium: Browser, mailroom: Mailroom) -> Iterator[Page]:
    """Return a tab; a script error, a refused style, or a request to elsewhere fails the test."""
    problems: list[str] = []
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=mailroom.address)
    context.set_default_timeout(30_000)
    context.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda e: problems.append(str(e.error)))
    context.on("request", lambda r: problems.append(r.url) if _elsewhere(r, mailroom.address) else None)
    tab = context.new_page()
    # from the start: a dialog that opens before the browser is told to hand it over is never seen
    tab.on("filechooser", lambda _: None)
    yield tab
    context.close()
    # a server that is gone and answers that refuse are told on the console too; those are what is tested
    told = ("Failed to load resource", "Failed to fetch", "ERR_")
    assert [p for p in problems if not any(words in p for words in told)] == []


def _elsewhere(request: Request, address: str) -> bool:
    return not request.url.startswith((address, "blob:")) and urlsplit(request.url).scheme.startswith("http")


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def long_file() -> bytes:
    """A picture with so much after its end that it goes in several pieces."""
    return picture() + b"\0" * (5 * 2**20)


def open_batch(page: Page, batch: MailBatch) -> None:
    page.goto(f"/mailroom/batches/{batch.id}")
    expect(page.locator("#state")).to_be_visible()


def test_from_the_form_to_the_receipt_by_keyboard(page: Page, mailroom: Mailroom) -> None:
    page.goto("/mailroom")
    page.keyboard.press("n")
    expect(page.locator("select[name=policy]")).to_be_focused()
    page.locator("input[name=sheets]").fill("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mailroom/batches/*")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("u")
    chosen.value.set_files([payload("登记表.png", picture()), payload("来信.png", picture())])
    expect(page.locator("[data-number]")).to_have_count(1)
    expect(page.locator("[data-file]")).to_have_count(2)
    expect(page.locator("#difference")).to_have_text("张数相符")
    expect(page.locator("#said")).to_contain_text("已受理")
    number = page.locator("[data-number]").get_attribute("data-number")
    expect(page.locator("#receipt-now a")).to_have_text(str(number))
    page.keyboard.press("p")
    page.wait_for_url("**/mailroom/receipts/*")
    expect(page.locator(".receipt svg.qr")).to_be_visible()
    expect(page.locator("tfoot")).to_contain_text("2")
    expect(page.locator("[data-action=print]")).to_be_focused()


def test_an_upload_goes_on_by_itself_when_the_server_comes_back(page: Page, mailroom: Mailroom) -> None:
    batch = batch_in(mailroom.service)
    content = long_file()
    sent = []

    def cut(route: object, request: Request) -> None:
        sent.append(request.headers["upload-offset"])
        if len(sent) == 2:
            route.abort("connectionfailed")  # type: ignore[attr-defined]
            mailroom.stop()
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route(
        lambda url: "/mailroom/uploads/" in url,
        lambda route, request: cut(route, request) if request.method == "PATCH" else route.continue_(),
    )
    open_batch(page, batch)
    page.locator("#files").set_input_files(payload("长.png", content))
    expect(page.locator("#sending-list .stalled .what")).to_contain_text("恢复后自动续传")
    mailroom.start()
    expect(page.locator('[data-file="长.png"]')).to_have_attribute("data-state", "accepted")
    expect(page.locator("#sending")).to_be_hidden()
    assert sent[:2] == ["0", str(2 * 2**20)], "what was there is not sent again"
    assert sent.count("0") == 1


def test_a_reload_goes_on_with_the_same_file(page: Page, mailroom: Mailroom) -> None:
    batch = batch_in(mailroom.service)
    held = []
    page.route(
        "**/mailroom/uploads/*",
        lambda route, request: (
            held.append(route)
            if request.method == "PATCH" and request.headers["upload-offset"] != "0"
            else route.continue_()
        ),
    )
    open_batch(page, batch)
    page.locator("#files").set_input_files(payload("长.png", long_file()))
    page.wait_for_function("() => document.querySelector('#sending progress')?.value > 0.3")
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.locator('[data-file="长.png"]')).to_have_attribute("data-state", "accepted")
    assert len(mailroom.service.batch(batch.id).files) == 1


def test_a_file_taken_just_before_a_reload_is_not_sent_again(page: Page, mailroom: Mailroom) -> None:
    batch = batch_in(mailroom.service)
    unanswered = []

    def take_and_keep_silent(route: Route, request: Request) -> None:
        if request.method == "PATCH" and not unanswered:
            unanswered.append(route.fetch())
        else:
            route.continue_()

    page.route("**/mailroom/uploads/*", take_and_keep_silent)
    open_batch(page, batch)
    page.locator("#files").set_input_files(payload("来信.png", picture()))
    expect(page.locator('[data-file="来信.png"]')).to_have_attribute("data-state", "accepted")
    assert [answer.status for answer in unanswered] == [204]
    page.reload()  # the answer is still outstanding: a request let go before would tell the page that goes
    expect(page.locator("#sending li")).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("已受理")
    assert [f.upload.state for f in mailroom.service.batch(batch.id).files] == ["accepted"]


def test_files_that_cannot_be_taken_say_why(page: Page, mailroom: Mailroom) -> None:
    open_batch(page, batch_in(mailroom.service))
    page.locator("#files").set_input_files([payload("空.pdf", b""), payload("便条.docx", b"PK\x03\x04 words")])
    expect(page.locator('[data-file="空.pdf"] .failure')).to_contain_text("空文件")
    expect(page.locator('[data-file="便条.docx"] .failure')).to_contain_text("请提供 PDF")
    expect(page.locator("[data-number]")).to_have_count(0)


def test_too_large_is_said_without_sending(page: Page, mailroom: Mailroom) -> None:
    open_batch(page, batch_in(mailroom.service))
    page.evaluate(
        """() => {
          const files = new DataTransfer();
          const large = new File(["x"], "大.tif");
          Object.defineProperty(large, "size", { value: 300 * 2 ** 20 });
          files.items.add(large);
          const drop = new DragEvent("drop", { bubbles: true, cancelable: true });
          Object.defineProperty(drop, "dataTransfer", { value: { files: [large] } });
          document.body.dispatchEvent(drop);
        }"""
    )
    expect(page.locator("#sending-list .refused .what")).to_contain_text("超过上限 256.0 MB")
    page.locator("[data-action=dismiss]").click()
    expect(page.locator("#sending")).to_be_hidden()


def test_a_poor_page_is_scanned_again_while_the_letter_is_in_the_hand(page: Page, mailroom: Mailroom) -> None:
    batch = batch_in(mailroom.service, sheets=1)
    open_batch(page, batch)
    page.locator("#files").set_input_files(payload("来信.png", picture()))
    expect(page.locator("[data-number]")).to_have_attribute("data-state", "received")
    (file,) = mailroom.service.batch(batch.id).files
    say_read(mailroom.services, file.upload, 1, "图像模糊，请重新对焦或重新扫描", usable=False)
    expect(page.locator("[data-rescan]")).to_contain_text("图像模糊")
    page.locator("[data-rescan] img").evaluate("image => image.decode()")
    page.locator("h1").click()
    page.keyboard.press("r")
    expect(page.locator("[data-action=rescan]")).to_be_focused()
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files(payload("来信-重扫.png", picture()))
    expect(page.locator("[data-rescan]")).to_have_count(0)
    expect(page.locator(".page.replaced")).to_have_count(1)
    expect(page.locator("#received")).to_contain_text("1 张")


def test_a_difference_is_told_explained_and_closed(page: Page, mailroom: Mailroom) -> None:
    batch = batch_in(mailroom.service)
    upload = send(mailroom.service, batch, picture())
    say_read(mailroom.services, upload, 1)
    row = mailroom.services.storage.intake.case_row(upload.case_id or "")
    mailroom.services.storage.cases.save_case(case_of(row), "assembled", None, (), ())
    open_batch(page, batch)
    expect(page.locator("#close-batch")).to_be_disabled()
    page.keyboard.press("s")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("#difference")).to_contain_text("少 2 张")
    expect(page.locator("#obstacles")).to_contain_text("请补扫或说明原因")
    page.get_by_label("差异原因").fill("信封两张未扫")
    page.keyboard.press("Enter")
    expect(page.locator(".explained")).to_contain_text("信封两张未扫")
    page.locator("#close-batch").click()
    expect(page.locator(".closed")).to_be_visible()
    expect(page.locator("#files")).to_have_count(0)


def test_the_same_bytes_are_shown_side_by_side_and_answered(page: Page, mailroom: Mailroom) -> None:
    content = picture()
    send(mailroom.service, batch_in(mailroom.service), content, "原.png")
    batch = batch_in(mailroom.service, sheets=0)
    open_batch(page, batch)
    page.locator("#files").set_input_files(payload("再.png", content))
    pair = page.locator("[data-pair]")
    expect(pair.locator("img")).to_have_count(2)
    for image in pair.locator("img").all():
        image.evaluate("image => { image.loading = 'eager'; return image.decode(); }")
    page.locator("h1").click()
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    expect(page.locator("[data-pair] .explained")).to_contain_text("同一份材料")


def test_typing_is_not_disturbed_by_the_live_state(page: Page, mailroom: Mailroom) -> None:
    batch = batch_in(mailroom.service)
    send(mailroom.service, batch, picture())
    open_batch(page, batch)
    page.keyboard.press("s")
    page.keyboard.type("12")
    mailroom.service.count(batch.id, 7, "收发员")
    page.evaluate("document.getElementById('state').dispatchEvent(new CustomEvent('refresh'))")
    expect(page.locator("#expected")).to_have_text("7 张")
    expect(page.locator("#sheets")).to_have_value("12")
    expect(page.locator("#sheets")).to_be_focused()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_everything_has_a_name_and_can_be_read(page: Page, mailroom: Mailroom, size: tuple[int, int]) -> None:
    content = picture()
    batch = batch_in(mailroom.service, sheets=3)
    poor = send(mailroom.service, batch, content, "信.png")
    say_read(mailroom.services, poor, 1, "字迹过淡", usable=False)
    send(mailroom.service, batch, content, "信-又一次.png")
    send(mailroom.service, batch, b"PK\x03\x04", "便条.docx")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    number = poor.case_number
    for url in (
        "/mailroom",
        f"/mailroom/batches/{batch.id}",
        f"/mailroom/receipts/{number}",
        "/mailroom/sheets",
        f"/mailroom/sheets/cover?case={number}&sheets=2",
    ):
        page.goto(url)
        assert page.evaluate(NAMELESS) == []
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
