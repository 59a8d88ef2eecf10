"""The same storage on PostgreSQL: facts stay, numbers have no gaps, words are found, leases have one holder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import exc, text

from benchmarks.station.cluster import is_installed, throw_away_cluster
from domain.errors import CaseHeldError
from domain.webhooks import EventType
from storage import QueueFilter, Storage, open_storage
from storage.errors import DatabaseUnusableError
from storage.notices import NewNotice
from storage.tables import APPEND_ONLY, metadata
from tests.storage.audited import event
from tests.storage.conftest import accept, case_of, note_upkeep, raise_alarm, saved
from tests.storage.kept_heads import keep_head
from tests.storage.test_cases import decided
from tests.storage.test_search import check_that_no_window_changes_the_answer, crowd

pytestmark = pytest.mark.skipif(not is_installed(), reason="PostgreSQL 15 is not installed")


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with throw_away_cluster(durable=False) as url:
        opened = open_storage(tmp_path_factory.mktemp("pg") / "home", url)
        yield opened
        opened.close()


def test_migrations_build_exactly_the_tables_of_the_code(postgresql: Storage) -> None:
    with postgresql.database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, _kind, _parents: "case_words" not in str(name)}
        )
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_facts_cannot_be_updated_or_deleted(postgresql: Storage, table: str) -> None:
    case = decided(postgresql, saved(postgresql, f"letter {table}".encode()))
    postgresql.webhooks.add_endpoint("https://crm.example.com/", (EventType.CASE_FILED,), "whsec_AAAA", "管理员")
    postgresql.filing.file_case(case)
    keep_head(postgresql)
    postgresql.leases.skip(case.id, "余审核", "原件模糊")
    postgresql.audit.record(event(1))
    postgresql.desk.checks.verify_recorded(None, "档案员")
    note_upkeep(postgresql, case)
    raise_alarm(postgresql, case)
    notice = NewNotice(case.id, case.revision, "receipt", "受理通知书", "余审核", None, b"%PDF")
    postgresql.desk.notices.record(notice)
    with postgresql.database.read() as connection:
        before = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        column = text("SELECT column_name FROM information_schema.columns WHERE table_name = :t LIMIT 1")
        name = connection.execute(column, {"t": table}).scalar_one()
    assert before
    for statement in (f'UPDATE {table} SET "{name}" = "{name}"', f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(exc.IntegrityError, match="append-only"), postgresql.database.write() as connection:
            connection.execute(text(statement))
    with postgresql.database.read() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == before


def test_an_alarm_stands_until_the_case_was_checked(postgresql: Storage) -> None:
    case = saved(postgresql, b"letter of an alarm")
    raise_alarm(postgresql, case)
    key = case.documents[0].source.object.key
    assert key in {alarm.object_key for alarm in postgresql.desk.deliveries.alarms()}
    postgresql.desk.checks.verify_recorded(case.number, "档案员")
    assert key not in {alarm.object_key for alarm in postgresql.desk.deliveries.alarms()}


def test_leaves_of_the_log_have_no_gap(postgresql: Storage) -> None:
    row = "INSERT INTO log_leaves VALUES (999, ''::bytea, repeat('a', 64), repeat('b', 64), now())"
    with pytest.raises(exc.IntegrityError, match="without gaps"), postgresql.database.write() as connection:
        connection.execute(text(row))
    assert {f.code for f in postgresql.fixity.verify_archive()} == {"stamp"}  # of keep_head: no authority made them


def test_heads_prove_on_postgresql_too(postgresql: Storage) -> None:
    first = postgresql.proof.heads.sign()
    case = saved(postgresql, b"a letter for a head")
    postgresql.filing.file_case(case)
    second = postgresql.proof.heads.sign()
    assert first is not None and second is not None and second.position == first.position + 1
    proof = postgresql.proof.heads.consistency(first.head.size, second.head.size)
    assert proof.newer == second
    assert postgresql.proof.certificates.of_case(case.number).head == second
    with postgresql.database.read() as connection:
        assert {f.code for f in postgresql.proof.check.findings(connection)} == {"stamp"}  # stamps of keep_head


def test_numbers_follow_each_other(postgresql: Storage) -> None:
    first, second = (accept(postgresql, content).number for content in (b"one more", b"and another"))
    assert int(second[-6:]) == int(first[-6:]) + 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("手续费", True),
        ("费手", False),
        ("要求退", True),
        ("13900000001", True),
        ("1390000", False),
        ("0001", True),
        ("2026-11-03", True),
        ("手续费 13900000001", True),
        ("手续费 0001", True),
        ("0001 2026-11-03 要求退", True),
        ("7777 手续费", False),
        ("手续费 13900000002", False),
    ],
)
def test_words_are_found_as_in_sqlite(postgresql: Storage, storage: Storage, query: str, found: bool) -> None:
    words = "客户投诉手续费过高，要求退还。电话13900000001，2026年11月3日"
    for place in (postgresql, storage):
        case = saved(place, b"searched", text=words) if not _known(place, b"searched") else None
        assert any(h.source == "page" and h.snippet for h in place.search.find(query)) is found, (place, case)


def _known(place: Storage, content: bytes) -> bool:
    return place.cases.load_case(accept(place, content).id) is not None


def test_newest_cases_are_walked_through_and_the_index_asked_for_the_rest(postgresql: Storage) -> None:
    check_that_no_window_changes_the_answer(postgresql, crowd(postgresql, 60))


def test_one_holder_at_a_time(postgresql: Storage) -> None:
    case = saved(postgresql, b"held letter")
    assert postgresql.leases.take(case.id, "甲").holder == "甲"
    assert postgresql.leases.take(case.id, "乙").holder == "甲"
    row = postgresql.intake.case_row(case.id)
    with pytest.raises(CaseHeldError, match="甲办理中"):
        postgresql.cases.save_case(case_of(row, revision=2, name="乙改"), "correct", 1, holder="乙")
    assert postgresql.lists.waiting(QueueFilter(holder="乙")) == ()
    postgresql.cases.save_case(case_of(row, revision=2, name="甲改"), "correct", 1, holder="甲")


def test_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusableError, match="无法连接数据库"):
        open_storage(tmp_path / "home", "postgresql+psycopg://nobody@127.0.0.1:1/none")
