"""Image files (TIFF, JPEG, PNG, BMP, WebP): the only module that decodes them, through Pillow.

OpenCV decodes as fast but fills the missing part of a cut-off JPEG with grey and says nothing; Pillow refuses it.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageOps, TiffImagePlugin, UnidentifiedImageError

from domain.errors import DamagedImageError
from extractors.reading.picture import Image
from extractors.reading.tiff_chain import broken_page

# The limit on pixels is ours and is checked from the header; Pillow's own would be a warning at another number.
PillowImage.MAX_IMAGE_PIXELS = None
# What matters about a broken file is said by our errors, once.
logging.getLogger("PIL").setLevel(logging.CRITICAL)

_RESCAN = "请重新扫描或请投诉人重新提交该文件"
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError, OverflowError, MemoryError)
_X_RESOLUTION, _Y_RESOLUTION, _UNIT = 282, 283, 296
_STRIP_OFFSETS, _STRIP_SIZES, _TILE_OFFSETS, _TILE_SIZES = 273, 279, 324, 325
_NO_UNIT = 1
_ORIENTATION = 274
# What cameras and screens write when they do not know.
_SCREEN_DPI = (1, 72, 96)


def image_sizes(content: bytes, name: str) -> tuple[tuple[int, int], ...]:
    """Return ``(width, height)`` of every page from the headers alone.

    Args:
        content: the whole file.
        name: for messages.

    Raises:
        DamagedImageError: a header is broken, or pixel data reach beyond the end of the file.
    """
    with _quietly(), _opened(content, name) as image:
        if not isinstance(image, TiffImagePlugin.TiffImageFile):
            return (image.size,)
        page = broken_page(content)
        if page is not None:
            raise DamagedImageError(f"{name} 第 {page} 页的目录损坏", _RESCAN)
        return _tiff_sizes(image, len(content), name)


def decode_page(path: Path, page: int) -> tuple[Image, tuple[float, float] | None]:
    """Return the pixels of ``page`` (from 1), turned as EXIF says, and its dots per inch across and down.

    Raises:
        DamagedImageError: the data cannot be decoded to the end.
    """
    with _quietly(), _opened(path.read_bytes(), path.name) as image:
        try:
            image.seek(page - 1)
            image.load()
            dpi = _resolution(image)
            turned = ImageOps.exif_transpose(image)
        except _BROKEN as error:
            raise DamagedImageError(f"{path.name} 第 {page} 页的图像数据损坏或被截断", _RESCAN) from error
        if dpi is not None and _swaps_axes(image, turned):
            dpi = (dpi[1], dpi[0])
        return _to_bgr(turned), dpi


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Pillow's warnings about metadata from standard error; broken pixel data raise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def turned_by_exif(path: Path) -> bool:
    """Tell whether the file asks its viewers to turn or mirror the picture (Exif tag 274)."""
    with _opened(path.read_bytes(), path.name) as image:
        return int(image.getexif().get(_ORIENTATION, 1)) > 1


def _opened(content: bytes, name: str) -> PillowImage.Image:
    try:
        return PillowImage.open(io.BytesIO(content))
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise DamagedImageError(f"{name} 的图像文件头损坏", _RESCAN) from error


def _tiff_sizes(image: TiffImagePlugin.TiffImageFile, length: int, name: str) -> tuple[tuple[int, int], ...]:
    sizes = []
    page = 1
    while True:
        try:
            image.seek(page - 1)
        except EOFError:
            break
        except _BROKEN as error:
            raise DamagedImageError(f"{name} 第 {page} 页的目录损坏", _RESCAN) from error
        _check_strips(image.tag_v2, length, f"{name} 第 {page} 页")
        sizes.append(image.size)
        page += 1
    return tuple(sizes)


def _check_strips(tags: Any, length: int, label: str) -> None:
    """Refuse a page whose strips or tiles reach beyond the file: libtiff would show the lost part as white."""
    try:
        offsets = tuple(tags.get(_STRIP_OFFSETS) or tags.get(_TILE_OFFSETS) or ())
        sizes = tuple(tags.get(_STRIP_SIZES) or tags.get(_TILE_SIZES) or ())
    except _BROKEN as error:
        raise DamagedImageError(f"{label}的目录损坏", _RESCAN) from error
    if not offsets or len(offsets) != len(sizes):
        raise DamagedImageError(f"{label}没有图像数据", _RESCAN)
    if any(start + size > length for start, size in zip(offsets, sizes, strict=True)):
        raise DamagedImageError(f"{label}的图像数据不完整（文件被截断）", _RESCAN)


def _resolution(image: PillowImage.Image) -> tuple[float, float] | None:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return _tiff_resolution(image.tag_v2)
    dpi = image.info.get("dpi")
    if not dpi or round(dpi[0]) in _SCREEN_DPI:
        return None
    return float(dpi[0]), float(dpi[1])


def _tiff_resolution(tags: Any) -> tuple[float, float] | None:
    across, down = tags.get(_X_RESOLUTION), tags.get(_Y_RESOLUTION)
    if not across or not down or tags.get(_UNIT, 2) == _NO_UNIT:
        return None
    factor = 2.54 if tags.get(_UNIT, 2) == 3 else 1.0
    return float(across) * factor, float(down) * factor


def _swaps_axes(before: PillowImage.Image, after: PillowImage.Image) -> bool:
    return before.size != after.size and before.size == after.size[::-1]


def _to_bgr(image: PillowImage.Image) -> Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = PillowImage.new("RGBA", rgba.size, "white")
        image = PillowImage.alpha_composite(paper, rgba).convert("RGB")
    if image.mode.startswith("I"):  # 16 bit grey
        grey = np.asarray(image, np.float32)
        return _grey_to_bgr(np.asarray(grey * (255.0 / max(float(grey.max()), 1.0)), np.uint8))
    if image.mode in ("1", "L"):
        return _grey_to_bgr(np.asarray(image.convert("L"), np.uint8))
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    return np.asarray(cv2.cvtColor(np.asarray(rgb, np.uint8), cv2.COLOR_RGB2BGR), np.uint8)


def _grey_to_bgr(grey: np.ndarray[Any, np.dtype[np.uint8]]) -> Image:
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
