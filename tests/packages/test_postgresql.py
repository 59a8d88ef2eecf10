"""Packages between the two databases: made on PostgreSQL, taken in on SQLite, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.station.cluster import is_installed, throw_away_cluster
from domain.case import Case
from flows.package_import import ImportReport, import_package
from flows.packaging import package_case
from flows.wiring import Services, open_services
from tests.packages.conftest import filed_case

pytestmark = pytest.mark.skipif(not is_installed(), reason="PostgreSQL 15 is not installed")


@pytest.fixture
def server(here: Services, tmp_path: Path) -> Iterator[Services]:
    with throw_away_cluster(durable=False) as url:
        services = open_services(here.settings.model_copy(update={"home": tmp_path / "server", "database_url": url}))
        yield services
        services.close()


def test_there_and_back(here: Services, there: Services, filed: Case, server: Services, tmp_path: Path) -> None:
    folder, _ = package_case(here, filed.number, tmp_path / "one")
    with ThreadPoolExecutor(4) as pool:  # one of four imports at once brings it in, the others find it
        reports: list[ImportReport] = list(pool.map(lambda _: import_package(server, folder), range(4)))
    assert sorted(r.new for r in reports) == [False, False, False, True]
    assert all(e.holds for r in reports for e in r.equal)
    assert (server.storage.log.size(), server.storage.fixity.verify_archive()) == (2, ())
    own = filed_case(server, "own")
    assert own.number > filed.number
    back, _ = package_case(server, own.number, tmp_path / "two")
    assert import_package(there, back).new
    assert there.storage.fixity.verify_archive() == ()
