"""Serve the review pages on loopback; there is no sign-in yet, so nothing else is accepted."""

from __future__ import annotations

import ipaddress
import socket
import sys
from pathlib import Path

from domain.errors import ConfigurationError
from flows.settings import load_settings
from flows.wiring import open_services


def serve_pages(host: str, port: int, adoption: Path | None) -> None:
    """Serve until interrupted.

    Args:
        host: a loopback address or ``localhost``.
        port: 0 for any free one.
        adoption: adoption file, ``None`` for the installation's own.

    Raises:
        ConfigurationError: the address is not a loopback one, or the port is taken.
    """
    if not is_loopback(host):
        raise ConfigurationError(f"{host} 不是本机地址；网页尚无登录功能，只能在本机使用", "请改用 127.0.0.1")
    import uvicorn

    from flows.reading_runner import ProcessRunner
    from flows.review_service import ReviewService
    from flows.systems_service import address_policy, open_systems
    from flows.webhook_delivery import DeliveryWorker
    from flows.webhook_sending import Sender
    from review_ui.app import create_app
    from review_ui.parts import Parts

    listener = _listen(host, port)
    services = open_services(load_settings(adoption))
    address = f"http://{host}:{listener.getsockname()[1]}/"
    sys.stdout.write(f"审核网页：{address} （没有登录功能，仅限本机；按 Ctrl+C 结束）\n")
    sys.stdout.flush()
    runner, worker = ProcessRunner(services), DeliveryWorker(services.storage, Sender(address_policy(services)))
    parts = Parts(review=ReviewService(services), systems=open_systems(services, runner))
    config = uvicorn.Config(create_app(parts), log_level="warning", access_log=False)
    runner.start()
    worker.start()
    try:
        uvicorn.Server(config).run([listener])
    finally:
        worker.stop()
        runner.stop()
        services.close()


def is_loopback(host: str) -> bool:
    """Return True when ``host`` names this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"端口 {port} 无法使用：{error.strerror}", "请换一个端口（--port），0 为任选"
        ) from error
