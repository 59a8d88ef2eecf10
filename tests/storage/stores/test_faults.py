"""A server that fails: the store says so, nothing counts as kept, and a second try works."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.archive.seaweed import Weed
from domain.documents import ObjectRef, SourceFile
from domain.errors import ObjectDamagedError
from storage import Storage, StoreSetup, open_storage
from storage.errors import ChecksumNotKeptError, LockNotKeptError, StoreUnavailableError
from storage.stores.access import BucketAccess
from storage.stores.bodies import RESUMES
from storage.stores.bucket import ATTEMPTS, SINGLE
from storage.stores.s3 import S3ObjectStore
from tests.storage.conftest import batch_of, case_of, texts_of
from tests.storage.stores.faults import Fault, Faults, Kind, fault_proxy

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
FAILURES: tuple[Kind, ...] = ("500", "503", "reset", "lost answer")
PASSING = ATTEMPTS - 1


@pytest.fixture
def faults(weed: Weed) -> Iterator[Faults]:
    with fault_proxy(weed.endpoint) as proxy:
        yield proxy


@pytest.fixture
def faulty(access: BucketAccess, faults: Faults, tmp_path: Path) -> S3ObjectStore:
    """The store seen through the proxy."""
    through = replace(access, endpoint=faults.endpoint, pause_s=0.0)
    return S3ObjectStore(through, tmp_path / "cache", first_lock=timedelta(days=1))


ACTS: dict[str, Callable[[S3ObjectStore, ObjectRef], object]] = {
    "put": lambda store, _: store.put(b"another letter", "text/plain"),
    "put again": lambda store, _: store.put(b"letter", "text/plain"),
    "exists": lambda store, ref: store.exists(ref.key),
    "read": lambda store, ref: store.read(ref.key),
    "path": lambda store, ref: store.path(ref.key),
    "verify": lambda store, ref: store.verify(ref),
    "retain": lambda store, ref: store.retain(ref.key, SOON),
    "hold": lambda store, ref: store.hold(ref.key),
    "lock_of": lambda store, ref: store.lock_of(ref.key),
    "destroy": lambda store, ref: store.destroy(ref.key),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("kind", FAILURES)
def test_server_that_keeps_failing_is_reported_and_a_second_try_works(
    faulty: S3ObjectStore, s3: S3ObjectStore, faults: Faults, act: str, kind: Kind
) -> None:
    ref = s3.put(b"letter", "text/plain")
    faults.fault = Fault(kind)
    with pytest.raises(StoreUnavailableError, match="存储服务不可用"):
        ACTS[act](faulty, ref)
    assert s3.read(ref.key) == b"letter"
    faults.fault = None
    ACTS[act](faulty, ref)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("kind", FAILURES)
def test_failures_that_pass_are_ridden_out(
    faulty: S3ObjectStore, s3: S3ObjectStore, faults: Faults, act: str, kind: Kind
) -> None:
    ref = s3.put(b"letter", "text/plain")
    faults.fault = Fault(kind, times=PASSING)
    ACTS[act](faulty, ref)
    assert faults.fault.suffered == PASSING


@pytest.mark.parametrize("act", ["put", "read", "retain"])
def test_silent_server_is_not_waited_for(
    access: BucketAccess, s3: S3ObjectStore, faults: Faults, act: str, tmp_path: Path
) -> None:
    ref = s3.put(b"letter", "text/plain")
    faults.fault = Fault("silence")
    impatient = replace(access, endpoint=faults.endpoint, pause_s=0.0, timeout_s=0.1)
    with pytest.raises(StoreUnavailableError, match="存储服务不可用"):
        ACTS[act](S3ObjectStore(impatient, tmp_path / "cache"), ref)
    ACTS[act](s3, ref)


def test_put_whose_answer_was_lost_is_one_version(faulty: S3ObjectStore, faults: Faults) -> None:
    faults.fault = Fault("lost answer", ("PUT",), times=1)
    ref = faulty.put(b"letter", "text/plain")
    faulty.verify(ref)
    assert len(faulty.bucket.versions(ref.key)) == 1
    assert faulty.lock_of(ref.key).retain_until is not None


def test_tries_are_bounded(faulty: S3ObjectStore, faults: Faults) -> None:
    faults.fault = Fault("503")
    with pytest.raises(StoreUnavailableError):
        faulty.put(b"letter", "text/plain")
    assert faults.seen == ["PUT"] * ATTEMPTS


def test_body_that_breaks_off_goes_on_where_it_broke(faulty: S3ObjectStore, faults: Faults, s3: S3ObjectStore) -> None:
    content = os.urandom(3_000_000)
    ref = s3.put(content, "image/tiff")
    faults.fault = Fault("half body", ("GET",), times=RESUMES)
    assert faulty.read(ref.key) == content
    assert faults.fault.suffered == RESUMES
    faults.fault = Fault("half body", ("GET",))
    for use in (faulty.read, faulty.digests, faulty.path):
        with pytest.raises(StoreUnavailableError, match="中断"):
            use(ref.key)
    faults.fault = None
    assert faulty.path(ref.key).read_bytes() == content


@pytest.mark.slow  # the server tries for half a minute to read what it cannot
def test_flipped_byte_on_the_servers_disk_is_a_damaged_object(weed: Weed, s3: S3ObjectStore) -> None:
    content = os.urandom(300_000)
    ref = s3.put(content, "image/tiff")
    _flip_on_disk(weed.folder, content[150_000:150_050])
    with pytest.raises(ObjectDamagedError, match=ref.key):
        s3.read(ref.key)


@pytest.mark.slow
def test_damaged_object_in_a_bucket_is_a_finding_and_the_check_goes_on(
    weed: Weed, access: BucketAccess, home: Path, empty_home: Path
) -> None:
    shutil.copytree(empty_home, home)
    storage = open_storage(home, setup=StoreSetup(replace(access, pause_s=0.0)))
    contents = [b"%d" % n + os.urandom(100).hex().encode() for n in range(2)]
    case = case_of(storage.intake.accept_batch(batch_of(*_sources(storage, contents)), "exchange-member", "EXM"))
    storage.cases.save_case(case, "assembled", None, (), texts_of(case, "投诉"))
    storage.filing.file_case(case)
    _flip_on_disk(weed.folder, contents[0][:50])
    damaged = [f for f in storage.fixity.verify_archive() if f.code == "object_damaged"]
    assert len(damaged) == 1
    assert case.documents[0].source.object.key in str(damaged[0])
    storage.close()


def _sources(storage: Storage, contents: list[bytes]) -> list[SourceFile]:
    return [
        SourceFile(name=f"{n}.pdf", object=storage.objects.put(content, "application/pdf"))
        for n, content in enumerate(contents)
    ]


def _flip_on_disk(folder: Path, part: bytes) -> None:
    for file in folder.glob("**/*.dat"):
        at = file.read_bytes().find(part)
        if at >= 0:
            with file.open("r+b") as stream:
                stream.seek(at)
                stream.write(bytes([part[0] ^ 1]))
            return
    raise AssertionError("the server keeps these bytes nowhere")


def test_server_that_is_down_has_no_damaged_objects(faulty: S3ObjectStore, s3: S3ObjectStore, faults: Faults) -> None:
    ref = s3.put(b"letter", "text/plain")
    for fault in (Fault("503", ("GET",)), Fault("reset", ("GET",)), Fault("500")):
        faults.fault = fault
        with pytest.raises(StoreUnavailableError):
            faulty.read(ref.key)


def test_flipped_byte_on_the_way_is_no_original(faulty: S3ObjectStore, faults: Faults, s3: S3ObjectStore) -> None:
    ref = s3.put(b"letter", "image/tiff")
    faults.fault = Fault("flipped byte", ("GET",))
    for use in (lambda: faulty.read(ref.key), lambda: faulty.verify(ref), lambda: faulty.path(ref.key)):
        with pytest.raises(ObjectDamagedError, match=ref.sha256):
            use()


@pytest.mark.parametrize(("lie", "expected"), [("no lock", LockNotKeptError), ("no checksum", ChecksumNotKeptError)])
def test_put_that_was_not_kept_as_given_is_no_put(
    faulty: S3ObjectStore, faults: Faults, lie: Kind, expected: type[Exception]
) -> None:
    faults.fault = Fault(lie, ("HEAD",))
    with pytest.raises(expected):
        faulty.put(b"letter", "text/plain")
    faults.fault = None
    faulty.verify(faulty.put(b"letter", "text/plain"))


def test_lock_that_was_not_kept_is_no_lock(faulty: S3ObjectStore, faults: Faults) -> None:
    ref = faulty.put(b"letter", "text/plain")
    faults.fault = Fault("no lock", ("HEAD",))
    for use in (lambda: faulty.retain(ref.key, SOON), lambda: faulty.hold(ref.key)):
        with pytest.raises(LockNotKeptError, match=ref.key):
            use()


def test_parts_that_arrive_otherwise_are_found_by_reading_back(faulty: S3ObjectStore, faults: Faults) -> None:
    faults.fault = Fault("flipped byte", ("GET",))
    with pytest.raises(ChecksumNotKeptError, match="校验不符"):
        faulty.put(os.urandom(SINGLE + 1), "image/tiff")
