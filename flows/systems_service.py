"""What other systems ask for, over storage and flows: lists, uploads, webhooks."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from domain.amendments import Amendment
from domain.mailroom import IntakeGuard, admit_everybody
from domain.webhooks import SECRET_PREFIX, Delivery, EventType, WebhookEndpoint
from flows.acceptance import Accepted, accept_group
from flows.grouping import FileGroup, GroupMode
from flows.request import IngestRequest
from flows.webhook_sending import AddressPolicy, checked_url
from flows.wiring import Services
from review_ui.systems.backend import CaseLine, CaseQuery, Systems, Upload, UploadedCase, UploadOrder
from storage.case_walk import Position
from storage.rows import CaseFilter, CaseSummary

BOTH_SECRETS_FOR = timedelta(days=1)
"""How long the former secret of a webhook signs beside the new one."""


def open_systems(services: Services, wake: Callable[[], None], guard: IntakeGuard = admit_everybody) -> Systems:
    """Return the interfaces behind everything that other systems use.

    Args:
        services: the parts.
        wake: called when there is something to read.
        guard: asked before papers are taken in.
    """
    storage = services.storage
    return Systems(
        listing=ListingService(services),
        tokens=storage.api_tokens,
        uploads=UploadService(services, wake, guard),
        answers=storage.idempotency,
        webhooks=WebhookService(services),
    )


class ListingService:
    """Implements ``review_ui.systems.backend.CaseListing``."""

    def __init__(self, services: Services) -> None:
        self._storage = services.storage

    def portion(
        self, wanted: CaseQuery, after: tuple[datetime, str] | None, limit: int, *, newest_first: bool
    ) -> tuple[CaseLine, ...]:
        """Return the cases behind ``after`` in the order of acceptance."""
        position = None if after is None else Position(*after)
        found = self._storage.case_walk.portion(_filter(wanted), position, limit, newest_first=newest_first)
        amended = self._storage.desk.amendments.of_cases([summary.id for summary in found])
        return tuple(_line(summary, amended.get(summary.id)) for summary in found)

    def count(self, wanted: CaseQuery) -> int:
        """Return the number of matching cases."""
        return self._storage.cases.count_cases(_filter(wanted))


class UploadService:
    """Implements ``review_ui.systems.backend.UploadBackend``: accepts at once, leaves reading to its process."""

    def __init__(self, services: Services, wake: Callable[[], None], guard: IntakeGuard) -> None:
        self._services = services
        self._wake = wake
        self._guard = guard

    def folder(self) -> Path:
        """Return where incoming bytes may be put until they are accepted."""
        folder = self._services.settings.home / "incoming"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def accept(self, order: UploadOrder, files: tuple[Path, ...]) -> Upload:
        """Accept files; those that cannot be used are named and kept.

        Raises:
            UnknownPolicyError: there is no such pack.
            IntakeRefusedError: the regime keeps the person who signed in from taking papers in.
            StorageError: nothing can be accepted.
        """
        refusal = self._guard(order.owner, order.policy)
        if refusal is not None:
            raise refusal
        code = self._services.policies.adopted(order.policy).pack.code
        request = IngestRequest(files, order.policy, order.received_at, GroupMode(order.grouping), order.channel)
        accepted = [accept_group(self._services, request, group, code) for group in _groups(files, request.mode)]
        upload = Upload(
            id=f"up_{uuid.uuid4().hex}",
            accepted_at=self._services.storage.database.now(),
            state="waiting",
            cases=_cases(accepted),
            failures=tuple(failure for a in accepted for failure in a.failures),
        )
        self._services.storage.uploads.record(upload.id, order.owner, upload.model_dump_json())
        self._wake()
        return self._now(upload)

    def upload(self, upload_id: str) -> Upload:
        """Return an upload as it is now.

        Raises:
            UnknownUploadError: there is none.
        """
        return self._now(Upload.model_validate_json(self._services.storage.uploads.body(upload_id)))

    def _now(self, upload: Upload) -> Upload:
        waiting = self._services.storage.uploads.waiting(tuple(c.case_id for c in upload.cases))
        cases = tuple(
            c.model_copy(update={"state": "waiting" if c.case_id in waiting else "read"}) for c in upload.cases
        )
        return upload.model_copy(update={"cases": cases, "state": "waiting" if waiting else "read"})


class WebhookService:
    """Implements ``review_ui.systems.backend.WebhookDesk``."""

    def __init__(self, services: Services) -> None:
        self._webhooks = services.storage.webhooks
        self._now = services.storage.database.now
        self._policy = address_policy(services)

    def add(self, url: str, events: tuple[EventType, ...], actor: str) -> WebhookEndpoint:
        """Register an address.

        Raises:
            WebhookRefusedError: it must not be called.
        """
        checked_url(url, self._policy)
        return self._webhooks.add_endpoint(url, events, new_secret(), actor)

    def endpoints(self) -> tuple[WebhookEndpoint, ...]:
        """Return all addresses, the oldest first."""
        return self._webhooks.endpoints()

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        """Return one address. Raises UnknownWebhookError."""
        return self._webhooks.endpoint(endpoint_id)

    def rotate(self, endpoint_id: str) -> WebhookEndpoint:
        """Give an address a new secret. Raises UnknownWebhookError."""
        return self._webhooks.rotate(endpoint_id, new_secret(), self._now() + BOTH_SECRETS_FOR)

    def switch(self, endpoint_id: str, actor: str, *, on: bool) -> WebhookEndpoint:
        """Send to an address, or send nothing more. Raises UnknownWebhookError."""
        return self._webhooks.enable(endpoint_id) if on else self._webhooks.disable(endpoint_id, f"{actor} 停用")

    def deliveries(self, endpoint_id: str, state: str | None, limit: int) -> tuple[Delivery, ...]:
        """Return what was sent, the newest first. Raises UnknownWebhookError."""
        return self._webhooks.deliveries(self._webhooks.endpoint(endpoint_id).id, state, limit)

    def send_again(self, endpoint_id: str, event_id: str) -> Delivery:
        """Send an event again, at once. Raises UnknownWebhookError."""
        return self._webhooks.send_again(endpoint_id, event_id)


def address_policy(services: Services) -> AddressPolicy:
    """Return which addresses webhooks may reach in this installation."""
    return AddressPolicy(private=services.settings.webhook_private)


def new_secret() -> str:
    """Return a secret for signing: 256 bits of chance."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _groups(files: tuple[Path, ...], mode: GroupMode) -> tuple[FileGroup, ...]:
    if mode is GroupMode.CASES:
        return tuple(FileGroup(file.name, (file,)) for file in files)
    return (FileGroup(files[0].name, files, stack=mode is GroupMode.STACK),)


def _cases(accepted: list[Accepted]) -> tuple[UploadedCase, ...]:
    rows = {a.row.id: a.row for a in reversed(accepted) if a.row is not None}
    return tuple(
        UploadedCase(case_id=row.id, case_number=row.number, created=row.created, state="waiting")
        for row in reversed(rows.values())
    )


def _filter(wanted: CaseQuery) -> CaseFilter:
    return CaseFilter(**wanted.model_dump())


def _line(summary: CaseSummary, amended: Amendment | None) -> CaseLine:
    return CaseLine(
        id=summary.id,
        number=summary.number,
        revision=summary.revision,
        policy=summary.policy,
        channel=summary.channel,
        status=summary.status,
        received_at=summary.received_at,
        accepted_at=summary.accepted_at,
        complainant=summary.complainant_name,
        level=summary.level,
        category=summary.category,
        pages=summary.pages,
        review_items=summary.review_items,
        finished=summary.finished,
        amended_at=amended.at if amended else None,
        amended_because=amended.cause if amended else None,
    )
