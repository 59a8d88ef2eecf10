"""Ruled tables: rows of cells with shares of the width, and groups of rows behind one upright label."""

from dataclasses import dataclass

from training.sheet import ASCENT, Box, LineTruth, Pen, Sheet, union, wrap

LEADING = 1.45


@dataclass(frozen=True)
class Cell:
    """A cell.

    `field` is a field name and its value in normal form, for cells whose text is a field's value. `prefix` is a label
    that stands before the text in the same cell, written with `prefix_pen`; `underlined` puts rules under the text.
    """

    text: str
    share: float
    pen: Pen
    field: tuple[str, str] | None = None
    align: str = "left"
    top: bool = False
    prefix: str = ""
    prefix_pen: Pen | None = None
    underlined: bool = False

    @property
    def indent(self) -> float:
        """The room the prefix takes on the first line, in points."""
        return self.prefix_pen.width(self.prefix) + 2 if self.prefix_pen and self.prefix else 0.0


@dataclass(frozen=True)
class Row:
    """Cells side by side, at least `height` points high."""

    cells: tuple[Cell, ...]
    height: float = 24.0


@dataclass(frozen=True)
class Group:
    """Rows that share one upright label in a narrow merged cell on their left."""

    label: str
    pen: Pen
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Style:
    """Line widths and padding in points. `ruled` False leaves the rules out (labels alone order the form)."""

    line: float = 0.7
    border: float = 1.2
    padding: float = 4.0
    ruled: bool = True
    label_fill: tuple[int, int, int] | None = None


def draw_table(sheet: Sheet, place: Box, rows: list[Row | Group], style: Style) -> float:
    """Draw rows into the width of `place` from its top; return the bottom. The height of `place` is ignored."""
    x0, top, x1, _ = place
    y = top
    for row in rows:
        if isinstance(row, Group):
            y = _draw_group(sheet, (x0, y, x1, y), row, style)
        else:
            y = _draw_row(sheet, (x0, y, x1, y), row, style)
    if style.ruled:
        sheet.frame((x0, top, x1, y), style.border)
    return y


def row_height(row: Row, width: float, style: Style) -> float:
    """Return the height a row needs in `width` points."""
    total = sum(c.share for c in row.cells)
    needed = [_text_height(c, width * c.share / total, style) for c in row.cells]
    return max([row.height, *needed])


def _text_height(cell: Cell, width: float, style: Style) -> float:
    return (
        max(len(wrap(cell.text, cell.pen, width - 2 * style.padding, cell.indent)), 1) * cell.pen.size * LEADING
        + 2 * style.padding
    )


def _draw_group(sheet: Sheet, place: Box, group: Group, style: Style) -> float:
    x0, y, x1, _ = place
    column = group.pen.size * 2
    bottom = draw_table(
        sheet,
        (x0 + column, y, x1, y),
        list(group.rows),
        Style(style.line, style.line, style.padding, style.ruled, style.label_fill),
    )
    step = min(group.pen.size * 1.25, (bottom - y - 4) / len(group.label))
    start = (y + bottom - step * len(group.label)) / 2
    boxes = [
        sheet.text(
            x0 + (column - group.pen.size) / 2, start + step * i + group.pen.size * ASCENT, c, group.pen, note=False
        )
        for i, c in enumerate(group.label)
    ]
    sheet.lines.append(LineTruth(group.label, union(boxes)))
    if style.ruled:
        sheet.frame((x0, y, x0 + column, bottom), style.line)
    return bottom


def _draw_row(sheet: Sheet, place: Box, row: Row, style: Style) -> float:
    x0, y, x1, _ = place
    height = row_height(row, x1 - x0, style)
    total = sum(c.share for c in row.cells)
    left = x0
    for cell in row.cells:
        right = left + (x1 - x0) * cell.share / total
        box = (left, y, right, y + height)
        if style.label_fill and cell.field is None and cell.text and not cell.top and not cell.prefix:
            sheet.fill(box, style.label_fill)
        draw_cell_text(sheet, box, cell, style.padding)
        if style.ruled:
            sheet.frame(box, style.line)
        left = right
    return y + height


def draw_cell_text(sheet: Sheet, box: Box, cell: Cell, padding: float) -> None:
    """Write a cell's text; note its field."""
    x0, y0, x1, y1 = box
    room = x1 - x0 - 2 * padding
    lines = wrap(cell.text, cell.pen, room, cell.indent)
    step = cell.pen.size * LEADING
    y = y0 + padding if cell.top else max((y0 + y1 - max(len(lines), 1) * step) / 2, y0 + 1)
    if cell.prefix_pen and cell.prefix:
        sheet.text(x0 + padding, y + step / 2 + cell.prefix_pen.size * (ASCENT - 0.5), cell.prefix, cell.prefix_pen)
    boxes = []
    for index, line in enumerate(lines or [""]):
        indent = cell.indent if index == 0 else 0.0
        x = x0 + padding + indent if cell.align == "left" else (x0 + x1 - cell.pen.width(line)) / 2
        if line:
            boxes.append(sheet.text(x, y + step / 2 + cell.pen.size * (ASCENT - 0.5), line, cell.pen))
        if cell.underlined:
            sheet.rule((x0 + padding + indent, y + step), (x1 - padding, y + step), 0.6)
        y += step
    if cell.field:
        sheet.field(cell.field[0], cell.field[1], cell.text, union(boxes) if boxes else box)
