"""Lines and figures of the queue against counting by hand; and cases of an older database."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.case import Case
from domain.verdicts import Deadline
from domain.vocabulary import CaseStatus, Channel
from storage import QueueFilter, Storage, open_storage
from storage.migrations.versions.r0018_sealed_columns import SEALED
from storage.rows import CaseLine
from storage.tables import metadata
from tests.storage.conftest import RECEIVED, accept, case_of, texts_of
from tests.storage.test_cases import JUDGEMENT, LEVEL, NAME, answer

ANY = QueueFilter()


SENTENCE = "柜面人员拒收材料。"


def fill(storage: Storage) -> list[Case]:
    """Save twelve cases of all sorts; one is finished, one asks nothing."""
    found = []
    for n in range(12):
        row = accept(storage, f"letter {n}".encode(), policy=("exchange-member", "hotel")[n % 2])
        changes: dict[str, object] = {
            "judgement": JUDGEMENT.model_copy(update={"deadlines": (due(n),)}) if n % 3 else None,
            "review": ((NAME,), (NAME, LEVEL), (LEVEL,))[n % 3] if n != 5 else (),
            "status": CaseStatus.AWAITING_MATERIALS if n % 4 == 0 else CaseStatus.AWAITING_REVIEW,
            "finished": n == 7,
        }
        case = case_of(row, **changes)
        storage.cases.save_case(case, "assembled", None, texts=texts_of(case, SENTENCE))
        found.append(case)
    storage.leases.take(found[0].id, "甲")
    storage.leases.take(found[1].id, "甲")
    storage.leases.take(found[2].id, "乙")
    storage.leases.hand_over(found[3].id, "丙", "难", to_expert=True)
    return found


def due(n: int) -> Deadline:
    moment = RECEIVED.replace(day=28 - n) if n % 2 else None
    return Deadline(duty="办结", due_at=moment, basis="第十六条")


FILTERS = (
    ANY,
    QueueFilter(policy="hotel"),
    QueueFilter(reason="possible_major"),
    QueueFilter(policy="hotel", reason="low_probability", status=CaseStatus.AWAITING_REVIEW),
    QueueFilter(kind="complaint_letter", channel=Channel.LETTER),
    QueueFilter(kind="envelope"),
    QueueFilter(level="重大"),
    QueueFilter(holder="甲"),
    QueueFilter(held=False),
    QueueFilter(held=True, for_expert=False),
    QueueFilter(for_expert=True),
)


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_lines_and_figures_agree_with_counting_by_hand(storage: Storage, wanted: QueueFilter) -> None:
    fill(storage)
    everything = storage.lists.waiting(ANY)
    assert len(everything) == 10
    fitting = [line for line in everything if fits(line, wanted)]
    assert list(storage.lists.waiting(wanted)) == fitting
    figures = storage.lists.figures(wanted)
    assert (figures.waiting, figures.grave) == (10, sum(line.grave for line in everything))
    assert figures.fitting == len(fitting)

    def but(**none: None) -> list[CaseLine]:
        return [line for line in everything if fits(line, replace(wanted, **none))]

    assert figures.by_policy == Counter(line.policy for line in but(policy=None))
    assert figures.by_status == Counter(line.status for line in but(status=None))
    assert figures.by_level == Counter(line.level for line in but(level=None) if line.level)
    assert figures.by_expert == Counter(line.for_expert for line in but(for_expert=None))
    assert figures.by_reason == Counter(c for line in but(reason=None) for c in {r.code for r in line.reasons})
    assert figures.by_kind == ({"complaint_letter": len(but(kind=None))} if but(kind=None) else {})
    held = but(holder=None, held=None)
    assert figures.by_holder == Counter(line.lease.holder for line in held if line.lease)
    assert figures.nobody == sum(line.lease is None for line in held)


def fits(line: CaseLine, wanted: QueueFilter) -> bool:
    """The filter, said once more without a database."""
    holder = line.lease.holder if line.lease else None
    return (
        all(
            getattr(wanted, n) in (None, getattr(line, n))
            for n in ("policy", "channel", "status", "level", "for_expert")
        )
        and wanted.reason in (None, *(r.code for r in line.reasons))
        and wanted.kind in (None, "complaint_letter")
        and wanted.holder in (None, holder)
        and wanted.held in (None, holder is not None)
    )


def test_pages_follow_each_other(storage: Storage) -> None:
    fill(storage)
    everything = storage.lists.waiting(ANY)
    first = storage.lists.waiting(ANY, limit=4)
    rest = storage.lists.waiting(ANY, after=first[-1].place)
    assert (*first, *rest) == everything
    assert [line.place for line in everything] == sorted(line.place or "" for line in everything)


def test_the_packs_tell_which_level_is_grave(storage: Storage) -> None:
    cases = fill(storage)
    before = {line.id for line in storage.lists.waiting(ANY) if line.grave}
    assert before == {c.id for c in cases if not c.finished and LEVEL in c.review}
    storage.gravest.keep({"hotel": "重大"})
    grave = {line.id for line in storage.lists.waiting(ANY) if line.grave}
    assert grave - before == {
        c.id
        for c in cases
        if c.policy == "hotel" and c.judgement and c.id not in before and not c.finished and c.review
    }
    order = storage.lists.waiting(ANY)
    assert [line.grave for line in order] == sorted((line.grave for line in order), reverse=True)
    again = case_of(storage.intake.case_row(cases[1].id), revision=2, judgement=JUDGEMENT, review=(NAME,))
    storage.cases.save_case(again, "assembled", 1)
    assert storage.lists.line(cases[1].id).grave, "a later save knows it too"  # type: ignore[union-attr]


def test_cases_of_an_older_database_get_their_lines(home: Path) -> None:
    opened = open_storage(home)
    fill(opened)
    case = opened.cases.load_case(opened.lists.waiting(ANY)[0].id)
    assert case is not None
    answered = case.model_copy(update={"revision": 2, "decisions": (answer(),), "review": ()})
    opened.cases.save_case(answered, "accept", 1)
    expected = [replace(line, lease=None, acts=(), for_expert=False) for line in opened.lists.newest(99, 0)]
    found = {hit.case_id for hit in opened.search.find("张三", limit=99)}
    assert found
    with opened.database.write() as connection:
        lay_open(connection)
        undo(connection)
    opened.close()
    assert SENTENCE.encode() in (home / "juanzong.sqlite").read_bytes()
    again = open_storage(home)
    assert list(again.lists.newest(99, 0)) == expected
    assert {hit.case_id for hit in again.search.find("张三", limit=99)} == found
    again.close()
    assert SENTENCE.encode() not in (home / "juanzong.sqlite").read_bytes()  # sealed, and not left in unused pages


FIRST_TABLES = frozenset(
    [
        "counters",
        "objects",
        "batches",
        "cases",
        "case_files",
        "failed_items",
        "stage_results",
        "case_revisions",
        "decisions",
        "review_items",
        "page_texts",
        "search_entries",
        "log_leaves",
        "log_nodes",
        "filings",
        "archived_objects",
    ]
)
"""Tables of the first step."""
FIRST_TRIGGERS = re.compile(
    "(log_leaves|log_nodes|filings|archived_objects|case_revisions|decisions)_no_(update|delete|replace|gap)"
)
WORDED_LATER = ("case_revisions_no_update", "decisions_no_update")


def lay_open(connection) -> None:  # type: ignore[no-untyped-def]
    """Write every sealed value as it was written before there was encryption."""
    for trigger in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        if trigger.endswith("_no_update") and trigger.removesuffix("_no_update") in SEALED:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
    for name, (key, columns) in SEALED.items():
        known = metadata.tables[name]
        for row in connection.execute(known.select()).mappings().all():
            for column in columns:
                where = " AND ".join(f"{k} = :{k}" for k in key)
                values = {k: row[k] for k in key}
                connection.execute(text(f"UPDATE {name} SET {column} = :v WHERE {where}"), {"v": row[column], **values})


def undo(connection) -> None:  # type: ignore[no-untyped-def]
    """Bring the database back to the first step."""
    for name in (
        "ix_cases_queue",
        "ix_cases_counts",
        "ix_cases_received",
        "ix_cases_arrivals",
        "ix_stage_results_made",
        "ix_cases_accepted",
        "ix_cases_backlog",
    ):
        connection.execute(text(f"DROP INDEX {name}"))
    connection.execute(text("DROP VIEW object_needs"))
    for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        if not FIRST_TRIGGERS.fullmatch(name) or name in WORDED_LATER:
            connection.execute(text(f"DROP TRIGGER {name}"))
    for table in reversed(metadata.sorted_tables):
        if table.name not in FIRST_TABLES:
            connection.execute(text(f"DROP TABLE {table.name}"))
    for name in ("answered", "grave", "for_expert", "due_at", "asked_since", "reasons", "kinds", "place"):
        connection.execute(text(f"ALTER TABLE cases DROP COLUMN {name}"))
    connection.execute(text("DROP TABLE case_words"))
    connection.execute(text("CREATE VIRTUAL TABLE search_index USING fts5(body, tails)"))
    connection.execute(text("UPDATE alembic_version SET version_num = 'r0001'"))
