"""The image report of a batch after DA/T 31: resolution, skew, missing, repeated, blank and unusable pages. Pure.

DA/T 31 asks for 200 dpi at least, 300 dpi where small print is to be read or characters recognised; skew is to be
corrected by eye, so the limit on what is left to see is ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from domain.base import Model, PageNumber, Sha256
from domain.likeness import ALIKE, likeness, print_of_forms, runs_of

LEAST_DPI = 200.0
"""Dots per inch below which a page is named (DA/T 31, 分辨率)."""
MOST_SKEW = 1.0
"""Degrees of skew in the scan from which a page is named; reading straightens it, the original stays skewed."""

Fault = Literal["low_dpi", "unknown_dpi", "skewed", "missing", "failed", "repeated", "blank", "unusable"]

FAULT_WORDS: dict[Fault, str] = {
    "low_dpi": "分辨率不足",
    "unknown_dpi": "分辨率不明",
    "skewed": "倾斜",
    "missing": "漏页",
    "failed": "未能识读",
    "repeated": "重复",
    "blank": "空白",
    "unusable": "不可用",
}


class ScannedPage(Model):
    """One page of a file of the batch.

    Attributes:
        number: page inside the file, from 1.
        dpi: dots per inch of the source, ``None`` when unknown.
        skew: degrees that were removed (counter-clockwise positive).
        problems: reasons in Chinese to scan it again.
        text: what was read on it.
        failed: it could not be read.
        placed: it lies in a document of a case.
    """

    file: str
    sha256: Sha256
    number: PageNumber
    case_number: str
    dpi: float | None = None
    skew: float = 0.0
    blank: bool = False
    usable: bool = True
    problems: tuple[str, ...] = ()
    text: str = ""
    failed: bool = False
    placed: bool = True


class PageFault(Model):
    """Something about a page, in words."""

    file: str
    number: int
    case_number: str
    fault: Fault
    detail: str


class ImageReport(Model):
    """The report.

    Attributes:
        pages: pages of all files.
        expected: sheets counted by hand, ``None`` when nobody counted; ``received``: sheets in the files.
        explained: a person's words on the difference.
        dpi: number of pages by rounded resolution, lowest first; ``None`` is unknown.
        unopened: files that cannot be opened.
    """

    batch_id: str
    files: int
    pages: int
    expected: int | None
    received: int
    explained: str | None
    dpi: tuple[tuple[int | None, int], ...]
    largest_skew: float = Field(ge=0)
    faults: tuple[PageFault, ...]
    unopened: tuple[str, ...]

    @property
    def difference(self) -> int:
        """Return received less expected sheets, 0 when nobody counted."""
        return 0 if self.expected is None else self.received - self.expected

    def count(self, fault: Fault) -> int:
        """Return the number of pages with this fault."""
        return sum(1 for f in self.faults if f.fault == fault)


def page_faults(pages: Sequence[ScannedPage]) -> tuple[PageFault, ...]:
    """Return everything that is to be said about the pages, page by page, then repetitions."""
    own = [fault for page in pages for fault in _own_faults(page)]
    return (*own, *_repeated(pages))


def dpi_table(pages: Sequence[ScannedPage]) -> tuple[tuple[int | None, int], ...]:
    """Return the number of pages by resolution, lowest first, unknown last."""
    counts = Counter(None if page.dpi is None else round(page.dpi) for page in pages if page.placed)
    return tuple(sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or 0)))


def _own_faults(page: ScannedPage) -> Iterator[PageFault]:
    if not page.placed:
        if page.failed:
            yield _fault(page, "failed", "未能识读，见失败记录")
        else:
            yield _fault(page, "missing", "文件中有这一页，任何材料都没有")
        return
    if page.blank:
        yield _fault(page, "blank", "没有内容")
    if not page.usable:
        yield _fault(page, "unusable", "；".join(page.problems) or "质量不足")
    if page.dpi is None:
        yield _fault(page, "unknown_dpi", "文件没有说明分辨率，例如照片")
    elif round(page.dpi) < LEAST_DPI:  # sizes in points are rounded: 199.98 was scanned at 200
        yield _fault(page, "low_dpi", f"{page.dpi:.0f} dpi，应不低于 {LEAST_DPI:.0f} dpi")
    if abs(page.skew) >= MOST_SKEW:
        yield _fault(page, "skewed", f"{page.skew:+.1f}°")


def _repeated(pages: Sequence[ScannedPage]) -> Iterator[PageFault]:
    """Name pages that are there twice: the same bytes, or text that only two scans of one sheet share."""
    runs = _telling_runs(pages)
    for later, page in enumerate(pages):
        for earlier in range(later):
            other = pages[earlier]
            if (other.sha256, other.number) == (page.sha256, page.number):
                yield _fault(page, "repeated", f"与 {other.file} 第 {other.number} 页字节相同")
                break
            alike = likeness(runs[later], runs[earlier])
            if alike is not None and alike >= ALIKE:
                yield _fault(page, "repeated", f"与 {other.file} 第 {other.number} 页文字相同（{alike:.0%}）")
                break


def _telling_runs(pages: Sequence[ScannedPage]) -> list[frozenset[str]]:
    """Return the runs of every page without what is print of forms: what stands in several cases of the batch."""
    runs = [runs_of(page.text) for page in pages]
    by_case: dict[str, list[frozenset[str]]] = {}
    for page, own in zip(pages, runs, strict=True):
        by_case.setdefault(page.case_number, []).append(own)
    known = print_of_forms(by_case.values())
    return [own - known for own in runs]


def _fault(page: ScannedPage, fault: Fault, detail: str) -> PageFault:
    return PageFault(file=page.file, number=page.number, case_number=page.case_number, fault=fault, detail=detail)
