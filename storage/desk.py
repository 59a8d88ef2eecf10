"""What the case page, the archive desk, the dashboard and the health page read and record."""

from __future__ import annotations

from dataclasses import dataclass

from storage.amendments import Amendments
from storage.archive_log import ArchiveLog
from storage.checks import Checks
from storage.dashboard import DashboardFigures
from storage.database import Database
from storage.delivery import Deliveries
from storage.figures import FigureRows
from storage.filings import FilingRecords
from storage.fixity import Fixity
from storage.found_cases import FoundCases
from storage.health import HealthFigures
from storage.history import RevisionHistory
from storage.notices import Notices
from storage.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class DeskRecords:
    """The repositories of these pages.

    Attributes:
        notices: notices out, append-only.
        checks: fixity checks, append-only, and single objects checked now.
        history: what every revision of a case said.
        dashboard: aggregates.
        figure_rows: makes the rows that the aggregates count where they are missing.
        filings: filings of a case with their objects.
        found: lines of found cases.
        health: stages, stuck cases, sizes.
        amendments: which delivered cases were amended.
        deliveries: objects on their way out, and alarms about them.
    """

    notices: Notices
    checks: Checks
    history: RevisionHistory
    dashboard: DashboardFigures
    figure_rows: FigureRows
    filings: FilingRecords
    found: FoundCases
    health: HealthFigures
    amendments: Amendments
    deliveries: Deliveries


def desk_records(database: Database, store: ObjectStore, log: ArchiveLog, fixity: Fixity) -> DeskRecords:
    """Return the repositories over one opened home."""
    return DeskRecords(
        notices=Notices(database, store),
        checks=Checks(database, store, log, fixity),
        history=RevisionHistory(database),
        dashboard=DashboardFigures(database),
        figure_rows=FigureRows(database),
        filings=FilingRecords(database),
        found=FoundCases(database),
        health=HealthFigures(database),
        amendments=Amendments(database),
        deliveries=Deliveries(database, store),
    )
