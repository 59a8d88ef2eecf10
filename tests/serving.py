"""Serve an application to browsers and clients of the tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def served(app: FastAPI, port: int = 0, *, cut: bool = False) -> Iterator[str]:
    """Serve ``app`` on loopback from a thread; yield its address.

    Args:
        app: the application.
        port: 0 for a free one.
        cut: do not wait for answers under way at the end, as when the machine fails.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            # A thread that is left over would keep the whole run from ending.
            server.force_exit = cut
            server.should_exit = True
            thread.join()
