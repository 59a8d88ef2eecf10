"""The application over the memory backend, and a client on a loopback name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from review_ui.app import create_app
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.review_ui.drawn import backend
from tests.review_ui.memory_backend import MemoryBackend
from tests.review_ui.memory_queue import MemoryQueue


@pytest.fixture
def cases() -> MemoryBackend:
    return backend()


@pytest.fixture
def client(cases: MemoryBackend) -> Iterator[TestClient]:
    with TestClient(
        create_app(Parts(review=cases, queue=MemoryQueue(cases)), clock=lambda: NOW), base_url="http://127.0.0.1:8765"
    ) as client:
        yield client
