"""Webhooks against a real receiver: signed, at least once, in order, and never to where they must not go."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

import storage.filing
from domain.case import Case
from domain.system_errors import WebhookRefusedError
from domain.webhooks import ATTEMPTS, JITTER, EventType, WebhookEndpoint, retry_delay
from flows import webhook_delivery
from flows.systems_service import WebhookService
from flows.webhook_delivery import DeliveryWorker
from flows.webhook_sending import AddressPolicy, Sender, checked_url
from storage import Storage
from tests.systems.conftest import House
from tests.systems.receivers import HANG, Receiver, receiver

T = TypeVar("T")


def apart(act: Callable[[], T]) -> T:
    """Return what ``act`` returns in a thread of its own: in this one a browser's event loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


def deliver_due(storage: Storage, sender: Sender, chance: Callable[[], float] = random.random) -> int:
    return apart(lambda: webhook_delivery.deliver_due(storage, sender, chance))


def deliver_all(storage: Storage, sender: Sender) -> int:
    return apart(lambda: webhook_delivery.deliver_all(storage, sender))


FILED = (EventType.CASE_FILED, EventType.CASE_AMENDED)
GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def sender(patience: float = 30.0) -> Sender:
    return Sender(AddressPolicy(), patience)


def listening(house: House, target: Receiver, events: tuple[EventType, ...] = FILED) -> WebhookEndpoint:
    return WebhookService(house.services).add(target.address, events, "管理员")


def filed(house: House, case: Case) -> Case:
    house.storage.filing.file_case(case)
    return case


def amended(house: House, case: Case) -> Case:
    after = case.model_copy(update={"revision": case.revision + 1})
    house.storage.cases.save_case(after, "finish", case.revision)
    return filed(house, after)


def states(house: House, endpoint: WebhookEndpoint) -> list[tuple[str, int]]:
    return [(d.state, d.attempts) for d in house.storage.webhooks.deliveries(endpoint.id, None, 50)]


def verifier() -> Callable[..., bool]:
    """The verifier that docs/api.md gives to receivers."""
    code = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert code is not None
    assert len(code.group(1).strip().splitlines()) <= 16
    names: dict[str, Any] = {}
    exec(code.group(1), names)
    return names["verified"]  # type: ignore[no-any-return]


def test_a_filing_is_told_signed_and_without_personal_data(house: House) -> None:
    with receiver() as target:
        endpoint = listening(house, target)
        case = filed(house, house.cases[0])
        amended(house, case)
        assert deliver_all(house.storage, sender()) == 2
    bodies = [json.loads(body) for _, body in target.messages]
    assert [b["type"] for b in bodies] == ["case.filed", "case.amended"]
    assert [b["case"]["revision"] for b in bodies] == [1, 2]
    assert set(bodies[0]) == {"type", "event_id", "occurred_at", "case"}
    assert bodies[0]["case"] == {"id": case.id, "number": case.number, "revision": 1, "status": case.status}
    now = int(house.clock.now.timestamp())
    for headers, body in target.messages:
        assert headers["webhook-id"] == json.loads(body)["event_id"]
        assert verifier()(endpoint.secret, headers, body, now)
        assert not verifier()(endpoint.secret, headers, body + b" ", now)
        assert not verifier()(endpoint.secret, headers, body, now + 600)
    assert states(house, endpoint) == [("delivered", 1)] * 2


def test_receipt_is_told_and_only_what_was_asked_for(house: House) -> None:
    with receiver() as target:
        listening(house, target, (EventType.CASE_RECEIVED,))
        reply = house.client().post("/api/v1/uploads?policy=exchange-member", files={"file": ("信.pdf", _pdf())})
        filed(house, house.cases[0])
        assert deliver_all(house.storage, sender()) == 1
    (case,) = reply.json()["upload"]["cases"]
    assert json.loads(target.messages[0][1])["case"] == {
        "id": case["case_id"],
        "number": case["case_number"],
        "revision": None,
        "status": None,
    }


def _pdf() -> bytes:
    import pymupdf

    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "letter")
        return bytes(document.tobytes())


def test_event_and_filing_are_one_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("killed between filing and event")

    with receiver() as target:
        endpoint = listening(house, target)
        monkeypatch.setattr(storage.filing, "announce", broken)
        with pytest.raises(RuntimeError):
            filed(house, house.cases[0])
        assert house.storage.filing.record(house.cases[0].id) is None
        monkeypatch.undo()
        filed(house, house.cases[0])
        filed(house, house.cases[0])
    assert states(house, endpoint) == [("pending", 0)]


def test_failures_are_tried_again_with_the_same_id(house: House) -> None:
    with receiver(500, 503, 429) as target:
        endpoint = listening(house, target)
        filed(house, house.cases[0])
        for wait in (10, 30, 90):
            assert deliver_due(house.storage, sender(), lambda: 0.5) == 0
            assert deliver_due(house.storage, sender(), lambda: 0.5) == 0  # not due yet
            house.clock.move(seconds=wait)
        assert deliver_due(house.storage, sender(), lambda: 0.5) == 1
    assert len(target.messages) == 4 and len(set(target.ids)) == 1
    assert states(house, endpoint) == [("delivered", 4)]


def test_after_a_day_it_is_given_up_and_can_be_sent_again(house: House) -> None:
    client = house.client()
    with receiver(*[500] * ATTEMPTS) as target:
        endpoint = listening(house, target)
        filed(house, house.cases[0])
        for _ in range(ATTEMPTS):
            deliver_due(house.storage, sender())
            house.clock.move(hours=8)
        (dead,) = house.storage.webhooks.deliveries(endpoint.id, "dead", 9)
        assert (dead.attempts, dead.last_status, dead.last_error) == (ATTEMPTS, 500, "HTTP 500")
        page = client.get("/admin/webhooks").text
        assert "已放弃" in page and "重新推送" in page
        again = client.post(f"/admin/webhooks/{endpoint.id}/deliveries/{dead.event.id}/send", follow_redirects=False)
        assert again.status_code == 303
        assert deliver_due(house.storage, sender()) == 1
    assert set(target.ids) == {dead.event.id}
    assert "已送达" in client.get("/admin/webhooks").text


def test_gone_switches_the_address_off(house: House) -> None:
    with receiver(410) as target:
        endpoint = listening(house, target)
        filed(house, house.cases[0])
        deliver_all(house.storage, sender())
        filed(house, house.cases[1])
        assert deliver_all(house.storage, sender()) == 0
    assert len(target.messages) == 1
    assert states(house, endpoint) == [("dead", 1)]
    assert "410" in (house.storage.webhooks.endpoint(endpoint.id).disabled_because or "")


def test_a_receiver_that_hangs_does_not_hold_up_the_others(house: House) -> None:
    with receiver(HANG) as slow, receiver() as quick:
        hanging, other = listening(house, slow), listening(house, quick)
        filed(house, house.cases[0])
        assert deliver_due(house.storage, sender(patience=1.5)) == 1
        assert states(house, other) == [("delivered", 1)]
        (delivery,) = house.storage.webhooks.deliveries(hanging.id, None, 9)
        assert (delivery.state, delivery.last_status) == ("pending", None)
        assert "没有应答" in (delivery.last_error or "")


def test_redirects_are_not_followed(house: House) -> None:
    with receiver(302) as target:
        endpoint = listening(house, target)
        filed(house, house.cases[0])
        assert deliver_due(house.storage, sender()) == 0
        assert len(target.messages) == 1
        assert house.storage.webhooks.deliveries(endpoint.id, "pending", 9)[0].last_status == 302


def test_nobody_there_is_a_failed_attempt(house: House) -> None:
    with receiver() as target:
        endpoint = listening(house, target)
    filed(house, house.cases[0])
    assert deliver_due(house.storage, sender()) == 0
    assert "无法连接" in (house.storage.webhooks.deliveries(endpoint.id, "pending", 9)[0].last_error or "")


def test_events_of_a_case_come_in_order_and_cases_do_not_wait_for_each_other(house: House) -> None:
    with receiver(500) as target:
        listening(house, target)
        first = filed(house, house.cases[0])
        amended(house, first)
        filed(house, house.cases[1])
        deliver_due(house.storage, sender())
        numbers = [(b["case"]["number"], b["case"]["revision"]) for b in map(json.loads, _bodies(target))]
        assert numbers == [(first.number, 1), (house.cases[1].number, 1)]
        house.clock.move(minutes=1)
        deliver_all(house.storage, sender())
        numbers = [(b["case"]["number"], b["case"]["revision"]) for b in map(json.loads, _bodies(target))]
        assert numbers[2:] == [(first.number, 1), (first.number, 2)]


def _bodies(target: Receiver) -> list[bytes]:
    return [body for _, body in target.messages]


def test_two_workers_do_not_send_the_same_delivery(house: House) -> None:
    with receiver() as target:
        listening(house, target)
        for case in house.cases:
            filed(house, case)
        threads = [threading.Thread(target=deliver_all, args=(house.storage, sender())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(target.ids) == len(set(target.ids)) == 2


def test_a_claim_of_a_killed_worker_ends(house: House) -> None:
    with receiver() as target:
        endpoint = listening(house, target)
        filed(house, house.cases[0])
        taken = house.storage.webhooks.take_due(endpoint.id, house.clock.now + timedelta(minutes=5), 9)
        assert len(taken) == 1 and deliver_due(house.storage, sender()) == 0
        house.clock.move(minutes=6)
        assert deliver_due(house.storage, sender()) == 1


def test_the_worker_in_the_serving_process_delivers(house: House) -> None:
    with receiver() as target:
        endpoint = listening(house, target)
        filed(house, house.cases[0])
        worker = DeliveryWorker(house.storage, sender(), pause=0.01)
        worker.start()
        done = threading.Event()
        while states(house, endpoint) != [("delivered", 1)]:
            done.wait(0.01)
        worker.stop()
    assert len(target.messages) == 1


def test_both_secrets_sign_while_one_is_changed(house: House) -> None:
    with receiver() as target:
        old = listening(house, target)
        new = WebhookService(house.services).rotate(old.id)
        now = int(house.clock.now.timestamp())
        filed(house, house.cases[0])
        deliver_all(house.storage, sender())
        headers, body = target.messages[0]
        assert verifier()(old.secret, headers, body, now) and verifier()(new.secret, headers, body, now)
        house.clock.move(days=2)
        now = int(house.clock.now.timestamp())
        filed(house, house.cases[1])
        deliver_all(house.storage, sender())
        headers, body = target.messages[1]
        assert not verifier()(old.secret, headers, body, now) and verifier()(new.secret, headers, body, now)


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com/hook",
        "ftp://crm.example.com/",
        "https://",
        "crm.example.com",
        "https://user:word@crm.example.com/",
        "https://crm.example.com/#part",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "https://100.100.100.200/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://127.0.0.2/",
        "https://crm.example.com:99999/",
        "https://crm.example.com/a b",
        "https://例子.example/",
    ],
)
def test_addresses_that_are_refused(house: House, url: str) -> None:
    with pytest.raises(WebhookRefusedError):
        checked_url(url, AddressPolicy())
    reply = house.client().post("/api/v1/webhooks", json={"url": url, "events": ["case.filed"]})
    assert (reply.status_code, reply.json()["error"]) == (400, "WebhookRefusedError")
    page = house.client().post("/admin/webhooks", data={"url": url, "event": "case.filed"})
    assert page.status_code == 422 and house.storage.webhooks.endpoints() == ()


def test_the_house_decides_about_its_own_network() -> None:
    for url in ("https://10.1.2.3/", "https://192.168.1.9/hook", "https://[fd12::9]/"):
        checked_url(url, AddressPolicy(private=True))
        with pytest.raises(WebhookRefusedError):
            checked_url(url, AddressPolicy(private=False))


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%eth0"])
def test_a_name_that_leads_elsewhere_is_not_followed(house: House, address: str) -> None:
    async def rebound(_host: str, _port: int) -> tuple[str, ...]:
        return ("203.0.113.7", address)

    endpoint = house.storage.webhooks.add_endpoint("https://crm.example.com/hook", FILED, "whsec_AAAA", "管理员")
    filed(house, house.cases[0])
    (delivery,) = house.storage.webhooks.deliveries(endpoint.id, None, 9)
    sending = Sender(AddressPolicy(), 5, rebound).send(endpoint, delivery, house.clock.now)
    outcome = apart(lambda: asyncio.run(sending))
    assert outcome.status is None and "不允许" in (outcome.error or "")


def test_delays_grow_and_cover_a_day() -> None:
    delays = [retry_delay(n, 0.5) for n in range(1, ATTEMPTS)]
    known = [d for d in delays if d is not None]
    assert len(known) == ATTEMPTS - 1 and known == sorted(known)
    assert timedelta(hours=20) < sum(known, timedelta()) < timedelta(hours=30)
    assert retry_delay(ATTEMPTS, 0.5) is None
    shortest, longest = retry_delay(3, 0.0), retry_delay(3, 1.0)
    assert shortest is not None and longest is not None
    assert longest / shortest == pytest.approx((1 + JITTER) / (1 - JITTER))


def test_the_interface_of_webhooks(house: House) -> None:
    client = house.client()
    with receiver(500) as target:
        made = client.post("/api/v1/webhooks", json={"url": target.address, "events": ["case.filed"]})
        assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
        place = f"/api/v1/webhooks/{made.json()['webhook']['id']}"
        assert "secret" not in client.get(place).json()
        assert client.get("/api/v1/webhooks").json()["webhooks"] == [client.get(place).json()]
        assert client.put(f"{place}/switch", json={"on": False}).json()["disabled_at"] is not None
        assert client.put(f"{place}/switch", json={"on": True}).json()["disabled_at"] is None
        assert client.post(f"{place}/secret").json()["secret"] != made.json()["secret"]
        filed(house, house.cases[0])
        deliver_all(house.storage, sender())
        (sent,) = client.get(f"{place}/deliveries", params={"state": "pending"}).json()["deliveries"]
        assert client.post(f"{place}/deliveries/{sent['event']['id']}/send").json()["attempts"] == 0
        assert deliver_all(house.storage, sender()) == 1
    assert client.get("/api/v1/webhooks/wh_000000000000").status_code == 404
    assert client.post(f"{place}/deliveries/evt_{'0' * 32}/send").status_code == 404
