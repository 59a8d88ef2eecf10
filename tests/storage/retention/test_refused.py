"""What the database refuses, whoever asks: nothing under a hold or before its day is destroyed by anything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, exc, text

from domain.disposal import Capacity
from domain.errors import JuanzongError
from domain.retention_errors import (
    NotDisposableError,
)
from storage import Storage, open_storage
from storage.errors import ObjectLockedError
from storage.retention.tables import RETENTION_FACTS
from tests.storage.conftest import database_of
from tests.storage.retained import TO_COME, approved, destroyed, filed, listed, objects_of
from tests.storage.retention.attacks import DESTROY, NOW, forged_destruction, leaf_for, refused
from tests.storage.test_cases import decided


def test_role_without_rights_on_tables_cannot_switch_the_rules_off(
    server: str | None, tmp_path: Path, empty_home: Path
) -> None:
    """PostgreSQL with an owner who migrates and an application that may only read and write rows."""
    url = database_of(server)
    owner = create_engine(url)
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE application LOGIN"))
        rights = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES"
        connection.execute(text(f"GRANT {rights} IN SCHEMA public TO application"))
        connection.execute(text("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO application"))
    owner.dispose()
    shutil.copytree(empty_home, tmp_path / "home")
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


def test_nothing_under_hold_is_destroyed_by_anything(kept: Storage) -> None:
    case = filed(kept, b"letter")
    number = approved(kept, case)
    hold = kept.retention.holds.place(case.number, "法院", "甲").placed.seq
    with pytest.raises(NotDisposableError, match="保全"):
        kept.retention.destruction.destroy(number, case.id, "甲")
    for key in objects_of(kept, case):
        with pytest.raises(ObjectLockedError):
            kept.objects.destroy(key)
    forged_destruction(kept, case.id, number, NOW, "legal hold")
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
        forged_destruction(kept, case.id, number, at, message)
    if kept.database.is_sqlite:
        refused(kept, DESTROY, message, seq=leaf_for(kept), case=case.id, number=number, at="zzz")
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
    forged_destruction(kept, over.id, second, datetime(2019, 1, 1, tzinfo=UTC), "not ended")


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
    forged_destruction(kept, case.id, number, NOW, "not approved")


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


def raced(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Do everything at once; return what each ended with."""

    def ended(act: Callable[[], object]) -> BaseException | None:
        together.wait()
        try:
            act()
        except JuanzongError as error:
            return error
        return None

    together = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(ended, acts))


def test_hold_and_destruction_at_once_never_both(kept: Storage) -> None:
    cases = [filed(kept, f"letter {n}".encode()) for n in range(5)]
    number = approved(kept, *cases)
    for case in cases:
        held, gone = raced(
            partial(kept.retention.holds.place, case.number, "法院", "甲"),
            partial(kept.retention.destruction.destroy, number, case.id, "甲"),
        )
        assert (held is None) is (gone is not None)
        assert all(kept.objects.exists(key) is (held is None) for key in objects_of(kept, case))
    assert kept.fixity.verify_archive() == ()


def test_six_confirm_one_release_at_once(kept: Storage) -> None:
    hold = kept.retention.holds.place(filed(kept, b"letter").number, "法院", "甲").placed.seq
    kept.retention.holds.ask_release(hold, "结案", "甲")
    ends = raced(*(partial(kept.retention.holds.release, hold, f"人{n}") for n in range(6)))
    assert ends.count(None) == 1
    assert kept.fixity.verify_archive() == ()
