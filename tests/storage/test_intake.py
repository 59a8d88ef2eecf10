"""Acceptance: numbers, idempotence, added files, duplicates; failed items; stage results."""

from __future__ import annotations

import logging
import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.documents import Failure
from domain.errors import UnknownCaseError, UnknownObjectError
from storage import Storage, open_storage
from storage.errors import EmptyBatchError, ObjectConflictError
from tests.storage.conftest import accept, batch_of, case_of, change, put, saved

FAILURE = Failure(file="坏.jpg", error="DamagedImageError", reason="图像数据被截断", next_step="请重新扫描")


def names(files: object) -> list[str]:
    return [f.source.name if hasattr(f, "source") else f.name for f in files]  # type: ignore[attr-defined]


def test_new_case_gets_the_next_number(storage: Storage) -> None:
    rows = [accept(storage, content) for content in (b"one", b"two", b"three")]
    assert [row.number for row in rows] == [f"EXM-2026-00000{n}" for n in (1, 2, 3)]
    assert all(row.created and row.revision is None for row in rows)
    assert names(rows[0].added) == ["one.pdf"]


def test_prefix_and_year_count_for_themselves(storage: Storage) -> None:
    accept(storage, b"one")
    batch = batch_of(put(storage, b"two", "two.pdf"))
    assert storage.intake.accept_batch(batch, "other", "OTH").number == "OTH-2026-000001"
    earlier = batch.model_copy(update={"received_at": batch.received_at.replace(year=2019)})
    assert storage.intake.accept_batch(earlier, "third", "EXM").number == "EXM-2019-000001"


def test_same_files_are_the_same_case_in_any_order_and_batch(storage: Storage) -> None:
    first = accept(storage, b"letter", b"form")
    again = accept(storage, b"form", b"letter")
    other_batch = batch_of(*(f.source for f in first.files), batch_id="b-2")
    third = storage.intake.accept_batch(other_batch, "exchange-member", "EXM")
    for row in (again, third):
        assert (row.number, row.created, row.added, row.files) == (first.number, False, (), first.files)
    assert len(storage.cases.list_cases()) == 1


def test_file_added_to_the_folder_is_added_to_the_case(storage: Storage) -> None:
    first = accept(storage, b"letter", b"form")
    more = accept(storage, b"letter", b"form", b"card")
    assert (more.number, more.created, names(more.added)) == (first.number, False, ["card.pdf"])
    fewer = accept(storage, b"letter")
    assert (fewer.number, fewer.added, len(fewer.files)) == (first.number, (), 3)


def test_overlap_is_a_new_case_with_the_duplicate_linked(storage: Storage) -> None:
    first = accept(storage, b"letter", b"card")
    second = accept(storage, b"other letter", b"card")
    assert second.created
    assert {f.source.name: f.duplicate_of for f in second.files} == {"other letter.pdf": None, "card.pdf": first.id}
    assert second.files[1].source.object == first.files[1].source.object


def test_other_policy_is_another_case(storage: Storage) -> None:
    first, second = accept(storage, b"letter"), accept(storage, b"letter", policy="other")
    assert first.id != second.id
    assert second.files[0].duplicate_of == first.id


def test_one_file_under_two_names_is_read_once_and_listed_twice(storage: Storage) -> None:
    files = (put(storage, b"letter", "信.pdf"), put(storage, b"letter", "信 副本.pdf"))
    row = storage.intake.accept_batch(batch_of(*files), "exchange-member", "EXM")
    assert names(row.files) == ["信.pdf", "信 副本.pdf"]
    assert [f.duplicate_of for f in row.files] == [None, row.id]
    assert names(row.originals) == ["信.pdf"]


@given(sets=st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=1, max_size=6))
@example(sets=[{0}, {4}, {0, 4}, {0, 1, 2, 3, 4}])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_second_runs_add_nothing(tmp_path_factory: pytest.TempPathFactory, sets: object) -> None:
    storage = open_storage(tmp_path_factory.mktemp("home"))
    contents = [[f"file {n}".encode() for n in sorted(group)] for group in sets]  # type: ignore[attr-defined]
    for group in contents:
        row = accept(storage, *group)
        assert {c.decode() + ".pdf" for c in group} <= set(names(row.files))
    before = storage.cases.list_cases()
    for group in contents:
        assert accept(storage, *group).added == ()
    assert storage.cases.list_cases() == before
    assert sorted(c.number for c in before) == [f"EXM-2026-{n + 1:06d}" for n in range(len(before))]
    storage.close()


def test_closest_case_is_chosen(storage: Storage) -> None:
    accept(storage, b"a")
    large = accept(storage, b"b", b"c", b"d")
    assert accept(storage, b"a", b"b", b"c", b"d").number == large.number


def test_a_case_that_holds_the_files_is_chosen_before_a_closer_one_to_add_to(storage: Storage) -> None:
    large = accept(storage, b"a", b"b", b"c", b"d")
    accept(storage, b"b", b"e")
    again = accept(storage, b"a", b"b")
    assert (again.id, again.added) == (large.id, ())


def test_two_names_of_the_same_bytes_stay_with_their_cases(storage: Storage) -> None:
    first = accept(storage, b"a", b"b")
    copy = put(storage, b"c", "c.pdf"), put(storage, b"a", "a 副本.pdf")
    second = storage.intake.accept_batch(batch_of(*copy, batch_id="b-2"), "exchange-member", "EXM")
    row = storage.intake.accept_batch(batch_of(copy[1], batch_id="b-3"), "exchange-member", "EXM")
    assert (row.id, row.added) == (second.id, ())
    assert accept(storage, b"a").id == first.id


def test_files_added_by_hand(storage: Storage) -> None:
    row = accept(storage, b"letter")
    later = storage.intake.add_to_case(row.number, batch_of(put(storage, b"opinion", "意见.pdf"), batch_id="b-2"))
    assert (later.id, names(later.added), later.files[1].batch_id) == (row.id, ["意见.pdf"], "b-2")
    with pytest.raises(UnknownCaseError):
        storage.intake.add_to_case("EXM-2026-000009", batch_of())


def test_batch_without_files_is_no_case(storage: Storage) -> None:
    with pytest.raises(EmptyBatchError):
        storage.intake.accept_batch(batch_of(), "exchange-member", "EXM")
    assert storage.cases.list_cases() == ()


def test_object_registered_with_other_digests_is_refused(storage: Storage) -> None:
    accept(storage, b"letter")
    assert change(storage, "UPDATE objects SET sm3 = :d", d="0" * 64) == 1
    with pytest.raises(ObjectConflictError, match="0" * 64):
        accept(storage, b"letter", b"form")


def test_pending_are_cases_with_files_that_no_revision_accounts_for(storage: Storage) -> None:
    one, two = accept(storage, b"one"), accept(storage, b"two")
    assert [row.id for row in storage.intake.pending()] == [one.id, two.id]
    storage.cases.save_case(case_of(one), "assembled", None)
    assert [row.id for row in storage.intake.pending()] == [two.id]
    accept(storage, b"one", b"card")
    assert [row.id for row in storage.intake.pending()] == [one.id, two.id]


def test_file_that_failed_in_the_case_is_accounted_for(storage: Storage) -> None:
    row = accept(storage, b"letter", b"broken")
    failure = FAILURE.model_copy(update={"file": "broken.pdf"})
    case = case_of(row, failures=(failure,))
    case = case.model_copy(update={"documents": case.documents[:1]})
    storage.cases.save_case(case, "assembled", None)
    assert storage.intake.pending() == ()


def test_second_name_of_a_read_file_is_not_pending(storage: Storage) -> None:
    saved(storage, b"letter")
    row = storage.intake.accept_batch(batch_of(put(storage, b"letter", "另名.pdf")), "exchange-member", "EXM")
    assert names(row.added) == ["另名.pdf"]
    assert storage.intake.pending() == ()


def test_failure_stays_one_item_until_resolved(storage: Storage) -> None:
    batch = batch_of()
    first = storage.failures.record_failure(batch, FAILURE)
    again = storage.failures.record_failure(batch, FAILURE)
    assert (first.id, first.state, first.failure) == (again.id, "open", FAILURE)
    assert storage.failures.list_failures() == (again,)
    storage.failures.resolve_failure(first.id, "收发员", "已重扫")
    assert storage.failures.list_failures() == ()
    (resolved,) = storage.failures.list_failures(include_resolved=True)
    assert (resolved.state, resolved.resolved_by, resolved.comment) == ("resolved", "收发员", "已重扫")


def test_resolved_bytes_stay_resolved_but_unknown_bytes_open_again(storage: Storage) -> None:
    known = put(storage, b"half a picture", "坏.jpg").object
    for ref, expected in ((known, 0), (None, 1)):
        item = storage.failures.record_failure(batch_of(), FAILURE, ref)
        assert item.object == ref
        storage.failures.resolve_failure(item.id, "收发员")
        storage.failures.record_failure(batch_of(), FAILURE, ref)
        assert len(storage.failures.list_failures()) == expected


def test_other_page_error_or_bytes_are_other_items(storage: Storage) -> None:
    for changes in ({}, {"page": 2}, {"error": "PageTooLargeError"}, {"file": "另.jpg"}):
        storage.failures.record_failure(batch_of(), FAILURE.model_copy(update=changes))
    storage.failures.record_failure(batch_of(), FAILURE, put(storage, b"x", "坏.jpg").object)
    assert len(storage.failures.list_failures()) == 5


def test_unknown_failure_cannot_be_resolved(storage: Storage) -> None:
    with pytest.raises(UnknownObjectError):
        storage.failures.resolve_failure(7, "收发员")


@given(payload=st.binary())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stage_result_comes_back(storage: Storage, payload: bytes) -> None:
    key = (payload.hex(), "read", "ocr/1")
    storage.stages.put_stage(*key, payload)
    assert storage.stages.get_stage(*key) == payload


def test_stage_key_is_input_stage_and_producer_and_the_first_result_stays(storage: Storage) -> None:
    storage.stages.put_stage("h", "read", "ocr/1", b"first")
    storage.stages.put_stage("h", "read", "ocr/1", b"second")
    assert storage.stages.get_stage("h", "read", "ocr/1") == b"first"
    for other in (("i", "read", "ocr/1"), ("h", "kind", "ocr/1"), ("h", "read", "ocr/2")):
        assert storage.stages.get_stage(*other) is None


@pytest.mark.parametrize("junk", [b"junk", zlib.compress(b"x" * 99)[:-1], "text"])
def test_damaged_stage_result_is_made_again(
    storage: Storage, caplog: pytest.LogCaptureFixture, junk: bytes | str
) -> None:
    storage.stages.put_stage("h", "read", "ocr/1", b"first")
    change(storage, "UPDATE stage_results SET payload = :junk", junk=junk)
    with caplog.at_level(logging.WARNING):
        assert storage.stages.get_stage("h", "read", "ocr/1") is None
    assert "damaged" in caplog.text
    storage.stages.put_stage("h", "read", "ocr/1", b"second")
    assert storage.stages.get_stage("h", "read", "ocr/1") == b"second"
