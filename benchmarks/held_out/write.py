"""Writes one planned file and returns its truth (schema juanzong.truth.file/1)."""

import random
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks.held_out.grades import Shot, degrade
from benchmarks.held_out.papers import Paper
from benchmarks.held_out.plan import FilePlan
from benchmarks.held_out.render import CSS_DPI, Raster, Sheet

_SUFFIX = {"jpg": "jpg", "png": "png", "tiff": "tif", "pdf": "pdf", "born_pdf": "pdf"}


def write_file(
    plan: FilePlan, papers: list[Paper], sheets: list[list[Sheet]], raster: Raster, out: Path
) -> dict[str, Any]:
    """Write the file into `out`; return its truth."""
    rows = [(papers[n], sheet) for n in plan.papers for sheet in sheets[n]]
    container = plan.container
    if container in ("jpg", "png") and len(rows) > 1:
        container = "pdf" if container == "jpg" else "tiff"
    name = f"{plan.name}.{_SUFFIX[container]}"
    images, pages = [], []
    grade = "born_digital" if container == "born_pdf" else plan.grade
    for number, (paper, sheet) in enumerate(rows, 1):
        rng = np.random.default_rng([ord(c) for c in plan.name] + [number])
        dpi = 72 if container == "born_pdf" else plan.dpi
        shot = degrade(raster.image(sheet, dpi), plan.grade, dpi, rng)
        if shot.one_bit and rng.random() < 0.5:
            _fax_line(shot, rng, number, len(rows))
        turned = plan.turned if plan.turned_page in (None, number - 1) else 0
        if container == "born_pdf":
            turned = 0
        images.append((_turned(shot.image, turned), shot.dpi if turned in (0, 180) else shot.dpi[::-1]))
        pages.append(_page_truth(number, paper, sheet, shot, (grade, turned, dpi)))
    if container == "born_pdf":
        raster.cut_pdf([sheet for _, sheet in rows], out / name)
    else:
        _save(images, container, out / name)
    spans, start = [], 1
    for n in plan.papers:
        count = len(sheets[n])
        numbers = list(range(start, start + count))
        spans.append({"kind": papers[n].kind, "pages": numbers, "id_sides": list(papers[n].id_sides)})
        start += count
    return {"schema": "juanzong.truth.file/1", "file": name, "container": container, "documents": spans, "pages": pages}


def _turned(image: np.ndarray, degrees: int) -> np.ndarray:
    return np.ascontiguousarray(np.rot90(image, -degrees // 90)) if degrees else image


def _fax_line(shot: Shot, rng: np.random.Generator, number: int, pages: int) -> None:
    """Print the line that the sending machine puts at the top."""
    draw = random.Random(int(rng.integers(0, 2**32)))
    tall = shot.dpi[1] / 204
    day = f"20{draw.randint(21, 26)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    day += f" {draw.randint(8, 18)}:{draw.randint(10, 59)}"
    words = f"{day}   FAX 0{draw.randint(311, 898)}{draw.randint(2000000, 8999999)}      P.{number:02d}/{pages:02d}"
    strip = np.full((44, shot.image.shape[1]), 255, np.uint8)
    cv2.putText(strip, words, (90, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.95, 0, 2)
    strip = cv2.resize(strip, (strip.shape[1], max(1, int(44 * tall))), interpolation=cv2.INTER_AREA)
    shot.image[4 : 4 + strip.shape[0]] = np.where(strip > 140, 255, 0)


def _save(images: list[tuple[np.ndarray, tuple[int, int]]], container: str, path: Path) -> None:
    pictures = []
    for pixels, dpi in images:
        picture = Image.fromarray(pixels)
        if pixels.ndim == 2 and set(np.unique(pixels[:400:7])) <= {0, 255}:
            picture = picture.convert("1")
        picture.info["dpi"] = dpi
        pictures.append((picture, dpi))
    first, dpi = pictures[0]
    rest = [p for p, _ in pictures[1:]]
    if container == "tiff":
        coding = "group4" if first.mode == "1" else "jpeg"
        first.save(path, "TIFF", compression=coding, dpi=dpi, save_all=True, append_images=rest)
    elif container == "pdf":
        more = {} if first.mode == "1" else {"quality": 82}
        first.save(path, "PDF", dpi=dpi, save_all=True, append_images=rest, **more)
    elif container == "png":
        first.save(path, "PNG", dpi=dpi, compress_level=1)
    else:
        first.save(path, "JPEG", dpi=dpi, quality=88)


def _page_truth(number: int, paper: Paper, sheet: Sheet, shot: Shot, how: tuple[str, int, int]) -> dict[str, Any]:
    grade, turned, dpi = how
    scale = dpi / CSS_DPI

    def moved(box: list[float]) -> list[float]:
        x0, y0, x1, y1 = (v * scale for v in box)
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ shot.matrix.T
        points = corners[:, :2] / corners[:, 2:]
        low = np.maximum(points.min(axis=0), 0)
        high = np.minimum(points.max(axis=0), shot.frame)
        return [round(float(v), 1) for v in (*low, *high)]

    grey = shot.image.ndim == 2
    signs = [m for m in sheet.marks if m["mark"] in ("sign", "stroke")]
    seals = [m for m in sheet.marks if m["mark"] == "seal"]
    return {
        "number": number,
        "kind": paper.kind,
        "id_sides": list(paper.id_sides),
        "grade": grade,
        "turned": turned,
        "frame": list(shot.frame),
        "dpi": list(shot.dpi),
        "lines": [],
        "fields": [{**{k: f[k] for k in ("name", "value", "raw")}, "box": moved(f["box"])} for f in sheet.fields],
        "signatures": [{"name": m["name"], "box": moved(m["box"])} for m in signs],
        "seals": [
            {
                "text": m["text"].replace("/", ""),
                "box": moved(m["box"]),
                "colour": "black" if grey else m["colour"],
                "form": m["form"],
                "complete": m["complete"],
            }
            for m in seals
        ],
        "thumbprints": [{"box": moved(m["box"])} for m in sheet.marks if m["mark"] == "thumb"],
    }
