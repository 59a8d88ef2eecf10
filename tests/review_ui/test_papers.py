"""Work on papers over HTTP: forms without a script, refusals, the list of rescans."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from domain.paper_trail import ReplacedPage
from domain.replaced import flagged
from review_ui.app import create_app
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.review_ui.drawn import backend
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.paper_backend import PaperBackend, stacked

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def papers() -> PaperBackend:
    return stacked()


@pytest.fixture
def desk(papers: PaperBackend) -> Iterator[TestClient]:
    app = create_app(Parts(review=papers, queue=MemoryQueue(papers), papers=papers), clock=lambda: NOW)
    with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False) as client:
        yield client


def form(papers: PaperBackend, action: str, page: int, value: str = "", document: int = 1) -> dict[str, object]:
    case = papers.case("case-1")
    return {
        "action": action,
        "document": case.documents[document].id,
        "page": page,
        "value": value,
        "expected_revision": case.revision,
    }


def test_a_form_without_a_script_leads_back_to_the_page(desk: TestClient, papers: PaperBackend) -> None:
    answer = desk.post("/cases/case-1/papers", data=form(papers, "split", 2))
    assert answer.status_code == 303
    first = papers.case("case-1").documents[1]
    assert answer.headers["location"] == f"/cases/case-1?papers=1&document={first.id}&page=2"
    page = desk.get(answer.headers["location"]).text
    assert "拆分" in page and page.count('class="paper"') == 5
    scripted = desk.post("/cases/case-1/undo", data={"expected_revision": 2}, headers=SCRIPT)
    assert scripted.json() == {"go": "/cases/case-1?papers=1"}
    assert len(papers.case("case-1").documents) == 4


def test_refusals_tell_fact_and_next_step(desk: TestClient, papers: PaperBackend) -> None:
    alone = form(papers, "up", 1, document=0)
    refused = desk.post("/cases/case-1/papers", data=alone, headers=SCRIPT)
    assert refused.status_code == 422 and "没有相邻的页" in refused.json()["notice"]
    shown = desk.post("/cases/case-1/papers", data=alone)
    assert shown.status_code == 422 and "没有相邻的页" in shown.text and 'class="station"' in shown.text
    stale = desk.post("/cases/case-1/papers", data=alone | {"expected_revision": 7}, headers=SCRIPT)
    assert stale.status_code == 409
    nothing = form(papers, "merge", 1, "", document=1)
    assert "没有选择" in desk.post("/cases/case-1/papers", data=nothing, headers=SCRIPT).json()["notice"]
    nowhere = desk.post("/cases/case-1/papers/send", data=form(papers, "send", 1, "EXM-1"), headers=SCRIPT)
    assert nowhere.status_code == 422 and "EXM-1" in nowhere.json()["notice"]
    assert desk.post("/cases/case-1/undo", data={"expected_revision": 1}, headers=SCRIPT).status_code == 422
    assert desk.post("/cases/case-1/papers", data=form(papers, "burn", 1), headers=SCRIPT).status_code == 422
    assert papers.case("case-1").revision == 1


def test_a_paper_is_sent_and_the_rescan_goes_with_it(desk: TestClient, papers: PaperBackend) -> None:
    asked = desk.post("/cases/case-1/papers", data=form(papers, "rescan", 4, "字迹模糊"))
    assert asked.status_code == 303
    assert "字迹模糊" in desk.get("/rescans").text
    desk.post("/cases/case-1/papers/send", data=form(papers, "send_document", 1, "EXM-2026-000002"))
    (entry,) = papers.rescans()
    assert (entry.case_number, entry.page) == ("EXM-2026-000002", 4)
    listed = desk.get("/rescans").text
    assert "EXM-2026-000002" in listed and "整叠.pdf 第4页" in listed


def test_a_turned_page_waits_and_the_station_tells_when_it_was_read(desk: TestClient, papers: PaperBackend) -> None:
    desk.post("/cases/case-1/papers", data=form(papers, "turn", 2, "90"))
    turned = papers.case("case-1")
    page = desk.get("/cases/case-1").text
    assert page.count(" data-awaits") == 1 and 'data-reading="waits"' in page
    asked = f"/cases/case-1/papers/reading?seen={turned.revision}"
    waits = desk.get(asked).text
    assert 'data-reading="waits"' in waits and "第2页" in waits and asked in waits
    pages = tuple(p.model_copy(update={"awaits_reading": False}) for p in turned.documents[1].pages)
    documents = (turned.documents[0], turned.documents[1].model_copy(update={"pages": pages}), *turned.documents[2:])
    papers.put(turned.model_copy(update={"documents": documents, "revision": turned.revision + 1}))
    read = desk.get(asked).text
    assert 'data-reading="done"' in read and 'href="/cases/case-1?papers=1"' in read
    assert "papers-reading" not in desk.get("/cases/case-1").text


def test_a_replaced_page_is_marked_and_can_count_again(desk: TestClient, papers: PaperBackend) -> None:
    case = papers.case("case-1")
    old, new = case.documents[2], case.documents[0]
    said = ReplacedPage(
        sha256=old.source.object.sha256,
        source_page=old.pages[-1].source_page,
        new_sha256=new.source.object.sha256,
        new_page=1,
        by="收发员",
        at=NOW,
    )
    trail = case.papers.model_copy(update={"replaced": (said,)})
    papers.put(case.model_copy(update={"papers": trail, "documents": flagged(case.documents, trail)}))
    page = desk.get("/cases/case-1").text
    assert page.count(" data-replaced") == 1 and f"已由新扫描件替换：{new.source.name}" in page
    assert page.count("data-quality") == 1, "the other poor page still asks for a scan"
    english = desk.get("/cases/case-1", headers={"Accept-Language": "en"}).text
    assert f"Replaced by a new scan: {new.source.name}" in english
    restored = desk.post("/cases/case-1/papers", data=form(papers, "restore", len(old.pages), document=2))
    assert restored.status_code == 303 and " data-replaced" not in desk.get("/cases/case-1").text


def test_the_station_does_without() -> None:
    cases = backend()
    with TestClient(
        create_app(Parts(review=cases, queue=MemoryQueue(cases)), clock=lambda: NOW), base_url="http://127.0.0.1:8765"
    ) as client:
        page = client.get("/cases/case-1")
        assert page.status_code == 200 and 'id="papers"' not in page.text
        assert client.get("/rescans").status_code == 404
