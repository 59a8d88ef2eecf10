"""The mailroom over the real intake: uploads cut anywhere, sheets counted, rescans, duplicates, receipts."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConfigurationError, JuanzongError, UnknownCaseError
from domain.mailroom import MAX_FILE_BYTES, UPLOAD_LIFE, FilesAre, PageRef, SamePaper, Sides, UploadOrder, UploadState
from domain.mailroom_errors import (
    BatchClosedError,
    BatchUnsettledError,
    FileTooLargeError,
    RescanError,
    UnknownBatchError,
    UnknownUploadError,
    UploadChecksumError,
    UploadOffsetError,
    UploadRequestError,
)
from domain.sheets import SheetCode, SheetKind, read_code
from flows.look_alikes import compare_due
from flows.mailroom_service import MailroomService
from flows.upload_parts import UploadParts
from flows.wiring import Services
from review_ui.mailroom.backend import ReadingState
from storage.mail_uploads import MailUploads
from storage.rows import PageText
from tests.flows.mailroom import batch_in, begin, open_home, picture, say_failed, say_read, send, service_over
from tests.storage.conftest import case_of


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty") / "home"
    open_home(home).close()
    return home


@pytest.fixture
def home(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "home"))


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    opened = open_home(home)
    yield opened
    opened.close()


@pytest.fixture
def service(services: Services) -> MailroomService:
    return service_over(services)


@pytest.fixture(scope="module")
def lasting(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A home for many examples of one property."""
    opened = open_home(Path(shutil.copytree(empty, tmp_path_factory.mktemp("lasting") / "home")))
    yield opened
    opened.close()


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=6), lost=st.integers(0, 50))
def test_an_upload_cut_anywhere_goes_on_where_it_was(lasting: Services, cuts: list[int], lost: int) -> None:
    service = service_over(lasting)
    content = picture()
    batch = batch_in(service, FilesAre.CASE_EACH)
    upload = begin(service, batch, content)
    for cut in sorted({min(cut, len(content)) for cut in cuts}):
        at = service.upload(upload.id).received
        if at < cut < len(content):
            service.append(upload.id, at, content[at:cut])
        # a request killed between its bytes and its row leaves bytes that nobody vouches for
        with UploadParts(lasting.settings.home).path(upload.id).open("ab") as part:
            part.write(b"?" * lost)
        service = service_over(lasting)  # another process
        service.resume()
        assert begin(service, batch, content).id == upload.id, "a reload goes on with the same upload"
    at = service.upload(upload.id).received
    done = service.append(upload.id, at, content[at:])
    assert done.state is UploadState.ACCEPTED
    row = lasting.storage.intake.case_row(done.case_id or "")
    assert [lasting.storage.objects.read(f.source.object.key) for f in row.files] == [content]
    assert not UploadParts(lasting.settings.home).path(upload.id).exists()


def test_a_piece_with_a_wrong_checksum_is_not_kept(service: MailroomService) -> None:
    content = picture()
    upload = begin(service, batch_in(service), content)
    with pytest.raises(UploadChecksumError):
        service.append(upload.id, 0, content, "0" * 64)
    assert service.upload(upload.id).received == 0
    assert service.append(upload.id, 0, content, hashlib.sha256(content).hexdigest()).state is UploadState.ACCEPTED


def test_a_file_with_other_bytes_than_announced_is_not_accepted(services: Services, service: MailroomService) -> None:
    content = picture()
    order = UploadOrder(batch_id=batch_in(service).id, name="a.png", size=len(content), sha256="0" * 64)
    upload = service.create_upload(order, "收发员")
    done = service.append(upload.id, 0, content)
    assert (done.state, done.error) == (UploadState.REFUSED, "UploadChecksumError")
    assert services.storage.cases.count_cases() == 0
    assert [i.failure.error for i in services.storage.failures.list_failures()] == ["UploadChecksumError"]


def test_pieces_out_of_place_are_refused(service: MailroomService) -> None:
    content = picture()
    upload = begin(service, batch_in(service), content)
    with pytest.raises(UploadOffsetError):
        service.append(upload.id, 5, content[5:])
    with pytest.raises(UploadRequestError):
        service.append(upload.id, 0, content + b"more")
    with pytest.raises(UnknownUploadError):
        service.append("up-none", 0, b"")


@pytest.mark.parametrize("names", [("甲.png", "甲.png"), ("甲.png", "乙.png")])
def test_two_uploads_of_one_file_at_once_are_one_case(
    services: Services, service: MailroomService, names: tuple[str, str]
) -> None:
    content = picture()
    batches = [batch_in(service), batch_in(service)]
    uploads = [begin(service, batch, content, name) for batch, name in zip(batches, names, strict=True)]
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda u: service.append(u.id, 0, content), uploads))
    assert {u.state for u in done} == {UploadState.ACCEPTED, UploadState.DUPLICATE}
    assert len({u.case_id for u in done}) == 1
    (row,) = services.storage.cases.list_cases()
    assert len(services.storage.intake.case_row(row.id).files) == 1


def test_one_upload_sent_by_two_tabs_is_taken_once(services: Services, service: MailroomService) -> None:
    content = picture()
    batch = batch_in(service)
    first, second = begin(service, batch, content), begin(service, batch, content)
    assert first.id == second.id

    def push(_tab: int) -> bool:
        try:
            service.append(first.id, 0, content)
        except UploadOffsetError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(push, (1, 2))) == [False, True]
    assert services.storage.cases.count_cases() == 1


def test_killed_between_case_and_upload_row(
    services: Services, service: MailroomService, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = picture()
    batch = batch_in(service)
    upload = begin(service, batch, content)
    with monkeypatch.context() as killed:
        killed.setattr(MailUploads, "settle", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            service.append(upload.id, 0, content)
    assert services.storage.cases.count_cases() == 1
    again = service_over(services)
    again.resume()
    assert again.upload(upload.id).state is UploadState.ACCEPTED, "its own case is no duplicate"
    assert services.storage.cases.count_cases() == 1


def locked_pdf() -> bytes:
    with pymupdf.open() as document:
        document.new_page()
        return bytes(document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="secret"))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "EmptyFileError"),
        (locked_pdf(), "EncryptedPdfError"),
        (b"just some words, no picture at all", "UnsupportedFileError"),
        (picture()[:-30], "DamagedImageError"),
    ],
)
def test_what_is_no_paper_is_refused_visibly(
    services: Services, service: MailroomService, content: bytes, error: str
) -> None:
    done = send(service, batch_in(service), content, "坏文件.pdf")
    assert (done.state, done.error) == (UploadState.REFUSED, error)
    assert "坏文件.pdf" in (done.fact or "") and done.next_step
    (item,) = services.storage.failures.list_failures()
    assert (item.object is None) is (not content), "bytes of a refused file are kept"


def test_too_large_is_told_before_anything_is_sent(service: MailroomService) -> None:
    order = UploadOrder(batch_id=batch_in(service).id, name="大.tif", size=MAX_FILE_BYTES + 1, sha256="0" * 64)
    with pytest.raises(FileTooLargeError, match="256 MB"):
        service.create_upload(order, "收发员")


def test_files_become_cases_as_ordered(services: Services, service: MailroomService) -> None:
    one = batch_in(service)
    first, second = (send(service, one, picture(), f"{n}.png") for n in (1, 2))
    assert first.case_number == second.case_number == "EXM-2026-000001"
    each = batch_in(service, FilesAre.CASE_EACH)
    assert [send(service, each, picture()).case_number for _ in range(2)] == ["EXM-2026-000002", "EXM-2026-000003"]
    more = batch_in(service, FilesAre.EXISTING, first.case_number)
    assert send(service, more, picture()).case_id == first.case_id
    assert len(services.storage.intake.case_row(first.case_id or "").files) == 3
    assert services.storage.mail_batches.operators(first.case_id or "") == ("收发员",)
    with pytest.raises(UnknownCaseError):
        batch_in(service, FilesAre.EXISTING, "EXM-2026-000099")


def test_abandoned_uploads_are_given_up_in_the_end(services: Services, service: MailroomService) -> None:
    content = picture()
    upload = begin(service, batch_in(service), content)
    service.append(upload.id, 0, content[:20])
    part = UploadParts(services.settings.home).path(upload.id)
    later = services.storage.database.now() + UPLOAD_LIFE + timedelta(minutes=1)
    services.storage.database.now = lambda: later
    service.resume()
    assert service.upload(upload.id).state is UploadState.GIVEN_UP and not part.exists()


def test_a_batch_closes_only_when_nothing_is_unexplained(services: Services, service: MailroomService) -> None:
    batch = batch_in(service, sides=Sides.BOTH)
    upload = send(service, batch, picture(4), "双面.tif")
    content = picture()
    unfinished = begin(service, batch, content, "没传完.png")
    words = "；".join(service.batch(batch.id).obstacles)
    assert "1 个文件没有传完" in words and "4 页正在识别" in words and "没有登记手工点数" in words
    service.give_up(unfinished.id)
    for number in (1, 2, 3, 4):
        say_read(services, upload, number, blank=number == 2)
    service.count(batch.id, 3, "收发员")
    view = service.batch(batch.id)
    assert (view.sheets.received, view.sheets.blank_backs, view.sheets.difference) == (2, 1, -1)
    assert view.obstacles == ("比点数少 1 张，请补扫或说明原因",)
    with pytest.raises(BatchUnsettledError, match="少 1 张"):
        service.close_batch(batch.id, "收发员")
    service.explain(batch.id, "一张为信封，未扫", "收发员")
    service.close_batch(batch.id, "收发员")
    assert service.batch(batch.id).closed is not None
    with pytest.raises(BatchClosedError):
        begin(service, batch, content)
    with pytest.raises(BatchClosedError):
        service.count(batch.id, 2, "收发员")


def test_an_explanation_holds_for_the_difference_it_was_given_for(services: Services, service: MailroomService) -> None:
    batch = batch_in(service, sheets=3)
    say_read(services, send(service, batch, picture()), 1)
    service.explain(batch.id, "两张未扫", "收发员")
    say_read(services, send(service, batch, picture(), "补.png"), 1)
    assert service.batch(batch.id).explanation is None
    service.count(batch.id, 2, "收发员")
    with pytest.raises(BatchUnsettledError, match="没有差异"):
        service.explain(batch.id, "多余的说明", "收发员")


def test_a_poor_page_is_asked_for_again_and_replaced(services: Services, service: MailroomService) -> None:
    batch = batch_in(service, sheets=2)
    poor = send(service, batch, picture(2), "信.tif")
    say_read(services, poor, 1, "字迹过淡，请提高扫描对比度")
    say_read(services, poor, 2, "图像模糊，请重新对焦或重新扫描", usable=False)
    view = service.batch(batch.id)
    assert [(f.upload.order.name, p.number) for f, p in view.rescans] == [("信.tif", 2)]
    assert [p.number for _, p in view.doubtful] == [1]
    place = PageRef(case_id=poor.case_id or "", sha256=poor.order.sha256, page=2)
    fresh = send(service, batch, picture(), "信2.png", place)
    view = service.batch(batch.id)
    assert fresh.case_id == poor.case_id and view.rescans == ()
    assert view.files[0].pages[1].replaced_by == "信2.png"
    assert view.sheets.received == 2, "the same sheet again is no further sheet"
    assert len(services.storage.intake.case_row(poor.case_id or "").files) == 2, "nothing is deleted"
    assert [f.name for f in service.receipt(poor.case_id or "").files] == ["信.tif"]


def test_a_new_scan_must_be_one_page_of_something_new(services: Services, service: MailroomService) -> None:
    batch = batch_in(service)
    content = picture()
    poor = send(service, batch, content)
    place = PageRef(case_id=poor.case_id or "", sha256=poor.order.sha256, page=1)
    with pytest.raises(RescanError, match="完全相同"):
        begin(service, batch, content, "同.png", place)
    with pytest.raises(RescanError, match="第 7 页"):
        begin(service, batch, picture(), "无.png", place.model_copy(update={"page": 7}))
    assert send(service, batch, picture(2), "两页.tif", place).error == "RescanError"
    assert services.storage.mail_pages.replacements(poor.case_id or "") == ()


def test_states_of_a_case(services: Services, service: MailroomService) -> None:
    batch = batch_in(service)
    upload = send(service, batch, picture(2), "信.tif")

    def state() -> ReadingState:
        return service.batch(batch.id).cases[0].state

    assert state() is ReadingState.RECEIVED
    say_failed(services, upload, 1)
    assert state() is ReadingState.READING and service.batch(batch.id).cases[0].read == 1
    row = services.storage.intake.case_row(upload.case_id or "")
    for _ in range(3):
        services.storage.mail_pages.begin_reading(row.id)
    assert state() is ReadingState.FAILED
    service.read_again(row.id)
    assert state() is ReadingState.READING
    services.storage.cases.save_case(case_of(row), "assembled", None, (), ())
    assert state() is ReadingState.RESCAN
    assert service.batch(batch.id).rescans[0][1].failure == "图像数据不完整。请重新扫描"


def test_the_same_bytes_are_answered_and_may_go_to_another_case(services: Services, service: MailroomService) -> None:
    content = picture()
    first = send(service, batch_in(service), content, "原.png")
    other = send(service, batch_in(service), picture(), "别.png")
    batch = batch_in(service, sheets=0)
    again = send(service, batch, content, "再.png")
    assert (again.state, again.case_number) == (UploadState.DUPLICATE, first.case_number)
    (line,) = service.batch(batch.id).duplicates
    assert (line.mine.name, line.other.name, line.score) == ("再.png", "原.png", None)
    assert service.page_picture(again.id, 1).media_type == "image/jpeg"
    with pytest.raises(UnknownCaseError):
        service.answer(line.subject, SamePaper.OTHER_CASE, None, "收发员")
    assert service.batch(batch.id).obstacles
    service.answer(line.subject, SamePaper.OTHER_CASE, other.case_number, "收发员")
    assert service.batch(batch.id).obstacles == ()
    files = services.storage.intake.case_row(other.case_id or "").files
    assert [(f.source.name, f.duplicate_of) for f in files] == [("别.png", None), ("再.png", first.case_id)]


LETTER = (
    "本人于二〇二六年九月在贵公司开户业务员承诺保本保息随后多次代客操作账"
    "户至十月底亏损四十八万三千二百元要求退还手续费并说明情况"
)


def test_papers_that_look_alike_are_shown_beside_each_other(services: Services, service: MailroomService) -> None:
    cases = []
    for text in (
        LETTER,
        LETTER.replace("九月", "九日"),
        "完全是另外一件事情，" * 3 + "客服电话无人接听，平仓没有通知，要求查清责任并书面答复。",
    ):
        batch = batch_in(service)
        upload = send(service, batch, picture())
        row = services.storage.intake.case_row(upload.case_id or "")
        case = case_of(row)
        texts = tuple(PageText(d.id, 1, text) for d in case.documents)
        services.storage.cases.save_case(case, "assembled", None, (), texts)
        compare_due(services)
        cases.append((batch, case))
    (pair,) = service.batch(cases[1][0].id).duplicates
    assert pair.score is not None and pair.score > 0.6
    assert (pair.mine.case_number, pair.other.case_number) == (cases[1][1].number, cases[0][1].number)
    service.answer(pair.subject, SamePaper.DIFFERENT, None, "收发员")
    (pair,) = service.batch(cases[1][0].id).duplicates
    assert pair.answered is not None and pair.answered.answer is SamePaper.DIFFERENT
    assert service.batch(cases[2][0].id).duplicates == ()
    with pytest.raises(UnknownBatchError):
        service.answer("pair:99", SamePaper.SAME, None, "收发员")


def test_the_guard_is_asked_before_anything_is_taken_in(services: Services) -> None:
    def no_marketing(actor: str, policy: str) -> JuanzongError | None:
        refused = actor == "祁若岚" and policy == "exchange-member"
        return ConfigurationError("营销人员不得受理投诉", "请由其他人员收件") if refused else None

    service = service_over(services, no_marketing)
    batch = batch_in(service)
    order = begin(service, batch, picture()).order
    with pytest.raises(ConfigurationError, match="营销人员"):
        service.open_batch(batch.order, "祁若岚")
    with pytest.raises(ConfigurationError, match="营销人员"):
        service.create_upload(order, "祁若岚")


def test_receipt_says_what_was_handed_in(service: MailroomService) -> None:
    batch = batch_in(service, sides=Sides.BOTH)
    upload = send(service, batch, picture(3), "双面.tif")
    receipt = service.receipt(upload.case_number or "")
    assert (receipt.firm, receipt.operators) == ("衡川石油化工商品经营有限公司", ("收发员",))
    assert [(f.name, f.pages, f.sheets) for f in receipt.files] == [("双面.tif", 3, 2)]
    assert read_code(receipt.code) == SheetCode(sheet=SheetKind.RECEIPT, case_number=receipt.case_number, sheets=2)


def test_a_cover_is_printed_for_cases_that_exist(service: MailroomService) -> None:
    upload = send(service, batch_in(service), picture())
    code = SheetCode(sheet=SheetKind.COVER, case_number=upload.case_number, sheets=2)
    assert service.sheet_pdf(code).startswith(b"%PDF-")
    with pytest.raises(UnknownCaseError):
        service.sheet_pdf(code.model_copy(update={"case_number": "EXM-2026-000099"}))
