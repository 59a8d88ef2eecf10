"""Many scripted reviewers at once, in browsers: ``python -m benchmarks.station.crowd [--postgresql]``.

The real server (``flows serve``: sign-in by password, leases, masking, audit log) over real storage; as many profiles
of one Chromium as there are persons empty one queue by keyboard alone. Some skip, some hand to experts, some answer
another's case, some the same case from two tabs at once. What became of every answer is then read from the database.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import BrowserContext, Error, async_playwright

from benchmarks.station.cluster import throw_away_cluster
from benchmarks.station.crowd_person import PASSWORD, Floor, Person
from benchmarks.station.crowd_proof import Proof, bear_witness, proof
from benchmarks.station.site import CHROMIUM, FLAGS, served
from domain.people import Role
from flows.accounts_service import AccountsService
from flows.people_settings import load_people_settings
from flows.wiring import Services
from review_ui.accounts.backend import AccountForm, Client
from tests.review_ui.desk_home import DeskHome

PERSONS, CASES = 20, 60
_EXPERTS = 4
"""Every fourth is an expert too."""


@dataclass(frozen=True)
class Outcome:
    """What a crowd did, and what the database says about it."""

    floor: Floor
    proof: Proof
    seconds: float


def run_crowd(folder: Path, persons: int, number: int, database: str | None = None) -> Outcome:
    """Let ``persons`` reviewers empty a queue of ``number`` cases below ``folder``; return what came of it."""
    home = DeskHome(folder, database=database)
    names = [f"审核员{n:02d}" for n in range(persons)]
    try:
        _prepare(home, names, number)
        with served(folder, database) as address:
            floor = Floor(address, number)
            started = time.perf_counter()
            asyncio.run(_all_at_once(floor, names))
            seconds = time.perf_counter() - started
        return Outcome(floor, proof(home.services.storage, floor.sent), seconds)
    finally:
        home.close()


def _prepare(home: DeskHome, names: list[str], number: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    home.clock.now = now
    for n in range(number):
        home.read(home.accept(now - timedelta(hours=1, minutes=n)))
    _add_people(home.services, names)
    bear_witness(home.services.storage)


def _add_people(services: Services, names: list[str]) -> None:
    accounts = AccountsService(services.storage.people, services.policies, load_people_settings())
    for n, name in enumerate(names):
        roles = (Role.REVIEWER, Role.EXPERT) if n % _EXPERTS == 0 else (Role.REVIEWER,)
        _, link = accounts.create(name, AccountForm(name=name, roles=roles, staff_names=(name,)))
        accounts.use_link(link, PASSWORD, Client(address="127.0.0.1", browser="benchmark"))


async def _all_at_once(floor: Floor, names: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        contexts = [await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN") for _ in names]
        people = [Person(name, floor, expert=n % _EXPERTS == 0) for n, name in enumerate(names)]
        async with asyncio.TaskGroup() as group:
            for person, context in zip(people, contexts, strict=True):
                group.create_task(_work(person, context, floor))
        await browser.close()


async def _work(person: Person, context: BrowserContext, floor: Floor) -> None:
    # A busy machine is slow, not wrong.
    context.set_default_timeout(180_000)
    try:
        await person.work(context)
    except (Error, AssertionError) as error:
        # the others stop at their next case, and what the database says by then is told all the same
        floor.problems.append(f"{person.name}: {error}")


def report(outcome: Outcome, persons: int) -> str:
    """Return the tables."""
    floor, found = outcome.floor, outcome.proof
    head = ("persons", "cases", "edits", "lost", "doubled", "two holders", "conflicts answered", "seconds")
    row = (
        persons,
        floor.cases,
        found.edits,
        found.lost,
        found.doubled,
        found.two_holders,
        found.conflicts,
        f"{outcome.seconds:.0f}",
    )
    lines = [_row(head), _row(("---",) * len(head)), _row(row), ""]
    lines += [_row(("action", "times", "median s", "p95 s")), _row(("---",) * 4)]
    for kind, times in sorted(floor.times.items()):
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        lines.append(_row((kind, len(times), f"{statistics.median(times):.2f}", f"{p95:.2f}")))
    told = "none" if not found.faults else ", ".join(f"{name} {n}" for name, n in found.faults.items())
    lines += ["", f"faults in the database: {told}; requests without an answer: {len(floor.unanswered)}"]
    odd = (f"{act}: {n}" for act, n in floor.acts.items() if act not in floor.times)
    return "\n".join((*lines, *odd, *floor.problems, *floor.unanswered)) + "\n"


def _row(cells: tuple[object, ...]) -> str:
    return f"| {' | '.join(str(c) for c in cells)} |"


def main() -> int:
    """Run the crowd and print the tables; 1 when the database has a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.station.crowd", description=__doc__)
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--postgresql", action="store_true", help="start a throw-away PostgreSQL 15")
    given = parser.parse_args()
    cluster = throw_away_cluster() if given.postgresql else nullcontext(None)
    with tempfile.TemporaryDirectory() as folder, cluster as url:
        outcome = run_crowd(Path(folder) / "home", given.persons, given.cases, url)
    sys.stdout.write(f"{'PostgreSQL' if url else 'SQLite'}\n\n{report(outcome, given.persons)}")
    return 1 if outcome.proof.faults or outcome.floor.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
