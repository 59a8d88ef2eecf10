"""Sets every sheet with one start of Chromium and returns page images and truth boxes."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from playwright.sync_api import sync_playwright

from benchmarks.held_out import marks
from benchmarks.held_out.fonts import hand_face, print_face
from benchmarks.held_out.markup import Truth

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CSS_DPI = 96
PAPER_MM = 297
_PATIENCE = 180_000
"""Milliseconds that a sheet of all papers may take to load: a busy machine needs minutes."""

_FLOW = """
() => {
  // Move what does not fit to a further sheet of the same look.
  for (let sheet of [...document.querySelectorAll('.sheet')]) {
    let flow = sheet.querySelector('.flow');
    while (flow) {
      const limit = flow.getBoundingClientRect().bottom;
      const items = [...flow.children];
      let cut = items.findIndex(e => e.getBoundingClientRect().bottom > limit + 2);
      if (cut <= 0) break;
      const last = items[cut];
      if (last.classList.contains('endblock') && cut > 1) cut -= 1;
      const next = sheet.cloneNode(false);
      const body = flow.cloneNode(false);
      next.appendChild(body);
      items.slice(cut).forEach(e => body.appendChild(e));
      sheet.after(next);
      sheet = next; flow = body;
    }
  }
}
"""
_MEASURE = """
() => [...document.querySelectorAll('.sheet')].map(sheet => {
  const o = sheet.getBoundingClientRect();
  const out = {paper: +sheet.dataset.paper, width: o.width, height: o.height, spots: [], signs: []};
  for (const e of sheet.querySelectorAll('[data-f],[data-m]')) {
    const rects = [...e.getClientRects()].filter(r => r.width > 0.5);
    if (!rects.length) continue;
    const box = [Math.min(...rects.map(r => r.left)) - o.left, Math.min(...rects.map(r => r.top)) - o.top,
                 Math.max(...rects.map(r => r.right)) - o.left, Math.max(...rects.map(r => r.bottom)) - o.top];
    const kind = e.dataset.f === undefined ? 'm' : 'f';
    out.spots.push([kind, +(kind === 'm' ? e.dataset.m : e.dataset.f), box]);
  }
  const walker = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, of = [];
    for (let e = node.parentElement; e && e !== sheet; e = e.parentElement)
      if (e.dataset.f !== undefined) of.push(+e.dataset.f);
    for (let i = 0; i < node.data.length; i++) {
      if (/\\s/.test(node.data[i])) continue;
      range.setStart(node, i); range.setEnd(node, i + 1);
      const r = range.getBoundingClientRect();
      const box = [r.left - o.left, r.top - o.top, r.right - o.left, r.bottom - o.top];
      if (r.width > 0.2) out.signs.push([node.data[i], box, of]);
    }
  }
  return out;
})
"""


@dataclass
class Sheet:
    """One page of a paper: size in CSS pixels and what stands on it, boxes in CSS pixels from the top left.

    Attributes:
        width: of the sheet.
        height: of the sheet.
        index: of its page in the PDF, from 0.
        signs: every printed character, its box and the numbers of the fields it stands in, in the order of the text.
        fields: with boxes.
        marks: with boxes.
    """

    width: float
    height: float
    index: int
    signs: list[list[Any]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)


def place_marks(html: str, truth: Truth, seed: str) -> str:
    """Put the images of seals, signatures and thumbprints in the places noted for them."""
    rng = random.Random(seed)
    for number, mark in enumerate(truth.marks):
        image, width = marks.drawn(mark, f"{seed}/{number}")
        height = width * image.height / image.width
        uri = marks.data_uri(image)
        if mark["mark"] in ("seal", "thumb"):
            dx, dy = rng.uniform(-1.0, -0.5) * width, rng.uniform(-0.62, -0.38) * height
            if mark["mark"] == "thumb":
                dx = rng.uniform(-0.5, 0.3) * width
            if mark.get("far"):
                dx = rng.uniform(0.1, 0.3) * width
            style = f"width:{width:.1f}mm;left:{dx:.1f}mm;top:{dy:.1f}mm"
            spot = f'<span class="mk"><img data-m="{number}" style="{style}" src="{uri}"></span>'
        else:
            rise = rng.uniform(-1.2, 1.2)
            style = f"width:{width:.1f}mm;margin:-3mm 1mm;position:relative;top:{rise:.1f}mm"
            spot = f'<span class="mk inl"><img data-m="{number}" style="{style}" src="{uri}"></span>'
        html = html.replace(f"<!--mark:{number}-->", spot)
    return html


def _faces(hand: str) -> str:
    rules = [f"@font-face{{font-family:{n};src:url('{print_face(n).as_uri()}')}}" for n in ("song", "kai", "hei")]
    rules += [
        f"@font-face{{font-family:{n};src:url('{hand_face(n).as_uri()}')}}"
        for n in ("zhi-mang-xing", "liu-jian-mao-cao", "caveat", "reenie-beanie", "gochi-hand", "patrick-hand")
    ]
    return "".join(rules) + hand


def render(papers: list[tuple[str, Truth]], pdf: Path) -> list[list[Sheet]]:
    """Print all papers into one PDF of square pages (each sheet at the top left); return their sheets in order."""
    css = (Path(__file__).parent / "sheets.css").read_text(encoding="utf-8")
    body = []
    for number, (html, _) in enumerate(papers):
        body.append(html.replace('<section class="sheet', f'<section data-paper="{number}" class="sheet'))
    page_html = f"<!doctype html><meta charset=utf-8><style>{_faces('')}{css}</style><body>{''.join(body)}"
    source = pdf.with_suffix(".html")
    source.write_text(page_html, encoding="utf-8")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1123, "height": 1123})
        page.emulate_media(media="print")
        page.goto(source.as_uri(), timeout=_PATIENCE)
        page.evaluate("() => document.fonts.ready.then(() => 1)")
        page.evaluate(_FLOW)
        measured = page.evaluate(_MEASURE)
        page.pdf(path=str(pdf), prefer_css_page_size=True, print_background=True)
        browser.close()
    source.unlink()
    sheets: list[list[Sheet]] = [[] for _ in papers]
    seen: set[tuple[int, int]] = set()
    for index, found in enumerate(measured):
        sheet = Sheet(found["width"], found["height"], index, found["signs"])
        truth = papers[found["paper"]][1]
        _note_spots(sheet, found, truth, seen)
        sheets[found["paper"]].append(sheet)
    return sheets


def _note_spots(sheet: Sheet, found: dict[str, Any], truth: Truth, seen: set[tuple[int, int]]) -> None:
    """Give the sheet its fields (each on the first sheet that shows it) and its marks."""
    boxes: dict[tuple[str, int], list[float]] = {}
    for kind, number, box in found["spots"]:
        old = boxes.get((kind, number))
        boxes[(kind, number)] = box if old is None else _around(old, box)
    for (kind, number), box in boxes.items():
        if kind == "m":
            sheet.marks.append({**truth.marks[number], "box": box})
        elif (found["paper"], number) not in seen:
            seen.add((found["paper"], number))
            sheet.fields.append({**truth.fields[number], "box": box})


def _around(a: list[float], b: list[float]) -> list[float]:
    return [min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])]


class Raster:
    """Page images of the PDF that `render` wrote."""

    def __init__(self, pdf: Path) -> None:
        self._document = pypdfium2.PdfDocument(pdf)

    def image(self, sheet: Sheet, dpi: int) -> np.ndarray:
        """Return the sheet as RGB at `dpi`."""
        page = self._document[sheet.index]
        scale = dpi / 72
        right = page.get_width() - sheet.width * 0.75
        below = page.get_height() - sheet.height * 0.75
        bitmap = page.render(scale=scale, crop=(0, below, right, 0))
        return np.ascontiguousarray(bitmap.to_numpy()[..., :3][..., ::-1])

    def cut_pdf(self, sheets: list[Sheet], target: Path) -> None:
        """Write the sheets as a born-digital PDF."""
        out = pypdfium2.PdfDocument.new()
        out.import_pages(self._document, [s.index for s in sheets])
        for page, sheet in zip(out, sheets, strict=True):
            top = page.get_height()
            page.set_mediabox(0, top - sheet.height * 0.75, sheet.width * 0.75, top)
            page.set_cropbox(0, top - sheet.height * 0.75, sheet.width * 0.75, top)
        out.save(target)
