"""Rolling checks, copies and repair: every object in its turn, nothing lost by a stop, damage found and mended."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exc, text

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError
from storage import Storage, open_storage
from storage.errors import ObjectLockedError
from storage.objects import LocalObjectStore
from storage.stores.mirrored import MirroredStore
from storage.stores.setup import MasterSource, StoreSetup
from storage.tables import objects
from storage.upkeep.upkeep import Pace
from tests.storage.conftest import flip_byte, object_file, saved

PERIOD = timedelta(days=90)
WHO = "档案员"
MASTERS = MasterSource(keys="2026:" + base64.b64encode(bytes(range(32))).decode())


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        # locks are held against the machine's own clock
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["as they are", "encrypted"])
def mirrored(request: pytest.FixtureRequest, home: Path, empty_home: Path, clock: Clock) -> Iterator[Storage]:
    """A home whose store has a replica in another folder; bodies as they are, or sealed."""
    shutil.copytree(empty_home, home)
    masters = MASTERS if request.param == "encrypted" else None
    opened = open_storage(home, clock=clock, setup=StoreSetup(replica=home / "replica", masters=masters))
    yield opened
    opened.close()


def filed(storage: Storage, *contents: bytes) -> None:
    for content in contents:
        storage.filing.file_case(saved(storage, content))


def refs(storage: Storage) -> list[ObjectRef]:
    with storage.database.read() as connection:
        rows = connection.execute(objects.select().order_by(objects.c.key)).all()
    return [ObjectRef(key=r.key, sha256=r.sha256, sm3=r.sm3, size=r.size, media_type=r.media_type) for r in rows]


def body(storage: Storage, home: Path, ref: ObjectRef) -> Path:
    """The file in which the bytes of ``ref`` lie."""
    find = getattr(storage.objects, "body_key", None)
    return home / "objects" / (find(ref.key) if find else ref.key)


def test_every_object_is_read_within_the_period_and_not_more_often(storage: Storage) -> None:
    filed(storage, b"one", b"two")
    everything = len(refs(storage))
    run, troubles = storage.upkeep.check(timedelta(0), Pace(), WHO)
    assert (run.objects, run.remaining, troubles) == (everything, 0, ())
    assert run.size == sum(ref.size for ref in refs(storage))
    again, _ = storage.upkeep.check(PERIOD, Pace(), WHO)
    assert again.objects == 0
    state = storage.upkeep.state(PERIOD)
    assert (state.objects, state.due, state.overdue, state.unsound, state.replicated) == (everything, 0, 0, 0, False)
    assert state.last_check == again


def test_time_makes_objects_due_and_overdue(mirrored: Storage, clock: Clock) -> None:
    filed(mirrored, b"one")
    total = len(refs(mirrored))
    clock.now += timedelta(days=82)
    assert (mirrored.upkeep.state(PERIOD).due, mirrored.upkeep.state(PERIOD).overdue) == (total, 0)
    clock.now += timedelta(days=9)
    assert mirrored.upkeep.state(PERIOD).overdue == total
    run, _ = mirrored.upkeep.check(PERIOD, Pace(), WHO)
    assert run.objects == total and mirrored.upkeep.state(PERIOD).overdue == 0
    assert mirrored.upkeep.state(PERIOD).oldest == clock.now


def test_a_stopped_run_goes_on_where_it_was(mirrored: Storage, clock: Clock) -> None:
    filed(mirrored, *(f"letter {n}".encode() for n in range(6)))
    total, seen = len(refs(mirrored)), 0
    clock.now += 2 * PERIOD
    while seen < total:
        # every object takes a second; the run may take three
        def tick(_seconds: float) -> None:
            clock.now += timedelta(seconds=1)

        pace = Pace(bytes_per_second=1, until=clock.now + timedelta(seconds=3), sleep=tick)
        run, _ = mirrored.upkeep.check(PERIOD, pace, WHO)
        assert 0 < run.objects <= 4
        seen += run.objects
        assert run.remaining == total - seen
    with mirrored.database.read() as connection:
        checked = connection.execute(text("SELECT count(*) FROM object_care WHERE sound")).scalar_one()
    assert checked == total


def test_the_pace_is_kept(storage: Storage) -> None:
    filed(storage, b"x" * 5000)
    waited: list[float] = []
    run, _ = storage.upkeep.check(timedelta(0), Pace(bytes_per_second=1000, sleep=waited.append), WHO)
    assert sum(waited) >= run.size / 1000 - 1


def test_a_stop_by_an_error_keeps_what_was_done(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    filed(storage, b"one", b"two", b"three")
    verify, calls = type(storage.objects).verify, []

    def broken(self: LocalObjectStore, ref: ObjectRef) -> None:
        calls.append(ref.key)
        if len(calls) == 4:
            raise KeyboardInterrupt
        verify(self, ref)

    monkeypatch.setattr(type(storage.objects), "verify", broken)
    with pytest.raises(KeyboardInterrupt):
        storage.upkeep.check(timedelta(0), Pace(), WHO)
    last = storage.upkeep.state(PERIOD).last_check
    assert last is not None and last.objects == 3 and last.remaining == len(refs(storage)) - 3
    with storage.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM object_care")).scalar_one() == 3


def test_without_a_replica_damage_is_an_alarm_that_stays(storage: Storage, home: Path) -> None:
    filed(storage, b"one")
    ref = refs(storage)[0]
    flip_byte(object_file(home, ref))
    run, (trouble,) = storage.upkeep.check(timedelta(0), Pace(), WHO)
    assert (run.damaged, run.repaired) == (1, 0)
    assert ref.key in trouble.found and trouble.hindrance == "没有配置副本存储"
    assert [a.object_key for a in storage.desk.deliveries.alarms()] == [ref.key]
    assert storage.upkeep.state(PERIOD).unsound == 1


@pytest.mark.parametrize("harm", ["one bit", "cut short", "gone"])
def test_damage_is_mended_from_the_replica(mirrored: Storage, home: Path, clock: Clock, harm: str) -> None:
    filed(mirrored, b"one letter", b"two")
    copied, _ = mirrored.upkeep.copy(Pace(), WHO)
    assert copied.remaining == 0
    ref = next(r for r in refs(mirrored) if r.size == len(b"one letter"))
    mirrored.objects.retain(ref.key, clock.now + timedelta(days=400))
    mirrored.objects.hold(ref.key)
    lock = mirrored.objects.lock_of(ref.key)
    file = body(mirrored, home, ref)
    if harm == "gone":
        file.unlink()
    elif harm == "cut short":
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-3])
    else:
        flip_byte(file)
    clock.now += timedelta(seconds=1)
    run, (trouble,) = mirrored.upkeep.check(timedelta(0), Pace(), WHO)
    assert (run.damaged, run.repaired, trouble.repaired) == (1, 1, True)
    assert mirrored.objects.read(ref.key) == b"one letter"
    assert mirrored.objects.lock_of(ref.key) == lock
    with pytest.raises(ObjectLockedError):
        mirrored.objects.destroy(ref.key)
    set_aside = list((home / "objects" / "damaged").glob("*")) if harm != "gone" else [file]
    assert len(set_aside) == 1
    assert mirrored.desk.deliveries.alarms() == () and mirrored.upkeep.state(PERIOD).unsound == 0
    with mirrored.database.read() as connection:
        (repair,) = connection.execute(text("SELECT object_key, found, made_by FROM object_repairs")).all()
    assert (repair.object_key, repair.made_by) == (ref.key, WHO) and repair.found == trouble.found
    assert mirrored.fixity.verify_archive() == ()


def test_a_damaged_replica_mends_nothing(mirrored: Storage, home: Path) -> None:
    filed(mirrored, b"one letter")
    mirrored.upkeep.copy(Pace(), WHO)
    ref = next(r for r in refs(mirrored) if r.size == len(b"one letter"))
    for folder in ("objects", "replica"):
        flip_byte(home / folder / body(mirrored, home, ref).relative_to(home / "objects"))
    run, (trouble,) = mirrored.upkeep.check(timedelta(0), Pace(), WHO)
    assert (run.repaired, trouble.repaired) == (0, False) and "副本" in trouble.hindrance
    with pytest.raises(ObjectDamagedError):
        mirrored.objects.read(ref.key)


def test_what_is_damaged_is_not_copied(mirrored: Storage, home: Path) -> None:
    filed(mirrored, b"one letter")
    ref = next(r for r in refs(mirrored) if r.size == len(b"one letter"))
    flip_byte(body(mirrored, home, ref))
    run, (trouble,) = mirrored.upkeep.copy(Pace(), WHO)
    assert trouble.key == ref.key and run.remaining == 1
    state = mirrored.upkeep.state(PERIOD)
    assert (state.waiting, state.waiting_size) == (1, ref.size) and state.waiting_since is not None
    assert not (home / "replica" / body(mirrored, home, ref).relative_to(home / "objects")).exists()


def test_copies_bring_the_lock_and_what_is_destroyed_is_gone_everywhere(tmp_path: Path, clock: Clock) -> None:
    store = MirroredStore(LocalObjectStore(tmp_path / "first", clock), LocalObjectStore(tmp_path / "second", clock))
    key = store.put(b"short-lived", "text/plain").key
    store.retain(key, clock.now + timedelta(days=1))
    assert store.copy(key, "text/plain") > 0 and store.copy(key, "text/plain") == 0
    assert store.replica.lock_of(key) == store.lock_of(key)
    assert store.hold(key) == store.replica.lock_of(key)
    store.release(key)
    with pytest.raises(ObjectLockedError):
        store.destroy(key)
    assert store.exists(key) and store.replica.exists(key)
    clock.now += timedelta(days=2)
    store.destroy(key)
    assert not store.exists(key) and not store.replica.exists(key)


def test_a_kill_between_the_two_destructions_is_made_good(tmp_path: Path) -> None:
    store = MirroredStore(LocalObjectStore(tmp_path / "first"), LocalObjectStore(tmp_path / "second"))
    ref = store.put(b"short-lived", "text/plain")
    store.copy(ref.key, ref.media_type)
    LocalObjectStore(tmp_path / "first").destroy(ref.key)
    store.destroy(ref.key)
    assert not store.replica.exists(ref.key)
    with pytest.raises(ObjectMissingError):
        store.destroy(ref.key)


@given(st.lists(st.sampled_from(["put", "copy", "damage", "check"]), min_size=1, max_size=12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_copied_is_never_lost(mirrored: Storage, home: Path, acts: list[str]) -> None:
    """Law: an object of which either store has the right bytes reads right after a check."""
    for n, act in enumerate(acts):
        if act == "put":
            filed(mirrored, f"{n} {acts}".encode())
        elif act == "copy":
            mirrored.upkeep.copy(Pace(), WHO)
        elif act == "damage" and mirrored.upkeep.state(PERIOD).waiting == 0 and refs(mirrored):
            flip_byte(body(mirrored, home, refs(mirrored)[n % len(refs(mirrored))]))
        elif act == "check":
            mirrored.upkeep.check(timedelta(0), Pace(), WHO)
    mirrored.upkeep.check(timedelta(0), Pace(), WHO)
    assert all(mirrored.objects.read(ref.key) is not None for ref in refs(mirrored))
    assert mirrored.upkeep.state(PERIOD).unsound == 0


@pytest.mark.parametrize("table", ["upkeep_runs", "object_repairs"])
def test_runs_and_repairs_are_facts(mirrored: Storage, home: Path, table: str) -> None:
    filed(mirrored, b"one letter")
    mirrored.upkeep.copy(Pace(), WHO)
    flip_byte(body(mirrored, home, refs(mirrored)[0]))
    mirrored.upkeep.check(timedelta(0), Pace(), WHO)
    for statement in (f"UPDATE {table} SET made_by = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(exc.IntegrityError, match="append-only"), mirrored.database.write() as connection:
            connection.execute(text(statement))
