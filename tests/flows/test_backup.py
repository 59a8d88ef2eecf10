"""Backups: one moment of the database while others write, restored, and proved whole or proved old."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from benchmarks.station.cluster import BINARIES, is_installed, throw_away_cluster
from domain.errors import ConfigurationError
from flows.backup_commands import backup
from flows.settings import load_settings
from flows.wiring import Services, open_services
from storage.backup import dump_postgresql
from storage.errors import OutputExistsError
from tests.storage.conftest import saved


def file_letters(services: Services, *letters: bytes) -> None:
    for letter in letters:
        services.storage.filing.file_case(saved(services.storage, letter))
        services.storage.proof.heads.sign()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    monkeypatch.setenv("JUANZONG_HOME", str(place))
    (tmp_path / "heads").mkdir()
    monkeypatch.setenv("JUANZONG_HEADS", str(tmp_path / "heads"))
    return place


def restored(home: Path, copy: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A new home from the backup and the objects, as docs/backup.md says."""
    place.mkdir()
    shutil.copy(copy / "juanzong.sqlite", place)
    shutil.copytree(copy / "keys", place / "keys")
    assert (place / "keys" / "data.keys").stat().st_mode & 0o077 == 0
    shutil.copytree(home / "objects", place / "objects")
    monkeypatch.setenv("JUANZONG_HOME", str(place))
    return open_services(load_settings())


def test_a_restored_backup_is_whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = open_services(load_settings())
    file_letters(services, b"one", b"two")
    services.close()
    backup(tmp_path / "copy")
    again = restored(home, tmp_path / "copy", tmp_path / "new", monkeypatch)
    assert again.storage.fixity.verify_archive() == ()
    assert [row.number for row in again.storage.cases.list_cases(None)] == ["EXM-2026-000002", "EXM-2026-000001"]
    file_letters(again, b"three")
    assert again.storage.fixity.verify_archive() == ()
    again.close()


def test_the_backup_of_yesterday_is_noticed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = open_services(load_settings())
    file_letters(services, b"one")
    backup(tmp_path / "copy")
    file_letters(services, b"filed after the backup")
    services.close()
    again = restored(home, tmp_path / "copy", tmp_path / "new", monkeypatch)
    findings = again.storage.fixity.verify_archive()
    assert findings and all(f.code.startswith("head") for f in findings)
    again.close()


def test_a_backup_is_one_moment_while_others_write(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = open_services(load_settings())
    file_letters(services, b"first")
    ended, began = threading.Event(), threading.Event()

    def write() -> None:
        for n in range(1000):
            if ended.is_set():
                return
            services.storage.filing.file_case(saved(services.storage, f"letter {n}".encode()))
            began.set()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait(60)
    backup(tmp_path / "copy")
    ended.set()
    writer.join()
    services.close()
    monkeypatch.delenv("JUANZONG_HEADS")
    again = restored(home, tmp_path / "copy", tmp_path / "new", monkeypatch)
    assert again.storage.fixity.verify_archive() == ()
    again.close()


def test_a_backup_never_replaces_another(home: Path, tmp_path: Path) -> None:
    backup(tmp_path / "copy")
    before = (tmp_path / "copy" / "juanzong.sqlite").read_bytes()
    with pytest.raises(OutputExistsError, match="新的文件夹"):
        backup(tmp_path / "copy")
    assert (tmp_path / "copy" / "juanzong.sqlite").read_bytes() == before


@pytest.mark.skipif(not is_installed(), reason="PostgreSQL 15 is not installed")
def test_postgresql_is_dumped_and_restored(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with throw_away_cluster(durable=False) as url:
        monkeypatch.setenv("JUANZONG_DATABASE_URL", url)
        services = open_services(load_settings())
        file_letters(services, b"one", b"two")
        services.close()
        backup(tmp_path / "copy")
        place = make_url(url)
        env = {**os.environ, "PGHOST": str(place.host), "PGPORT": str(place.port), "PGUSER": str(place.username)}
        for command in (
            [BINARIES / "createdb", "restored"],
            [BINARIES / "pg_restore", "--dbname=restored", "--no-owner", tmp_path / "copy" / "juanzong.pgdump"],
        ):
            subprocess.run(command, env=env, check=True)
        monkeypatch.setenv("JUANZONG_DATABASE_URL", url.replace("/postgres", "/restored"))
        again = open_services(load_settings())
        assert again.storage.fixity.verify_archive() == ()
        assert len(again.storage.cases.list_cases(None)) == 2
        assert again.storage.search.find("手续费")
        again.close()


def test_without_pg_dump_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("storage.backup._DEBIAN", tmp_path)
    with pytest.raises(ConfigurationError, match="pg_dump"):
        dump_postgresql("postgresql://nobody@127.0.0.1/none", tmp_path)
