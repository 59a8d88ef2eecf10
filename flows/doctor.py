"""``juanzong doctor``: is this machine fit to run? One line per check, what is wrong with its next step."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from domain.errors import ConfigurationError, JuanzongError, ObjectDamagedError, StoreFullError
from extractors.reading.inference import engine_label
from extractors.reading.model_pins import PINS
from extractors.reading.models import network_path
from flows.cli_codes import USAGE_ERROR
from flows.settings import Settings, load_settings, usable_cores
from flows.signing import head_line
from flows.upkeep_settings import load_upkeep_settings
from flows.wiring import Services, load_policies, open_services
from storage.errors import UpkeepBehindError
from storage.stores.setup import describe_store

UPKEEP = "对象巡检"
_LATE = timedelta(days=1)
LEAST_FREE_BYTES = 2 * 1024**3
"""Below this a day's post may not fit."""

ALARMS = "取件警报"
ALARMS_NAMED = 5

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
    return line_of(name, lambda: check(settings))


def line_of(name: str, check: Callable[[], str]) -> Line:
    """Return what ``check`` found, or its problem."""
    try:
        return Line(name, check(), "")
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


def _store(settings: Settings) -> str:
    return describe_store(settings.store, settings.home)


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


def standing_alarms(services: Services) -> str:
    """Return that no alarm stands.

    Raises:
        ObjectDamagedError: originals were missing or damaged when they were to be handed out, and no check since then
            found all well.
    """
    alarms = services.storage.desk.deliveries.alarms()
    if not alarms:
        return "无"
    named = "；".join(alarm.found for alarm in alarms[:ALARMS_NAMED])
    raise ObjectDamagedError(
        f"交出时发现 {len(alarms)} 个对象缺失或损坏：{named}",
        "请从备份恢复，再运行 juanzong archive verify --all，全部一致后警报解除",
    )


def standing_upkeep(services: Services) -> str:
    """Return how the store is looked after.

    Raises:
        ObjectDamagedError: objects are missing or damaged, as far as is known.
        UpkeepBehindError: checks are overdue, or copies late.
    """
    days = (period := load_upkeep_settings().period).days
    state = services.storage.upkeep.state(period)
    if state.unsound:
        raise ObjectDamagedError(
            f"巡检发现 {state.unsound} 个对象缺失或损坏，尚未修复",
            "请从备份恢复后运行 juanzong archive recheck --days 0",
        )
    if state.overdue:
        raise UpkeepBehindError(
            f"{state.overdue} 个对象超过 {days} 天没有重算哈希", "请运行 juanzong archive recheck，并放入计划任务"
        )
    late = state.waiting_since is not None and services.storage.database.now() - state.waiting_since > _LATE
    lag = f"{state.waiting} 个对象（{state.waiting_size} 字节）尚未复制到副本存储"
    if late:
        raise UpkeepBehindError(f"{lag}，最早的已等一天以上", "请检查副本存储后运行 juanzong archive replicate")
    copies = f"；副本存储：{lag if state.waiting else '无滞后'}" if state.replicated else "；没有配置副本存储"
    return f"{state.objects} 个对象均在 {days} 天内重算过哈希或入库{copies}"


def _over(standing: Callable[[Services], str]) -> Check:
    """Return the check that opens the installation for what the health page asks of an open one."""

    def check(settings: Settings) -> str:
        services = open_services(settings)
        try:
            return standing(services)
        finally:
            services.close()

    return check


CHECKS: dict[str, Check] = {
    "识别模型": _models,
    "识别引擎": _engine,
    "制度包": _policies,
    "数据目录": _state,
    "对象存储": _store,
    "磁盘空间": _space,
    "网页资源": _web_assets,
    "存证日志": _log,
    ALARMS: _over(standing_alarms),
    UPKEEP: _over(standing_upkeep),
    "签名树头": head_line,
}
