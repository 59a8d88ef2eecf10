"""The dashboard with many cases: ``python -m benchmarks.station.dashboard [--cases N] [--rounds N] [--postgresql]``.

Rows are made directly (no paper is read): cases with figures, four answers each, five pages each, over a year. What is
timed is what the page asks for, with all packs and with one, for thirty days and for a year.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.station.cases import look_after
from benchmarks.station.cluster import throw_away_cluster
from domain.dashboard import Period
from domain.fields import FIELDS
from storage import Storage, open_storage
from storage.desk_tables import case_figures, field_answers
from storage.intake import CHINA
from storage.tables import cases, stage_results

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
PAGES_PER_CASE, ANSWERS_PER_CASE = 5, 4
_CHUNK = 5000
_LEVELS = ("重大投诉", "一般投诉", None)
_CHANNELS = ("letter", "fax", "email", "in_person", "upload")
_REASONS = ("low_probability", "mismatch", "check_failed", "accepted", "open")


def fill(storage: Storage, count: int) -> None:
    """Write ``count`` cases of one year with their figures, answers and pages."""
    chance = random.Random(7)
    for first in range(0, count, _CHUNK):
        numbers = range(first, min(first + _CHUNK, count))
        made = [_case(chance, n) for n in numbers]
        with storage.database.write() as connection:
            connection.execute(insert(cases), [m[0] for m in made])
            connection.execute(insert(case_figures), [m[1] for m in made])
            connection.execute(insert(field_answers), [a for m in made for a in m[2]])
            _pages(connection, made)


def _case(chance: random.Random, n: int) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    received = NOW - timedelta(minutes=chance.randrange(365 * 24 * 60))
    finished = chance.random() < 0.9
    handled = chance.randrange(3600, 20 * 24 * 3600)
    level, policy, day = chance.choice(_LEVELS), f"pack-{n % 3}", received.astimezone(CHINA).date()
    row = {
        "id": f"case-{n}",
        "number": f"EXM-2026-{n:06d}",
        "policy": policy,
        "channel": chance.choice(_CHANNELS),
        "received_at": received,
        "accepted_at": received,
        "current_revision": 1,
        "saved_at": received,
        "status": "filed" if finished else "awaiting_review",
        "level": level,
        "complainant_name": "欧阳明月",
        "pages": PAGES_PER_CASE,
        "finished": finished,
    }
    figures = {
        "case_id": row["id"],
        "revision": 1,
        "policy": policy,
        "received_day": day,
        "level": level,
        "fields": 20,
        "fields_alone": chance.randrange(10, 21),
        "alone": chance.random() < 0.3,
        "next_duty": None if finished else "办结",
        "next_due_at": None if finished else received + timedelta(days=20),
        "finished_day": (received + timedelta(seconds=handled)).astimezone(CHINA).date() if finished else None,
        "handling_s": handled if finished else None,
        "work_s": handled // 10 if finished else None,
    }
    answers = [
        {
            "case_id": row["id"],
            "field": name,
            "policy": policy,
            "day": day,
            "reason": chance.choice(_REASONS),
            "machine": "x",
            "outcome": chance.choice(("right", "right", "wrong", "added", "absent")),
        }
        for name in chance.sample(list(FIELDS), ANSWERS_PER_CASE)
    ]
    return row, figures, answers


def _pages(connection: Connection, made: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]) -> None:
    payload = bytes(2000)
    rows = [
        {
            "input_hash": f"{row['id']}#{page}",
            "stage": "read",
            "producer": "read/5",
            "payload": payload,
            "created_at": row["received_at"],
        }
        for row, _, _ in made
        for page in range(PAGES_PER_CASE)
    ]
    connection.execute(insert(stage_results), rows)


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """Return median and 95th percentile of the time of ``rounds`` calls, and the median of processor time, in ms."""
    times, processor = [], []
    for _ in range(rounds):
        started, spent = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    times.sort()
    processor.sort()
    middle = rounds // 2
    return times[middle], times[min(rounds - 1, int(rounds * 0.95))], processor[middle]


def main() -> None:
    """Fill a database and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", help="SQLAlchemy URL of an empty database; SQLite when left out")
    parser.add_argument("--postgresql", action="store_true", help="start a throw-away PostgreSQL 15")
    given = parser.parse_args()
    today = NOW.astimezone(CHINA).date()
    cluster = throw_away_cluster() if given.postgresql else nullcontext(given.database)
    with tempfile.TemporaryDirectory() as folder, cluster as url:
        storage = open_storage(Path(folder) / "home", url, lambda: NOW)
        started = time.perf_counter()
        fill(storage, given.cases)
        look_after(storage.database)
        print(f"{given.cases} cases in {time.perf_counter() - started:.0f} s")
        print(f"{'dashboard':<34} {'median ms':>10} {'p95 ms':>8} {'processor ms':>13}")
        for label, days, policy in (
            ("30 days, all packs", 30, None),
            ("30 days, one pack", 30, "pack-1"),
            ("a year, all packs", 365, None),
            ("a year, one pack", 365, "pack-1"),
        ):
            period = Period(start=today - timedelta(days=days - 1), end=today, policy=policy)
            _print(storage, label, period, today, given.rounds)
        storage.close()


def _print(storage: Storage, label: str, period: Period, today: date, rounds: int) -> None:
    soon = today + timedelta(days=5)
    median, worst, processor = timed(lambda: storage.desk.dashboard.dashboard(period, NOW, soon, 100), rounds)
    print(f"{label:<34} {median:>10.0f} {worst:>8.0f} {processor:>13.0f}")


if __name__ == "__main__":
    main()
