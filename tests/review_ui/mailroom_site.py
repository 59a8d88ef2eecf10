"""The application over the memory backend and the real mailroom in a home of its own."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from flows.mailroom_service import MailroomService
from flows.wiring import Services
from review_ui.app import create_app
from review_ui.parts import Parts
from tests.flows.mailroom import open_home, service_over
from tests.review_ui.drawn import backend
from tests.review_ui.memory_queue import MemoryQueue


def mailroom_app(home: Path) -> tuple[FastAPI, Services, MailroomService]:
    services = open_home(home)
    service = service_over(services)
    cases = backend()
    return create_app(Parts(review=cases, queue=MemoryQueue(cases), mailroom=service)), services, service
