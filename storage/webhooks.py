"""Webhook endpoints and what is on its way to them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, insert, or_, select, update

from domain.system_errors import UnknownWebhookError
from domain.vocabulary import CaseStatus
from domain.webhooks import Delivery, EventType, WebhookEndpoint, WebhookEvent
from storage.database import Database
from storage.system_tables import webhook_deliveries, webhook_endpoints, webhook_events
from storage.tables import cases


class Webhooks:
    """Endpoints and deliveries. Several workers may take deliveries at once; each gets others."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_endpoint(self, url: str, events: tuple[EventType, ...], secret: str, actor: str) -> WebhookEndpoint:
        """Register an endpoint; it is told what happens from now on."""
        endpoint = WebhookEndpoint(
            id=f"wh_{uuid.uuid4().hex[:12]}",
            url=url,
            events=tuple(sorted(set(events))),
            secret=secret,
            created_at=self._database.now(),
            created_by=actor,
        )
        with self._database.write() as connection:
            connection.execute(
                insert(webhook_endpoints).values(endpoint.model_dump() | {"events": " ".join(endpoint.events)})
            )
        return endpoint

    def endpoints(self) -> tuple[WebhookEndpoint, ...]:
        """Return all endpoints, the oldest first; disabled ones stay in the list."""
        query = select(webhook_endpoints).order_by(webhook_endpoints.c.created_at, webhook_endpoints.c.id)
        with self._database.read() as connection:
            return tuple(_endpoint(row) for row in connection.execute(query))

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        """Return one endpoint.

        Raises:
            UnknownWebhookError: there is none.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id)
            ).one_or_none()
        if row is None:
            raise UnknownWebhookError(f"没有推送地址 {endpoint_id}", "请在推送地址列表中核对编号")
        return _endpoint(row)

    def rotate(self, endpoint_id: str, secret: str, previous_until: datetime) -> WebhookEndpoint:
        """Give an endpoint a new secret; the present one signs beside it until ``previous_until``."""
        present = self.endpoint(endpoint_id)
        return self._change(endpoint_id, secret=secret, previous_secret=present.secret, previous_until=previous_until)

    def disable(self, endpoint_id: str, because: str) -> WebhookEndpoint:
        """Send nothing more to an endpoint; what waits for it stays."""
        return self._change(endpoint_id, disabled_at=self._database.now(), disabled_because=because)

    def enable(self, endpoint_id: str) -> WebhookEndpoint:
        """Send to an endpoint again; what waited for it goes out."""
        return self._change(endpoint_id, disabled_at=None, disabled_because=None)

    def _change(self, endpoint_id: str, **values: Any) -> WebhookEndpoint:
        with self._database.write() as connection:
            connection.execute(update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id).values(**values))
        return self.endpoint(endpoint_id)

    def take_due(self, endpoint_id: str, until: datetime, limit: int) -> tuple[Delivery, ...]:
        """Claim the deliveries to one endpoint that are due, at most one for each case, the oldest first.

        A later event of a case waits for the earlier one: delivered or dead, not pending.

        Args:
            endpoint_id: an endpoint that is not disabled.
            until: how long they are the caller's; afterwards another worker may take them.
            limit: most deliveries to claim.
        """
        now = self._database.now()
        mine, events = webhook_deliveries, webhook_events
        free = or_(mine.c.claimed_until.is_(None), mine.c.claimed_until < now)
        query = (
            _deliveries()
            .where(mine.c.endpoint_id == endpoint_id, mine.c.state == "pending", mine.c.next_attempt_at <= now, free)
            .where(~_earlier())
            .order_by(events.c.seq)
            .limit(limit)
        )
        with self._database.write(lock="webhooks") as connection:
            rows = connection.execute(query).all()
            connection.execute(
                update(mine)
                .where(mine.c.endpoint_id == endpoint_id, mine.c.event_seq.in_([row.seq for row in rows]))
                .values(claimed_until=until)
            )
        return tuple(_delivery(row) for row in rows)

    def delivered(self, delivery: Delivery, status: int) -> None:
        """Note that the endpoint took it."""
        values = {"state": "delivered", "last_status": status, "last_error": None}
        self._note(delivery, attempts=delivery.attempts + 1, **values)

    def failed(self, delivery: Delivery, status: int | None, error: str, next_attempt_at: datetime | None) -> None:
        """Note a failed attempt; ``next_attempt_at`` ``None`` makes the delivery dead."""
        values: dict[str, Any] = {"state": "dead"} if next_attempt_at is None else {"next_attempt_at": next_attempt_at}
        self._note(delivery, attempts=delivery.attempts + 1, last_status=status, last_error=error, **values)

    def give_back(self, deliveries: tuple[Delivery, ...]) -> None:
        """Let others take what was claimed and not tried."""
        for delivery in deliveries:
            self._note(delivery)

    def send_again(self, endpoint_id: str, event_id: str) -> Delivery:
        """Make a delivery due now, with all its attempts before it.

        Raises:
            UnknownWebhookError: this endpoint was never sent this event.
        """
        found = self._delivery(endpoint_id, event_id)
        self._note(found, state="pending", attempts=0, next_attempt_at=self._database.now())
        return self._delivery(endpoint_id, event_id)

    def deliveries(self, endpoint_id: str, state: str | None, limit: int) -> tuple[Delivery, ...]:
        """Return deliveries to one endpoint, the newest first; ``state`` ``None`` means all."""
        query = _deliveries().where(webhook_deliveries.c.endpoint_id == endpoint_id)
        if state is not None:
            query = query.where(webhook_deliveries.c.state == state)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(webhook_events.c.seq.desc()).limit(limit))
            return tuple(_delivery(row) for row in rows)

    def _delivery(self, endpoint_id: str, event_id: str) -> Delivery:
        query = _deliveries().where(webhook_deliveries.c.endpoint_id == endpoint_id, webhook_events.c.id == event_id)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownWebhookError(f"推送地址 {endpoint_id} 没有事件 {event_id}", "请在推送记录中核对编号")
        return _delivery(row)

    def _note(self, delivery: Delivery, **values: Any) -> None:
        seq = select(webhook_events.c.seq).where(webhook_events.c.id == delivery.event.id).scalar_subquery()
        with self._database.write() as connection:
            connection.execute(
                update(webhook_deliveries)
                .where(webhook_deliveries.c.endpoint_id == delivery.endpoint_id)
                .where(webhook_deliveries.c.event_seq == seq)
                .values(claimed_until=None, **values)
            )


def _deliveries() -> Select[Any]:
    return (
        select(webhook_deliveries, webhook_events, cases.c.number)
        .join(webhook_events, webhook_events.c.seq == webhook_deliveries.c.event_seq)
        .join(cases, cases.c.id == webhook_events.c.case_id)
    )


def _earlier() -> Any:
    """Return the condition that an earlier event of the same case is still pending for the same endpoint."""
    other, event = webhook_deliveries.alias(), webhook_events.alias()
    same = and_(other.c.endpoint_id == webhook_deliveries.c.endpoint_id, event.c.case_id == webhook_events.c.case_id)
    return exists(
        select(event.c.seq)
        .join(other, other.c.event_seq == event.c.seq)
        .where(same, other.c.state == "pending", event.c.seq < webhook_events.c.seq)
    )


def _endpoint(row: Row[Any]) -> WebhookEndpoint:
    return WebhookEndpoint.model_validate(
        row._asdict() | {"events": tuple(EventType(word) for word in row.events.split())}
    )


def _delivery(row: Row[Any]) -> Delivery:
    event = WebhookEvent(
        id=row.id,
        type=EventType(row.type),
        occurred_at=row.occurred_at,
        case_id=row.case_id,
        case_number=row.number,
        revision=row.revision,
        status=None if row.status is None else CaseStatus(row.status),
    )
    return Delivery(
        endpoint_id=row.endpoint_id,
        event=event,
        state=row.state,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        last_status=row.last_status,
        last_error=row.last_error,
    )
