"""The log that the benchmark builds in bulk is one that the archive itself would have written."""

from __future__ import annotations

from pathlib import Path

from benchmarks.archive.log import build, measure
from storage import open_storage
from storage.log_check import check_log


def test_the_built_log_is_sound_and_can_be_measured(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    home = tmp_path / "home"
    open_storage(home).close()
    build(home / "juanzong.sqlite", 1000)
    storage = open_storage(home)
    with storage.database.read() as connection:
        assert list(check_log(connection)) == []
    measure(storage, 1000, appends=20, proofs=50)
    with storage.database.read() as connection:
        assert list(check_log(connection)) == []
        assert list(storage.proof.check.findings(connection)) == []
    storage.close()
    assert "at most 11 hashes" in capsys.readouterr().out
