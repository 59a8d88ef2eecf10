"""What reading found on the pages of uploaded files, for the person who still holds the paper."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from domain.documents import Page
from domain.mailroom import PageSeen, Upload
from extractors.reading.page_image import encode_page
from extractors.reading.reader import render_upright
from extractors.reading.render import load_picture
from extractors.reading.settings import ReadingSettings
from flows.stages import read_producer
from flows.wiring import Services
from storage.objects import object_key

_KEPT = 20_000
"""Pages whose facts are kept in memory; they never change once read."""


@dataclass(frozen=True)
class PageFacts:
    """A page that was read, or the reason why it could not be."""

    seen: PageSeen
    failure: str | None = None
    page: Page | None = None


class PageReadings:
    """Facts of pages that were read. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._facts: OrderedDict[str, PageFacts] = OrderedDict()
        self._lock = Lock()

    def of_uploads(self, uploads: tuple[Upload, ...]) -> dict[str, dict[int, PageFacts]]:
        """Return by upload id the facts of the pages that were read, by page number from 1."""
        places = {u.id: {n: f"{u.order.sha256}#{n}" for n in range(1, (u.pages or 0) + 1)} for u in uploads}
        keys = tuple(dict.fromkeys(key for pages in places.values() for key in pages.values()))
        known = {key: facts for key in keys if (facts := self._kept(key)) is not None}
        read = self._services.storage.mail_pages.read_keys(
            tuple(key for key in keys if key not in known), read_producer(self._services)
        )
        known.update({key: facts for key in read if (facts := self._load(key)) is not None})
        return {u: {n: known[key] for n, key in pages.items() if key in known} for u, pages in places.items()}

    def picture(self, upload: Upload, number: int) -> tuple[bytes, str]:
        """Return a page as a picture with its media type: upright once it was read, before that as it lies."""
        path = self._services.storage.objects.path(object_key(upload.order.sha256))
        media_type = upload.media_type or ""
        facts = self.of_uploads((upload,))[upload.id].get(number)
        if facts is not None and facts.page is not None:
            return encode_page(render_upright(path, media_type, number, facts.page))
        return encode_page(load_picture(path, media_type, number, ReadingSettings()).image)

    def _kept(self, key: str) -> PageFacts | None:
        with self._lock:
            return self._facts.get(key)

    def _load(self, key: str) -> PageFacts | None:
        payload = self._services.storage.stages.get_stage(key, "read", read_producer(self._services))
        if payload is None:
            return None
        facts = _facts(payload, int(key.rpartition("#")[2]))
        with self._lock:
            self._facts[key] = facts
            if len(self._facts) > _KEPT:
                self._facts.popitem(last=False)
        return facts


def _facts(payload: bytes, number: int) -> PageFacts:
    stored = json.loads(payload)
    if "failure" in stored:
        told = stored["failure"]
        return PageFacts(PageSeen(number=number, usable=False), f"{told['reason']}。{told['next_step']}")
    page = Page.model_validate(stored["reading"]["read"]["page"])
    quality = page.quality
    return PageFacts(
        PageSeen(
            number=number,
            blank=page.blank,
            usable=page.blank or quality is None or quality.usable,
            problems=quality.problems if quality and not page.blank else (),
        ),
        page=page,
    )
