"""The coordination package: a cover list and the papers it names, as one PDF.

The pages are those of the stored originals, upright; pictures are laid on A4. What the case does not hold is named on
the cover and nothing stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import groupby
from pathlib import Path

import pymupdf

from classifiers.labels import kind_label
from classifiers.materials import open_items, papers_of
from domain.base import Model
from domain.case import Case
from domain.documents import Document, ObjectRef, Page, source_of, sources_of
from domain.ocr import OcrPage
from domain.policy import AdoptedPolicy, MaterialRequirement
from domain.replaced import case_in_force
from domain.vocabulary import ComplainantType
from extractors.reading.file_types import PDF
from extractors.reading.searchable_pdf import TextLayer, searchable_pdf
from outgoing.docx_pdf import PdfCopy, docx_pdf, inside
from outgoing.errors import NoticeRefusedError
from outgoing.filling import fill
from outgoing.notices import confirmed_name
from outgoing.words import BLANK, chinese_day

TITLE = "协调投诉材料"
ABSENT, NOTHING_ABSENT = "案卷中没有", "无"
PICTURE_MARGIN = 28.0
"""Points around a picture on its sheet."""

_LISTED = ComplainantType.MEMBER_COORDINATION
_MOST_PASSES = 4

PathOf = Callable[[ObjectRef], Path]
"""Gives the file of a stored object, hash verified."""


class Enclosed(Model):
    """One line of the cover.

    Attributes:
        file: names of the files, ``—`` when there is none.
        place: pages of the whole PDF, from 1, cover included.
        note: what is absent or wrong with it.
    """

    number: int
    label: str
    file: str
    pages: int
    place: str
    note: str


class Cover(Model):
    """What the cover says."""

    title: str
    number: str
    adopter: str
    complainant: str
    basis: str
    today: str
    items: tuple[Enclosed, ...]
    total_pages: int
    absent: str


class Part(Model):
    """A requirement, the papers that count for it and what is wrong with them."""

    required: MaterialRequirement
    papers: tuple[Document, ...]
    note: str


def coordination_package(case: Case, policy: AdoptedPolicy, path_of: PathOf, template: Path, today: date) -> PdfCopy:
    """Return the package of ``case``.

    Args:
        case: the case.
        policy: its pack in force; it must have a list for coordination.
        path_of: gives the originals.
        template: the cover's template.
        today: day on the cover.

    Raises:
        NoticeRefusedError: the pack knows no coordination, or the case holds none of its papers.
        NoticeTemplateError: the template cannot be used.
        InputFileError: a page of an original cannot be decoded.
    """
    parts = package_parts(case, policy)
    order = _first_uses(parts)
    copies = [_pages_of(path_of, document) for document in order]
    counts = {document.id: len(document.pages) for document in order}
    covered = _settled_cover(case, policy, parts, counts, (template, today))
    return PdfCopy(content=_joined([covered.content, *copies]), undrawn=covered.undrawn)


def package_parts(case: Case, policy: AdoptedPolicy) -> tuple[Part, ...]:
    """Return every paper that coordination asks for, with what the case has of it.

    Raises:
        NoticeRefusedError: the pack knows no coordination, or the case holds none of its papers.
    """
    required = policy.pack.materials.of(_LISTED) if policy.pack.materials else None
    if not required:
        raise NoticeRefusedError(f"制度 {policy.pack.id} 没有协调申请材料清单", "只有设协调程序的制度才能打包")
    # what a new scan replaced is no paper of the case any more
    case = case_in_force(case)
    problems = {item.material: item.reason for item in open_items(case, _LISTED, policy)}
    parts = tuple(
        Part(required=r, papers=papers_of(r, _LISTED, case, policy), note=problems.get(r.kind.value, ""))
        for r in required
    )
    if not any(part.papers for part in parts):
        raise NoticeRefusedError(f"案件 {case.number} 没有清单所列的任何材料", "请先收齐材料")
    return parts


def _first_uses(parts: tuple[Part, ...]) -> tuple[Document, ...]:
    """Return every paper once, where it is first asked for."""
    return tuple({d.id: d for part in parts for d in part.papers}.values())


def _settled_cover(
    case: Case, policy: AdoptedPolicy, parts: tuple[Part, ...], counts: dict[str, int], made_of: tuple[Path, date]
) -> PdfCopy:
    """Return the cover; its own length moves the page numbers that it states, so it is made until they agree."""
    template, today = made_of
    length = 1
    for _ in range(_MOST_PASSES):
        cover = _cover(case, policy, parts, _starts(counts, length + 1))
        copy = docx_pdf(fill(template, cover.model_copy(update={"today": chinese_day(today)})))
        with pymupdf.open("pdf", copy.content) as made:
            if made.page_count == length:
                return copy
            length = made.page_count
    raise RuntimeError(f"cover of {case.number} did not settle, got {length} pages")


def _starts(counts: dict[str, int], first: int) -> dict[str, tuple[int, int]]:
    """Return first and last page of every paper in the whole PDF."""
    places = {}
    for document_id, pages in counts.items():
        places[document_id] = (first, first + pages - 1)
        first += pages
    return places


def _cover(case: Case, policy: AdoptedPolicy, parts: tuple[Part, ...], places: dict[str, tuple[int, int]]) -> Cover:
    items = tuple(_line(n, part, places) for n, part in enumerate(parts, start=1))
    absent = "；".join(part.required.label for part in parts if not part.papers)
    article = policy.pack.materials.article if policy.pack.materials else None
    return Cover(
        title=TITLE,
        number=case.number,
        adopter=policy.adoption.adopter if policy.adoption else BLANK,
        complainant=confirmed_name(case),
        basis=f"《{policy.pack.title}》{article or ''}",
        today="",
        items=items,
        total_pages=sum(last - first + 1 for first, last in places.values()),
        absent=absent or NOTHING_ABSENT,
    )


def _line(number: int, part: Part, places: dict[str, tuple[int, int]]) -> Enclosed:
    if not part.papers:
        return Enclosed(number=number, label=part.required.label, file="—", pages=0, place="—", note=ABSENT)
    spans = [places[document.id] for document in part.papers]
    notes = [note for note in (part.note, _instead(part)) if note]
    return Enclosed(
        number=number,
        label=part.required.label,
        file="；".join(dict.fromkeys(source.name for document in part.papers for source in sources_of(document))),
        pages=sum(len(document.pages) for document in part.papers),
        place="、".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans),
        note="；".join(notes),
    )


def _instead(part: Part) -> str:
    """Return which other kind of paper counts for the one asked for, empty when it is the very kind."""
    kinds = {document.kind.kind for document in part.papers}
    if part.required.any_paper or part.required.kind in kinds:
        return ""
    return "以" + "、".join(sorted(kind_label(kind) for kind in kinds)) + "代"


def _pages_of(path_of: PathOf, document: Document) -> bytes:
    """Return the pages of ``document`` as a PDF: carried over, or as pictures on A4."""
    runs = groupby(document.pages, key=lambda page: source_of(document, page).object)
    return _joined([_carried(path_of(ref), ref.media_type, tuple(pages)) for ref, pages in runs])


def _carried(path: Path, media_type: str, pages: tuple[Page, ...]) -> bytes:
    copy = searchable_pdf(tuple(TextLayer(page, _without_text(page), path, media_type) for page in pages))
    return copy if media_type == PDF else _on_sheets(copy)


def _without_text(page: Page) -> OcrPage:
    """Return an empty layer: what was read is not part of the papers that are handed on."""
    return OcrPage(number=page.number, width=page.width, height=page.height, lines=(), producer="none")


def _on_sheets(copy: bytes) -> bytes:
    """Return every page of ``copy`` as large as it fits on an A4 sheet that lies as the page does."""
    with pymupdf.open("pdf", copy) as source, pymupdf.open() as target:
        for index in range(source.page_count):
            page = source[index]
            turn = page.rotation
            wide = page.rect.width > page.rect.height
            sheet = pymupdf.paper_rect("a4-l" if wide else "a4")
            page.set_rotation(0)
            made = target.new_page(width=sheet.width, height=sheet.height)
            made.show_pdf_page(inside(sheet, PICTURE_MARGIN), source, index, rotate=-turn)
        return bytes(target.tobytes(garbage=3, deflate=True, no_new_id=True))


def _joined(pieces: list[bytes]) -> bytes:
    with pymupdf.open() as whole:
        for piece in pieces:
            with pymupdf.open("pdf", piece) as part:
                whole.insert_pdf(part)
        whole.set_metadata({})
        return bytes(whole.tobytes(garbage=3, deflate=True, no_new_id=True))
