"""Reads accepted cases behind the pages: a process of its own, started when there is something to read.

Reading fills the processor and keeps native threads; beside it the pages would stutter, and a crash would take them
along. What is accepted stays pending in the database, so a process that is killed is simply started again.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from threading import Event, Thread
from typing import Protocol

from flows.settings import ROOT, Settings
from flows.wiring import Services

PAUSE_S = 60.0
"""Seconds until what could not be read is tried again without being asked."""
_log = logging.getLogger(__name__)


class ReadingRunner(Protocol):
    """Reads what is pending, some time soon."""

    def wake(self) -> None:
        """Say that there is something to read; returns at once."""
        ...


class ProcessRunner:
    """Implements ``ReadingRunner`` by one process at a time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._awake = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="reading", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; what an earlier process left pending is read first."""
        self._awake.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that there is something to read."""
        self._awake.set()

    def stop(self) -> None:
        """End; a reading in progress is cut short and goes on at the next start."""
        self._stopped.set()
        self._awake.set()
        if self._process is not None:
            self._process.terminate()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._awake.wait()
            self._awake.clear()
            while not self._stopped.is_set() and self._services.storage.intake.pending():
                if self._read() != 0:
                    self._stopped.wait(PAUSE_S)

    def _read(self) -> int:
        command = [sys.executable, "-m", "flows.read_pending"]
        self._process = subprocess.Popen(command, env=environment(self._services.settings), cwd=ROOT)
        code = self._process.wait()
        if code and not self._stopped.is_set():
            _log.warning("reading ended with %d; it is tried again in %g s", code, PAUSE_S)
        return code


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which another process finds the same installation."""
    named = {
        "JUANZONG_HOME": settings.home,
        "JUANZONG_MODELS": settings.models,
        "JUANZONG_POLICIES": settings.policies,
        "JUANZONG_ADOPTION": settings.adoption,
        "JUANZONG_DATABASE_URL": settings.database_url,
        "JUANZONG_WORKERS": settings.workers,
    }
    return os.environ | {name: str(value) for name, value in named.items() if value is not None}
