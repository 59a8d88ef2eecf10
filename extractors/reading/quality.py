"""How good a page image is, and what the mailroom should do about it (DA/T 31-2017, digitisation of paper records)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.documents import PageQuality
from domain.ocr import OcrLine
from extractors.reading.ocr import Quads
from extractors.reading.picture import Image

_BLURRED, _UNREADABLY_BLURRED = 0.25, 0.12
_FAINT, _UNREADABLY_FAINT = 0.25, 0.12
# DA/T 31-2017 7.4: at least 200 dpi; a standard fax has 98 lines per inch and is still read.
_LEAST_DPI = 150.0
_MOST_SKEW = 3.0
_BADLY_READ, _UNREADABLE = 0.75, 0.5
_EDGE = 0.004


def measure(image: Image, quads: Quads, dpi: float | None) -> PageQuality:
    """Return sharpness and contrast of the text on ``image`` (upright); problems are judged by ``judge``."""
    sharpness, contrast = _ink_measures(image, quads)
    return PageQuality(sharpness=round(sharpness, 3), contrast=round(contrast, 3), dpi=dpi)


def judge(quality: PageQuality, lines: tuple[OcrLine, ...], skew: float, cut_edges: tuple[str, ...]) -> PageQuality:
    """Return ``quality`` with the problems in Chinese and whether the page is usable.

    Args:
        quality: as measured.
        lines: what was read.
        skew: rotation that was removed, degrees.
        cut_edges: names of the edges where text runs out of the page.
    """
    problems: list[str] = []
    fatal = False
    score = _mean_score(lines)
    if lines and quality.sharpness < _BLURRED:
        problems.append("图像模糊，请重新对焦或重新扫描")
        fatal |= quality.sharpness < _UNREADABLY_BLURRED and score < _BADLY_READ
    if lines and quality.contrast < _FAINT:
        problems.append("字迹过淡，请提高扫描对比度")
        fatal |= quality.contrast < _UNREADABLY_FAINT and score < _BADLY_READ
    if quality.dpi is not None and quality.dpi < _LEAST_DPI:
        problems.append(f"分辨率偏低（{quality.dpi:.0f} dpi，宜不低于 200 dpi）")
    if abs(skew) > _MOST_SKEW:
        problems.append(f"页面倾斜 {abs(skew):.1f}°，已自动纠正")
    if cut_edges:
        problems.append(f"{'、'.join(cut_edges)}边缘的文字可能被裁切")
    if lines and score < _BADLY_READ:
        problems.append("文字识别把握低，请人工核对或重新扫描")
        fatal |= score < _UNREADABLE
    return quality.model_copy(update={"problems": tuple(problems), "usable": not fatal})


def cut_edges(quads: Quads, width: int, height: int) -> tuple[str, ...]:
    """Return the edges (左 上 右 下) that text touches on an image of ``width`` x ``height``."""
    if not len(quads):
        return ()
    margin = _EDGE * max(width, height)
    low, high = quads.min(axis=1), quads.max(axis=1)
    touching = {
        "左": int((low[:, 0] < margin).sum()),
        "上": int((low[:, 1] < margin).sum()),
        "右": int((high[:, 0] > width - margin).sum()),
        "下": int((high[:, 1] > height - margin).sum()),
    }
    # One line at the rim may be a fax header or a scanner's stamp; several at one side are a cut page.
    least = {"左": 3, "右": 3, "上": 2, "下": 2}
    return tuple(edge for edge, count in touching.items() if count >= least[edge])


def _mean_score(lines: tuple[OcrLine, ...]) -> float:
    length = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / length if length else 0.0


def _ink_measures(image: Image, quads: Quads) -> tuple[float, float]:
    patches = [_patch(image, quad) for quad in _sample(quads)]
    measured = [_edge_and_contrast(patch) for patch in patches if min(patch.shape) >= 8]
    if not measured:
        return 1.0, 1.0
    edges, contrasts = zip(*measured, strict=True)
    return float(np.median(edges)), float(np.median(contrasts))


def _sample(quads: Quads) -> Quads:
    step = max(1, len(quads) // 12)
    return quads[::step]


def _patch(image: Image, quad: NDArray[np.float32]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    x0, y0 = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, (width, height))
    x1, y1 = np.clip(np.ceil(quad.max(axis=0)).astype(int), 0, (width, height))
    x1 = min(x1, x0 + 600)
    part = image[y0:y1, x0:x1]
    if part.size == 0:
        return np.zeros((0, 0), np.uint8)
    return part if part.ndim == 2 else np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8)


def _edge_and_contrast(grey: NDArray[np.uint8]) -> tuple[float, float]:
    """Return edge steepness (share of the black-to-white step made within one pixel) and contrast, each 0 to 1."""
    ink, paper = _percentiles(np.bincount(grey.ravel(), minlength=256), (2, 85))
    depth = paper - ink
    if depth < 8:
        return 0.0, depth / 255.0
    down, across = cv2.absdiff(grey[1:], grey[:-1]), cv2.absdiff(grey[:, 1:], grey[:, :-1])
    counts = np.bincount(down.ravel(), minlength=256) + np.bincount(across.ravel(), minlength=256)
    (steepest,) = _percentiles(counts, (97,))
    return min(1.0, steepest / depth), min(1.0, depth / 255.0)


def _percentiles(counts: NDArray[np.intp], shares: tuple[float, ...]) -> list[float]:
    """Return percentiles of whole numbers from how often each occurs, linear between neighbours as numpy's are."""
    upto = np.cumsum(counts)
    places = np.array(shares) / 100.0 * (upto[-1] - 1)
    below = np.searchsorted(upto, np.floor(places), side="right")
    above = np.searchsorted(upto, np.ceil(places), side="right")
    found: list[float] = (below + (above - below) * (places % 1.0)).tolist()
    return found
