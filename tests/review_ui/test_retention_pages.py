"""Holds and disposal over HTTP: written down before they are done, and hidden from whom the case names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from domain.audit import AuditFilter, Operation, Result
from domain.errors import StorageError
from flows.retention_service import RetentionService
from review_ui.app import create_app
from tests.review_ui.desk_home import DeskHome, worked_home

NUMBER = "EXM-2026-000001"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    desk = worked_home(tmp_path / "home")
    yield desk
    desk.close()


@pytest.fixture
def client(home: DeskHome) -> Iterator[TestClient]:
    """Pages without sign-in: everybody is the same person."""
    services = home.services
    parts = replace(home.parts, audit=services.storage.audit, retention=RetentionService(services))
    with TestClient(create_app(parts, clock=home.clock), base_url="http://127.0.0.1:8765") as client:
        yield client


def changes(home: DeskHome) -> list[tuple[object, Result]]:
    """Return what the audit log says about holds and disposal, oldest first."""
    wanted = (Operation.HOLD_CHANGED, Operation.DISPOSAL_CHANGED)
    found = [e.event for e in home.services.storage.audit.find(AuditFilter(), 50) if e.event.operation in wanted]
    return [(event.details["change"], event.result) for event in reversed(found)]


def test_one_person_alone_holds_and_does_not_release(home: DeskHome, client: TestClient) -> None:
    assert client.post("/archive/holds", data={"case": NUMBER, "reason": "法院"}).status_code == 200
    hold = home.services.storage.retention.holds.open()[0].placed.seq
    assert client.post(f"/archive/holds/{hold}/ask", data={"reason": "结案"}).status_code == 200
    reply = client.post(f"/archive/holds/{hold}/release")
    assert reply.status_code == 400
    assert "由另一人确认" in reply.text
    assert home.services.storage.retention.holds.open()
    assert changes(home) == [
        ("hold", Result.ALLOWED),
        ("ask_release", Result.ALLOWED),
        ("release", Result.ALLOWED),
        ("release", Result.REFUSED),
    ]
    case = client.get(f"/api/v1/cases/{NUMBER}").json()["cases"][0]
    assert {o["legal_hold"] for o in case["archive"]["objects"]} == {True}
    assert "法院" in client.get(f"/cases/{NUMBER}/file").text


@pytest.mark.parametrize(
    ("path", "data", "status", "words"),
    [
        ("/archive/holds", {"case": NUMBER, "reason": " "}, 400, "没有写明理由"),
        ("/archive/holds", {"case": "EXM-1999-000001", "reason": "法院"}, 404, "没有案件"),
        ("/archive/holds/99/release", {}, 400, "没有编号为 99 的保全"),
        ("/archive/disposals", {}, 400, "没有保管期满"),
        ("/archive/disposals/QC-1999-0001/approve", {}, 400, "没有销毁清册"),
        ("/archive/disposals/QC-1999-0001/destroy", {}, 400, "没有销毁清册"),
    ],
)
def test_what_cannot_be_done_says_why(
    client: TestClient, path: str, data: dict[str, str], status: int, words: str
) -> None:
    reply = client.post(path, data=data)
    assert reply.status_code == status
    assert words in reply.text


def test_nothing_is_done_when_it_cannot_be_written_down(
    home: DeskHome, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise StorageError("磁盘已满", "请清理磁盘")

    monkeypatch.setattr(type(home.services.storage.audit), "record", full)
    assert client.post("/archive/holds", data={"case": NUMBER, "reason": "法院"}).status_code == 500
    assert home.services.storage.retention.holds.open() == ()
