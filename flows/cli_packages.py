"""Commands of transfer: ``archive package|import-package|transfer-list|inspect|images``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import ConfigurationError

if TYPE_CHECKING:
    from flows.wiring import Services

Folder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="写入哪个文件夹")]
_MOMENT = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


def add_package_commands(archive_app: typer.Typer) -> None:
    """Hang the commands of this module into the group ``archive``."""
    archive_app.command("package")(archive_package)
    archive_app.command("import-package")(archive_import)
    archive_app.command("transfer-list")(archive_transfer_list)
    archive_app.command("inspect")(archive_inspect)
    archive_app.command("images")(archive_images)


def archive_package(
    numbers: Annotated[list[str], typer.Argument(metavar="CASE…", help="案件编号")], out: Folder
) -> None:
    """打包移交：每案一个 BagIt 资料包，含原件、案件记录、归档证明与四性检测报告。"""
    from flows.packaging import run_package

    with _services() as services:
        run_package(services, tuple(numbers), out)


def archive_import(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="资料包文件夹")],
    digest: Annotated[str | None, typer.Option(metavar="SHA-256", help="移交清单上的资料包哈希，用于核对")] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE.json", help="核对结果写入哪个文件")] = None,
) -> None:
    """导入资料包：先校验每个字节，再导入，最后核对与资料包逐项相同。"""
    from flows.package_import import run_import

    with _services() as services:
        run_import(services, folder, digest, report)


def archive_transfer_list(
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="写入哪个文件")],
    since: Annotated[datetime | None, typer.Option(formats=_MOMENT, help="只列此时刻（北京时间）起打包的案件")] = None,
) -> None:
    """导出移交清单（XLSX）：已打包的案件、资料包哈希、合计、签字栏。"""
    from domain.checks import CHINA
    from flows.archive_papers import write_transfer_list

    with _services() as services:
        write_transfer_list(services, since.replace(tzinfo=CHINA).astimezone(UTC) if since else None, out)


def archive_inspect(
    out: Folder,
    number: Annotated[str | None, typer.Argument(metavar="CASE", help="案件编号")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部案件")] = False,
) -> None:
    """四性检测：真实性、完整性、可用性、安全性逐项检测，写成 HTML 与 XLSX。"""
    from flows.archive_papers import inspect_all, inspect_one

    if everything == (number is not None):
        raise ConfigurationError(
            "请指定一个案件编号，或用 --all 检测全部", "例如 juanzong archive inspect --all --out 报告"
        )
    with _services() as services:
        code = inspect_all(services, out) if number is None else inspect_one(services, number, out)
    if code:
        raise typer.Exit(code)


def archive_images(
    batch: Annotated[str | None, typer.Argument(metavar="BATCH", help="批次编号")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="写入哪个文件夹")] = None,
    listed: Annotated[bool, typer.Option("--list", help="列出最近的批次编号")] = False,
) -> None:
    """批次的图像质量检测报告（参照 DA/T 31），写成 HTML 与 XLSX。"""
    from flows.archive_papers import list_batches, write_image_report

    if not listed and (batch is None or out is None):
        raise ConfigurationError("请指定批次编号与 --out，或用 --list 列出批次", "例如 juanzong archive images --list")
    with _services() as services:
        if listed or batch is None or out is None:
            list_batches(services)
        else:
            write_image_report(services, batch, out)


@contextmanager
def _services() -> Iterator[Services]:
    from flows.settings import load_settings
    from flows.wiring import open_services

    services = open_services(load_settings())
    try:
        yield services
    finally:
        services.close()
