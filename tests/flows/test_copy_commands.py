"""``archive fetch``: originals and copies from a terminal, each of them told in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.audit import AuditEvent, AuditFilter, Operation
from domain.errors import ConfigurationError, ObjectDamagedError, UnknownCaseError
from flows.cli import app
from flows.copy_commands import Asked, fetch_copies
from outgoing.errors import CopyRefusedError
from storage.errors import OutputExistsError
from tests.outgoing.test_copies import assert_bare, pictures
from tests.review_ui.desk_home import DeskHome, worked_home
from tests.storage.conftest import flip_byte, object_file

NUMBER = "EXM-2026-000001"
ASKED = ["--for", "某市法院", "--reason", "民初12号调阅"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskHome]:
    opened = worked_home(tmp_path / "home")
    monkeypatch.setenv("JUANZONG_HOME", str(opened.home))
    yield opened
    opened.close()


def fetch(*arguments: str) -> None:
    """Run the command; raise what it raises."""
    CliRunner().invoke(app, ["archive", "fetch", *arguments], catch_exceptions=False)


def taken(home: DeskHome, operation: Operation) -> list[AuditEvent]:
    return [e.event for e in home.services.storage.audit.find(AuditFilter(operation=operation), 20)]


@pytest.mark.parametrize("kind", ["reading", "redacted"])
def test_a_copy_of_every_paper_is_written_and_logged(home: DeskHome, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    fetch(NUMBER, "--copy", kind, *ASKED, "--out", str(out))
    files = sorted(out.iterdir())
    assert len(files) == 3 and all(NUMBER in f.name for f in files)
    events = taken(home, Operation.HAND_OUT)
    assert {e.details["sha256"] for e in events} == {hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    assert {(e.details["copy"], e.details["requester"], e.reason) for e in events} == {
        (kind, "某市法院", "民初12号调阅")
    }
    assert all(e.actor.startswith("命令行：") and e.case_number == NUMBER for e in events)
    for file in files:
        assert_bare(file.read_bytes(), 1)
    if kind == "redacted":
        card = next(f for f in files if "身份证" in f.name)
        assert pictures(card.read_bytes())[0][20:1700, 20:1200].max() <= 16


def test_originals_are_logged_too(home: DeskHome, tmp_path: Path) -> None:
    fetch(NUMBER, "--out", str(tmp_path / "out"), *ASKED)
    originals = {d.source.object.sha256 for d in home.review.case(NUMBER).documents}
    events = taken(home, Operation.DOWNLOAD_ORIGINAL)
    assert {e.details["sha256"] for e in events} == originals
    assert {(e.details["requester"], e.reason) for e in events} == {("某市法院", "民初12号调阅")}
    fetch(originals.pop(), "--out", str(tmp_path / "one"))
    assert len(list((tmp_path / "one").iterdir())) == 1
    assert len(taken(home, Operation.DOWNLOAD_COPY)) == 1


def test_nothing_is_handed_out_without_who_and_why(home: DeskHome, tmp_path: Path) -> None:
    for missing in (["--for", "某市法院"], ["--reason", "调阅"], [], ["--for", " ", "--reason", "调阅"]):
        with pytest.raises(ConfigurationError, match="取件人"):
            fetch(NUMBER, "--copy", "reading", *missing, "--out", str(tmp_path))
    with pytest.raises(UnknownCaseError):
        fetch("EXM-2026-999999", "--copy", "reading", *ASKED)
    assert taken(home, Operation.HAND_OUT) == []


def test_another_file_of_the_name_is_left_alone_and_nothing_is_logged(home: DeskHome, tmp_path: Path) -> None:
    fetch_copies(NUMBER, "reading", Asked("法院", "调阅"), tmp_path)
    before = {f: f.read_bytes() for f in tmp_path.iterdir() if f.is_file()}
    with pytest.raises(OutputExistsError):
        fetch_copies(NUMBER, "reading", Asked("法院", "再调"), tmp_path)
    assert {f: f.read_bytes() for f in tmp_path.iterdir() if f.is_file()} == before
    assert len(taken(home, Operation.HAND_OUT)) == 3


def test_damage_raises_an_alarm_and_nothing_is_written(home: DeskHome, tmp_path: Path) -> None:
    flip_byte(object_file(home.home, home.review.case(NUMBER).documents[1].source.object))
    out = tmp_path / "out"
    with pytest.raises(ObjectDamagedError):
        fetch(NUMBER, "--out", str(out))
    assert not out.exists()
    with pytest.raises(ObjectDamagedError):
        fetch(NUMBER, "--copy", "redacted", *ASKED, "--out", str(out))
    (alarm,) = home.services.storage.desk.deliveries.alarms()
    assert alarm.object_key == home.review.case(NUMBER).documents[1].source.object.key


def test_a_page_that_was_never_read_is_not_redacted_by_itself(home: DeskHome, tmp_path: Path) -> None:
    case = home.review.case(NUMBER)
    fresh = home.services.storage.objects.put(b"not looked at", "image/png")
    home.services.storage.stages.put_stage(fresh.sha256, "describe", "describe/1", b'{"pages": 1}')
    source = case.documents[1].source.model_copy(update={"object": fresh})
    documents = (case.documents[0], case.documents[1].model_copy(update={"source": source}))
    changed = case.model_copy(update={"documents": documents, "revision": case.revision + 1})
    home.services.storage.cases.save_case(changed, "turn", case.revision)
    with pytest.raises(CopyRefusedError, match="没有识读结果"):
        fetch(NUMBER, "--copy", "redacted", *ASKED, "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists() and taken(home, Operation.HAND_OUT) == []
