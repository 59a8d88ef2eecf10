"""Webhooks in the JSON interface: addresses, their secrets, and what was sent to them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from domain.audit import Operation
from domain.base import Model, UtcTime
from domain.webhooks import Delivery, EventType, WebhookEndpoint
from review_ui.audit.trail import Act, Trail
from review_ui.rendering import actor_of
from review_ui.systems.backend import WebhookDesk
from review_ui.systems.paths import EndpointKey, EventKey, answers

URL_LENGTH = 500


class NewWebhook(Model):
    """An address to be told.

    Attributes:
        url: https, or http on this machine.
        events: what to tell.
    """

    url: str = Field(min_length=1, max_length=URL_LENGTH, examples=["https://crm.example.com/juanzong"])
    events: tuple[EventType, ...] = Field(min_length=1, max_length=len(EventType))


class Webhook(Model):
    """An address, without its secret."""

    id: str
    url: str
    events: tuple[EventType, ...]
    created_at: UtcTime
    created_by: str
    disabled_at: UtcTime | None
    disabled_because: str | None


class WebhookWithSecret(Model):
    """An address with its secret, shown this once."""

    webhook: Webhook
    secret: str


class WebhooksAnswer(Model):
    """All addresses, the oldest first."""

    webhooks: tuple[Webhook, ...]


class Switch(Model):
    """Whether an address is sent anything."""

    on: bool


class DeliveriesAnswer(Model):
    """What was sent to an address, the newest first."""

    deliveries: tuple[Delivery, ...]


def hook_routes(router: APIRouter, desk: WebhookDesk) -> None:
    """Add the routes of webhooks."""
    _address_routes(router, desk)
    _delivery_routes(router, desk)


def _address_routes(router: APIRouter, desk: WebhookDesk) -> None:
    @router.get("/webhooks", name="api.webhooks", tags=["webhooks"], responses=answers())
    def get_webhooks() -> WebhooksAnswer:
        """Return the addresses that are told."""
        return WebhooksAnswer(webhooks=tuple(shown(e) for e in desk.endpoints()))

    @router.post("/webhooks", name="api.webhook_add", tags=["webhooks"], status_code=201, responses=answers(400))
    def add_webhook(request: Request, new: NewWebhook) -> WebhookWithSecret:
        """Register an address; its secret is in the answer and nowhere else."""
        endpoint = desk.add(new.url, new.events, actor_of(request))
        note_change(request, endpoint.id, "added")
        return WebhookWithSecret(webhook=shown(endpoint), secret=endpoint.secret)

    @router.get("/webhooks/{webhook_id}", name="api.webhook", tags=["webhooks"], responses=answers(404))
    def get_webhook(webhook_id: EndpointKey) -> Webhook:
        """Return one address."""
        return shown(desk.endpoint(webhook_id))

    @router.put("/webhooks/{webhook_id}/switch", name="api.webhook_switch", tags=["webhooks"], responses=answers(404))
    def switch_webhook(request: Request, webhook_id: EndpointKey, switch: Switch) -> Webhook:
        """Switch an address off, or on again: what waited for it then goes out."""
        note_change(request, webhook_id, "on" if switch.on else "off")
        return shown(desk.switch(webhook_id, actor_of(request), on=switch.on))

    @router.post("/webhooks/{webhook_id}/secret", name="api.webhook_rotate", tags=["webhooks"], responses=answers(404))
    def rotate_secret(request: Request, webhook_id: EndpointKey) -> WebhookWithSecret:
        """Give an address a new secret; for a day messages carry the signatures of both."""
        note_change(request, webhook_id, "secret")
        endpoint = desk.rotate(webhook_id)
        return WebhookWithSecret(webhook=shown(endpoint), secret=endpoint.secret)


def _delivery_routes(router: APIRouter, desk: WebhookDesk) -> None:
    @router.get("/webhooks/{webhook_id}/deliveries", name="api.deliveries", tags=["webhooks"], responses=answers(404))
    def get_deliveries(
        webhook_id: EndpointKey,
        state: Literal["pending", "delivered", "dead"] | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> DeliveriesAnswer:
        """Return what was sent to an address, and what still waits or was given up."""
        return DeliveriesAnswer(deliveries=desk.deliveries(webhook_id, state, limit))

    @router.post(
        "/webhooks/{webhook_id}/deliveries/{event_id}/send",
        name="api.send_again",
        tags=["webhooks"],
        status_code=202,
        responses=answers(404),
    )
    def send_again(request: Request, webhook_id: EndpointKey, event_id: EventKey) -> Delivery:
        """Send an event again, at once; it keeps its id."""
        note_change(request, webhook_id, event_id)
        return desk.send_again(webhook_id, event_id)


def note_change(request: Request, webhook_id: str, change: str) -> None:
    """Write that an address is changed: ``added``, ``on``, ``off``, ``secret``, or the event that is sent again."""
    Trail.of(request).record(
        request, Act(Operation.WEBHOOK_CHANGED, f"webhook:{webhook_id}", details={"change": change})
    )


def shown(endpoint: WebhookEndpoint) -> Webhook:
    """Return an address without its secrets."""
    return Webhook(**endpoint.model_dump(include=set(Webhook.model_fields)))
