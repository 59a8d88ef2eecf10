"""How long one decision takes, and where the time goes: ``python -m benchmarks.station.deciding``.

The samples are read by the real pipeline; then every field with a value is answered twice: once with nothing kept
between decisions, once as the station does it. Milliseconds of wall time, without the web.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.station.site import ADOPTION, read_samples
from classifiers.network import hearing
from domain.case import Decision
from domain.evidence import FieldValue
from flows import stages
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services

_MOST_LINES = 25


def forget() -> None:
    """Drop what is kept between decisions: parsed pages, and what was heard in the sentences."""
    hearing._kept.cache_clear()
    stages._KEPT = stages._KeptPages()


def decide_all(services: Services, case_id: str, *, anew: bool) -> list[float]:
    """Accept every field of a case; return the milliseconds of each decision.

    Args:
        services: the opened installation.
        case_id: the case.
        anew: forget before each decision what was remembered of the papers.
    """
    review, spent = ReviewService(services), []
    case = review.case(case_id)
    for name in [n for n, found in case.fields.items() if isinstance(found, FieldValue)]:
        case = review.case(case_id)
        decision = Decision(actor="周敏", at=datetime.now(UTC), action="accept", subject=f"field:{name}")
        if anew:
            forget()
        start = time.perf_counter()
        review.decide(case.id, case.revision, decision)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def main() -> None:
    """Print the table; with ``--profile`` the functions that take the time as well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="an installation with cases; the samples are read without one")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if given.home is None:
            read_samples(home)
        services = open_services(load_settings(Path(ADOPTION)).model_copy(update={"home": home}))
        profiler = cProfile.Profile()
        sys.stdout.write(
            "| case | decisions | anew, median ms | as the station, median ms | longest ms |\n|---|---|---|---|---|\n"
        )
        for line in (c for c in services.storage.cases.list_cases() if c.revision):
            before = decide_all(services, line.id, anew=True)
            if given.profile:
                profiler.enable()
            after = decide_all(services, line.id, anew=False)
            profiler.disable()
            figures = (statistics.median(before), statistics.median(after), max(after))
            sys.stdout.write(f"| {line.number} | {len(after)} | {' | '.join(f'{f:.0f}' for f in figures)} |\n")
        services.close()
        if given.profile:
            pstats.Stats(profiler, stream=sys.stdout).sort_stats("cumulative").print_stats(_MOST_LINES)


if __name__ == "__main__":
    main()
