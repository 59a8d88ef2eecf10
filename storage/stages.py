"""Stage results: running a stage again is free, a new producer version runs exactly its stage again."""

from __future__ import annotations

import logging
import zlib

from sqlalchemy import ColumnElement, delete, select

from storage.database import Database, insert_if_absent, stored_bytes
from storage.tables import stage_results

_log = logging.getLogger(__name__)


class StageResults:
    """Payloads keyed by (input hash, stage, producer with version)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get_stage(self, input_hash: str, stage: str, producer: str) -> bytes | None:
        """Return the payload, ``None`` when the stage has not run on this input with this producer.

        A row whose payload no longer decompresses is dropped with a warning: it can be made again.
        """
        wanted = _key(input_hash, stage, producer)
        with self._database.read() as connection:
            packed = connection.execute(select(stage_results.c.payload).where(wanted)).scalar()
        if packed is None:
            return None
        try:
            return zlib.decompress(stored_bytes(packed))
        except zlib.error as error:
            _log.warning("stage result %s of %s is damaged (%s): it is computed again", stage, input_hash, error)
        with self._database.write() as connection:
            connection.execute(delete(stage_results).where(wanted))
        return None

    def put_stage(self, input_hash: str, stage: str, producer: str, payload: bytes) -> None:
        """Keep ``payload`` (JSON); when somebody was faster, theirs stays."""
        with self._database.write() as connection:
            insert_if_absent(
                connection,
                stage_results,
                input_hash=input_hash,
                stage=stage,
                producer=producer,
                payload=zlib.compress(payload),
                created_at=self._database.now(),
            )


def _key(input_hash: str, stage: str, producer: str) -> ColumnElement[bool]:
    return (
        (stage_results.c.input_hash == input_hash)
        & (stage_results.c.stage == stage)
        & (stage_results.c.producer == producer)
    )
