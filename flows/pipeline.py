"""The way of a page as a Prefect flow: read → recognise → cut → extract → assemble → judge → route → file.

Tasks are coarse (a file, a case) and exchange ids only: what is done lies in our database, not in Prefect's records.
Import this module after ``flows.engine`` has prepared the environment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from domain.documents import Document, Failure, SourceFile
from domain.errors import InputFileError, StorageError
from domain.forms import FormDescription
from flows.claims import claimed
from flows.failures import failure_from, failure_of, record_inside
from flows.filing import file_cut_short, file_revision, searchable_copies
from flows.settling import accounted_for, settle_case
from flows.stages import FileReading, FileResult, page_count, read_file, understand_file, unread_document
from flows.turned_pages import read_turned
from flows.wiring import Services
from flows.workers import ReaderPool
from storage.rows import CaseRow

_log = logging.getLogger(__name__)

CASES_AT_ONCE = 16
"""Cases per flow run: bounds memory when a cabinet comes in."""

Listener = Callable[[str, str, int], None]
"""Told ``(stage, name, pages)`` after every stage boundary has been committed."""


@dataclass
class Run:
    """What the tasks of one call share."""

    services: Services
    pool: ReaderPool
    listener: Listener
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def spent(self, case_id: str, seconds: float) -> None:
        """Add time that was spent on a case."""
        with self.lock:
            self.seconds[case_id] = self.seconds.get(case_id, 0.0) + seconds

    def failed(self, failure: Failure) -> None:
        """Note a failure."""
        with self.lock:
            self.failures.append(failure)


@task(name="read", cache_policy=NO_CACHE, persist_result=False, task_run_name="read {source.name}")
def read_task(run: Run, row: CaseRow, source: SourceFile) -> FileResult:
    """Read, recognise, cut and extract one file."""
    began = time.perf_counter()
    reading = _read(run, row, source)
    run.listener("read", source.name, len(reading.pages) + len(reading.failures))
    forms = run.services.policies.adopted(row.policy).pack.forms
    documents = _understood(run.services, source, reading, forms)
    run.listener("understand", source.name, 0)
    run.spent(row.id, time.perf_counter() - began)
    return FileResult(documents, reading)


def _read(run: Run, row: CaseRow, source: SourceFile) -> FileReading:
    case = run.services.storage.cases.load_case(row.id)
    try:
        reading = read_file(run.services, run.pool, source)
        if case is not None:
            read_turned(run.services, run.pool, case.documents, source)
    except InputFileError as error:
        # an accepted file that can no longer be described: visible, and the case goes on without it
        return FileReading(source.object.sha256, (), (failure_of(source.name, error),), source.object.sha256)
    return reading


def _understood(
    services: Services, source: SourceFile, reading: FileReading, forms: tuple[FormDescription, ...]
) -> tuple[Document, ...]:
    try:
        return understand_file(services, source, reading, forms)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - logged and visible
        # a defect of ours in one paper must not cost the case: a person sees its pages, nothing is kept as understood
        _log.error("%s could not be understood", source.name, exc_info=error)
        return (unread_document(source, reading, failure_from(source.name, error)),)


@task(name="settle", cache_policy=NO_CACHE, persist_result=False, task_run_name="settle {row.number}")
def settle_task(run: Run, row: CaseRow, results: list[FileResult]) -> None:
    """Assemble, judge and route one case, then file it."""
    began = time.perf_counter()
    services = run.services
    with claimed(services.settings.home, row.id) as cut_short:
        if cut_short:
            file_cut_short(services, row.id)
        if accounted_for(services, row) is None:
            case = settle_case(services, row, tuple(results))
            record_inside(services, row, case.failures)
            run.listener("settle", row.number, 0)
            file_revision(services, case, searchable_copies(services, case, tuple(r.reading for r in results)))
            run.listener("file", row.number, 0)
    run.spent(row.id, time.perf_counter() - began)


@flow(name="process-cases", persist_result=False, validate_parameters=False)
def process_cases(run: Run, rows: list[CaseRow]) -> None:
    """Process accepted cases; one that fails does not stop the others."""
    submitted: list[tuple[CaseRow, list[PrefectFuture[FileResult]], PrefectFuture[None]]] = []
    for row in rows:
        results = [read_task.submit(run, row, source) for source in row.originals]
        submitted.append((row, results, settle_task.submit(run, row, cast("list[FileResult]", results))))
    for row, reads, settled in submitted:
        # a failed reading leaves its settling without a state to ask for, and has the cause to tell
        futures: tuple[PrefectFuture[Any], ...] = (*reads, settled)
        outcomes = (future.result(raise_on_failure=False) for future in futures)
        error = next((o for o in outcomes if isinstance(o, Exception)), None)
        if error is not None:
            run.failed(failure_from(row.number, error))


def process_all(run: Run, rows: tuple[CaseRow, ...]) -> None:
    """Process ``rows`` in portions, two files in flight per worker."""
    runner: ThreadPoolTaskRunner[Any] = ThreadPoolTaskRunner(max_workers=2 * run.services.settings.workers)
    portioned = process_cases.with_options(task_runner=cast("TaskRunner[PrefectFuture[Any]]", runner))
    for start in range(0, len(rows), CASES_AT_ONCE):
        portioned(run, list(rows[start : start + CASES_AT_ONCE]))


def total_pages(services: Services, rows: tuple[CaseRow, ...]) -> int:
    """Return the number of pages of all originals of ``rows``."""
    return sum(page_count(services, source) for row in rows for source in row.originals)
