"""Notices out, recorded checks, one object proven, and the history of every statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.case import Case, Decision
from domain.errors import UnknownCaseError, UnknownObjectError
from domain.history import value_changes
from domain.review import apply_decision
from storage import Storage
from storage.notices import NewNotice
from tests.storage.conftest import change, flip_byte, object_file, saved

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def answered(storage: Storage, case: Case, action: str, value: str | None = None, minutes: int = 0) -> Case:
    decision = Decision.model_validate(
        {
            "actor": "余审核",
            "at": AT + timedelta(minutes=minutes),
            "action": action,
            "subject": "field:complainant_name",
            "value": value,
            "comment": "看了原件",
        }
    )
    changed = apply_decision(case, decision)
    storage.cases.save_case(changed, action, case.revision)
    return changed


def notice_of(case: Case, docx: bytes | None = b"docx", kind: str = "receipt") -> NewNotice:
    return NewNotice(case.id, case.revision, kind, "受理通知书", "余审核", docx, b"%PDF-1")


def test_a_notice_is_kept_with_its_files(storage: Storage) -> None:
    case = saved(storage, b"letter")
    made = storage.desk.notices.record(notice_of(case))
    again = storage.desk.notices.record(notice_of(case, None, "package"))
    assert storage.desk.notices.of_case(case.number) == (made, again)
    assert (made.position, made.revision, made.kind, made.made_by) == (0, 1, "receipt", "余审核")
    assert made.docx is not None and made.docx.name == f"受理通知书-{case.number}-1.docx"
    assert storage.objects.read(made.docx.object.key) == b"docx"
    assert again.docx is None and storage.objects.read(again.pdf.object.key) == b"%PDF-1"
    assert storage.fixity.verify_archive() == ()
    with pytest.raises(UnknownObjectError):
        storage.desk.notices.notice(case.id, 2)
    with pytest.raises(UnknownCaseError):
        storage.desk.notices.of_case("EXM-2026-999999")


def test_a_damaged_notice_is_found_by_the_whole_check(storage: Storage, home: Path) -> None:
    case = saved(storage, b"letter")
    made = storage.desk.notices.record(notice_of(case))
    flip_byte(object_file(home, made.pdf.object))
    record, findings = storage.desk.checks.verify_recorded(None, "档案员")
    assert [f.code for f in findings] == ["object_damaged"] * len(findings)
    assert record.findings == len(findings) > 0
    assert record.messages == tuple(f.message for f in findings)
    assert storage.desk.checks.last() == record


def test_checks_are_recorded_for_a_case_and_for_all(storage: Storage) -> None:
    case = saved(storage, b"letter")
    storage.filing.file_case(case)
    assert storage.desk.checks.last() is None
    mine, findings = storage.desk.checks.verify_recorded(case.number, "档案员")
    assert findings == () and mine.case_number == case.number
    assert mine.objects == 3  # original, case record, manifest
    assert storage.desk.checks.last(case.id) == mine
    assert storage.desk.checks.last() is None
    everything, _ = storage.desk.checks.verify_recorded(None, "命令行：root")
    assert storage.desk.checks.last() == everything and everything.case_id is None
    with pytest.raises(UnknownCaseError):
        storage.desk.checks.verify_recorded("EXM-2026-999999", "档案员")


def test_a_filed_original_is_proven(storage: Storage) -> None:
    case = saved(storage, b"letter")
    other = saved(storage, b"another")
    record = storage.filing.file_case(case)
    storage.filing.file_case(other)
    original = case.documents[0].source.object
    check = storage.desk.checks.check_object(original.sha256)
    assert check.holds
    assert [c.name for c in check.comparisons] == ["sha256", "sm3", "size", "listed", "manifest", "leaf", "inclusion"]
    assert (check.name, check.role, check.seq, check.size) == ("letter.pdf", "original", 0, 2)
    assert check.root == storage.log.root() and check.case_number == case.number
    manifest = storage.desk.checks.check_object(record.manifest.sha256)
    assert manifest.holds and manifest.role == "manifest"


def test_an_original_that_is_not_filed_has_its_digests_only(storage: Storage) -> None:
    case = saved(storage, b"letter")
    check = storage.desk.checks.check_object(case.documents[0].source.object.sha256)
    assert check.holds and check.seq is None
    assert [c.name for c in check.comparisons] == ["sha256", "sm3", "size"]
    with pytest.raises(UnknownObjectError):
        storage.desk.checks.check_object("0" * 64)


def wrong(storage: Storage, sha256: str) -> set[str]:
    return {c.name for c in storage.desk.checks.check_object(sha256).comparisons if not c.holds}


def test_every_change_is_named_where_it_is(storage: Storage, home: Path) -> None:
    case = saved(storage, b"letter")
    record = storage.filing.file_case(case)
    original = case.documents[0].source.object
    change(storage, "UPDATE log_leaves SET leaf = CAST(replace(leaf, 'filing', 'fiLing') AS BLOB)")
    assert wrong(storage, original.sha256) == {"leaf"}
    change(storage, "UPDATE log_leaves SET leaf_hash = :h", h="0" * 64)
    assert wrong(storage, original.sha256) == {"leaf", "inclusion"}
    flip_byte(object_file(home, record.manifest))
    assert "manifest" in wrong(storage, original.sha256)
    flip_byte(object_file(home, original))
    assert {"sha256", "sm3"} <= wrong(storage, original.sha256)
    object_file(home, original).unlink()
    check = storage.desk.checks.check_object(original.sha256)
    assert not check.holds and "缺少" in check.comparisons[0].found


def test_history_names_every_value_with_who_when_and_why(storage: Storage) -> None:
    case = saved(storage, b"letter")
    case = answered(storage, case, "accept", minutes=1)
    case = answered(storage, case, "correct", "张山丰", minutes=2)
    case = answered(storage, case, "illegible", minutes=3)
    changes = value_changes(storage.desk.history.snapshots(case.number))
    assert [c.revision for c in changes] == [1, 2, 3, 4]
    first, accepted, corrected, gone = changes
    assert first.decision is None and first.cause == "assembled" and first.before is None
    assert first.after is not None and (first.after.value, first.after.producer) == ("张三丰", "forms/1")
    assert accepted.decision is not None and accepted.decision.actor == "余审核"
    assert accepted.after is not None and accepted.after.producer == "forms/1" and accepted.after.accepted
    assert corrected.after is not None and corrected.after.value == "张山丰"
    assert corrected.decision is not None and corrected.decision.comment == "看了原件"
    assert corrected.at == AT + timedelta(minutes=2)
    assert gone.after is not None and (gone.after.value, gone.after.missing) == (None, "illegible")


def test_filings_come_with_their_objects(storage: Storage) -> None:
    case = saved(storage, b"letter")
    record = storage.filing.file_case(case)
    (filing,) = storage.desk.filings.of_case(case.number)
    assert (filing.seq, filing.leaf_hash, filing.root_hash) == (0, record.leaf_hash, record.root_hash)
    assert [p.role for p in filing.parts] == ["original", "case", "manifest"]
    assert filing.parts[0].object == case.documents[0].source.object
