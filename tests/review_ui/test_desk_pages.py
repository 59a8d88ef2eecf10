"""Case page, archive desk, dashboard and health page over a real home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from domain.audit import AuditFilter, Operation
from domain.case import Case
from domain.documents import Failure, ScanBatch
from domain.paper_trail import ReplacedPage, turned_page
from domain.replaced import flagged
from domain.vocabulary import Channel
from review_ui.app import create_app
from review_ui.desk.case_file import page_boxes
from review_ui.desk.dashboard import duration_words, period_of
from review_ui.desk.health import size_words
from tests.domain.builders import NOW
from tests.review_ui.audited import audit_in
from tests.review_ui.desk_home import DeskHome, worked_home
from tests.storage.conftest import flip_byte, object_file


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    opened = worked_home(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def client(home: DeskHome) -> Iterator[TestClient]:
    with TestClient(create_app(home.parts, clock=home.clock), base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def case(home: DeskHome) -> Case:
    """The case that was answered, finished and filed."""
    return home.review.case("EXM-2026-000001")


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def row(text: str, mark: str) -> str:
    found = re.search(rf"<tr[^>]*{re.escape(mark)}.*?</tr>", text, re.S)
    assert found, mark
    return words_of(found.group())


def test_the_case_page_marks_replaced_and_turned_pages(client: TestClient, home: DeskHome, case: Case) -> None:
    old, new = case.documents[1], case.documents[0]
    said = ReplacedPage(
        sha256=old.source.object.sha256,
        source_page=1,
        new_sha256=new.source.object.sha256,
        new_page=1,
        by="收发员",
        at=NOW,
    )
    trail = case.papers.model_copy(update={"replaced": (said,)})
    papers = (*flagged(case.documents, trail)[:2], case.documents[2])
    turned = papers[2].model_copy(update={"pages": (turned_page(papers[2].pages[0], 90),)})
    changed = {"papers": trail, "documents": (*papers[:2], turned), "revision": case.revision + 1}
    home.services.storage.cases.save_case(case.model_copy(update=changed), "turn", case.revision)
    text = client.get(f"/cases/{case.number}/file").text
    assert text.count("data-replaced") == 1 and text.count("data-awaits") == 1
    shown = words_of(text)
    assert f"已由新扫描件替换：{new.source.name}" in shown and "待重新识读" in shown
    assert old.source.object.sha256 in shown, "it is kept and can be fetched"


def test_the_case_page_has_everything(client: TestClient, case: Case) -> None:
    text = client.get(f"/cases/{case.number}/file").text
    for section in ("papers", "fields", "level", "required", "clock", "notices", "filings", "decisions", "related"):
        assert f'id="{section}"' in text
    shown = words_of(text)
    source = case.documents[0].source.object
    for part in (
        "投诉申请登记表",
        source.sha256,
        source.sm3,
        "第四条第一项：涉嫌违规（投诉书第1页）",
        "承诺保本保息",
        "业务员承诺保本保息，代客操作",
        "第十六条：自受理起若干工作日",
        "来电核实没有证据",
        "计时 选定 暂停",
        case.archive.root or "-",
    ):
        assert part in shown, part
    assert text.count("data-log-index") == 1


def test_every_value_stands_with_who_when_and_why(client: TestClient, case: Case) -> None:
    text = client.get(f"/cases/{case.id}/file").text
    name = row(text, 'data-field="field:complainant_name"')
    steps = ("第1版 2026-11-18 09:30", "欧阳明月", "form/1", "第3版", "余审核 确认", "第4版", "欧阳朋月", "原先看错")
    told = name[name.index("第1版") :]
    places = [told.index(s) for s in steps]
    assert places == sorted(places)
    number = row(text, 'data-field="field:complainant_id_no"')
    assert "110105199003071233" in number and "66%" in number and "以身份证为准" in number
    assert "第7版" in row(text, 'data-material="evidence"')


def test_pauses_say_who_stopped_the_clock(client: TestClient, case: Case) -> None:
    text = client.get(f"/cases/{case.id}/file").text
    pauses = re.search(r'<table id="pauses">.*?</table>', text, re.S)
    assert pauses and "余审核" in pauses.group() and "2026-11-19 09:30" in pauses.group()


def test_a_notice_is_made_recorded_and_downloaded(client: TestClient, home: DeskHome, case: Case) -> None:
    made = client.post(f"/cases/{case.id}/notices", data={"kind": "receipt"}, follow_redirects=False)
    assert made.status_code == 303 and made.headers["location"] == f"/cases/{case.id}/file#notice-0"
    (notice,) = home.services.storage.desk.notices.of_case(case.id)
    shown = row(client.get(f"/cases/{case.id}/file").text, 'data-notice="receipt"')
    assert "受理通知书" in shown and "本机审核员" in shown and notice.pdf.object.sha256 in shown
    pdf = client.get(f"/cases/{case.id}/notices/0/pdf")
    assert pdf.content.startswith(b"%PDF") and "attachment" in pdf.headers["content-disposition"]
    assert client.get(f"/cases/{case.id}/notices/0/docx").content.startswith(b"PK")
    assert client.get(f"/cases/{case.id}/notices/1/pdf").status_code == 404
    assert client.get(f"/archive/objects/{notice.pdf.object.sha256}").status_code == 200


def test_the_package_is_a_pdf_of_its_own(client: TestClient, home: DeskHome, case: Case) -> None:
    client.post(f"/cases/{case.id}/notices", data={"kind": "package"})
    (notice,) = home.services.storage.desk.notices.of_case(case.id)
    assert (notice.kind, notice.docx) == ("package", None)
    assert client.get(f"/cases/{case.id}/notices/0/docx").status_code == 404


def test_what_cannot_be_made_says_why(client: TestClient, home: DeskHome, case: Case) -> None:
    text = client.get(f"/cases/{case.id}/file").text
    offer = re.search(r'data-offer="referral">.*?</form>', text, re.S)
    assert offer and "disabled" in offer.group() and "没有应当转办的认定" in offer.group()
    refused = client.post(f"/cases/{case.id}/notices", data={"kind": "referral"})
    assert refused.status_code == 400 and "没有应当转办的认定" in refused.text
    assert client.post(f"/cases/{case.id}/notices", data={"kind": "other"}).status_code == 404
    assert home.services.storage.desk.notices.of_case(case.id) == ()


def test_the_check_of_a_case_is_recorded(client: TestClient, home: DeskHome, case: Case) -> None:
    assert 'data-fixity="none"' in client.get(f"/cases/{case.id}/file").text
    client.post(f"/cases/{case.id}/verify")
    assert 'data-fixity="good"' in client.get(f"/cases/{case.id}/file").text
    flip_byte(object_file(home.home, case.documents[0].source.object))
    client.post(f"/cases/{case.id}/verify")
    text = client.get(f"/cases/{case.id}/file").text
    assert 'data-fixity="bad"' in text and "不一致" in text


def test_an_original_is_handed_out_with_its_verification(client: TestClient, home: DeskHome, case: Case) -> None:
    ref = case.documents[0].source.object
    url = f"/archive/objects/{ref.sha256}"
    text = client.get(url).text
    assert 'data-holds="true"' in text and "一致" in text
    assert ref.sm3 in row(text, 'data-comparison="sm3"') and case.archive.root in text
    file = client.get(f"{url}/file")
    assert file.content == home.services.storage.objects.read(ref.key)
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''01_%E7%99%BB")
    flip_byte(object_file(home.home, ref))
    text = client.get(url).text
    assert 'data-holds="false"' in text and "不能当作原件交出" in text and f"{url}/file" not in text
    assert client.get(f"{url}/file").status_code == 500
    assert client.get(f"/archive/objects/{'0' * 64}").status_code == 404
    assert client.get("/archive/objects/none").status_code == 422


def test_what_shows_personal_data_asks_for_a_reason_first(home: DeskHome, case: Case, tmp_path: Path) -> None:
    parts = replace(home.parts, audit=audit_in(tmp_path))
    document = case.documents[0]
    originals = {d.source.object.sha256 for d in case.documents}
    copy = next(o.sha256 for o in case.archive.objects if o.sha256 not in originals)
    asked = ((document.source.object.sha256, f"document:{document.id}"), (copy, "case"))
    with TestClient(create_app(parts, clock=home.clock), base_url="http://127.0.0.1:8765") as client:
        for sha256, subject in asked:
            url = f"/archive/objects/{sha256}/file"
            reply = client.get(url, follow_redirects=False)
            where = urlencode({"subject": subject, "back": url})
            assert (reply.status_code, reply.headers["location"]) == (303, f"/cases/{case.id}/reveal?{where}")
            said = {"subject": subject, "reason": "handover", "back": url}
            file = client.post(f"/cases/{case.id}/reveals", data=said)
            assert file.headers["content-disposition"].startswith("attachment")


def test_a_certificate_is_handed_out_and_noted(home: DeskHome, case: Case, tmp_path: Path) -> None:
    audit = audit_in(tmp_path)
    parts = replace(home.parts, audit=audit)
    with TestClient(create_app(parts, clock=home.clock), base_url="http://127.0.0.1:8765") as client:
        page = client.get(f"/cases/{case.id}/file").text
        for form, begin in (("pdf", b"%PDF"), ("json", b"{")):
            url = f"/cases/{case.id}/certificate/{form}"
            assert f'href="{url}"' in page
            where = urlencode({"subject": "case", "back": url})
            if form == "pdf":
                reply = client.get(url, follow_redirects=False)
                assert (reply.status_code, reply.headers["location"]) == (303, f"/cases/{case.id}/reveal?{where}")
                client.post(f"/cases/{case.id}/reveals", data={"subject": "case", "reason": "handover", "back": url})
            file = client.get(url)
            assert file.content.startswith(begin)
            assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''EXM-2026-000001.")
        open_case = home.review.case("EXM-2026-000002")
        assert "data-certificate" not in client.get(f"/cases/{open_case.id}/file").text
    noted = [e.event.subject for e in audit.find(AuditFilter(operation=Operation.DOWNLOAD_COPY), 9)]
    assert noted == ["certificate:json", "certificate:pdf", "certificate:pdf"]


def test_no_certificate_of_what_is_not_filed(client: TestClient, home: DeskHome) -> None:
    open_case = home.review.case("EXM-2026-000002")
    reply = client.get(f"/cases/{open_case.id}/certificate/json")
    assert reply.status_code >= 400 and "尚未归档" in reply.text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [3, 2, 1]),
        ("q=柏树街", [1, 2]),
        ("q=1239", [1, 2]),
        ("q=2026年11月18日", [1, 2]),
        ("q=EXM-2026-000003", [3]),
        ("q=exm-2026-000003&channel=fax", []),
        ("q=柏树街&channel=fax", [1]),
        ("channel=in_person", [3]),
        ("from=2026-11-19", [3, 2]),
        ("from=2026-11-17&to=2026-11-18", [1]),
        ("status=awaiting_review&level=重大投诉", [2, 1]),
        ("kind=id_card_copy", [2, 1]),
        ("kind=envelope", []),
        ("policy=hotel", []),
        ("q=没有这种词", []),
        ("status=nonsense&from=nonsense", [3, 2, 1]),
    ],
)
def test_the_archive_is_searched(client: TestClient, query: str, numbers: list[int]) -> None:
    text = client.get(f"/archive?{query}").text
    found = re.findall(r'class="case-link"[^>]*>EXM-2026-(\d+)<', text)
    assert sorted(int(n) for n in found) == sorted(numbers)
    assert ("没有找到" in text) == (not numbers)


def test_hits_are_marked_and_shown_on_their_page(client: TestClient, case: Case) -> None:
    text = client.get("/archive", params={"q": "柏树街"}).text
    assert "<mark>柏树街</mark>" in text
    url = unescape(re.findall(r'hx-get="([^"]+)"', text)[0])
    preview = client.get(url).text
    assert preview.count("<rect") == 1 and f"/documents/{case.documents[0].id}/pages/1" in preview
    assert client.get("/archive/preview", params={"case": case.id, "document": "none"}).status_code == 404


def test_a_query_of_marks_only_is_told(client: TestClient) -> None:
    assert "没有可检索的文字" in client.get("/archive", params={"q": "，。"}).text


def test_the_old_address_of_search_still_works(client: TestClient) -> None:
    reply = client.get("/search", params={"q": "柏树街"})
    assert reply.url.path == "/archive" and "<mark>柏树街</mark>" in reply.text


def test_pages_of_results_keep_the_query(client: TestClient, home: DeskHome) -> None:
    for _ in range(51):
        home.accept(NOW, Channel.EMAIL)
    text = client.get("/archive", params={"channel": "email"}).text
    following = unescape(re.findall(r'href="([^"]+)" rel="next"', text)[0])
    assert "channel=email" in following and text.count('class="case-link"') == 50
    last = client.get(following).text
    assert last.count('class="case-link"') == 1 and 'rel="prev"' in last and 'rel="next"' not in last


def test_the_dashboard_shows_what_is_counted(client: TestClient) -> None:
    text = client.get("/dashboard").text
    assert 'data-total="arrivals">3<' in text and 'data-total="backlog">2<' in text
    assert re.findall(r'data-figure="(\w+)"', text) == [
        "at_risk",
        "arrivals",
        "backlog",
        "alone",
        "handling",
        "by_field",
        "by_reason",
        "pace",
    ]
    assert row(text, 'data-key="complainant_name"').split()[-5:] == ["0", "1", "100.0%", "0", "0"]
    assert row(text, 'data-key="complainant_id_no"').split()[-5:] == ["0", "1", "100.0%", "0", "0"]
    assert "2 天 1 小时" in row(text, 'data-level="重大投诉"')
    assert text.count("data-plot=") == 7


def test_periods_that_cannot_be_used_are_mended_and_told(client: TestClient) -> None:
    assert "已对调" in client.get("/dashboard?from=2026-11-20&to=2026-11-01").text
    assert "最多统计 400 天" in client.get("/dashboard?from=2020-01-01").text
    assert client.get("/dashboard?policy=none").status_code == 404
    period, notice = period_of("", "nonsense", "", NOW)
    assert (period.end - period.start).days == 29 and notice == ""


def test_the_dashboard_of_an_empty_period(client: TestClient) -> None:
    text = client.get("/dashboard?from=2020-01-01&to=2020-01-31").text
    assert text.count('class="empty"') == 7 and "data-plot=" in text  # the backlog has no period


def test_health_names_what_stands_still(client: TestClient, home: DeskHome) -> None:
    text = client.get("/health").text
    assert "data-stuck=" in text and "EXM-2026-000003" in text and "超过 30 分钟" in text
    assert "read/5 " in text and "从未" in text
    claim = home.home / "work" / home.review.case("EXM-2026-000001").id
    claim.parent.mkdir(exist_ok=True)
    claim.write_bytes(b"1")  # what a killed process leaves behind
    batch = ScanBatch(id="b-x", received_at=NOW, channel=Channel.LETTER)
    failure = Failure(file="扫描0007.pdf", error="EncryptedPdfError", reason="PDF 设有密码", next_step="请取得密码")
    home.services.storage.failures.record_failure(batch, failure)
    home.services.storage.desk.checks.verify_recorded(None, "命令行：root")
    text = client.get("/health").text
    assert "处理被中断" in row(text, "data-claim=") and "EXM-2026-000001" in row(text, "data-claim=")
    assert "请取得密码" in row(text, 'data-failure="EncryptedPdfError"')
    assert "命令行：root" in row(text, 'data-check="fixity"')


def test_a_claim_that_is_held_is_no_alarm(client: TestClient, home: DeskHome) -> None:
    from flows.claims import claimed

    case_id = home.review.case("EXM-2026-000001").id
    with claimed(home.home, case_id):
        assert "正在处理" in row(client.get("/health").text, "data-claim=")
    assert "data-claim" not in client.get("/health").text


def test_pages_without_the_desk_are_not_served() -> None:
    from review_ui.parts import Parts
    from tests.review_ui.drawn import backend
    from tests.review_ui.memory_queue import MemoryQueue

    cases = backend()
    with TestClient(
        create_app(Parts(review=cases, queue=MemoryQueue(cases))), base_url="http://127.0.0.1:8765"
    ) as client:
        assert client.get("/archive").status_code == 404


def test_nothing_comes_from_elsewhere_and_no_script_stands_in_the_page(client: TestClient, case: Case) -> None:
    original = case.documents[0].source.object.sha256
    urls = (f"/cases/{case.id}/file", "/archive?q=欧阳", f"/archive/objects/{original}", "/dashboard", "/health")
    for url in urls:
        text = client.get(url).text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"\son\w+=|\sstyle=|<style", text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        wanted = re.findall(r'\s(?:for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"', text)
        assert set(wanted) <= set(ids)


def test_words_of_lengths_and_sizes() -> None:
    assert duration_words(59 * 60) == "59 分"
    assert duration_words(3 * 3600 + 60) == "3 小时 1 分"
    assert duration_words(50 * 3600) == "2 天 2 小时"
    assert (size_words(900), size_words(2048), size_words(3 * 1024**3)) == ("900 B", "2 KB", "3.0 GB")


def test_the_sheet_for_paper_holds_the_number_and_no_other_rule() -> None:
    assert 'content: "卷宗 EXM-2026-000001"' in page_boxes("EXM-2026-000001")
    hostile = page_boxes('x"; } body { display: none; }')
    assert hostile.count("{") == page_boxes("x").count("{") and "display:" not in hostile
