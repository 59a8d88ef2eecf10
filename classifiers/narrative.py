"""What the complainant says: sentences of the papers, each character tied to its place on a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifiers.characters import fold
from domain.documents import DocumentText
from domain.evidence import Evidence
from domain.ocr import OcrLine
from domain.vocabulary import DocumentKind

_K = DocumentKind
VOICE_KINDS = frozenset(
    {
        _K.COMPLAINT_LETTER,
        _K.APPLICATION_FORM,
        _K.COMPLAINT_REPORT_FORM,
        _K.COORDINATION_APPLICATION,
        _K.INTERVIEW_RECORD,
        _K.FAX_PRINT,
        _K.OPINION_CARD,
        _K.GUEST_REGISTRATION_FORM,
        _K.WITHDRAWAL_STATEMENT,
        _K.CLAIM_FORM_PCB,
        _K.COMPLAINT_RECORD_PHARMA,
    }
)
"""Kinds in which the complainant speaks."""

SILENT_KINDS = frozenset(
    {
        _K.ID_CARD_COPY,
        _K.LEGAL_REP_ID_COPY,
        _K.AGENT_ID,
        _K.BUSINESS_LICENCE,
        _K.CONTRACT_RISK_DISCLOSURE,
        _K.TRADE_STATEMENT,
        _K.ACCOUNT_OPENING_FILE,
        _K.MEMBER_OPINION,
        _K.INVOICE,
        _K.ENVELOPE,
        _K.BLANK,
    }
)
"""Never read for what the complainant says; all other kinds are, when no paper of ``VOICE_KINDS`` is there."""

_FORM_KINDS = frozenset({_K.APPLICATION_FORM, _K.COMPLAINT_REPORT_FORM, _K.COORDINATION_APPLICATION})


@dataclass(frozen=True)
class Place:
    """One line of a page and where its characters begin in the joined text.

    Attributes:
        start: offset of the line's first character in the joined text.
    """

    document_id: str
    page: int
    line: OcrLine
    start: int


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    Attributes:
        text: folded one for one (half-width, simplified), so that offsets stay.
        places: the lines it runs over, offsets relative to ``text`` (the first may be negative).
        kind: the paper it stands in.
        before: the sentence before it in the same paper, for subjects that are not repeated.
    """

    text: str
    places: tuple[Place, ...]
    kind: DocumentKind
    before: str = ""

    def evidence(self, start: int, end: int) -> tuple[Evidence, ...]:
        """Return one ``Evidence`` per line part of ``text[start:end]`` (0-based, end exclusive)."""
        found = []
        for place in self.places:
            first, last = max(start - place.start, 0), min(end - place.start, len(place.line.text))
            if first < last:
                found.append(
                    Evidence(
                        document_id=place.document_id,
                        page=place.page,
                        bbox=_ordered(place.line.span_box(first, last)),
                        quote=place.line.text[first:last],
                    )
                )
        return tuple(found)


def _ordered(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def narrative(texts: Iterable[DocumentText]) -> tuple[Sentence, ...]:
    """Return the sentences in which the complainant speaks, printed notices of forms left out."""
    papers = tuple(texts)
    spoken = tuple(t for t in papers if t.kind in VOICE_KINDS)
    chosen = spoken or tuple(t for t in papers if t.kind not in SILENT_KINDS)
    return tuple(sentence for paper in chosen for sentence in sentences(paper))


def sentences(paper: DocumentText) -> tuple[Sentence, ...]:
    """Return the sentences of one paper in reading order."""
    found: list[Sentence] = []
    for block in _blocks(paper):
        for start, end in _cut("".join(fold(p.line.text) for p in block)):
            sentence = _sentence(block, start, end, paper.kind, found[-1].text if found else "")
            if sentence.text.strip() and not _NOTICE_VOICE.search(sentence.text):
                found.append(sentence)
    return _answered(tuple(found))


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text that stands on no page: they have no place, hence no evidence."""
    folded = [fold(line) for line in text.splitlines()]
    return tuple(
        Sentence(line[start:end], (), DocumentKind.COMPLAINT_LETTER) for line in folded for start, end in _cut(line)
    )


_ASKED = re.compile(r"^\W*问\s*[:：]")
_AFFIRMED = re.compile(
    r"^\W*答\s*[:：]\W*(?:是的?|对的?|有(?!什么|没)|嗯|确实|没错|承认|当然|讲过|说过)(?![^,。]{0,2}(?:不|没))"
)


def _answered(found: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """Return ``found`` without the interviewer's questions, save those that the answer affirms."""
    answers = (*found[1:], None)
    return tuple(
        s
        for s, after in zip(found, answers, strict=False)
        if not _ASKED.match(s.text) or (after is not None and _AFFIRMED.match(after.text))
    )


def _sentence(block: tuple[Place, ...], start: int, end: int, kind: DocumentKind, before: str) -> Sentence:
    text = "".join(fold(p.line.text) for p in block)[start:end]
    places = tuple(
        Place(p.document_id, p.page, p.line, p.start - start)
        for p in block
        if p.start < end and p.start + len(p.line.text) > start
    )
    return Sentence(text, places, kind, before)


_END = re.compile(r"[。!?;…]+[”\"』」’')]*|(?<=[。!?])\s+")


def _cut(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if match.end() > start:
            yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _blocks(paper: DocumentText) -> Iterator[tuple[Place, ...]]:
    """Yield runs of lines that read on, each line with its offset in the run."""
    run: list[Place] = []
    length = 0
    notice = False
    for page in paper.pages:
        right = max((line.bbox[2] for line in page.lines), default=0.0)
        for line in page.lines:
            folded = fold(line.text)
            notice = _in_notice(folded, notice, paper.kind)
            if notice or _says_nothing(folded.strip()):
                if run:
                    yield tuple(run)
                run, length = [], 0
                continue
            if run and _starts_anew(folded, line, run[-1], right):
                yield tuple(run)
                run, length = [], 0
            run.append(Place(paper.document_id, page.number, line, length))
            length += len(line.text)
    if run:
        yield tuple(run)


_NOTICE_HEAD = re.compile(
    r"^\W{0,3}(?:投诉人|会员单位|客户|投诉|填写|填表|申请人)?(?:须知|说明事项|填表说明|填写说明|告知事项|注意事项)\W{0,3}|^\W{0,3}(?:投诉人|会员单位|投诉)须知"
)
_NOTICE_TAIL = re.compile(
    r"确认知晓|(?:投诉人|本人|会员单位)(?:已|确认|签字|签名|盖章|签章)|^日期|投诉(?:事实|请求|内容)|签字盖章$|^\W*(?:投诉人)?签[字名][(（:：]"
)
_NOTICE_OWN = re.compile(r"应当?|须|必须|由|需|方可|不予|要求|以后|后")


def _in_notice(text: str, inside: bool, kind: DocumentKind) -> bool:
    """Return whether this line belongs to a printed notice; notices stand in forms only."""
    if kind not in _FORM_KINDS:
        return False
    bare = text.strip()
    if _NOTICE_HEAD.search(bare):
        return True
    if inside and _NOTICE_TAIL.search(bare) and not _NOTICE_OWN.search(bare):
        return False
    return inside and not re.search(r"确认知晓|^日期", bare)


# A line made of nothing but words of printed labels says nothing.
_LABEL_ONLY = re.compile(
    r"(?:投诉|被|人|客户|会员|单位|总负责人|涉及|分支|机构|或|居间|工作|交易|常用|联系|身份证|手机|电子|通讯|情况|处理|事实|请求|"
    r"及|相关|内容|材料|说明|名称|姓名|日期|电话|地址|账号|帐号|号码|邮箱|信息|须知|编号|核实|意见|结果|回访|职位|清单|原因|要求|"
    r"签字|盖章|签名|确认|知晓|上述|并|认可|后|的|性别|未与|达成共识|协助|已提交|资料|必备|提交|流程|申请|登记|表|[\W\d_年月日])*"
)
_ITEM = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．](?!\d)|[①-⑳]|第[一二三四五六七八九十]+[,、]|"
    r"[问答]\s*[:：]|(?:投诉(?:人|日期|事实|请求|内容)|被投诉|联系|此致|敬礼|签名|附件|附[:：]|诉求[:：]|请求[:：]))"
)


def _says_nothing(text: str) -> bool:
    return not text or bool(_LABEL_ONLY.fullmatch(text) and re.search(r"[\u4e00-\u9fff]{2}", text))


def _starts_anew(text: str, line: OcrLine, before: Place, right: float) -> bool:
    """Return whether ``line`` begins a new paragraph after ``before``."""
    x0, y0, _, y1 = line.bbox
    bx0, by0, bx1, by1 = before.line.bbox
    height = max(by1 - by0, y1 - y0, 1.0)
    if _ITEM.match(text) or fold(before.line.text).rstrip()[-1:] in "。!?":
        return True
    if bx1 < right - 6 * height and bx1 < bx0 + 0.75 * (right - bx0):
        return True
    return y0 - by1 > 1.6 * height or (y0 < by1 - 0.5 * height and x0 > bx1)


_NOTICE_VOICE = re.compile(
    r"(?:如有(?:虚假|不实|隐瞒)|若有虚假|如(?:与事实不符|属诬告)).{0,20}(?:责任|后果)"
    r"|(?:仅|只)(?:接受|受理).{0,10}实名|不(?:予|接受|受理).{0,6}(?:匿名|口头|代理)(?:投诉|的)"
    r"|(?:匿名|口头).{0,8}(?:不予|恕不|概不)受理|材料(?:齐全|齐备|完整)后.{0,12}(?:调查|受理|办理)"
    r"|投诉人应(?:当)?(?:如实|保证|对)|(?:自然人|法人)投诉的?[,:，：]?.{0,8}(?:须|应|需)"
    r"|不得(?:捏造|诬告|歪曲|虚构)|严禁(?:捏造|诬告)"
)
