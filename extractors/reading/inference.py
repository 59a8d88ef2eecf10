"""Choosing the inference engine and loading networks on it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from extractors.reading.settings import Engine

Tensor = NDArray[np.float32]
Batch = Tensor | NDArray[np.int64]
"""Images come as floats, columns of hashed signs as integers."""

# Processor flags of hardware bfloat16: with them OpenVINO reads about 1.6 times as many pages as onnxruntime.
_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


class Network(Protocol):
    """A loaded network with one input and one output."""

    def __call__(self, batch: Batch) -> Tensor:
        """Return the output for ``batch``, of images (N, C, H, W); may be a view that is valid until the next call."""
        ...


def load_network(path: Path, engine: Engine, threads: int) -> Network:
    """Load the ONNX file at ``path`` on ``engine`` (``auto`` is resolved by the processor's flags)."""
    if resolve_engine(engine) == "onnxruntime":
        from extractors.reading.engine_onnxruntime import OnnxRuntimeNetwork

        return OnnxRuntimeNetwork(path, threads)
    from extractors.reading.engine_openvino import OpenVinoNetwork

    return OpenVinoNetwork(path, threads, _precision())


def resolve_engine(engine: Engine) -> Engine:
    """Return the engine that ``auto`` stands for on this machine."""
    if engine != "auto":
        return engine
    return "openvino" if _has_bfloat16() else "onnxruntime"


def engine_label(engine: Engine) -> str:
    """Return the name that producers carry, for example ``openvino-bf16``."""
    resolved = resolve_engine(engine)
    return f"openvino-{_precision()}" if resolved == "openvino" else "onnxruntime-f32"


def _precision() -> str:
    return "bf16" if _has_bfloat16() else "f32"


@lru_cache(maxsize=1)
def _has_bfloat16() -> bool:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return not _BFLOAT16_FLAGS.isdisjoint(flags.split())
