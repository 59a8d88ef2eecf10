"""Papers arranged by hand in a real stack: the case is right again, answers stay, later runs keep the cut."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.case import Case, Decision
from domain.errors import DecisionError, StaleRevisionError
from domain.evidence import FieldValue
from flows.papers_service import PapersService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from tests.domain.paper_cases import expect_sound, pages_of
from tests.flows.conftest import ADOPTION, CASES, INCOMPLETE, MAJOR, FolderOf, Ingested, ingest_arguments, juanzong

STACK = CASES / "05_stack_in_one_pdf"
ACTOR = "余审核"


@pytest.fixture(scope="module")
def stacked(ingested: Ingested, tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """The shared ingest with the stack beside it."""
    home = Path(shutil.copytree(ingested.home, tmp_path_factory.mktemp("stacked") / "home"))
    done = juanzong(home, *ingest_arguments(STACK), "--json", "-")
    assert done.code == 0, done.err
    return Ingested(home, done)


@pytest.fixture
def home(stacked: Ingested, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stacked.home, tmp_path / "home"))


@pytest.fixture
def number(stacked: Ingested) -> str:
    return str(stacked.done.json["cases"][0]["case_number"])


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    opened = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    yield opened
    opened.close()


class Reviewer:
    """A person at work on the newest revision of one case."""

    def __init__(self, services: Services, number: str) -> None:
        self._review, self._papers, self._number = ReviewService(services), PapersService(services), number

    @property
    def case(self) -> Case:
        return self._review.case(self._number)

    def say(self, action: str, subject: str, value: str | None = None) -> Case:
        found = self.case
        return self._review.decide(found.id, found.revision, _decision(action, subject, value))

    def send(self, subject: str, to: str) -> tuple[Case, Case]:
        found = self.case
        return self._papers.send(found.id, found.revision, _decision("send", subject, to))

    def undo(self) -> Case:
        found = self.case
        return self._papers.undo(found.id, found.revision, ACTOR, datetime.now(UTC))


def _decision(action: str, subject: str, value: str | None) -> Decision:
    told = {"actor": ACTOR, "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
    return Decision.model_validate(told)


def cut(found: Case) -> list[tuple[str, list[int]]]:
    return [(d.kind.kind.value, [p.source_page for p in d.pages]) for d in found.documents]


def what_matters(found: Case) -> dict[str, object]:
    return found.model_dump(exclude={"revision", "decisions", "papers"})


def test_a_wrong_cut_is_mended_by_hand(services: Services, number: str) -> None:
    person = Reviewer(services, number)
    before = person.case
    person.say("correct", "field:complainant_phone", "020-88886666")
    right = person.case
    first, second = right.documents[0], right.documents[1]

    wrong = person.say("merge", f"document:{first.id}", second.id)
    assert len(wrong.documents) == len(right.documents) - 1 and pages_of(wrong) == pages_of(right)
    expect_sound(wrong)
    assert {f.name for f in wrong.documents[0].fields} != {f.name for f in first.fields} or wrong.fields != right.fields
    assert wrong.field_value("complainant_phone") == "020-88886666"
    assert wrong.judgement is not None

    mended = person.say("split", f"document:{wrong.documents[0].id}", str(len(first.pages)))
    assert cut(mended) == cut(right)
    assert [d.id for d in mended.documents] == [d.id for d in right.documents]
    assert mended.documents[0].fields == first.fields and mended.documents[1].fields == second.fields
    assert mended.fields == right.fields and mended.judgement == right.judgement
    assert {r.subject for r in mended.review} == {r.subject for r in right.review}

    back = person.undo()
    assert what_matters(back) == what_matters(wrong)
    person.undo()
    assert what_matters(person.undo()) == what_matters(before)
    assert [d.action for d in person.case.decisions] == ["correct", "merge", "split", "undo", "undo", "undo"]
    with pytest.raises(DecisionError, match="没有可撤销"):
        person.undo()
    assert services.storage.fixity.verify_archive() == ()


def test_a_kind_and_a_cut_survive_new_papers(services: Services, home: Path, number: str, folder_of: FolderOf) -> None:
    person = Reviewer(services, number)
    document = next(d for d in person.case.documents if len(d.pages) == 1)
    person.say("kind", f"document:{document.id}", "evidence")
    longest = max((d for d in person.case.documents if d.id != document.id), key=lambda d: len(d.pages))
    page = f"page:{longest.id}/{len(longest.pages)}"
    person.say("turn", page, "90")
    turned = next(d for d in person.case.documents if d.pages[-1].turned_by_hand == 90)
    person.say("rescan", f"page:{turned.id}/{len(turned.pages)}", "字迹模糊")
    arranged = person.case
    expect_sound(arranged)
    (entry,) = PapersService(services).rescans()
    assert (entry.case_number, entry.page, entry.reason) == (number, len(turned.pages), "字迹模糊")

    folder = folder_of("原件夹", *STACK.iterdir(), MAJOR / "证据.jpg")
    done = juanzong(home, *ingest_arguments(folder), "--json", "-")
    assert done.code == 0, done.err
    later = person.case
    assert later.revision == arranged.revision + 1 and later.decisions == arranged.decisions
    assert cut(later)[: len(arranged.documents)] == cut(arranged)
    kept = later.document(document.id)
    assert kept is not None and kept.kind.kind.value == "evidence" and kept.kind.producer == f"person:{ACTOR}"
    for now, then in zip(later.documents, arranged.documents, strict=False):
        lying = [p.model_copy(update={"quality": None, "awaits_reading": False}) for p in then.pages]
        if now.id == turned.id:
            assert [p.model_copy(update={"quality": None}) for p in now.pages] == lying, "read anew as it lies"
        else:
            assert now == then
    expect_sound(later)
    assert services.storage.fixity.verify_archive() == ()


def test_a_new_scan_closes_the_request(
    services: Services, home: Path, numbers: tuple[str, str], folder_of: FolderOf
) -> None:
    person = Reviewer(services, numbers[0])
    document = next(d for d in person.case.documents if d.source.name == "form.jpg")
    person.say("rescan", f"page:{document.id}/1", "缺角或被裁切")
    again = folder_of("原件夹", *INCOMPLETE.iterdir())
    # the same sheet scanned once more: other bytes, the same words
    (again / "form_重扫.jpg").write_bytes((again / "form.jpg").read_bytes() + b"\0")
    done = juanzong(home, *ingest_arguments(again), "--json", "-")
    assert done.code == 0, done.err
    (request,) = person.case.papers.rescans
    assert request.closed_by == "juanzong" and request.closing == "新的扫描件已到：form_重扫.jpg"
    assert PapersService(services).rescans() == ()


def test_papers_go_to_another_case_with_their_original(
    services: Services, home: Path, number: str, numbers: tuple[str, str]
) -> None:
    person, other = Reviewer(services, number), Reviewer(services, numbers[0])
    whole = pages_of(person.case, other.case)
    stale = person.case
    document = person.case.documents[-1]
    given, taken = person.send(f"document:{document.id}", numbers[0])
    assert (given.decisions[-1].value, taken.decisions[-1].value) == (numbers[0], number)
    assert given.document(document.id) is None and taken.document(document.id) is not None
    moved = taken.document(document.id)
    assert moved is not None and moved.fields == document.fields and moved.kind == document.kind
    assert pages_of(given, taken) == whole
    expect_sound(given)
    expect_sound(taken)
    with pytest.raises(StaleRevisionError):
        PapersService(services).send(stale.id, stale.revision, _decision("send", f"document:{document.id}", numbers[0]))
    with pytest.raises(DecisionError, match="不能在一案单独撤销"):
        person.undo()

    filed = other.say("finish", "case")
    assert {o.sha256 for o in filed.archive.objects} >= {document.source.object.sha256}
    assert services.storage.fixity.verify_archive() == ()
    done = juanzong(home, *ingest_arguments(INCOMPLETE, STACK), "--json", "-")
    assert done.code == 0, done.err
    assert pages_of(person.case, other.case) == whole, "another run of the same papers changes nothing"


def test_a_page_called_blank_is_read_no_more_and_again_when_restored(services: Services, number: str) -> None:
    person = Reviewer(services, number)
    before = person.case
    document = next(d for d in before.documents if any(isinstance(f, FieldValue) for f in d.fields))
    for page in document.pages:
        person.say("blank", f"page:{document.id}/{page.number}")
    emptied = person.case.document(document.id)
    assert emptied is not None and not any(isinstance(f, FieldValue) for f in emptied.fields)
    assert all(p.blank for p in emptied.pages)
    texts = {(t.document_id, t.page): t.text for t in services.storage.cases.case_texts(before.id)}
    assert texts[document.id, 1] == ""
    for page in document.pages:
        person.say("restore", f"page:{document.id}/{page.number}")
    restored = person.case.document(document.id)
    assert restored is not None and restored.fields == document.fields
    assert person.case.fields == before.fields and person.case.judgement == before.judgement
