"""``juanzong demo``: the samples under the policy exchange-member, then the review pages."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from domain.errors import ConfigurationError
from flows.commands import exit_code, print_outcome
from flows.ingestion import ingest
from flows.request import IngestRequest
from flows.serving import serve_pages
from flows.session import open_session
from flows.settings import ROOT, load_settings

POLICY = "exchange-member"
ADOPTION = ROOT / "policies" / "adoption.example.yaml"
SAMPLES = ROOT / "samples" / "cases"


def run_demo(port: int | None) -> int:
    """Ingest every sample case, print the table, serve the pages on ``port`` (``None``: do not serve).

    Raises:
        ConfigurationError: there are no samples.
    """
    cases = tuple(sorted(p for p in SAMPLES.iterdir() if p.is_dir())) if SAMPLES.is_dir() else ()
    if not cases:
        raise ConfigurationError(f"{SAMPLES} 里没有样例", "请运行 make samples")
    request = IngestRequest(paths=cases, policy=POLICY, received_at=datetime.now(UTC), adoption=ADOPTION)
    with open_session(load_settings(ADOPTION)) as session:
        outcome = ingest(session.services, request, session.engine, session.pool)
    print_outcome(outcome)
    if port is None:
        return exit_code(outcome)
    # the pages must not be held up by a sample that is meant to fail
    os.environ.setdefault("JUANZONG_ADOPTION", str(ADOPTION))
    serve_pages("127.0.0.1", port, ADOPTION)
    return 0
