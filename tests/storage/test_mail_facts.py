"""Facts of the mailroom: never changed, never deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import exc, text

from domain.mailroom import BatchOrder, MailBatch, SamePaper, Upload, UploadOrder, UploadState
from domain.vocabulary import Channel
from storage import Storage
from storage.mail_rows import DuplicateAnswer, MailNote, Replacement
from storage.mail_tables import MAIL_FACTS
from tests.storage.conftest import RECEIVED, accept, said_to


@pytest.fixture
def filled(storage: Storage) -> Storage:
    row = accept(storage, b"letter")
    order = BatchOrder(policy="exchange-member", channel=Channel.FAX, received_at=RECEIVED)
    storage.mail_batches.add(MailBatch(id="mail-1", order=order, operator="收发员", opened_at=RECEIVED))
    storage.mail_batches.note("mail-1", MailNote("counted", "收发员", RECEIVED, 2))
    upload = Upload(
        id="up-1",
        order=UploadOrder(batch_id="mail-1", name="a.pdf", size=1, sha256="0" * 64),
        received=0,
        state=UploadState.OPEN,
        created_at=RECEIVED,
        expires_at=RECEIVED,
    )
    storage.mail_uploads.create(upload, "收发员")
    storage.mail_pages.answer(("up-1", None), DuplicateAnswer(SamePaper.SAME, "收发员", RECEIVED))
    replacement = Replacement(row.id, "0" * 64, 1, "1" * 64, 1, "收发员", RECEIVED)
    storage.mail_pages.replace(replacement)
    storage.mail_pages.replace(replacement)
    assert storage.mail_pages.replacements(row.id) == (replacement,)
    return storage


@pytest.mark.parametrize("table", MAIL_FACTS)
def test_rows_are_facts(filled: Storage, table: str) -> None:
    for statement in (
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"REPLACE INTO {table} SELECT * FROM {table} WHERE true KEY id",
    ):
        with (
            pytest.raises(exc.IntegrityError, match="append-only"),
            filled.database.write() as connection,
        ):
            connection.exec_driver_sql(said_to(filled, "PRAGMA recursive_triggers = OFF"))
            connection.execute(text(said_to(filled, statement)))
