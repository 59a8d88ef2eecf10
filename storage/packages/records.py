"""What was made: reports on the four properties, and packages. Rows are facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, select

from domain.inspection import InspectionReport, Occasion
from storage.canonical import canonical_json
from storage.database import Database
from storage.package_tables import case_packages, inspections
from storage.tables import cases


@dataclass(frozen=True, slots=True)
class NewPackage:
    """A package that was made.

    Attributes:
        name: of its folder.
        files: number of payload files; ``size``: their bytes.
        sha256, sm3: digests of the package.
        inspection_id: the report that it carries.
    """

    case_id: str
    revision: int
    made_by: str
    name: str
    files: int
    size: int
    sha256: str
    sm3: str
    inspection_id: int


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """A recorded package; ``made`` holds what was recorded, ``failed`` the failed checks of its report."""

    id: int
    case_number: str
    made_at: datetime
    made: NewPackage
    failed: int


class PackageRecords:
    """Records and lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_inspection(self, report: InspectionReport) -> int:
        """Keep a report and return its id."""
        with self._database.write() as connection:
            return int(
                connection.execute(
                    insert(inspections)
                    .values(
                        case_id=report.case_id,
                        occasion=report.occasion.value,
                        made_at=report.made_at,
                        made_by=report.made_by,
                        failed=len(report.failed),
                        body=canonical_json(report.model_dump(mode="json")).decode(),
                    )
                    .returning(inspections.c.id)
                ).scalar_one()
            )

    def last_inspection(self, case_id: str, occasion: Occasion | None = None) -> InspectionReport | None:
        """Return the newest report of a case, ``None`` when there is none, or it went with a destroyed case."""
        query = select(inspections.c.body).where(inspections.c.case_id == case_id).order_by(inspections.c.id.desc())
        if occasion is not None:
            query = query.where(inspections.c.occasion == occasion.value)
        with self._database.read() as connection:
            body = connection.execute(query.limit(1)).scalar()
        return InspectionReport.model_validate_json(body) if body else None

    def add_package(self, new: NewPackage) -> None:
        """Keep that a package was made."""
        values = {name: getattr(new, name) for name in NewPackage.__dataclass_fields__}
        with self._database.write() as connection:
            connection.execute(insert(case_packages).values(**values, made_at=self._database.now()))

    def knows(self, sha256: str) -> bool:
        """Tell whether the package with this digest is recorded."""
        with self._database.read() as connection:
            query = select(case_packages.c.id).where(case_packages.c.sha256 == sha256)
            return connection.execute(query).first() is not None

    def newest(self, since: datetime | None = None) -> tuple[PackageRecord, ...]:
        """Return the newest package of every case, those made from ``since`` on, by case number."""
        query = (
            select(case_packages, cases.c.number, inspections.c.failed)
            .join(cases, cases.c.id == case_packages.c.case_id)
            .join(inspections, inspections.c.id == case_packages.c.inspection_id)
            .order_by(case_packages.c.id)
        )
        if since is not None:
            query = query.where(case_packages.c.made_at >= since)
        with self._database.read() as connection:
            newest = {row.case_id: _record(row) for row in connection.execute(query)}
        return tuple(sorted(newest.values(), key=lambda record: record.case_number))


def _record(row: Row[tuple[object, ...]]) -> PackageRecord:
    made = NewPackage(**{name: getattr(row, name) for name in NewPackage.__dataclass_fields__})
    return PackageRecord(id=row.id, case_number=row.number, made_at=row.made_at, made=made, failed=row.failed)
