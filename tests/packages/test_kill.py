"""kill -9 while a package is written and while one is taken in; then the same command again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.case import Case
from flows.package_import import import_package
from flows.packaging import package_case
from flows.wiring import Services, open_services
from storage.packages.bag import check_bag
from storage.packages.records import PackageRecords
from tests.killing import STATEMENTS, killed_at


def fresh(services: Services) -> Services:
    """Open the same home anew: a connection must not cross a fork."""
    return open_services(services.settings)


@pytest.mark.parametrize(
    "boundaries", [(2, 28), pytest.param((1, 9, 20, 33, 40), marks=pytest.mark.slow)], ids=["some", "more"]
)
def test_killed_while_packaging(here: Services, filed: Case, tmp_path: Path, boundaries: tuple[int, ...]) -> None:
    here.close()

    def job(out: Path) -> None:
        package_case(fresh(here), filed.number, out)

    for boundary in boundaries:
        out = tmp_path / f"out-{boundary}"
        dead = killed_at(boundary, lambda out=out: job(out), calls=("fsync", "rename"), steps=())  # type: ignore[misc]
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


SOME, MORE = (12, 70, 130), (3, 40, 100, 160)


@pytest.mark.parametrize("boundary", [*SOME, *(pytest.param(b, marks=pytest.mark.slow) for b in MORE)])
def test_killed_while_importing(here: Services, there: Services, filed: Case, tmp_path: Path, boundary: int) -> None:
    folder, _ = package_case(here, filed.number, tmp_path / "packages")
    for services in (here, there):
        services.close()

    def job() -> None:
        import_package(fresh(there), folder)

    dead = killed_at(boundary, job, calls=("link", "fsync"), steps=STATEMENTS)
    services = fresh(there)
    assert services.storage.cases.count_cases() in ((0, 1) if dead else (1,))
    assert services.storage.fixity.verify_archive() == ()
    report = import_package(services, folder)
    assert all(e.holds for e in report.equal)
    assert (services.storage.log.size(), services.storage.cases.count_cases()) == (2, 1)
    assert services.storage.fixity.verify_archive() == ()
    services.close()
