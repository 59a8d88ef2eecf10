"""Who wrote the characters of a line, a hand or a printer (docs/models/line-networks.md).

A printed digit that is read with a score of 0.999 is right; a handwritten one is often not. Every later judgement of a
value needs to know which of the two it is looking at.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.reading.inference import load_network

WEIGHTS = Path(__file__).with_name("weights") / "hand.onnx"
STEP = 8
"""Pixels of a strip per output of the network."""


class HandJudge:
    """Tells ink of hands from print on strips of lines.

    Args:
        threads: of the inference engine.
    """

    def __init__(self, threads: int) -> None:
        self._network = load_network(WEIGHTS, "onnxruntime", threads)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the chance that the ink is from a hand.

        Args:
            batch: grey strips of one width, shape (n, 1, 48, width), -1 black to 1 white; width a multiple of 8.

        Returns:
            One value for every 8 pixels, shape (n, width / 8), 0 to 1; meaningless where no ink is.
        """
        return self._network(batch)


def chance_between(chances: NDArray[np.float32], start: float, end: float, inner: int) -> float:
    """Return the mean chance between two shares of a strip.

    Args:
        chances: of the strip, one value for every 8 pixels.
        start: left edge, share of ``inner``, 0 to 1.
        end: right edge, share of ``inner``, 0 to 1.
        inner: width of the strip without padding, pixels.
    """
    first = int(start * inner) // STEP
    last = max(first + 1, -(-int(end * inner) // STEP))
    inside = chances[first:last]
    return float(inside.mean()) if inside.size else 0.0
