"""Pages of every kind as the reader would give them, without drawing them: lines with boxes, cells, errors of reading.

Layout, sizes, missing titles, cropped edges, lost lines and misread signs vary; the text comes from `kind_templates`.
"""

import math
from dataclasses import dataclass, field
from random import Random

from domain.base import BBox
from domain.documents import Page, ReadPage
from domain.evidence import Seal, Signature
from domain.marks import PageMarks, PageReading, RuledCell
from domain.ocr import OcrLine, OcrPage
from training.kind_templates import Blanks, Template, fill, make_blanks

PRODUCER = "kind-pages/1"
SIZES = {
    "screen": (1080, 2200), "card": (1000, 640), "envelope": (2200, 1050), "wide": (2339, 1654), "land": (2339, 1654),
    "small": (1100, 1550), "few": (1400, 1100),
}  # fmt: skip
CONFUSED = (
    "未末", "己已巳", "日曰目", "人入", "土士", "千干", "投设", "诉拆", "书节", "表衰", "会台", "单草", "理埋", "记纪",
    "中巾", "委季", "证正", "处外", "办为", "员贝", "户尸", "0oO", "1lI", "8B", "5S", "王玉主", "木本", "大太犬",
    "问间", "申甲由", "付什", "天夭", "免兔", "拔拨", "候侯", "东束", "今令", "析折", "情清", "请清", "很恨", "科料",
    "客容", "保促", "公么", "司同",
)  # fmt: skip
_SWAPS = {sign: group.replace(sign, "") for group in CONFUSED for sign in group}


@dataclass(frozen=True)
class Setting:
    """How a page stands in its document; what is ``None`` is drawn at random.

    Attributes:
        number: page number in the file, from 1.
        size: height of the signs as a share of the page's longer side.
        mark: the printed page mark, empty for none.
        header: the line of a fax machine, empty for none.
        damage: whether edges are cropped and lines lost.
    """

    number: int = 1
    size: float | None = None
    mark: str | None = None
    header: str | None = None
    damage: bool = True


FIRST = Setting()


@dataclass
class Sheet:
    """A page in the making; boxes are pixels."""

    width: int
    height: int
    size: float
    lines: list[tuple[str, float, float, float]] = field(default_factory=list)
    cells: list[RuledCell] = field(default_factory=list)
    y: float = 0.0

    @property
    def margin(self) -> float:
        """Left and right margin in pixels."""
        return 0.1 * self.width

    def write(self, text: str, x: float, size: float | None = None) -> None:
        """Add one line of text at the current height."""
        self.lines.append((text, x, self.y, size or self.size))

    def down(self, lines: float = 1.0) -> None:
        """Go down by so many lines."""
        self.y += lines * self.size * 1.55


def text_width(text: str, size: float) -> float:
    """Return the width of a line in pixels."""
    return sum(size if ord(c) > 0x2E7F else 0.52 * size for c in text)


def make_page(template: Template, rng: Random, blanks: Blanks | None = None) -> PageReading:
    """Return one page of a template with the usual damage; a long one may run off the page."""
    rows = fill(template, rng, blanks or make_blanks(rng))
    if rng.random() < 0.18 and sum(mark != "#" for mark, _ in rows) >= 2:
        rows = [row for row in rows if row[0] != "#"]
    return lay_out(rows, template, rng)


def make_later_page(template: Template, rng: Random, blanks: Blanks | None = None) -> PageReading:
    """Return what a second page of the template would show: its lower part, without a title."""
    rows = [row for row in fill(template, rng, blanks or make_blanks(rng)) if row[0] != "#"]
    start = max(1, int(len(rows) * rng.uniform(0.3, 0.6)))
    return lay_out(rows[start:], template, rng, Setting(number=2))


def lay_out(rows: list[tuple[str, str]], template: Template, rng: Random, setting: Setting = FIRST) -> PageReading:
    """Set rows on a page and read them with errors."""
    shape = next((s for s in SIZES if s in template.shapes), "")
    width, height = SIZES.get(shape, (1654, 2339))
    lines = sum(math.ceil(text_width(text, 1) / 34) + 0.3 for _, text in rows)
    share = setting.size or rng.uniform(0.017, 0.027)
    size = min(share * max(width, height), 0.86 * height / (1.6 * max(lines, 6)))
    sheet = Sheet(width, height, size, y=height * rng.uniform(0.03, 0.1))
    ruled = rng.random() < (0.8 if "ruled" in template.shapes else 0.5)
    columns = max((text.count("|") + 1 for mark, text in rows if mark == "="), default=1)
    for place, (mark, text) in enumerate(rows):
        if mark == "=":
            _table_row(sheet, text, columns, place, ruled=ruled)
        elif mark == "#":
            _title(sheet, text, rng)
        elif template.chat and mark in "<>":
            _bubble(sheet, text, left=mark == "<")
        elif mark in (">", "^"):
            wide = text_width(text, size)
            at = (width - wide) / 2 if mark == "^" else width - sheet.margin - wide - rng.uniform(0, 0.15) * width
            sheet.write(text, max(at, 0.04 * width))
            sheet.down()
        else:
            _paragraph(sheet, text)
    return _read(sheet, rng, setting)


def _title(sheet: Sheet, text: str, rng: Random) -> None:
    scale = rng.choice((1.0, 1.3, 1.5, 1.7, 2.0, 2.2))
    if rng.random() < 0.25:
        text = (" " * rng.randrange(1, 3)).join(text)
    size = min(sheet.size * scale, 0.9 * sheet.width / max(text_width(text, 1), 1))
    at = sheet.margin if rng.random() < 0.1 else max((sheet.width - text_width(text, size)) / 2, 0.04 * sheet.width)
    sheet.write(text, at, size)
    sheet.down(scale + 0.6)


def _paragraph(sheet: Sheet, text: str) -> None:
    room, at = sheet.width - 2 * sheet.margin, sheet.margin + (2 * sheet.size if len(text) > 20 else 0)
    row = ""
    for sign in text:
        if text_width(row + sign, sheet.size) > room - (at - sheet.margin):
            sheet.write(row, at)
            sheet.down()
            row, at = "", sheet.margin
        row += sign
    if row.strip():
        sheet.write(row, at)
        sheet.down()


def _bubble(sheet: Sheet, text: str, *, left: bool) -> None:
    wide = text_width(text, sheet.size)
    sheet.write(text, 0.16 * sheet.width if left else 0.84 * sheet.width - wide)
    sheet.down(2.0)


def _table_row(sheet: Sheet, text: str, columns: int, place: int, *, ruled: bool) -> None:
    cells = [cell.strip() for cell in text.split("|")]
    room = sheet.width - 2 * sheet.margin
    step = room / (columns if len(cells) > 2 else len(cells))
    tall = 1
    for column, words in enumerate(cells):
        last = column == len(cells) - 1
        x0 = sheet.margin + column * step
        x1 = sheet.width - sheet.margin if last else x0 + step
        per_row = max(int((x1 - x0) / sheet.size), 2)
        parts = [words[i : i + per_row] for i in range(0, len(words), per_row)]
        tall = max(tall, len(parts))
        for down, part in enumerate(parts):
            sheet.lines.append((part, x0 + 0.3 * sheet.size, sheet.y + down * 1.25 * sheet.size, sheet.size))
    bottom = sheet.y + (tall * 1.25 + 0.3) * sheet.size
    if ruled:
        for column in range(len(cells)):
            x0 = sheet.margin + column * step
            x1 = sheet.width - sheet.margin if column == len(cells) - 1 else x0 + step
            box = (x0, sheet.y - 0.15 * sheet.size, x1, bottom)
            sheet.cells.append(RuledCell(table=0, row=place, column=column, bbox=box))
    sheet.y = bottom + 0.1 * sheet.size


def _read(sheet: Sheet, rng: Random, setting: Setting) -> PageReading:
    """Read a sheet as a recogniser would: cropped, with lost lines and wrong signs."""
    number, wrong = setting.number, rng.choice((0, 0, 0.004, 0.02, 0.06))
    lines = _cropped(sheet, rng) if setting.damage else sheet.lines
    header = _fax_header(rng, number) if setting.header is None and rng.random() < 0.1 else setting.header
    if header:
        lines = [*lines, (header, 0.06 * sheet.width, 8.0, 0.6 * sheet.size)]
    mark = setting.mark
    if mark is None and rng.random() < 0.12:
        mark = rng.choice(
            (
                f"第{number}页",
                f"- {number} -",
                f"{number}/{number + rng.randrange(3)}",
                f"第 {number} 页 共 {number + 1} 页",
            )
        )
    if mark:
        lines = [*lines, (mark, 0.47 * sheet.width, 0.965 * sheet.height, 0.8 * sheet.size)]
    kept = [_line(_misread(text, wrong, rng), x, y, size) for text, x, y, size in lines if text.strip()]
    kept = sorted((line for line in kept if line.text.strip()), key=lambda line: (line.bbox[1], line.bbox[0]))
    page = Page(number=number, source_page=number, width=sheet.width, height=sheet.height)
    text = OcrPage(number=number, width=sheet.width, height=sheet.height, lines=tuple(kept), producer=PRODUCER)
    return PageReading(read=ReadPage(page=page, text=text), marks=_marks(sheet, rng))


def _cropped(sheet: Sheet, rng: Random) -> list[tuple[str, float, float, float]]:
    lost = rng.choice((0, 0, 0, 0.04, 0.12))
    top = sheet.height * rng.uniform(0.03, 0.2) if rng.random() < 0.1 else 0
    bottom = sheet.height * (rng.uniform(0.6, 0.95) if rng.random() < 0.08 else 1)
    lines = [one for one in sheet.lines if top <= one[2] <= bottom and rng.random() >= lost]
    return lines or sheet.lines[:1]


def _fax_header(rng: Random, number: int) -> str:
    stamp = f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d} {rng.randrange(8, 19)}:{rng.randrange(10, 60)}"
    return rng.choice(
        (f"{stamp} FROM: 0{rng.randrange(10, 999)} 8{rng.randrange(10**6)} P.0{number}", f"传真 {stamp} P.{number}")
    )


def _marks(sheet: Sheet, rng: Random) -> PageMarks:
    """Seals and ink fall on any paper: they shall not decide."""
    where: BBox = (0.6 * sheet.width, 0.7 * sheet.height, 0.8 * sheet.width, 0.85 * sheet.height)
    seals = tuple(Seal(text=None, page=1, bbox=where, probability=0.9) for _ in range(rng.choice((0, 0, 1))))
    hands = tuple(Signature(name=None, page=1, bbox=where, probability=0.9) for _ in range(rng.choice((0, 0, 1))))
    return PageMarks(cells=tuple(sheet.cells), seals=seals, signatures=hands, producer=PRODUCER)


def _misread(text: str, share: float, rng: Random) -> str:
    if not share:
        return text
    signs = []
    for sign in text:
        roll = rng.random()
        if roll < 0.3 * share:
            continue
        swaps = _SWAPS.get(sign)
        if roll < share and swaps:
            sign = rng.choice(swaps)
        elif roll < 0.6 * share:
            sign = chr(0x4E00 + rng.randrange(0x3000)) if ord(sign) > 0x2E7F else sign
        signs.append(sign)
    return "".join(signs)


def _line(text: str, x: float, y: float, size: float) -> OcrLine:
    wide = text_width(text, size)
    box = ((x, y), (x + wide, y), (x + wide, y + size), (x, y + size))
    return OcrLine(text=text, polygon=box, score=0.97)
