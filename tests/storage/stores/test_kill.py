"""kill -9 while an object is on its way to a bucket: afterwards it is there and right, or not there; never half."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.archive.seaweed import Weed
from storage import StoreSetup, open_storage
from storage.stores.access import BucketAccess
from storage.stores.bucket import SINGLE
from storage.stores.setup import MasterSource
from tests.storage.stores.conftest import MASTER
from tests.storage.stores.faults import Fault, Faults, fault_proxy

ROOT = Path(__file__).parents[3]
CHILD = """
import pickle, sys
from pathlib import Path
from storage import open_storage
home, setup, content = pickle.load(sys.stdin.buffer)
open_storage(home, setup=setup).objects.put(content, "image/tiff")
"""


@pytest.fixture
def copied_home(home: Path, empty_home: Path) -> Path:
    shutil.copytree(empty_home, home)
    return home


@pytest.fixture
def faults(weed: Weed) -> Iterator[Faults]:
    with fault_proxy(weed.endpoint) as proxy:
        yield proxy


@pytest.mark.parametrize(
    ("method", "size", "masters"),
    [
        ("PUT", 1000, None),
        ("HEAD", 1000, MasterSource(keys=MASTER)),
        ("POST", SINGLE + 1, None),
        ("GET", SINGLE + 1, MasterSource(keys=MASTER)),
    ],
    ids=["not sent", "sent, not looked at, no envelope", "parts not put together", "parts not read back"],
)
def test_kill_while_an_object_is_on_its_way(
    access: BucketAccess, faults: Faults, copied_home: Path, method: str, size: int, masters: MasterSource | None
) -> None:
    setup = StoreSetup(access, timedelta(days=1), masters)
    content = os.urandom(size)
    faults.fault = Fault("silence", (method,))
    _put_and_kill((copied_home, replace(setup, access=replace(access, endpoint=faults.endpoint)), content), faults)
    storage = open_storage(copied_home, setup=setup)
    ref = storage.objects.put(content, "image/tiff")
    storage.objects.verify(ref)
    assert storage.objects.lock_of(ref.key).retain_until is not None
    left = [p for p in (copied_home / "cache").rglob("*") if p.is_file() and p.parent.name != "changing"]
    assert left == [], "nothing of what was under way stays on this machine"
    storage.close()


def _put_and_kill(work: tuple[object, ...], faults: Faults) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD], cwd=ROOT, stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(pickle.dumps(work))
    child.stdin.close()
    assert faults.struck.wait(60)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
