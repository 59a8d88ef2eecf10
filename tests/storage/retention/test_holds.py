"""Legal holds and last days: placed and released by two, locked in the store, never shortened."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import exc

from domain.retention_errors import (
    ReasonMissingError,
    TwoPersonsError,
    UnknownHoldError,
)
from storage import Storage
from storage.manifest import Derivative
from tests.storage.conftest import put
from tests.storage.retained import LONG_AGO, TO_COME, filed, objects_of
from tests.storage.retention.attacks import leaf_for, refused, second_batch
from tests.storage.test_cases import decided


def test_hold_has_a_reason_and_shows_in_the_case(kept: Storage) -> None:
    case = filed(kept, b"letter")
    with pytest.raises(ReasonMissingError):
        kept.retention.holds.place(case.number, " ", "甲")
    hold = kept.retention.holds.place(case.number, "法院（2026）协查 12 号", "甲")
    loaded = kept.cases.load_case(case.number)
    assert loaded is not None
    assert loaded.archive.objects
    assert all(o.legal_hold for o in loaded.archive.objects)
    assert kept.retention.holds.open() == (hold,)
    assert all(kept.objects.lock_of(key).hold for key in objects_of(kept, case))
    leaf = json.loads(kept.log.leaf(hold.placed.seq).data)
    assert (leaf["schema"], leaf["act"], leaf["case_number"]) == ("juanzong.act/1", "hold", case.number)
    assert kept.fixity.verify_archive() == ()


def test_release_needs_two_persons(kept: Storage) -> None:
    case, holds = filed(kept, b"letter"), kept.retention.holds
    number = holds.place(case.number, "协查", "甲").placed.seq
    with pytest.raises(TwoPersonsError, match="尚未提出"):
        holds.release(number, "乙")
    holds.ask_release(number, "结案", "乙")
    with pytest.raises(TwoPersonsError, match="本人"):
        holds.release(number, " 乙 ")
    with pytest.raises(TwoPersonsError, match="已由"):
        holds.ask_release(number, "结案", "丙")
    assert not holds.release(number, "甲").is_open
    with pytest.raises(UnknownHoldError):
        holds.release(number, "丙")
    assert not any(kept.objects.lock_of(key).hold for key in objects_of(kept, case))
    assert kept.fixity.verify_archive() == ()


def test_two_holds_are_released_each_by_itself(kept: Storage) -> None:
    case, holds = filed(kept, b"letter"), kept.retention.holds
    first = holds.place(case.number, "法院", "甲").placed.seq
    holds.place(case.number, "公安", "甲")
    holds.ask_release(first, "结案", "甲")
    holds.release(first, "乙")
    assert len(holds.open()) == 1
    assert all(kept.objects.lock_of(key).hold for key in objects_of(kept, case))


def test_shared_object_is_held_while_one_case_is(kept: Storage) -> None:
    case = filed(kept, b"shared")
    other_row = kept.intake.accept_batch(
        second_batch(put(kept, b"shared", "shared.pdf"), put(kept, b"more", "more.pdf")), "rural-bank", "RBK"
    )
    number = kept.retention.holds.place(case.number, "法院", "甲").placed.seq
    second = kept.retention.holds.place(other_row.number, "公安", "甲").placed.seq
    shared = next(f.source.object.key for f in other_row.files if f.source.name == "shared.pdf")
    kept.retention.holds.ask_release(number, "结案", "甲")
    kept.retention.holds.release(number, "乙")
    assert kept.objects.lock_of(shared).hold
    kept.retention.holds.ask_release(second, "结案", "甲")
    kept.retention.holds.release(second, "乙")
    # The second case was never filed: without a last day its papers stay locked.
    assert kept.objects.lock_of(shared).hold


def test_store_is_locked_to_the_last_day_and_held_while_undecided(kept: Storage) -> None:
    case = filed(kept, b"letter", until=TO_COME)
    locks = {kept.objects.lock_of(key) for key in objects_of(kept, case)}
    assert {(lock.retain_until, lock.hold) for lock in locks} == {(datetime(2046, 11, 22, 16, tzinfo=UTC), False)}
    undecided = filed(kept, b"other", until=None)
    assert all(kept.objects.lock_of(key).hold for key in objects_of(kept, undecided))
    kept.retention.dates.extend(undecided.number, TO_COME, "甲")
    assert not any(kept.objects.lock_of(key).hold for key in objects_of(kept, undecided))
    loaded = kept.cases.load_case(undecided.number)
    assert loaded is not None
    assert {o.retain_until for o in loaded.archive.objects} == {TO_COME}


def test_retention_is_never_shortened(kept: Storage) -> None:
    case = filed(kept, b"letter", until=TO_COME)
    with pytest.raises(exc.IntegrityError, match="never shortened"):
        kept.retention.dates.extend(case.number, date(2046, 11, 21), "甲")
    kept.retention.dates.extend(case.number, None, "甲")
    with pytest.raises(exc.IntegrityError, match="never shortened"):
        kept.retention.dates.extend(case.number, LONG_AGO, "甲")
    seq = leaf_for(kept)
    row = "INSERT INTO filings SELECT :seq, case_id, revision + 1, filed_at, manifest_key, :day FROM filings"
    refused(kept, row, "never shortened", seq=seq, day=LONG_AGO)


def test_filing_of_a_held_case_is_held_and_a_decided_one_is_let_go(kept: Storage) -> None:
    case = filed(kept, b"letter", until=None)
    key = case.documents[0].source.object.key
    assert kept.objects.lock_of(key).hold
    later = decided(kept, case)
    kept.filing.file_case(later, (), TO_COME)
    assert not kept.objects.lock_of(key).hold
    kept.retention.holds.place(case.number, "法院", "甲")
    held = decided(kept, later)
    copy = kept.objects.put(b"another copy", "application/pdf")
    kept.filing.file_case(held, (Derivative("searchable_pdf", "二.pdf", copy, case.documents[0].id),), TO_COME)
    assert kept.objects.lock_of(copy.key).hold


def test_day_of_a_killed_filing_is_locked_before_it_is_recorded(kept: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = filed(kept, b"letter")
    later = decided(kept, case)
    monkeypatch.setattr(type(kept.filing), "_commit", lambda *_: pytest.fail("killed here"))
    with pytest.raises(pytest.fail.Exception):
        kept.filing.file_case(later, (), TO_COME)
    assert kept.objects.lock_of(case.documents[0].source.object.key).retain_until is not None


def test_missing_object_keeps_no_other_from_being_held(kept: Storage) -> None:
    case = filed(kept, b"letter", b"form")
    keys = objects_of(kept, case)
    kept.objects.destroy(keys[0])  # its day is over: the store itself has no reason to keep it
    kept.retention.holds.place(case.number, "法院", "甲")
    assert all(kept.objects.lock_of(key).hold for key in keys[1:])
    assert [f.code for f in kept.fixity.verify_archive()].count("object_missing") >= 1
