"""Papers handed in: numbers at once, the same answer for the same key, nothing lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import Scope
from review_ui.systems import uploads
from review_ui.systems.uploads import file_name
from tests.review_ui.drawn import Sheet, sheets
from tests.serving import served
from tests.systems.conftest import House

UPLOADS = "/api/v1/uploads?policy=exchange-member&channel=upload"


def scan(sheet: Sheet, extra: bytes = b"") -> bytes:
    """A picture of its own: bytes after the end of a PNG change nothing but its hash."""
    return sheet.picture.content + extra


@pytest.fixture
def papers() -> tuple[bytes, bytes]:
    form, letter, _ = sheets()
    return scan(form, b"1"), scan(letter, b"2")


def test_files_are_one_case_and_have_their_number_at_once(house: House, papers: tuple[bytes, bytes]) -> None:
    client = house.client(Scope.UPLOADS_WRITE)
    parts = [("file", ("登记表.png", papers[0])), ("file", ("投诉书.png", papers[1]))]
    reply = client.post(f"{UPLOADS}&received=2026-11-18", files=parts)
    assert reply.status_code == 202
    answer = reply.json()
    assert reply.headers["location"] == answer["status_url"]
    (case,) = answer["upload"]["cases"]
    assert case["created"] and case["state"] == "waiting"
    assert house.bell.rung == 1
    row = house.storage.intake.case_row(case["case_number"])
    assert [f.source.name for f in row.files] == ["登记表.png", "投诉书.png"]
    assert row.received_at.isoformat() == "2026-11-17T16:00:00+00:00"
    assert client.get(answer["status_url"]).json()["upload"]["state"] == "waiting"
    assert list((house.services.settings.home / "incoming").iterdir()) == []
    again = client.post(f"{UPLOADS}&received=2026-11-18", files=parts).json()["upload"]["cases"]
    assert again == [case | {"created": False}]


def test_each_file_a_case(house: House, papers: tuple[bytes, bytes]) -> None:
    parts = [("file", ("甲.png", papers[0])), ("file", ("甲.png", papers[1])), ("file", ("坏.pdf", b"%PDF-nonsense"))]
    answer = house.client().post(f"{UPLOADS}&as=cases", files=parts).json()["upload"]
    assert len({c["case_number"] for c in answer["cases"]}) == 2
    assert [f["file"] for f in answer["failures"]] == ["坏.pdf"]
    assert [i.failure.file for i in house.storage.failures.list_failures()] == ["坏.pdf"]


def test_one_file_as_the_body(house: House, papers: tuple[bytes, bytes]) -> None:
    client = house.client(Scope.UPLOADS_WRITE)
    reply = client.post(
        f"{UPLOADS}&name=../../传真.png", content=papers[0], headers={"Content-Type": "application/octet-stream"}
    )
    (case,) = reply.json()["upload"]["cases"]
    assert house.storage.intake.case_row(case["case_id"]).files[0].source.name == "传真.png"


@pytest.mark.parametrize(
    ("query", "kind", "body", "status"),
    [
        ("", "application/pdf", b"", 400),
        ("", "text/plain", b"letter", 415),
        ("&received=2031-01-01", "application/pdf", b"x", 400),
        ("&received=0001-01-01", "application/pdf", b"x", 400),
        ("&as=heap", "application/pdf", b"x", 422),
        ("", "multipart/form-data; boundary=x", b"nonsense", 400),
        ("", "multipart/form-data", b"nonsense", 400),
    ],
)
def test_what_is_refused(house: House, query: str, kind: str, body: bytes, status: int) -> None:
    reply = house.client().post(UPLOADS + query, content=body, headers={"Content-Type": kind})
    assert reply.status_code == status
    assert house.bell.rung == 0


def test_unknown_pack_and_too_many_bytes(
    house: House, papers: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"file": ("甲.png", papers[0])}
    assert house.client().post("/api/v1/uploads?policy=none", files=files).status_code == 404
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    assert house.client().post(UPLOADS, files=files).status_code == 413
    headers = {"Content-Type": "application/pdf"}
    assert house.client().post(UPLOADS, content=papers[0], headers=headers).status_code == 413
    assert list((house.services.settings.home / "incoming").iterdir()) == []


def test_the_same_key_gets_the_first_answer(house: House, papers: tuple[bytes, bytes]) -> None:
    client = house.client(Scope.UPLOADS_WRITE)
    key = {"Idempotency-Key": "letter-42"}
    first = client.post(UPLOADS, files={"file": ("甲.png", papers[0])}, headers=key)
    second = client.post(UPLOADS, files={"file": ("甲.png", papers[0])}, headers=key)
    assert second.json() == first.json() and second.status_code == 202
    assert second.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    other = client.post(UPLOADS, files={"file": ("甲.png", papers[1])}, headers=key)
    assert (other.status_code, other.json()["error"]) == (422, "IdempotencyKeyReusedError")
    renamed = client.post(UPLOADS, files={"file": ("乙.png", papers[0])}, headers=key)
    assert renamed.status_code == 422
    # keys of another system are its own
    stranger = house.client(Scope.UPLOADS_WRITE)
    assert stranger.post(UPLOADS, files={"file": ("甲.png", papers[1])}, headers=key).status_code == 202
    house.clock.move(hours=25)
    kept = client.post(UPLOADS, files={"file": ("甲.png", papers[0])}, headers=key)
    assert kept.headers["idempotent-replayed"] == "true"
    house.clock.move(hours=24)
    fresh = client.post(UPLOADS, files={"file": ("甲.png", papers[0])}, headers=key)
    assert "idempotent-replayed" not in fresh.headers


def test_a_key_in_use_is_a_conflict_until_its_holder_is_given_up(house: House, papers: tuple[bytes, bytes]) -> None:
    client = house.client()
    path = Path("甲.png")
    keys = house.storage.idempotency
    assert keys.begin("page", "k", "a" * 64) is None
    reply = client.post(UPLOADS, files={"file": (path.name, papers[0])}, headers={"Idempotency-Key": "k"})
    assert reply.status_code == 422
    with pytest.raises(Exception, match="仍在处理"):
        keys.begin("page", "k", "a" * 64)
    house.clock.move(minutes=11)
    assert keys.begin("page", "k", "a" * 64) is None


def test_a_failed_request_gives_its_key_back(house: House, papers: tuple[bytes, bytes]) -> None:
    key = {"Idempotency-Key": "k"}
    files = {"file": ("甲.png", papers[0])}
    assert house.client().post("/api/v1/uploads?policy=none", files=files, headers=key).status_code == 404
    assert house.client().post(UPLOADS, files=files, headers=key).status_code == 202


def test_ten_at_once_with_one_key_are_one_upload(house: House, papers: tuple[bytes, bytes]) -> None:
    gate = Barrier(10)

    def send(address: str) -> httpx.Response:
        gate.wait()
        files = {"file": ("甲.png", papers[0])}
        return httpx.post(address + UPLOADS, files=files, headers={"Idempotency-Key": "one"}, timeout=120)

    with served(house.app) as address, ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(send, [address] * 10))
        last = httpx.post(
            address + UPLOADS, files={"file": ("甲.png", papers[0])}, headers={"Idempotency-Key": "one"}, timeout=120
        )
    assert {r.status_code for r in replies} <= {202, 409}
    done = [r.json()["upload"]["id"] for r in (*replies, last) if r.status_code == 202]
    assert len(set(done)) == 1
    assert house.bell.rung == 1
    assert house.storage.cases.count_cases() == len(house.cases) + 1


@given(st.text())
def test_names_are_safe_on_disk(given_name: str) -> None:
    name = file_name(given_name)
    assert name and "/" not in name and "\x00" not in name and name not in (".", "..")
    assert len(name.encode()) <= 200
