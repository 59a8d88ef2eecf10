"""What a file is, by its content: type, number of pages, or the reason why it cannot be used."""

from __future__ import annotations

import zlib
from pathlib import Path

from pydantic import Field

from domain.base import Model
from domain.errors import (
    DamagedImageError,
    EmptyFileError,
    NoPagesError,
    PageTooLargeError,
    UnreadableFileError,
    UnsupportedFileError,
)
from extractors.reading.settings import ReadingSettings

PDF, TIFF, JPEG, PNG = "application/pdf", "image/tiff", "image/jpeg", "image/png"
BMP, WEBP = "image/bmp", "image/webp"
MEDIA_TYPES = (PDF, TIFF, JPEG, PNG, BMP, WEBP)

_RESCAN = "请重新扫描或请投诉人重新提交该文件"
_ACCEPTED = "请提供 PDF、TIFF、JPEG、PNG、BMP 或 WebP 文件"
# ISO 32000 lets readers look for the header in the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024
_NAMES = {
    b"PK\x03\x04": "ZIP 压缩包或 Office 文档",
    b"\xd0\xcf\x11\xe0": "旧版 Office 文档",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"GIF8": "GIF 图像",
    b"{\\rtf": "RTF 文档",
    b"<htm": "网页",
    b"<!DO": "网页",
}


class FileFacts(Model):
    """What is known about a file before it is read.

    Attributes:
        media_type: by content, one of ``MEDIA_TYPES``.
        pages: number of pages, at least 1.
        size: bytes.
        repaired: a PDF whose object table is broken; it is read through a repaired copy in memory.
    """

    media_type: str
    pages: int = Field(ge=1)
    size: int = Field(ge=1)
    repaired: bool = False


def describe_file(path: Path, settings: ReadingSettings | None = None) -> FileFacts:
    """Return the facts of the file at ``path`` without decoding its pages.

    Raises:
        InputFileError: one of its subclasses, each with the fact and the next step.
    """
    limit = (settings or ReadingSettings()).max_pixels
    content = _bytes_of(path)
    media_type = sniff(content, path.name)
    if media_type == PDF:
        from extractors.reading.pdf import pdf_facts

        facts = pdf_facts(path, limit)
        if facts.pages == 0:
            raise NoPagesError(f"{path.name} 是没有页面的 PDF", _RESCAN)
        return FileFacts(media_type=media_type, pages=facts.pages, size=len(content), repaired=facts.repaired)
    pages = _image_pages(content, media_type, path.name, limit)
    return FileFacts(media_type=media_type, pages=pages, size=len(content))


def sniff(content: bytes, name: str) -> str:
    """Return the media type of ``content`` by its first bytes.

    Args:
        content: the file, or at least its first 1024 bytes.
        name: for messages only.

    Raises:
        EmptyFileError: there are no bytes.
        UnsupportedFileError: it is none of the accepted types.
    """
    if not content:
        raise EmptyFileError(f"{name} 是空文件（0 字节）", "请重新扫描或重新复制该文件")
    known = _magic(content)
    if known is not None:
        return known
    raise UnsupportedFileError(f"{name} 的内容是{_guess(content)}，不是可受理的文件类型", _ACCEPTED)


def _magic(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return TIFF
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"BM") and content[6:10] == b"\x00\x00\x00\x00":
        return BMP
    return PDF if b"%PDF-" in content[:_PDF_HEADER_WITHIN] else None


def _guess(content: bytes) -> str:
    for magic, label in _NAMES.items():
        if content.startswith(magic):
            return label
    sample = content[:_PDF_HEADER_WITHIN]
    for encoding in ("utf-8", "gb18030"):
        try:
            text = sample[: len(sample) - len(sample) % 2].decode(encoding, errors="strict")
        except UnicodeDecodeError:
            continue
        if all(character.isprintable() or character in "\r\n\t" for character in text):
            return "纯文本"
    return "无法识别的数据"


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFileError(f"{path.name} 是文件夹，不是文件", "请给出文件夹内的文件")
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFileError(f"无法读取 {path.name}：{reason}", "请检查文件是否存在以及读取权限后重试") from error


def _image_pages(content: bytes, media_type: str, name: str, limit: int) -> int:
    from extractors.reading.rasters import image_sizes

    sizes = image_sizes(content, name)
    for number, (width, height) in enumerate(sizes, start=1):
        if width * height > limit:
            raise PageTooLargeError(
                f"{name} 第 {number} 页有 {width}×{height} 像素，超过上限 {limit / 1e6:g} 百万像素",
                "请以 300 dpi 以内的分辨率重新扫描",
            )
    if not _whole(content, media_type):
        raise DamagedImageError(f"{name} 不完整（文件被截断）", _RESCAN)
    if not sizes:
        raise NoPagesError(f"{name} 没有页面", _RESCAN)
    return len(sizes)


def _whole(content: bytes, media_type: str) -> bool:
    """Tell whether the container reaches its own end (pixel data are checked when they are decoded)."""
    if media_type == JPEG:
        return _jpeg_ends(content)
    if media_type == PNG:
        return _png_ends(content)
    if media_type == WEBP:
        return len(content) >= int.from_bytes(content[4:8], "little") + 8
    if media_type == BMP:
        return len(content) >= int.from_bytes(content[2:6], "little")
    return True


def _jpeg_ends(content: bytes) -> bool:
    """Walk the segments up to the scan, so that the end mark of an EXIF thumbnail does not count."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:
            return content.rfind(b"\xff\xd9", at) > 0
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return False


def _png_ends(content: bytes) -> bool:
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        end = at + 12 + length
        if end > len(content):
            return False
        kind = content[at + 4 : at + 8]
        checksum = int.from_bytes(content[end - 4 : end], "big")
        if kind in (b"IHDR", b"IDAT", b"IEND") and zlib.crc32(content[at + 4 : end - 4]) != checksum:
            return False
        if kind == b"IEND":
            return True
        at = end
    return False
