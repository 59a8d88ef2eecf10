"""A source read once, hashed on the way, to be read again: small ones in memory, others in a file without a name."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from storage.digests import Digests, digest_of
from storage.stores.common import copy, opened
from storage.stores.contract import Source

IN_MEMORY = 8 << 20
"""Bytes up to which no file is made."""


@contextmanager
def spooled(source: Source, folder: Path) -> Iterator[tuple[BinaryIO, Digests]]:
    """Give the bytes of ``source``, at their beginning, with their digests.

    Raises:
        UnreadableFileError: ``source`` does not give its bytes.
        StoreFullError, StoreWriteError: ``folder`` does not take them.
    """
    if isinstance(source, bytes):  # nobody can change them meanwhile
        yield io.BytesIO(source), digest_of([source])
        return
    with opened(source) as stream, tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder)) as spool:
        piece = cast("BinaryIO", spool)
        digests = copy(stream, piece)
        piece.seek(0)
        yield piece, digests
