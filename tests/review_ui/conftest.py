"""The application over the memory backend, and a client on a loopback name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from domain.errors import DecisionError
from review_ui.app import create_app
from review_ui.parts import Parts
from review_ui.systems.backend import Systems
from storage.api_tokens import ApiTokens
from tests.domain.builders import NOW
from tests.review_ui.audited import audit_in
from tests.review_ui.drawn import backend
from tests.review_ui.memory_backend import MemoryBackend
from tests.review_ui.memory_desk import MemoryDesk
from tests.review_ui.memory_listing import MemoryListing
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.people import MemoryAccounts


@pytest.fixture
def cases() -> MemoryBackend:
    return backend()


@pytest.fixture
def client(cases: MemoryBackend) -> Iterator[TestClient]:
    with TestClient(
        create_app(Parts(review=cases, queue=MemoryQueue(cases)), clock=lambda: NOW), base_url="http://127.0.0.1:8765"
    ) as client:
        yield client


@pytest.fixture
def accounts(tmp_path: Path, cases: MemoryBackend) -> Iterator[MemoryAccounts]:
    service = MemoryAccounts(tmp_path, cases)
    yield service
    service.database.close()


class Unreached:
    """The desk of a test about who gets to it: whatever it is asked, it refuses."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*_arguments: object, **_named: object) -> Any:
            raise DecisionError("这里没有这个台位", "请换一个测试")

        return refuse


@pytest.fixture
def people_app(cases: MemoryBackend, accounts: MemoryAccounts, tmp_path: Path) -> FastAPI:
    desk = Unreached()
    parts = Parts(
        review=cases,
        queue=MemoryQueue(cases),
        accounts=accounts,
        audit=audit_in(tmp_path),
        papers=desk,
        mailroom=desk,
        four_eyes=desk,
        desk=MemoryDesk(cases),
        retention=desk,
        copies=desk,
        systems=Systems(
            listing=MemoryListing(cases), tokens=ApiTokens(accounts.database), uploads=desk, answers=desk, webhooks=desk
        ),
    )
    return create_app(parts, clock=lambda: NOW)


@pytest.fixture
def visitors(people_app: FastAPI) -> Iterator[TestClient]:
    """A client of the application that people sign in to."""
    with TestClient(people_app, base_url="http://127.0.0.1:8765") as client:
        yield client
