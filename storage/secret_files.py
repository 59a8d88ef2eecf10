"""Secrets that are made once and lie in a file."""

from __future__ import annotations

import os
from pathlib import Path


def make_secret(file: Path, content: bytes) -> bytes:
    """Write a new secret, whole or not at all, readable by its owner alone; of several processes at once one wins.

    Returns:
        what lies in the file now: ``content``, or that of a process that was faster.

    Raises:
        OSError: it cannot be written.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        return file.read_bytes()
    finally:
        draft.unlink()
    return content
