"""The bytes of an object as they come over the network, resumed where a connection broke."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from domain.errors import JuanzongError

RESUMES = 3
CAREFUL = 64 << 10
"""Bytes of a piece after a break."""


class Failed(Protocol):
    """Makes the error for a body that breaks off at ``offset``, ``stuck`` when no resuming got past it."""

    def __call__(self, offset: int, *, stuck: bool) -> JuanzongError:
        """Return the error."""
        ...


class Body(io.RawIOBase):
    """The bytes of one version; a connection that breaks is opened again where it broke, ``RESUMES`` times."""

    def __init__(self, first: BaseHTTPResponse, open_at: Callable[[int], BaseHTTPResponse], failed: Failed) -> None:
        self._response, self._open_at, self._failed = first, open_at, failed
        self._offset = 0
        self._breaks: list[int] = []

    def readable(self) -> bool:
        """See ``io.IOBase``."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """See ``io.RawIOBase``: after a break the pieces are small, so that everything that comes is used."""
        is_all = size is None or size < 0
        if is_all and self._breaks:
            return b"".join(iter(lambda: self.read(CAREFUL), b""))
        wanted = None if is_all else size
        while True:
            try:
                data = self._response.read(min(wanted or CAREFUL, CAREFUL) if self._breaks else wanted)
                break
            except HTTPError as error:
                self._reopen(error)
        self._offset += len(data)
        return data + self.read(-1) if is_all and self._breaks and data else data

    def _reopen(self, error: HTTPError) -> None:
        self._drop()
        self._breaks.append(self._offset)
        if len(self._breaks) > RESUMES:
            raise self._failed(self._offset, stuck=len(set(self._breaks[1:])) == 1) from error
        self._response = self._open_at(self._offset)

    def close(self) -> None:
        """See ``io.IOBase``."""
        if not self.closed:
            self._drop()
        super().close()

    def _drop(self) -> None:
        self._response.close()
        self._response.release_conn()
