"""Papers between two cases: both revisions and the file, or nothing."""

from __future__ import annotations

import pytest

from domain.case import Case, Decision
from domain.errors import StaleRevisionError
from domain.paper_moves import send_papers, sending
from domain.review import apply_decision
from storage import CaseChange, Storage
from tests.storage.conftest import RECEIVED, saved


def moved(storage: Storage) -> tuple[Case, Case, Case, Case]:
    """Two saved cases, and the same after the first one's paper went to the second."""
    giver, taker = saved(storage, b"letter"), saved(storage, b"form")
    subject = f"document:{giver.documents[0].id}"
    return giver, taker, *send_papers(giver, taker, sending(subject, taker.number, "复核员", RECEIVED))


def test_both_cases_are_saved_and_the_file_is_filed_with_the_taker(storage: Storage) -> None:
    giver, taker, given, taken = moved(storage)
    storage.cases.save_move(CaseChange(given, "send", giver.revision), CaseChange(taken, "receive", taker.revision))
    assert storage.cases.load_case(giver.id) == given and storage.cases.load_case(taker.id) == taken
    file = giver.documents[0].source
    row = storage.intake.case_row(taker.id)
    assert file in [f.source for f in row.files] and row.files[-1].duplicate_of == giver.id
    assert storage.intake.pending() == ()
    storage.filing.file_case(taken)
    assert storage.fixity.verify_archive() == ()


def test_a_stale_taker_leaves_the_giver_alone(storage: Storage) -> None:
    giver, taker, given, taken = moved(storage)
    other = taker.model_copy(update={"revision": 2, "finished": True})
    storage.cases.save_case(other, "decision", 1)
    with pytest.raises(StaleRevisionError):
        storage.cases.save_move(CaseChange(given, "send", 1), CaseChange(taken, "receive", 1))
    assert storage.cases.load_case(giver.id) == giver and storage.cases.load_case(taker.id) == other
    assert len(storage.intake.case_row(taker.id).files) == 1


def test_open_rescans_are_listed_and_go_with_their_page(storage: Storage) -> None:
    giver, taker = saved(storage, b"letter"), saved(storage, b"form")
    page = f"page:{giver.documents[0].id}/1"
    told = {"actor": "复核员", "at": RECEIVED, "action": "rescan", "subject": page, "value": "字迹模糊"}
    asked = apply_decision(giver, Decision.model_validate(told))
    storage.cases.save_case(asked, "rescan", 1)
    (row,) = storage.cases.open_rescans()
    assert (row.case_number, row.page, row.reason, row.by, row.at) == (giver.number, 1, "字迹模糊", "复核员", RECEIVED)
    given, taken = send_papers(asked, taker, sending(page, taker.number, "复核员", RECEIVED))
    storage.cases.save_move(CaseChange(given, "send", 2), CaseChange(taken, "receive", 1))
    (row,) = storage.cases.open_rescans()
    assert (row.case_number, row.revision) == (taker.number, 2)
    settled = told | {"action": "rescanned", "subject": f"page:{taken.documents[-1].id}/1", "value": None}
    storage.cases.save_case(apply_decision(taken, Decision.model_validate(settled)), "rescanned", 2)
    assert storage.cases.open_rescans() == ()
