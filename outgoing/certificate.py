"""The certificate of a filing as a PDF in Chinese: what was filed, where it stands in the log, how to check it.

The PDF is for people; what can be checked by a machine is the JSON beside it (docs/verify.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import pymupdf
import segno

from domain.checks import CHINA
from domain.proof import Certificate, CertifiedFile
from domain.words import FILED_ROLE

_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 533.0, 50.0, 788.0
"""Edges of what is written on A4 (595 × 842 points)."""
_LABEL = 84.0
"""Width of the column of labels."""
_TEXT, _SMALL, _MONO = 9.5, 8.0, 8.3
_INK, _FAINT, _RULE = (0.13, 0.13, 0.13), (0.42, 0.42, 0.42), (0.78, 0.78, 0.78)
_UNBROKEN = re.compile(r"[!-~]{1,60}|.")
"""What stays on one line: a word or an address of other letters (very long ones are cut), or one character."""
_QR_SIDE = 96.0
_QR_ROOM = 165.0
"""Height that the last section needs, with the code beside it."""


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the certificate on A4, one page unless there are many files; the same certificate gives the same bytes."""
    with pymupdf.open() as document:
        paper = _Paper(document)
        _title(paper, certificate)
        _files(paper, certificate)
        _log(paper, certificate)
        _how(paper, certificate)
        paper.number_pages(f"归档存证证明 {certificate.case_number}")
        document.subset_fonts()
        document.set_metadata({})
        return bytes(document.tobytes(garbage=4, deflate=True, no_new_id=True))


def qr_text(certificate: Certificate) -> str:
    """Return what the code holds: the head (log, size, root) and the leaf, enough to hold another copy against."""
    head = certificate.head.head
    return f"juanzong.proof/1 {head.log} {head.size} {head.root} {certificate.inclusion.leaf_hash}"


class _Paper:
    """Pages that are written from top to bottom; ``y`` is where the next line's top stands."""

    def __init__(self, document: pymupdf.Document) -> None:
        self._document = document
        self.words = pymupdf.Font("cjk")
        self._mono = pymupdf.Font("cour")
        self.turn()

    def turn(self) -> None:
        self.page = self._document.new_page(width=595, height=842)
        self.y = _TOP

    def need(self, height: float) -> None:
        """Go to a new page unless ``height`` points are left on this one."""
        if self.y + height > _BOTTOM:
            self.turn()

    def put(self, left: float, words: str, size: float, colour: tuple[float, float, float] = _INK) -> None:
        """Write one line at the present height, without going down."""
        self._write(left, words, self.words, size, colour)

    def line(self, words: str, size: float = _TEXT, colour: tuple[float, float, float] = _INK) -> None:
        """Write words from the left edge, broken at the right one."""
        self.broken(words, _LEFT, _RIGHT, size, colour)

    def broken(self, words: str, left: float, right: float, size: float, colour: tuple[float, float, float]) -> None:
        """Write words between two edges, as many lines as they need."""
        for piece in self._pieces(words, right - left, size):
            self.put(left, piece, size, colour)
            self.y += size * 1.55

    def heading(self, words: str) -> None:
        self.y += 9
        self.need(60)
        self.page.draw_line((_LEFT, self.y), (_RIGHT, self.y), color=_RULE, width=0.6)
        self.y += 8
        self.put(_LEFT, words, 11)
        self.y += 19

    def row(self, label: str, words: str) -> None:
        self.put(_LEFT, label, _SMALL, _FAINT)
        self.broken(words, _LEFT + _LABEL, _RIGHT, _TEXT - 0.5, _INK)

    def hash_row(self, label: str, value: str) -> None:
        """Write hexadecimal digits in groups of eight, eight groups a line."""
        groups = [value[i : i + 8] for i in range(0, len(value), 8)]
        self.put(_LEFT, label, _SMALL, _FAINT)
        for start in range(0, len(groups), 8):
            self._write(_LEFT + _LABEL, " ".join(groups[start : start + 8]), self._mono, _MONO, _INK)
            self.y += 11.6

    def number_pages(self, words: str) -> None:
        total = len(self._document)
        for number, page in enumerate(self._document, start=1):
            self.page, self.y = page, 802
            self.put(_LEFT, words, _SMALL, _FAINT)
            count = f"第 {number} 页，共 {total} 页"
            self.put(_RIGHT - self.words.text_length(count, _SMALL), count, _SMALL, _FAINT)

    def shortened(self, words: str, width: float, size: float) -> str:
        """Return ``words`` in one line of ``width`` points, the middle left out when they are longer."""
        kept = len(words)
        shown = words
        while self.words.text_length(shown, size) > width:
            kept -= 1
            shown = f"{words[: kept // 2]}…{words[len(words) - (kept - kept // 2) :]}"
        return shown

    def _write(
        self, left: float, words: str, face: pymupdf.Font, size: float, colour: tuple[float, float, float]
    ) -> None:
        writer = pymupdf.TextWriter(self.page.rect, color=colour)
        writer.append((left, self.y + size), words, font=face, fontsize=size)
        writer.write_text(self.page)

    def _pieces(self, words: str, width: float, size: float) -> Iterable[str]:
        line = ""
        for piece in _UNBROKEN.findall(words):
            # A closing mark never begins a line.
            if line and self.words.text_length(line + piece, size) > width and piece not in "，。；：、）」”":
                yield line
                line = ""
            line += piece
        yield line


def _title(paper: _Paper, certificate: Certificate) -> None:
    paper.put(_LEFT, "归档存证证明", 21)
    paper.y += 32
    paper.put(_LEFT, f"案件 {certificate.case_number}　第 {certificate.revision} 版", 11.5)
    paper.y += 23
    paper.line(
        f"下列文件于 {_moment(certificate.filed_at)}（北京时间）归档。文件的摘要写入归档清单，清单的摘要写入只增不改的"
        f"存证日志第 {certificate.inclusion.index} 项（自 0 起），日志的状态由下述密钥签名。"
        "文件、清单或日志此后有任何一个字节的改动，核验即不成立。"
    )


def _files(paper: _Paper, certificate: Certificate) -> None:
    paper.heading(f"一　归档文件（{len(certificate.files)} 件）")
    for number, file in enumerate(certificate.files, start=1):
        paper.need(41)
        _file(paper, number, file)
    paper.need(44)
    paper.put(_LEFT, "归档清单（以上各件的目录，全文载于 JSON）", _TEXT)
    paper.y += 15
    paper.hash_row("SHA-256", certificate.manifest_sha256)
    paper.hash_row("SM3", certificate.manifest_sm3)


def _file(paper: _Paper, number: int, file: CertifiedFile) -> None:
    facts = f"{FILED_ROLE.get(file.role, file.role)}，{file.size:,} 字节"
    room = _RIGHT - _LEFT - paper.words.text_length(facts, _SMALL) - 16
    paper.put(_LEFT, paper.shortened(f"{number}　{file.name}", room, _TEXT), _TEXT)
    paper.put(_RIGHT - paper.words.text_length(facts, _SMALL), facts, _SMALL, _FAINT)
    paper.y += 14
    paper.hash_row("SHA-256", file.sha256)
    paper.hash_row("SM3", file.sm3)
    paper.y += 4


def _log(paper: _Paper, certificate: Certificate) -> None:
    head, proof = certificate.head.head, certificate.inclusion
    paper.need(170)
    paper.heading("二　存证日志与签名")
    paper.hash_row("本次归档（叶）", proof.leaf_hash)
    paper.hash_row(f"前 {head.size} 项的根", head.root)
    paper.hash_row("日志编号", head.log)
    paper.hash_row("签名密钥编号", head.key)
    paper.hash_row("签名（Ed25519）", certificate.head.signature)
    path = f"由叶至根 {len(proof.path)} 个相邻哈希" if proof.path else "日志仅此一项，叶即是根"
    paper.row("包含证明", f"{path}（RFC 9162，SHA-256），载于 JSON")
    paper.row("签名时间", f"{_moment(head.at)}（北京时间，本单位时钟）")
    if head.note:
        paper.row("签名者注", f"签名时本机时钟早于上一次签名：{head.note}")
    stamp = certificate.stamp
    paper.row(
        "时间戳",
        f"{_moment(stamp.at)}（北京时间），{stamp.authority}（RFC 3161）" if stamp else "未取得第三方时间戳",
    )


def _how(paper: _Paper, certificate: Certificate) -> None:
    paper.need(_QR_ROOM)
    paper.heading("三　怎样核验，能证明什么")
    top, right = paper.y, _RIGHT - _QR_SIDE - 22
    for words in (
        "与本页同名的 JSON 文件载有全部证明材料。用任何一台装有 Python 3.8 以上的电脑运行：",
        f"　　python3 verify.py {certificate.case_number}.存证证明.json 文件…",
        "脚本只用 Python 自带的库，不需要卷宗系统，也不联网；逐步手工核验的办法见 verify.md。"
        "核验时请与本单位公布的日志编号对照。",
        "能证明：所给文件与归档时逐字节相同；归档在所列签名之前已经记入日志；日志此后有无改写，可凭两个时点的签名另行核验。",
        "不能证明：文件内容属实、由谁写成；没有第三方时间戳时，时间以本单位的时钟为准。",
    ):
        paper.broken(words, _LEFT, right, _SMALL + 0.5, _INK)
        paper.y += 3
    _draw_qr(paper.page, qr_text(certificate), _RIGHT - _QR_SIDE, top + 2)
    paper.y = top + _QR_SIDE + 8
    caption = "日志编号、项数、根、叶"
    centred = _RIGHT - (_QR_SIDE + paper.words.text_length(caption, _SMALL)) / 2
    paper.put(centred, caption, _SMALL, _FAINT)


def _draw_qr(page: pymupdf.Page, text: str, left: float, top: float) -> None:
    modules = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = _QR_SIDE / len(modules)
    shape = page.new_shape()
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                shape.draw_rect((left + x * side, top + y * side, left + (x + 1) * side, top + (y + 1) * side))
    shape.finish(color=None, fill=(0, 0, 0), width=0)
    shape.commit()


def _moment(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"
