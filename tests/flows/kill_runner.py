"""Runs one ingest again and again, killed (signal 9) right after its n-th commit, then started again.

Usage: python -m tests.flows.kill_runner HOMES FOLDER READINGS RESULT
``READINGS`` holds pickled page readings made by the real reader. Every run is a child forked from one process that has
imported everything, so the code is the same in all of them and a run costs no start-up. RESULT gets a JSON list: first
the run that nobody disturbed, then, for every commit of it, the run that followed a kill there.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from domain.export import cases_json, dump
from domain.marks import PageReading
from flows.acceptance import accept_group
from flows.filing import file_all_cut_short
from flows.grouping import GroupMode, group_paths
from flows.pipeline import Run, read_task, settle_task
from flows.request import IngestRequest
from flows.settings import ROOT, load_settings
from flows.wiring import Services, open_services
from storage.cases import CaseRepository
from storage.failures import FailedItems
from storage.filing import Filing
from storage.intake import Intake
from storage.objects import LocalObjectStore
from storage.stages import StageResults

POLICY = "exchange-member"
COMMITS: tuple[tuple[type[Any], str], ...] = (
    (LocalObjectStore, "put"),
    (Intake, "accept_batch"),
    (FailedItems, "record_failure"),
    (StageResults, "put_stage"),
    (CaseRepository, "save_case"),
    (Filing, "file_case"),
)


class Boundary:
    """Counts commits; ends the process at the chosen one, without any clean-up."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.names: list[str] = []

    def watch(self, owner: type[Any], name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @wraps(original)
        def commit(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self.names.append(f"{owner.__name__}.{name}")
            if len(self.names) == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, commit)


class StoredReader:
    """Stands for the reader pool: gives what the real reader gave for the same page."""

    def __init__(self, readings: dict[tuple[str, int], PageReading]) -> None:
        self._readings = readings

    def read(self, jobs: tuple[Any, ...]) -> tuple[PageReading, ...]:
        return tuple(self._readings[(Path(job.path).name, job.source_page)] for job in jobs)


def work(services: Services, folder: Path, readings: Path) -> dict[str, Any]:
    """Accept ``folder`` and process everything that waits, in the order of the flow."""
    request = IngestRequest(
        paths=(folder,), policy=POLICY, received_at=datetime(2026, 11, 20, tzinfo=UTC), mode=GroupMode.CASE
    )
    file_all_cut_short(services)
    for group in group_paths(request.paths, request.mode).groups:
        accept_group(services, request, group, services.policies.adopted(POLICY).pack.code)
    reader: Any = StoredReader(pickle.loads(readings.read_bytes()))
    run = Run(services, reader, lambda *_: None)
    for row in services.storage.intake.pending():
        results = [read_task.fn(run, row, source) for source in row.originals]
        settle_task.fn(run, row, results)
    rows = services.storage.cases.list_cases()
    cases = tuple(c for c in (services.storage.cases.load_case(r.id) for r in rows) if c is not None)
    return dump(cases_json(cases))


def state(services: Services, document: dict[str, Any], commits: list[str]) -> dict[str, Any]:
    """Everything that must be the same whether or not the run was killed."""
    objects = services.settings.home / "objects" / "sha256"
    histories = [services.storage.cases.case_history(case["case_id"]) for case in document["cases"]]
    return {
        "commits": commits,
        "document": document,
        "causes": [[revision.cause for revision in history] for history in histories],
        "failures": [item.failure.model_dump() for item in services.storage.failures.list_failures()],
        "findings": [finding.message for finding in services.storage.fixity.verify_archive()],
        "objects": sum(path.is_file() for path in objects.rglob("*")),
        "leaves": services.storage.log.size(),
    }


def run(home: Path, folder: Path, readings: Path, kill_at: int, result: Path) -> None:
    """One run in this process; never returns."""
    try:
        os.environ["JUANZONG_HOME"] = str(home)
        boundary = Boundary(kill_at)
        for owner, name in COMMITS:
            boundary.watch(owner, name)
        services = open_services(load_settings(ROOT / "policies" / "adoption.example.yaml"))
        document = work(services, folder, readings)
        result.write_text(json.dumps(state(services, document, boundary.names)))
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a forked child must never return into the loop
        traceback.print_exc()
        os._exit(1)


def forked(home: Path, folder: Path, readings: Path, kill_at: int) -> dict[str, Any] | None:
    """Run in a child; return its state, ``None`` when it was killed.

    Raises:
        SystemExit: it ended in another way.
    """
    result = home.parent / f"{home.name}-{kill_at}.json"
    child = os.fork()
    if child == 0:
        run(home, folder, readings, kill_at, result)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and kill_at:
        return None
    if os.waitstatus_to_exitcode(status) != 0 or kill_at:
        raise SystemExit(f"{home.name}, kill at {kill_at}: status {status}")
    state: dict[str, Any] = json.loads(result.read_text())
    return state


def main() -> None:
    homes, folder, readings, result = (Path(argument) for argument in sys.argv[1:])
    whole = forked(homes / "whole", folder, readings, 0)
    assert whole is not None
    states = [whole]
    for boundary in range(1, len(whole["commits"]) + 1):
        home = homes / f"killed-{boundary}"
        forked(home, folder, readings, boundary)
        again = forked(home, folder, readings, 0)
        assert again is not None
        states.append(again)
    result.write_text(json.dumps(states))


if __name__ == "__main__":
    main()
