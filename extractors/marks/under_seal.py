"""A signature below a black seal, where colour cannot tell them apart."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from domain.vocabulary import SealColour
from extractors.marks.ink import Image, page_dpi
from extractors.marks.ink_groups import WORK_DPI, clipped, erase, inks_of, known_print, without_rules
from extractors.marks.signature_names import read_name
from extractors.marks.signature_places import SignaturePlace

UNDER_SEAL_MM, UNDER_SEAL_REACH_MM = 6.5, 40.0


def find_under_seal(image: Image, page: ReadPage, place: SignaturePlace, seals: Sequence[Seal]) -> Signature | None:
    """Look for a signature below a black seal, where colour cannot tell them apart.

    Without outline and star the seal's own strokes are single letters; strokes clearly taller than those are a hand's.
    The probability stays low: a person should look.
    """
    dpi = page_dpi(image, page.page.dpi)
    mm = dpi / 25.4
    for seal in seals:
        near = (
            place.region[0],
            place.region[1],
            min(place.region[2], place.label_end + UNDER_SEAL_REACH_MM * mm),
            place.region[3],
        )
        region = shared_box(clipped(near, image), seal.bbox)
        if (
            place.label is None
            or seal.colour is not SealColour.BLACK
            or region[2] - region[0] < 8 * mm
            or region[3] - region[1] < 6 * mm
        ):
            continue
        patch = inks_of(image, region, dpi)
        if patch is None:
            continue
        factor = min(WORK_DPI / dpi, 1.0)
        pen = patch.mask.astype(np.uint8)
        erase(pen, known_print(page, place), (int(region[0]), int(region[1])), factor)
        pen = without_rules(_without_ring(pen, seal.bbox, (int(region[0]), int(region[1])), factor), mm * factor)
        count, _, stats, _ = cv2.connectedComponentsWithStats(pen)
        tall = [s for s in stats[1:count] if s[3] > UNDER_SEAL_MM * mm * factor]
        if tall:
            x0, y0 = region[0] + min(s[0] for s in tall) / factor, region[1] + min(s[1] for s in tall) / factor
            x1, y1 = (
                region[0] + max(s[0] + s[2] for s in tall) / factor,
                region[1] + max(s[1] + s[3] for s in tall) / factor,
            )
            probability = min(0.5 + 0.04 * (max(s[3] for s in tall) / mm / factor - UNDER_SEAL_MM), 0.7)
            name = place.person or read_name((x0, y0, x1, y1), place, page)
            return Signature(
                name=name,
                anchor=place.label,
                page=page.page.number,
                bbox=(x0, y0, x1, y1),
                probability=round(probability, 4),
            )
    return None


def shared_box(one: BBox, other: BBox) -> BBox:
    """Return the box that two boxes share; it may be empty."""
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def _without_ring(pen: Image, seal: BBox, origin: tuple[int, int], factor: float) -> Image:
    """Erase the outline and the star of a round or oval seal."""
    ys, xs = np.mgrid[0 : pen.shape[0], 0 : pen.shape[1]]
    centre = ((seal[0] + seal[2]) / 2 - origin[0]) * factor, ((seal[1] + seal[3]) / 2 - origin[1]) * factor
    half = (seal[2] - seal[0]) / 2 * factor, (seal[3] - seal[1]) / 2 * factor
    rho = np.hypot((xs - centre[0]) / half[0], (ys - centre[1]) / half[1])
    return np.asarray(np.where((rho > 0.9) | (rho < 0.33), 0, pen), np.uint8)
