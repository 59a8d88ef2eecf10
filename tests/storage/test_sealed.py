"""Personal data in the database: unreadable without the key, found by whole numbers with it."""

from __future__ import annotations

import base64
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.case import Case, ReviewReason
from domain.evidence import FieldValue
from storage import Storage, open_storage
from storage.data_cipher import BrokenSealError, DataCipher, DataKey
from storage.errors import DatabaseDamagedError, DataKeyError
from storage.tables import metadata
from storage.tokens import with_secrets
from tests.storage.conftest import accept, case_of, change, texts_of
from tests.storage.test_cases import decided, item

ID_NO, MOBILE, LANDLINE, CARD = "11010519491231002X", "13800138000", "010-65551234", "6222 0200 1234 5678"
PAGE = f"投诉人张三丰，身份证号{ID_NO}，电话138-0013-8000或{LANDLINE}，卡号{CARD}，2026年11月3日要求退还收益。"
READABLE = (ID_NO, ID_NO.lower(), MOBILE, "0013", "65551234", "1234 5678", "要求退还收益")
KEY = DataKey("1", bytes(range(32)))
OTHER = DataKey("2", bytes(32))


def field(case: Case, name: str, value: str) -> FieldValue:
    known = case.fields["complainant_name"]
    assert isinstance(known, FieldValue)
    return known.model_copy(update={"name": name, "value": value, "raw": value})


def saved_with_numbers(storage: Storage) -> Case:
    case = case_of(accept(storage, b"letter"))
    numbers = {n: field(case, n, v) for n, v in (("complainant_id_no", ID_NO), ("complainant_mobile", MOBILE))}
    case = case.model_copy(update={"fields": {**case.fields, **numbers}})
    reason = ReviewReason(code="low_confidence", subject="field:complainant_mobile", message=f"请核对 {MOBILE}")
    doubt = item(case, reason, 1.0).model_copy(update={"proposed": MOBILE})
    storage.cases.save_case(case, "assembled", None, (doubt,), texts_of(case, PAGE))
    storage.stages.put_stage("0" * 64, "read", "ocr/1", PAGE.encode())
    storage.views.save("甲", "我的", f"text={MOBILE}")
    return case


def everything(storage: Storage) -> bytes:
    """Return all values of all tables as they lie in the database."""
    found = []
    with storage.database.read() as connection:
        for table in metadata.tables:
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                found += [v if isinstance(v, bytes) else str(v).encode() for v in row]
        for row in connection.execute(text("SELECT facts, pages, tails FROM case_words")):
            found += [str(v).encode() for v in row]
    return b"\n".join(bytes(value) for value in found)


def test_numbers_and_words_cannot_be_read_in_the_database(storage: Storage, home: Path) -> None:
    saved_with_numbers(storage)
    said = everything(storage)
    assert [word for word in READABLE if word.encode() in said] == []
    for file in home.glob("juanzong.sqlite*"):
        assert [word for word in READABLE if word.encode() in file.read_bytes()] == []


@pytest.mark.parametrize(
    "query",
    [
        ID_NO,
        ID_NO.lower(),
        MOBILE,
        "138-0013-8000",
        LANDLINE,
        CARD,
        "8000",
        "002X",
        "31002x",
        "5678",
        f"手机号码:{MOBILE}",
        f"张三丰 {MOBILE}",
        "退还收益",
        "2026-11-03",
        "EXM-2026",
    ],
)
def test_whole_numbers_and_their_ends_are_found(storage: Storage, query: str) -> None:
    case = saved_with_numbers(storage)
    assert {hit.case_id for hit in storage.search.find(query)} == {case.id}


@pytest.mark.parametrize("query", ["1380013", "11010519", "13800138001", "6555123", "11010519491231002"])
def test_parts_of_numbers_are_not_found(storage: Storage, query: str) -> None:
    saved_with_numbers(storage)
    assert storage.search.find(query) == ()


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("电话13800138000。", ["13800138000"]),
        ("138 0013 8000", ["138", "0013", "8000"]),
        ("（010）6555-1234", ["010", "6555", "1234"]),
        ("护照E12345678", ["e12345678"]),
        ("2026年11月3日", []),
        ("2026-11-03", []),
        ("20261103", []),
        ("1,485元", []),
        ("共3页 第12号", []),
        ("１３８００１３８０００", ["13800138000"]),
        ("2026-11-03 13800138000", ["13800138000"]),
    ],
)
def test_numbers_that_are_secret(said: str, secret: list[str]) -> None:
    assert [word.word for word in with_secrets(said) if word.secret] == secret


@given(st.binary(max_size=300), st.integers(1, 9), st.sampled_from(["a.b", "c.d"]), st.booleans())
def test_what_is_sealed_is_opened(data: bytes, times: int, column: str, pack: bool) -> None:
    sealed = DataCipher([KEY]).seal(data * times, column, pack=pack)
    assert DataCipher([OTHER, KEY]).unseal(sealed, column) == data * times


@given(data=st.binary(max_size=600), place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_every_byte_of_a_sealed_value_counts(data: bytes, place: int, flip: int) -> None:
    sealed = bytearray(DataCipher([KEY]).seal(data, "a.b"))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(BrokenSealError):
        DataCipher([KEY]).unseal(bytes(sealed), "a.b")


def test_a_value_belongs_to_its_column_and_its_key() -> None:
    sealed = DataCipher([KEY]).seal(b"13800138000", "a.b")
    for cipher, column in ((DataCipher([KEY]), "a.c"), (DataCipher([OTHER]), "a.b")):
        with pytest.raises(BrokenSealError):
            cipher.unseal(sealed, column)
    assert DataCipher([KEY]).blind(MOBILE) != DataCipher([OTHER]).blind(MOBILE)


def test_a_damaged_page_is_told(storage: Storage) -> None:
    case = saved_with_numbers(storage)
    change(storage, "UPDATE page_texts SET text = substr(text, 1, length(text) - 8) || 'AAAAAAA='")
    with pytest.raises(DatabaseDamagedError, match=r"page_texts\.text"):
        storage.cases.case_texts(case.id)


def test_without_its_key_a_database_is_not_opened(storage: Storage, home: Path) -> None:
    if not storage.database.is_sqlite:
        pytest.skip("the home is opened again with its own SQLite database")
    saved_with_numbers(storage)
    storage.close()
    kept = (home / "keys" / "data.keys").read_text()
    (home / "keys" / "data.keys").unlink()
    with pytest.raises(DataKeyError, match=r"缺少.*数据密钥"):
        open_storage(home)
    assert not (home / "keys" / "data.keys").exists()
    with pytest.raises(DataKeyError, match="缺少"):
        open_storage(home, data_keys=f"x:{base64.b64encode(bytes(32)).decode()}")
    with pytest.raises(DataKeyError, match="第 1 行"):
        open_storage(home, data_keys="x:short")
    again = open_storage(home, data_keys=kept)
    assert again.search.find(MOBILE)
    again.close()


def test_a_new_key_seals_and_the_old_one_still_opens(storage: Storage, home: Path) -> None:
    if not storage.database.is_sqlite:
        pytest.skip("the home is opened again with its own SQLite database")
    first = saved_with_numbers(storage)
    storage.close()
    file = home / "keys" / "data.keys"
    old = file.read_text()
    file.write_text(f"2:{base64.b64encode(os.urandom(32)).decode()}\n{old}")
    again = open_storage(home)
    second = case_of(accept(again, b"second"), name="李四维")
    again.cases.save_case(second, "assembled", None, (), texts_of(second, PAGE))
    assert {hit.case_id for hit in again.search.find("138-0013-8000")} == {first.id, second.id}
    again.close()
    file.write_text(old)
    with pytest.raises(DataKeyError, match="缺少"):
        open_storage(home)


def test_several_that_open_a_new_home_make_one_key(home: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: open_storage(home), range(6)))
    for storage in opened:
        storage.close()
    with open_storage(home).database.read() as connection:
        assert len(connection.execute(text("SELECT id FROM data_keys")).all()) == 1
    assert (home / "keys" / "data.keys").stat().st_mode & 0o077 == 0


def test_a_second_home_does_not_write_into_a_database_with_a_key_of_its_own(
    storage: Storage, home: Path, tmp_path: Path
) -> None:
    if not storage.database.is_sqlite:
        pytest.skip("shown on SQLite; the check is the same")
    saved_with_numbers(storage)
    storage.close()
    shutil.copytree(home, tmp_path / "second")
    (tmp_path / "second" / "keys" / "data.keys").unlink()
    with pytest.raises(DataKeyError, match="缺少"):
        open_storage(tmp_path / "second")


def test_decisions_are_sealed_and_still_facts(storage: Storage) -> None:
    case = saved_with_numbers(storage)
    decided(storage, case)
    with storage.database.read() as connection:
        (body,) = connection.execute(text("SELECT body FROM decisions")).scalars()
    assert body.startswith("jz1.")
    assert storage.cases.load_case(case.id) is not None
