"""Runs one ingest in this process and, when asked, kills it (signal 9) right after the n-th commit.

Usage: python -m tests.flows.kill_runner HOME FOLDER READINGS KILL_AT RESULT
``READINGS`` holds pickled page readings made by the real reader; ``KILL_AT`` 0 kills nothing. The number of commits is
written into RESULT when the run comes to its end.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from domain.export import cases_json, dump
from domain.marks import PageReading
from flows.acceptance import accept_group
from flows.grouping import GroupMode, group_paths
from flows.pipeline import Run, read_task, settle_task
from flows.request import IngestRequest
from flows.settings import ROOT, load_settings
from flows.wiring import Services, open_services
from storage.cases import CaseRepository
from storage.filing import Filing
from storage.intake import Intake
from storage.objects import LocalObjectStore
from storage.stages import StageResults

POLICY = "exchange-member"
COMMITS: tuple[tuple[type[Any], str], ...] = (
    (LocalObjectStore, "put"),
    (Intake, "accept_batch"),
    (StageResults, "put_stage"),
    (CaseRepository, "save_case"),
    (Filing, "file_case"),
)


class Boundary:
    """Counts commits; ends the process at the chosen one, without any clean-up."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.count = 0

    def passed(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, owner: type[Any], name: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @wraps(original)
        def commit(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self.passed()
            return result

        setattr(owner, name, commit)


class StoredReader:
    """Stands for the reader pool: gives what the real reader gave for the same page."""

    def __init__(self, readings: dict[tuple[str, int], PageReading]) -> None:
        self._readings = readings

    def read(self, jobs: tuple[Any, ...]) -> tuple[PageReading, ...]:
        return tuple(self._readings[(Path(job.path).name, job.source_page)] for job in jobs)


def work(services: Services, folder: Path, readings: Path) -> dict[str, Any]:
    """Accept ``folder`` and process everything pending, in the order of the flow."""
    request = IngestRequest(
        paths=(folder,), policy=POLICY, received_at=datetime(2026, 11, 20, tzinfo=UTC), mode=GroupMode.CASE
    )
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


def main() -> None:
    home, folder, readings, kill_at, result = sys.argv[1:]
    os.environ["JUANZONG_HOME"] = home
    services = open_services(load_settings(ROOT / "policies" / "adoption.example.yaml"))
    boundary = Boundary(int(kill_at))
    for owner, name in COMMITS:
        boundary.watch(owner, name)
    document = work(services, Path(folder), Path(readings))
    findings = services.storage.fixity.verify_archive()
    objects = sorted(p.name for p in (Path(home) / "objects" / "sha256").rglob("*") if p.is_file())
    Path(result).write_text(
        json.dumps(
            {
                "commits": boundary.count,
                "document": document,
                "findings": [f.message for f in findings],
                "objects": len(objects),
                "leaves": services.storage.log.size(),
            }
        )
    )


if __name__ == "__main__":
    main()
