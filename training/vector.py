"""Sheets written as born-digital PDF files, with PyMuPDF."""

import io

import pymupdf
from PIL import Image

from training import sheet as sheets
from training.fonts import Face

STAMP = "D:20261102090000+08'00'"


def write_pdf(pages: list[sheets.Sheet], title: str) -> bytes:
    """Write sheets as a PDF with real text; one PDF page per sheet, in points."""
    document = pymupdf.open()
    faces = _load_faces(pages)
    for sheet in pages:
        page = document.new_page(width=sheet.width, height=sheet.height)
        for mark in sheet.marks:
            _write_mark(page, mark, faces)
    document.set_metadata({"title": title, "creationDate": STAMP, "modDate": STAMP, "producer": "office suite"})
    return bytes(document.tobytes(garbage=4, deflate=True, deflate_fonts=True, no_new_id=True))


def _load_faces(pages: list[sheets.Sheet]) -> dict[str, pymupdf.Font]:
    """Load each face with only the glyphs that these pages need."""
    needed: dict[Face, set[str]] = {}
    for sheet in pages:
        for mark in sheet.marks:
            if isinstance(mark, sheets.TextMark):
                needed.setdefault(mark.face, set()).update(mark.text)
    return {f.name: pymupdf.Font(fontbuffer=f.embeddable("".join(sorted(used)))) for f, used in needed.items()}


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
    writer = pymupdf.TextWriter(page.rect, color=_rgb(mark.colour))
    writer.append((mark.x, mark.y), mark.text, font=faces[mark.face.name], fontsize=mark.size)
    writer.write_text(page)


def _rgb(colour: sheets.Colour) -> tuple[float, ...]:
    return tuple(c / 255 for c in colour)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
