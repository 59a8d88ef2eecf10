"""Pictures of upright pages for the review pages."""

from __future__ import annotations

import cv2

from extractors.reading.picture import Image

_JPEG_QUALITY = 85


def encode_page(image: Image) -> tuple[bytes, str]:
    """Return ``image`` (blue, green, red) as JPEG bytes with their media type."""
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return encoded.tobytes(), "image/jpeg"
