"""The worker that looks after the store while the pages are served: copies at once, checks slowly, all the time."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event, Thread

from domain.errors import JuanzongError
from flows.upkeep_settings import UpkeepSettings
from storage import Storage
from storage.upkeep.upkeep import Pace

MADE_BY = "后台巡检"
PAUSE_S = 60.0
"""Seconds between two looks at what is to be copied or checked."""
SLICE = timedelta(minutes=2)
"""Longest run of checks, so that copies are not kept waiting."""
_log = logging.getLogger(__name__)


class UpkeepWorker:
    """A thread of the serving process.

    Args:
        storage: whose objects are looked after.
        settings: period and pace.
        pause: seconds between two rounds.
    """

    def __init__(self, storage: Storage, settings: UpkeepSettings, pause: float = PAUSE_S) -> None:
        self._storage, self._settings, self._pause = storage, settings, pause
        self._ended = Event()
        self._thread = Thread(target=self._work, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the object in hand."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def look_once(self) -> None:
        """Copy what waits, then check what is due for a while; runs that found nothing to do leave no record."""
        upkeep = self._storage.upkeep
        state = upkeep.state(self._settings.period)
        if state.waiting:
            upkeep.copy(self._paced(None), MADE_BY)
        if state.due:
            upkeep.check(self._settings.period, self._paced(self._settings.bytes_per_second), MADE_BY)

    def _paced(self, rate: int | None) -> Pace:
        return Pace(rate, self._storage.database.now() + SLICE, self._rest)

    def _rest(self, seconds: float) -> None:
        self._ended.wait(seconds)

    def _work(self) -> None:
        while not self._ended.wait(self._pause):
            try:
                self.look_once()
            except JuanzongError as error:
                _log.warning("upkeep: %s", error)
