"""The line of a case in lists and in the queue: columns of ``cases``, kept with every revision.

The label of each pack's gravest level is kept beside them, so that every writer marks grave cases alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, select, update
from sqlalchemy import delete as delete_from

from domain.case import Case
from domain.queue import document_kinds, is_grave, next_due, place_of, reason_codes, waits
from storage.database import Database, insert_all
from storage.tables import cases, gravest_levels, review_items


def update_line(connection: Connection, saved: Case, now: datetime) -> None:
    """Copy what lists show from the revision being saved; its review items must be written already."""
    oldest = select(func.min(review_items.c.created_at)).where(review_items.c.case_id == saved.id).scalar_subquery()
    values = line_values(saved, _gravest(connection, saved.policy))
    connection.execute(update(cases).where(cases.c.id == saved.id).values(**values, saved_at=now, asked_since=oldest))


def line_values(saved: Case, gravest: str | None) -> dict[str, Any]:
    """Return the columns that follow from a revision alone; ``gravest`` is the label of its pack's gravest level."""
    judgement = saved.judgement
    disposition = judgement.disposition.value if judgement else None
    name = saved.field_value("complainant_name")
    grave, due_at = is_grave(saved, gravest), next_due(saved)
    return {
        "current_revision": saved.revision,
        "status": saved.status.value,
        "level": judgement.severity.level if judgement else None,
        "category": judgement.category.value if judgement else None,
        "disposition": disposition.value if disposition else None,
        "complainant_name": name and without_nul(name),
        "materials_complete": judgement.materials.complete if judgement else None,
        "pages": sum(len(d.pages) for d in saved.documents),
        "finished": saved.finished,
        "answered": bool(saved.standing),
        "grave": grave,
        "due_at": due_at,
        "reasons": joined(reason_codes(saved)),
        "kinds": joined(document_kinds(saved)),
        "place": place_of(saved.id, grave, due_at, saved.received_at) if waits(saved) else None,
    }


def without_nul(words: str) -> str:
    """Return ``words`` with U+FFFD for every NUL (a PDF may have them): PostgreSQL keeps no NUL in a text."""
    return words.replace("\0", "\N{REPLACEMENT CHARACTER}")


def joined(words: Iterable[str]) -> str:
    """Return ``words`` with commas around each: ``,a,b,`` (``,`` for none)."""
    return "".join(f",{word}" for word in words) + ","


def split(words: str) -> tuple[str, ...]:
    """Undo ``joined``."""
    return tuple(word for word in words.split(",") if word)


def _gravest(connection: Connection, policy: str) -> str | None:
    query = select(gravest_levels.c.level).where(gravest_levels.c.policy == policy)
    return connection.execute(query).scalar()


class GravestLevels:
    """Knows the gravest level of every pack, and marks the cases that have it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, levels: Mapping[str, str]) -> None:
        """Make ``levels`` (pack id to label) the gravest levels; cases saved under other labels are marked anew."""
        if self._known() == levels:
            return
        with self._database.write(lock="cases") as connection:
            connection.execute(delete_from(gravest_levels))
            insert_all(connection, gravest_levels, [{"policy": p, "level": level} for p, level in levels.items()])
            same = and_(gravest_levels.c.policy == cases.c.policy, gravest_levels.c.level == cases.c.level)
            grave = exists().where(same) | cases.c.reasons.contains(",possible_major,", autoescape=True)
            first = case((grave, "0"), else_="1")
            connection.execute(
                update(cases)
                .where(cases.c.current_revision.is_not(None))
                .values(grave=grave, place=first.concat(func.substr(cases.c.place, 2)))
            )

    def _known(self) -> dict[str, str]:
        with self._database.read() as connection:
            return {row.policy: row.level for row in connection.execute(select(gravest_levels))}
