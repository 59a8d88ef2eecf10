"""kill -9 in the middle of work: the work is done in a forked process that dies before a step of it that is counted."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable

from sqlalchemy import Engine, event

COMMITS = ("commit",)
STATEMENTS = ("before_cursor_execute", "commit")


def killed_at(boundary: int, job: Callable[[], None], *, calls: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Do ``job`` in a process that is killed before its ``boundary``-th step; return whether it came so far.

    Args:
        boundary: counted from 1.
        job: what to do; it opens its own database, because a connection must not cross a fork.
        calls: the system calls that count, by their names in ``os``.
        steps: the events of the database that count: `COMMITS`, `STATEMENTS` or none.
    """

    def counted() -> None:
        left = boundary

        def count(*_: object, **__: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                die()

        for step in steps:
            event.listen(Engine, step, count)
        for name in calls:
            real = getattr(os, name)
            setattr(os, name, lambda *a, real=real, **k: (count(), real(*a, **k))[1])
        job()

    return was_killed(counted)


def die() -> None:
    """Kill this process as a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


def was_killed(job: Callable[[], None]) -> bool:
    """Do ``job`` in a forked process; return whether it was killed (SIGKILL).

    The child leaves by `os._exit` whatever happens: one that returned into the tests would end as they end and take
    with it what is its parent's, servers and folders.

    Raises:
        AssertionError: it ended in another way; what it said is on standard error.
    """
    child = os.fork()
    if child == 0:
        _do_and_leave(job)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL), f"the child ended with {ended}"
    return ended != 0


def _do_and_leave(job: Callable[[], None]) -> None:
    left = 1
    try:
        job()
        left = 0
    except BaseException:  # noqa: BLE001 - a forked child must never return into the tests
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(left)
