"""Retention, holds and disposal on both databases: what is kept cannot be destroyed, what goes leaves its hash."""

from __future__ import annotations

import json
import os
import shutil
import signal
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, exc, text

from benchmarks.station.cluster import is_installed, throw_away_cluster
from domain.disposal import Capacity, ListState
from domain.documents import ScanBatch, SourceFile
from domain.errors import ObjectMissingError
from domain.retention_errors import (
    CaseDestroyedError,
    DisposalStateError,
    NotDisposableError,
    NothingToDisposeError,
    ReasonMissingError,
    TwoPersonsError,
    UnknownDisposalListError,
    UnknownHoldError,
)
from storage import CaseFilter, Storage, open_storage
from storage.errors import ObjectLockedError
from storage.manifest import Derivative
from storage.retention.tables import RETENTION_FACTS
from tests.storage.conftest import accept, batch_of, case_of, change, put
from tests.storage.retained import LONG_AGO, TO_COME, approved, certificate, destroyed, filed, listed, objects_of
from tests.storage.test_cases import decided


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """A server with a migrated database that tests copy; ``None`` where none is installed."""
    if not is_installed():
        yield None
        return
    with throw_away_cluster() as url:
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE model"))
        open_storage(tmp_path_factory.mktemp("model") / "home", url.replace("/postgres", "/model")).close()
        yield url
        admin.dispose()


def database_of(server: str | None) -> str:
    """Return the URL of a new copy of the migrated database."""
    if server is None:
        pytest.skip("PostgreSQL 15 is not installed")
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE model"))
    admin.dispose()
    return server.replace("/postgres", f"/{name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, empty_home: Path, server: str | None) -> Iterator[Storage]:
    """An empty archive on either database."""
    url = database_of(server) if request.param == "postgresql" else None
    shutil.copytree(empty_home, tmp_path / "home")
    opened = open_storage(tmp_path / "home", url)
    yield opened
    opened.close()


def refused(storage: Storage, statement: str, message: str, **values: object) -> None:
    """Assert that the database itself refuses a statement."""
    with pytest.raises(exc.IntegrityError, match=message), storage.database.write() as connection:
        connection.execute(text(statement), values)


def leaf_for(storage: Storage) -> int:
    """Append a leaf as somebody would who goes past the application."""
    return storage.log.append(f"forged {storage.log.size()}".encode()).seq


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
        _batch(put(kept, b"shared", "shared.pdf"), put(kept, b"more", "more.pdf")), "rural-bank", "RBK"
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


def _batch(*files: SourceFile) -> ScanBatch:
    return batch_of(*files, batch_id="b-2")


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


def test_destruction_leaves_hashes_log_and_certificate(kept: Storage, tmp_path: Path) -> None:
    case, other = filed(kept, b"letter", b"form"), filed(kept, b"other")
    keys = objects_of(kept, case)
    revision = kept.cases.case_history(case.id)[0]
    kept.stages.put_stage(f"{case.documents[0].source.object.sha256}#1", "read", "reader/1", b"{}")
    number = destroyed(kept, case)
    assert not any(kept.objects.exists(key) for key in keys)
    facts = kept.retention.destruction.facts(number)
    assert {o.sha256 for o in facts[0].objects} == {key.rpartition("/")[2] for key in keys}
    assert kept.retention.lists.load(number).state is ListState.DONE
    with pytest.raises(CaseDestroyedError, match=number):
        kept.cases.load_case(case.number)
    assert kept.cases.case_history(case.id)[0].sha256 == revision.sha256
    with kept.database.read() as connection:
        body = connection.execute(
            text("SELECT body FROM case_revisions WHERE case_id = :c"), {"c": case.id}
        ).scalar_one()
        left = "SELECT count(*) FROM page_texts WHERE case_id = :c"
        assert connection.execute(text(left), {"c": case.id}).scalar_one() == 0
        name = connection.execute(text("SELECT complainant_name FROM cases WHERE id = :c"), {"c": case.id}).scalar_one()
    assert not body
    assert name is None
    assert kept.stages.get_stage(f"{case.documents[0].source.object.sha256}#1", "read", "reader/1") is None
    assert {hit.case_id for hit in kept.search.find("手续费", CaseFilter())} == {other.id}
    assert [c.id for c in kept.cases.list_cases()] == [other.id]
    assert kept.fixity.verify_archive() == ()
    assert kept.fixity.verify_archive(case.number) == ()
    with pytest.raises(CaseDestroyedError):
        kept.filing.fetch_case(case.number, tmp_path / "out")
    with pytest.raises(CaseDestroyedError):
        kept.filing.fetch_object(keys[0], tmp_path / "out")
    with pytest.raises(CaseDestroyedError):
        kept.desk.checks.check_object(keys[0].rpartition("/")[2])
    with pytest.raises(ObjectMissingError):
        kept.objects.read(keys[0])


def test_object_that_another_case_needs_stays(kept: Storage) -> None:
    case = filed(kept, b"shared")
    row = kept.intake.accept_batch(_batch(put(kept, b"shared", "s.pdf"), put(kept, b"m", "m.pdf")), "rural-bank", "RBK")
    shared = case.documents[0].source.object.key
    number = approved(kept, case)
    # The other case has no last day, so the store holds what both need; only the rest may go.
    kept.retention.destruction.destroy(number, case.id, "档案员甲")
    assert kept.objects.exists(shared)
    facts = kept.retention.destruction.facts(number)[0]
    assert [(s.sha256, s.needed_by) for s in facts.shared] == [(shared.rpartition("/")[2], (row.number,))]
    assert kept.fixity.verify_archive() == ()


def test_last_of_two_cases_takes_the_shared_object(kept: Storage) -> None:
    case = filed(kept, b"shared")
    files = (put(kept, b"shared", "s.pdf"), put(kept, b"m", "m.pdf"))
    other = case_of(kept.intake.accept_batch(_batch(*files), "rural-bank", "RBK"))
    kept.cases.save_case(other, "assembled", None, (), ())
    kept.filing.file_case(other, (), LONG_AGO)
    shared = case.documents[0].source.object.key
    number = approved(kept, case, other)
    kept.retention.destruction.destroy(number, case.id, "甲")
    assert kept.objects.exists(shared)
    kept.retention.destruction.destroy(number, other.id, "甲")
    assert not kept.objects.exists(shared)
    assert kept.fixity.verify_archive() == ()


def test_papers_of_a_destroyed_case_are_refused_not_swallowed(kept: Storage) -> None:
    case = filed(kept, b"letter")
    number = destroyed(kept, case)
    with pytest.raises(CaseDestroyedError, match=number):
        accept(kept, b"letter")
    with pytest.raises(CaseDestroyedError):
        kept.intake.add_to_case(case.number, _batch(put(kept, b"late", "late.pdf")))
    with pytest.raises(CaseDestroyedError):
        kept.retention.holds.place(case.number, "法院", "甲")


def test_cut_short_destruction_goes_on(kept: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the rows were written and before the objects went: the next call removes them."""
    case = filed(kept, b"letter")
    number = approved(kept, case)
    destruction = kept.retention.destruction
    with monkeypatch.context() as patched:
        patched.setattr(type(destruction), "_remove_objects", lambda *_: None)
        destruction.destroy(number, case.id, "甲")
    assert [f.code for f in kept.fixity.verify_archive()] == ["not_destroyed"] * len(set(objects_of(kept, case)))
    assert destruction.left(number)
    with pytest.raises(DisposalStateError):
        destruction.certify(number, certificate(kept), "甲")
    destruction.destroy(number, case.id, "甲")
    assert kept.fixity.verify_archive() == ()
    destruction.certify(number, certificate(kept), "甲")


def killed_while_destroying(home: Path, number: str, case_id: str, url: str | None, after: int) -> None:
    """Destroy in a process of its own that is killed (SIGKILL) before object number ``after`` goes."""
    child = os.fork()
    if child == 0:
        storage = open_storage(home, url)
        real, gone = storage.objects.destroy, []

        def destroy(key: str) -> None:
            if len(gone) == after:
                os.kill(os.getpid(), signal.SIGKILL)
            gone.append(key)
            real(key)

        storage.objects.destroy = destroy  # type: ignore[method-assign]
        storage.retention.destruction.destroy(number, case_id, "甲")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


@pytest.mark.parametrize("after", [0, 1])
def test_killed_destruction_is_told_of_and_goes_on(storage: Storage, home: Path, after: int) -> None:
    case = filed(storage, b"letter")
    number, keys = approved(storage, case), objects_of(storage, case)
    storage.close()
    killed_while_destroying(home, number, case.id, None, after)
    left = [key for key in keys if storage.objects.exists(key)]
    assert len(left) == len(keys) - after
    assert [f.code for f in storage.fixity.verify_archive()] == ["not_destroyed"] * len(left)
    storage.retention.destruction.destroy(number, case.id, "甲")
    assert storage.fixity.verify_archive() == ()
    storage.retention.destruction.certify(number, certificate(storage), "甲")


def test_role_without_rights_on_tables_cannot_switch_the_rules_off(server: str | None, tmp_path: Path) -> None:
    """PostgreSQL with an owner who migrates and an application that may only read and write rows."""
    url = database_of(server)
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE application LOGIN"))
        rights = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES"
        connection.execute(text(f"GRANT {rights} IN SCHEMA public TO application"))
        connection.execute(text("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO application"))
    owner.dispose()
    storage = open_storage(tmp_path / "home", url.replace("juanzong@", "application@"))
    case = filed(storage, b"letter")
    storage.retention.holds.place(case.number, "法院", "甲")
    for statement in (
        "ALTER TABLE retention_acts DISABLE TRIGGER ALL",
        "DROP TRIGGER retention_acts_rules ON retention_acts",
        "DROP VIEW object_needs",
        "DROP TABLE retention_acts CASCADE",
        "CREATE OR REPLACE FUNCTION retention_acts_rules() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
    ):
        with (
            pytest.raises(exc.ProgrammingError, match=r"owner|permission|denied"),
            storage.database.write() as connection,
        ):
            connection.execute(text(statement))
    for statement in ("DELETE FROM retention_acts", "TRUNCATE cases CASCADE", "DELETE FROM log_leaves"):
        refused(storage, statement, "append-only")
    storage.close()


def test_list_is_looked_through_before_it_is_approved(kept: Storage) -> None:
    one, two = filed(kept, b"one"), filed(kept, b"two")
    lists = kept.retention.lists
    with pytest.raises(NothingToDisposeError):
        lists.make((), "甲")
    number = listed(kept, one, two)
    with pytest.raises(ReasonMissingError):
        lists.remove(number, one.number, "", "甲")
    found = lists.remove(number, one.number, "仍有诉讼", "甲")
    assert [c.number for c in found.remaining] == [two.number]
    with pytest.raises(DisposalStateError):
        lists.remove(number, one.number, "再次", "甲")
    with pytest.raises(UnknownDisposalListError):
        lists.load("QC-1999-0001")
    lists.approve(number, Capacity.ARCHIVIST, "甲")
    with pytest.raises(TwoPersonsError):
        lists.approve(number, Capacity.AUDITOR, "甲")
    with pytest.raises(DisposalStateError):
        lists.approve(number, Capacity.ARCHIVIST, "乙")
    with pytest.raises(DisposalStateError, match="两人批准"):
        kept.retention.destruction.destroy(number, two.id, "甲")
    lists.approve(number, Capacity.AUDITOR, "乙")
    with pytest.raises(DisposalStateError, match="不在"):
        kept.retention.destruction.destroy(number, one.id, "甲")
    kept.retention.destruction.destroy(number, two.id, "甲")
    lists.remove(listed(kept, one), one.number, "移出", "甲")
    with pytest.raises(DisposalStateError, match="没有案件"):
        lists.approve(lists.all()[0].number, Capacity.ARCHIVIST, "甲")


@pytest.mark.parametrize("table", RETENTION_FACTS)
@pytest.mark.parametrize("verb", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
def test_acts_are_facts(kept: Storage, table: str, verb: str) -> None:
    if "TRUNCATE" in verb and kept.database.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    destroyed(kept, filed(kept, b"letter"))
    column = {"retention_acts": "seq", "disposal_items": "case_id", "destroyed_objects": "sha256"}[table]
    with kept.database.read() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    refused(kept, verb.format(t=table, c=column), "append-only")


_DESTROY = (
    "INSERT INTO retention_acts (seq, act, case_id, refers_to, person, at) "
    "SELECT :seq, 'destroy', :case, seq, '黑客', :at FROM retention_acts WHERE number = :number"
)


def _forged_destruction(storage: Storage, case_id: str, number: str, at: datetime, message: str) -> None:
    moment = at.replace(tzinfo=None).isoformat(" ") if storage.database.is_sqlite else at
    refused(storage, _DESTROY, message, seq=leaf_for(storage), case=case_id, number=number, at=moment)


NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_nothing_under_hold_is_destroyed_by_anything(kept: Storage) -> None:
    case = filed(kept, b"letter")
    number = approved(kept, case)
    hold = kept.retention.holds.place(case.number, "法院", "甲").placed.seq
    with pytest.raises(NotDisposableError, match="保全"):
        kept.retention.destruction.destroy(number, case.id, "甲")
    for key in objects_of(kept, case):
        with pytest.raises(ObjectLockedError):
            kept.objects.destroy(key)
    _forged_destruction(kept, case.id, number, NOW, "legal hold")
    refused(kept, "DELETE FROM retention_acts WHERE seq = :s", "append-only", s=hold)
    refused(kept, "UPDATE retention_acts SET case_id = 'x' WHERE seq = :s", "append-only", s=hold)
    release = (
        "INSERT INTO retention_acts (seq, act, case_id, refers_to, person, at, reason) "
        "SELECT :seq, :act, case_id, seq, :person, at, 'x' FROM retention_acts WHERE seq = :hold"
    )
    refused(kept, release, "two persons", seq=leaf_for(kept), act="release", person="甲", hold=hold)
    kept.retention.holds.ask_release(hold, "结案", "甲")
    refused(kept, release, "two persons", seq=leaf_for(kept), act="release", person=" 甲 ", hold=hold)
    if kept.database.is_sqlite:
        replaced = "INSERT OR REPLACE INTO retention_acts SELECT * FROM retention_acts WHERE seq = :s"
        refused(kept, replaced, "append-only|leaf|destroyed", s=hold)
    item = "INSERT INTO disposal_items SELECT list_seq, :case, retain_until, basis FROM disposal_items"
    other = filed(kept, b"other")
    kept.retention.holds.place(other.number, "法院", "甲")
    refused(kept, item, "list is closed|legal hold", case=other.id)
    assert all(kept.objects.exists(key) for key in objects_of(kept, case))


@pytest.mark.parametrize(("until", "message"), [(TO_COME, "not ended"), (None, "undecided")])
def test_nothing_before_its_day_is_destroyed_by_anything(kept: Storage, until: date | None, message: str) -> None:
    case = filed(kept, b"letter", until=until)
    number = approved(kept, case)
    with pytest.raises(NotDisposableError):
        kept.retention.destruction.destroy(number, case.id, "甲")
    for key in objects_of(kept, case):
        with pytest.raises(ObjectLockedError):
            kept.objects.destroy(key)
    for at in (NOW, datetime(2100, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)):
        _forged_destruction(kept, case.id, number, at, message)
    if kept.database.is_sqlite:
        refused(kept, _DESTROY, message, seq=leaf_for(kept), case=case.id, number=number, at="zzz")
    assert all(kept.objects.exists(key) for key in objects_of(kept, case))


def test_clock_of_the_application_set_forward_or_back(kept: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    case = filed(kept, b"letter", until=TO_COME)
    number = approved(kept, case)
    monkeypatch.setattr(kept.database, "now", lambda: datetime(2100, 1, 1, tzinfo=UTC))
    with pytest.raises(exc.IntegrityError, match="not ended"):
        kept.retention.destruction._mark(number, case.id, "甲")
    with pytest.raises(ObjectLockedError):
        kept.objects.destroy(objects_of(kept, case)[0])
    over = filed(kept, b"other")
    second = approved(kept, over)
    monkeypatch.setattr(kept.database, "now", lambda: datetime(2019, 1, 1, tzinfo=UTC))
    with pytest.raises(NotDisposableError, match="尚未期满"):
        kept.retention.destruction.destroy(second, over.id, "甲")
    _forged_destruction(kept, over.id, second, datetime(2019, 1, 1, tzinfo=UTC), "not ended")


def test_approval_by_one_person_in_the_database(kept: Storage) -> None:
    case = filed(kept, b"letter")
    number = listed(kept, case)
    kept.retention.lists.approve(number, Capacity.ARCHIVIST, "甲")
    approve = (
        "INSERT INTO retention_acts (seq, act, refers_to, person, at, capacity) "
        "SELECT :seq, 'approve', seq, :person, at, :capacity FROM retention_acts WHERE number = :number"
    )
    for person, capacity in (("甲", "auditor"), (" 甲", "auditor"), ("乙", "archivist")):
        values = {"seq": leaf_for(kept), "person": person, "capacity": capacity, "number": number}
        refused(kept, approve, "two persons", **values)
    _forged_destruction(kept, case.id, number, NOW, "not approved")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM objects", "never deleted|append-only"),
        ("DELETE FROM case_files", "never deleted|append-only"),
        ("DELETE FROM cases", "never deleted|append-only"),
        ("UPDATE case_files SET case_id = 'case-x'", "stay with their case"),
        ("UPDATE case_files SET object_key = (SELECT manifest_key FROM filings)", "stay with their case"),
        ("UPDATE objects SET sha256 = sha256", "never changed|append-only"),
        ("UPDATE case_revisions SET body = ''", "append-only"),
        ("UPDATE decisions SET body = ''", "append-only"),
        ("DELETE FROM case_revisions", "append-only"),
    ],
)
def test_rows_of_kept_cases_stay(kept: Storage, statement: str, message: str) -> None:
    decided(kept, filed(kept, b"letter"))
    refused(kept, statement, message)


def test_words_of_a_destroyed_case_are_only_emptied(kept: Storage) -> None:
    case = filed(kept, b"letter")
    destroyed(kept, case)
    refused(kept, "UPDATE case_revisions SET sha256 = :s", "append-only", s="a" * 64)
    refused(kept, "UPDATE case_revisions SET body = sha256", "append-only|type") if kept.database.is_sqlite else None
    refused(kept, "DELETE FROM case_revisions", "append-only")
    revive = "INSERT INTO case_files SELECT 999, case_id, object_key, 'x', batch_id, NULL, NULL FROM case_files"
    refused(kept, revive, "destroyed")


def test_objects_of_others_cannot_be_named_as_destroyed(kept: Storage) -> None:
    case, other = filed(kept, b"letter"), filed(kept, b"other")
    destroyed(kept, case)
    forged = (
        "INSERT INTO destroyed_objects SELECT seq, key, sha256, sm3, size, 'original' FROM objects, retention_acts "
        "WHERE act = 'destroy' AND key = :key"
    )
    refused(kept, forged, "needs|none of", key=other.documents[0].source.object.key)


def test_changed_act_is_found_by_the_check(kept: Storage) -> None:
    if not kept.database.is_sqlite:
        pytest.skip("triggers are dropped the SQLite way")
    hold = kept.retention.holds.place(filed(kept, b"letter").number, "法院", "甲")
    change(kept, "UPDATE retention_acts SET person = '丙' WHERE seq = :s", s=hold.placed.seq)
    assert [(f.code, f.subject) for f in kept.fixity.verify_archive()] == [("act_row", f"act {hold.placed.seq}")]
    change(kept, "DELETE FROM retention_acts WHERE seq = :s", s=hold.placed.seq)
    assert ("filing_row", f"filing {hold.placed.seq}") in [(f.code, f.subject) for f in kept.fixity.verify_archive()]


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
