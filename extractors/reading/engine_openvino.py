"""Networks on OpenVINO: the only module that imports it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
Batch = Tensor | NDArray[np.int64]


class OpenVinoNetwork:
    """One network with one input and one output, on the CPU.

    Args:
        path: ONNX file.
        threads: threads of one inference.
        precision: ``bf16`` or ``f32``; bf16 is only worth it where the processor has AVX512_BF16 or AMX.
    """

    def __init__(self, path: Path, threads: int, precision: str = "bf16") -> None:
        core = openvino.Core()
        options = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": precision,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,
        }
        self._request = core.compile_model(core.read_model(path), "CPU", options).create_infer_request()

    def __call__(self, batch: Batch) -> Tensor:
        """Return the output for ``batch`` (N, C, H, W); a view that is valid until the next call."""
        self._request.infer([batch], share_inputs=True)
        output: Tensor = self._request.get_output_tensor(0).data
        return output
