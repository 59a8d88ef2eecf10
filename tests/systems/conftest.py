"""An installation with real storage: two drawn cases, tokens, uploads and webhooks behind the interface."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from domain.access import Scope
from domain.case import Case
from domain.documents import ScanBatch, SourceFile
from domain.vocabulary import Channel, DocumentKind
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.systems_service import open_systems
from flows.wiring import Services, load_policies
from review_ui.app import create_app
from review_ui.parts import Parts
from storage import PageText, Storage, open_storage
from tests.review_ui.drawn import LETTER_LINES, POLICY, Sheet, doubtful_case, sheets

ADDRESS = "http://127.0.0.1:8765"
START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Bell:
    """What is woken instead of reading: counts how often it was woken."""

    rung: int = 0

    def wake(self) -> None:
        self.rung += 1


@dataclass
class House:
    """An installation and its interface."""

    services: Services
    app: FastAPI
    clock: HandClock
    bell: Bell
    cases: tuple[Case, ...] = field(default=())

    @property
    def storage(self) -> Storage:
        return self.services.storage

    def client(self, *scopes: Scope) -> TestClient:
        """A program with a token of these scopes; the person at this machine when there are none."""
        headers = {}
        if scopes:
            _, text = self.storage.api_tokens.create("CRM", scopes, 30, "管理员")
            headers = {"Authorization": f"Bearer {text}"}
        return TestClient(self.app, base_url=ADDRESS, headers=headers)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "home"
    open_storage(folder).close()
    return folder


def open_house(home: Path) -> House:
    """Open the installation at ``home``."""
    clock, bell = HandClock(), Bell()
    settings = load_settings().model_copy(update={"home": home, "database_url": None})
    services = Services(settings, load_policies(settings.policies, None), open_storage(home, clock=clock))
    parts = Parts(
        review=ReviewService(services),
        queue=QueueService(services),
        audit=services.storage.audit,
        systems=open_systems(services, bell.wake),
    )
    return House(services, create_app(parts, clock=clock), clock, bell)


@pytest.fixture
def house(tmp_path: Path, empty_home: Path) -> Iterator[House]:
    opened = open_house(Path(shutil.copytree(empty_home, tmp_path / "home")))
    form, letter, card = sheets()
    opened.cases = (save_case(opened.storage, form, letter, card), save_case(opened.storage, other_letter()))
    yield opened
    opened.services.close()


@cache
def other_letter() -> Sheet:
    """A letter with bytes of its own: the same papers would be the same case."""
    return Sheet(DocumentKind.COMPLAINT_LETTER, "04_投诉书.png", "再次投诉", LETTER_LINES)


def save_case(storage: Storage, *papers: Sheet) -> Case:
    """Accept the papers and save what was read in them; nothing is filed."""
    files = tuple(
        SourceFile(name=p.document.source.name, object=storage.objects.put(p.picture.content, "image/png"))
        for p in papers
    )
    batch = ScanBatch(id=f"b-{papers[0].id}-{len(papers)}", received_at=START, channel=Channel.LETTER, files=files)
    row = storage.intake.accept_batch(batch, POLICY, "EXM")
    documents = tuple(p.document.model_copy(update={"source": f}) for p, f in zip(papers, files, strict=True))
    drawn = doubtful_case(*sheets())
    case = drawn.model_copy(
        update={"id": row.id, "number": row.number, "documents": documents, "received_at": row.received_at}
    )
    texts = tuple(PageText(p.id, 1, "\n".join(p.words.values())) for p in papers)
    storage.cases.save_case(case, "assembled", None, None, texts)
    return case
