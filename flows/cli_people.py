"""Commands about people: whoever may run them on this machine holds the data anyway."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from domain.errors import UnknownAccountError


def add_people_commands(app: typer.Typer) -> None:
    """Add ``accounts`` to the command line."""
    accounts_app = typer.Typer(help="帐号：管理员忘记密码时使用。", no_args_is_help=True)
    app.add_typer(accounts_app, name="accounts")

    @accounts_app.callback()
    def accounts() -> None:
        """帐号平时在网页上管理。"""

    @accounts_app.command("reset")
    def reset(login: Annotated[str, typer.Argument(help="登录名")]) -> None:
        """打印一次性链接，用来设置新密码（24 小时内有效）。"""
        reset_password(login)


def reset_password(login: str) -> None:
    """Print a one-time link for the account with a login name.

    Raises:
        UnknownAccountError: there is none.
    """
    from flows.people_settings import load_people_settings
    from flows.settings import load_settings
    from storage import open_storage

    settings, address = load_settings(), load_people_settings().public_url or "http://127.0.0.1:8765"
    storage = open_storage(settings.home, settings.database_url, setup=settings.store, data_keys=settings.data_keys)
    try:
        account = storage.people.accounts.of_login(login)
        if account is None:
            raise UnknownAccountError(f"没有登录名为 {login} 的帐号", "请核对登录名")
        link = storage.people.links.make(account.person.id)
    finally:
        storage.close()
    sys.stdout.write(f"{address}/one-time/{link}\n")
