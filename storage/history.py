"""Every statement of every revision of a case, read without building the cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from domain.case import Decision
from domain.history import Snapshot, Statement
from storage.database import Database
from storage.intake import find_case
from storage.revisions import get_revision
from storage.tables import case_revisions

_VERDICTS = {"severity": "level", "category": "value", "disposition": "value"}


class RevisionHistory:
    """Reads what revisions said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def snapshots(self, case: str) -> tuple[Snapshot, ...]:
        """Return the statements of every revision of a case (number or id), oldest first.

        A revision is parsed as JSON and not validated as a case: a case of a hundred revisions takes tenths of a
        second. Its digest is checked all the same.

        Raises:
            UnknownCaseError: there is no such case.
            DatabaseDamagedError: a revision no longer has its digest.
        """
        return tuple(self._snapshots(case))

    def _snapshots(self, case: str) -> Iterator[Snapshot]:
        with self._database.read() as connection:
            case_id = find_case(connection, case)
            rows = connection.execute(
                select(case_revisions.c.revision, case_revisions.c.cause, case_revisions.c.saved_at)
                .where(case_revisions.c.case_id == case_id)
                .order_by(case_revisions.c.revision)
            ).all()
            known: tuple[Decision, ...] = ()
            for row in rows:
                stored = get_revision(connection, case_id, row.revision)
                body = json.loads(stored.body) if stored else {}
                # Decisions are only ever added (storage.revisions), so those read before are the same again.
                new = body.get("decisions", [])[len(known) :]
                known = (*known, *(Decision.model_validate_json(json.dumps(d)) for d in new))
                yield Snapshot(
                    revision=row.revision,
                    cause=row.cause,
                    saved_at=row.saved_at,
                    statements=_statements(body),
                    decisions=known,
                )


def _statements(body: dict[str, Any]) -> dict[str, Statement]:
    found = {f"field:{name}": _field(field) for name, field in body.get("fields", {}).items()}
    judgement = body.get("judgement")
    if judgement is None:
        return found
    for name, key in _VERDICTS.items():
        verdict = judgement[name]
        found[name] = Statement(
            value=verdict[key],
            producer=verdict["producer"],
            probability=verdict["probability"],
            accepted=verdict["accepted"],
        )
    for signal in judgement["severity"]["signals"]:
        found.setdefault(f"signal:{signal['signal']}", _signal(signal))
    for item in judgement["materials"]["items"]:
        found[f"materials:{item['material']}"] = Statement(value=item["status"], producer=item["producer"])
    return found


def _field(field: dict[str, Any]) -> Statement:
    value = field.get("value")
    return Statement(
        value=value,
        missing=field["reason"] if value is None else None,
        producer=field["producer"],
        probability=field.get("probability"),
        accepted=field["accepted"],
    )


def _signal(signal: dict[str, Any]) -> Statement:
    said = {True: "confirmed", False: "rejected", None: "certain" if signal["certain"] else "unclear"}
    return Statement(
        value=said[signal["confirmed"]],
        producer=signal["producer"],
        probability=signal["probability"],
        accepted=signal["confirmed"] is not None,
    )
