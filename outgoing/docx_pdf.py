"""PDF from a filled DOCX without an office program: its paragraphs and tables as HTML, laid out by PyMuPDF.

Kept: headings, alignment, bold, size, tables with their borders, page breaks by length. Not kept: headers, footers,
pictures, columns (docs/decisions/0030-docx-to-pdf.md). The DOCX stays the form that people may change.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape

import pymupdf
from docx import Document as open_docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from domain.base import Model

MARGIN = 64.0
"""Points on every side of the sheet."""

_CSS = """
body { font-family: sans-serif; font-size: 11pt; line-height: 1.5; }
p { margin: 0 0 5pt 0; }
table { border-collapse: collapse; width: 100%; margin: 4pt 0 8pt 0; }
td { border: 0.6pt solid #000000; padding: 3pt 4pt; vertical-align: top; }
td p { margin: 0; font-size: 9.5pt; }
"""
_ALIGNMENTS = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}


class PdfCopy(Model):
    """A PDF and the characters that its face cannot draw (rare characters of names)."""

    content: bytes
    undrawn: str = ""


def docx_pdf(content: bytes) -> PdfCopy:
    """Return the DOCX ``content`` as A4 pages with text that can be searched and copied."""
    document = open_docx(io.BytesIO(content))
    html = "".join(_blocks(document))
    text = "".join(document.element.body.itertext())
    return PdfCopy(content=html_pdf(html), undrawn=undrawn(text))


def html_pdf(html: str) -> bytes:
    """Return ``html`` as A4 pages; the same words give the same bytes."""
    story = pymupdf.Story(html, user_css=_CSS)
    stream = io.BytesIO()
    writer = pymupdf.DocumentWriter(stream)
    sheet = pymupdf.paper_rect("a4")
    more = 1
    while more:
        device = writer.begin_page(sheet)
        more, _ = story.place(inside(sheet, MARGIN))
        story.draw(device)
        writer.end_page()
    writer.close()
    with pymupdf.open("pdf", stream.getvalue()) as made:
        made.subset_fonts()
        made.set_metadata({})
        return bytes(made.tobytes(garbage=4, deflate=True, no_new_id=True))


def inside(sheet: pymupdf.Rect, margin: float) -> pymupdf.Rect:
    """Return ``sheet`` without ``margin`` points on every side."""
    return pymupdf.Rect(sheet.x0 + margin, sheet.y0 + margin, sheet.x1 - margin, sheet.y1 - margin)


def undrawn(text: str) -> str:
    """Return the characters of ``text`` for which the built-in Chinese face has no picture, each once."""
    face = pymupdf.Font("cjk")
    return "".join(c for c in dict.fromkeys(text) if not c.isspace() and not face.has_glyph(ord(c)))


def _blocks(document: Document) -> Iterator[str]:
    for block in document.iter_inner_content():
        yield _table(block) if isinstance(block, Table) else _paragraph(block)


def _paragraph(paragraph: Paragraph) -> str:
    style = []
    alignment = paragraph.alignment
    if alignment is None and paragraph.style is not None:
        alignment = paragraph.style.paragraph_format.alignment
    if alignment in _ALIGNMENTS:
        style.append(f"text-align: {_ALIGNMENTS[alignment]}")
    indent = paragraph.paragraph_format.first_line_indent
    if indent:
        style.append(f"text-indent: {indent.pt:g}pt")
    words = "".join(_run(run) for run in paragraph.runs)
    return f'<p style="{"; ".join(style)}">{words or "&#160;"}</p>'


def _run(run: Run) -> str:
    words = escape(run.text).replace("\n", "<br/>").replace("\t", "&#8195;")
    size = run.font.size
    if size is not None:
        words = f'<span style="font-size: {size.pt:g}pt">{words}</span>'
    return f"<b>{words}</b>" if run.bold else words


def _table(table: Table) -> str:
    rows = []
    for row in table.rows:
        cells = []
        for cell in _distinct(row.cells):
            cells.append(f"<td>{''.join(_paragraph(p) for p in cell.paragraphs)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _distinct(cells: tuple[_Cell, ...]) -> list[_Cell]:
    """Return each cell once; python-docx repeats a merged one for every column it spans."""
    return [cell for n, cell in enumerate(cells) if n == 0 or cell._tc is not cells[n - 1]._tc]
