"""Sheets written as born-digital PDF files, with PyMuPDF."""

import io

import pymupdf
from PIL import Image

from training import sheet as sheets
from training.fonts import builtin_cjk_face

STAMP = "D:20261102090000+08'00'"


def write_pdf(pages: list[sheets.Sheet], title: str) -> bytes:
    """Write sheets as a PDF with real text; one PDF page per sheet, in points."""
    document = pymupdf.open()
    faces: dict[str, pymupdf.Font] = {}
    for sheet in pages:
        page = document.new_page(width=sheet.width, height=sheet.height)
        for mark in sheet.marks:
            _write_mark(page, mark, faces)
    document.subset_fonts()
    document.set_metadata({"title": title, "creationDate": STAMP, "modDate": STAMP, "producer": "office suite"})
    return bytes(document.tobytes(garbage=4, deflate=True, deflate_fonts=True, no_new_id=True))


def _write_mark(page: pymupdf.Page, mark: sheets.Mark, faces: dict[str, pymupdf.Font]) -> None:
    match mark:
        case sheets.TextMark():
            _write_text(page, mark, faces)
        case sheets.RuleMark():
            page.draw_line(mark.start, mark.end, color=_rgb(mark.colour), width=mark.width)
        case sheets.FillMark():
            page.draw_rect(mark.box, color=None, fill=_rgb(mark.colour))
        case sheets.PictureMark():
            page.insert_image(mark.box, stream=_png(mark.image))


def _write_text(page: pymupdf.Page, mark: sheets.TextMark, faces: dict[str, pymupdf.Font]) -> None:
    # collections (.ttc) cannot be embedded as they are: those faces are written with the built-in one
    embeddable = mark.face.path is not None and mark.face.path.suffix == ".ttf"
    name = mark.face.name if embeddable else "builtin"
    if name not in faces:
        faces[name] = pymupdf.Font(fontbuffer=mark.face.data() if embeddable else builtin_cjk_face())
    writer = pymupdf.TextWriter(page.rect, color=_rgb(mark.colour))
    writer.append((mark.x, mark.y), mark.text, font=faces[name], fontsize=mark.size)
    writer.write_text(page)


def _rgb(colour: sheets.Colour) -> tuple[float, ...]:
    return tuple(c / 255 for c in colour)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
