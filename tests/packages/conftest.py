"""Two instances, and cases with real papers, corrected by a person and filed twice. All people are invented."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.case import Case, Decision
from domain.evidence import Evidence
from domain.review import apply_decision
from domain.vocabulary import CaseStatus, DocumentKind
from flows.settings import load_settings
from flows.wiring import Services, open_services
from storage import open_storage
from storage.manifest import Derivative
from storage.notices import NewNotice
from storage.rows import PageText
from tests.outgoing.papers import ADOPTION, RECEIVED, document, field, judgement, pdf, picture, put, stored

RETAIN = date(2046, 11, 3)
CORRECTED = "欧阳明月"

Open = Callable[[str], Services]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated") / "home"
    open_storage(folder).close()
    return folder


@pytest.fixture
def opened(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens an instance by its name; the same name is the same instance."""
    monkeypatch.setenv("JUANZONG_ADOPTION", str(ADOPTION))
    for name in ("JUANZONG_TEMPLATES", "JUANZONG_POLICIES", "JUANZONG_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:

        def open_home(name: str) -> Services:
            home = tmp_path / name
            if not home.exists():
                shutil.copytree(migrated, home)
            monkeypatch.setenv("JUANZONG_HOME", str(home))
            services = open_services(load_settings())
            stack.callback(services.close)
            return services

        yield open_home


@pytest.fixture
def here(opened: Open) -> Services:
    return opened("here")


@pytest.fixture
def there(opened: Open) -> Services:
    return opened("there")


@pytest.fixture
def filed(here: Services) -> Case:
    """A case of two files, filed, corrected by a person, filed again; another case was filed in between."""
    return filed_case(here)


def filed_case(services: Services, words: str = "letter") -> Case:
    storage = services.storage
    letter, photo = put(storage, "来件 1.pdf", pdf(words, "second")), put(storage, "照片.jpg", picture())
    documents = (
        document(letter, DocumentKind.COMPLAINT_LETTER, (1, 2), size=(595, 842)),
        document(photo, DocumentKind.EVIDENCE),
    )
    policy = services.policies.adopted("exchange-member")
    case = stored(
        storage,
        (letter, photo),
        documents,
        status=CaseStatus.AWAITING_REVIEW,
        judgement=judgement(policy),
        fields={"complainant_name": field("complainant_name", "殴阳明月", documents[0].id, accepted=False)},
    )
    copy = Derivative(
        "searchable_pdf", "可检索.pdf", storage.objects.put(pdf("copy"), "application/pdf"), documents[0].id
    )
    storage.filing.file_case(case, (copy,), RETAIN)
    other = stored(storage, (put(storage, "另案.pdf", pdf(f"other {words}")),))
    storage.filing.file_case(other, (), RETAIN)
    changed = corrected(services, case)
    storage.filing.file_case(changed, (copy,), RETAIN)
    storage.desk.notices.record(
        NewNotice(case.id, changed.revision, "receipt", "受理通知书", "何启", pdf("docx"), pdf("notice"))
    )
    loaded = storage.cases.load_case(case.id)
    assert loaded is not None
    return loaded


def corrected(services: Services, case: Case, value: str = CORRECTED) -> Case:
    """Return the case after a person typed another name, saved."""
    place = Evidence(document_id=case.documents[0].id, page=2, bbox=(100, 100, 300, 130), quote="殴阳明月")
    decision = Decision(
        actor="周敏",
        at=RECEIVED + timedelta(days=1),
        action="correct",
        subject="field:complainant_name",
        value=value,
        evidence=(place,),
    )
    changed = apply_decision(case, decision)
    texts = tuple(PageText(d.id, p.number, f"{CORRECTED} {p.number}") for d in case.documents for p in d.pages)
    services.storage.cases.save_case(changed, "decision", case.revision, None, texts)
    return changed
