"""The only module that knows openpyxl: sheets of text that stay text, and bar charts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from domain.base import Model
from outgoing.words import xml_text

Value = str | int | date | None

LONGEST_TEXT = 32_767
"""Characters that Excel takes in one cell."""
_CUT = "……（全文见案卷）"
_MARKS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_NARROW, _WIDE = 8, 60
_LINE = Side(style="thin", color="BBBBBB")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING = PatternFill("solid", fgColor="DDE6F0")
_DOUBTFUL = PatternFill("solid", fgColor="FFF2CC")
_CHART_ROWS = 16
_CHART_WIDTH_CM, _CHART_HEIGHT_CM = 15, 7


class SheetCell(Model):
    """A value; ``doubtful`` ones are shaded because nobody has confirmed them."""

    value: Value = None
    doubtful: bool = False


class Heading(Model):
    """A column's heading and the group it belongs to."""

    label: str
    group: str


class Block(Model):
    """A small table with its bar chart."""

    title: str
    heading: str
    rows: tuple[tuple[str, int], ...]
    note: str = ""


def table_book(
    title: str, headings: Sequence[Heading], rows: Iterable[Sequence[SheetCell]], notes: Sequence[tuple[str, str]]
) -> bytes:
    """Return a workbook with one table and a sheet of notes.

    Args:
        title: first line, and the name of the sheet.
        headings: columns in order; neighbours of one group stand under one merged cell.
        rows: values in the order of ``headings``.
        notes: label and text of the second sheet, 说明.
    """
    book = Workbook()
    sheet = _first_sheet(book, title)
    _write(sheet.cell(1, 1), title, bold=True)
    _write_headings(sheet, headings)
    for number, row in enumerate(rows, start=4):
        for column, given in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            _write(cell, given.value, wrap=True)
            cell.border = _BORDER
            if given.doubtful:
                cell.fill = _DOUBTFUL
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(headings))}{max(sheet.max_row, 3)}"
    _fit(sheet, first_row=3)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:3"
    _write_notes(book.create_sheet("说明"), notes)
    return _saved(book)


def chart_book(title: str, blocks: Sequence[Block], notes: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook whose first sheet has the blocks one below the other, each beside its chart."""
    book = Workbook()
    sheet = _first_sheet(book, title)
    _write(sheet.cell(1, 1), title, bold=True)
    row = 3
    for block in blocks:
        row = _write_block(sheet, block, row)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 10
    _write_notes(book.create_sheet("说明"), notes)
    return _saved(book)


def _first_sheet(book: Workbook, title: str) -> Worksheet:
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has no sheet")
    sheet.title = title.translate(str.maketrans("", "", r"[]:*?/\'"))[:31]
    return sheet


def _write(cell: Cell, value: Value, *, bold: bool = False, wrap: bool = False) -> None:
    """Set a value; text is text whatever it begins with, so that nothing read on paper becomes a formula."""
    if isinstance(value, str):
        text = xml_text(value)
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - len(_CUT)] + _CUT
        cell.value = text or None
        cell.data_type = "s" if text else "n"
        cell.number_format = "@"
        if text.startswith(_MARKS_OF_FORMULAS):
            cell.quotePrefix = True
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    cell.font = Font(name="宋体", bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)


def _write_headings(sheet: Worksheet, headings: Sequence[Heading]) -> None:
    start = 1
    for column, heading in enumerate(headings, start=1):
        label = sheet.cell(3, column)
        _write(label, heading.label, bold=True, wrap=True)
        label.fill, label.border = _HEADING, _BORDER
        last = column == len(headings) or headings[column].group != heading.group
        if last:
            _write(sheet.cell(2, start), heading.group, bold=True)
            if column > start:
                sheet.merge_cells(start_row=2, start_column=start, end_row=2, end_column=column)
            start = column + 1


def _fit(sheet: Worksheet, first_row: int) -> None:
    """Give every column the width of its longest line, within reason; Chinese characters count two."""
    for column in sheet.iter_cols(min_row=first_row):
        lines = [line for cell in column for line in str(cell.value or "").splitlines()]
        longest = max((sum(2 if ord(c) > 0xFF else 1 for c in line) for line in lines), default=0)
        sheet.column_dimensions[get_column_letter(column[0].column)].width = min(max(longest + 2, _NARROW), _WIDE)


def _write_notes(sheet: Worksheet, notes: Sequence[tuple[str, str]]) -> None:
    for row, (label, text) in enumerate(notes, start=1):
        _write(sheet.cell(row, 1), label, bold=True)
        _write(sheet.cell(row, 2), text, wrap=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 18, 90


def _write_block(sheet: Worksheet, block: Block, row: int) -> int:
    """Write one block from ``row`` on; return the first row of the next."""
    _write(sheet.cell(row, 1), block.title, bold=True)
    if block.note:
        _write(sheet.cell(row, 2), block.note)
    for column, word in enumerate((block.heading, "件数"), start=1):
        _write(sheet.cell(row + 1, column), word, bold=True)
        sheet.cell(row + 1, column).fill = _HEADING
    for offset, (label, count) in enumerate(block.rows, start=row + 2):
        _write(sheet.cell(offset, 1), label, wrap=True)
        _write(sheet.cell(offset, 2), count)
    if block.rows:
        sheet.add_chart(_chart(sheet, block, row + 1), f"D{row + 1}")
    return row + max(len(block.rows) + 4, _CHART_ROWS)


def _chart(sheet: Worksheet, block: Block, heading_row: int) -> BarChart:
    """Return a bar chart of the counts below ``heading_row``."""
    last = heading_row + len(block.rows)
    chart = BarChart()
    chart.type = "bar"
    chart.title = block.title
    chart.legend = None
    chart.width, chart.height = _CHART_WIDTH_CM, _CHART_HEIGHT_CM
    chart.add_data(Reference(sheet, min_col=2, min_row=heading_row, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=heading_row + 1, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    chart.y_axis.majorUnit = max(1, max(count for _, count in block.rows) // 5)
    return chart


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
