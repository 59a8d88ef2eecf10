"""The real server, killed with -9 in the middle of reading and started again: nothing lost, nothing doubled."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from flows.settings import ROOT
from flows.wiring import Services
from tests.flows.conftest import ADOPTION, INCOMPLETE, POLICY, environment, processes_with
from tests.flows.mailroom import open_home
from tests.flows.test_kill import pages_read

PATIENCE = 400.0
"""Seconds for a busy machine to load the models and read two pages."""


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "flows", "serve", "--port", str(port), "--adoption", str(ADOPTION)]
    process = subprocess.Popen(command, env=environment(home, PYTHONPATH=str(ROOT)), cwd=ROOT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until(lambda: answers(client), process)
            yield process, client
    finally:
        process.kill()
        process.wait()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the server has ended"
        assert time.monotonic() < deadline
        time.sleep(0.2)


def send(client: httpx.Client, batch: str, path: Path) -> str:
    """Send a file in two pieces; return the upload's address."""
    content = path.read_bytes()
    said = {"filename": path.name, "batch": batch, "sha256": hashlib.sha256(content).hexdigest()}
    metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
    headers = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    url = client.post("/mailroom/uploads", headers=headers).headers["location"]
    half = len(content) // 2
    for offset, piece in ((0, content[:half]), (half, content[half:])):
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        assert client.patch(url, content=piece, headers=headers).status_code == 204
    return url


@pytest.mark.slow
def test_server_killed_while_reading_and_started_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as (process, client):
        form = {"policy": POLICY, "channel": "letter", "received": "2026-11-20T09:30", "sheets": "2"}
        batch = client.post("/mailroom/batches", data=form).headers["location"].rpartition("/")[2]
        uploads = [send(client, batch, path) for path in sorted(INCOMPLETE.iterdir())]
        numbers = {client.get(url).json()["case_number"] for url in uploads}
        assert numbers == {"EXM-2026-000001"}, "numbered before anything was read"
        until(lambda: pages_read(home) == 1, process)
        process.kill()
        process.wait()
    deadline = time.monotonic() + 60
    while processes_with(str(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_with(str(home)) == [], "nobody outlives the server"

    with serving(home) as (process, client):
        until(lambda: client.get(f"/cases/{min(numbers)}").status_code == 200, process)
        assert 'data-state="ready"' in client.get(f"/mailroom/batches/{batch}/state").text
        until(lambda: filed(home), process)
    services = open_home(home)
    (row,) = services.storage.cases.list_cases()
    files = services.storage.intake.case_row(row.id).files
    assert sorted(f.source.name for f in files) == sorted(p.name for p in INCOMPLETE.iterdir())
    assert [r.cause for r in services.storage.cases.case_history(row.id)] == ["assembled"]
    assert pages_read(home) == 2
    assert services.storage.fixity.verify_archive() == ()
    assert services.storage.intake.pending() == ()
    services.close()


def filed(home: Path) -> bool:
    services: Services = open_home(home)
    try:
        case = services.storage.cases.load_case("EXM-2026-000001")
        return case is not None and case.archive is not None and case.archive.log_index is not None
    finally:
        services.close()
