"""Settings of reading: what may be configured, with the values that measured best."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from domain.base import Model

Engine = Literal["auto", "openvino", "onnxruntime"]


class ReadingSettings(Model):
    """How pages are read.

    Attributes:
        models_folder: where the model folders are; ``None`` for ``JUANZONG_MODELS`` or ``models/``.
        engine: inference engine; ``auto`` takes OpenVINO with bfloat16 where the processor has it.
        threads: threads of one worker process; more processes are faster than more threads.
        max_pixels: a page with more pixels is refused before it is decoded.
        dpi: resolution that vector pages are rendered at.
        max_dpi: scans with more dots per inch are reduced to this (600 dpi costs time and reads no better).
        detection_side: longest side of the image that text is searched on, pixels.
        finer_detection_side: the same where hardly any or only tiny lines were found.
        line_squeeze: lines are first read narrowed to this share of their width, which costs that share of the time.
        second_look: a line that scores less is read again at full width and the better reading counts.
    """

    models_folder: Path | None = None
    engine: Engine = "auto"
    threads: int = Field(default=1, ge=1)
    max_pixels: int = Field(default=100_000_000, ge=1)
    dpi: int = Field(default=200, ge=72, le=600)
    max_dpi: int = Field(default=300, ge=72, le=1200)
    detection_side: int = Field(default=960, ge=320)
    finer_detection_side: int = Field(default=1600, ge=320)
    line_squeeze: float = Field(default=0.7, gt=0.3, le=1.0)
    second_look: float = Field(default=0.92, ge=0.0, le=1.0)
