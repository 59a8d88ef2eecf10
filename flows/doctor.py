"""``juanzong doctor``: is this machine fit to run? One line per check, what is wrong with its next step."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError, JuanzongError, StoreFullError
from extractors.reading.inference import engine_label
from extractors.reading.model_pins import PINS
from extractors.reading.models import network_path
from flows.cli_codes import USAGE_ERROR
from flows.settings import Settings, load_settings, usable_cores
from flows.signing import head_line
from flows.wiring import load_policies, open_services

LEAST_FREE_BYTES = 2 * 1024**3
"""Below this a day's post may not fit."""

Check = Callable[[Settings], str]


@dataclass(frozen=True)
class Line:
    """One check: what was found, or the problem with its next step ("" when there is none)."""

    name: str
    found: str
    problem: str


def run_doctor() -> int:
    """Run every check; return 2 when one fails."""
    lines = examine(load_settings())
    for line in lines:
        word = "异常" if line.problem else "正常"
        sys.stdout.write(f"[{word}] {line.name}：{line.problem or line.found}\n")
    return USAGE_ERROR if any(line.problem for line in lines) else 0


def examine(settings: Settings, names: Collection[str] | None = None) -> tuple[Line, ...]:
    """Run the checks with these names, all when ``None``."""
    return tuple(_line(name, check, settings) for name, check in CHECKS.items() if names is None or name in names)


def _line(name: str, check: Check, settings: Settings) -> Line:
    try:
        return Line(name, check(settings), "")
    except (JuanzongError, OSError, ImportError) as error:
        return Line(name, "", str(error))


def _models(settings: Settings) -> str:
    for pin in PINS:
        network_path(pin, settings.models)
    return f"{settings.models}，{len(PINS)} 个模型"


def _engine(settings: Settings) -> str:
    return f"{engine_label(settings.engine)}，{settings.workers} 个进程（{usable_cores()} 核）"


def _policies(settings: Settings) -> str:
    policies = load_policies(settings.policies, settings.adoption)
    return f"{len(policies.packs)} 个；采用文件 {settings.adoption or '未指定，缺失的参数一律交人工'}"


def _state(settings: Settings) -> str:
    services = open_services(settings)
    cases = services.storage.cases.count_cases()
    pending = len(services.storage.intake.pending())
    services.close()
    return f"{settings.home}，案件 {cases} 个，未完成 {pending} 个"


def _space(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.home)).free
    if free < LEAST_FREE_BYTES:
        raise StoreFullError(f"仅剩 {free / 1024**3:.1f} GB", "请清理磁盘，或将 JUANZONG_HOME 移到更大的磁盘")
    return f"可用 {free / 1024**3:.1f} GB"


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _web_assets(_settings: Settings) -> str:
    from review_ui.assets import are_ready

    if not are_ready():
        raise ConfigurationError("网页资源尚未生成", "请运行 make setup")
    return "已就绪"


def _log(settings: Settings) -> str:
    services = open_services(settings)
    size = services.storage.log.size()
    services.close()
    return f"存证日志 {size} 叶"


CHECKS: dict[str, Check] = {
    "识别模型": _models,
    "识别引擎": _engine,
    "制度包": _policies,
    "数据目录": _state,
    "磁盘空间": _space,
    "网页资源": _web_assets,
    "存证日志": _log,
    "签名树头": head_line,
}
