"""Printed labels of a form: longest match first, tolerant of recognition errors, of spacing and of added words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from rapidfuzz import fuzz

from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription
from extractors.forms.wordings import EXACT_ONLY, FAINT, FOLDED, WORDINGS
from extractors.layout.blocks import Block

SEPARATORS = ":：∶﹕;；"
_BARE = re.compile(r"[\s:：∶﹕;；*＊★☆·•.。、()（）\[\]【】<>《》“”\"'/／_\-—]")
_NOTE = re.compile(r"[(（【\[][^()（）【】\[\]]{0,24}[)）】\]]?")
_NUMBERED = re.compile(r"^(?:[(（]?[0-9一二三四五六七八九十]{1,2}[)）、.．:：])")
_LEADING_NUMBER = re.compile(r"^[0-9]{1,2}(?=[^0-9.、．)）])")
_JOINT = re.compile(r"[及和与、/／—–\-]+")
_LEAST_CUT, _CUT_SHARE = 8, 0.6
_LEAST_IN_LINE, _LEAST_LEFTS = 4, 2
_LEAST_PARTS, _MOST_PARTS, _LONGEST_PART, _LONGEST_JOINT = 2, 4, 8, 24
_SECTION = re.compile(r"(?:信息|情况|资料|部分|栏|内容填写)$")
_SURELY_LABEL = 6
"""A wording this long at the beginning of a row is a label, whatever touches it."""
_NUMBER_BEFORE = re.compile(r"(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．])$")
_LEAST_RATIO = 78.0
_NUMERIC = re.compile(r"[0-9A-Za-z+(（]")
_SHAPES = {
    FieldType.DATE: re.compile(r"[0-9〇一二]"),
    FieldType.PHONE: _NUMERIC,
    FieldType.CN_ID: _NUMERIC,
    FieldType.USCC: _NUMERIC,
    FieldType.ACCOUNT_NO: _NUMERIC,
    FieldType.EMAIL: re.compile(r"[0-9A-Za-z]"),
    FieldType.MONEY: re.compile(r"[0-9￥¥人壹贰叁肆伍陆柒捌玖]"),
    FieldType.PERSON: re.compile(r"[㐀-鿿]{2,4}$|[㐀-鿿]{2,10}·|.{2,30}(?:公司|厂|中心)$"),
    FieldType.ORG: re.compile(r".{2,30}(?:公司|中心|[营业]部|分行|支行|代理处|服务处|代办处|局|厂|所|院|校|学)$"),
    FieldType.TEXT: re.compile(r"[0-9A-Z]|.{2,8}[省市区县镇乡州]"),
}
"""How a value begins when nothing separates it from its label."""
_CODES = frozenset({"complaint_no", "batch_no", "order_no", "part_no", "claim_report_no"})
_CODE = re.compile(r"[(（]?[㐀-鿿]{0,6}[〔\[（(]?[0-9A-Z][0-9A-Za-z〕\]）)〔\[（(.\-—–/第年]*号?[)）]?")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*\d[^()（）]*[)）]")
"""A number of a paper: 0206, 督办〔2024〕22号, （沁投处〔2023〕19号）."""
_FAINT = 0.77
"""How much a wording says that any clearer label goes before: less than a label that is sure."""
_LEAST_TOUCHING, _LEAST_TEXT, _LONGEST_TEXT = 2, 6, 24
_STOP = re.compile("[，。；]")
"""So many labels touch their values before short ones count that do, unless figures follow; the length of a text."""
_FIGURES = frozenset({FieldType.DATE, FieldType.PHONE, FieldType.CN_ID})
_MOST_ADDED = 8
_LEAST_WITH_SIGNS = 4
_TITLE = re.compile(
    r"(?:宾客|客人|客户|顾客|消费者|业主|旅客|乘客)投诉(?:登记|受理|处理|记录|反馈)?|[^:：]{0,12}(?:投诉|意见|登记|处理|申请|受理|转办|督办|催办|事件|工作?|联系|联络|回访|反馈|调查|征询|跟踪|信息|抱怨|建议|记录)"
    r"(?:表|单|卡|簿|书|函|记录|记录表|台账)(?:[(（][^()（）]{0,12}[)）])?"
)
"""A row that is the title of a form: what it begins with is no label."""
_BETWEEN = re.compile("[()（）/／、\\-－]")
BRACKETS, _CLOSING = "【[［〔《", "】]］〕》"
_HELD = re.compile(r"【[^【】]{0,60}】|［[^［］]{0,60}］")
"""A value in the brackets that follow its label: 投诉人姓名【张三】."""
_TORN, _CLOSE = 1.8, 0.6
"""Free space inside a wording that parts two labels, and between signs that belong together, in heights."""
_OTHER_ROLE = re.compile(
    r"被$|非$|联系人|经办|受理|负责人|接待|记录人|填表|法定代表|委托|代理|紧急|被投诉|会员|监护|配偶|原$|发票$"
)
_OTHER_MATTER = re.compile(r"^(?:签字|签名|签章|盖章|意见|须知|声明|确认|关系|与|是否|承诺|满意)")


@dataclass(frozen=True)
class LabelHit:
    """A printed label in a block.

    Attributes:
        start: 0-based offset into ``Block.text``.
        end: offset after the label, its colon and its note in brackets.
        fields: names it may stand for, in the form's order.
        strength: 0 to 1: 1 for the exact wording.
    """

    start: int
    end: int
    fields: tuple[str, ...]
    strength: float


@dataclass(frozen=True)
class LabelBook:
    """All wordings of the labels of one form.

    Attributes:
        form: says which fields there are.
        exact: a label counts only when all of it is a known wording: not misread, no part of a longer label.
        extra: fields that the form was not described with; their labels always have to be exact.
    """

    form: FormDescription
    exact: bool = False
    extra: frozenset[str] = frozenset()

    @cached_property
    def wordings(self) -> dict[str, tuple[str, ...]]:
        """Bare wording to the fields it may stand for, longest wording first."""
        found: dict[str, list[str]] = {}
        for extra in (False, True):
            for field in self.form.fields:
                for label in WORDINGS.get(field.name, ()) if extra else field.labels:
                    names = found.setdefault(bare(label), [])
                    if field.name not in names and not (extra and names):
                        names.append(field.name)
        found.pop("", None)
        found = {label: _own_first(names, self.extra) for label, names in found.items()}
        return {label: tuple(found[label]) for label in sorted(found, key=len, reverse=True)}

    def own_wordings(self, name: str) -> tuple[str, ...]:
        """Return the bare wordings of one field that the form itself prints, those of at least four characters."""
        labels = next(field.labels for field in self.form.fields if field.name == name)
        return tuple(words for label in labels if len(words := bare(label)) >= 4)

    @cached_property
    def printed(self) -> frozenset[str]:
        """The bare wordings that the form's own description gives."""
        own = (field for field in self.form.fields if field.name not in self.extra)
        return frozenset(bare(label) for field in own for label in field.labels)

    def strength(self, label: str) -> float:
        """Return how much the exact wording of a label says."""
        return _FAINT if label in FAINT and label not in self.printed else 1.0

    @cached_property
    def _own(self) -> dict[str, tuple[str, ...]]:
        """The wordings of the fields that the form was described with."""
        return {label: names for label, names in self.wordings.items() if not self.extra.issuperset(names)}

    @cached_property
    def of_long_texts(self) -> tuple[str, ...]:
        """The wordings of long texts that are long enough to be told from the text itself."""
        texts = (w for w, names in self.wordings.items() if FIELDS[names[0]].type is FieldType.LONGTEXT)
        return tuple(words for words in texts if len(words) >= _LEAST_IN_LINE)

    @cached_property
    def _known(self) -> dict[str, tuple[tuple[str, ...], float]]:
        return {}

    def match(self, text: str) -> tuple[tuple[str, ...], float]:
        """Return the fields that a whole cell's words stand for, and how sure that is (0: none)."""
        if text not in self._known:
            self._known[text] = self._matched(text)
        return self._known[text]

    def _matched(self, text: str) -> tuple[tuple[str, ...], float]:
        words = bare(_NUMBERED.sub("", _NOTE.sub("", text))) or bare(text)
        if not words or len(words) > 40:
            return (), 0.0
        for exact in (bare(text), words):
            if exact in self.wordings:
                return self.wordings[exact], self.strength(exact)
        if (joint := parts_of(text, self)) and joint[0]:
            return joint[0], 1.0
        if self.exact or any(sign in SEPARATORS for sign in text.strip()[:-1]) or _SECTION.search(words):
            return (), 0.0
        return max((self._near(words), self._held(words)), key=lambda match: match[1])

    def _near(self, words: str) -> tuple[tuple[str, ...], float]:
        """Match by edit distance: recognition errors."""
        best: tuple[tuple[str, ...], float] = ((), 0.0)
        for label, names in self._own.items():
            if len(label) < 3 or abs(len(label) - len(words)) > 2 or words.startswith(label):
                continue
            if len(words) < 4 and label.startswith(words):
                continue  # 身份证 is the answer to 证件类型, not 身份证号 misread
            ratio = fuzz.ratio(label, words)
            if ratio >= _LEAST_RATIO and ratio / 100 > best[1]:
                best = (names, ratio / 100)
        return best

    def _held(self, words: str) -> tuple[tuple[str, ...], float]:
        """Match a known wording inside a longer label (投诉人现住址及邮编)."""
        if len(words) > 20 or re.search(r"\d", words):
            return (), 0.0
        for label, names in self._own.items():
            if (
                len(label) >= 2
                and label not in EXACT_ONLY
                and label in words
                and len(words) - len(label) <= min(_MOST_ADDED, 2 * len(label))
            ):
                if len(label) < 0.4 * len(words) or _changed(label, words):
                    continue
                return names, 0.5 + 0.3 * len(label) / len(words)
        return (), 0.0


def parts_of(text: str, book: LabelBook) -> list[tuple[str, ...]]:
    """Return the fields of every part of a label that asks for several things; no parts when it does not.

    At least two parts have to be known wordings (楼栋—单元—房间), and the others as short.
    """
    words = _NUMBERED.sub("", _LEADING_NUMBER.sub("", text.strip(f" {SEPARATORS}")))
    if bare(words) in book.wordings:
        return []
    parts = [part for part in _JOINT.split(words) if part]
    if not 2 <= len(parts) <= _MOST_PARTS or any(len(bare(part)) > _LONGEST_PART for part in parts):
        return []
    found = [book.wordings.get(bare(part), ()) for part in parts]
    different = len({names[0] for names in found if names}) == sum(map(bool, found))
    return found if sum(map(bool, found)) >= _LEAST_PARTS and different else []


def _own_first(names: list[str], extra: frozenset[str]) -> list[str]:
    """Return the fields that a form was described with, or the others when none of these has the wording."""
    return [name for name in names if name not in extra] or names


def _changed(label: str, words: str) -> bool:
    """Tell whether the words around a wording make it another label (被投诉人, 联系人电话, 投诉人签字)."""
    before, _, after = words.partition(label)
    return _OTHER_ROLE.search(before) is not None or _OTHER_MATTER.search(after) is not None


def bare(text: str) -> str:
    """Return the words of a label without spacing, punctuation and letter case."""
    return _BARE.sub("", text).upper().translate(FOLDED)


def find_labels(block: Block, book: LabelBook) -> tuple[LabelHit, ...]:
    """Return the labels that stand inside running text of a block, in order, none overlapping.

    A wording counts as a label when it begins at a gap or after punctuation, and ends at a colon, a gap, a note in
    brackets or the end; longer wordings may also touch their value.
    """
    hits = _joint_labels(block, book)
    text = block.text.upper().translate(FOLDED)
    plain = _BETWEEN.sub("", text)
    titles = _titles(block)
    for label, names in book.wordings.items():
        if label not in plain:  # the cheap test first: most wordings are nowhere on a form
            continue
        for match in _pattern(label).finditer(text):
            start, end = match.span()
            if any(hit.start < end and start < hit.end for hit in hits) or block.places[start].row in titles:
                continue
            if _is_torn(block, start, end):
                continue
            numbered = names[0] in _CODES and _IN_BRACKETS.fullmatch(_run(block, end)) is not None
            closed = None if numbered else _closed_end(block, end)
            glued = closed is None and _glued(block, start, end, names, vague=label in EXACT_ONLY)
            if _opens(block, start) and (closed is not None or glued):
                hits.append(LabelHit(start, end if closed is None else closed, names, book.strength(label)))
    hits.extend(_touching(block, text, book, hits))
    hits.extend(_misread(block, book, hits))
    hits.extend(_in_line(block, text, book, hits))
    hits.extend(_cut_short(block, text, book, hits))
    return tuple(_with_number(block, hit) for hit in sorted(hits, key=lambda hit: hit.start))


def _in_line(block: Block, text: str, book: LabelBook, hits: Sequence[LabelHit]) -> list[LabelHit]:
    """Find labels that touch a long value, where they open a row in line with labels that are sure."""
    lefts = [_left(block, hit.start) for hit in hits if _opens_row(block, hit.start)]
    known = {name for hit in hits for name in hit.fields}
    long = [w for w in book.of_long_texts if book.wordings[w][0] not in known] if len(lefts) >= _LEAST_LEFTS else []
    found: list[LabelHit] = []
    for start in sorted(gap for gap in block.gaps if gap < len(text) and _opens_row(block, gap)):
        if any(hit.start <= start < hit.end for hit in hits):
            continue
        label = next((w for w in long if text.startswith(w, start)), None)
        box = block.places[start].piece.bbox
        near = 0.4 * (box[3] - box[1])
        if label is not None and sum(abs(left - _left(block, start)) < near for left in lefts) >= _LEAST_LEFTS:
            found.append(LabelHit(start, start + len(label), book.wordings[label], 1.0))
    return found


def _cut_short(block: Block, text: str, book: LabelBook, hits: Sequence[LabelHit]) -> list[LabelHit]:
    """Find long labels that open a row and lost their end, as under a seal."""
    found: list[LabelHit] = []
    for start in sorted(gap for gap in block.gaps if gap < len(text) and _opens_row(block, gap)):
        if any(hit.start <= start < hit.end for hit in hits):
            continue
        for label, names in book.wordings.items():
            least = max(_LEAST_CUT, round(_CUT_SHARE * len(label)))
            if len(label) <= least or not text.startswith(label[:least], start):
                continue
            end = start + least
            while end < len(text) and end - start < len(label) and text[end] == label[end - start]:
                end += 1
            found.append(LabelHit(start, end, names, (end - start) / len(label)))
            break
    return found


def _opens_row(block: Block, index: int) -> bool:
    return index == 0 or block.places[index - 1].row < block.places[index].row


def _left(block: Block, index: int) -> float:
    place = block.places[index]
    return place.piece.line.span_box(place.offset, place.offset + 1)[0]


def _joint_labels(block: Block, book: LabelBook) -> list[LabelHit]:
    """Find labels that ask for several things at once, between two gaps or before a colon."""
    found = []
    gaps = sorted(block.gaps - {0})
    for start in sorted(block.gaps):
        end = next((gap for gap in gaps if gap > start), len(block.text))
        colon = next((i for i in range(start, end) if block.text[i] in SEPARATORS), None)
        stop = end if colon is None else colon + 1
        if not 4 <= stop - start <= _LONGEST_JOINT or not _JOINT.search(block.text, start, stop):
            continue
        names = next((part for part in parts_of(block.text[start:stop], book) if part), None)
        if names is not None:
            found.append(LabelHit(start, stop, names, 1.0))
    return found


def _is_torn(block: Block, start: int, end: int) -> bool:
    """Tell whether a wording is made of two labels that stand side by side: one wide gap between close signs."""
    boxes = [place.piece.line.span_box(place.offset, place.offset + 1) for place in block.places[start:end]]
    level = [a.row == b.row for a, b in pairwise(block.places[start:end])]
    gaps = [(b[0] - a[2]) / (a[3] - a[1]) for (a, b), same in zip(pairwise(boxes), level, strict=True) if same]
    return len(gaps) > 2 and max(gaps) > _TORN and sorted(gaps)[len(gaps) // 2] < _CLOSE


def _titles(block: Block) -> frozenset[int]:
    """Return the rows that are titles of a form."""
    rows: dict[int, str] = {}
    for place, sign in zip(block.places, block.text, strict=True):
        rows[place.row] = rows.get(place.row, "") + sign
    return frozenset(row for row, words in rows.items() if len(words) <= 24 and _TITLE.fullmatch(words))


@lru_cache(maxsize=4096)
def _pattern(label: str) -> re.Pattern[str]:
    """Return what finds a wording in running text: brackets and strokes that it leaves out may stand inside it."""
    between = f"{_BETWEEN.pattern}?" if len(label) >= _LEAST_WITH_SIGNS else ""
    return re.compile(between.join(re.escape(sign) for sign in label))


def _with_number(block: Block, hit: LabelHit) -> LabelHit:
    """Begin a label at its number or bracket (5、投诉人姓名): that is not the end of the value before."""
    row = block.places[hit.start].row
    if hit.start and block.text[hit.start - 1] in BRACKETS and block.places[hit.start - 1].row == row:
        return LabelHit(hit.start - 1, hit.end, hit.fields, hit.strength)
    begin = max((gap for gap in block.gaps if gap < hit.start), default=0)
    number = _NUMBER_BEFORE.search(block.text, max(begin, hit.start - 5), hit.start)
    if number is None or block.places[number.start()].row != row:
        return hit
    return LabelHit(number.start(), hit.end, hit.fields, hit.strength)


def _opens(block: Block, start: int) -> bool:
    return (
        start in block.gaps
        or block.text[start - 1] in "。；;，,、.．）)】]］【[［〔《:：*＊"
        or block.text[start - 1].isdigit()
    )


def _closed_end(block: Block, end: int) -> int | None:
    """Return the offset after the label's colon or note, ``None`` when the label runs on into other words."""
    if end < len(block.text) and block.text[end] in _CLOSING:
        return end + 2 if block.text[end + 1 : end + 2] in SEPARATORS and end + 1 < len(block.text) else end + 1
    if _HELD.match(block.text, end):
        return end + 1
    if block.text[end : end + 1] in (")", "）") and block.text[max(end - 4, 0) : end].count("(") + block.text[
        max(end - 4, 0) : end
    ].count("（"):
        end += 1  # the bracket at the end of 投诉人签字（盖章）
    note = _NOTE.match(block.text, end)
    after = note.end() if note else end
    if after < len(block.text) and block.text[after] in SEPARATORS:
        return after + 1
    if block.text[end - 1 : end + 1].upper() in ("O.", "O．", "O。", "№."):
        return end + 1
    if note or end >= len(block.text) or end in block.gaps:
        return after
    return None


def _touching(block: Block, text: str, book: LabelBook, hits: Sequence[LabelHit]) -> list[LabelHit]:
    """Find short labels that touch their values, on a form where other labels do: 客户张三, 事件单号E24-01."""
    glued = [hit for hit in hits if hit.end < len(text) and hit.end not in block.gaps and _is_bare(block, hit.end)]
    found: list[LabelHit] = []
    for start in sorted(gap for gap in block.gaps if gap < len(text)):
        if any(hit.start <= start < hit.end for hit in hits):
            continue
        label = next((w for w in book.wordings if text.startswith(w, start)), None)
        if label is None:
            continue
        names = book.wordings[label]
        long = FIELDS[names[0]].type is FieldType.LONGTEXT and len(glued) < _LEAST_TOUCHING
        if not long and _is_value(names, _run(block, start + len(label)), opens=_opens_row(block, start)):
            found.append(LabelHit(start, start + len(label), names, book.strength(label)))
    placed = [hit for hit in found if _is_placed(block, hit, [*hits, *found])]
    if len(glued) + len(placed) >= _LEAST_TOUCHING + (0 if len(glued) >= _LEAST_TOUCHING else 1):
        return placed
    return [hit for hit in placed if glued and FIELDS[hit.fields[0]].type in _FIGURES]


def _is_placed(block: Block, hit: LabelHit, others: Sequence[LabelHit]) -> bool:
    """Tell whether words stand where labels do: below or above another one, or beside one in its row."""
    if not _opens_row(block, hit.start):
        return any(_row(block, other.start) == _row(block, hit.start) for other in others if other is not hit)
    box = block.places[hit.start].piece.bbox
    lefts = [_left(block, other.start) for other in others if other is not hit and _opens_row(block, other.start)]
    return any(abs(left - _left(block, hit.start)) < box[3] - box[1] for left in lefts)


def _is_bare(block: Block, end: int) -> bool:
    """Tell whether a label ends in words, no colon and no bracket."""
    return block.text[end - 1] not in SEPARATORS + "】］)）〕"


def _is_value(names: Sequence[str], words: str, *, opens: bool) -> bool:
    """Tell whether words that touch a label are a value of its shape, where only the label's place speaks for it."""
    if not words or any(sign in SEPARATORS for sign in words) or _SECTION.search(words):
        return False
    kind = FIELDS[names[0]].type
    if kind in (FieldType.TEXT, FieldType.ORG):
        return 1 < len(words) <= _LONGEST_TEXT and _STOP.search(words) is None
    if kind is FieldType.LONGTEXT:
        return opens and len(words) >= _LEAST_TEXT
    shape = _SHAPES.get(kind)
    return shape is not None and shape.match(words) is not None


def _is_in_brackets(block: Block, start: int) -> bool:
    """Tell whether a bracket that opened in the row before an offset is still open (张三（住某村，电话…）的来信)."""
    row = _row(block, start)
    before = [block.text[i] for i in range(start) if _row(block, i) == row]
    return sum(sign in "(（" for sign in before) > sum(sign in ")）" for sign in before)


def _row(block: Block, index: int) -> int:
    return block.places[index].row


def _run(block: Block, start: int) -> str:
    """Return the words from an offset to the next gap or the end of the row."""
    if start >= len(block.text) or start in block.gaps:
        return ""
    row = _row(block, start)
    stop = next((i for i in range(start, len(block.text)) if _row(block, i) != row or i in block.gaps), None)
    return block.text[start:stop]


def _glued(block: Block, start: int, end: int, names: Sequence[str], *, vague: bool) -> bool:
    """Accept a label that touches its value when it opens a row or piece and what follows has the field's shape.

    A vague wording (编号) is no label there unless a number follows, and nothing else.
    """
    if start not in block.gaps and (block.text[start - 1] not in "、.．)）；;，,。" or _is_in_brackets(block, start)):
        return False
    if vague:
        return names[0] in _CODES and _CODE.fullmatch(_run(block, end)) is not None
    if end - start >= _SURELY_LABEL:
        return not _SECTION.match(block.text, end)
    follows = _run(block, end)
    if _SECTION.search(follows):
        return False
    shapes = (_SHAPES.get(FIELDS[name].type) for name in names)
    return any(shape is not None and shape.match(follows) for shape in shapes)


def _misread(block: Block, book: LabelBook, hits: Iterable[LabelHit]) -> list[LabelHit]:
    """Find labels with recognition errors: the words between a gap and a colon."""
    found: list[LabelHit] = []
    taken = list(hits)
    for match in re.finditer(rf"[{SEPARATORS}]", block.text):
        end = match.start()
        start = max((gap for gap in block.gaps if gap < end), default=0)
        if not 3 <= end - start <= 24 or any(hit.start < end and start < hit.end for hit in taken):
            continue
        names, strength = book.match(block.text[start:end])
        if names:
            found.append(LabelHit(start, match.end(), names, strength))
    return found
