"""What somebody does who goes past the application, for the tests of retention."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import exc, text

from domain.documents import ScanBatch, SourceFile
from storage import Storage
from tests.storage.conftest import batch_of


def refused(storage: Storage, statement: str, message: str, **values: object) -> None:
    """Assert that the database itself refuses a statement."""
    with pytest.raises(exc.IntegrityError, match=message), storage.database.write() as connection:
        connection.execute(text(statement), values)


def leaf_for(storage: Storage) -> int:
    """Append a leaf as somebody would who goes past the application."""
    return storage.log.append(f"forged {storage.log.size()}".encode()).seq


def second_batch(*files: SourceFile) -> ScanBatch:
    return batch_of(*files, batch_id="b-2")


DESTROY = (
    "INSERT INTO retention_acts (seq, act, case_id, refers_to, person, at) "
    "SELECT :seq, 'destroy', :case, seq, '黑客', :at FROM retention_acts WHERE number = :number"
)


def forged_destruction(storage: Storage, case_id: str, number: str, at: datetime, message: str) -> None:
    moment = at.replace(tzinfo=None).isoformat(" ") if storage.database.is_sqlite else at
    refused(storage, DESTROY, message, seq=leaf_for(storage), case=case_id, number=number, at=moment)


NOW = datetime(2026, 11, 27, tzinfo=UTC)
