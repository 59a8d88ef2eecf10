"""A signed head with a time stamp row, for tests about rows that stay."""

from __future__ import annotations

from sqlalchemy import insert

from storage import Storage
from storage.proof.tables import time_stamps


def keep_head(storage: Storage) -> None:
    """Sign the log; give the head a row of a stamp (what the row holds does not matter to its table)."""
    head = storage.proof.heads.sign()
    assert head is not None
    if storage.proof.heads.stamp_of(head) is None:
        row = {"head": head.position, "stamped_at": head.head.at, "authority": "http://tsa", "response": b"stamp"}
        with storage.database.write() as connection:
            connection.execute(insert(time_stamps).values(**row))
