"""Opening: migrations from empty and twice, several processes, damaged and newer files, rows that stay."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import exc, text

from domain.errors import StoreFullError
from domain.webhooks import EventType
from storage import Storage, open_storage
from storage.database import Database, next_number
from storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseTooNewError,
    DatabaseUnusableError,
    StoreWriteError,
)
from storage.migrations.runner import newest_revision
from storage.notices import NewNotice
from storage.tables import APPEND_ONLY, HEAD, metadata
from tests.storage.audited import event
from tests.storage.conftest import RECEIVED, note_upkeep, raise_alarm, saved
from tests.storage.kept_heads import keep_head
from tests.storage.test_cases import decided

ROOT = Path(__file__).parents[2]


def run_python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_constant_head_is_the_newest_migration() -> None:
    assert newest_revision() == HEAD


def test_migrations_build_exactly_the_tables_of_the_code(storage: Storage) -> None:
    with storage.database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, _kind, _parents: not str(name).startswith("case_words")}
        )
        assert compare_metadata(context, metadata) == []


def test_opening_twice_keeps_the_rows(home: Path) -> None:
    first = open_storage(home)
    case = saved(first, b"letter")
    first.close()
    second = open_storage(home)
    assert second.cases.load_case(case.number) == case
    assert second.database.revision() == HEAD
    second.close()


def test_opening_an_up_to_date_home_does_not_import_alembic(home: Path) -> None:
    open_storage(home).close()
    code = """
import sys
from collections.abc import Iterator
from pathlib import Path
import storage
assert "sqlalchemy" not in sys.modules
storage.open_storage(Path(sys.argv[1])).close()
print("alembic" in sys.modules)
"""
    assert run_python(code, str(home)) == "False\n"


def test_several_processes_open_a_new_home_at_once(home: Path) -> None:
    code = "import sys; from pathlib import Path; import storage; storage.open_storage(Path(sys.argv[1])).close()"
    started = [subprocess.Popen([sys.executable, "-c", code, str(home)], cwd=ROOT) for _ in range(5)]
    assert [process.wait() for process in started] == [0] * 5
    opened = open_storage(home)
    assert opened.database.revision() == HEAD
    opened.close()


def test_settings_that_safety_rests_on(storage: Storage) -> None:
    with storage.database.read() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def test_newer_database_is_left_alone(home: Path) -> None:
    opened = open_storage(home)
    with opened.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    opened.close()
    with pytest.raises(DatabaseTooNewError, match="r9999"):
        open_storage(home)


def test_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "juanzong.sqlite"
    file.write_bytes(b"not a database, just words " * 100)
    with pytest.raises(DatabaseDamagedError):
        Database(file)


def test_location_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusableError):
        Database(tmp_path / "missing" / "juanzong.sqlite")
    with pytest.raises(DatabaseUnusableError):
        Database("nosuch://here")


def test_full_disk_is_told(storage: Storage) -> None:
    with storage.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with pytest.raises(StoreFullError), storage.database.write() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.execute(text("CREATE TABLE big (x)"))
        connection.execute(text("INSERT INTO big VALUES (zeroblob(9000000))"))


def test_locked_database_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_S", 0)
    one, two = open_storage(home), open_storage(home)
    with one.database.write(), pytest.raises(DatabaseBusyError), two.database.write():
        pass
    one.close()
    two.close()


def test_number_of_a_failed_transaction_is_given_again(storage: Storage) -> None:
    def fail() -> None:
        with storage.database.write() as connection:
            assert next_number(connection, "EXM-2026") == 1
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    for expected in (1, 2, 3):
        with storage.database.write() as connection:
            assert next_number(connection, "EXM-2026") == expected


@pytest.fixture
def storage(home: Path, empty_home: Path) -> Iterator[Storage]:
    """On SQLite: the same on PostgreSQL is in test_postgresql."""
    shutil.copytree(empty_home, home)
    opened = open_storage(home)
    yield opened
    opened.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_facts_cannot_be_updated_deleted_or_replaced(storage: Storage, table: str) -> None:

    case = decided(storage, saved(storage, b"letter"))
    storage.webhooks.add_endpoint("https://crm.example.com/", (EventType.CASE_FILED,), "whsec_AAAA", "管理员")
    storage.filing.file_case(case)
    keep_head(storage)
    storage.leases.skip(case.id, "余审核", "原件模糊")
    storage.audit.record(event(1))
    storage.desk.checks.verify_recorded(None, "档案员")
    note_upkeep(storage, case)
    raise_alarm(storage, case)
    storage.desk.notices.record(NewNotice(case.id, case.revision, "receipt", "受理通知书", "余审核", None, b"%PDF"))
    with storage.database.read() as connection:
        before = connection.execute(text(f"SELECT * FROM {table}")).all()
        column = connection.execute(text(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1")).scalar_one()
    assert before
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with (
            pytest.raises(exc.IntegrityError, match=r"append-only|without gaps"),
            storage.database.write() as connection,
        ):
            connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
            connection.execute(text(statement))
    with storage.database.read() as connection:
        assert connection.execute(text(f"SELECT * FROM {table}")).all() == before


@pytest.mark.parametrize("digest", ["A" * 64, "0" * 63, "g" + "0" * 63, ""])
def test_digest_columns_take_digests_only(storage: Storage, digest: str) -> None:
    statement = text("INSERT INTO objects VALUES ('k', :digest, :digest, 1, 'text/plain', :now)")
    with pytest.raises(exc.IntegrityError, match="CHECK"), storage.database.write() as connection:
        connection.execute(statement, {"digest": digest, "now": RECEIVED.isoformat()})


def test_home_is_closed_to_other_users(home: Path) -> None:
    open_storage(home).close()
    assert home.stat().st_mode & 0o777 == 0o700


def test_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreWriteError, match="home"):
        open_storage(tmp_path / "file" / "home")
