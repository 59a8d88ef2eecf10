"""Two processes at work on one home: numbers unique, nothing twice, one log."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.errors import StaleRevisionError
from storage import Storage, open_storage
from tests.storage.conftest import accept, case_of, saved

ROOT = Path(__file__).parents[2]

WORKER = """
import sys
from pathlib import Path
from storage import open_storage
from tests.storage.conftest import accept, case_of

storage = open_storage(Path(sys.argv[1]))
name = sys.argv[2]
sys.stdin.readline()
for n in range(50):
    row = accept(storage, f"shared {n}".encode())
    own = accept(storage, f"own {name} {n}".encode()) if n % 5 == 0 else None
    for one in (row, own):
        if one is not None and storage.cases.load_case(one.id) is None:
            try:
                storage.cases.save_case(case_of(one), "assembled", None)
            except Exception as error:
                assert type(error).__name__ == "StaleRevisionError", error
    storage.filing.file_case(storage.cases.load_case(row.id))
storage.close()
"""


def test_two_processes_accept_and_file_the_same_fifty_batches(home: Path, empty_home: Path) -> None:
    open_storage(home).close()
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(home), name], cwd=ROOT, stdin=subprocess.PIPE)
        for name in ("one", "two")
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
        worker.stdin.close()
    assert [worker.wait() for worker in workers] == [0, 0]
    storage = open_storage(home)
    cases = storage.cases.list_cases()
    assert sorted(c.number for c in cases) == [f"EXM-2026-{n:06d}" for n in range(1, 71)]
    assert all(len(storage.intake.case_row(c.id).files) == 1 for c in cases)
    assert storage.log.size() == 50
    assert storage.fixity.verify_archive() == ()
    storage.close()


def test_threads_of_one_process(storage: Storage) -> None:
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda n: accept(storage, f"file {n % 20}".encode()), range(60)))
    assert len({row.number for row in rows}) == 20
    assert sum(row.created for row in rows) == 20


def test_one_of_two_writers_of_a_revision_wins(storage: Storage) -> None:
    case = saved(storage, b"letter")
    row = storage.intake.case_row(case.id)

    def write(name: str) -> str | None:
        try:
            storage.cases.save_case(case_of(row, revision=2, name=name), "assembled", 1)
        except StaleRevisionError:
            return None
        return name

    with ThreadPoolExecutor(4) as pool:
        winners = [name for name in pool.map(write, ("甲", "乙", "丙", "丁")) if name]
    assert len(winners) == 1
    loaded = storage.cases.load_case(case.id)
    assert loaded is not None
    assert loaded.field_value("complainant_name") == winners[0]
