"""What goes from the database with a destroyed case: its words. Hashes, acts, dates and the names of staff stay.

Revisions and decisions are facts that triggers protect; for a destroyed case, and only for one, the database lets their
words be emptied while every other column stays (``storage.migrations.retention_rules``).
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, or_, select, update

from storage.desk_tables import field_answers
from storage.package_tables import inspections
from storage.search import remove_case
from storage.search_tables import page_texts
from storage.tables import case_revisions, cases, decisions, filings, leases, open_rescans, review_items, stage_results

_READ_AGAIN = ("understand", "arrange", "searchable")
"""Stages whose keys do not tell the file: their results are dropped by age, and made again where still needed."""


def purge(connection: Connection, case_id: str, originals: tuple[str, ...]) -> None:
    """Remove the words of a destroyed case, inside the transaction of its destruction.

    Args:
        connection: open transaction.
        case_id: the case.
        originals: SHA-256 of the files that no other case has.
    """
    if connection.dialect.name == "sqlite":
        # Else the words would stay in pages that the file no longer uses, for anybody with a hex editor.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    for table in (page_texts, review_items, open_rescans, leases):
        connection.execute(delete(table).where(table.c.case_id == case_id))
    remove_case(connection, case_id)
    connection.execute(update(case_revisions).where(case_revisions.c.case_id == case_id).values(body=b""))
    connection.execute(update(decisions).where(decisions.c.case_id == case_id).values(body=""))
    connection.execute(update(inspections).where(inspections.c.case_id == case_id).values(body=""))
    connection.execute(update(field_answers).where(field_answers.c.case_id == case_id).values(machine=None))
    connection.execute(update(cases).where(cases.c.id == case_id).values(complainant_name=None, place=None))
    _drop_readings(connection, case_id, originals)


def _drop_readings(connection: Connection, case_id: str, originals: tuple[str, ...]) -> None:
    """Drop what was read of the files; keys begin with the file's SHA-256, or hash what was read."""
    if originals:
        own = or_(*(stage_results.c.input_hash.startswith(sha256) for sha256 in originals))
        connection.execute(delete(stage_results).where(own))
    last = select(func.max(filings.c.filed_at)).where(filings.c.case_id == case_id).scalar_subquery()
    old = stage_results.c.stage.in_(_READ_AGAIN) & (stage_results.c.created_at <= last)
    connection.execute(delete(stage_results).where(old))
