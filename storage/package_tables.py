"""Tables of packages and of the reports on the four properties 四性检测; imported at the end of ``storage.tables``.

Rows are facts: what was handed over with which digest, and what a check found at its time.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from storage.data_cipher import SealedText
from storage.tables import UtcDateTime, digest_check, metadata

PACKAGE_FACTS = ("case_packages", "inspections")

case_packages = Table(
    "case_packages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("name", String, nullable=False),
    Column("files", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    # Digests of the package's tagmanifest-sha256.txt, which covers every other file of it.
    Column("sha256", String(64), nullable=False, unique=True),
    Column("sm3", String(64), nullable=False),
    Column("inspection_id", ForeignKey("inspections.id"), nullable=False),
    digest_check("sha256"),
    digest_check("sm3"),
    CheckConstraint("files >= 0 AND size >= 0", name="ck_package_counts"),
    Index("ix_case_packages_case", "case_id"),
    Index("ix_case_packages_made", "made_at"),
)

inspections = Table(
    "inspections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("occasion", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("failed", Integer, nullable=False),
    # The whole report (``domain.inspection.InspectionReport``) as canonical JSON.
    Column("body", SealedText("inspections.body"), nullable=False),
    CheckConstraint("occasion IN ('filing', 'transfer', 'demand')", name="ck_inspection_occasion"),
    Index("ix_inspections_case", "case_id"),
)
