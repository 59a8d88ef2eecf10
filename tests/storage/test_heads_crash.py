"""kill -9 at every boundary of signing, exporting and rotating; then the same work is done again."""

from __future__ import annotations

import shutil
from pathlib import Path

from storage import ProofOptions, Storage, open_storage
from storage.proof.head_text import head_file
from tests.killing import COMMITS, killed_at

SYSTEM_CALLS = ("fsync", "link", "replace")
LEAVES = 3


def opened(folder: Path) -> Storage:
    return open_storage(folder / "home", proof=ProofOptions(heads=folder / "outside"))


def work(folder: Path) -> None:
    """Append, sign and export three times, with a rotation after the first, written so that it can be repeated."""
    storage = opened(folder)
    for number in range(LEAVES):
        if storage.log.size() <= number:
            storage.log.append(b"leaf %d" % number)
        storage.proof.heads.sign()
        if number == 0 and len(storage.proof.keys.public()) < 2:
            storage.proof.keys.rotate()
    storage.close()


def wrong(storage: Storage) -> set[str]:
    with storage.database.read() as connection:
        return {f.code for f in storage.proof.check.findings(connection)}


def test_killed_at_every_boundary_and_started_again(tmp_path: Path, empty_home: Path) -> None:
    boundary = 0
    while True:
        boundary += 1
        folder = tmp_path / str(boundary)
        (folder / "outside").mkdir(parents=True)
        shutil.copytree(empty_home, folder / "home")
        if not killed_at(boundary, lambda f=folder: work(f), calls=SYSTEM_CALLS, steps=COMMITS):  # type: ignore[misc]
            break
        left = opened(folder)
        assert wrong(left) <= {"head_folder"}, f"killed at boundary {boundary}"  # not exported yet, nothing worse
        left.close()
        work(folder)
        check_finished(folder)
        shutil.rmtree(folder)
    assert boundary > 20


def check_finished(folder: Path) -> None:
    storage = opened(folder)
    assert wrong(storage) == set()
    state = storage.proof.heads.state()
    assert (state.leaves, state.unsigned) == (LEAVES, 0)
    assert state.newest is not None
    kept = {head_file(storage.proof.heads.of_size(size)) for size in range(1, LEAVES + 1)}
    assert kept <= {f.read_bytes() for f in (folder / "outside").glob("head-*")}
    keys = storage.proof.keys.public()
    assert len(keys) == 2 and state.newest.head.key == keys[-1].key.id
    assert [f.name for f in (folder / "home" / "keys").glob("*.key")] == ["0002.key"]
    storage.close()
