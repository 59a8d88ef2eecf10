"""Everything on a page that is not text: ruled cells, boxes to tick, seals, ink of hands."""

from __future__ import annotations

from collections.abc import Callable

from domain.documents import ReadPage
from domain.marks import PageMarks
from extractors.marks.grid import cells_of
from extractors.marks.grid_bands import find_bands
from extractors.marks.grid_boxes import find_boxes
from extractors.marks.grid_lines import find_rules
from extractors.marks.ink import Image, separate
from extractors.marks.seals import find_seals
from extractors.marks.signatures import find_signatures

PRODUCER = "marks/4"


def find_marks(image: Image, page: ReadPage, recognise_line: Callable[[Image], tuple[str, float]]) -> PageMarks:
    """Find the marks of one page.

    Args:
        image: upright page image, BGR, 8 bits a channel.
        page: what was read on it; line boxes refer to `image`.
        recognise_line: reads one line of text from a BGR image; returns text and score (0 to 1).

    Returns:
        Cells, bands, boxes, seals and signatures with boxes in pixels of `image`.
    """
    rules = find_rules(image)
    cells = cells_of(rules)
    inks = separate(image, page.page.dpi)
    seals = find_seals(image, page, inks, recognise_line)
    return PageMarks(
        cells=cells,
        bands=find_bands(rules, cells),
        boxes=find_boxes(image, page),
        seals=seals,
        signatures=find_signatures(image, page, cells, seals, inks),
        producer=PRODUCER,
    )
