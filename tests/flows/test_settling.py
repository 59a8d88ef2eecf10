"""Papers that come later: a new revision of the same case, and what a person said stays said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.case import Decision
from domain.vocabulary import MaterialStatus
from flows.claims import claimed, cut_short
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from tests.flows.conftest import ADOPTION, INCOMPLETE, MAJOR, FolderOf, ingest_arguments, juanzong


def opened(home: Path) -> Services:
    return open_services(load_settings(ADOPTION).model_copy(update={"home": home}))


def test_a_paper_added_to_the_folder_keeps_a_persons_answers(
    home: Path, folder_of: FolderOf, numbers: tuple[str, str]
) -> None:
    answers = (
        ("correct", "field:complainant_phone", "020-88886666"),
        ("not_present", "field:complaint_no", None),
        ("confirm", "materials:complaint_letter", None),
        ("set", "severity", "重大投诉"),
        ("finish", "case", None),
    )
    services = opened(home)
    service = ReviewService(services)
    for action, subject, value in answers:
        case = service.case(numbers[0])
        decision = {"actor": "余审核", "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
        service.decide(case.id, case.revision, Decision.model_validate(decision))
    before = service.case(numbers[0])
    assert before.finished
    services.close()

    folder = folder_of("原件夹", *INCOMPLETE.iterdir(), MAJOR / "证据.jpg")
    done = juanzong(home, *ingest_arguments(folder), "--json", "-")
    assert done.code == 0, done.err
    (document,) = done.json["cases"]
    assert document["case_number"] == numbers[0]
    assert {d["source_file"] for d in document["documents"]} == {"form.jpg", "letter.pdf", "证据.jpg"}

    services = opened(home)
    case = ReviewService(services).case(numbers[0])
    assert case.revision == before.revision + 1 and case.decisions == before.decisions
    assert not case.finished, "new paper opens the case again"
    assert case.field_value("complainant_phone") == "020-88886666"
    assert case.field_value("complaint_no") is None
    assert case.judgement is not None
    assert case.judgement.severity.level == "重大投诉"
    assert case.judgement.severity.producer == "person:余审核"
    states = {i.material: i.status for i in case.judgement.materials.items}
    assert states["complaint_letter"] is MaterialStatus.PRESENT
    assert states["evidence"] is MaterialStatus.PRESENT
    answered = {subject for _, subject, _ in answers}
    assert not answered & {reason.subject for reason in case.review}
    assert [r.cause for r in services.storage.cases.case_history(case.id)][-2:] == ["finish", "assembled"]
    assert len(ReviewService(services).filings(case.id)) == 3
    assert services.storage.fixity.verify_archive() == ()
    services.close()


def test_a_filing_cut_short_is_finished_by_the_next_run(home: Path, numbers: tuple[str, str]) -> None:
    services = opened(home)
    case = ReviewService(services).case(numbers[0])
    finished = case.model_copy(update={"finished": True, "revision": case.revision + 1})
    with pytest.raises(InterruptedError), claimed(home, case.id) as left:
        assert not left
        services.storage.cases.save_case(finished, "finish", case.revision)
        raise InterruptedError
    services.close()
    assert cut_short(home) == (case.id,)

    done = juanzong(home, *ingest_arguments(INCOMPLETE), "--json", "-")
    assert done.code == 0, done.err
    services = opened(home)
    records = ReviewService(services).filings(case.id)
    assert [record.revision for record in records] == [1, 2]
    assert cut_short(home) == () and services.storage.fixity.verify_archive() == ()
    services.close()
