"""Ruled tables: from lines to cells, with merged cells, open sides and broken rules.

Rows and columns are clusters of rules in straightened coordinates. Two neighbouring grid places belong to one cell
when the rule between them is missing; a rule counts as present by how much of the edge it covers, so a broken rule
still divides and a writing line that hangs free inside a cell does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from domain.base import BBox
from domain.marks import RuledCell
from extractors.marks.grid_lines import Rules, Segment, Straightening, find_rules

TOUCH = 9.0
"""Rules whose ends come this near are taken to meet (working pixels)."""
SAME_LINE = 6.0
LEAST_BAND = 11.0
"""Rows and columns narrower than this are double rules, not cells."""
COVERED = 0.55
FREE_END = 7.0
OPEN_SIDE = 25.0
STREAK = 32.0
ONE_ROW, STROKE_GAP, WHOLE_UPRIGHT = 48.0, 3.5, 0.85
ENCLOSED, WELL_DRAWN = 0.55, 0.72
"""Least drawn share of the outline of a cell, and of the cells of a table on average."""
BRIDGED = 6.0

Interval = tuple[float, float]
Place = tuple[int, int, int, int]
"""Row, column, row span, column span."""


@dataclass(frozen=True)
class _Line:
    """One line of the grid: a place and the stretches that are drawn."""

    at: float
    drawn: tuple[Interval, ...]

    def share(self, start: float, end: float) -> float:
        """Return how much of ``start``..``end`` is drawn, 0 to 1."""
        return sum(max(0.0, min(b, end) - max(a, start)) for a, b in self.drawn) / max(end - start, 1.0)

    def covers(self, start: float, end: float, least: float = COVERED) -> bool:
        """Tell whether the line divides along ``start``..``end``."""
        parts = [(max(a, start), min(b, end)) for a, b in self.drawn if min(b, end) > max(a, start)]
        covered = sum(b - a for a, b in parts)
        if not parts or covered < least * (end - start):
            return False
        free = parts[0][0] - start > FREE_END and end - parts[-1][1] > FREE_END
        return not free or covered > 0.93 * (end - start)


@dataclass(frozen=True)
class _Lattice:
    """Rows and columns of one table in straightened coordinates."""

    across: tuple[_Line, ...]
    down: tuple[_Line, ...]


def find_cells(image: NDArray[np.uint8]) -> tuple[RuledCell, ...]:
    """Return the cells of all ruled tables of a page, table by table from the top, each in reading order.

    Args:
        image: upright page, BGR or grey, any resolution.

    Returns:
        Cells in pixels of ``image``. A frame with a single cell (page border, box round a notice) is no table.
    """
    return cells_of(find_rules(image))


def cells_of(rules: Rules) -> tuple[RuledCell, ...]:
    """Return the cells of all ruled tables that a page's rules form."""
    lattices = [_lattice(h, v) for h, v in _groups(rules)]
    tables = [cells for lattice in lattices if (cells := _cells(lattice))]
    tables.sort(key=lambda cells: cells[0][1][1])
    return tuple(
        RuledCell(
            table=number,
            row=place[0],
            column=place[1],
            row_span=place[2],
            column_span=place[3],
            bbox=_on_page(box, rules),
        )
        for number, cells in enumerate(tables)
        for place, box in cells
    )


def _groups(rules: Rules) -> list[tuple[list[Segment], list[Segment]]]:
    """Return connected sets of rules with at least two lines in each direction."""
    across, down = list(rules.horizontal), list(rules.vertical)
    if not across or not down:
        return []
    parent = list(range(len(across) + len(down)))
    for i, j in zip(*np.nonzero(_meetings(across, down)), strict=True):
        _join(parent, int(i), len(across) + int(j))
    members: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for index in range(len(parent)):
        group = members.setdefault(_root(parent, index), ([], []))
        if index < len(across):
            group[0].append(across[index])
        else:
            group[1].append(down[index - len(across)])
    whole = [group for group in members.values() if len(group[0]) >= 2 and len(group[1]) >= 1]
    loose = [h for group in members.values() if not group[1] for h in group[0]]
    return [(h + _inside(loose, h, v), v) for h, v in _merged(whole)]


def _meetings(across: Sequence[Segment], down: Sequence[Segment]) -> NDArray[np.bool_]:
    """Tell for every pair (horizontal, vertical) whether the two rules cross or touch."""
    h = np.array([(s.at, s.start, s.end) for s in across])[:, None, :]
    v = np.array([(s.at, s.start, s.end) for s in down])[None, :, :]
    beside = (v[..., 0] >= h[..., 1] - TOUCH) & (v[..., 0] <= h[..., 2] + TOUCH)
    level = (h[..., 0] >= v[..., 1] - TOUCH) & (h[..., 0] <= v[..., 2] + TOUCH)
    return np.asarray(beside & level)


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _join(parent: list[int], one: int, other: int) -> None:
    parent[_root(parent, one)] = _root(parent, other)


def _span(across: Sequence[Segment], down: Sequence[Segment]) -> BBox:
    return (
        min(min(h.start for h in across), min((v.at for v in down), default=np.inf)),
        min(min(h.at for h in across), min((v.start for v in down), default=np.inf)),
        max(max(h.end for h in across), max((v.at for v in down), default=-np.inf)),
        max(max(h.at for h in across), max((v.end for v in down), default=-np.inf)),
    )


def _merged(groups: list[tuple[list[Segment], list[Segment]]]) -> list[tuple[list[Segment], list[Segment]]]:
    """Join groups whose areas overlap: pieces of one table cut apart by broken rules."""
    done: list[tuple[list[Segment], list[Segment]]] = []
    for h, v in sorted(groups, key=lambda g: _area(_span(*g)), reverse=True):
        box = _span(h, v)
        host = next((g for g in done if _overlap(box, _span(*g)) > 0.5 * _area(box)), None)
        if host is None:
            done.append((h, v))
        else:
            host[0].extend(h)
            host[1].extend(v)
    return done


def _area(box: BBox) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _overlap(a: BBox, b: BBox) -> float:
    return _area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def _inside(loose: Sequence[Segment], across: Sequence[Segment], down: Sequence[Segment]) -> list[Segment]:
    x0, y0, x1, y1 = _span(across, down)
    return [h for h in loose if y0 - TOUCH < h.at < y1 + TOUCH and h.start > x0 - TOUCH and h.end < x1 + TOUCH]


def _lattice(across: Sequence[Segment], down: Sequence[Segment]) -> _Lattice:
    rows, columns = _lines(across), _lines(down)
    rows = _without_streaks(rows, columns)
    columns = tuple(c for c in _without_streaks(columns, rows) if _spans_row(c, rows))
    return _Lattice(_closed(rows, columns), _closed(columns, rows))


def _without_streaks(lines: tuple[_Line, ...], crossing: tuple[_Line, ...]) -> tuple[_Line, ...]:
    """Drop lines that run far out of the table: streaks of a fax, folds, edges of the sheet."""
    if len(crossing) < 2:
        return lines
    low, high = crossing[0].at - STREAK, crossing[-1].at + STREAK
    before = [line for line in lines if line.drawn[0][0] < low]
    after = [line for line in lines if line.drawn[-1][1] > high]
    # a table that is cut off by the page, or has no side rules, runs out on several lines but on one side only
    streaks = [line for line in lines if line in before and line in after]
    streaks += [line for group in (before, after) if len(group) == 1 for line in group]
    kept = tuple(line for line in lines if line not in streaks)
    return kept if len(kept) >= 2 and 2 * len(kept) > len(lines) else lines


def _spans_row(column: _Line, rows: tuple[_Line, ...]) -> bool:
    """Tell a short rule, which must join two rows, from an upright stroke of a character."""
    drawn = sum(end - start for start, end in column.drawn)
    if drawn > ONE_ROW:
        return True
    start, end = column.drawn[0][0], column.drawn[-1][1]
    return all(any(abs(row.at - place) < STROKE_GAP for row in rows) for place in (start, end))


def _lines(segments: Sequence[Segment]) -> tuple[_Line, ...]:
    """Cluster pieces at the same place into lines, place weighted by length."""
    groups: list[list[Segment]] = []
    for piece in sorted(segments, key=lambda s: s.at):
        if groups and piece.at - _centre(groups[-1]) < SAME_LINE:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    lines = [_Line(_centre(group), _union([(s.start, s.end) for s in group])) for group in groups]
    return _without_doubles(lines)


def _centre(group: Sequence[Segment]) -> float:
    return float(np.average([s.at for s in group], weights=[s.length for s in group]))


def _union(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1] + BRIDGED:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _without_doubles(lines: Sequence[_Line]) -> tuple[_Line, ...]:
    """Take two lines that stand closer than a cell for one (double rules)."""
    kept: list[_Line] = []
    for line in lines:
        if kept and line.at - kept[-1].at < LEAST_BAND:
            other = kept.pop()
            kept.append(_Line((line.at + other.at) / 2, _union([*other.drawn, *line.drawn])))
        else:
            kept.append(line)
    return tuple(kept)


def _closed(lines: tuple[_Line, ...], crossing: tuple[_Line, ...]) -> tuple[_Line, ...]:
    """Add an edge where the crossing rules run on beyond the first or last line: tables without side rules."""
    if not crossing or not lines:
        return lines
    starts = sorted(line.drawn[0][0] for line in crossing)
    ends = sorted(line.drawn[-1][1] for line in crossing)
    low, high = starts[len(starts) // 2], ends[len(ends) // 2]
    span = ((min(c.at for c in crossing), max(c.at for c in crossing)),)
    before = (_Line(low, span),) if low < lines[0].at - OPEN_SIDE else ()
    after = (_Line(high, span),) if high > lines[-1].at + OPEN_SIDE else ()
    return (*before, *lines, *after)


def _cells(lattice: _Lattice) -> list[tuple[Place, BBox]]:
    """Return (row, column, row span, column span) and straightened box of every cell; empty for a bare frame."""
    rows, columns = len(lattice.across) - 1, len(lattice.down) - 1
    if rows < 1 or columns < 1 or rows * columns < 2:
        return []
    for least in (COVERED, 0.25):
        blocks = _blocks(lattice, least)
        if all(_is_rectangle(block) for block in blocks):
            break
    else:
        blocks = [part for block in blocks for part in _rectangles(block)]
    cells = [_cell(lattice, block) for block in blocks]
    cells = [cell for cell in cells if _drawn(lattice, cell[0]) >= ENCLOSED]
    if len(cells) < 2 or np.mean([_drawn(lattice, place) for place, _ in cells]) < WELL_DRAWN:
        return []
    return sorted(_renumbered(cells))


def _renumbered(cells: list[tuple[Place, BBox]]) -> list[tuple[Place, BBox]]:
    """Count rows and columns by the lines that divide some cell; writing lines inside a cell are no rows."""
    rows = sorted({edge for (r, _, h, _), _ in cells for edge in (r, r + h)})
    columns = sorted({edge for (_, c, _, w), _ in cells for edge in (c, c + w)})
    row_at = {edge: index for index, edge in enumerate(rows)}
    column_at = {edge: index for index, edge in enumerate(columns)}
    return [
        ((row_at[r], column_at[c], row_at[r + h] - row_at[r], column_at[c + w] - column_at[c]), box)
        for (r, c, h, w), box in cells
    ]


def _blocks(lattice: _Lattice, least: float) -> list[set[tuple[int, int]]]:
    """Group grid places that no rule divides."""
    v = [line.at for line in lattice.across]
    u = [line.at for line in lattice.down]
    rows, columns = len(v) - 1, len(u) - 1
    parent = list(range(rows * columns))
    for r, c in product(range(rows), range(columns)):
        if c + 1 < columns and not _parts_columns(lattice.down[c + 1], v, r, least):
            _join(parent, r * columns + c, r * columns + c + 1)
        if r + 1 < rows and not _divides(lattice.across[r + 1], u, c, least):
            _join(parent, r * columns + c, (r + 1) * columns + c)
    blocks: dict[int, set[tuple[int, int]]] = {}
    for r, c in product(range(rows), range(columns)):
        blocks.setdefault(_root(parent, r * columns + c), set()).add((r, c))
    return list(blocks.values())


def _parts_columns(column: _Line, v: Sequence[float], row: int, least: float) -> bool:
    """Tell whether a column line divides one row: in a low row a stroke of a character may pass for its end."""
    beside = [i for i in (row - 1, row + 1) if 0 <= i < len(v) - 1]
    goes_through = len(beside) == 2 and all(column.share(v[i], v[i + 1]) > 0.9 for i in beside)
    if not goes_through and v[row + 1] - v[row] < ONE_ROW:
        least = max(least, WHOLE_UPRIGHT)
    return column.covers(v[row], v[row + 1], least)


def _divides(row: _Line, u: Sequence[float], column: int, least: float) -> bool:
    """Tell whether a row line divides one column; a line whole in the next column may be badly broken in this one."""
    beside = [i for i in (column - 1, column + 1) if 0 <= i < len(u) - 1]
    goes_on = any(row.share(u[i], u[i + 1]) > 0.9 for i in beside)
    return row.covers(u[column], u[column + 1], min(least, 0.18) if goes_on else least)


def _extent(block: set[tuple[int, int]]) -> Place:
    top, left = min(r for r, _ in block), min(c for _, c in block)
    return top, left, max(r for r, _ in block) - top + 1, max(c for _, c in block) - left + 1


def _is_rectangle(block: set[tuple[int, int]]) -> bool:
    _, _, height, width = _extent(block)
    return len(block) == height * width


def _rectangles(block: set[tuple[int, int]]) -> list[set[tuple[int, int]]]:
    """Cut a block that is no rectangle into runs of its rows, equal runs below each other joined."""
    if _is_rectangle(block):
        return [block]
    open_runs: dict[tuple[int, int], set[tuple[int, int]]] = {}
    parts: list[set[tuple[int, int]]] = []
    for row in sorted({r for r, _ in block}):
        runs = _runs_of(sorted(c for r, c in block if r == row))
        parts.extend(part for run, part in open_runs.items() if run not in runs)
        open_runs = {run: open_runs.get(run, set()) | {(row, c) for c in range(run[0], run[1] + 1)} for run in runs}
    return [*parts, *open_runs.values()]


def _runs_of(columns: list[int]) -> list[tuple[int, int]]:
    breaks = [i for i, (a, b) in enumerate(pairwise(columns)) if b != a + 1]
    starts = [columns[0], *(columns[i + 1] for i in breaks)]
    ends = [*(columns[i] for i in breaks), columns[-1]]
    return list(zip(starts, ends, strict=True))


def _cell(lattice: _Lattice, block: set[tuple[int, int]]) -> tuple[Place, BBox]:
    row, column, height, width = place = _extent(block)
    box = (
        lattice.down[column].at,
        lattice.across[row].at,
        lattice.down[column + width].at,
        lattice.across[row + height].at,
    )
    return place, box


def _drawn(lattice: _Lattice, place: Place) -> float:
    """Return which share of a cell's outline is drawn, 0 to 1: little round places outside a stepped table."""
    row, column, height, width = place
    u0, u1 = lattice.down[column].at, lattice.down[column + width].at
    v0, v1 = lattice.across[row].at, lattice.across[row + height].at
    edges = (
        lattice.across[row].share(u0, u1),
        lattice.across[row + height].share(u0, u1),
        lattice.down[column].share(v0, v1),
        lattice.down[column + width].share(v0, v1),
    )
    return sum(edges) / 4


def _on_page(box: BBox, rules: Rules) -> BBox:
    """Return the upright page box that lies best on the cell: its edges through the middles of the cell's edges."""
    u0, v0, u1, v1 = box
    bend: Straightening = rules.straightening
    left, top = bend.point(u0, (v0 + v1) / 2)[0], bend.point((u0 + u1) / 2, v0)[1]
    right, bottom = bend.point(u1, (v0 + v1) / 2)[0], bend.point((u0 + u1) / 2, v1)[1]
    return (left / rules.scale, top / rules.scale, right / rules.scale, bottom / rules.scale)
