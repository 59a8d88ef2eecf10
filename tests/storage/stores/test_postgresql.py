"""Encrypted objects whose wrapped keys lie in PostgreSQL."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from sqlalchemy import exc, text

from benchmarks.station.cluster import is_installed, throw_away_cluster
from storage.database import Database
from storage.objects import LocalObjectStore
from storage.stores.encrypted import EncryptedStore
from storage.stores.envelopes import Envelopes
from storage.stores.masters import ListedKeys
from tests.storage.stores.conftest import MASTER

pytestmark = pytest.mark.skipif(not is_installed(), reason="PostgreSQL 15 is not installed")


def test_keys_are_kept_rewrapped_and_never_taken_away(tmp_path: Path) -> None:
    newer = ListedKeys(f"2027:{base64.b64encode(bytes(32)).decode()}\n{MASTER}")
    with throw_away_cluster(durable=False) as url:
        database = Database(url)
        envelopes = Envelopes(database)
        inner = LocalObjectStore(tmp_path / "inner")
        store = EncryptedStore(inner, envelopes, ListedKeys(MASTER), tmp_path / "plain")
        refs = [store.put(content, "text/plain") for content in (b"first", b"second")]
        assert envelopes.rewrap(newer) == 2
        assert envelopes.rewrap(newer) == 0
        for statement in ("UPDATE {} SET master = ''", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(exc.IntegrityError, match="append-only"), database.write() as connection:
                connection.execute(text(statement.format("object_envelopes")))
        reopened = EncryptedStore(inner, envelopes, newer, tmp_path / "plain")
        assert [reopened.read(ref.key) for ref in refs] == [b"first", b"second"]
        database.close()
