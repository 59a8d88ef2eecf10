"""PDF files through PyMuPDF: facts, page pixels. The only module that imports it for reading."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import pymupdf

from domain.errors import DamagedPdfError, EncryptedPdfError, NoPagesError, PageTooLargeError, UnreadableFileError
from extractors.reading.picture import Image, Picture, square_picture

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

_POINTS_PER_INCH = 72.0
# A page drawn from one image is the scan itself: its pixels are taken as they are instead of being drawn again.
_WHOLE_PAGE = 0.97
# Pasted seals and signatures are finer than the page needs.
_LARGE = 0.3
_INK_OF_OTHERS = frozenset({"fill-text", "stroke-text", "fill-path", "stroke-path", "fill-shade", "fill-imgmask"})
_LONGEST_SIDE = 6000


@dataclass(frozen=True)
class PdfFacts:
    """What is known about a PDF without reading it.

    Attributes:
        pages: number of pages.
        repaired: the file's own table of objects was broken and had to be rebuilt in memory.
    """

    pages: int
    repaired: bool


def pdf_facts(path: Path, max_pixels: int) -> PdfFacts:
    """Return the facts of the PDF at ``path``.

    Args:
        path: the file.
        max_pixels: an embedded image with more pixels is refused.

    Raises:
        DamagedPdfError: no page tree can be found, even after a repair.
        EncryptedPdfError: it opens with a password only.
        PageTooLargeError: an embedded image is larger than allowed.
    """

    def facts(document: Any, repaired: bool) -> PdfFacts:
        for index in range(document.page_count):
            _check_images(document, index, max_pixels, path.name)
        return PdfFacts(document.page_count, repaired)

    return on_document(path, facts)


def render_pdf_page(path: Path, page: int, dpi: int, max_dpi: int) -> Picture:
    """Return the pixels of ``page`` (from 1).

    A page that is one scanned image gives that image without loss; any other page is drawn at ``dpi``, or at the
    resolution of its largest image when that is finer, up to ``max_dpi``.

    Raises:
        DamagedPdfError: the page cannot be drawn.
    """

    def draw(document: Any, repaired: bool) -> Picture:
        sheet = document[page - 1]
        if repaired and not _has_its_streams(document, sheet):
            raise ValueError(f"page {page} lost its contents")
        scan = _whole_page_image(document, sheet)
        return _draw(sheet, dpi, max_dpi) if scan is None else square_picture(*scan, max_dpi)

    return on_document(path, draw)


_Result = TypeVar("_Result")
_RESEND = "请重新扫描或请投诉人重新提交该文件"
_MUPDF_ERRORS = (RuntimeError, ValueError, IndexError, KeyError, TypeError, AttributeError, pymupdf.mupdf.FzErrorBase)


def on_document(path: Path, action: Callable[[Any, bool], _Result]) -> _Result:
    """Return ``action(document, repaired)``; what fails on the file as it is, is tried on a copy repaired by QPDF."""
    reason: Exception
    try:
        with closing(_open(path)) as document:
            if not (document.is_repaired and document.page_count == 0):
                return action(document, bool(document.is_repaired))
    except _MUPDF_ERRORS as error:
        reason = error
    else:
        reason = NoPagesError(f"{path.name} 是没有页面的 PDF", _RESEND)
    from extractors.reading.pdf_repair import repaired_bytes  # QPDF is slow to import and seldom needed

    try:
        content = repaired_bytes(path)
    except DamagedPdfError:
        if isinstance(reason, NoPagesError):
            raise reason from None
        raise
    try:
        with closing(pymupdf.open(stream=content, filetype="pdf")) as document:
            if document.page_count == 0:
                raise DamagedPdfError(f"{path.name} 损坏，修复后仍找不到页面", _RESEND)
            return action(document, True)
    except _MUPDF_ERRORS:
        raise DamagedPdfError(f"{path.name} 损坏，无法显示其页面", _RESEND) from reason


def _open(path: Path) -> Any:
    try:
        # MuPDF takes names as UTF-8; a file with another name is handed over by its bytes
        source = {"filename": path} if _is_utf8(path) else {"stream": path.read_bytes()}
        document = pymupdf.open(**source, filetype="pdf")
    except OSError as error:
        raise UnreadableFileError(f"无法读取 {path.name}：{error}", "请检查文件权限后重试") from error
    if document.needs_pass:
        document.close()
        raise EncryptedPdfError(f"{path.name} 设有打开密码", "请提供不加密的文件，或去除密码后重新提交")
    return document


def _is_utf8(path: Path) -> bool:
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_its_streams(document: Any, sheet: Any) -> bool:
    """Tell whether a page of a repaired file still has contents and pictures: a cut file is repaired to white."""
    contents = sheet.get_contents()
    pictures = [entry[0] for entry in sheet.get_images()]
    return bool(contents) and all(document.xref_is_stream(xref) for xref in (*contents, *pictures))


def _check_images(document: Any, index: int, max_pixels: int, name: str) -> None:
    for entry in document.get_page_images(index):
        width, height = entry[2], entry[3]
        if width * height > max_pixels:
            raise PageTooLargeError(
                f"{name} 第 {index + 1} 页的图像有 {width}×{height} 像素，超过上限 {max_pixels // 1_000_000} 百万像素",
                "请以 300 dpi 以内的分辨率重新扫描",
            )


def _whole_page_image(document: Any, sheet: Any) -> tuple[Image, tuple[float, float]] | None:
    """Return the image and its resolution when the page is nothing but one upright image, else ``None``."""
    listed = sheet.get_images()
    drawn = sheet.get_image_info()
    if len(listed) != 1 or len(drawn) != 1 or listed[0][1] != 0:  # [1]: soft mask
        return None
    if not _INK_OF_OTHERS.isdisjoint(kind for kind, _ in sheet.get_bboxlog()) or sheet.first_annot is not None:
        return None
    a, b, c, d, *_ = drawn[0]["transform"]
    box = pymupdf.Rect(drawn[0]["bbox"])
    upright = a > 0 and d > 0 and abs(b) < 1e-3 * a and abs(c) < 1e-3 * d
    if not upright or abs(box & sheet.rect) < _WHOLE_PAGE * abs(sheet.rect) or abs(box) > abs(sheet.rect) / _WHOLE_PAGE:
        return None
    image = _pixels(pymupdf.Pixmap(document, listed[0][0]))
    return image, (
        image.shape[1] * _POINTS_PER_INCH / box.width,
        image.shape[0] * _POINTS_PER_INCH / box.height,
    )


def _draw(sheet: Any, dpi: int, max_dpi: int) -> Picture:
    images = sheet.get_image_info()
    large = [info for info in images if abs(pymupdf.Rect(info["bbox"]) & sheet.rect) > _LARGE * abs(sheet.rect)]
    finest = max((_image_dpi(info) for info in large), default=0.0)
    wanted = float(min(max(dpi, finest), max_dpi))
    longest = max(sheet.rect.width, sheet.rect.height, 1.0) / _POINTS_PER_INCH
    wanted = min(wanted, _LONGEST_SIDE / longest)
    scale = wanted / _POINTS_PER_INCH
    image = _pixels(sheet.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False))
    covered = sum(abs(pymupdf.Rect(info["bbox"]) & sheet.rect) for info in images)
    return Picture(image, wanted, wanted, vector=covered < 0.5 * abs(sheet.rect))


def _image_dpi(info: dict[str, Any]) -> float:
    x0, y0, x1, y1 = info["bbox"]
    a, b, c, d, *_ = info["transform"]
    across = max((a * a + b * b) ** 0.5, 1e-6)
    down = max((c * c + d * d) ** 0.5, 1e-6)
    if (x1 - x0) * (y1 - y0) < 0.2 * across * down:
        return 0.0
    return float(min(info["width"] / across, info["height"] / down) * _POINTS_PER_INCH)


def _pixels(pixmap: Any) -> Image:
    if pixmap.colorspace is None or pixmap.colorspace.n not in (1, 3) or pixmap.alpha:
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, pixmap)
        if pixmap.alpha:
            pixmap = pymupdf.Pixmap(pixmap, 0)
    rows = np.frombuffer(pixmap.samples_mv, np.uint8).reshape(pixmap.height, pixmap.stride)
    planes = rows[:, : pixmap.width * pixmap.n].reshape(pixmap.height, pixmap.width, pixmap.n)
    code = cv2.COLOR_GRAY2BGR if pixmap.n == 1 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(planes), code), np.uint8)


def with_entries_drawn(path: Path) -> bytes | None:
    """Return the PDF with its filled-in fields and typed notes as part of the page, ``None`` when it has none.

    What was entered into a fillable form is kept apart from the page; drawn into it, it reads like print.
    """

    def drawn(document: Any, _: bool) -> bytes | None:
        if not (document.is_form_pdf or document.has_annots()):
            return None
        document.bake()
        return bytes(document.tobytes())

    return on_document(path, drawn)


@dataclass(frozen=True)
class TextLayer:
    """What a page says about its own text.

    Attributes:
        visible: characters that are drawn.
        invisible: characters that are there for searching only (a scanner's own OCR).
        images: boxes of images, points, origin top left.
        image_share: part of the page that images cover, 0 to 1.
    """

    visible: str
    invisible: int
    images: tuple[tuple[float, float, float, float], ...]
    image_share: float


_INVISIBLE = 3  # text rendering mode 3, ISO 32000-1 table 106


def text_layer(path: Path, page: int) -> TextLayer:
    """Return the text layer of ``page`` (from 1)."""

    def layer(document: Any, _: bool) -> TextLayer:
        sheet = document[page - 1]
        spans = sheet.get_texttrace()
        visible = "".join(chr(c[0]) for span in spans if span["type"] != _INVISIBLE for c in span["chars"])
        invisible = sum(len(span["chars"]) for span in spans if span["type"] == _INVISIBLE)
        boxes = [pymupdf.Rect(info["bbox"]) & sheet.rect for info in sheet.get_image_info()]
        share = sum(abs(box) for box in boxes) / max(abs(sheet.rect), 1.0)
        return TextLayer(visible, invisible, tuple(tuple(box) for box in boxes), min(1.0, share))

    return on_document(path, layer)
