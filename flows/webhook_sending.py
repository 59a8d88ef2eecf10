"""Sending one webhook: to which address, signed how, and what the answer means.

The name that the admin typed is looked up, every address it has is judged, and the connection goes to one that was
judged: what the name means a moment later does not matter. Redirects are not followed, proxies are not asked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

import httpx

from domain.base import Model
from domain.system_errors import WebhookRefusedError
from domain.webhooks import Delivery, WebhookEndpoint, signature

PATIENCE_S = 10.0
"""Seconds for everything: looking up, connecting, sending, the head of the answer."""
GONE = 410
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"})
"""Where clouds answer with credentials; not all of them are link-local."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Awaitable[tuple[str, ...]]]


class AddressPolicy(Model):
    """Which addresses may be called.

    Attributes:
        private: addresses of the house's own network (RFC 1918, fc00::/7) may be; other systems mostly live there.
    """

    private: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt.

    Attributes:
        status: HTTP status, ``None`` when there was no answer.
        error: fact for people, ``None`` when the endpoint took it.
    """

    status: int | None
    error: str | None

    @property
    def gone(self) -> bool:
        """The endpoint says that it wants nothing more."""
        return self.status == GONE


def checked_url(url: str, policy: AddressPolicy) -> SplitResult:
    """Return the parts of an address that may be registered.

    Raises:
        WebhookRefusedError: it may not.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise WebhookRefusedError(f"推送地址 {url!r} 不是网址", "请填写 https:// 开头的完整地址") from error
    printable = url.isascii() and url.isprintable() and " " not in url
    if not host or not printable or parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookRefusedError(
            "推送地址应是不含用户名、口令和 # 的完整网址", "请填写 https:// 开头的地址，用签名核对来源"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK_NAMES):
        raise WebhookRefusedError("推送地址必须用 https；只有本机地址可用 http", "请改用 https:// 开头的地址")
    literal = _literal(host)
    if literal is not None:
        refuse_address(literal, host, policy)
    return parts


def refuse_address(address: Address, host: str, policy: AddressPolicy) -> None:
    """Refuse addresses that a webhook must never reach, whatever name led there.

    Raises:
        WebhookRefusedError: this is one.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    special = address.is_link_local or address.is_multicast or address.is_unspecified or str(address) in _METADATA
    foreign_loopback = address.is_loopback and host not in LOOPBACK_NAMES
    private = address.is_private and not address.is_loopback and not policy.private
    reserved = address.is_reserved and not address.is_private
    if special or foreign_loopback or private or reserved:
        raise WebhookRefusedError(f"{host} 指向 {address}，不允许向该地址推送", "请改用对外提供服务的地址")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def headers_of(endpoint: WebhookEndpoint, event_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a message; while a secret is being changed, both sign."""
    secrets = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > now:
        secrets.append(endpoint.previous_secret)
    timestamp = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Juanzong-Webhooks/1",
        "Webhook-Id": event_id,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": " ".join(signature(secret, event_id, timestamp, body) for secret in secrets),
    }


class Sender:
    """Sends messages over its own connections.

    Args:
        policy: which addresses may be called.
        patience: seconds for one attempt.
        lookup: from a name and port to addresses.
    """

    def __init__(self, policy: AddressPolicy, patience: float = PATIENCE_S, lookup: Lookup = look_up) -> None:
        self._policy = policy
        self._patience = patience
        self._lookup = lookup
        self._verify = httpx.create_ssl_context()

    async def send(self, endpoint: WebhookEndpoint, delivery: Delivery, now: datetime) -> Outcome:
        """Send one message and return what came of it; nothing that the other side does raises."""
        try:
            async with asyncio.timeout(self._patience):
                status = await self._post(endpoint, delivery, now)
        except TimeoutError:
            return Outcome(None, f"{self._patience:g} 秒内没有应答")
        except WebhookRefusedError as error:
            return Outcome(None, str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Outcome(None, f"无法连接：{type(error).__name__} {error}"[:300])
        return Outcome(status, None if 200 <= status < 300 else f"HTTP {status}")

    async def _post(self, endpoint: WebhookEndpoint, delivery: Delivery, now: datetime) -> int:
        parts = checked_url(endpoint.url, self._policy)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = await self._address(host, port)
        body = delivery.event.body()
        target = httpx.URL(endpoint.url).copy_with(host=address)
        headers = headers_of(endpoint, delivery.event.id, body, now) | {"Host": parts.netloc}
        async with (
            httpx.AsyncClient(verify=self._verify, follow_redirects=False, trust_env=False, timeout=None) as client,
            # The certificate must be that of the name, although the connection goes to the address.
            client.stream("POST", target, content=body, headers=headers, extensions={"sni_hostname": host}) as response,
        ):
            return response.status_code

    async def _address(self, host: str, port: int) -> str:
        found = await self._lookup(host, port)
        for address in found:
            refuse_address(ipaddress.ip_address(address.partition("%")[0]), host, self._policy)
        if not found:
            raise WebhookRefusedError(f"{host} 没有地址", "请核对推送地址的主机名")
        return found[0]
