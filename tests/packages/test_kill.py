"""kill -9 while a package is written and while one is taken in; then the same command again."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from domain.case import Case
from flows.package_import import import_package
from flows.packaging import package_case
from flows.wiring import Services, open_services
from storage.packages.bag import check_bag
from storage.packages.records import PackageRecords
from tests.storage.test_crash import in_child


def killed(boundary: int, job: Callable[[], None], *, calls: tuple[str, ...], statements: bool) -> bool:
    """Do ``job`` in a process that is killed before its ``boundary``-th system call (or statement)."""

    def counted() -> None:
        left = boundary

        def count(*_: object, **__: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        if statements:
            event.listen(Engine, "before_cursor_execute", count)
            event.listen(Engine, "commit", count)
        for name in calls:
            real = getattr(os, name)
            setattr(os, name, lambda *a, real=real, **k: (count(), real(*a, **k))[1])
        job()

    return os.WIFSIGNALED(in_child(counted))


def fresh(services: Services) -> Services:
    """Open the same home anew: a connection must not cross a fork."""
    return open_services(services.settings)


def test_killed_while_packaging(here: Services, filed: Case, tmp_path: Path) -> None:
    here.close()

    def job(out: Path) -> None:
        package_case(fresh(here), filed.number, out)

    for boundary in (1, 2, 9, 20, 28, 33, 40):
        out = tmp_path / f"out-{boundary}"
        dead = killed(boundary, lambda out=out: job(out), calls=("fsync", "rename"), statements=False)  # type: ignore[misc]
        if (out / filed.number).exists():
            check_bag(out / filed.number)  # whole, or not there
            shutil.rmtree(out)
        else:
            assert dead
        services = fresh(here)
        folder, digest = package_case(services, filed.number, out)
        assert check_bag(folder).seal.sha256 == digest
        assert [p.name for p in out.iterdir()] == [filed.number]
        assert PackageRecords(services.storage.database).knows(digest)
        services.close()


@pytest.mark.parametrize("boundary", [3, 12, 40, 70, 100, 130, 160])
def test_killed_while_importing(here: Services, there: Services, filed: Case, tmp_path: Path, boundary: int) -> None:
    folder, _ = package_case(here, filed.number, tmp_path / "packages")
    for services in (here, there):
        services.close()

    def job() -> None:
        import_package(fresh(there), folder)

    dead = killed(boundary, job, calls=("link", "fsync"), statements=True)
    services = fresh(there)
    assert services.storage.cases.count_cases() in ((0, 1) if dead else (1,))
    assert services.storage.fixity.verify_archive() == ()
    report = import_package(services, folder)
    assert all(e.holds for e in report.equal)
    assert (services.storage.log.size(), services.storage.cases.count_cases()) == (2, 1)
    assert services.storage.fixity.verify_archive() == ()
    services.close()
