"""OCR workers: processes with the models loaded once, one thread each.

A page that ends its worker is tried once more alone in a fresh process; a second end makes it a visible failure,
and every other page goes on.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from domain.errors import InputFileError, PageCrashedError
from domain.marks import PageReading
from extractors.page_worker import PageJob, examine_page, start_worker
from extractors.reading.settings import ReadingSettings

Examine = Callable[[PageJob], PageReading]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Pending:
    """A submitted page and the pool that works on it."""

    pool: ProcessPoolExecutor
    future: Future[PageReading]


class ReaderPool:
    """A pool of reader processes. Safe to use from several threads."""

    def __init__(
        self,
        settings: ReadingSettings,
        workers: int,
        examine: Examine = examine_page,
        load: Callable[[ReadingSettings], None] = start_worker,
    ) -> None:
        self._settings = settings
        self._workers = workers
        self._examine = examine
        self._load = load
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._one_at_a_time = threading.Lock()
        self._alone: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Start loading the first worker in the background."""
        self._executor().submit(_ready)

    def read(self, jobs: tuple[PageJob, ...]) -> Iterator[PageReading | InputFileError]:
        """Read pages in parallel; each in the order of ``jobs`` once it is there, an error where it cannot be read."""
        futures = [(job, self._submit(job)) for job in jobs]
        return (self._result(job, future) for job, future in futures)

    def close(self) -> None:
        """End the workers."""
        with self._lock:
            pools = (self._pool, self._alone)
            self._pool = self._alone = None
        for pool in pools:
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)

    def _executor(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = self._new_pool(self._workers)
            return self._pool

    def _new_pool(self, workers: int) -> ProcessPoolExecutor:
        # spawn: the parent runs threads (Prefect), and forking a threaded process can deadlock
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            workers, mp_context=context, initializer=_begin, initargs=(self._load, self._settings)
        )

    def _submit(self, job: PageJob) -> _Pending:
        pool = self._executor()
        try:
            return _Pending(pool, pool.submit(self._examine, job))
        except BrokenProcessPool:
            self._drop(pool)
            pool = self._executor()
            return _Pending(pool, pool.submit(self._examine, job))

    def _result(self, job: PageJob, pending: _Pending) -> PageReading | InputFileError:
        try:
            return pending.future.result()
        except BrokenProcessPool:
            self._drop(pending.pool)
            return self._read_alone(job)
        except Exception as error:  # noqa: BLE001 - told apart and logged there
            return _page_error(job, error)

    def _read_alone(self, job: PageJob) -> PageReading | InputFileError:
        """Read one page with no other in the process, so that a crash is this page's; the process is kept for more."""
        with self._one_at_a_time:
            for _ in range(2):  # it may never have run: the pool may have been broken by its neighbour
                alone = self._alone = self._alone or self._new_pool(1)
                try:
                    return alone.submit(self._examine, job).result()
                except BrokenProcessPool:
                    self._alone = None
                    alone.shutdown(wait=False)
                except Exception as error:  # noqa: BLE001 - told apart and logged there
                    return _page_error(job, error)
        return PageCrashedError(
            f"第 {job.source_page} 页两次使识别进程异常退出", "该页已隔离，原件完好；请重新扫描该页或人工录入"
        )

    def _drop(self, broken: ProcessPoolExecutor) -> None:
        """Forget ``broken``, unless another thread has already put a new pool in its place."""
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


def _page_error(job: PageJob, error: Exception) -> InputFileError:
    """Return the error of one page; one that nobody foresaw is a defect of ours, and must not cost the other pages."""
    if isinstance(error, InputFileError):
        return error
    _log.error("page %d of %s could not be read", job.source_page, job.path, exc_info=error)
    return PageCrashedError(
        f"识别第 {job.source_page} 页时发生内部错误（{type(error).__name__}：{error}）",
        "该页已隔离，原件完好；请报告给维护者，并人工录入该页",
    )


def _begin(load: Callable[[ReadingSettings], None], settings: ReadingSettings) -> None:
    """Initialise a worker: it ends with its parent, also when that is killed, and it loads the models."""
    threading.Thread(target=end_with_parent, name="parent-watch", daemon=True).start()
    # nothing of a worker needs tidying up, and taking the networks apart would cost the call a second
    atexit.register(os._exit, 0)
    load(settings)


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ready() -> bool:
    """Do nothing: asking for it loads a worker."""
    return True
