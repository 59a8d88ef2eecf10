"""Put pages into files: born-digital PDF, PDF of scans, TIFF, JPEG, PNG."""

import io
import time
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from training import truth, vector
from training.grades import PageImage, make_page
from training.sheet import Sheet

EXIF_ORIENTATION = 0x0112
# a fixed time makes files byte-stable
WRITTEN = time.struct_time((2026, 11, 2, 9, 0, 0, 0, 306, 0))


@dataclass(frozen=True)
class Paper:
    """One document: its sheets, all of one kind (an ID copy may be two sheets)."""

    kind: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class RenderedFile:
    """A file in memory with its ground truth."""

    name: str
    data: bytes
    truth: dict[str, Any]


@dataclass(frozen=True)
class FilePlan:
    """How papers become a file.

    The container is pdf, tiff, jpg, png or born_pdf; `turned` maps a page (from 1) to degrees.
    """

    stem: str
    papers: tuple[Paper, ...]
    grade: str
    container: str
    turned: tuple[tuple[int, int], ...] = ()


def render_file(plan: FilePlan, rng: Random) -> RenderedFile:
    """Draw, degrade and pack a file."""
    sheets = [s for paper in plan.papers for s in paper.sheets]
    counts = [(paper.kind, len(paper.sheets)) for paper in plan.papers]
    if plan.container == "born_pdf":
        pages = [_vector_page(s) for s in sheets]
        data, suffix = vector.write_pdf(sheets, plan.stem), "pdf"
    else:
        turned = dict(plan.turned)
        pages = [make_page(s, rng, plan.grade, turned.get(i, 0)) for i, s in enumerate(sheets, 1)]
        data, suffix = _pack(pages, plan.container, rng), {"tiff": "tif"}.get(plan.container, plan.container)
    name = f"{plan.stem}.{suffix}"
    truths = [truth.page_truth(i, s, p) for i, (s, p) in enumerate(zip(sheets, pages, strict=True), 1)]
    return RenderedFile(name, data, truth.file_truth(name, plan.container, counts, truths))


def _vector_page(sheet: Sheet) -> PageImage:
    """Describe a born-digital page: the frame is the page in points."""
    frame = (round(sheet.width), round(sheet.height))
    return PageImage(Image.new("RGB", (1, 1)), np.eye(3), frame, 0, (72, 72), "born_digital")


def _pack(pages: list[PageImage], container: str, rng: Random) -> bytes:
    out = io.BytesIO()
    first, rest = pages[0], [p.image for p in pages[1:]]
    dpi = first.dpi if first.turned in (0, 180) else first.dpi[::-1]
    bilevel = first.image.mode == "1"
    if container == "tiff":
        compression = "group4" if bilevel else "jpeg"
        first.image.save(out, "TIFF", compression=compression, dpi=dpi, save_all=True, append_images=rest)
    elif container == "pdf":
        quality = {} if bilevel else {"quality": rng.choice((55, 65, 75))}
        first.image.save(
            out, "PDF", dpi=dpi, save_all=True, append_images=rest, creationDate=WRITTEN, modDate=WRITTEN, **quality
        )
    elif container == "jpg":
        _write_jpeg(out, first, dpi, rng)
    else:
        first.image.save(out, "PNG", dpi=dpi, optimize=True)
    return out.getvalue()


def _write_jpeg(out: io.BytesIO, page: PageImage, dpi: tuple[int, int], rng: Random) -> None:
    """Write a JPEG; every fourth photo lies on its side in the file and says so in its Exif orientation."""
    image, exif = page.image, Image.Exif()
    quality = rng.choice((60, 70, 80, 86))
    if page.grade == "photo" and not page.turned and rng.random() < 0.25:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[EXIF_ORIENTATION] = 6
    image.save(out, "JPEG", quality=quality, dpi=dpi, exif=exif)
