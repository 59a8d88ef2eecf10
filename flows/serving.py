"""Serve the review pages: on loopback, or behind a proxy that speaks https when people can sign in."""

from __future__ import annotations

import ipaddress
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ConfigurationError, IntakeRefusedError, JuanzongError
from flows.people_settings import load_people_settings
from flows.settings import load_settings
from flows.wiring import open_services

if TYPE_CHECKING:
    from domain.mailroom import IntakeGuard
    from flows.accounts_service import AccountsService


def serve_pages(host: str, port: int, adoption: Path | None) -> None:
    """Serve until interrupted.

    Args:
        host: an address of this machine; another than loopback needs an admin and ``JUANZONG_PUBLIC_URL``.
        port: 0 for any free one.
        adoption: adoption file, ``None`` for the installation's own.

    Raises:
        ConfigurationError: the address may not be listened on, or the port is taken.
    """
    import uvicorn

    from flows.accounts_service import AccountsService
    from flows.copies_service import CopiesService
    from flows.desk_service import DeskService
    from flows.four_eyes_service import FourEyesService
    from flows.mailroom_service import MailroomService
    from flows.papers_service import PapersService
    from flows.queue_service import QueueService
    from flows.reading_process import ReadingProcess
    from flows.retention_service import RetentionService
    from flows.review_service import ReviewService
    from flows.systems_service import address_policy, open_systems
    from flows.typing_service import TypingService
    from flows.upkeep_settings import load_upkeep_settings
    from flows.upkeep_worker import UpkeepWorker
    from flows.webhook_delivery import DeliveryWorker
    from flows.webhook_sending import Sender
    from review_ui.app import create_app
    from review_ui.parts import Parts

    people = load_people_settings()
    services = open_services(load_settings(adoption))
    reading = ReadingProcess(services.settings)
    deliveries = DeliveryWorker(services.storage, Sender(address_policy(services)))
    upkeep = UpkeepWorker(services.storage, load_upkeep_settings())
    try:
        accounts = AccountsService(services.storage.people, services.policies, people)
        _refuse_open_address(host, people.public_url, accounts.has_admin())
        listener = _listen(host, port)
        _announce(accounts, f"http://{_in_address(host)}:{listener.getsockname()[1]}", people.public_url)
        review = ReviewService(services, reading.wake)
        guard = _intake_guard(accounts)
        mailroom = MailroomService(services, reading.wake, guard)
        mailroom.resume()
        parts = Parts(
            review=review,
            queue=QueueService(services),
            accounts=accounts,
            audit=services.storage.audit,
            typing=TypingService(services),
            papers=PapersService(services, reading.wake),
            desk=DeskService(services, review),
            copies=CopiesService(services, review),
            mailroom=mailroom,
            four_eyes=FourEyesService(services, review),
            systems=open_systems(services, reading.wake, guard),
            retention=RetentionService(services),
        )
        deliveries.start()
        upkeep.start()
        config = uvicorn.Config(
            create_app(parts, public_url=people.public_url),
            log_level="warning",
            access_log=False,
            proxy_headers=people.public_url is not None,
            forwarded_allow_ips=people.trusted_proxy,
        )
        uvicorn.Server(config).run([listener])
    finally:
        deliveries.stop()
        upkeep.stop()
        reading.close()
        services.close()


def _refuse_open_address(host: str, public_url: str | None, has_admin: bool) -> None:
    if is_loopback(host):
        return
    if public_url is None:
        raise ConfigurationError(
            f"{host} 不是本机地址，密码会不加密地经过网络",
            "请用反向代理提供 https，并设置 JUANZONG_PUBLIC_URL=https://…；或改用 127.0.0.1",
        )
    if not has_admin:
        raise ConfigurationError(
            f"{host} 不是本机地址，而还没有管理员", "请先在本机运行 juanzong serve，用控制台上的链接建立管理员"
        )


def _announce(accounts: AccountsService, address: str, public_url: str | None) -> None:
    """Say where the pages are and, without an admin, how the first one is made."""
    sys.stdout.write(f"审核网页：{public_url or address}/ （按 Ctrl+C 结束）\n")
    if not accounts.has_admin():
        link = f"{address}/one-time/{accounts.first_admin_link()}"
        sys.stdout.write(f"还没有管理员。请打开此链接建立（24 小时内有效，只能用一次）：\n  {link}\n")
    sys.stdout.flush()


def _intake_guard(accounts: AccountsService) -> IntakeGuard:
    """Return what the mailroom asks before it takes papers in: whether the regime lets the person who signed in."""

    def guard(_actor: str, policy: str) -> JuanzongError | None:
        from review_ui.accounts.visitor import visitor

        person = visitor().person
        try:
            if person is not None:
                accounts.check_intake(person, policy)
        except IntakeRefusedError as error:
            return error
        return None

    return guard


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


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
