"""One call of ``ingest``: accept, process what is pending, report."""

from __future__ import annotations

from domain.documents import Failure
from extractors.letters.tagger import load_in_background
from flows.acceptance import Accepted, accept_group, record_unopened
from flows.engine import Engine
from flows.filing import file_all_cut_short
from flows.grouping import Grouping, group_paths
from flows.output import progress_bar
from flows.request import CaseOutcome, IngestOutcome, IngestRequest
from flows.wiring import Services
from flows.workers import ReaderPool
from storage.rows import CaseRow

ENGINE_PATIENCE = 300.0
"""Seconds: on an overloaded machine a late start is better than turned away post."""


def ingest(services: Services, request: IngestRequest, engine: Engine, pool: ReaderPool) -> IngestOutcome:
    """Take papers in and process them; also finish what a killed call left behind.

    Args:
        services: the parts.
        request: what to take in.
        engine: Prefect's engine, perhaps still starting.
        pool: reader processes; started when there is something to read.

    Raises:
        UnknownPolicyError: there is no such pack.
        StorageError: the store cannot take the bytes; what was accepted before stays accepted.
    """
    code = services.policies.adopted(request.policy).pack.code
    grouping = group_paths(request.paths, request.mode)
    record_unopened(services, request, grouping.failures)
    unfiled = file_all_cut_short(services)
    accepted = tuple(accept_group(services, request, group, code) for group in grouping.groups)
    notes = _same_papers(grouping, accepted)
    rows = {a.row.id: a.row for a in accepted if a.row is not None}
    pending = services.storage.intake.pending()
    seconds, failures = process(services, pending, engine, pool)
    for row in pending:
        rows.setdefault(row.id, row)
    outcomes = tuple(o for o in (_outcome(services, row, seconds) for row in rows.values()) if o is not None)
    return IngestOutcome(outcomes, (*_refused(grouping, accepted), *unfiled, *failures, *_inside(outcomes)), notes)


def process(
    services: Services, pending: tuple[CaseRow, ...], engine: Engine, pool: ReaderPool
) -> tuple[dict[str, float], tuple[Failure, ...]]:
    """Process accepted cases; return the seconds spent by case id, and what failed."""
    if not pending:
        return {}, ()
    pool.start()
    load_in_background()
    engine.wait(ENGINE_PATIENCE)
    from flows.pipeline import Run, process_all, total_pages

    with progress_bar() as progress:
        bar = progress.add_task("识别页面", total=total_pages(services, pending))

        def listener(stage: str, _name: str, pages: int) -> None:
            if stage == "read":
                progress.advance(bar, pages)

        run = Run(services, pool, listener)
        process_all(run, pending)
    return run.seconds, tuple(run.failures)


def _outcome(services: Services, row: CaseRow, seconds: dict[str, float]) -> CaseOutcome | None:
    case = services.storage.cases.load_case(row.id)
    return None if case is None else CaseOutcome(case, seconds.get(row.id, 0.0), known=row.id not in seconds)


def _same_papers(grouping: Grouping, accepted: tuple[Accepted, ...]) -> tuple[str, ...]:
    """Say which groups of this call turned out to be papers of one case."""
    first: dict[str, str] = {}
    notes = []
    for group, found in zip(grouping.groups, accepted, strict=True):
        if found.row is None:
            continue
        if found.row.id in first:
            notes.append(f"{group.name} 与 {first[found.row.id]} 的材料相同，同属案件 {found.row.number}，未重复保存")
        first.setdefault(found.row.id, group.name)
    return tuple(notes)


def _refused(grouping: Grouping, accepted: tuple[Accepted, ...]) -> tuple[Failure, ...]:
    return (*grouping.failures, *(f for a in accepted for f in a.failures))


def _inside(outcomes: tuple[CaseOutcome, ...]) -> tuple[Failure, ...]:
    """Pages that failed inside accepted files."""
    return tuple(f for o in outcomes for f in o.case.failures)
