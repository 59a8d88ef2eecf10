"""kill -9 at every boundary: real processes are killed, then the same work is done again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.documents import Failure
from domain.review import apply_decision
from storage import Storage, open_storage
from storage.manifest import Derivative
from tests.killing import COMMITS, STATEMENTS, killed_at
from tests.storage.conftest import accept, batch_of, case_of, texts_of
from tests.storage.test_cases import LEVEL, NAME, answer, item

FAILURE = Failure(file="坏.jpg", error="DamagedImageError", reason="图像数据被截断", next_step="请重新扫描")
SYSTEM_CALLS = ("fsync", "link", "fchmod")


@dataclass(frozen=True)
class Outcome:
    """All that must be the same however often the work was interrupted."""

    cases: list[tuple[str, int | None, int]]
    revisions: list[tuple[int, str]]
    queue: list[str]
    files: set[str]
    failures: int
    log_size: int
    findings: tuple[object, ...]
    pending: int
    hits: int


def work(home: Path) -> None:
    """Everything the storage does for one batch, written so that it can be repeated."""
    storage = open_storage(home)
    row = accept(storage, b"letter", b"form")
    storage.failures.record_failure(batch_of(), FAILURE)
    if storage.cases.load_case(row.id) is None:
        first = case_of(row, review=(NAME, LEVEL))
        items = (item(first, NAME, 5), item(first, LEVEL, 1))
        storage.cases.save_case(first, "assembled", None, items, texts_of(first, "要求退还手续费"))
    case = storage.cases.load_case(row.id)
    assert case is not None
    if not case.decisions:
        case = apply_decision(case, answer())
        storage.cases.save_case(case, "decision", 1)
    pdf = storage.objects.put(b"searchable", "application/pdf")
    storage.filing.file_case(case, (Derivative("searchable_pdf", "可检索.pdf", pdf),))
    storage.close()


def outcome(home: Path) -> Outcome:
    storage = open_storage(home)
    cases = storage.cases.list_cases()
    found = Outcome(
        cases=[(c.number, c.revision, c.review_items) for c in cases],
        revisions=[(r.number, r.sha256) for r in storage.cases.case_history(cases[0].id)],
        queue=[i.reason.subject for i in storage.queue.queue()],
        files={str(p.relative_to(home)) for p in (home / "objects").rglob("*") if p.is_file()},
        failures=len(storage.failures.list_failures()),
        log_size=storage.log.size(),
        findings=storage.fixity.verify_archive(),
        pending=len(storage.intake.pending()),
        hits=len(storage.search.find("手续费")),
    )
    storage.close()
    return found


def killed(home: Path, boundary: int, steps: tuple[str, ...]) -> bool:
    return killed_at(boundary, lambda: work(home), calls=SYSTEM_CALLS, steps=steps)


@pytest.mark.parametrize(
    ("steps", "at_least"),
    [(COMMITS, 30), pytest.param(STATEMENTS, 100, marks=pytest.mark.slow)],
    ids=["commits", "all"],
)
def test_killed_at_every_boundary_and_started_again(
    tmp_path: Path, empty_home: Path, steps: tuple[str, ...], at_least: int
) -> None:
    reference = tmp_path / "reference"
    shutil.copytree(empty_home, reference)
    work(reference)
    expected = outcome(reference)
    assert expected.cases == [("EXM-2026-000001", 2, 1)]
    assert expected.findings == ()
    boundary = 0
    while True:
        boundary += 1
        home = tmp_path / f"home-{boundary}"
        shutil.copytree(empty_home, home)
        if not killed(home, boundary, steps):
            break
        check_nothing_half_done(home)
        work(home)
        assert outcome(home) == expected, f"killed at boundary {boundary}"
        shutil.rmtree(home)
    assert boundary > at_least


def check_nothing_half_done(home: Path) -> None:
    storage: Storage = open_storage(home)
    assert list((home / "objects" / "tmp").iterdir()) == []
    assert storage.fixity.verify_archive() == ()
    for case in storage.cases.list_cases():
        assert storage.intake.case_row(case.id).files
        assert case.revision is not None or storage.intake.pending()
    storage.close()


def test_killed_while_migrating(tmp_path: Path) -> None:
    for boundary in (1, 5, 20, 40):
        home = tmp_path / f"home-{boundary}"
        assert killed(home, boundary, STATEMENTS)
        work(home)
        assert outcome(home).cases == [("EXM-2026-000001", 2, 1)]


def test_work_done_again_and_again_is_done_once(tmp_path: Path, empty_home: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(empty_home, home)
    work(home)
    before = outcome(home)
    for _ in range(2):
        work(home)
    assert outcome(home) == before
