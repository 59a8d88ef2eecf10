"""Stand-ins for the reading of a page, for failures that cannot be made: run inside worker processes."""

from __future__ import annotations

import os
import time
from pathlib import Path

from domain.documents import Page, ReadPage
from domain.errors import DamagedImageError
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrPage
from extractors.page_worker import PageJob
from extractors.reading.settings import ReadingSettings

CRASHING, BROKEN, ODD, CRASHING_ONCE = 3, 4, 5, 6


def load_nothing(_settings: ReadingSettings) -> None:
    pass


def examine(job: PageJob) -> PageReading:
    """Page 3 ends its process, page 4 is damaged, page 5 meets a defect, page 6 ends the first process that tries."""
    with (Path(job.path) / str(job.source_page)).open("a") as tries:
        tries.write(f"{os.getpid()}\n")
    if job.source_page == CRASHING:
        os._exit(7)
    if job.source_page == BROKEN:
        raise DamagedImageError("第 4 页不完整", "请重新扫描")
    if job.source_page == ODD:
        raise ZeroDivisionError("defect")
    if job.source_page == CRASHING_ONCE and len((Path(job.path) / "6").read_text().splitlines()) == 1:
        os._exit(7)
    return reading(job.source_page)


def sleep(job: PageJob) -> PageReading:
    Path(job.path).write_text(str(os.getpid()))
    time.sleep(600)
    return reading(1)


def reading(number: int) -> PageReading:
    page = Page(number=number, source_page=number, width=10, height=10)
    text = OcrPage(number=number, width=10, height=10, lines=(), producer="test")
    return PageReading(read=ReadPage(page=page, text=text, born_digital=False), marks=PageMarks(producer="test"))
