"""The command line ``juanzong`` (design §5).

Commands import what they need when they run: start-up time is a promise.
"""

from __future__ import annotations

import atexit
import errno
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from domain.errors import ConfigurationError, JuanzongError, StoreFullError
from flows.cli_audit import add_audit_commands
from flows.cli_codes import INTERNAL_ERROR, INTERRUPTED
from flows.cli_packages import add_package_commands
from flows.cli_papers import add_paper_commands
from flows.cli_people import add_people_commands
from flows.cli_proof import add_proof_commands
from flows.cli_retention import add_retention_commands
from flows.cli_store import add_store_commands
from flows.cli_systems import add_system_commands
from flows.cli_upkeep import add_upkeep_commands

app = typer.Typer(
    name="juanzong",
    help="卷宗：把纸质投诉读成案卷。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
case_app = typer.Typer(help="案件：查看与列表。", no_args_is_help=True)
policies_app = typer.Typer(help="制度包：列表、摘要、检查。", no_args_is_help=True)
archive_app = typer.Typer(help="档案：查找、取回、校验。", no_args_is_help=True)
train_app = typer.Typer(help="以本单位的人工判定训练。", no_args_is_help=True)
app.add_typer(case_app, name="case")
app.add_typer(policies_app, name="policies")
app.add_typer(archive_app, name="archive")
app.add_typer(train_app, name="train")

JsonTarget = Annotated[str | None, typer.Option("--json", metavar="FILE|-", help="案件 JSON 写入文件，- 为标准输出")]
AdoptionFile = Annotated[Path | None, typer.Option("--adoption", help="采用文件：谁从何时起采用哪个制度、参数取值")]


def _received(value: str | None) -> datetime:
    """Return the moment of receipt: now, or the start of the given day or minute (local office time of China)."""
    if value is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ConfigurationError(f"--received 应为日期，例如 2026-11-20，实际为 {value}", "请改正后重试") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return moment.astimezone(UTC)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="网页端口，0 为任选")] = 8765,
    serve_pages: Annotated[bool, typer.Option("--serve/--no-serve", help="导入后打开审核网页")] = True,
) -> None:
    """导入 samples/，打印案件表，并在本机提供审核网页。"""
    from flows.demo import run_demo

    _end(run_demo(port if serve_pages else None))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="文件或文件夹")],
    policy: Annotated[str, typer.Option(help="制度包编号，见 policies list")],
    group: Annotated[
        Literal["case", "cases", "stack"], typer.Option("--as", help="文件夹是一案、每文件一案或一叠待拆")
    ] = "case",
    channel: Annotated[
        Literal["letter", "fax", "email", "in_person", "upload", "historical"], typer.Option(help="来件渠道")
    ] = "letter",
    received: Annotated[str | None, typer.Option(metavar="DATE", help="收件日期，默认现在")] = None,
    adoption: AdoptionFile = None,
    json_target: JsonTarget = None,
) -> None:
    """读取扫描件，生成案卷。"""
    from domain.vocabulary import Channel
    from flows.commands import ingest_paths
    from flows.grouping import GroupMode
    from flows.request import IngestRequest

    request = IngestRequest(
        paths=tuple(paths),
        policy=policy,
        mode=GroupMode(group),
        channel=Channel(channel),
        received_at=_received(received),
        adoption=adoption,
    )
    _end(ingest_paths(request, json_target))


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="网页端口，0 为任选")] = 8765,
    host: Annotated[str, typer.Option(help="监听地址；对外须先有管理员并设置 JUANZONG_PUBLIC_URL")] = "127.0.0.1",
    adoption: AdoptionFile = None,
) -> None:
    """提供审核网页。"""
    from flows.serving import serve_pages

    serve_pages(host, port, adoption)


@app.command()
def calibrate(
    write: Annotated[bool, typer.Option("--write/--dry-run", help="写入校准文件，或只打印结果")] = True,
) -> None:
    """按审核人员的判定重新校准概率与自动采纳门槛。"""
    from flows.calibrate import calibrate as refit

    raise typer.Exit(refit(write=write))


@train_app.command("category")
def train_category(
    checkpoint: Annotated[Path, typer.Option(help="Hugging Face 检查点的本地目录")],
    policy: Annotated[str, typer.Option(help="制度包编号，见 policies list")],
    epochs: Annotated[int, typer.Option(min=1, help="训练轮数")] = 4,
    rate: Annotated[float, typer.Option(min=1e-7, max=1.0, help="最大学习率")] = 3e-5,
    examples: Annotated[Path | None, typer.Option(help="另加的示例，JSON 行：text 与 category")] = None,
) -> None:
    """以审核人员判定的类别微调一个检查点（需安装 train 组件）。"""
    from flows.train import TrainRequest, train

    raise typer.Exit(train(TrainRequest(checkpoint, policy, epochs, rate, examples)))


@app.command()
def doctor() -> None:
    """检查本机是否具备运行条件。"""
    from flows.doctor import run_doctor

    _end(run_doctor())


@app.command()
def bench(
    pages: Annotated[int, typer.Option(help="测速页数")] = 24,
    only: Annotated[str | None, typer.Option(help="只跑一张表")] = None,
    reading: Annotated[bool, typer.Option("--reading", help="在留出的页面上打印识读的全部表格")] = False,
) -> None:
    """打印测速与准确率表。"""
    from flows.bench import run_bench, run_reading_bench

    _end(run_reading_bench() if reading else run_bench(pages, only))


@case_app.command("list")
def case_list(
    status: Annotated[str | None, typer.Option(help="只列某一状态")] = None,
) -> None:
    """列出案件。"""
    from flows.commands import list_cases

    list_cases(status)


@case_app.command("show")
def case_show(
    number: Annotated[str, typer.Argument(help="案件编号")],
    json_target: Annotated[bool, typer.Option("--json", help="输出案件 JSON")] = False,
) -> None:
    """显示一个案件。"""
    from flows.commands import show_case

    show_case(number, as_json=json_target)


@policies_app.command("list")
def policies_list() -> None:
    """列出制度包。"""
    from flows.commands import list_policies

    list_policies()


@policies_app.command("show")
def policies_show(policy: str, adoption: AdoptionFile = None) -> None:
    """显示一个制度包的摘要。"""
    from flows.commands import show_policy

    show_policy(policy, adoption)


@policies_app.command("check")
def policies_check(files: Annotated[list[Path] | None, typer.Argument(help="默认检查全部")] = None) -> None:
    """检查制度包有无错误和矛盾。"""
    from flows.commands import check_policies

    _end(check_policies(tuple(files or ())))


@archive_app.command("find")
def archive_find(query: str, limit: Annotated[int, typer.Option(help="最多条数")] = 20) -> None:
    """按姓名、编号、字段或原文查找。"""
    from flows.archive_commands import find

    find(query, limit)


@archive_app.command("fetch")
def archive_fetch(
    target: Annotated[str, typer.Argument(help="案件编号或对象键")],
    out: Annotated[Path, typer.Option(help="取回到哪个文件夹")] = Path(),
    copy: Annotated[
        Literal["reading", "redacted"] | None,
        typer.Option(help="不取原件而取案件的副本：reading 带水印，redacted 涂黑个人信息"),
    ] = None,
    reason: Annotated[str, typer.Option(help="事由，记入审计日志；取副本时必填")] = "",
    requester: Annotated[str, typer.Option("--for", help="取件人，记入审计日志；取副本时必填")] = "",
) -> None:
    """取回原件（取回前校验）或其副本。"""
    from flows.archive_commands import fetch
    from flows.copy_commands import Asked, fetch_copies

    if copy is None:
        fetch(target, out, Asked(requester, reason))
    else:
        fetch_copies(target, copy, Asked(requester, reason), out)


@archive_app.command("verify")
def archive_verify(
    number: Annotated[str | None, typer.Argument(help="案件编号，默认全部")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部案件")] = False,
) -> None:
    """重算每个对象的哈希，证明其在存证日志中，指出任何改动。"""
    from flows.archive_commands import verify

    _end(verify(None if everything else number))


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="备份到哪个新文件夹")]) -> None:
    """备份数据库与密钥（签名密钥、数据密钥；可在运行中进行）；原件由副本存储或另行复制。"""
    from flows.backup_commands import backup as write_backup

    write_backup(folder)


add_paper_commands(app, case_app)
add_people_commands(app)
add_store_commands(app)
add_audit_commands(app)
add_retention_commands(archive_app)
add_upkeep_commands(archive_app)
add_package_commands(archive_app)
add_system_commands(app)
add_proof_commands(archive_app)


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)


def main() -> None:
    """Run the command line; every error of ours ends with its message and its exit code."""
    try:
        app(standalone_mode=True)
    except JuanzongError as error:
        sys.stderr.write(f"错误：{error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("已中断；已受理的文件不会丢失，重新运行即可继续。\n")
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outermost frame: say it is ours, show where, end with 1
        if _is_out_of_room(error):
            sys.stderr.write("错误：磁盘空间不足。请清理磁盘后重新运行同一命令；已受理的文件不会丢失。\n")
            sys.exit(StoreFullError.exit_code)
        traceback.print_exc()
        sys.stderr.write("内部错误：请把以上内容连同文件类型报告给维护者；已受理的文件不会丢失。\n")
        sys.exit(INTERNAL_ERROR)


def _is_out_of_room(error: BaseException | None) -> bool:
    """Return whether a full disk is at the bottom of an error, also one of a library that keeps files of its own."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(words in str(error) for words in ("database or disk is full", "No space left on device")):
            return True
        error = error.__cause__ or error.__context__
    return False


def run() -> None:
    """Run the command line as a process of its own and leave at once.

    Prefect's engine and the inference libraries keep native threads; taking the interpreter apart around them has ended
    a finished call with a segmentation fault. So the exit handlers run, the output is flushed, and the process ends.
    """
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
