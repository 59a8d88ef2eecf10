"""How long a reviewer waits: queue page, counts, next case, over HTTP against the real application.

``python -m benchmarks.station.queue --cases 100000`` makes the cases (SQLite in a temporary folder, or ``--database
URL``, or ``--postgresql`` for a throw-away server) and prints median and 95th percentile in milliseconds. The page of
the next case is measured as a browser meets it: the request for the next one, and the page that it leads to.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import uvicorn

from benchmarks.station.cases import make_cases
from benchmarks.station.cluster import throw_away_cluster
from domain.people import Role
from flows.accounts_service import AccountsService
from flows.people_settings import PeopleSettings
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from review_ui.accounts.backend import AccountForm, Client
from review_ui.accounts.visitor import SESSION
from review_ui.app import create_app
from review_ui.parts import Parts

TARGET_MS = 300
REPEATS = 200


PEOPLE = PeopleSettings(hash_memory=8, hash_passes=1)
"""Passwords are not what is measured."""


def reviewer_session(services: Services, name: str) -> str:
    """Make a reviewer called ``name`` and sign in; return the secret of the session, for the cookie ``SESSION``."""
    accounts = AccountsService(services.storage.people, services.policies, PEOPLE)
    client = Client(address="127.0.0.1", browser="benchmark")
    _, link = accounts.create(name, AccountForm(name=name, roles=(Role.REVIEWER, Role.EXPERT), staff_names=(name,)))
    return accounts.use_link(link, f"{name} 的密码，长得没有人猜得出来", client).token


@contextmanager
def site_over(services: Services) -> Iterator[str]:
    """Serve the real application on a free loopback port; yield its address."""
    accounts = AccountsService(services.storage.people, services.policies, PEOPLE)
    parts = Parts(
        review=ReviewService(services),
        queue=QueueService(services),
        accounts=accounts,
        audit=services.storage.audit,
    )
    server = uvicorn.Server(uvicorn.Config(create_app(parts), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def measure(address: str, session: str, repeats: int) -> list[tuple[str, list[float]]]:
    """Return for each thing a reviewer does the milliseconds of every repetition."""
    with httpx.Client(base_url=address, cookies={SESSION: session}, timeout=60) as client:
        client.headers["X-CSRF-Token"] = client.get("/account/token").json()["token"]
        queue = client.get("/")
        place = client.get("/api/v1/queue?limit=100").json()["cases"][-1]["place"]
        case = ""

        def go_on() -> None:
            nonlocal case
            answer = client.get("/next", params={"after": case}, follow_redirects=True)
            case = answer.raise_for_status().url.path.rsplit("/", 1)[1]

        def take() -> None:
            nonlocal case
            answer = client.get("/next", params={"after": case})
            case = answer.headers["location"].split("?")[0].rsplit("/", 1)[1]

        few = max(1, repeats // 5)
        assert queue.status_code == 200
        return [
            ("queue, first page", timed(lambda: client.get("/").raise_for_status(), few)),
            ("queue, filtered by reason", timed(lambda: client.get("/?reason=mismatch").raise_for_status(), few)),
            ("queue, second page", timed(lambda: client.get("/", params={"after": place}).raise_for_status(), few)),
            ("list of all cases", timed(lambda: client.get("/cases").raise_for_status(), few)),
            ("next: claim alone", timed(take, repeats)),
            ("next: claim and page of the case", timed(go_on, repeats)),
            ("renew the claim", timed(lambda: client.post(f"/cases/{case}/lease").raise_for_status(), repeats)),
        ]


def timed(act: Callable[[], object], repeats: int) -> list[float]:
    """Return milliseconds of each of ``repeats`` calls, after one that is not counted."""
    act()
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return found


def show(rows: list[tuple[str, list[float]]], title: str) -> None:
    """Print median and 95th percentile."""
    print(f"\n{title}")
    print(f"{'':34} {'median ms':>10} {'p95 ms':>8} {'n':>5}")
    for name, times in rows:
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{name:34} {statistics.median(times):10.1f} {p95:8.1f} {len(times):5d}")


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--database", help="SQLAlchemy URL of an empty database")
    parser.add_argument("--postgresql", action="store_true", help="start a throw-away PostgreSQL 15")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    given = parser.parse_args()
    cluster = throw_away_cluster() if given.postgresql else nullcontext(given.database)
    with tempfile.TemporaryDirectory() as folder, cluster as url:
        os.environ |= {"JUANZONG_HOME": str(Path(folder) / "home")}
        services = open_services(load_settings().model_copy(update={"database_url": url}))
        began = time.perf_counter()
        make_cases(services, given.cases)
        print(f"{given.cases} cases made in {time.perf_counter() - began:.0f} s")
        with site_over(services) as address:
            rows = measure(address, reviewer_session(services, "衡工"), given.repeats)
        services.close()
    show(rows, f"{'PostgreSQL' if url else 'SQLite'}, {given.cases} cases")
    p95 = statistics.quantiles(dict(rows)["next: claim and page of the case"], n=20)[-1]
    print(
        f"\ngoing to the next case: p95 {p95:.0f} ms, target {TARGET_MS} ms: {'met' if p95 <= TARGET_MS else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
