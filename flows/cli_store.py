"""Commands of the object store: ``store check|fill|rewrap``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

store_app = typer.Typer(help="对象存储：检验锁定、搬入、更换主密钥。", no_args_is_help=True)


def add_store_commands(app: typer.Typer) -> None:
    """Hang the commands of this module into ``app``."""
    app.add_typer(store_app, name="store")


@store_app.command("check")
def store_check() -> None:
    """用探针对象检验存储是否严格执行锁定、版本与校验。"""
    from flows.store_commands import check

    check()


@store_app.command("fill")
def store_fill(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="原来的 objects 文件夹")],
) -> None:
    """把原来文件夹中的全部对象（连同保管期与保全）搬入现在配置的存储；可重复运行。"""
    from flows.store_commands import fill

    raise typer.Exit(fill(folder))


@store_app.command("rewrap")
def store_rewrap() -> None:
    """用当前主密钥重新包裹全部对象的密钥；对象本身不动，中断后可再运行。"""
    from flows.store_commands import rewrap

    rewrap()
