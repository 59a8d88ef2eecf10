"""Holds and disposal from a terminal: two persons, papers of the disposal, and what cannot be destroyed stays."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pymupdf
import pytest
from click.testing import Result as Done
from openpyxl import load_workbook
from typer.testing import CliRunner

from domain.audit import AuditFilter, Operation, Result
from domain.case import Case
from domain.documents import ScanBatch
from domain.errors import JuanzongError
from domain.retention_errors import DisposalStateError, NothingToDisposeError, TwoPersonsError, UnknownHoldError
from domain.vocabulary import CaseStatus, Channel
from flows.cli import app
from flows.writing import terminal_user
from storage import Storage, open_storage
from tests.storage.conftest import case_of, put, texts_of
from tests.storage.retained import objects_of

LONG_PAST = datetime(2010, 3, 1, 2, tzinfo=UTC)
ADOPTION = """
adopter: 衡川村镇银行
policies:
  - id: rural-bank
    retention_start: {value: received, set_by: 档案室, set_on: 2026-01-05}
"""
Run = Callable[..., Done]


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    (tmp_path / "adoption.yaml").write_text(ADOPTION, encoding="utf-8")
    monkeypatch.setenv("JUANZONG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUANZONG_ADOPTION", str(tmp_path / "adoption.yaml"))
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.delenv("JUANZONG_DATABASE_URL", raising=False)
    opened = open_storage(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run an ``archive`` command as a person; errors of ours come through."""

    def run_as(person: str, *arguments: str) -> Done:
        monkeypatch.setattr("flows.retention_commands.terminal_user", lambda: f"命令行：{person}")
        done = CliRunner().invoke(app, ["archive", *arguments])
        if isinstance(done.exception, JuanzongError):
            raise done.exception
        return done

    return run_as


def filed(storage: Storage, content: bytes, received: datetime = LONG_PAST, until: date | None = None) -> Case:
    """File a settled case as the pack's text leaves it: without a last day."""
    batch = ScanBatch(
        id=f"b-{content.decode()}",
        received_at=received,
        channel=Channel.LETTER,
        files=(put(storage, content, "信.pdf"),),
    )
    case = case_of(storage.intake.accept_batch(batch, "rural-bank", "RBK"), status=CaseStatus.FILED, finished=True)
    storage.cases.save_case(case, "assembled", None, (), texts_of(case, "手续费"))
    storage.filing.file_case(case, (), until)
    return case


def test_who_is_at_the_terminal_is_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = terminal_user()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert terminal_user() == before


def test_hold_and_release_by_two(storage: Storage, run: Run) -> None:
    case = filed(storage, b"letter")
    assert "已保全" in run("甲", "hold", case.number, "--reason", "法院（2026）协查 12 号").output
    assert "协查 12 号" in run("甲", "hold").output
    assert "另一人" in run("甲", "release", case.number, "--reason", "结案").output
    with pytest.raises(TwoPersonsError):
        run("甲", "release", case.number)
    assert "已解除" in run("乙", "release", case.number).output
    with pytest.raises(UnknownHoldError):
        run("乙", "release", case.number)
    noted = storage.audit.find(AuditFilter(), 10)
    changes = [
        (e.event.details["change"], e.event.result) for e in noted if e.event.operation is Operation.HOLD_CHANGED
    ]
    assert changes == [
        ("release", Result.ALLOWED),
        ("release", Result.REFUSED),
        ("release", Result.ALLOWED),
        ("ask_release", Result.ALLOWED),
        ("hold", Result.ALLOWED),
    ]


def test_disposal_from_list_to_certificate(storage: Storage, run: Run, tmp_path: Path) -> None:
    gone, spared, young = filed(storage, b"one"), filed(storage, b"two"), filed(storage, b"three", datetime.now(UTC))
    book = tmp_path / "list.xlsx"
    done = run("甲", "dispose", "list", "--out", str(book))
    number = storage.retention.lists.all()[0].number
    assert number in done.output
    assert young.number not in done.output
    cells = {str(c.value) for row in load_workbook(io.BytesIO(book.read_bytes())).active.iter_rows() for c in row}
    assert {gone.number, spared.number, "归档规定（纪检监察部整理归档，期限不少于5年）"} <= cells
    with pytest.raises(DisposalStateError):
        run("甲", "dispose", "destroy", number)
    run("甲", "dispose", "review", number, "--remove", spared.number, "--reason", "仍有诉讼")
    run("甲", "dispose", "approve", number, "--as", "archivist")
    with pytest.raises(TwoPersonsError):
        run("甲", "dispose", "approve", number, "--as", "auditor")
    run("乙", "dispose", "approve", number, "--as", "auditor")
    keys = objects_of(storage, gone)
    assert "已销毁 1 件" in run("甲", "dispose", "destroy", number, "--out", str(tmp_path)).output
    assert not any(storage.objects.exists(key) for key in keys)
    assert all(storage.objects.exists(key) for key in objects_of(storage, spared))
    said = json.loads((tmp_path / f"档案销毁证明-{number}.json").read_text(encoding="utf-8"))
    assert said["schema"] == "juanzong.destruction/1"
    assert {o["sha256"] for o in said["cases"][0]["objects"]} == {key.rpartition("/")[2] for key in keys}
    assert [a[0] for a in said["disposal"]["approvals"]] == ["archivist", "auditor"]
    with pymupdf.open(tmp_path / f"档案销毁证明-{number}.pdf") as paper:
        words = "".join(page.get_text() for page in paper)
    assert all(text in words for text in (gone.number, keys[0].rpartition("/")[2], "命令行：乙", "仍有诉讼"))
    assert storage.fixity.verify_archive() == ()
    assert "已销毁" in run("甲", "dispose", "list", "--all").output
    with pytest.raises(DisposalStateError):
        run("甲", "dispose", "destroy", number)


def test_case_held_after_approval_stays_and_the_list_ends_without_it(storage: Storage, run: Run) -> None:
    gone, held = filed(storage, b"one"), filed(storage, b"two")
    run("甲", "dispose", "list")
    number = storage.retention.lists.all()[0].number
    run("甲", "dispose", "approve", number, "--as", "archivist")
    run("乙", "dispose", "approve", number, "--as", "auditor")
    run("甲", "hold", held.number, "--reason", "法院")
    done = run("甲", "dispose", "destroy", number)
    assert done.exit_code == 3
    assert f"未销毁 {held.number}" in done.output
    assert all(storage.objects.exists(key) for key in objects_of(storage, held))
    assert not any(storage.objects.exists(key) for key in objects_of(storage, gone))
    run("甲", "dispose", "review", number, "--remove", held.number, "--reason", "法院保全")
    assert "销毁证明" in run("甲", "dispose", "destroy", number).output


def test_what_may_not_go_is_not_listed(storage: Storage, run: Run) -> None:
    filed(storage, b"promised", until=date(2046, 1, 1))
    held = filed(storage, b"held")
    run("甲", "hold", held.number, "--reason", "法院")
    with pytest.raises(NothingToDisposeError):
        run("甲", "dispose", "list")
    free = filed(storage, b"free")
    run("甲", "dispose", "list")
    assert [c.number for c in storage.retention.lists.all()[0].cases] == [free.number]
    with pytest.raises(NothingToDisposeError):  # it stands on a list already
        run("甲", "dispose", "list")


def test_undecided_rule_lists_nothing(storage: Storage, run: Run, tmp_path: Path) -> None:
    text = ADOPTION.replace("    retention_start: {value: received, set_by: 档案室, set_on: 2026-01-05}\n", "")
    (tmp_path / "adoption.yaml").write_text(text, encoding="utf-8")
    case = filed(storage, b"one")
    with pytest.raises(NothingToDisposeError):
        run("甲", "dispose", "list")
    assert all(storage.objects.lock_of(key).hold for key in objects_of(storage, case))


def test_store_that_lost_its_locks_is_told_of_and_locked_again(storage: Storage, run: Run, tmp_path: Path) -> None:
    filed(storage, b"one", until=date(2046, 1, 1))
    held = filed(storage, b"two")
    run("甲", "hold", held.number, "--reason", "法院")
    assert run("甲", "locks").exit_code == 0
    shutil.rmtree(tmp_path / "home" / "objects" / "locks")
    done = run("甲", "locks")
    assert done.exit_code == 1
    assert all(key in done.output for key in objects_of(storage, held))
    assert run("甲", "locks", "--set").exit_code == 0
    assert all(storage.objects.lock_of(key).hold for key in objects_of(storage, held))
