"""Makes the bundled notice templates: ``python -m outgoing.template_maker``.

The templates are DOCX files with docxtpl's marks, so that a house can change words and layout in Word. They are made
here, and not by hand, so that every change can be read in the history.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from docx import Document as new_docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from outgoing.filling import TEMPLATES

_FACE = "宋体"
_TITLE_SIZE, _TEXT_SIZE, _CELL_SIZE = Pt(18), Pt(12), Pt(10.5)
_INDENT = Pt(24)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)

Columns = tuple[tuple[str, str], ...]
"""Heading and mark of every column."""

_PAPERS: Columns = (
    ("序号", "{{ p.number }}"),
    ("材料", "{{ p.label }}"),
    ("文件", "{{ p.file }}"),
    ("页数", "{{ p.pages }}"),
    ("SHA-256（前 12 位）", "{{ p.digest }}"),
)
_LACKING: Columns = (
    ("序号", "{{ p.number }}"),
    ("材料", "{{ p.label }}"),
    ("情况", "{{ p.state }}"),
    ("理由", "{{ p.reason }}"),
    ("所在页", "{{ p.place }}"),
)
_ENCLOSED: Columns = (
    ("序号", "{{ p.number }}"),
    ("材料", "{{ p.label }}"),
    ("文件", "{{ p.file }}"),
    ("页数", "{{ p.pages }}"),
    ("起止页", "{{ p.place }}"),
    ("说明", "{{ p.note }}"),
)


def receipt_template() -> Document:
    """Return the template of 受理通知书."""
    document = _letter()
    _text(document, "{{ complainant }}：", indent=False)
    _text(
        document,
        "{{ received }}收到的投诉材料（来件渠道：{{ channel }}）已登记，编号 {{ number }}；{{ acceptance }}。",
    )
    _text(document, "收到材料如下，共 {{ total_pages }} 页：")
    _table(document, _PAPERS, "papers")
    _text(document, "预计办理时间：{{ expected }}")
    _text(document, "查询办理情况时请说明上述编号。")
    _close(document)
    return document


def deficiency_template() -> Document:
    """Return the template of 补正通知书."""
    document = _letter()
    _text(document, "{{ complainant }}：", indent=False)
    _text(
        document,
        "{{ received }}收到的投诉材料（编号 {{ number }}），经与{{ basis }}所列材料核对，下列材料缺少或有缺陷：",
    )
    _table(document, _LACKING, "items")
    _text(document, "请补交或补正上述材料，并注明编号 {{ number }}。")
    _close(document)
    return document


def referral_template() -> Document:
    """Return the template of 转办函."""
    document = _letter()
    _text(document, "{{ refer_to }}：", indent=False)
    _text(document, "{{ received }}收到{{ complainant }}的来件（编号 {{ number }}）。{{ ground }}。")
    _text(document, "依照{{ basis }}，现转请办理。随函附下列材料，共 {{ total_pages }} 页：")
    _table(document, _PAPERS, "papers")
    _close(document)
    return document


def package_template() -> Document:
    """Return the template of the coordination package's cover."""
    document = _letter()
    _text(document, "案件编号：{{ number }}", indent=False)
    _text(document, "提交单位：{{ adopter }}", indent=False)
    _text(document, "投诉人：{{ complainant }}", indent=False)
    _text(document, "依据：{{ basis }}", indent=False)
    _text(document, "材料清单（本封面之后共 {{ total_pages }} 页）：", indent=False)
    _table(document, _ENCLOSED, "items")
    _text(document, "案卷中没有的材料：{{ absent }}", indent=False)
    _close(document)
    return document


MAKERS: dict[str, Callable[[], Document]] = {
    "receipt": receipt_template,
    "deficiency": deficiency_template,
    "referral": referral_template,
    "package": package_template,
}
"""Template name to what makes it."""


def docx_bytes(document: Document) -> bytes:
    """Return the file; the same document gives the same bytes."""
    stream = io.BytesIO()
    document.save(stream)
    packed = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            named = zipfile.ZipInfo(entry.filename, _FIXED_TIME)
            target.writestr(named, source.read(entry), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _letter() -> Document:
    document = new_docx()
    document.core_properties.author, document.core_properties.comments = "", ""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    face = document.styles["Normal"]
    face.font.name, face.font.size = _FACE, _TEXT_SIZE
    face.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    face.paragraph_format.line_spacing = 1.5
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run("{{ title }}")
    run.bold, run.font.size = True, _TITLE_SIZE
    return document


def _text(document: Document, words: str, *, indent: bool = True) -> None:
    paragraph = document.add_paragraph(words)
    if indent:
        paragraph.paragraph_format.first_line_indent = _INDENT


def _table(document: Document, columns: Columns, rows: str) -> None:
    """Add a table with one row per entry of the list ``rows``, by docxtpl's row marks."""
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    for cell, (heading, _) in zip(table.rows[0].cells, columns, strict=True):
        run = cell.paragraphs[0].add_run(heading)
        run.bold, run.font.size = True, _CELL_SIZE
    table.rows[1].cells[0].text = f"{{%tr for p in {rows} %}}"
    for cell, (_, mark) in zip(table.rows[2].cells, columns, strict=True):
        cell.paragraphs[0].add_run(mark).font.size = _CELL_SIZE
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.add_paragraph()


def _close(document: Document) -> None:
    for words in ("{{ adopter }}（盖章）", "{{ today }}"):
        document.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def main(folder: Path = TEMPLATES) -> None:
    """Write every template."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MAKERS.items():
        (folder / f"{name}.docx").write_bytes(docx_bytes(make()))


if __name__ == "__main__":
    main()
