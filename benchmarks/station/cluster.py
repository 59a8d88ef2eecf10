"""A PostgreSQL of its own on a free loopback port, for measurements and tests; it stops when the block ends."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql/15/bin")
_SETTINGS = ("-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=256MB")


def is_installed() -> bool:
    """Return whether the server's programs are on this machine."""
    return (BINARIES / "initdb").exists() and (BINARIES / "postgres").exists()


@contextmanager
def throw_away_cluster(*, durable: bool = True) -> Iterator[str]:
    """Start a server with an empty database.

    Args:
        durable: wait for the disk as a real server does, which measurements need; tests that make hundreds of
            databases do not, because nobody starts this server a second time.

    Yields:
        Its SQLAlchemy URL.
    """
    folder = Path(tempfile.mkdtemp(prefix="juanzong-pg-"))
    try:
        # at once: SIGINT would first write out what is removed below
        with kept_cluster(folder, durable=durable, end=signal.SIGQUIT) as url:
            yield url
    finally:
        shutil.rmtree(folder)


@contextmanager
def kept_cluster(folder: Path, *, durable: bool = True, end: int = signal.SIGINT) -> Iterator[str]:
    """Start a server with the database in ``folder``, made when it is not there; it stays when the block ends.

    Args:
        folder: of the database and of the server's own log.
        durable: wait for the disk.
        end: signal that ends the server; SIGINT disconnects clients, SIGTERM would wait for them.

    Yields:
        Its SQLAlchemy URL.
    """
    owner = _owner()
    data = folder / "data"
    if owner is not None:
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    if not data.exists():
        _run([BINARIES / "initdb", "-D", data, "-U", "juanzong", "-A", "trust", "-E", "UTF8", "--locale=C"], owner)
    port = _free_port()
    command = [BINARIES / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *_SETTINGS]
    command += [] if durable else ["-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, user=owner, extra_groups=[] if owner else None, stdout=log, stderr=log)
    try:
        _run([BINARIES / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"], owner, tries=60)
        yield f"postgresql+psycopg://juanzong@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(end)
        server.wait()


def _owner() -> str | None:
    """The server refuses to run as root: then it runs as a user without rights."""
    if os.geteuid() != 0:
        return None
    return next(name for name in ("postgres", "nobody") if _exists(name))


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(command: list[str | Path], owner: str | None, tries: int = 1) -> None:
    for left in reversed(range(tries)):
        done = subprocess.run(
            command,
            user=owner,
            extra_groups=[] if owner else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return
        if not left:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
        # the server is starting; pg_isready has no way to wait for it
        time.sleep(0.2)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
