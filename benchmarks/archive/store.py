"""The object store against what it is made of: put and get beside the bare SDK, verification beside ``sha256sum``.

``python -m benchmarks.archive.store`` starts SeaweedFS, takes turns between the SDK (with the same lock and checksum on
every put: bare, and asking for the lock and hashing what comes back) and the store, and prints tables. Ratios compare
between machines, absolute values do not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median

from minio.commonconfig import COMPLIANCE
from minio.retention import Retention

from benchmarks.archive.seaweed import Weed, running_weed
from storage.database import Database
from storage.objects import LocalObjectStore, ObjectStore
from storage.stores.access import BucketAccess
from storage.stores.encrypted import EncryptedStore
from storage.stores.envelopes import Envelopes
from storage.stores.masters import ListedKeys
from storage.stores.s3 import S3ObjectStore

LOCK = timedelta(days=1)
TARGET = 0.85
VERIFY_TARGET = 0.80
MEGABYTE = 1e6


@dataclass(frozen=True)
class Load:
    """Objects of one size: bytes of each, how many in a round."""

    size: int
    count: int


LOADS = (Load(16 << 10, 60), Load(300 << 10, 30), Load(4 << 20, 8))


class BareSdk:
    """What a user of the SDK writes by hand: checksum and lock on every put.

    Args:
        weed: the server.
        bucket: name of a bucket with Object Lock.
        is_checked: ask for the lock after every put and hash what comes back, as an archive must.
    """

    def __init__(self, weed: Weed, bucket: str, is_checked: bool = False) -> None:
        self._client, self._bucket, self._is_checked = weed.client(), bucket, is_checked

    def put(self, content: bytes) -> str:
        """Send ``content`` under its hash; return the name."""
        digest = hashlib.sha256(content)
        self._client.put_object(
            self._bucket,
            f"bare/{digest.hexdigest()}",
            BytesIO(content),
            len(content),
            metadata={"x-amz-checksum-sha256": base64.b64encode(digest.digest()).decode()},
            retention=Retention(COMPLIANCE, datetime.now(UTC) + LOCK),
            part_size=max(len(content), 5 << 20),
        )
        if self._is_checked:
            headers = {"x-amz-checksum-mode": "ENABLED"}
            self._client.stat_object(self._bucket, f"bare/{digest.hexdigest()}", extra_headers=headers)
        return f"bare/{digest.hexdigest()}"

    def get(self, name: str) -> bytes:
        """Return the bytes."""
        response = self._client.get_object(self._bucket, name)
        try:
            data: bytes = response.read()
        finally:
            response.release_conn()
        if self._is_checked and not name.endswith(hashlib.sha256(data).hexdigest()):
            raise ValueError(f"damaged: {name}")
        return data


@dataclass(frozen=True)
class Way:
    """One way to put and get."""

    name: str
    put: Callable[[bytes], str]
    get: Callable[[str], bytes]


def store_way(name: str, store: ObjectStore) -> Way:
    """Return put and (verified) get of ``store``."""
    return Way(name, lambda content: store.put(content, "image/tiff").key, store.read)


@dataclass(frozen=True)
class Took:
    """Seconds of one round: on the clock, and of this process's processor time (the server has its own)."""

    wall: float
    processor: float


def timed(work: Callable[[], object]) -> Took:
    """Do ``work`` once."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - processor)


def measure(ways: Sequence[Way], load: Load, rounds: int) -> dict[str, tuple[Took, Took]]:
    """Return the medians of (all puts, all gets) of each way; the ways take turns."""
    puts: dict[str, list[Took]] = {way.name: [] for way in ways}
    gets: dict[str, list[Took]] = {way.name: [] for way in ways}
    for turn in range(rounds):
        for way in ways[turn % len(ways) :] + ways[: turn % len(ways)]:
            contents = [os.urandom(load.size) for _ in range(load.count)]
            names: list[str] = []
            puts[way.name].append(timed(lambda: names.extend(map(way.put, contents))))  # noqa: B023 - called at once
            gets[way.name].append(timed(lambda: [way.get(name) for name in names]))  # noqa: B023
    return {way.name: (_median(puts[way.name]), _median(gets[way.name])) for way in ways}


def _median(rounds: Sequence[Took]) -> Took:
    return Took(median(took.wall for took in rounds), median(took.processor for took in rounds))


def print_loads(ways: Sequence[Way], rounds: int) -> None:
    """Print a table for every size; ratios of the clock to the first and the second way."""
    for load in LOADS:
        found = measure(ways, load, rounds)
        bare, checked = found[ways[0].name], found[ways[1].name]
        print(f"\n{load.size >> 10} KiB, {load.count} objects in a round, median of {rounds} (ratio target {TARGET})")
        print(f"{'':14}   put/s   MB/s   bare checked cpu ms    get/s   MB/s   bare checked cpu ms")
        for name, took in found.items():
            cells = [
                f"{load.count / t.wall:8.0f} {load.count * load.size / MEGABYTE / t.wall:6.1f} {b.wall / t.wall:6.2f} "
                f"{c.wall / t.wall:7.2f} {t.processor / load.count * 1000:6.2f}"
                for t, b, c in zip(took, bare, checked, strict=True)
            ]
            print(f"{name:14}" + "  ".join(cells))


def print_verification(folder: Path, rounds: int) -> None:
    """Print MB/s of one core: re-hashing the local store, against ``sha256sum`` on the same files."""
    store = LocalObjectStore(folder / "verified")
    refs = [store.put(os.urandom(16 << 20), "image/tiff") for _ in range(4)]
    files = [str(store.path(ref.key)) for ref in refs]
    size = sum(ref.size for ref in refs) / MEGABYTE
    ways: dict[str, Callable[[], object]] = {
        "sha256sum": lambda: subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL),
        "SHA-256": lambda: [store.read(ref.key) for ref in refs],
        "SHA-256 and SM3": lambda: [store.verify(ref) for ref in refs],
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = os.times()
            way()
            end = os.times()
            # processor time, ours or the child's: the machine has other work
            seconds[name].append(sum(end[:4]) - sum(start[:4]))
    print(f"\nVerification, MB per second of processor time, median of {rounds} (ratio target {VERIFY_TARGET})")
    for name, found in seconds.items():
        print(f"{name:16}{size / median(found):8.0f}  ratio {median(seconds['sha256sum']) / median(found):.2f}")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "weed").mkdir()
        database = Database(folder / "envelopes.sqlite")
        with running_weed(folder / "weed") as weed:
            bucket = weed.bucket("bench")
            access = BucketAccess(weed.endpoint, bucket, *weed.writer, tls=False)
            bare, checked = BareSdk(weed, bucket), BareSdk(weed, bucket, is_checked=True)
            s3 = S3ObjectStore(access, folder / "cache", first_lock=LOCK)
            local = LocalObjectStore(folder / "local")
            masters = ListedKeys("bench:" + base64.b64encode(os.urandom(32)).decode())
            print_loads(
                (
                    Way("bare SDK", bare.put, bare.get),
                    Way("SDK, checked", checked.put, checked.get),
                    store_way("S3", s3),
                    store_way("S3 encrypted", EncryptedStore(s3, Envelopes(database), masters, folder / "plain")),
                    store_way("local", local),
                ),
                rounds,
            )
        database.close()
        print_verification(folder, rounds)


if __name__ == "__main__":
    main()
