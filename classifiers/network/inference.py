"""Networks on onnxruntime, one thread: the only module of the classifiers that imports it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray


@lru_cache(maxsize=4)
def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Every paper has another length: the arena would keep the largest buffers of all of them for ever.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(path: Path, given: Mapping[str, NDArray[np.generic]]) -> list[NDArray[np.float32]]:
    """Return the outputs of the network at ``path``; inputs that it does not have are left out."""
    session = _session(path)
    known = {i.name for i in session.get_inputs()}
    outputs: list[NDArray[np.float32]] = session.run(None, {k: v for k, v in given.items() if k in known})
    return outputs
