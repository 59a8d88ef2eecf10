"""``juanzong bench``: runs the tables of ``benchmarks/`` one after the other."""

from __future__ import annotations

import subprocess
import sys

from domain.errors import ConfigurationError
from flows.settings import ROOT

TABLES = ("reading", "pipeline", "cases", "marks")
"""Modules of ``benchmarks/``, in printed order."""


def run_bench(pages: int, only: str | None) -> int:
    """Print the tables; return the worst exit code of their scripts.

    Raises:
        ConfigurationError: there is no such table, or the benchmarks are not beside the program.
    """
    if only is not None and only not in TABLES:
        raise ConfigurationError(f"没有测试表 {only}，可用：{'、'.join(TABLES)}", "请改正 --only 后重试")
    if not (ROOT / "benchmarks").is_dir():
        raise ConfigurationError("找不到 benchmarks 文件夹", "请在源码目录中运行")
    worst = 0
    for table in (only,) if only else TABLES:
        command = [sys.executable, "-m", f"benchmarks.{table}", "--pages", str(pages)]
        worst = max(worst, subprocess.run(command, cwd=ROOT, check=False).returncode)
    return worst
