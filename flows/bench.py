"""``juanzong bench``: runs the tables of ``benchmarks/`` one after the other."""

from __future__ import annotations

import subprocess
import sys

from domain.errors import ConfigurationError
from flows.settings import ROOT

PAGES_PER_CELL = 18
"""Kinds times grades of ``benchmarks.speed``."""

PAGES_PER_CASE = 4


def arguments(pages: int) -> dict[str, list[str]]:
    """Return the tables in printed order, each with the arguments that make it about ``pages`` pages long."""
    few = str(max(1, pages // 2))
    generated = ["--set", "generator", "--pages", str(pages)]
    return {
        "reading": [*generated, "--baseline-files", few, "--timing-pages", few],
        "speed": ["--per-cell", str(max(1, pages // PAGES_PER_CELL))],
        "pipeline": ["--pages", str(pages)],
        "cases": ["--cases", str(max(1, pages // PAGES_PER_CASE))],
        "marks": ["--pages", str(pages)],
    }


def run_bench(pages: int, only: str | None) -> int:
    """Print the tables; return the worst exit code of their scripts.

    Raises:
        ConfigurationError: there is no such table, or the benchmarks are not beside the program.
    """
    tables = arguments(pages)
    if only is not None and only not in tables:
        raise ConfigurationError(f"没有测试表 {only}，可用：{'、'.join(tables)}", "请改正 --only 后重试")
    _require_benchmarks()
    return max(_run(table, tables[table]) for table in ((only,) if only else tables))


def run_reading_bench() -> int:
    """Print every table of reading on the held-out pages; return the exit code of its script.

    Raises:
        ConfigurationError: the benchmarks are not beside the program.
    """
    _require_benchmarks()
    return _run("reading", [])


def _run(table: str, given: list[str]) -> int:
    command = [sys.executable, "-m", f"benchmarks.{table}", *given]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _require_benchmarks() -> None:
    if not (ROOT / "benchmarks").is_dir():
        raise ConfigurationError("找不到 benchmarks 文件夹", "请在源码目录中运行")
