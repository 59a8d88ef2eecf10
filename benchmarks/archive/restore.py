"""How long a restore takes: objects copied back into an empty store, then the whole archive verified.

``python -m benchmarks.archive.restore --objects 10000`` files cases of small papers, takes the backup as docs/backup.md
says, restores it into a new home and verifies everything. Seconds are given for 10,000 objects.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.case import Case
from domain.documents import Document, KindGuess, Page, ScanBatch, SourceFile
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from storage import Storage, open_storage
from storage.backup import copy_sqlite
from storage.upkeep.upkeep import Pace

PAPER_BYTES = 40_000
PAPERS_OF_A_CASE = 8
"""With the case's own JSON and its manifest a case has ten objects."""


def make(storage: Storage, number: int) -> None:
    """File cases until about ``number`` objects are there."""
    chance = random.Random(3)
    for n in range(number // (PAPERS_OF_A_CASE + 2)):
        papers = (chance.randbytes(PAPER_BYTES) for _ in range(PAPERS_OF_A_CASE))
        files = tuple(
            SourceFile(name=f"{i}.pdf", object=storage.objects.put(paper, "application/pdf"))
            for i, paper in enumerate(papers)
        )
        now = datetime.now(UTC)
        batch = ScanBatch(id=f"b-{n}", received_at=now, channel=Channel.LETTER, operator="收发员", files=files)
        row = storage.intake.accept_batch(batch, "exchange-member", "EXM")
        page = Page(number=1, source_page=1, width=1654, height=2339, dpi=200.0)
        guess = KindGuess(kind=DocumentKind.EVIDENCE, probability=0.9, producer="kinds/1")
        case = Case(
            id=row.id,
            number=row.number,
            revision=1,
            policy=row.policy,
            channel=row.channel,
            received_at=row.received_at,
            status=CaseStatus.FILED,
            documents=tuple(
                Document(id=f"doc-{i}", source=source, kind=guess, pages=(page,)) for i, source in enumerate(files)
            ),
        )
        storage.cases.save_case(case, "assembled", None)
        storage.filing.file_case(case)


@contextmanager
def timed(name: str, objects: int) -> Iterator[None]:
    """Print how long the block took."""
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    print(f"{name:44} {took:8.1f} s {took / objects * 10_000:10.1f} s for 10,000 objects", flush=True)


def main() -> None:
    """Make, back up, restore, verify."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--objects", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        storage = open_storage(folder / "home")
        make(storage, given.objects)
        objects = storage.desk.health.held().objects
        print(f"{objects} objects, {storage.desk.health.held().object_bytes / 1e6:.0f} MB")
        with timed("database copied while in use", objects):
            copy_sqlite(folder / "home" / "juanzong.sqlite", folder / "backup")
        storage.close()
        with timed("restored: database and objects copied back", objects):
            shutil.copytree(folder / "home" / "objects", folder / "new" / "objects")
            shutil.copytree(folder / "home" / "keys", folder / "new" / "keys")
            shutil.copy(folder / "backup" / "juanzong.sqlite", folder / "new")
        again = open_storage(folder / "new")
        with timed("verified: every object, row, leaf and root", objects):
            found = again.fixity.verify_archive()
        with timed("rolling check of every object, noted", objects):
            again.upkeep.check(timedelta(0), Pace(), "benchmark")
        print(f"findings: {len(found)}")
        again.close()


if __name__ == "__main__":
    main()
