"""Ground truth of files and cases as JSON (schemas juanzong.truth.file/1 and juanzong.truth.case/1).

Boxes are (x0, y0, x1, y1) in pixels of the page's `frame`: the upright page with square pixels, neither deskewed nor
rectified. A consumer whose page image has another size scales by its width over the frame's width.
"""

from typing import Any

import numpy as np

from training.grades import Matrix, PageImage
from training.sheet import Box, Sheet


def move_box(box: Box, matrix: Matrix) -> Box:
    """Move a box's corners by a homography; return the box around them."""
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], np.float64) @ matrix.T
    points = corners[:, :2] / corners[:, 2:]
    low, high = points.min(axis=0), points.max(axis=0)
    return (round(float(low[0]), 1), round(float(low[1]), 1), round(float(high[0]), 1), round(float(high[1]), 1))


def page_truth(number: int, sheet: Sheet, page: PageImage) -> dict[str, Any]:
    """Return the truth of one page of a file (pages count from 1)."""

    def inside(box: Box) -> list[float]:
        x0, y0, x1, y1 = move_box(box, page.matrix)
        width, height = page.frame
        return [max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height))]

    return {
        "number": number,
        "kind": sheet.kind,
        "id_sides": list(sheet.id_sides),
        "grade": page.grade,
        "turned": page.turned,
        "frame": list(page.frame),
        "dpi": list(page.dpi),
        "lines": [{"text": line.text, "box": inside(line.box), "hand": line.hand} for line in sheet.lines],
        "fields": [{"name": f.name, "value": f.value, "raw": f.raw, "box": inside(f.box)} for f in sheet.fields],
        "signatures": [{"name": s.name, "box": inside(s.box)} for s in sheet.signatures],
        "seals": [
            {
                "text": s.text,
                "box": inside(s.box),
                "colour": s.colour if page.image.mode == "RGB" else "black",
                "form": s.form,
                "complete": s.complete,
            }
            for s in sheet.seals
        ],
    }


def file_truth(
    name: str, container: str, documents: list[tuple[str, int]], pages: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the truth of a file; `documents` are (kind, number of pages) in order."""
    spans, start = [], 1
    for kind, count in documents:
        sides = sorted({s for p in pages[start - 1 : start - 1 + count] for s in p["id_sides"]}, reverse=False)
        spans.append(
            {
                "kind": kind,
                "pages": list(range(start, start + count)),
                "id_sides": [s for s in ("front", "back") if s in sides],
            }
        )
        start += count
    return {"schema": "juanzong.truth.file/1", "file": name, "container": container, "documents": spans, "pages": pages}
