"""Was this ink made by a hand? A small convolutional network on a grey crop, whatever the crop shows.

Weights: `extractors/marks/hand.onnx`, made by `training/train_hand_network.py` (docs/models/hand_network.md).
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.marks.ink import Image
from extractors.reading.inference import Network, load_network

WEIGHTS = Path(__file__).with_name("hand.onnx")
HEIGHT, WIDTH = 40, 200
MOST_WINDOWS = 4
LEAST_CONTRAST = 60.0


def windows(crop: Image) -> NDArray[np.float32]:
    """Return a grey crop (paper light) as ink windows for the network: N × 1 × 40 × 200, 0 is paper, 1 full ink.

    A crop longer than five times its height is cut into up to four windows, evenly over its length.
    """
    crop = crop if crop.ndim == 2 else np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY))
    scale = HEIGHT / crop.shape[0]
    size = (min(max(round(crop.shape[1] * scale), 1), WIDTH * MOST_WINDOWS), HEIGHT)
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR).astype(np.float32)
    paper = float(np.percentile(small, 90))
    full = min(float(np.percentile(small, 2)), paper - LEAST_CONTRAST)
    ink = np.clip((paper - small) / (paper - full), 0, 1)
    if size[0] <= WIDTH:
        left = (WIDTH - size[0]) // 2
        ink = np.pad(ink, ((0, 0), (left, WIDTH - size[0] - left)))
        return np.ascontiguousarray(ink[None, None], np.float32)
    count = math.ceil(size[0] / WIDTH)
    starts = np.linspace(0, size[0] - WIDTH, count).round().astype(int)
    return np.stack([ink[None, :, s : s + WIDTH] for s in starts]).astype(np.float32)


def hand_logit(crop: Image) -> float:
    """Return the log odds that the ink of a grey or BGR crop (light paper, the ink fills its height) is a hand's."""
    return float(_network()(windows(crop))[:, 0].mean())


@cache
def _network() -> Network:
    return load_network(WEIGHTS, "onnxruntime", 1)
