"""The outbox: events are written in the transaction that makes them true, a delivery for each endpoint that asks."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Connection, insert, select

from domain.vocabulary import CaseStatus
from domain.webhooks import EventType
from storage.database import insert_all
from storage.system_tables import webhook_deliveries, webhook_endpoints, webhook_events


def announce(
    connection: Connection,
    kind: EventType,
    case_id: str,
    now: datetime,
    *,
    revision: int | None = None,
    status: CaseStatus | None = None,
) -> None:
    """Write an event for the endpoints that want it; nothing when there is none."""
    endpoints = connection.execute(
        select(webhook_endpoints.c.id, webhook_endpoints.c.events).where(webhook_endpoints.c.disabled_at.is_(None))
    )
    listeners = [row.id for row in endpoints if kind.value in row.events.split()]
    if not listeners:
        return
    event = connection.execute(
        insert(webhook_events).values(
            id=f"evt_{uuid.uuid4().hex}",
            type=kind.value,
            case_id=case_id,
            revision=revision,
            status=None if status is None else status.value,
            occurred_at=now,
        )
    )
    (seq,) = event.inserted_primary_key or (None,)
    rows = [
        {"endpoint_id": e, "event_seq": seq, "state": "pending", "attempts": 0, "next_attempt_at": now}
        for e in listeners
    ]
    insert_all(connection, webhook_deliveries, rows)
