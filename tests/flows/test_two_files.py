"""One paper whose pages came as several files: photographs of one letter, a back page scanned later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pymupdf
import pytest

from domain.case import Case, Decision
from domain.documents import key_of, originals_of, source_hashes
from flows.papers_service import PapersService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.typing_service import TypingService
from flows.wiring import Services, open_services
from tests.domain.paper_cases import expect_sound, pages_of
from tests.flows.conftest import ADOPTION, MAJOR, FolderOf, Ingested, ingest_arguments, juanzong

ACTOR = "余审核"


@pytest.fixture
def services(ingested: Ingested, tmp_path: Path) -> Iterator[Services]:
    home = Path(shutil.copytree(ingested.home, tmp_path / "home"))
    opened = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    yield opened
    opened.close()


class Reviewer:
    """A person at work on one case."""

    def __init__(self, services: Services, number: str) -> None:
        self.review, self.papers, self.number = ReviewService(services), PapersService(services), number

    @property
    def case(self) -> Case:
        return self.review.case(self.number)

    def say(self, action: str, subject: str, value: str | None = None) -> Case:
        found = self.case
        return self.review.decide(found.id, found.revision, decision(action, subject, value))

    def id_of(self, file: str) -> str:
        return next(d.id for d in self.case.documents if d.source.name.endswith(file))

    def merge(self) -> Case:
        """Put the evidence behind the letter, which is another file."""
        return self.say("merge", f"document:{self.id_of('投诉信.tif')}", self.id_of("证据.jpg"))


def decision(action: str, subject: str, value: str | None) -> Decision:
    told = {"actor": ACTOR, "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
    return Decision.model_validate(told)


def test_pages_of_two_files_are_one_paper_read_shown_and_filed(services: Services, numbers: tuple[str, str]) -> None:
    person = Reviewer(services, numbers[1])
    before = person.case
    alone = {name: before.document(person.id_of(name)) for name in ("投诉信.tif", "证据.jpg")}
    letter, evidence = alone["投诉信.tif"], alone["证据.jpg"]
    assert letter is not None and evidence is not None
    words = {(t.document_id, t.page): t.text for t in services.storage.cases.case_texts(before.id)}

    whole = person.merge()
    expect_sound(whole)
    assert pages_of(whole) == pages_of(before)
    (merged,) = (d for d in whole.documents if len(source_hashes(d)) == 2)
    last = len(letter.pages) + 1
    assert originals_of(merged) == ((1, letter.source), (last, evidence.source))
    assert {f.name for f in merged.fields} >= {f.name for f in letter.fields if f.name == "complaint_facts"}
    now = {(t.document_id, t.page): t.text for t in services.storage.cases.case_texts(whole.id)}
    assert now[merged.id, last] == words[evidence.id, 1] != ""

    picture = person.review.page_image(whole.id, merged.id, last)
    assert picture == ReviewService(services).page_image(whole.id, merged.id, last) and picture.content
    assert person.review.original(whole.id, merged.id).name.endswith("投诉信.tif")
    assert person.review.original(whole.id, merged.id, last).name.endswith("证据.jpg")
    assert TypingService(services).lines(whole, merged.id, last)

    filed = person.say("finish", "case")
    record = services.storage.filing.record(filed.id, filed.revision)
    assert record is not None
    copies = [p for p in services.storage.desk.filings.of_case(filed.id)[-1].parts if p.role == "searchable_pdf"]
    (copy,) = (p for p in copies if "投诉信-1" in p.name)
    with pymupdf.open("pdf", services.storage.objects.read(copy.object.key)) as pdf:
        assert pdf.page_count == last and len(pdf[last - 1].get_text()) > 20
    assert services.storage.fixity.verify_archive() == ()


def test_a_paper_of_two_files_is_taken_apart_again(services: Services, numbers: tuple[str, str]) -> None:
    person = Reviewer(services, numbers[1])
    before = person.case
    whole = person.merge()
    (merged,) = (d for d in whole.documents if len(source_hashes(d)) == 2)
    apart = person.say("move", f"page:{merged.id}/{len(merged.pages)}", "new")
    assert {d.id for d in apart.documents} == {d.id for d in before.documents}
    assert apart.fields == before.fields
    found = person.case
    back = person.papers.undo(found.id, found.revision, ACTOR, datetime.now(UTC))
    assert back.documents == whole.documents
    assert pages_of(back) == pages_of(before)


def test_a_later_run_keeps_the_paper_and_its_turned_page_waits(
    services: Services, numbers: tuple[str, str], folder_of: FolderOf
) -> None:
    person = Reviewer(services, numbers[1])
    whole = person.merge()
    (merged,) = (d for d in whole.documents if len(source_hashes(d)) == 2)
    turned = person.say("turn", f"page:{merged.id}/{len(merged.pages)}", "90")
    waiting = next(d for d in turned.documents if len(source_hashes(d)) == 2)
    assert waiting.pages[-1].awaits_reading and not waiting.pages[0].awaits_reading
    (row,) = services.storage.intake.pending()
    assert row.number == numbers[1]
    folder = folder_of("原件夹", *MAJOR.iterdir())
    (folder / "补充.jpg").write_bytes((MAJOR / "证据.jpg").read_bytes() + b"\0")
    done = juanzong(services.settings.home, *ingest_arguments(folder), "--json", "-")
    assert done.code == 0, done.err
    later = person.case
    expect_sound(later)
    kept = later.document(waiting.id)
    assert kept is not None and [key_of(kept, p) for p in kept.pages] == [key_of(waiting, p) for p in waiting.pages]
    assert not any(p.awaits_reading for p in kept.pages) and kept.pages[-1].turned_by_hand == 90
    told = next(c for c in done.json["cases"] if c["case_number"] == numbers[1])
    pages = next(d for d in told["documents"] if d["document_id"] == waiting.id)["pages"]
    assert "sha256" not in pages[0] and pages[-1]["source_file"].endswith("证据.jpg")
    assert services.storage.fixity.verify_archive() == ()


def test_a_paper_of_two_files_goes_with_both_originals(services: Services, numbers: tuple[str, str]) -> None:
    person, other = Reviewer(services, numbers[1]), Reviewer(services, numbers[0])
    whole = person.merge()
    everything = pages_of(whole, other.case)
    (merged,) = (d for d in whole.documents if len(source_hashes(d)) == 2)
    person.papers.send(whole.id, whole.revision, decision("send", f"document:{merged.id}", numbers[0]))
    assert pages_of(person.case, other.case) == everything
    moved = other.case.document(merged.id)
    assert moved is not None and moved.fields == merged.fields
    filed = other.say("finish", "case")
    assert {o.sha256 for o in filed.archive.objects} >= source_hashes(merged)
    assert services.storage.fixity.verify_archive() == ()
