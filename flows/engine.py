"""Prefect's own engine inside this process: started early, quiet, gone when the process is gone.

Without the address of a lasting server, Prefect starts a temporary one as a child process. Measured with prefect
3.8.8 on two cores (one flow of ten tasks; seconds of wall time, fresh folder / later runs): 18.8 / 11.5 in all;
here 5.6 / 5.3, of which about 4.5 pass in the background before the first flow:

============================================  ============  ====================================================
step                                          as it comes   here
============================================  ============  ====================================================
import prefect                                2.1 / 1.0     1.0, in the background
from there to the first line of the flow      14.3 / 7.8    3.7 in the background, then 0.3
- server imported, parent and child each      2.2 and more  2.2, once
- database migrations (run here to time them) 6.6 / 0.1     0.4 / 0.0, tables made once, then a file copied
end of every flow (joins the heartbeat)       0.9           0.0, no heartbeat
end of the process                            1.2           0.1, no child, no events, no last garbage collection
============================================  ============  ====================================================

The fresh figure as it comes holds some first-time byte compilation; single runs on a shared machine, so read ratios.
The server runs in a daemon thread, so not even ``kill -9`` can leave one behind. Each process has a database of its
own: two processes never wait for one another's locks. It is thrown away at the end: Prefect's records are not ours.

A lasting server named by ``PREFECT_API_URL`` is used as it is; then nothing is started here.
"""

import asyncio
import atexit
import fcntl
import gc
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import IO

from domain.errors import JuanzongError

CLOSE_TIMEOUT = 3.0
"""Seconds to wait for the server at the end of the process; it needs a few tenths."""

START_TIMEOUT = 60.0
"""Seconds to wait for readiness: ten times what a busy two-core machine needs."""

_LOOPBACK = "127.0.0.1"
_API_URL = "PREFECT_API_URL"

QUIET: Mapping[str, str] = {
    # No word to anybody: the client's analytics, the server's heartbeat to its makers.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Flows report through our own log and progress bar; INFO lines would tear the bar on stderr.
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    # A null has no plain spelling here. Without it each flow ends by joining a thread that sleeps for a second.
    "PREFECT_FLOWS": '{"heartbeat_frequency": null}',
    # Results live in our database; Prefect keeps none.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
"""Settings for every run, with a lasting server too; what the user has set wins."""

LOCAL: Mapping[str, str] = {
    # The thread below is the server; should it fail, Prefect must not start a child of its own.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    # The server's own switches for "temporary" and "no further application in this process".
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_UI_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    # Services that watch events: nobody reads them, and they are the known source of "database is locked".
    "PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
"""Further settings for the engine in this process."""


class EngineError(JuanzongError):
    """Prefect's local engine did not start."""


class Engine:
    """Prefect's engine for this process, perhaps still starting. Made by `start_early`."""

    def __init__(self) -> None:
        """Make an engine that is not ready yet."""
        self._ready = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._failure: BaseException | None = None

    def wait(self, timeout: float = START_TIMEOUT) -> None:
        """Return once flows can run.

        Args:
            timeout: seconds.

        Raises:
            EngineError: the engine failed to start, or did not answer in time.
        """
        if not self._ready.wait(timeout):
            raise EngineError(f"流程引擎 {timeout:.0f} 秒内未就绪", "请待机器空闲后重试")
        if self._failure is not None:
            raise EngineError(
                f"流程引擎未能启动:{self._failure}",
                f"请运行 juanzong doctor,或将 {_API_URL} 设为可用的 Prefect 服务地址",
            ) from self._failure

    def serve_with(self, stop: Callable[[], None]) -> None:
        """Say how the server is asked to end."""
        self._stop = stop

    def close(self, server: threading.Thread) -> None:
        """Ask the server to end and wait for it: an interpreter taken apart around a running server can crash."""
        if self._stop is not None:
            self._stop()
            server.join(CLOSE_TIMEOUT)

    def finish(self, failure: BaseException | None = None) -> None:
        """Say that the start is over, well or badly."""
        self._failure = failure
        self._ready.set()


_lock = threading.Lock()
_engine: Engine | None = None


def prepare_environment(home: Path) -> None:
    """Set Prefect's settings for this process. Must run before prefect is first imported.

    Variables that the user has set are kept.

    Args:
        home: the project's state folder; Prefect's files go to ``prefect/`` in it.
    """
    _set_defaults({**QUIET, "PREFECT_HOME": str((home / "prefect").resolve())})
    _reach_loopback_directly()


def start_early(home: Path) -> Engine:
    """Start the engine in the background and return at once; later calls return the same engine.

    It lives as long as the process. Call it before anything imports prefect, then load what else is needed (the OCR
    workers), then call `Engine.wait`.

    Args:
        home: the project's state folder.

    Raises:
        OSError: the folder cannot be written, or no loopback port is free.
    """
    global _engine
    with _lock:
        if _engine is None:
            prepare_environment(home)
            _engine = Engine()
            if os.environ.get(_API_URL):
                _engine.finish()
            else:
                _start_local(_engine, Path(os.environ["PREFECT_HOME"]))
        return _engine


def _start_local(engine: Engine, home: Path) -> None:
    """Bind the port and choose the database now, so that the settings are complete; do the slow rest in a thread."""
    listener = socket.create_server((_LOOPBACK, 0), backlog=128)
    # Accepted connections inherit it. Without it every request waits 40 ms for a delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    folder = _own_folder(home)
    # Other users of the machine can reach the port; the password lives in this process's environment only.
    password = f"juanzong:{secrets.token_urlsafe(24)}"
    os.environ.update(
        {
            **LOCAL,
            _API_URL: f"http://{_LOOPBACK}:{listener.getsockname()[1]}/api",
            "PREFECT_API_AUTH_STRING": password,
            "PREFECT_SERVER_API_AUTH_STRING": password,
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'run.db'}",
        }
    )
    # Spares a last walk over all of prefect's objects when the interpreter ends.
    atexit.register(gc.freeze)
    server = threading.Thread(target=_serve, args=(engine, listener, home, folder), name="prefect-engine", daemon=True)
    server.start()
    atexit.register(engine.close, server)


def _serve(engine: Engine, listener: socket.socket, home: Path, folder: Path) -> None:
    """Run the server until the process ends."""
    try:
        asyncio.run(_serve_forever(engine, listener, home, folder))
    except SystemExit:
        # uvicorn's way of saying that the application did not come up; it has printed the cause.
        engine.finish(EngineError("流程引擎的服务端未能启动", "请查看上方的错误信息"))
    except BaseException as failure:  # noqa: BLE001 - handed to the thread that waits
        engine.finish(failure)
    finally:
        listener.close()


async def _serve_forever(engine: Engine, listener: socket.socket, home: Path, folder: Path) -> None:
    # Slow imports, here so that they run beside the caller's own.
    import uvicorn
    from prefect.events.clients import NullEventsClient
    from prefect.events.worker import EventsWorker
    from prefect.server.api.server import create_app

    EventsWorker.set_client_override(NullEventsClient)
    await _lay_database(home / f"blank-{version('prefect')}.db", folder / "run.db")
    server = uvicorn.Server(
        uvicorn.Config(create_app(ephemeral=True), log_config=None, access_log=False, lifespan="on")
    )
    engine.serve_with(lambda: setattr(server, "should_exit", True))
    warm_up = asyncio.create_task(_warm_up())
    warm_up.add_done_callback(lambda task: None if task.cancelled() else engine.finish(task.exception()))
    # Outside the main thread uvicorn leaves the process's signals alone.
    await server.serve([listener])
    warm_up.cancel()
    raise EngineError("流程引擎意外停止", "请查看上方的错误信息")


async def _warm_up() -> None:
    """Ask for something, which builds the server's routes. The port is open from the beginning: nothing to poll."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        await client.read_flow_runs(limit=1)


async def _lay_database(blank: Path, target: Path) -> None:
    """Make the empty database of this run from the tables as the installed prefect describes them.

    Its 100-odd migrations end in the same tables after 7 s; the blank is named by version, so none is ever needed.
    """
    if blank.exists():
        shutil.copyfile(blank, target)
        return
    from prefect.server.database import provide_database_interface

    interface = provide_database_interface()
    metadata = interface.Base.metadata
    for table in metadata.tables.values():
        # 3.8.8 declares ix_artifact__key twice, which only the migrations do not mind.
        named = {index.name: index for index in table.indexes}
        table.indexes.intersection_update(named.values())
    engine = await interface.engine()
    async with engine.begin() as connection:
        await interface.database_config.create_db(connection, metadata)
    await engine.dispose()
    partial = target.with_name("blank.db")
    shutil.copyfile(target, partial)
    partial.replace(blank)


def _own_folder(home: Path) -> Path:
    """Make this process's folder under `home`, and remove those of processes that were killed."""
    runs = home / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    for left in runs.iterdir():
        _remove_if_left(left)
    folder = Path(tempfile.mkdtemp(dir=runs))
    # The kernel drops the lock with the process, however it ends.
    held = (folder / "lock").open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    atexit.register(_remove_own, folder, held)
    return folder


def _remove_if_left(folder: Path) -> None:
    """Remove a run's folder unless its process still holds the lock."""
    try:
        with (folder / "lock").open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        # In use, still being made, or just removed by another process. A folder without a lock holds nothing yet.
        return


def _remove_own(folder: Path, held: IO[str]) -> None:
    """Remove this run's folder at the end of the process."""
    shutil.rmtree(folder, ignore_errors=True)
    held.close()


def _set_defaults(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        os.environ.setdefault(name, value)


def _reach_loopback_directly() -> None:
    """Keep a proxy of the user's from being asked for our own port."""
    for name in ("no_proxy", "NO_PROXY"):
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        if _LOOPBACK not in hosts:
            os.environ[name] = ",".join([*hosts, _LOOPBACK])
