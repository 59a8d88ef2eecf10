"""The two baselines' reading: PaddleOCR with its defaults, Tesseract with ``chi_sim``. Lines with boxes, no more.

Both get square pixels (decoding a fax, not reading it) and are handed every page the right way up, as the truth says:
what turning costs is not held against them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache as kept_once
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from benchmarks.reading.cache import Cache, baseline_key
from benchmarks.reading.truth import TrueFile
from domain.errors import InputFileError
from extractors.reading.file_types import PDF, describe_file

PADDLE, TESSERACT = "PaddleOCR + rules", "Tesseract + rules"
_DPI, _MAX_DPI = 200, 300


class Line(NamedTuple):
    """A line of text with its box in pixels of the upright page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class Job(NamedTuple):
    """One page for one baseline."""

    path: str
    media_type: str
    page: int
    system: str
    turned: int = 0


def missing_system(system: str) -> str | None:
    """Return why a baseline cannot run here, ``None`` when it can."""
    if system != TESSERACT:
        return None
    program = shutil.which("tesseract")
    if program is None:
        return "tesseract is not installed (apt-get install tesseract-ocr tesseract-ocr-chi-sim)"
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return None if "chi_sim" in listed.stdout.split() else "tesseract has no chi_sim (apt: tesseract-ocr-chi-sim)"


def read_baseline(
    files: Iterable[TrueFile], system: str, cache: Cache, workers: int
) -> dict[Path, dict[int, list[Line]]]:
    """Return the lines of every page by file and page; a page that cannot be decoded has none."""
    found: dict[Path, dict[int, list[Line]]] = {}
    jobs: list[Job] = []
    for file in files:
        found[file.path] = {}
        try:
            facts = describe_file(file.path)
        except InputFileError:
            continue
        turns = {page["number"]: int(page["turned"]) for page in file.pages}
        for number in range(1, facts.pages + 1):
            kept = cache.get(baseline_key(file.path, number, system))
            if kept is None:
                jobs.append(Job(str(file.path), facts.media_type, number, system, turns.get(number, 0)))
            else:
                found[file.path][number] = [Line(*line) for line in json.loads(kept)]
    for job, lines in _run(jobs, workers):
        path = Path(job.path)
        found[path][job.page] = lines
        cache.put(baseline_key(path, job.page, system), json.dumps(lines, ensure_ascii=False))
    return found


def _run(jobs: list[Job], workers: int) -> Iterator[tuple[Job, list[Line]]]:
    if not jobs:
        return
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for done, (job, lines) in enumerate(zip(jobs, pool.map(read_lines, jobs), strict=True), 1):
            if done % 20 == 0 or done == len(jobs):
                what = f"{job.system}: {done} of {len(jobs)} pages"
                print(f"\r{what}", end="\n" if done == len(jobs) else "", flush=True)
            yield job, lines


def read_lines(job: Job) -> list[Line]:
    """Read one page (in a worker)."""
    try:
        image = page_image(Path(job.path), job.media_type, job.page)
    except InputFileError:
        return []
    image = np.ascontiguousarray(np.rot90(image, job.turned // 90))
    return _tesseract(image) if job.system == TESSERACT else _paddle_lines(image)


def page_image(path: Path, media_type: str, page: int) -> np.ndarray[Any, Any]:
    """Return a page as it lies, square pixels, blue, green, red.

    Raises:
        InputFileError: it cannot be decoded.
    """
    from extractors.reading.pdf import render_pdf_page
    from extractors.reading.picture import as_bgr, square_picture
    from extractors.reading.rasters import decode_page

    if media_type == PDF:
        return as_bgr(render_pdf_page(path, page, _DPI, _MAX_DPI).image)
    return as_bgr(square_picture(*decode_page(path, page), _MAX_DPI).image)


@kept_once
def _paddle() -> Any:
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    from paddleocr import PaddleOCR

    from extractors.reading.model_pins import DETECTION, RECOGNITION
    from extractors.reading.models import models_folder

    folder = models_folder()
    return PaddleOCR(
        engine="onnxruntime",
        text_detection_model_name=DETECTION.name,
        text_detection_model_dir=str(folder / DETECTION.name),
        text_recognition_model_name=RECOGNITION.name,
        text_recognition_model_dir=str(folder / RECOGNITION.name),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
    )


def _paddle_lines(image: np.ndarray[Any, Any]) -> list[Line]:
    result = _paddle().predict(image)[0]
    boxes = (np.asarray(b, float).reshape(-1, 2) for b in result["rec_polys"])
    return [
        Line(text, *map(float, (*box.min(axis=0), *box.max(axis=0))))
        for text, box in zip(result["rec_texts"], boxes, strict=True)
    ]


def _tesseract(image: np.ndarray[Any, Any]) -> list[Line]:
    _, png = cv2.imencode(".png", image)
    command = ["tesseract", "stdin", "stdout", "-l", "chi_sim", "tsv"]
    done = subprocess.run(command, input=png.tobytes(), capture_output=True, check=False)
    words: dict[tuple[str, ...], list[list[str]]] = {}
    for row in done.stdout.decode("utf-8", "replace").splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[11].strip():
            words.setdefault(tuple(cells[1:5]), []).append(cells)
    return [_line_of(cells) for cells in words.values()]


def _line_of(cells: list[list[str]]) -> Line:
    boxes = [[float(v) for v in c[6:10]] for c in cells]
    x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, y1 = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return Line(" ".join(c[11] for c in cells), x0, y0, x1, y1)
