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
    r"|经\s*办\s*人|承办人|当事人|本\s*人|客\s*户|被询问人|谈话人|签收人|确认人|具名人|反映人|报[案失]人|会员单位)"
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
    r"|填\s*[表写]\s*人|受理人|处理人|接待人|记录人|责任人|(?:维修|现场|车间|项目|值班)?负责人|检验[人员]|质检[员]?|经办"
    r"|仓库|保管[员人]?|库管员?|验收[员人]?|制表人?|店长|班?组长)\W*"
)
"""Labels of a table's cell beside which the officer signs."""
LAST_LABEL = re.compile(
    r"(?P<label>[\u4e00-\u9fff]{0,2}(?:负责人|复核人?|审核人?|批准人?|检验[人员]|经办人?|验收人?))\s*[:：]\s*$"
)
"""The last label of a row outside of tables; beside it there is no more print on its line."""
ANY_ROLE = re.compile(r"^\W*(?P<label>[\u4e00-\u9fff]{1,4}人)\s*[:：]")
"""Whoever writes may call himself what he likes, and a written label may be misread but for its end."""
NO_SIGNER = re.compile(r"联\s*系|收[件款信货]|寄件|开户|持[卡票]|户[名主]|法人|受益|[被保]保险|抄送|证明|投诉对象")
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
NAME_ROOM = 6.0
"""Room that a name needs beside its label, in heights of the label."""
CLEAR = 0.9
HAN = re.compile(r"[\u4e00-\u9fff]{2}")
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
        elif OFFICE_LABEL.fullmatch(line.text) or LAST_LABEL.search(line.text):
            places += _office(line, page, cells, mm)
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
    other = ANY_ROLE.search(text)
    if other and line.bbox[1] >= closing_top and len(text) < LONG_LINE and not NO_SIGNER.search(text):
        return _Label(other["label"], other.end())
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
        region = _cell_region(cell, cells, label_end, line_height(line))
    else:
        half = max(1.5 * line_height(line), 9 * mm)
        middle = (y0 + y1) / 2
        right = min(label_end + REACH_RIGHT_MM * mm, float(page.page.width))
        region = (label_end - mm, middle - half, right, middle + half)
        region = _cut_between_rows(_cut_at_next_label(region, line, page), line, page)
    words = label.words.rstrip(":： _")
    return SignaturePlace(region, words, (x0, y0, label_end, y1), label.person, line, label_end)


def _office(line: OcrLine, page: ReadPage, cells: Sequence[RuledCell], mm: float) -> list[SignaturePlace]:
    """Return the place right of an officer's label: its row up to the next print, or the paper beside it.

    A hand's long strokes look like rules and part the officer's cell: cells are taken until print follows.
    """
    x0, y0, x1, y1 = line.bbox
    cell = _cell_at(cells, (x0 + x1) / 2, (y0 + y1) / 2)
    last = LAST_LABEL.search(line.text)
    if cell is None:
        label = _Label(last["label"], last.end()) if last else None
        return [_beside(line, label, page, cells, mm)] if label else []
    words = line.text.strip(":：_ ")
    left, top, right, bottom = cell.bbox[2], cell.bbox[1], cell.bbox[2], cell.bbox[3]
    row = [c for c in cells if c.table == cell.table and c.row == cell.row and c.column > cell.column]
    prints = [n.bbox for n in page.text.lines if n is not line and n.score > CLEAR and re.search(HAN, n.text)]
    for other in sorted(row, key=lambda c: c.column):
        inside = [b for b in prints if _contains(other.bbox, b)]
        if right > left and (inside or other.bbox[2] > left + REACH_RIGHT_MM * mm):
            break
        right = other.bbox[2]
    return [SignaturePlace((left, top, right, bottom), words, line.bbox, None, line, x1)] if right > left else []


def _contains(box: BBox, inner: BBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _cell_at(cells: Sequence[RuledCell], x: float, y: float) -> RuledCell | None:
    inside = [c for c in cells if c.bbox[0] <= x <= c.bbox[2] and c.bbox[1] <= y <= c.bbox[3]]
    return min(inside, key=lambda c: (c.bbox[2] - c.bbox[0]) * (c.bbox[3] - c.bbox[1]), default=None)


def _cell_region(cell: RuledCell, cells: Sequence[RuledCell], label_end: float, em: float) -> BBox:
    """Return the label's cell, widened by the cell to its right when the label leaves no room for a name."""
    x0, y0, x1, y1 = cell.bbox
    if label_end < x0 + 0.6 * (x1 - x0) and x1 - label_end > NAME_ROOM * em:
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


def _cut_between_rows(region: BBox, line: OcrLine, page: ReadPage) -> BBox:
    """Part the place from those of the labels above and below, half-way between the labels."""
    x0, y0, x1, y1 = region
    middle = (line.bbox[1] + line.bbox[3]) / 2
    for other in page.text.lines:
        text = other.text
        apart = (other.bbox[1] + other.bbox[3]) / 2 - middle
        beside = other.bbox[0] < x1 and other.bbox[2] > line.bbox[0] - line_height(line)
        asks = ROLE_LABEL.search(text) or ANY_ROLE.search(text) or ROLE_SIGN_LABEL.search(text)
        if other is line or not beside or not asks or abs(apart) < 0.7 * line_height(line):
            continue
        if apart > 0:
            y1 = min(y1, middle + apart / 2)
        else:
            y0 = max(y0, middle + apart / 2)
    return (x0, y0, x1, y1)


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
