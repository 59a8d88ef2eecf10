"""Write paragraphs down a page and on to the next, noting which values stand in them."""

from dataclasses import dataclass
from random import Random

from training.look import Look
from training.sheet import Box, Pen, Sheet, union, wrap

BOTTOM = 70.0


@dataclass
class Writer:
    """Writes paragraphs down a page and on to the next."""

    rng: Random
    kind: str
    page: Look
    body: Pen
    leading: float
    sheets: list[Sheet]
    y: float = 0.0

    @property
    def sheet(self) -> Sheet:
        """The sheet being written."""
        return self.sheets[-1]

    @property
    def width(self) -> float:
        """The width between the margins, in points."""
        return self.sheet.width - 2 * self.page.margin

    def turn_over(self) -> None:
        """Start the next sheet, of the same size."""
        self.sheets.append(Sheet(self.kind, self.sheet.width, self.sheet.height))
        self.y = 70

    def paragraph(self, text: str, *, indent: bool = True) -> list[tuple[Sheet, str, Box]]:
        """Write a paragraph; return each line with its sheet and box."""
        first = self.body.size * 2 if indent else 0.0
        written = []
        for index, line in enumerate(wrap(text, self.body, self.width, first)):
            if self.y + self.leading > self.sheet.height - BOTTOM:
                self.turn_over()
            self.y += self.leading
            x = self.page.margin + (first if index == 0 else 0)
            written.append((self.sheet, line, self.sheet.text(x, self.y, line, self.body)))
        return written

    def note_values(self, written: list[tuple[Sheet, str, Box]], values: dict[str, tuple[str, str]]) -> None:
        """Note fields whose written form stands in these lines, also across a line break."""
        whole = "".join(line for _, line, _ in written)
        for name, (normal, raw) in values.items():
            start = whole.find(raw) if raw else -1
            if start < 0 or any(f.name == name for s in self.sheets for f in s.fields):
                continue
            boxes: list[Box] = []
            place, cursor = self.sheet, 0
            for sheet, line, box in written:
                a, b = max(start - cursor, 0), min(start + len(raw) - cursor, len(line))
                if a < b and (not boxes or sheet is place):
                    place = sheet
                    x = box[0] + self.body.width(line[:a])
                    boxes.append((x, box[1], x + self.body.width(line[a:b]), box[3]))
                cursor += len(line)
            place.field(name, normal, raw, union(boxes))
