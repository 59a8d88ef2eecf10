"""How good a page image is, and what the mailroom should do about it (DA/T 31-2017, digitisation of paper records).

A page is called unusable only for harm that can be seen on the image itself and that reading confirms: what a hand
wrote reads badly on the best of scans.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.documents import PageQuality
from domain.ocr import OcrLine
from extractors.reading.ocr import Quads
from extractors.reading.page_light import Light, light_of
from extractors.reading.picture import Image

# Measured on print: at these the text still reads; at the graver ones every tenth character is lost.
_BLURRED, _UNREADABLY_BLURRED = 0.16, 0.11
_FAINT, _UNREADABLY_FAINT = 0.2, 0.06
# Height of the lines' boxes, pixels; characters take about three quarters of it.
_SMALL, _UNREADABLY_SMALL = 13.0, 10.5
_NOISY = 0.8
_DARK_PAPER = 70.0
_MOST_BORDER = 0.12
_LEAST_DPI, _BETTER_DPI = 200.0, 300.0
# Tags are whole numbers, and so are the lines of a metre: 199.9 is 200.
_DPI_SLACK = 2.0
_MOST_SKEW = 3.0
_WELL_READ, _BADLY_READ = 0.9, 0.75
_EDGE = 0.004


@dataclass(frozen=True)
class Circumstances:
    """What is known of a page besides its pixels.

    Attributes:
        dpi: dots per inch of the source, the smaller axis, ``None`` when unknown.
        bilevel: the source knows black and white only.
        skew: rotation that was removed, degrees.
        sure_way_up: the text tells which side is up.
    """

    dpi: float | None
    bilevel: bool
    skew: float
    sure_way_up: bool = True


@dataclass(frozen=True)
class _Harm:
    """One thing that is wrong.

    Attributes:
        problem: what to tell people.
        grave: it may make the page unusable.
        only_if_harmful: not worth a word on a page that reads well.
    """

    problem: str
    grave: bool = False
    only_if_harmful: bool = False


def judged(image: Image, quads: Quads, lines: tuple[OcrLine, ...], known: Circumstances) -> PageQuality:
    """Return the quality of an upright page with its problems in Chinese and whether it is usable.

    Args:
        image: upright.
        quads: lines found on it.
        lines: what was read.
        known: source and geometry.
    """
    sharpness, contrast = ink_measures(image, quads)
    score = _mean_score(lines)
    light = light_of(image, known.bilevel)
    harms = _harms_to_text(sharpness, contrast, quads, light) if lines else _harms_without_text(light)
    if score >= _WELL_READ:
        harms = tuple(harm for harm in harms if not harm.only_if_harmful)
    problems = [harm.problem for harm in (*harms, *_harms_to_sheet(image, quads, light, known, score))]
    grave = any(harm.grave for harm in harms)
    if lines and score < _BADLY_READ:
        problems.append("文字识别把握低，请人工核对或重新扫描")
    return PageQuality(
        sharpness=round(sharpness, 3),
        contrast=round(contrast, 3),
        dpi=known.dpi,
        usable=not (grave and score < _WELL_READ),
        problems=tuple(problems),
    )


def _harms_to_text(sharpness: float, contrast: float, quads: Quads, light: Light) -> tuple[_Harm, ...]:
    """Return what makes the text hard to read, as seen on the image."""
    height = float(np.median(np.linalg.norm(np.roll(quads, -1, axis=1) - quads, axis=2).min(axis=1)))
    dark = light.paper < _DARK_PAPER
    found = (
        (sharpness < _BLURRED, "图像模糊，请重新对焦或重新扫描", sharpness < _UNREADABLY_BLURRED),
        (contrast < _FAINT and not dark, "字迹过淡，请提高扫描对比度", contrast < _UNREADABLY_FAINT),
        (height < _SMALL, f"文字过小（行高约 {height:.0f} 像素），请以更高分辨率扫描", height < _UNREADABLY_SMALL),
        (dark, "曝光不足，画面过暗，请在光线充足处重新拍摄", True),
    )
    noise = _Harm("噪点过多，请清洁扫描仪或重新发送传真", grave=True, only_if_harmful=True)
    harms = tuple(_Harm(problem, grave) for applies, problem, grave in found if applies)
    return (*harms, noise) if light.specks > _NOISY else harms


def _harms_without_text(light: Light) -> tuple[_Harm, ...]:
    if not light.inked:
        return ()
    return (_Harm("页面有内容，但未能识别出文字，请人工查看或重新扫描", grave=light.blurred),)


def _harms_to_sheet(image: Image, quads: Quads, light: Light, known: Circumstances, score: float) -> tuple[_Harm, ...]:
    """Return what is wrong with how the sheet was taken; none of it makes a page unusable."""
    height, width = image.shape[:2]
    edges = cut_edges(quads, width, height, known.bilevel)
    coarse = known.dpi is not None and known.dpi < _LEAST_DPI - _DPI_SLACK
    # the resolution of a fax is nobody's mistake: it is named when it did harm
    named = coarse and not (known.bilevel and score >= _WELL_READ)
    found = (
        (named, f"分辨率偏低（{known.dpi or 0:.0f} dpi，宜不低于 {_LEAST_DPI:.0f} dpi，建议 {_BETTER_DPI:.0f} dpi）"),
        (abs(known.skew) > _MOST_SKEW, f"页面倾斜 {abs(known.skew):.1f}°（超过 {_MOST_SKEW:.0f}°），已自动纠正"),
        (bool(edges), f"{'、'.join(edges)}边缘的文字可能被裁切"),
        (light.border > _MOST_BORDER, f"黑边占页面 {light.border:.0%}，请对齐纸张或裁边后重新扫描"),
        (not known.sure_way_up, "文字极少，无法确定页面上下方向，请人工核对"),
    )
    return tuple(_Harm(problem) for applies, problem in found if applies)


def cut_edges(quads: Quads, width: int, height: int, bilevel: bool = False) -> tuple[str, ...]:
    """Return the edges (左 上 右 下) that text touches on an image of ``width`` x ``height``.

    The parts of a fax machine's own line stand at the upper or lower rim of what it sent: there ``bilevel`` wants more.
    """
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
    least = {"左": 3, "右": 3, "上": 5 if bilevel else 2, "下": 5 if bilevel else 2}
    return tuple(edge for edge, count in touching.items() if count >= least[edge])


def _mean_score(lines: tuple[OcrLine, ...]) -> float:
    length = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / length if length else 0.0


def ink_measures(image: Image, quads: Quads) -> tuple[float, float]:
    """Return sharpness and contrast of the text inside ``quads``, each 0 to 1, 1 when there is none."""
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
