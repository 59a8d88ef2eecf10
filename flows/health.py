"""The state of the installation, for the health page: the doctor's checks and what stands still."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version

from flows.claims import claims
from flows.doctor import ALARMS, UPKEEP, examine, line_of, standing_alarms, standing_upkeep
from flows.wiring import Services
from review_ui.backend import FailedInput
from review_ui.desk.backend import Check, CutShort, Health

STUCK_MINUTES = 30
"""Minutes after which a case that was accepted and not read counts as stuck: the longest sample takes five."""
STUCK_NAMED = 50
CHECKED = ("识别模型", "识别引擎", "制度包", "磁盘空间", "网页资源")
"""The doctor's checks that open nothing: database and log are open already, and are counted below."""
_PACKAGES = ("juanzong", "paddleocr", "onnxruntime", "pymupdf", "sqlalchemy", "prefect", "fastapi")


def health_of(services: Services, failures: tuple[FailedInput, ...]) -> Health:
    """Return everything the health page shows."""
    settings, figures = services.settings, services.storage.desk.health
    stuck_total, stuck = figures.stuck(timedelta(minutes=STUCK_MINUTES), STUCK_NAMED)
    disk = shutil.disk_usage(settings.home)
    lines = (
        *examine(settings, CHECKED),
        line_of(ALARMS, lambda: standing_alarms(services)),
        line_of(UPKEEP, lambda: standing_upkeep(services)),
    )
    return Health(
        checks=tuple(Check(name=line.name, found=line.found, problem=line.problem) for line in lines),
        stages=figures.stages(),
        failures=failures,
        stuck_minutes=STUCK_MINUTES,
        stuck_total=stuck_total,
        stuck=stuck,
        cut_short=_cut_short(services),
        last_check=services.storage.desk.checks.last(),
        held=figures.held(),
        free_bytes=disk.free,
        state_bytes=disk.total,
        versions=_versions(),
    )


def _cut_short(services: Services) -> tuple[CutShort, ...]:
    left = claims(services.settings.home)
    numbers = services.storage.desk.health.numbers_of(tuple(claim.case_id for claim in left))
    return tuple(CutShort(case_id=c.case_id, number=numbers.get(c.case_id), since=c.since, held=c.held) for c in left)


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("Python", platform.python_version()), ("SQLite", sqlite3.sqlite_version)]
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # run from a checkout, or a part that is not installed
            continue
    return tuple(found)
