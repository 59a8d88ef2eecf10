"""Commands of proof, hung into ``archive``: ``head``, ``rotate-key``, ``consistency``, ``certificate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OutFolder = Annotated[Path, typer.Option(help="写入哪个文件夹")]


def add_proof_commands(archive: typer.Typer) -> None:
    """Hang the commands of this module into ``archive``."""
    archive.command("head")(archive_head)
    archive.command("rotate-key")(archive_rotate_key)
    archive.command("consistency")(archive_consistency)
    archive.command("certificate")(archive_certificate)


def archive_head(stamp: Annotated[bool, typer.Option("--stamp", help="并取得时间戳（JUANZONG_TSA）")] = False) -> None:
    """为存证日志的现状签名（树头），打印并导出到 JUANZONG_HEADS。"""
    from flows.proof_commands import sign_head

    sign_head(stamp=stamp)


def archive_rotate_key() -> None:
    """更换签名密钥：新密钥由旧密钥签发，旧公钥长期有效。"""
    from flows.proof_commands import rotate_key

    rotate_key()


def archive_consistency(
    older: Annotated[int, typer.Argument(min=1, help="较早树头的项数")],
    newer: Annotated[int | None, typer.Argument(min=1, help="较晚树头的项数，默认最新")] = None,
    out: OutFolder = Path(),
) -> None:
    """写出两个树头之间的一致性证明：日志只增不改。"""
    from flows.proof_commands import write_consistency

    write_consistency(older, newer, out)


def archive_certificate(case: Annotated[str, typer.Argument(help="案件编号")], out: OutFolder = Path()) -> None:
    """写出案件的存证证明：JSON 供 docs/verify.py 独立核验，PDF 供人阅读。"""
    from flows.proof_commands import write_certificate

    write_certificate(case, out)
