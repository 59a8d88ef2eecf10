"""Where a signature is asked for: printed labels, the form's signature cell, the end of a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.base import BBox
from domain.documents import ReadPage
from domain.marks import RuledCell
from domain.ocr import OcrLine

_ROLE = (
    r"(?:[投报技役]\s*[诉訴訢]\s*人|申\s*请\s*人|法定代表人?|法人代表|负责人|委托代理人|委\s*托\s*人|受\s*托\s*人|代\s*理\s*人|授权人|被授权人"
    r"|写信人|来信人|联名人|联合投诉人|举报人|信访人|反映者|投诉者|声明人|承诺人|说明人|立据人|报告人|申诉人|监护人"
    r"|经\s*办\s*人|承办人|当事人|本\s*人|客\s*户|被询问人|谈话人|签收人|确认人|具名人|反映人|会员单位)"
)
_SIGN = (
    r"(?:亲笔)?(?:[签簽]\s*[名字]\s*按\s*[印手]印?|[签簽]\s*字|[签簽]\s*名|[签簽]\s*章|[签簽]\s*署|[签簽]\s*字\s*盖\s*章"
    r"|盖\s*章|手\s*印|按\s*[印指]印?)"
)
SIGN_LABEL = re.compile(
    rf"(?:{_ROLE}|[\u4e00-\u9fff]{{0,24}}?)[（(]?{_SIGN}(?:[或/、和及]?{_SIGN})*[)）]?(?:确认)?[)）]?\s*(?=[:：_＿—\-]|$)"
)
ROLE_SIGN_LABEL = re.compile(rf"{_ROLE}\s*[（(]{_SIGN}(?:[或/、和及]?{_SIGN})*[)）]")
"""Brackets end the label by themselves: the colon after them is often lost."""
ROLE_LABEL = re.compile(rf"^\W*(?P<label>{_ROLE}(?:[（(][^)）]{{1,6}}[)）])?)\s*(?:[:：]|$)")
OFFICE_LABEL = re.compile(
    r"\W*(?:(?:部门|值班|大堂|客服|分管|主管|副?总)?(?:经理|主任|领导|主管|总监|行长)|厂长|部长|科长|审\s*[核批]\s*人?|批\s*准\s*人?|复核人?"
    r"|填\s*[表写]\s*人|受理人|处理人|接待人|记录人|责任人)\W*"
)
"""Labels of a table's cell beside which the officer signs."""
PERSON_LABEL = re.compile(r"^\W*(?P<name>[\u4e00-\u9fff·]{2,6})[（(]签(?:字|名|章)[)）]")
OTHER_LABEL = re.compile(
    r"^\W*(?:日\s*期|时\s*间|年\s*月\s*日|电\s*话|联系|手机|盖\s*章|公\s*章|身份证|地\s*址|备\s*注|职\s*务)|[:：]\s*$"
)
DATE = re.compile(r"[0-9〇零一二三四五六七八九十oOlI]\s*[年月日号]|年\s*月|月\s*日|\d{2,4}\s*[./\-—]\s*\d{1,2}")
CLOSING = re.compile(
    r"此致|敬礼|敬上|谨启|顺颂|商祺|特此|附件|附：|抄送|盼复|望予|望.{0,6}(?:处理|答复)|年|月|日|公司|地址|电话"
)
SENTENCE = re.compile(r"[由应须]|提交|证据|方可")
HAND_WORD = re.compile(r"[签簽]|[手指]\s*印|按\s*印")
CONFIRMED = re.compile(r"^\W*(?:投诉人|本人|会员单位).{0,6}(?:确认|知晓)")
LONG_LINE = 12
REACH_RIGHT_MM = 85.0
MOST_CLOSING_LINES = 8
BINDING_MM = 20.0
"""Margin where binding holes are; no letter is signed there."""


@dataclass(frozen=True)
class SignaturePlace:
    """A place to look for ink of a hand, pixels of the upright page.

    Attributes:
        region: where the ink may be.
        label: the printed label, `None` at the end of a letter.
        person: the name that the label itself gives.
        printed: print to compare with: the label, or the last long line.
        line: the label's line, `None` at the end of a letter.
        label_end: x where the label ends on its line.
    """

    region: BBox
    label: str | None
    printed: BBox
    person: str | None = None
    line: OcrLine | None = None
    label_end: float = 0.0


@dataclass(frozen=True)
class _Label:
    """The words of a label, where they end in the line's text, and the person they name."""

    words: str
    end: int
    person: str | None = None


def line_height(line: OcrLine) -> float:
    """Return the height of a line's box in pixels."""
    return max(line.bbox[3] - line.bbox[1], 1.0)


def find_places(page: ReadPage, cells: Sequence[RuledCell], mm: float) -> list[SignaturePlace]:
    """Return the places of a page that a label points to; `mm` is pixels a millimetre."""
    lines = page.text.lines
    places = []
    closing_top = _closing_top(page)
    for line in lines:
        found = _label(line, closing_top)
        if found is not None:
            places.append(_beside(line, found, page, cells, mm))
        elif OFFICE_LABEL.fullmatch(line.text):
            places += _office(line, cells)
    return places


def _label(line: OcrLine, closing_top: float) -> _Label | None:
    """Return the label on a line, `None` when it asks for no signature."""
    text = line.text
    person = PERSON_LABEL.search(text)
    if person and not re.fullmatch(_ROLE, person["name"]):
        return _Label(person[0].strip(), person.end(), person["name"])
    bracketed = ROLE_SIGN_LABEL.search(text)
    if bracketed and len(text) - bracketed.end() <= LONG_LINE:
        return _Label(bracketed[0].strip(), bracketed.end())
    matches = [m for m in SIGN_LABEL.finditer(text) if m.end() > m.start()]
    if matches and (
        matches[-1].end() < len(text) or len(text) <= LONG_LINE or CONFIRMED.match(text)
    ):  # else a sentence that breaks off at 签字
        last = matches[-1]
        if SENTENCE.search(last[0]) or not HAND_WORD.search(last[0]):
            return None
        return _Label(last[0].strip(), last.end())
    role = ROLE_LABEL.search(text)
    if role and line.bbox[1] >= closing_top and len(text) < 20:
        return _Label(role["label"], role.end())
    return None


def _closing_top(page: ReadPage) -> float:
    """Return the y below which a bare 投诉人： asks for a signature: below prose, at most two long lines follow."""
    long_lines = sorted((line for line in page.text.lines if len(line.text) >= LONG_LINE + 4), key=lambda n: n.bbox[1])
    # a letter's last page may hold nothing but its closing; a full page without prose is a list
    none = 2.0 if len(page.text.lines) <= MOST_CLOSING_LINES else float(page.page.height)
    prose = next((line.bbox[3] for line in long_lines if _is_prose(line)), none)
    return max(long_lines[-3].bbox[1] if len(long_lines) >= 3 else 0.0, prose - 2)


def _beside(line: OcrLine, label: _Label, page: ReadPage, cells: Sequence[RuledCell], mm: float) -> SignaturePlace:
    x0, y0, _, y1 = line.bbox
    label_end = line.span_box(0, label.end)[2]
    cell = _cell_at(cells, (x0 + label_end) / 2, (y0 + y1) / 2)
    if cell is not None:
        region = _cell_region(cell, cells, label_end)
    else:
        half = max(1.5 * line_height(line), 9 * mm)
        middle = (y0 + y1) / 2
        right = min(label_end + REACH_RIGHT_MM * mm, float(page.page.width))
        region = (label_end - mm, middle - half, right, middle + half)
        region = _cut_at_next_label(region, line, page)
    words = label.words.rstrip(":： _")
    return SignaturePlace(region, words, (x0, y0, label_end, y1), label.person, line, label_end)


def _office(line: OcrLine, cells: Sequence[RuledCell]) -> list[SignaturePlace]:
    """Return the cell right of an officer's label that fills its own cell."""
    x0, y0, x1, y1 = line.bbox
    cell = _cell_at(cells, (x0 + x1) / 2, (y0 + y1) / 2)
    if cell is None:
        return []
    right = [
        c for c in cells if c.table == cell.table and c.row == cell.row and c.column == cell.column + cell.column_span
    ]
    words = line.text.strip(":：_ ")
    return [SignaturePlace(right[0].bbox, words, line.bbox, None, line, x1)] if right else []


def _cell_at(cells: Sequence[RuledCell], x: float, y: float) -> RuledCell | None:
    inside = [c for c in cells if c.bbox[0] <= x <= c.bbox[2] and c.bbox[1] <= y <= c.bbox[3]]
    return min(inside, key=lambda c: (c.bbox[2] - c.bbox[0]) * (c.bbox[3] - c.bbox[1]), default=None)


def _cell_region(cell: RuledCell, cells: Sequence[RuledCell], label_end: float) -> BBox:
    """Return the label's cell, widened by the cell to its right when the label fills its own."""
    x0, y0, x1, y1 = cell.bbox
    if label_end < x0 + 0.6 * (x1 - x0):
        return cell.bbox
    right = [
        c for c in cells if c.table == cell.table and c.row == cell.row and c.column == cell.column + cell.column_span
    ]
    return (x0, y0, right[0].bbox[2], y1) if right else cell.bbox


def _cut_at_next_label(region: BBox, line: OcrLine, page: ReadPage) -> BBox:
    x0, y0, x1, y1 = region
    for other in page.text.lines:
        left = other.bbox[0]
        if (
            other is not line
            and in_one_row(line.bbox, other.bbox)
            and left > x0 + 5
            and (OTHER_LABEL.search(other.text) or DATE.search(other.text))
        ):
            x1 = min(x1, left)
    return (x0, y0, max(x1, x0 + 1), y1)


def in_one_row(a: BBox, b: BBox) -> bool:
    """Tell whether two boxes stand side by side; a tall signature reaches into the rows above and below its own."""
    heights = (a[3] - a[1], b[3] - b[1])
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    apart = abs((a[1] + a[3]) - (b[1] + b[3])) / 2
    return overlap > 0.4 * min(heights) and apart < 0.4 * max(heights)


def _is_prose(line: OcrLine) -> bool:
    """Tell a sentence from a row of a list or table, which asks for no signature."""
    text = line.text
    chinese = len(re.findall(r"[\u4e00-\u9fff]", text)) / max(len(text), 1)
    return chinese > 0.85 or (chinese > 0.6 and bool(re.search(r"[，。；！？,;!?]", text)))
