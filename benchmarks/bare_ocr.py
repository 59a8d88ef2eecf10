"""The yardstick: text detection and recognition alone, with the settings that measured fastest.

No orientation, no deskew, no character boxes, no alternatives, no quality: decode the file, find lines, read each line
once at 85% width. What the pipeline adds is measured against this on the same networks in the same processes.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from extractors.reading.inference import load_network
from extractors.reading.model_pins import DETECTION, RECOGNITION, paddlex_config
from extractors.reading.models import model_config, models_folder, network_path

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)
_SIDE, _SQUEEZE, _STEP, _LEAST = 960, 0.85, 32, 48


class BareOcr:
    """One process's networks."""

    def __init__(self) -> None:
        from paddlex.inference.models.text_detection.processors import DBPostProcess

        cv2.setNumThreads(1)
        folder = models_folder()
        self._detector = load_network(network_path(DETECTION, folder), "auto", 1)
        self._recogniser = load_network(network_path(RECOGNITION, folder), "auto", 1)
        settings = {**paddlex_config(DETECTION, [])["PostProcess"], "score_mode": "fast"}
        settings.pop("name")
        self._boxes: Any = DBPostProcess(**settings)
        self._classes = ["", *model_config(RECOGNITION, folder)["PostProcess"]["character_dict"], " "]

    def read(self, image: np.ndarray[Any, Any]) -> list[str]:
        """Return the text of every line found on ``image`` (blue, green, red), top to bottom."""
        height, width = image.shape[:2]
        ratio = min(1.0, _SIDE / max(height, width))
        size = [max(32, round(side * ratio / 32) * 32) for side in (width, height)]
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)[:, :, ::-1]
        batch = ((small / np.float32(255) - _MEAN) / _STD).astype(np.float32).transpose(2, 0, 1)[None]
        shape = [np.array([height, width, ratio, ratio])]
        boxes, _ = self._boxes(self._detector(np.ascontiguousarray(batch))[None], shape)
        ordered = sorted(
            np.asarray(boxes[0], np.float32).reshape(-1, 4, 2), key=lambda q: (round(q[0, 1] / 20), q[0, 0])
        )
        return [self._line(image, quad) for quad in ordered]

    def _line(self, image: np.ndarray[Any, Any], quad: np.ndarray[Any, Any]) -> str:
        width = max(1, int(np.linalg.norm(quad[0] - quad[1])))
        height = max(1, int(np.linalg.norm(quad[0] - quad[3])))
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        matrix = cv2.getPerspectiveTransform(quad, target)
        crop = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC)
        if height >= 1.5 * width:
            crop = np.rot90(crop)
        inner = min(3200, math.ceil(48 * crop.shape[1] / crop.shape[0] * _SQUEEZE))
        batch = np.zeros((1, 3, 48, max(_LEAST, -(-inner // _STEP) * _STEP)), np.float32)
        resized = cv2.resize(np.ascontiguousarray(crop), (inner, 48))
        batch[0, :, :, :inner] = resized.transpose(2, 0, 1) / np.float32(127.5) - 1.0
        best = self._recogniser(batch)[0].argmax(axis=1)
        keep = (best != 0) & (np.diff(best, prepend=0) != 0)
        return "".join(self._classes[k] for k in best[keep])
