"""What the commands ``token`` and ``webhooks`` do; ``flows.cli_systems`` only parses."""

from __future__ import annotations

import sys

from rich.table import Table

from domain.access import Scope
from domain.audit import AuditEvent, Detail, Operation
from flows.output import console
from flows.settings import load_settings
from flows.systems_service import address_policy
from flows.webhook_delivery import deliver_all
from flows.webhook_sending import Sender
from flows.wiring import Services, open_services
from review_ui.systems.texts import TOKEN_STATE
from review_ui.times import local_time


def create_token(name: str, scopes: tuple[Scope, ...], days: int, actor: str) -> None:
    """Make a token and print it on stdout, alone on its line; everything else goes to stderr."""
    services = open_services(load_settings())
    token, text = services.storage.api_tokens.create(name, scopes, days, actor)
    _note(services, token.id, actor, {"change": "created", "scopes": " ".join(token.scopes)})
    sys.stdout.write(f"{text}\n")
    sys.stderr.write(f"令牌 {token.id}（{name}）有效至 {local_time(token.expires_at)}；只显示这一次，请立即保存。\n")
    services.close()


def list_tokens() -> None:
    """Print all tokens."""
    services = open_services(load_settings())
    table = Table()
    for heading in ("编号", "系统", "权限", "状态", "到期", "最近使用"):
        table.add_column(heading, overflow="fold")
    now = services.storage.database.now()
    for token in services.storage.api_tokens.tokens():
        used = "从未" if token.last_used_on is None else token.last_used_on.isoformat()
        state, until = TOKEN_STATE[token.state(now)], local_time(token.expires_at)
        table.add_row(token.id, token.name, " ".join(token.scopes), state, until, used)
    console().print(table)
    services.close()


def revoke_token(token_id: str, actor: str) -> None:
    """Make a token useless."""
    services = open_services(load_settings())
    _note(services, token_id, actor, {"change": "revoked"})
    services.storage.api_tokens.revoke(token_id, actor)
    sys.stdout.write(f"令牌 {token_id} 已吊销\n")
    services.close()


def deliver_webhooks() -> None:
    """Send what is due, once."""
    services = open_services(load_settings())
    taken = deliver_all(services.storage, Sender(address_policy(services)))
    sys.stdout.write(f"已送达 {taken} 条推送\n")
    services.close()


def _note(services: Services, token_id: str, actor: str, details: dict[str, Detail]) -> None:
    """Write to the audit log that a token is made or revoked."""
    event = AuditEvent(
        at=services.storage.database.now(),
        actor=actor,
        operation=Operation.TOKEN_CHANGED,
        subject=f"token:{token_id}",
        details=details,
    )
    services.storage.audit.record(event)
