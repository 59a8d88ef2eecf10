"""Reading in the background: a process of its own with the models loaded once, so that no page ever waits for it.

The queue is the database: accepted cases that no revision accounts for. The process is told when there may be more,
and ends with the one that started it. Whatever was cut short, by ``kill -9`` too, is found again at the next start.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from domain.documents import Failure
from extractors.letters.tagger import load_in_background
from flows.engine import Engine
from flows.filing import file_all_cut_short
from flows.ingestion import ENGINE_PATIENCE
from flows.look_alikes import compare_due
from flows.session import open_session
from flows.settings import Settings
from flows.wiring import Services
from flows.workers import ReaderPool, end_with_parent
from storage.rows import CaseRow

MOST_TRIES = 3
"""Tries at a case whose reading failed or ended its process; then a person is asked to start it again."""

RESTART_S = 5.0
"""Seconds before a process that ended by itself is started again."""

CLOSE_S = 3.0
"""Seconds that the process has to end by itself."""

NICENESS = 10
"""How far the process stands back when the cores are busy."""

_log = logging.getLogger(__name__)


class ReadingProcess:
    """Starts the reading process when there is work, tells it of more, starts it again when it ends by itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def wake(self) -> None:
        """Say that there may be something to read; start the process when it does not run."""
        with self._lock:
            if self._closing.is_set():
                return
            if self._process is None or not self._process.is_alive():
                self._start()
            elif self._pipe is not None:
                try:
                    self._pipe.send(None)
                except BrokenPipeError:
                    _log.warning("the reading process has just ended; it is started again")

    def close(self) -> None:
        """End the process; a page that is being read is read again next time."""
        self._closing.set()
        with self._lock:
            process, pipe = self._process, self._pipe
            self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            # one that waits ends by itself and in order; one that reads is not waited for
            process.join(CLOSE_S)
            process.terminate()
            process.join()

    def _start(self) -> None:
        # spawn: this process runs threads, and forking a threaded process can deadlock
        context = multiprocessing.get_context("spawn")
        theirs, self._pipe = context.Pipe(duplex=False)
        self._process = context.Process(target=read_forever, args=(self._settings, theirs), name="juanzong-reading")
        self._process.start()
        theirs.close()
        threading.Thread(target=self._watch, args=(self._process,), name="reading-watch", daemon=True).start()

    def _watch(self, process: BaseProcess) -> None:
        process.join()
        if self._closing.is_set():
            return
        _log.error("the reading process ended with %s; starting it again in %.0f s", process.exitcode, RESTART_S)
        if not self._closing.wait(RESTART_S):
            self.wake()


def read_forever(settings: Settings, wakes: Connection) -> None:
    """Read what waits, then wait to be told of more; return when nobody can tell any more."""
    threading.Thread(target=end_with_parent, name="parent-watch", daemon=True).start()
    # people at the pages come before pages in the queue; the workers inherit it
    os.nice(NICENESS)
    with open_session(settings) as session:
        session.pool.start()
        load_in_background()
        for failure in file_all_cut_short(session.services):
            _log.error("%s: %s", failure.file, failure.reason)
        while True:
            read_waiting(session.services, session.engine, session.pool)
            try:
                wakes.recv()
                while wakes.poll():
                    wakes.recv()
            except EOFError:
                return


def read_waiting(services: Services, engine: Engine, pool: ReaderPool) -> None:
    """Read accepted cases, the oldest first, a few at a time so that new ones need not wait for a cabinet."""
    engine.wait(ENGINE_PATIENCE)
    from flows.pipeline import Run, process_all

    while rows := waiting(services)[: services.settings.workers]:
        for row in rows:
            services.storage.mail_pages.begin_reading(row.id)
        run = Run(services, pool, lambda *_: None)
        process_all(run, rows)
        note_ends(services, rows, tuple(run.failures))
    compare_due(services)


def waiting(services: Services) -> tuple[CaseRow, ...]:
    """Return the accepted cases that are to be read: not those that failed too often."""
    rows = services.storage.intake.pending()
    tries = services.storage.mail_pages.tries(tuple(row.id for row in rows))
    return tuple(row for row in rows if row.id not in tries or tries[row.id].tries < MOST_TRIES)


def note_ends(services: Services, rows: tuple[CaseRow, ...], failures: tuple[Failure, ...]) -> None:
    """Note how reading ended for each case."""
    failed = {failure.file: failure for failure in failures}
    for row in rows:
        failure = failed.get(row.number)
        told = None if failure is None else (failure.error, failure.reason, failure.next_step)
        services.storage.mail_pages.end_reading(row.id, told)
