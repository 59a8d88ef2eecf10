"""The audit log: numbers without gaps, one chain from many writers, and every change is found."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exc, text

from domain.audit import NO_HASH, AuditFilter, Operation, Result
from storage import Storage, open_storage
from storage.audit_log import entry_hash
from storage.audit_tables import audit_entries
from storage.errors import AuditHeadError
from tests.storage.audited import AT, event
from tests.storage.conftest import drop_triggers, forging

ROOT = Path(__file__).parents[2]
COUNT = 12

WORKER = """
import sys
from pathlib import Path
from storage import open_storage
from tests.storage.audited import event

storage = open_storage(Path(sys.argv[1]))
sys.stdin.readline()
for n in range(40):
    storage.audit.record(event(n))
storage.close()
"""


@pytest.fixture
def written(storage: Storage) -> Storage:
    for number in range(1, COUNT + 1):
        storage.audit.record(event(number))
    return storage


def tamper(storage: Storage, statement: str, **values: object) -> None:
    drop_triggers(storage)
    with storage.database.write() as connection:
        connection.execute(text(statement), values)


def test_entries_follow_each_other(written: Storage) -> None:
    entries = list(written.audit.entries(AuditFilter()))
    assert [e.number for e in entries] == list(range(1, COUNT + 1))
    assert entries[0].previous == NO_HASH
    assert all(b.previous == a.hash for a, b in pairwise(entries))
    assert all(e.hash == entry_hash(e.number, e.event, e.previous) for e in entries)
    assert [e.event for e in entries] == [event(n) for n in range(1, COUNT + 1)]


def test_a_whole_chain_is_reported_with_its_head(written: Storage) -> None:
    report = written.audit.verify()
    assert report.fault is None
    assert (report.entries, report.first_at, report.last_at) == (COUNT, event(1).at, event(COUNT).at)
    assert report.head == written.audit.find(AuditFilter(), 1)[0].head
    assert written.audit.verify(report.head).fault is None


def test_an_empty_log_is_whole(storage: Storage) -> None:
    report = storage.audit.verify()
    assert (report.entries, report.head, report.fault) == (0, None, None)


def test_threads_make_one_chain(storage: Storage) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = [e.number for e in pool.map(lambda n: storage.audit.record(event(n)), range(80))]
    assert sorted(numbers) == list(range(1, 81))
    assert storage.audit.verify().entries == 80


def test_processes_make_one_chain(home: Path) -> None:
    open_storage(home).close()
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(home)], cwd=ROOT, stdin=subprocess.PIPE) for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
        worker.stdin.close()
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    storage = open_storage(home)
    report = storage.audit.verify()
    assert (report.entries, report.fault) == (120, None)
    storage.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = '无名' WHERE number = 3",
        "DELETE FROM audit_entries WHERE number = 12",
        "INSERT INTO audit_entries SELECT number + 20, at, actor, address, operation, case_id, case_number, subject,"
        f" reason, result, details, '{1:064}', '{2:064}' FROM audit_entries WHERE number = 1",
    ],
)
def test_the_database_refuses(written: Storage, statement: str) -> None:
    with pytest.raises(exc.IntegrityError, match=r"append-only|gaps"), written.database.write() as connection:
        connection.execute(text(statement))
    assert written.audit.verify().fault is None


def test_a_rewritten_entry_is_found(written: Storage) -> None:
    tamper(written, "UPDATE audit_entries SET actor = '无名' WHERE number = 5")
    fault = written.audit.verify().fault
    assert fault is not None
    assert (fault.number, fault.kind) == (5, "content")


def test_a_rewritten_entry_with_its_hash_made_right_is_found_behind_it(written: Storage) -> None:
    entry = written.audit.find(AuditFilter(), 100)[COUNT - 5]
    forged = entry.event.model_copy(update={"actor": "无名"})
    tamper(
        written,
        "UPDATE audit_entries SET actor = '无名', hash = :hash WHERE number = 5",
        hash=entry_hash(5, forged, entry.previous),
    )
    fault = written.audit.verify().fault
    assert fault is not None
    assert (fault.number, fault.kind) == (6, "link")


def test_a_deleted_entry_is_found(written: Storage) -> None:
    tamper(written, "DELETE FROM audit_entries WHERE number = 7")
    report = written.audit.verify()
    assert report.fault is not None
    assert (report.fault.number, report.fault.kind, report.entries) == (7, "missing", 6)


def test_two_swapped_entries_are_found(written: Storage) -> None:
    with forging(written, "audit_entries") as connection:
        connection.execute(text("UPDATE audit_entries SET number = -number WHERE number IN (4, 9)"))
        connection.execute(text("UPDATE audit_entries SET number = 13 + number WHERE number IN (-4, -9)"))
    fault = written.audit.verify().fault
    assert fault is not None
    assert (fault.number, fault.kind) == (4, "link")


def test_a_cut_tail_is_found_by_the_head_that_was_written_down(written: Storage) -> None:
    head = written.audit.verify().head
    tamper(written, "DELETE FROM audit_entries WHERE number > 9")
    assert written.audit.verify().fault is None
    fault = written.audit.verify(head).fault
    assert fault is not None
    assert (fault.number, fault.kind, fault.expected, fault.got) == (10, "cut", "12", "9")


def test_a_chain_computed_anew_is_found_by_the_head_that_was_written_down(written: Storage) -> None:
    head = written.audit.verify().head
    entries = list(written.audit.entries(AuditFilter()))
    drop_triggers(written)
    with written.database.write() as connection:
        connection.execute(text("DELETE FROM audit_entries"))
    for entry in entries:
        written.audit.record(entry.event.model_copy(update={"actor": "无名"}))
    assert written.audit.verify().fault is None
    fault = written.audit.verify(head).fault
    assert fault is not None
    assert (fault.number, fault.kind) == (COUNT, "head")


def test_a_head_of_another_form_is_refused(written: Storage) -> None:
    with pytest.raises(AuditHeadError):
        written.audit.verify("12")


# No NUL: PostgreSQL keeps none, whoever writes it.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_COLUMNS = [c.name for c in audit_entries.columns if c.name not in ("number", "previous", "hash")]


@given(number=st.integers(1, COUNT), column=st.sampled_from(_COLUMNS), words=WORDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_of_any_entry_is_found(written: Storage, number: int, column: str, words: str) -> None:
    with forging(written, "audit_entries") as connection:
        old = connection.execute(text(f"SELECT {column} FROM audit_entries WHERE number = {number}")).scalar()
        new = "2026-11-20 01:00:00.000001" if column == "at" else words
        connection.execute(text(f"UPDATE audit_entries SET {column} = :new WHERE number = {number}"), {"new": new})
    fault = written.audit.verify().fault
    with written.database.write() as connection:
        connection.execute(text(f"UPDATE audit_entries SET {column} = :old WHERE number = {number}"), {"old": old})
    assert old == new or (fault is not None and (fault.number, fault.kind) == (number, "content"))
    assert written.audit.verify().fault is None


def test_finding(written: Storage) -> None:
    find = written.audit.find
    assert [e.number for e in find(AuditFilter(actor="周敏"), 3)] == [11, 9, 7]
    assert [e.number for e in find(AuditFilter(actor="周敏"), 3, offset=3)] == [5, 3, 1]
    assert [e.number for e in find(AuditFilter(case="EXM-2026-000002"), 9)] == [12, 7, 2]
    assert [e.number for e in find(AuditFilter(case="case-2", operation=Operation.REVEAL_FIELD), 9)] == [12]
    span = AuditFilter(since=event(4).at, until=event(6).at)
    assert [e.number for e in find(span, 9)] == [5, 4]
    assert find(AuditFilter(refused_only=True), 9) == ()
    written.audit.record(event(13, result=Result.REFUSED))
    assert [e.number for e in find(AuditFilter(refused_only=True), 9)] == [13]


def test_searched_words_are_found_by_their_digest_only(storage: Storage) -> None:
    digest = storage.audit.digest("欧阳明月  手续费")
    assert digest == storage.audit.digest("欧阳明月 手续费")
    storage.audit.record(event(1, operation=Operation.SEARCH, details={"query_digest": digest, "query_length": 8}))
    storage.audit.record(event(2))
    found = storage.audit.find(AuditFilter(query_digest=digest), 9)
    assert [e.number for e in found] == [1]


def test_the_key_is_made_once_and_is_nobody_elses(home: Path) -> None:
    first, second = open_storage(home), open_storage(home)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda n: (first, second)[n % 2].audit.digest("张"), range(16)))
    assert len(digests) == 1
    assert (home / "audit.key").stat().st_mode & 0o077 == 0
    first.close()
    second.close()


def test_repeated_views_are_one_entry(storage: Storage) -> None:
    view = event(1, subject="page:doc:1", operation=Operation.VIEW_PAGE)
    within = timedelta(minutes=10)
    assert storage.audit.record_once(view, within) is not None
    again = view.model_copy(update={"at": AT + timedelta(minutes=9)})
    assert storage.audit.record_once(again, within) is None
    assert storage.audit.record_once(again.model_copy(update={"subject": "page:doc:2"}), within) is not None
    assert storage.audit.record_once(again.model_copy(update={"actor": "何启"}), within) is not None
    later = view.model_copy(update={"at": AT + timedelta(minutes=12)})
    assert storage.audit.record_once(later, within) is not None


def test_what_was_revealed_is_read_from_the_log(storage: Storage) -> None:
    storage.audit.record(event(3, actor="周敏", case_id="case-1"))
    storage.audit.record(
        event(4, actor="周敏", case_id="case-1", operation=Operation.REVEAL_PAGE, subject="page:d:1", result="refused")
    )
    revealed = storage.audit.revealed
    assert revealed("周敏", "case-1", AT).field("complainant_mobile")
    assert not revealed("周敏", "case-1", AT).page("d", 1)
    assert not revealed("周敏", "case-1", event(3).at).subjects
    assert not revealed("何启", "case-1", AT).subjects
    assert not revealed("周敏", "case-2", AT).subjects
