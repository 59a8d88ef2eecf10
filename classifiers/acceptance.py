"""The calibration in force: the bundled one, or what this house's reviewers have taught (``juanzong calibrate``)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from domain.calibration import Calibration
from domain.errors import ConfigurationError

BUNDLED = Path(__file__).with_name("acceptance.json")
OWN = "calibration.json"
"""Name of the house's own file under ``JUANZONG_HOME``."""


@lru_cache(maxsize=1)
def bundled() -> Calibration:
    """Return the calibration that comes with the program (docs/models/confidence.md)."""
    return Calibration.model_validate_json(BUNDLED.read_text(encoding="utf-8"))


def in_force(home: Path) -> Calibration:
    """Return the house's own calibration, else the bundled one.

    Args:
        home: folder of all state.

    Raises:
        ConfigurationError: the house's own file cannot be read.
    """
    own = home / OWN
    if not own.exists():
        return bundled()
    try:
        return Calibration.model_validate_json(own.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise ConfigurationError(
            f"校准文件 {own} 无法使用", "请运行 juanzong calibrate 重新生成，或删除该文件"
        ) from error


def write_own(home: Path, calibration: Calibration) -> Path:
    """Write the house's own calibration; it appears under its name only when it is whole.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    own = home / OWN
    scratch = own.with_suffix(".part")
    try:
        scratch.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")
        scratch.replace(own)
    except OSError as error:
        raise ConfigurationError(f"无法写入 {own}：{error.strerror}", "请检查目录权限与磁盘空间后重试") from error
    return own
