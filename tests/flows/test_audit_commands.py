"""The auditor's commands, and that the served pages keep a log."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
import uvicorn
from click.testing import Result
from typer.testing import CliRunner

from domain.audit import AuditFilter, Operation
from flows.cli import app
from flows.serving import serve_pages
from storage import Storage, open_storage
from tests.storage.audited import event
from tests.storage.conftest import drop_triggers


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUANZONG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.delenv("JUANZONG_DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def storage(home: Path):  # type: ignore[no-untyped-def]
    opened = open_storage(home)
    for number in range(1, 7):
        opened.audit.record(event(number))
    yield opened
    opened.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", *arguments])


def cut(storage: Storage, statement: str) -> None:
    drop_triggers(storage)
    with storage.database.write() as connection:
        connection.exec_driver_sql(statement)


def test_verify_says_how_many_and_the_head_to_write_down(storage: Storage) -> None:
    head = storage.audit.verify().head or ""
    done = run("verify")
    assert done.exit_code == 0
    assert "共 6 条" in done.output
    assert head in done.output
    assert storage.audit.find(AuditFilter(), 1)[0].event.operation is Operation.AUDIT_VERIFIED
    assert run("verify", "--head", head).exit_code == 0


def test_verify_names_the_first_wrong_entry(storage: Storage) -> None:
    cut(storage, "UPDATE audit_entries SET actor = '无名' WHERE number = 4")
    done = run("verify")
    assert done.exit_code == 1
    assert "第 4 条的内容与其哈希不符" in done.output
    assert storage.audit.find(AuditFilter(), 1)[0].number == 6


def test_verify_finds_a_cut_tail_by_the_written_down_head(storage: Storage) -> None:
    head = storage.audit.verify().head or ""
    cut(storage, "DELETE FROM audit_entries WHERE number > 4")
    assert "第 5 条起被截去" in run("verify", "--head", head).output


def test_list_filters_and_is_logged(storage: Storage) -> None:
    done = run("list", "--operation", "reveal_field", "--actor", "周敏")
    assert done.exit_code == 0
    assert re.findall(r"│ +(\d+) +│", done.output) == ["3"]
    assert "手机号码" in done.output
    assert storage.audit.find(AuditFilter(), 1)[0].event.details == {"actor": "周敏", "operation": "reveal_field"}


def test_list_by_searched_words(storage: Storage) -> None:
    details = {"query_digest": storage.audit.digest("张三 手续费"), "query_length": 6}
    storage.audit.record(event(7, operation=Operation.SEARCH, details=details))
    assert re.findall(r"│ +(\d+) +│", run("list", "--searched", "张三 手续费").output) == ["7"]


def test_the_served_pages_keep_a_log(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    def run_not(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        kept.append(server.config.app.state.trail.kept)  # type: ignore[union-attr]
        sockets[0].close()

    monkeypatch.setattr(uvicorn.Server, "run", run_not)
    serve_pages("127.0.0.1", 0, None)
    assert kept == [True]
