"""Cases, batches and homes that the storage tests build on. All people and papers are invented."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert, text

from benchmarks.station.cluster import is_installed, throw_away_cluster
from domain.case import Case
from domain.documents import Document, KindGuess, ObjectRef, Page, ScanBatch, SourceFile
from domain.errors import ObjectMissingError
from domain.evidence import Evidence, FieldValue
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from storage import CaseRow, PageText, Storage, open_storage
from storage.upkeep.tables import object_repairs
from storage.upkeep.upkeep import Pace

RECEIVED = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that is already migrated: copying it is quicker than migrating one for every test."""
    folder = tmp_path_factory.mktemp("empty") / "home"
    open_storage(folder).close()
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, empty_home: Path) -> Iterator[str | None]:
    """A server with a migrated database that tests copy, with the keys of ``empty_home``; ``None`` without a server."""
    if not is_installed():
        yield None
        return
    with throw_away_cluster(durable=False) as url:
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE model"))
        home = tmp_path_factory.mktemp("model") / "home"
        shutil.copytree(empty_home, home)
        open_storage(home, url.replace("/postgres", "/model")).close()
        yield url
        admin.dispose()


def database_of(server: str | None) -> str:
    """Return the URL of a new copy of the migrated database; open it from a copy of ``empty_home``."""
    if server is None:
        pytest.skip("PostgreSQL 15 is not installed")
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE model"))
    admin.dispose()
    return server.replace("/postgres", f"/{name}")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Where the archive's database is: in its folder (``None``) or on a server."""
    return database_of(request.getfixturevalue("server")) if request.param == "postgresql" else None


@pytest.fixture
def storage(database_url: str | None, home: Path, empty_home: Path) -> Iterator[Storage]:
    """An empty archive on either database."""
    shutil.copytree(empty_home, home)
    opened = open_storage(home, database_url)
    yield opened
    opened.close()


def batch_of(*files: SourceFile, batch_id: str = "b-1") -> ScanBatch:
    return ScanBatch(id=batch_id, received_at=RECEIVED, channel=Channel.LETTER, operator="收发员", files=files)


def put(storage: Storage, content: bytes, name: str) -> SourceFile:
    return SourceFile(name=name, object=storage.objects.put(content, "application/pdf"))


def accept(storage: Storage, *contents: bytes, policy: str = "exchange-member") -> CaseRow:
    files = tuple(put(storage, c, f"{c.decode()}.pdf") for c in contents)
    return storage.intake.accept_batch(batch_of(*files), policy, "EXM")


def document_of(source: SourceFile) -> Document:
    return Document(
        id=f"doc-{source.object.sha256[:12]}-1-1",
        source=source,
        kind=KindGuess(kind=DocumentKind.COMPLAINT_LETTER, probability=0.93, producer="kinds/1"),
        pages=(Page(number=1, source_page=1, width=1654, height=2339, dpi=200.0),),
    )


def case_of(row: CaseRow, revision: int = 1, name: str = "张三丰", **changes: object) -> Case:
    documents = tuple(document_of(source) for source in row.originals)
    evidence = Evidence(document_id=documents[0].id, page=1, bbox=(10.0, 20.5, 300.25, 48.0), quote=name)
    field = FieldValue(
        name="complainant_name", value=name, raw=name, probability=0.91, producer="forms/1", evidence=(evidence,)
    )
    values = {
        "id": row.id,
        "number": row.number,
        "revision": revision,
        "policy": row.policy,
        "channel": row.channel,
        "received_at": row.received_at,
        "status": CaseStatus.AWAITING_REVIEW,
        "documents": documents,
        "fields": {"complainant_name": field},
    }
    return Case.model_validate({**values, **changes})


def texts_of(case: Case, text: str) -> tuple[PageText, ...]:
    return tuple(PageText(d.id, p.number, text) for d in case.documents for p in d.pages)


def saved(storage: Storage, *contents: bytes, text: str = "客户投诉手续费过高，要求退还。") -> Case:
    case = case_of(accept(storage, *contents))
    storage.cases.save_case(case, "assembled", None, (), texts_of(case, text))
    return case


def object_file(home: Path, ref: ObjectRef) -> Path:
    return home / "objects" / ref.key


def flip_byte(path: Path) -> None:
    """Change the last byte of a read-only file, as a bad disk or a careless root would."""
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    path.chmod(0o444)


def raise_alarm(storage: Storage, case: Case) -> None:
    """Say that the first original of ``case`` was missing when somebody asked for it."""
    missing = ObjectMissingError("存储中缺少对象", "请从备份恢复")
    with suppress(ObjectMissingError), storage.desk.deliveries.watched(case.documents[0].source.object):
        raise missing


def note_upkeep(storage: Storage, case: Case) -> None:
    """Leave a run of the upkeep and the repair of the first original of ``case``."""
    storage.upkeep.check(timedelta(0), Pace(), "档案员")
    values = {"object_key": case.documents[0].source.object.key, "at": RECEIVED, "found": "已损坏", "made_by": "档案员"}
    with storage.database.write() as connection:
        connection.execute(insert(object_repairs).values(**values))


IN_POSTGRESQL = (
    (
        r"CAST\(replace\(leaf, ('\w+'), ('\w+')\) AS BLOB\)",
        r"convert_to(replace(convert_from(leaf, 'UTF8'), \1, \2), 'UTF8')",
    ),
    (r"x'00'", r"'\\x00'::bytea"),
    (r"AS BLOB", "AS bytea"),
    (
        r"(?:INSERT OR )?REPLACE INTO (\w+) (.*) KEY (\w+)",
        r"INSERT INTO \1 \2 ON CONFLICT (\3) DO UPDATE SET \3 = excluded.\3",
    ),
    (r"^PRAGMA .*", "SELECT 1"),
)
"""What the tests say in SQLite's words, and the same for PostgreSQL."""


def said_to(storage: Storage, statement: str) -> str:
    """Return a statement in the words of the archive's database; ``KEY column`` after REPLACE is for PostgreSQL."""
    if storage.database.is_sqlite:
        return re.sub(r" KEY \w+$", "", statement)
    for words, same in IN_POSTGRESQL:
        statement = re.sub(words, same, statement)
    return statement


@contextmanager
def forging(storage: Storage, table: str) -> Iterator[Connection]:
    """Open the database as an intruder who has thrown out the triggers and the conditions on the rows of ``table``."""
    drop_triggers(storage)
    with storage.database.write() as connection:
        if storage.database.is_sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        else:
            query = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(:t AS regclass)"
            for name in connection.execute(text(query), {"t": table}).scalars().all():
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        yield connection


def drop_triggers(storage: Storage) -> None:
    """Do what an intruder with the database file would do first."""
    with storage.database.write() as connection:
        if storage.database.is_sqlite:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            drops = [f"DROP TRIGGER {name}" for name in names]
        else:
            query = "SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
            drops = [f"DROP TRIGGER {name} ON {table}" for name, table in connection.execute(text(query))]
        for drop in drops:
            connection.execute(text(drop))


def change(storage: Storage, statement: str, **values: object) -> int:
    """Change a row behind the application's back; return the number of rows."""
    drop_triggers(storage)
    with storage.database.write() as connection:
        return connection.execute(text(said_to(storage, statement)), values).rowcount
