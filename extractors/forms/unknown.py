"""Labels that no description knows, and headings of sections: they end the value before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from statistics import median

from extractors.forms.labels import SEPARATORS, LabelHit
from extractors.forms.paragraphs import place_box
from extractors.forms.slots import head_box
from extractors.layout.blocks import Block

_COLON = re.compile(r"[㐀-鿿A-Za-z()（）/／、]{2,12}[:：∶﹕]")
_HAN = re.compile(r"[㐀-鿿A-Za-z()（）/／]{2,10}")
_HEADING = re.compile(
    r"(?:第?[一二三四五六七八九十]+(?:部分)?[、.．:：]?|[甲乙丙丁戊己][、.．:：]?|【)"
    r"[㐀-鿿、]{0,8}(?:情况|信息|事项|处理|意见|资料|内容|结果|部分|其他|须知|承诺|回访|登记|签字|受理|调查|诉求|要求|说明|清单)"
    r"[㐀-鿿]{0,4}[】:：]?"
)
_DECLARED = re.compile(
    r"(?:以上|上述|上列)(?:内容|情况|信息|事项|资料|所填|填写|各项|均|由).{0,24}(?:属实|真实|虚假|责任|知悉|同意|确认|提出)"
    r"|(?:本人|我|我单位|本单位)?(?:已阅|已知悉|已认真阅读|已仔细阅读|承诺(?:以上|上述|所填)|保证(?:以上|上述|所填)|声明(?:以上|上述|所填))"
    r"|(?:填表说明|填写说明|注意事项|备注|说明|注)[:：]"
)
"""How a printed line begins that ends a long text: what the signer declares, or a note."""
_ROLE = re.compile(
    r"(?:[㐀-鿿]{0,6}(?:经理|主管|主任|副理|负责人|科长|部长|处长|站长)|[㐀-鿿]{1,6}[人员者]|[㐀-鿿]{0,6}(?:签字|签名|盖章|签章|签收|审批|批示|领导|日期|时间))"
    r"(?:[(（][^()（）]{0,10}[)）])?[:：]?"
)
_DONE_BY = re.compile(
    r"(?:审核|登记|经办|受理|记录|回访|接待|审批|批准|复核|填表|制表|签收|承办|办理|处理|跟进|核准)人"
)
_SIGNED = re.compile(r"[㐀-鿿]{0,6}(?:签字|签名|签章|盖章)(?:[(（][^()（）]{0,10}[)）])?")
"""A label of somebody who signs, or of a day, wherever in its row it stands."""
_BOXED = re.compile(r"[㐀-鿿]{2,10}[:：]?(?=[□☐☑☒√])")
"""A label before printed answers."""
_DONE = ("记录", "经办", "审核", "复核", "受理", "接待", "批准", "核准", "填表", "制表")
_NAME = re.compile(r"[㐀-鿿·]{2,8}")
_LEAST_COLUMN = 3
_ALIGNED = 1.2


def with_unknown(block: Block, hits: Sequence[LabelHit], tall: AbstractSet[str]) -> tuple[LabelHit, ...]:
    """Return the known labels of a block together with labels and headings that stand for no field.

    Args:
        block: an area without ruled cells; a cell is returned as it is.
        hits: its known labels.
        tall: fields whose value may run over any number of lines.
    """
    if block.cell is not None or not hits:
        return tuple(hits)
    lefts = [head_box(block, hit)[0] for hit in hits if _opens_row(block, hit.start)]
    headings = _headings(block, lefts)
    # 二、投诉事项 over other labels names a section; over a text it is the text's label
    found = [
        hit
        for hit in hits
        if hit.fields and (not tall.isdisjoint(hit.fields) or not any(a <= hit.start < b for a, b in headings))
    ]
    more = (*_with_colon(block, hits, lefts), *_in_column(block, hits), *_declared(block, hits), *_roles(block, hits))
    more = (*more, *_signed(block, lefts), *_boxed(block, lefts), *_signers(block, lefts))
    for start, end in (*headings, *more):
        if not any(hit.start < end and start < hit.end for hit in found):
            found.append(LabelHit(start, end, (), 1.0))
    return tuple(sorted(found, key=lambda hit: hit.start))


def heads_section(words: str) -> bool:
    """Tell whether a row's words are nothing but the numbered heading of a section (乙 投诉人情况)."""
    return _HEADING.fullmatch(words) is not None


def _rows(block: Block) -> list[tuple[int, int]]:
    """Return start and end of every visual row."""
    starts = [i for i in range(len(block.places)) if _opens_row(block, i)]
    return list(zip(starts, [*starts[1:], len(block.places)], strict=True))


def _opens_row(block: Block, index: int) -> bool:
    return index == 0 or block.places[index - 1].row < block.places[index].row


def _height(block: Block, index: int) -> float:
    box = place_box(block.places[index])
    return box[3] - box[1]


def _in_line(block: Block, start: int, lefts: Sequence[float]) -> bool:
    left = place_box(block.places[start])[0]
    return any(abs(left - other) < _ALIGNED * _height(block, start) for other in lefts)


def _headings(block: Block, lefts: Sequence[float]) -> list[tuple[int, int]]:
    """Find rows that are nothing but the heading of a section, no further right than the labels."""
    least = min(lefts, default=0.0)
    return [
        (start, end)
        for start, end in _rows(block)
        if _HEADING.fullmatch(block.text[start:end])
        and place_box(block.places[start])[0] < least + 0.6 * _height(block, start)
    ]


def _declared(block: Block, hits: Sequence[LabelHit]) -> list[tuple[int, int]]:
    """Find rows that begin with a printed declaration or note, up to a label in the same row."""
    found = []
    for start, end in _rows(block):
        stop = min((hit.start for hit in hits if start <= hit.start < end), default=end)
        if _DECLARED.match(block.text[start:stop]):
            found.append((start, stop))
    return found


def _roles(block: Block, hits: Sequence[LabelHit]) -> list[tuple[int, int]]:
    """Find labels of who signs or when: before a colon, or between two gaps in the row of a known label."""
    known_rows = {block.places[hit.start].row for hit in hits}
    ends = {hit.end for hit in hits}
    found = []
    for gap in sorted(block.gaps):
        match = _ROLE.match(block.text, gap)
        if match is None or block.places[gap].row != block.places[match.end() - 1].row:
            continue
        beside = not _opens_row(block, gap) and block.places[gap].row in known_rows and gap not in ends
        if block.text[match.end() - 1] in SEPARATORS or (beside and match.end() in block.gaps):
            found.append(match.span())
        elif beside and (done := _DONE_BY.match(block.text, gap)):
            found.append(done.span())
    return found


def _signed(block: Block, lefts: Sequence[float]) -> list[tuple[int, int]]:
    """Find places to sign that open a row in line with the labels, up to a gap."""
    matches = (_SIGNED.match(block.text, start) for start, _ in _rows(block) if _in_line(block, start, lefts))
    ends = block.gaps | {len(block.text)}
    return [match.span() for match in matches if match is not None and match.end() in ends]


def _boxed(block: Block, lefts: Sequence[float]) -> list[tuple[int, int]]:
    """Find words before a box to tick that open a row in line with the labels."""
    matches = (_BOXED.match(block.text, start) for start, _ in _rows(block) if _in_line(block, start, lefts))
    return [match.span() for match in matches if match is not None]


def _signers(block: Block, lefts: Sequence[float]) -> list[tuple[int, int]]:
    """Find who signs in a row of nothing but roles and names, a gap between any two (大堂经理 张三 记录 李四)."""
    found = []
    for start, end in _rows(block):
        cuts = [start, *sorted(gap for gap in block.gaps if start < gap < end), end]
        runs = [(a, b) for a, b in pairwise(cuts)]
        roles = [run for run in runs if _ROLE.fullmatch(block.text[slice(*run)]) or block.text[slice(*run)] in _DONE]
        named = all(run in roles or _NAME.fullmatch(block.text[slice(*run)]) for run in runs)
        if len(runs) > 1 and named and runs[0] in roles and _in_line(block, start, lefts):
            found.extend(roles)
    return found


def _with_colon(block: Block, hits: Sequence[LabelHit], lefts: Sequence[float]) -> list[tuple[int, int]]:
    """Find words between a gap and a colon: below known labels, or beside one in its row."""
    known_rows = {block.places[hit.start].row for hit in hits}
    found = []
    for gap in sorted(block.gaps):
        match = _COLON.match(block.text, gap)
        if match is None or any(block.places[i].row != block.places[gap].row for i in range(gap, match.end())):
            continue
        inner = block.gaps & set(range(gap + 1, match.end()))
        opens = _opens_row(block, gap)
        if not inner and (
            (opens and _in_line(block, gap, lefts)) or (not opens and block.places[gap].row in known_rows)
        ):
            found.append((gap, match.end()))
    return found


def _in_column(block: Block, hits: Sequence[LabelHit]) -> list[tuple[int, int]]:
    """Find words without a colon that stand in the column of the labels, clear of the column of the values."""
    heads = [(hit, head_box(block, hit)) for hit in hits if _opens_row(block, hit.start)]
    found = []
    for start, end in _rows(block):
        stop = next((gap for gap in sorted(block.gaps) if start < gap < end), end)
        words = block.text[start:stop]
        if not _HAN.fullmatch(words) or any(hit.start < stop and start < hit.end for hit in hits):
            continue
        left, right = place_box(block.places[start])[0], place_box(block.places[stop - 1])[2]
        height = _height(block, start)
        column = [(hit, box) for hit, box in heads if abs(box[0] - left) < 0.8 * height]
        values = [place_box(block.places[hit.end])[0] for hit, _ in column if _has_value_beside(block, hit, hits)]
        if len(column) >= _LEAST_COLUMN and len(values) >= _LEAST_COLUMN and right < median(values) - 0.3 * height:
            found.append((start, stop))
    return found


def _has_value_beside(block: Block, hit: LabelHit, hits: Sequence[LabelHit]) -> bool:
    if (
        hit.end >= len(block.places)
        or any(other.start == hit.end for other in hits)
        or block.text[hit.end - 1] in SEPARATORS
    ):
        return False
    beside = block.places[hit.end]
    return beside.row == block.places[hit.end - 1].row and hit.end in block.gaps
