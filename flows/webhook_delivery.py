"""The worker that empties the outbox: at least once, in order for each case, until about a day has passed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

from domain.errors import JuanzongError
from domain.webhooks import Delivery, WebhookEndpoint, retry_delay
from flows.webhook_sending import Outcome, Sender
from storage import Storage

PORTION = 20
"""Deliveries to one endpoint in one round."""
CLAIM = timedelta(minutes=5)
"""How long a worker has a portion: longer than sending it can take."""
PAUSE_S = 5.0
"""Seconds between two looks into the outbox; other processes write into it too."""
_log = logging.getLogger(__name__)

Chance = Callable[[], float]


def deliver_due(storage: Storage, sender: Sender, chance: Chance = random.random) -> int:
    """Send what is due to every endpoint, all endpoints at once; return the number of messages that were taken.

    Args:
        storage: where the outbox lies.
        sender: sends one message.
        chance: 0 to 1, for the jitter of retries.
    """
    endpoints = [e for e in storage.webhooks.endpoints() if e.disabled_at is None]

    async def all_at_once() -> int:
        return sum(await asyncio.gather(*(_to_endpoint(storage, sender, e, chance) for e in endpoints)))

    return asyncio.run(all_at_once()) if endpoints else 0


def deliver_all(storage: Storage, sender: Sender, chance: Chance = random.random) -> int:
    """Go on while something is taken (a later event of a case waits for the earlier one); return how many were."""
    total = 0
    while taken := deliver_due(storage, sender, chance):
        total += taken
    return total


async def _to_endpoint(storage: Storage, sender: Sender, endpoint: WebhookEndpoint, chance: Chance) -> int:
    until = storage.database.now() + CLAIM
    due = await asyncio.to_thread(storage.webhooks.take_due, endpoint.id, until, PORTION)
    taken = 0
    for position, delivery in enumerate(due):
        outcome = await sender.send(endpoint, delivery, storage.database.now())
        await asyncio.to_thread(_note, storage, delivery, outcome, chance)
        if outcome.status is None or outcome.gone:
            # The rest would wait for the same dead end: they are due again when somebody looks next.
            await asyncio.to_thread(storage.webhooks.give_back, due[position + 1 :])
            break
        taken += outcome.error is None
    return taken


def _note(storage: Storage, delivery: Delivery, outcome: Outcome, chance: Chance) -> None:
    if outcome.error is None and outcome.status is not None:
        storage.webhooks.delivered(delivery, outcome.status)
        return
    delay = None if outcome.gone else retry_delay(delivery.attempts + 1, chance())
    again = None if delay is None else storage.database.now() + delay
    storage.webhooks.failed(delivery, outcome.status, outcome.error or "", again)
    if outcome.gone:
        storage.webhooks.disable(delivery.endpoint_id, "对方答复 410：不再接收推送")


class DeliveryWorker:
    """Delivers in a thread of its own until it is stopped."""

    def __init__(self, storage: Storage, sender: Sender, pause: float = PAUSE_S) -> None:
        self._storage = storage
        self._sender = sender
        self._pause = pause
        self._stopped = Event()
        self._thread = Thread(target=self._work, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round in progress; one that never began has nothing to end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                taken = deliver_due(self._storage, self._sender)
            except JuanzongError as error:
                _log.warning("webhooks: %s", error)  # a busy database or a full disk: the next look may find it well
                taken = 0
            if not taken:
                self._stopped.wait(self._pause)
