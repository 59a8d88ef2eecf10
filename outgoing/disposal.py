"""Papers of disposal: the list (销毁清册) as a workbook, the certificate (销毁证明) as a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pymupdf

from classifiers.deadlines import local_day
from domain.base import Model
from domain.disposal import Capacity, DestroyedCase, DisposalList, ListedCase, Signature
from outgoing.words import chinese_day
from outgoing.workbook import Heading, SheetCell, table_book

CAPACITY = {Capacity.ARCHIVIST: "档案员", Capacity.AUDITOR: "监销人"}
LIST_TITLE, CERTIFICATE_TITLE = "档案销毁清册", "档案销毁证明"
_COLUMNS = (
    ("序号", "案件"),
    ("案件编号", "案件"),
    ("制度", "案件"),
    ("收件日期", "案件"),
    ("对象数", "案件"),
    ("字节数", "案件"),
    ("保管至", "保管期限"),
    ("依据", "保管期限"),
    ("移出人", "审查"),
    ("移出理由", "审查"),
    ("销毁人", "销毁"),
    ("销毁日期", "销毁"),
)
_ROLE = {"original": "原件", "searchable_pdf": "可检索副本", "case": "案件记录", "notice": "文书"}

_PAGE, _MARGIN, _SIZE, _LEADING = pymupdf.paper_rect("a4"), 54.0, 9.0, 14.0


class Certificate(Model):
    """What a certificate says.

    Attributes:
        adopter: whose archive it is, "" when no adoption names it.
        log_size: leaves of the archive log when it was written; ``log_root`` their root (hexadecimal).
        certified: who ends the list, and when; its leaf comes after the certificate and is not known yet.
    """

    adopter: str
    disposal: DisposalList
    cases: tuple[DestroyedCase, ...]
    log_size: int
    log_root: str
    certified_by: str
    certified_on: str


def disposal_book(found: DisposalList, titles: dict[str, str]) -> bytes:
    """Return the list as a workbook: every case, who took it off, who had it destroyed.

    Args:
        found: the list.
        titles: name of each pack by its id.
    """
    rows = [_row(number, case, titles) for number, case in enumerate(found.cases, start=1)]
    notes = [("清册编号", found.number), ("编制", _signed(found.made))]
    notes += [(f"批准（{CAPACITY[capacity]}）", _signed(signature)) for capacity, signature in found.approvals]
    if found.certified:
        notes += [("销毁证明", _signed(found.certified)), ("证明 SHA-256", found.certificate or "")]
    headings = [Heading(label=label, group=group) for label, group in _COLUMNS]
    return table_book(f"{LIST_TITLE} {found.number}", headings, rows, notes)


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the certificate as a PDF; the same certificate gives the same bytes."""
    face = pymupdf.Font("cjk")
    with pymupdf.open() as document:
        lines = [line for words in _lines(certificate) for line in _wrapped(face, words)]
        room = int((_PAGE.height - 2 * _MARGIN) // _LEADING)
        for start in range(0, len(lines), room):
            page = document.new_page(width=_PAGE.width, height=_PAGE.height)
            writer = pymupdf.TextWriter(page.rect)
            for place, words in enumerate(lines[start : start + room], start=1):
                if words:
                    writer.append((_MARGIN, _MARGIN + place * _LEADING), words, font=face, fontsize=_SIZE)
            writer.write_text(page)
        document.subset_fonts()
        document.set_metadata({})
        stream = io.BytesIO(document.tobytes(garbage=4, deflate=True, no_new_id=True))
    return stream.getvalue()


def _row(number: int, case: ListedCase, titles: dict[str, str]) -> Sequence[SheetCell]:
    removed, destroyed = case.removed, case.destroyed
    values = (
        number,
        case.number,
        titles.get(case.policy, case.policy),
        local_day(case.received_at),
        case.objects,
        case.size,
        case.retain_until,
        case.basis,
        removed.person if removed else None,
        removed.reason if removed else None,
        destroyed.person if destroyed else None,
        local_day(destroyed.at) if destroyed else None,
    )
    return tuple(SheetCell(value=value) for value in values)


def _signed(signature: Signature) -> str:
    return f"{signature.person}，{chinese_day(local_day(signature.at))}，归档日志第 {signature.seq} 项"


def _lines(certificate: Certificate) -> Iterator[str]:
    found = certificate.disposal
    yield f"{CERTIFICATE_TITLE}    {found.number}"
    yield ""
    if certificate.adopter:
        yield f"单位：{certificate.adopter}"
    yield f"编制：{_signed(found.made)}"
    for capacity, signature in found.approvals:
        yield f"批准（{CAPACITY[capacity]}）：{_signed(signature)}"
    yield f"出具：{certificate.certified_by}，{certificate.certified_on}"
    yield f"出具前归档日志共 {certificate.log_size} 项，根哈希 {certificate.log_root}"
    yield f"已销毁案件 {len(certificate.cases)} 件，移出 {len(found.cases) - len(found.remaining)} 件。"
    yield "下列对象已从存储中删除；其哈希、归档清单与归档日志永久保存。"
    for destroyed in certificate.cases:
        yield ""
        yield from _case_lines(destroyed)
    for case in found.cases:
        if case.removed is not None:
            yield ""
            yield f"移出：{case.number}，{_signed(case.removed)}"
            yield f"理由：{case.removed.reason}"


def _case_lines(destroyed: DestroyedCase) -> Iterator[str]:
    case = destroyed.case
    received = chinese_day(local_day(case.received_at))
    yield f"案件 {case.number}（{case.policy}），收件 {received}，保管至 {case.retain_until}，依据：{case.basis}"
    if case.destroyed:
        yield f"销毁：{_signed(case.destroyed)}"
    yield f"叶子哈希 {destroyed.leaf_hash}；归档：日志第 {'、'.join(str(seq) for seq in destroyed.filings)} 项"
    for gone in destroyed.objects:
        yield f"  {_ROLE.get(gone.role, gone.role)}，{gone.size} 字节"
        yield f"    SHA-256 {gone.sha256}"
        yield f"    SM3 {gone.sm3}"
    for shared in destroyed.shared:
        yield f"  未删除（案件 {'、'.join(shared.needed_by)} 仍需）：SHA-256 {shared.sha256}"


def _wrapped(face: pymupdf.Font, words: str) -> Iterator[str]:
    """Cut a line into pieces that fit the page; the first is as indented as the line."""
    room, piece, width = _PAGE.width - 2 * _MARGIN, "", 0.0
    for character in words:
        own = face.text_length(character, _SIZE)
        if width + own > room:
            yield piece
            piece, width = "", 0.0
        piece, width = piece + character, width + own
    yield piece
