"""Time stamps of an authority that runs here: believed when theirs, refused when anything about them is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import ConfigurationError
from domain.proof import SignedHead
from storage import ProofOptions, Storage, open_storage
from storage.proof.errors import NoAuthorityError, TimeStampError
from storage.proof.time_stamps import LARGEST, Authority
from tests.storage.authority import OPENSSL, Served, served_authority
from tests.storage.conftest import drop_triggers

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_authority(tmp_path_factory.mktemp("tsa") / "files") as served:
        yield served


@pytest.fixture
def authority(running: Served) -> Iterator[Served]:
    yield running
    running.status, running.answer = 200, None


@pytest.fixture
def stamping(home: Path, empty_home: Path, authority: Served) -> Iterator[Storage]:
    shutil.copytree(empty_home, home)
    opened = open_storage(home, proof=ProofOptions(authority=authority.url, certificates=authority.root))
    yield opened
    opened.close()


def signed(storage: Storage, data: bytes = b"leaf") -> SignedHead:
    storage.log.append(data)
    head = storage.proof.heads.sign()
    assert head is not None
    return head


def wrong(storage: Storage) -> set[tuple[str, str]]:
    """Return what the check of the archive says, but for leaves that no filing made."""
    return {(f.code, f.subject) for f in storage.fixity.verify_archive() if f.code != "filing_row"}


def test_a_stamp_is_verified_kept_and_verified_again(stamping: Storage, authority: Served) -> None:
    head = signed(stamping)
    stamp = stamping.proof.heads.stamp(head)
    assert stamp == stamping.proof.heads.stamp_of(head)
    asked = authority.asked
    assert stamping.proof.heads.stamp(head) == stamp
    assert authority.asked == asked
    assert wrong(stamping) == set()


def test_a_certificate_takes_the_first_stamped_head(stamping: Storage) -> None:
    first = signed(stamping, b"a")
    stamping.proof.heads.stamp(first)
    second = signed(stamping, b"b")
    assert stamping.proof.heads.covering(1) == second
    stamping.proof.heads.stamp(second)
    newest = signed(stamping, b"c")
    assert stamping.proof.heads.covering(0) == first
    assert stamping.proof.heads.covering(1) == second
    assert stamping.proof.heads.covering(2) == newest


def test_signing_never_asks_the_authority(stamping: Storage, authority: Served) -> None:
    asked = authority.asked
    signed(stamping)
    assert authority.asked == asked


@pytest.mark.parametrize("place", [-1, -200, 30])
def test_a_stamp_with_another_byte_is_found(stamping: Storage, place: int) -> None:
    head = signed(stamping)
    response = bytearray(stamping.proof.heads.stamp(head).response)
    response[place] ^= 1
    drop_triggers(stamping)
    with stamping.database.write() as connection:
        connection.execute(text("UPDATE time_stamps SET response = :r"), {"r": bytes(response)})
    assert wrong(stamping) == {("stamp", "head 0")}


def test_a_stamp_of_another_head_is_found(stamping: Storage) -> None:
    stamping.proof.heads.stamp(signed(stamping, b"a"))
    other = signed(stamping, b"b")
    drop_triggers(stamping)
    with stamping.database.write() as connection:
        connection.execute(text("UPDATE time_stamps SET head = :p"), {"p": other.position})
    assert wrong(stamping) == {("stamp", "head 1")}


def test_a_stamp_that_cannot_be_checked_is_a_finding(stamping: Storage, home: Path) -> None:
    stamping.proof.heads.stamp(signed(stamping))
    bare = open_storage(home)
    assert wrong(bare) == {("stamp", "head 0")}
    bare.close()


def test_an_authority_that_nobody_trusts(stamping: Storage, authority: Served, tmp_path: Path) -> None:
    head = signed(stamping)
    with served_authority(tmp_path / "other") as other:
        stranger = Authority(authority.url, other.root)
        with pytest.raises(TimeStampError, match="不可信"):
            stranger.stamp(head.text.encode())


def test_a_stamp_of_yesterday_is_no_answer(stamping: Storage, authority: Served) -> None:
    first = stamping.proof.heads.stamp(signed(stamping, b"a"))
    authority.answer = first.response
    with pytest.raises(TimeStampError, match="不可信"):
        stamping.proof.heads.stamp(signed(stamping, b"b"))


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (500, b"", "拒绝"),
        (200, b"", "不可信"),
        (200, b"<html>", "不可信"),
        (200, b"0" * (LARGEST + 1), "超过"),
    ],
)
def test_an_authority_that_fails_leaves_the_head_signed(
    stamping: Storage, authority: Served, status: int, answer: bytes, words: str
) -> None:
    head = signed(stamping)
    authority.status, authority.answer = status, answer
    with pytest.raises(TimeStampError, match=words):
        stamping.proof.heads.stamp(head)
    assert stamping.proof.heads.state().newest == head
    assert stamping.proof.heads.stamp_of(head) is None
    authority.status, authority.answer = 200, None
    assert stamping.proof.heads.stamp(head).authority == authority.url


def test_an_authority_that_is_not_there(stamping: Storage, authority: Served) -> None:
    gone = Authority("http://127.0.0.1:1/", authority.root)
    with pytest.raises(TimeStampError, match="没有应答"):
        gone.stamp(b"head")


def test_certificates_that_cannot_be_read(stamping: Storage, authority: Served, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_bytes(b"no certificate")
    for file in (tmp_path / "none.pem", tmp_path / "absent.pem"):
        with pytest.raises(ConfigurationError, match="证书文件"):
            Authority(authority.url, file).stamp(b"head")


def test_no_authority_is_set(storage: Storage) -> None:
    with pytest.raises(NoAuthorityError):
        storage.proof.heads.stamp(signed(storage))
