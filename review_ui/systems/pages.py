"""The pages /admin/tokens and /admin/webhooks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from domain.access import ApiToken, Scope
from domain.audit import Detail, Operation
from domain.system_errors import WebhookRefusedError
from domain.webhooks import EventType, WebhookEndpoint
from review_ui.audit.trail import Act, Trail
from review_ui.rendering import Pages, actor_of
from review_ui.systems import texts
from review_ui.systems.backend import Systems
from review_ui.systems.hooks import URL_LENGTH, note_change
from review_ui.systems.paths import EndpointKey, EventKey
from review_ui.times import Clock

DELIVERIES_SHOWN = 50


def system_routes(systems: Systems, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of both pages."""
    router = APIRouter(prefix="/admin", include_in_schema=False)
    _token_routes(router, systems, pages, clock)
    _webhook_routes(router, systems, pages, clock)
    _address_routes(router, systems)
    return router


def _token_routes(router: APIRouter, systems: Systems, pages: Pages, clock: Clock) -> None:
    def page(request: Request, made: tuple[ApiToken, str] | None = None, problem: str = "") -> Response:
        context: dict[str, object] = {
            "tokens": systems.tokens.tokens(),
            "made": made,
            "problem": problem,
            "words": texts,
            "scopes": Scope,
        }
        return pages.render(request, "systems_tokens.html", context, clock(), 422 if problem else 200)

    @router.get("/tokens", name="token.list")
    def show_tokens(request: Request) -> Response:
        return page(request)

    @router.post("/tokens", name="token.create")
    def create_token(
        request: Request,
        name: Annotated[str, Form(max_length=60)] = "",
        days: Annotated[int, Form(ge=1, le=730)] = 365,
        scope: Annotated[tuple[Scope, ...], Form()] = (),
    ) -> Response:
        if not name.strip() or not scope:
            return page(request, problem=texts.TOKEN_INCOMPLETE)
        # Answered at once and not by another address: the token is shown this once and kept nowhere.
        token, text = systems.tokens.create(name.strip(), scope, days, actor_of(request))
        _note_token(request, token.id, {"change": "created", "scopes": " ".join(token.scopes)})
        return page(request, (token, text))

    @router.post("/tokens/{token_id}/revoke", name="token.revoke")
    def revoke_token(request: Request, token_id: str) -> Response:
        _note_token(request, token_id, {"change": "revoked"})
        systems.tokens.revoke(token_id, actor_of(request))
        return RedirectResponse("/admin/tokens", status_code=303)


def _note_token(request: Request, token_id: str, details: dict[str, Detail]) -> None:
    Trail.of(request).record(request, Act(Operation.TOKEN_CHANGED, f"token:{token_id}", details=details))


def _webhook_routes(router: APIRouter, systems: Systems, pages: Pages, clock: Clock) -> None:
    desk = systems.webhooks

    def page(request: Request, made: WebhookEndpoint | None = None, problem: str = "", url: str = "") -> Response:
        rows = tuple((e, desk.deliveries(e.id, None, DELIVERIES_SHOWN)) for e in desk.endpoints())
        context: dict[str, object] = {
            "rows": rows,
            "made": made,
            "problem": problem,
            "words": texts,
            "events": EventType,
            "url": url,
        }
        return pages.render(request, "systems_webhooks.html", context, clock(), 422 if problem else 200)

    @router.get("/webhooks", name="webhook.list")
    def show_webhooks(request: Request) -> Response:
        return page(request)

    @router.post("/webhooks", name="webhook.create")
    def create_webhook(
        request: Request,
        url: Annotated[str, Form(max_length=URL_LENGTH)] = "",
        event: Annotated[tuple[EventType, ...], Form()] = (),
    ) -> Response:
        if not event:
            return page(request, problem=texts.NO_EVENT, url=url)
        try:
            made = desk.add(url.strip(), event, actor_of(request))
        except WebhookRefusedError as error:
            return page(request, problem=str(error), url=url)
        note_change(request, made.id, "added")
        return page(request, made)

    @router.post("/webhooks/{webhook_id}/secret", name="webhook.rotate")
    def rotate_secret(request: Request, webhook_id: EndpointKey) -> Response:
        note_change(request, webhook_id, "secret")
        return page(request, desk.rotate(webhook_id))


def _address_routes(router: APIRouter, systems: Systems) -> None:
    desk = systems.webhooks
    back = "/admin/webhooks"

    @router.post("/webhooks/{webhook_id}/switch", name="webhook.switch")
    def switch_webhook(request: Request, webhook_id: EndpointKey, on: Annotated[bool, Form()]) -> Response:
        note_change(request, webhook_id, "on" if on else "off")
        desk.switch(webhook_id, actor_of(request), on=on)
        return RedirectResponse(back, status_code=303)

    @router.post("/webhooks/{webhook_id}/deliveries/{event_id}/send", name="webhook.resend")
    def send_again(request: Request, webhook_id: EndpointKey, event_id: EventKey) -> Response:
        note_change(request, webhook_id, event_id)
        desk.send_again(webhook_id, event_id)
        return RedirectResponse(back, status_code=303)
