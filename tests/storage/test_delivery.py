"""Objects on their way out: whole and right, or cut short with an alarm."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError
from storage import Storage, delivery, open_storage
from storage.objects import LocalObjectStore
from tests.storage.conftest import accept, case_of, flip_byte, object_file, saved

MIB = 1 << 20


class Later:
    """A clock that moves on by a minute whenever it is looked at."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def timed(home: Path, storage: Storage) -> Iterator[Storage]:
    """The home under a clock that moves."""
    opened = open_storage(home, clock=Later())
    yield opened
    opened.close()


def rewrite(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def given_out(store: LocalObjectStore, ref: ObjectRef) -> tuple[bytes, Exception | None]:
    """Return what a receiver got and what ended it."""
    got = b""
    try:
        for piece in delivery.verified_pieces(store, ref):
            got += piece
    except (ObjectDamagedError, ObjectMissingError) as error:
        return got, error
    return got, None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=70), data=st.data())
def test_a_receiver_never_gets_the_announced_length_of_other_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, data: st.DataObject
) -> None:
    monkeypatch.setattr(delivery, "PIECE", 16)
    store = LocalObjectStore(tmp_path / "objects")
    ref = store.put(content, "application/pdf")
    assert given_out(store, ref) == (content, None)
    other = data.draw(st.binary(max_size=90).filter(lambda found: found != content))
    rewrite(store.path(ref.key), other)
    got, error = given_out(store, ref)
    assert isinstance(error, ObjectDamagedError)
    assert len(got) < max(ref.size, 1)
    rewrite(store.path(ref.key), content)


@pytest.mark.parametrize("place", [0, 16, 40, 63])
def test_one_flipped_byte_anywhere_cuts_it_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(delivery, "PIECE", 16)
    store = LocalObjectStore(tmp_path / "objects")
    content = bytes(range(64))
    ref = store.put(content, "application/pdf")
    rewrite(store.path(ref.key), content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    got, error = given_out(store, ref)
    assert isinstance(error, ObjectDamagedError) and len(got) == 48


def test_a_small_object_is_verified_before_its_first_byte(storage: Storage) -> None:
    ref = storage.objects.put(b"a letter", "application/pdf")
    flip_byte(storage.objects.path(ref.key))
    assert given_out(storage.objects, ref)[0] == b""


def test_memory_does_not_grow_with_the_object(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "objects")
    file = tmp_path / "large"
    with file.open("wb") as stream:
        for number in range(96):
            stream.write(bytes([number]) * MIB)
    ref = store.put(file, "image/tiff")
    tracemalloc.start()
    try:
        total = sum(len(piece) for piece in delivery.verified_pieces(store, ref))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 96 * MIB
    assert peak < 4 * delivery.PIECE


def test_an_alarm_stands_until_a_later_check_found_all_well(timed: Storage, home: Path) -> None:
    case, other = saved(timed, b"first"), accept(timed, b"second")
    timed.cases.save_case(case_of(other), "assembled", None)
    ref = case.documents[0].source.object
    content = timed.objects.read(ref.key)
    timed.desk.checks.verify_recorded(None, "档案员")
    assert timed.desk.deliveries.alarms() == ()
    flip_byte(object_file(home, ref))
    for _ in range(2):
        with pytest.raises(ObjectDamagedError):
            list(timed.desk.deliveries.pieces(ref))
    (alarm,) = timed.desk.deliveries.alarms()
    assert alarm.object_key == ref.key and ref.sha256 in alarm.found
    timed.desk.checks.verify_recorded(other.number, "档案员")
    assert len(timed.desk.deliveries.alarms()) == 1, "another case was checked"
    timed.desk.checks.verify_recorded(case.number, "档案员")
    assert len(timed.desk.deliveries.alarms()) == 1, "the check found the damage"
    rewrite(object_file(home, ref), content)
    assert len(timed.desk.deliveries.alarms()) == 1, "nobody checked since"
    timed.desk.checks.verify_recorded(case.number, "档案员")
    assert timed.desk.deliveries.alarms() == ()
    object_file(home, ref).unlink()
    with pytest.raises(ObjectMissingError):
        timed.desk.deliveries.verify(ref)
    assert len(timed.desk.deliveries.alarms()) == 1
    rewrite(object_file(home, ref), content)
    timed.desk.checks.verify_recorded(None, "档案员")
    assert timed.desk.deliveries.alarms() == ()


def test_a_check_that_was_under_way_does_not_clear_an_alarm(timed: Storage, home: Path) -> None:
    ref = saved(timed, b"first").documents[0].source.object
    content = timed.objects.read(ref.key)
    verify = timed.fixity.verify_archive

    def damaged_meanwhile(*args: object) -> object:
        findings = verify(*args)  # type: ignore[arg-type]
        flip_byte(object_file(home, ref))
        with pytest.raises(ObjectDamagedError):
            list(timed.desk.deliveries.pieces(ref))
        return findings

    timed.desk.checks._fixity.verify_archive = damaged_meanwhile  # type: ignore[assignment,method-assign]
    record, _ = timed.desk.checks.verify_recorded(None, "档案员")
    assert record.findings == 0
    assert len(timed.desk.deliveries.alarms()) == 1
    rewrite(object_file(home, ref), content)


def test_an_object_that_only_a_filing_holds_is_cleared_by_the_check_of_its_case(timed: Storage, home: Path) -> None:
    case = saved(timed, b"first")
    manifest = timed.filing.file_case(case).manifest
    flip_byte(object_file(home, manifest))
    with pytest.raises(ObjectDamagedError):
        list(timed.desk.deliveries.pieces(manifest))
    assert len(timed.desk.deliveries.alarms()) == 1
    flip_byte(object_file(home, manifest))
    timed.desk.checks.verify_recorded(case.number, "档案员")
    assert timed.desk.deliveries.alarms() == ()
