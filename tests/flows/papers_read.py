"""Cases read and settled inside the test's own process, by the tasks of the real flow without its engine."""

from __future__ import annotations

from domain.case import Case
from flows.pipeline import Run, read_task, settle_task
from flows.wiring import Services
from flows.workers import ReaderPool


def read_pending(services: Services, pool: ReaderPool) -> tuple[Case, ...]:
    """Do what a run does with the cases that wait; return them."""
    rows = services.storage.intake.pending()
    run = Run(services, pool, lambda *_: None)
    for row in rows:
        settle_task.fn(run, row, [read_task.fn(run, row, source) for source in row.originals])
    found = (services.storage.cases.load_case(row.id) for row in rows)
    return tuple(case for case in found if case is not None)
