"""Upkeep from a terminal and in the serving process: what it prints, exit codes, what doctor and health say."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from flows.doctor import UPKEEP, examine, line_of, standing_upkeep
from flows.settings import load_settings
from flows.upkeep_commands import DAMAGED, recheck, replicate
from flows.upkeep_settings import UpkeepSettings, load_upkeep_settings
from flows.upkeep_worker import MADE_BY, UpkeepWorker
from flows.wiring import open_services
from storage import StoreSetup, open_storage
from tests.storage.conftest import flip_byte, saved


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one filed case, named by the environment."""
    place = tmp_path / "home"
    opened = open_storage(place)
    opened.filing.file_case(saved(opened, b"letter"))
    opened.close()
    monkeypatch.setenv("JUANZONG_HOME", str(place))
    return place


def damage(home: Path) -> None:
    flip_byte(next(p for p in (home / "objects" / "sha256").rglob("*") if p.is_file()))


def test_recheck_says_what_it_did(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recheck(0, None, None) == 0
    assert "异常 0 个" in capsys.readouterr().out
    assert recheck(None, None, None) == 0
    assert "已重算 0 个对象" in capsys.readouterr().out
    damage(home)
    assert recheck(0, None, None) == DAMAGED
    told = capsys.readouterr().out
    assert "异常 1 个，其中已修复 0 个" in told and "没有配置副本存储" in told
    (line,) = examine(load_settings(), [UPKEEP])
    assert "1 个对象缺失或损坏" in line.problem and "recheck" in line.problem


def test_a_replica_is_filled_and_mends(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigurationError, match="JUANZONG_REPLICA"):
        replicate(None)
    monkeypatch.setenv("JUANZONG_REPLICA", str(tmp_path / "replica"))
    services = open_services(load_settings())
    assert "尚未复制到副本存储" in line_of(UPKEEP, lambda: standing_upkeep(services)).found
    assert replicate(None) == 0
    assert "还有 0 个未复制" in capsys.readouterr().out
    assert "无滞后" in standing_upkeep(services)
    damage(home)
    assert recheck(0, None, None) == 0
    assert "已修复 1 个" in capsys.readouterr().out
    assert services.storage.fixity.verify_archive() == ()
    services.close()


def test_copies_that_wait_too_long_and_checks_that_are_overdue_are_problems(tmp_path: Path) -> None:
    opened = open_storage(tmp_path / "home")
    opened.filing.file_case(saved(opened, b"letter"))
    opened.close()
    settings = load_settings().model_copy(
        update={"home": tmp_path / "home", "store": StoreSetup(replica=tmp_path / "replica")}
    )
    services = open_services(settings)
    now = services.storage.database.now()
    services.storage.database.now = lambda: now + timedelta(days=2)
    assert "已等一天以上" in line_of(UPKEEP, lambda: standing_upkeep(services)).problem
    services.storage.database.now = lambda: now + timedelta(days=100)
    assert "超过 90 天没有重算哈希" in line_of(UPKEEP, lambda: standing_upkeep(services)).problem
    services.close()


def test_the_worker_copies_and_checks_what_is_due(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "other")
    storage = open_storage(tmp_path / "other", setup=StoreSetup(replica=tmp_path / "replica"))
    worker = UpkeepWorker(storage, UpkeepSettings(timedelta(0), 10**9), pause=0.01)
    worker.start()
    while storage.upkeep.state(timedelta(0)).last_check is None:
        assert worker._thread.is_alive()
    worker.stop()
    state = storage.upkeep.state(timedelta(days=1))
    assert (state.waiting, state.due) == (0, 0)
    assert state.last_copy is not None and state.last_copy.made_by == MADE_BY
    storage.close()


@pytest.mark.parametrize("name", ["JUANZONG_CHECK_DAYS", "JUANZONG_CHECK_RATE"])
def test_settings_that_make_no_sense_are_refused(name: str) -> None:
    assert load_upkeep_settings({}).period == timedelta(days=90)
    for value in ("0", "-1", "many", "1.5"):
        with pytest.raises(ConfigurationError, match=name):
            load_upkeep_settings({name: value})
