"""Every sort of broken file gets its own refusal; whole files are recognised by content."""

from __future__ import annotations

import io
import os
import struct
import zlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.errors import (
    DamagedImageError,
    DamagedPdfError,
    EmptyFileError,
    EncryptedPdfError,
    InputFileError,
    JuanzongError,
    NoPagesError,
    PageTooLargeError,
    UnreadableFileError,
    UnsupportedFileError,
)
from extractors.reading.file_types import describe_file, sniff
from extractors.reading.render import load_picture
from extractors.reading.settings import ReadingSettings

SETTINGS = ReadingSettings()


def picture(width: int = 320, height: int = 240, mode: str = "RGB") -> Image.Image:
    noise = np.random.default_rng(7).integers(0, 255, (height, width, 3), np.uint8)
    return Image.fromarray(noise).convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


@cache
def pdf_bytes(pages: int = 1) -> bytes:
    document = pymupdf.open()
    for number in range(pages):
        document.new_page().insert_text((72, 72), f"page {number + 1}")
    return bytes(document.tobytes())


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("WEBP", "image/webp"),
    ],
)
def test_images_are_known_by_content_whatever_their_name(tmp_path: Path, kind: str, media_type: str) -> None:
    path = put(tmp_path, "letter.pdf", saved(picture(), kind))
    facts = describe_file(path)
    assert (facts.media_type, facts.pages) == (media_type, 1)
    assert load_picture(path, media_type, 1, SETTINGS).image.shape == (240, 320, 3)


def test_pages_are_counted(tmp_path: Path) -> None:
    pages = [picture(mode="1"), picture(mode="1"), picture(mode="1")]
    tiff = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    assert describe_file(put(tmp_path, "fax.tif", tiff)).pages == 3
    assert describe_file(put(tmp_path, "text.pdf", pdf_bytes(2))).pages == 2


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError, match="空文件"):
        describe_file(put(tmp_path, "scan.pdf", b""))


def test_text_renamed_pdf_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFileError, match="纯文本"):
        describe_file(put(tmp_path, "letter.pdf", "投诉书：这不是 PDF".encode()))


def test_office_documents_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFileError, match="Office"):
        describe_file(put(tmp_path, "letter.docx", b"PK\x03\x04" + bytes(100)))


def test_a_folder_and_a_missing_file_are_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="文件夹"):
        describe_file(tmp_path)
    with pytest.raises(UnreadableFileError):
        describe_file(tmp_path / "gone.pdf")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP"])
def test_cut_off_images_are_refused(tmp_path: Path, kind: str, share: float) -> None:
    whole = saved(picture(), kind)
    with pytest.raises(DamagedImageError):
        describe_file(put(tmp_path, "cut", whole[: int(len(whole) * share)]))


def test_an_exif_thumbnail_does_not_hide_a_cut(tmp_path: Path) -> None:
    thumbnail = saved(picture(64, 48), "JPEG")
    app1 = b"Exif\x00\x00" + thumbnail
    whole = saved(picture(), "JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(app1) + 2) + app1
    content = whole[:2] + segment + whole[2:]
    assert describe_file(put(tmp_path, "whole.jpg", content)).pages == 1
    with pytest.raises(DamagedImageError):
        describe_file(put(tmp_path, "cut.jpg", content[: len(content) - len(whole) // 2]))


def test_a_png_with_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    content = bytearray(saved(picture(), "PNG"))
    content[len(content) // 2] ^= 1
    with pytest.raises(DamagedImageError):
        describe_file(put(tmp_path, "bad.png", bytes(content)))


def test_a_broken_directory_in_a_multi_page_tiff_is_refused(tmp_path: Path) -> None:
    pages = [picture(mode="1") for _ in range(3)]
    content = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    first = struct.unpack_from("<I", content, 4)[0]
    entries = struct.unpack_from("<H", content, first)[0]
    link = first + 2 + 12 * entries
    struct.pack_into("<I", content, link, len(content) + 1000)
    with pytest.raises(DamagedImageError, match="第 2 页"):
        describe_file(put(tmp_path, "fax.tif", bytes(content)))


def test_a_tiff_whose_directories_run_in_a_circle_is_refused(tmp_path: Path) -> None:
    pages = [picture(mode="1") for _ in range(2)]
    content = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    first = struct.unpack_from("<I", content, 4)[0]
    entries = struct.unpack_from("<H", content, first)[0]
    second = struct.unpack_from("<I", content, first + 2 + 12 * entries)[0]
    more = struct.unpack_from("<H", content, second)[0]
    struct.pack_into("<I", content, second + 2 + 12 * more, first)
    with pytest.raises(DamagedImageError):
        describe_file(put(tmp_path, "loop.tif", bytes(content)))


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"\x78\x9c") + chunk(b"IEND", b"")


def test_a_huge_image_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(PageTooLargeError, match="30000×30000"):
        describe_file(put(tmp_path, "huge.png", _png_header(30_000, 30_000)))


def test_the_limit_on_pixels_is_configurable(tmp_path: Path) -> None:
    path = put(tmp_path, "small.png", saved(picture(), "PNG"))
    with pytest.raises(PageTooLargeError):
        describe_file(path, ReadingSettings(max_pixels=1000))


def test_a_huge_image_inside_a_pdf_is_refused(tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page().insert_image(pymupdf.Rect(0, 0, 500, 500), stream=saved(picture(), "PNG"))
    path = put(tmp_path, "scan.pdf", document.tobytes())
    with pytest.raises(PageTooLargeError):
        describe_file(path, ReadingSettings(max_pixels=1000))


@pytest.mark.parametrize("owner_only", [True, False])
def test_only_a_pdf_that_asks_for_a_password_is_refused(tmp_path: Path, owner_only: bool) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_bytes())) as document:
        user = "" if owner_only else "geheim"
        document.save(target, encryption=pikepdf.Encryption(owner="chef", user=user))
    path = put(tmp_path, "locked.pdf", target.getvalue())
    if owner_only:
        assert describe_file(path).pages == 1
        return
    with pytest.raises(EncryptedPdfError, match="密码"):
        describe_file(path)


def test_a_broken_cross_reference_is_repaired_in_memory_only(tmp_path: Path) -> None:
    content = pdf_bytes(2)
    at = content.rindex(b"startxref")
    broken = content[:at] + b"startxref\n999999\n%%EOF\n"
    path = put(tmp_path, "broken.pdf", broken)
    facts = describe_file(path)
    assert (facts.pages, facts.repaired) == (2, True)
    assert path.read_bytes() == broken
    assert load_picture(path, facts.media_type, 2, SETTINGS).image.min() < 100


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    with pikepdf.new() as document:
        document.save(target)
    with pytest.raises(NoPagesError):
        describe_file(put(tmp_path, "none.pdf", target.getvalue()))


def test_a_pdf_header_followed_by_rubbish_is_damaged(tmp_path: Path) -> None:
    rubbish = b"%PDF-1.7\n" + np.random.default_rng(3).bytes(4000)
    with pytest.raises(DamagedPdfError):
        describe_file(put(tmp_path, "bad.pdf", rubbish))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_named_or_refused_with_a_next_step(content: bytes) -> None:
    try:
        assert "/" in sniff(content, "x")
    except JuanzongError as error:
        assert error.fact and error.next_step


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_anywhere_never_escapes_as_another_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "TIFF", "WEBP", "BMP", "PDF"]))
    content = bytearray(pdf_bytes() if kind == "PDF" else saved(picture(40, 30), kind))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        content[at] = data.draw(st.integers(0, 255))
    path = put(tmp_path_factory.mktemp("damage"), "file", bytes(content))
    try:
        facts = describe_file(path)
        for page in range(1, facts.pages + 1):
            assert load_picture(path, facts.media_type, page, SETTINGS).image.shape[2] == 3
    except InputFileError as error:
        assert error.fact and error.next_step


def scanned_pdf() -> bytes:
    with pymupdf.open() as document:
        sheet = document.new_page()
        picture = cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 255, (800, 600, 3), np.uint8))[1]
        sheet.insert_image(sheet.rect, stream=picture.tobytes())
        return bytes(document.tobytes())


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_off_pdf_never_becomes_a_blank_page(tmp_path: Path, share: float) -> None:
    path = tmp_path / "cut.pdf"
    whole = scanned_pdf()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputFileError):
        facts = describe_file(path)
        load_picture(path, facts.media_type, 1, ReadingSettings())


def test_a_pdf_with_a_name_from_another_system_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("投诉书.pdf".encode("gb18030"))
    path.write_bytes(scanned_pdf())
    facts = describe_file(path)
    assert load_picture(path, facts.media_type, 1, ReadingSettings()).image.shape[2] == 3
