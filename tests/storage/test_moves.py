"""Papers between two cases: both revisions and the file, or nothing."""

from __future__ import annotations

import pytest

from domain.case import Case
from domain.errors import StaleRevisionError
from domain.paper_moves import send_papers, sending
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
    assert storage.cases.decided_cases(("send",)) == (giver.id,)
    assert storage.cases.decided_cases(("send", "receive")) == (giver.id, taker.id)
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
