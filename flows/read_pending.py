"""Reads every accepted case that waits, then ends: ``python -m flows.read_pending``."""

from __future__ import annotations

import os
import sys

from domain.errors import JuanzongError
from flows.cli_codes import FAILED_FILES


def read_pending() -> int:
    """Read what is pending; return 0, or 3 when something failed."""
    from flows.ingestion import process
    from flows.session import open_session
    from flows.settings import load_settings

    with open_session(load_settings()) as session:
        pending = session.services.storage.intake.pending()
        _, failures = process(session.services, pending, session.engine, session.pool)
    return FAILED_FILES if failures else 0


def main() -> None:
    """Read and leave at once, as ``flows.cli.run`` does."""
    try:
        code = read_pending()
    except JuanzongError as error:
        sys.stderr.write(f"错误：{error}\n")
        code = error.exit_code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
