"""The same form as a born-digital PDF, as a fillable one and as its scan gives the same values."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from classifiers.packs import load_pack
from domain.evidence import FieldValue
from domain.marks import PageMarks, PageReading
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from extractors.marks.grid import find_cells
from extractors.marks.grid_boxes import find_boxes
from extractors.reading.born_digital import read_layer
from extractors.reading.reader import PageReader
from extractors.reading.settings import ReadingSettings

PACK = load_pack(Path(__file__).parents[2] / "policies" / "auto-insurance.yaml")
ROWS = (
    ("投诉人姓名", "何晚舟"),
    ("手机", "13800138000"),
    ("报案号", "RD202603150017"),
    ("被投诉部门", "理赔部"),
    ("投诉内容", "两次返修均未解决请尽快处理"),
)
EXPECTED = {
    "complainant_name": "何晚舟",
    "complainant_mobile": "13800138000",
    "claim_report_no": "RD202603150017",
    "respondent_branch": "理赔部",
    "complaint_facts": "两次返修均未解决请尽快处理",
    "complainant_gender": "女",
}


def write(path: Path, *, fillable: bool) -> Path:
    """Draw the form with its values printed, or entered into fields."""
    document = pymupdf.open()
    page = document.new_page()

    def text(x: float, y: float, words: str, size: float = 13) -> None:
        page.insert_text((x, y), words, fontname="china-s", fontsize=size)

    text(215, 60, "客户投诉受理记录", 20)
    for index, (label, value) in enumerate((*ROWS, ("性别", ""))):
        y = 100 + 36 * index
        page.draw_rect((60, y, 160, y + 36))
        page.draw_rect((160, y, 540, y + 36))
        text(66, y + 23, label)
        if value and fillable:
            widget = pymupdf.Widget()
            widget.rect = pymupdf.Rect(166, y + 5, 536, y + 31)
            widget.field_type, widget.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, label
            widget.field_value, widget.text_fontsize = value, 13
            page.add_widget(widget)
        elif value:
            text(170, y + 23, value)
    for index, option in enumerate("男女"):
        x, y = 172 + 90 * index, 100 + 36 * len(ROWS)
        text(x + 20, y + 23, option)
        if fillable:
            widget = pymupdf.Widget()
            widget.rect = pymupdf.Rect(x, y + 11, x + 14, y + 25)
            widget.field_type, widget.field_name = pymupdf.PDF_WIDGET_TYPE_CHECKBOX, option
            widget.field_value, widget.border_width, widget.border_color = option == "女", 1, (0, 0, 0)
            page.add_widget(widget)
        else:
            page.draw_rect((x, y + 11, x + 14, y + 25))
            if option == "女":
                page.draw_polyline([(x + 2, y + 18), (x + 6, y + 23), (x + 17, y + 7)], width=1.6)
    document.save(path)
    return path


def values(reading: PageReading) -> dict[str, str]:
    fields = extract_document("doc-1", DocumentKind.WORK_ORDER, (reading,), PACK.forms).fields
    return {f.name: f.value for f in fields if isinstance(f, FieldValue)}


def read(reader: PageReader, path: Path, media_type: str) -> PageReading:
    page, image = reader.read_without_colour(path, media_type, 1)
    marks = PageMarks(cells=find_cells(image), boxes=find_boxes(image, page), producer="test/1")
    return PageReading(read=page, marks=marks)


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return PageReader(ReadingSettings(threads=1))


@pytest.mark.parametrize("fillable", [False, True])
def test_a_born_digital_form_gives_its_values(reader: PageReader, tmp_path: Path, fillable: bool) -> None:
    path = write(tmp_path / "form.pdf", fillable=fillable)
    reading = read(reader, path, "application/pdf")
    assert reading.read.born_digital
    assert values(reading) == EXPECTED


def test_its_scan_gives_the_same(reader: PageReader, tmp_path: Path) -> None:
    path = write(tmp_path / "form.pdf", fillable=False)
    with pymupdf.open(path) as document:
        drawn = document[0].get_pixmap(dpi=200)
    scan = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples).convert("L")
    scan.rotate(0.5, fillcolor=255).save(tmp_path / "scan.png", dpi=(200, 200))
    assert values(read(reader, tmp_path / "scan.png", "image/png")) == EXPECTED


def test_what_was_entered_into_fields_is_text_of_the_page(tmp_path: Path) -> None:
    lines = read_layer(write(tmp_path / "form.pdf", fillable=True), 1, 200.0) or ()
    words = "".join(line.text for line in lines)
    assert "何晚舟" in words and "13800138000" in words
    assert "✓" in words or "✔" in words
