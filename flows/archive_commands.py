"""``archive find|fetch|verify``: what the archive desk does from a terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

from flows.copy_commands import Asked, note_original
from flows.output import console
from flows.settings import load_settings
from flows.wiring import open_services
from flows.writing import terminal_user

DAMAGED = 1
"""Exit code of ``archive verify`` when something is wrong."""

_OBJECT = re.compile(r"/|^\s*[0-9a-fA-F]{64}\s*$")


def find(query: str, limit: int) -> None:
    """Print where the words were found."""
    services = open_services(load_settings())
    hits = services.storage.search.find(query, limit=limit)
    if not hits:
        sys.stdout.write(f"没有找到“{query}”。\n")
        return
    table = Table()
    for heading in ("案件", "位置", "文件", "页", "原文"):
        table.add_column(heading, overflow="fold")
    for hit in hits:
        words = Text(hit.snippet.replace("\n", " "))
        for start, end in hit.marks:
            words.stylize("bold reverse", start, end)
        table.add_row(hit.case_number, hit.source, hit.document_id or "", str(hit.page or ""), words)
    console().print(table)


def fetch(target: str, out: Path, asked: Asked) -> None:
    """Write originals of a case, or one object, verified, under their original names; who takes them is logged first.

    Raises:
        UnknownCaseError, UnknownObjectError, ObjectMissingError, ObjectDamagedError, OutputExistsError: as named; a
            damaged object raises an alarm too.
    """
    services = open_services(load_settings())
    try:
        filing, is_object = services.storage.filing, _OBJECT.search(target) is not None
        row = None if is_object else services.storage.intake.case_row(target)
        sources = row.originals if row is not None else (filing.find_object(target),)
        for source in sources:
            note_original(services, row, source, asked)
            services.storage.desk.deliveries.verify(source.object)
        paths = filing.fetch_case(target, out) if row is not None else (filing.fetch_object(target, out),)
    finally:
        services.close()
    for path in paths:
        sys.stdout.write(f"已取回 {path}（校验一致）\n")


def verify(number: str | None) -> int:
    """Re-hash objects, prove the log, record the check; print every finding; return 1 when there is one."""
    services = open_services(load_settings())
    _, findings = services.storage.desk.checks.verify_recorded(number, terminal_user())
    scope = "全部案件" if number is None else f"案件 {number}"
    if not findings:
        sys.stdout.write(f"{scope}：对象哈希、清单、存证日志全部一致。\n")
        return 0
    table = Table(title=f"{scope}：发现 {len(findings)} 处不一致", title_justify="left")
    for heading in ("类别", "案件", "文件", "对象", "事实", "应为", "实为"):
        table.add_column(heading, overflow="fold")
    for f in findings:
        table.add_row(f.code, f.case_number or "", f.file or "", f.subject, f.message, f.expected, f.got)
    console().print(table)
    return DAMAGED
