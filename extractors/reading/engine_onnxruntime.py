"""Networks on onnxruntime: the only module that imports it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
Batch = Tensor | NDArray[np.int64]


def metadata(network: bytes) -> dict[str, str]:
    """Return the metadata of an ONNX file given as bytes."""
    session = onnxruntime.InferenceSession(network, _options(1), providers=["CPUExecutionProvider"])
    return dict(session.get_modelmeta().custom_metadata_map)


class OnnxRuntimeNetwork:
    """One network with one input and one output, on the CPU in single precision."""

    def __init__(self, path: Path, threads: int) -> None:
        self._session = onnxruntime.InferenceSession(str(path), _options(threads), providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: Batch) -> Tensor:
        """Return the output for ``batch`` (N, C, H, W)."""
        output: Tensor = self._session.run(None, {self._input: batch})[0]
        return output


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Every line has another width: the arena would keep the largest buffers of all of them for ever.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return options
