"""Files that cannot be used: every one visible with its next step, and nothing else harmed."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import open_services
from tests.flows.conftest import INCOMPLETE, MAJOR, Done, FolderOf, Ingested, ingest_arguments, juanzong

GOOD = (INCOMPLETE / "form.jpg", MAJOR / "身份证.pdf")
GBK_NAME = "投诉材料.pdf".encode("gb18030")

EXPECTED = {
    "空.pdf": "EmptyFileError",
    "文本.pdf": "UnsupportedFileError",
    "截断.jpg": "DamagedImageError",
    "密码.pdf": "EncryptedPdfError",
    "巨幅.png": "PageTooLargeError",
    "无页.pdf": "NoPagesError",
    "表格.xlsx": "UnsupportedFileError",
    "断链.pdf": "UnreadableFileError",
    "环.pdf": "UnreadableFileError",
    "回环": "UnreadableFileError",
    "管道": "UnreadableFileError",
    "投诉材料.pdf": "EmptyFileError",
}


def letter_pdf() -> bytes:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 72), "repaired letter, page one")
    return bytes(document.tobytes())


def encrypted(path: Path) -> None:
    with pikepdf.open(INCOMPLETE / "letter.pdf") as document:
        document.save(path, encryption=pikepdf.Encryption(user="secret", owner="secret"))


def header_of_a_huge_png(path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def fill(folder: Path) -> None:
    (folder / "空.pdf").touch()
    (folder / "文本.pdf").write_text("这不是 PDF，只是改了名字的文本。")
    content = GOOD[0].read_bytes()
    (folder / "截断.jpg").write_bytes(content[: len(content) // 2])
    encrypted(folder / "密码.pdf")
    header_of_a_huge_png(folder / "巨幅.png")
    with pikepdf.new() as nothing:
        nothing.save(folder / "无页.pdf")
    (folder / "表格.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    (folder / "断链.pdf").symlink_to(folder / "没有的文件.pdf")
    (folder / "环.pdf").symlink_to(folder / "环.pdf")
    (folder / "回环").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "管道")
    (Path(os.fsdecode(os.path.join(os.fsencode(folder), GBK_NAME)))).touch()  # noqa: PTH118 - bytes
    whole = letter_pdf()
    at = whole.rindex(b"startxref")
    (folder / "坏表.pdf").write_bytes(whole[:at] + b"startxref\n999999\n%%EOF\n")


@dataclass(frozen=True)
class Mixed:
    """One call with every bad file and two good ones."""

    home: Path
    folder: Path
    done: Done


@pytest.fixture(scope="module")
def mixed(ingested: Ingested, tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    root = tmp_path_factory.mktemp("bad")
    home = Path(shutil.copytree(ingested.home, root / "home"))
    folder = root / "来件"
    folder.mkdir()
    for paper in GOOD:
        shutil.copyfile(paper, folder / paper.name)
    fill(folder)
    done = juanzong(home, *ingest_arguments(folder, root / "没有的文件夹"), "--json", "-")
    return Mixed(home, folder, done)


def test_every_bad_file_is_named_and_the_good_ones_are_processed(mixed: Mixed) -> None:
    assert mixed.done.code == 3, mixed.done.err
    assert "Traceback" not in mixed.done.err
    document = mixed.done.json
    found = {Path(f["file"]).name: f["error"] for f in document["failures"]}
    assert found == {**EXPECTED, "没有的文件夹": "UnreadableFileError"}
    assert len(document["failures"]) == len(found)
    assert all(f["reason"] and f["next_step"] for f in document["failures"])
    (case,) = document["cases"]
    papers = {d["source_file"]: d for d in case["documents"]}
    assert set(papers) == {*(p.name for p in GOOD), "坏表.pdf"}
    assert all(d["pages"] and not d["failures"] for d in papers.values())
    assert case["fields"]["complainant_name"]["value"] and case["archive"]["log_index"] is not None


def test_the_repaired_pdf_was_read(mixed: Mixed) -> None:
    found = juanzong(mixed.home, "archive", "find", "repaired letter")
    assert "坏表.pdf" in found.words or "repairedletter" in found.words


def test_failures_are_in_the_table_and_in_the_review_pages(mixed: Mixed) -> None:
    before = review_failures(mixed.home)
    assert before == {**EXPECTED, "没有的文件夹": "UnreadableFileError"}
    again = juanzong(mixed.home, *ingest_arguments(mixed.folder, mixed.folder.parent / "没有的文件夹"))
    assert again.code == 3
    for name, error in EXPECTED.items():
        assert name in again.words and error in again.words
    assert "下一步" in again.words and "已有" in again.words
    assert review_failures(mixed.home) == before


def review_failures(home: Path) -> dict[str, str]:
    services = open_services(load_settings().model_copy(update={"home": home}))
    items = ReviewService(services).failures()
    services.close()
    found = {Path(i.failure.file).name: i.failure.error for i in items}
    assert len(found) == len(items), "the same failure twice"
    assert all(i.failure.reason and i.failure.next_step and i.received_at for i in items)
    return found


def test_archive_is_clean_and_refused_bytes_are_kept(mixed: Mixed) -> None:
    assert juanzong(mixed.home, "archive", "verify").code == 0
    services = open_services(load_settings().model_copy(update={"home": mixed.home}))
    kept = {Path(i.failure.file).name: i.object for i in services.storage.failures.list_failures()}
    assert kept["密码.pdf"] is not None
    stored = services.storage.objects.read(kept["密码.pdf"].key)
    services.close()
    assert stored == (mixed.folder / "密码.pdf").read_bytes()


DISK_FULL = """
import errno
from storage.stores import common
write = common._write
def full(piece, chunk):
    if {marker!r} in bytes(chunk):
        raise common.write_error(OSError(errno.ENOSPC, "No space left on device"))
    write(piece, chunk)
common._write = full
"""


def test_disk_full_while_one_file_is_stored(home: Path, folder_of: FolderOf, tmp_path: Path) -> None:
    folder = folder_of("满盘", *GOOD)
    marker = b"% the file for which there is no room"
    (folder / "放不下.pdf").write_bytes(letter_pdf() + marker)
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(DISK_FULL.format(marker=marker))
    done = juanzong(home, *ingest_arguments(folder), "--json", "-", PYTHONPATH=str(site))
    assert done.code == 3, done.err
    (failure,) = done.json["failures"]
    assert failure["file"] == "满盘/放不下.pdf" and failure["error"] == "StoreFullError" and failure["next_step"]
    (case,) = done.json["cases"]
    assert {d["source_file"] for d in case["documents"]} == {p.name for p in GOOD}
    assert list((home / "objects" / "tmp").iterdir()) == []
    assert review_failures(home) == {"放不下.pdf": "StoreFullError"}

    later = juanzong(home, *ingest_arguments(folder), "--json", "-")
    assert later.code == 0, later.err
    (grown,) = later.json["cases"]
    assert grown["case_id"] == case["case_id"] and len(grown["documents"]) == 3
    assert juanzong(home, "archive", "verify").code == 0
