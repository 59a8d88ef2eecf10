"""Commands for other systems: ``token``, ``webhooks``."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from domain.access import Scope

token_app = typer.Typer(help="令牌：其他系统访问接口的凭证。", no_args_is_help=True)
webhooks_app = typer.Typer(help="推送：把案件变化告知其他系统。", no_args_is_help=True)


def add_system_commands(app: typer.Typer) -> None:
    """Hang the commands of this module into ``app``."""
    app.add_typer(token_app, name="token")
    app.add_typer(webhooks_app, name="webhooks")


@token_app.command("create")
def token_create(
    name: Annotated[str, typer.Option(help="持有令牌的系统，例如 CRM")],
    scope: Annotated[list[Scope], typer.Option(help="权限，可重复给出")],
    days: Annotated[int, typer.Option(min=1, max=730, help="有效天数")] = 365,
) -> None:
    """新建令牌；令牌只显示这一次。"""
    from flows.system_commands import create_token

    create_token(name, tuple(scope), days, getpass.getuser())


@token_app.command("list")
def token_list() -> None:
    """列出令牌。"""
    from flows.system_commands import list_tokens

    list_tokens()


@token_app.command("revoke")
def token_revoke(token_id: Annotated[str, typer.Argument(metavar="ID", help="令牌编号，见 token list")]) -> None:
    """吊销令牌，立即生效。"""
    from flows.system_commands import revoke_token

    revoke_token(token_id, getpass.getuser())


@webhooks_app.callback()
def _webhooks() -> None:
    """推送：把案件变化告知其他系统。"""


@webhooks_app.command("deliver")
def webhooks_deliver() -> None:
    """把到期的推送发出一次（serve 运行时会自动发送）。"""
    from flows.system_commands import deliver_webhooks

    deliver_webhooks()
