"""What runs inside worker processes: models loaded once, one page per call.

Safe with ``concurrent.futures.ProcessPoolExecutor`` and the spawn or forkserver start methods.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from domain.documents import Page, ReadPage
from domain.marks import PageReading
from extractors.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from extractors.reading.reader import PageReader

# mallopt(3): glibc raises its own threshold to the largest image freed, and page images then tear holes in the heap.
_M_MMAP_THRESHOLD, _LARGE_BLOCK = -3, 4 << 20

_reader: PageReader | None = None
_settings = ReadingSettings()


class PageJob(NamedTuple):
    """One page to read.

    Attributes:
        path: the file.
        media_type: by content.
        source_page: page number inside the file, from 1.
        lying: how a person turned the page; ``None`` to find out which way up it is.
    """

    path: str
    media_type: str
    source_page: int
    lying: Page | None = None


def start_worker(settings: ReadingSettings) -> None:
    """Load the models; the initializer of the pool.

    Raises:
        ModelFileError: a model file is missing or wrong.
    """
    global _reader, _settings
    os.environ.setdefault("OMP_NUM_THREADS", str(settings.threads))
    from extractors.reading.card_regions import read_turned_cards
    from extractors.reading.number_reread import reread_numbers
    from extractors.reading.reader import PageReader

    _give_large_blocks_back()
    _settings = settings
    _reader = PageReader(settings, additions=(read_turned_cards, reread_numbers))


def _give_large_blocks_back() -> None:
    """Let glibc return page images to the system when they are freed; other C libraries need no telling."""
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def read_page_job(path: str, media_type: str, source_page: int) -> ReadPage:
    """Read one page.

    Raises:
        InputFileError: the page cannot be decoded.
    """
    read, _ = _worker_reader().read(Path(path), media_type, source_page)
    return read


def examine_page(job: PageJob) -> PageReading:
    """Read one page and find its marks on the same image.

    Raises:
        InputFileError: the page cannot be decoded.
    """
    from extractors.marks.page_marks import find_marks

    reader = _worker_reader()
    path = Path(job.path)
    if job.lying is None:
        read, image = reader.read_without_colour(path, job.media_type, job.source_page)
    else:
        read, image = reader.read_as_it_lies(path, job.media_type, job.lying)
    return PageReading(read=read, marks=find_marks(image, read, reader.recognise_line))


def _worker_reader() -> PageReader:
    if _reader is None:
        start_worker(_settings)
    assert _reader is not None
    return _reader
