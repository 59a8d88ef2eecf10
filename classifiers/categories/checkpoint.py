"""Category by a transformer that a house fine-tuned on its reviewers' decisions (``juanzong train category``).

A folder under ``JUANZONG_HOME`` for each regime: ``model.onnx``, ``tokenizer.json`` as the transformers library writes
it, and ``category.json``. It runs without torch.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from classifiers.network.inference import run
from classifiers.network.tokens import tokens
from domain.errors import ConfigurationError

FOLDER = "category-models"
"""Name of the folder under ``JUANZONG_HOME``; one folder a regime in it."""
NETWORK, TOKENIZER, TOLD = "model.onnx", "tokenizer.json", "category.json"


def own_model(home: Path, policy: str) -> Path | None:
    """Return the folder of the house's model of a regime, ``None`` when there is none in use."""
    folder = home / FOLDER / policy
    if not (folder / TOLD).exists():
        return None
    return folder if told(folder)["in_use"] else None


@lru_cache(maxsize=16)
def _told(path: Path, _changed: float) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"类别模型的说明 {path} 无法读取", "请重新运行 juanzong train category，或删除该目录"
        ) from error
    return found


def told(folder: Path) -> dict[str, object]:
    """Return ``category.json`` of a model: categories, temperature, longest, in_use, figures.

    Raises:
        ConfigurationError: it cannot be read.
    """
    path = folder / TOLD
    return _told(path, path.stat().st_mtime)


def by_checkpoint(folder: Path, text: str) -> dict[str, float]:
    """Return the chance of each category, by id.

    Raises:
        ConfigurationError: the model cannot be used.
    """
    known = told(folder)
    try:
        read = tokens(folder / TOKENIZER, text, int(str(known["longest"])))
        given = {"input_ids": read.numbers[None], "attention_mask": np.ones((1, len(read.numbers)), np.int64)}
        given["token_type_ids"] = np.zeros_like(given["input_ids"])
        logits = run(folder / NETWORK, given)[0][0] / float(str(known["temperature"]))
    except Exception as error:  # the tokenizer and the network raise their libraries' own kinds
        raise ConfigurationError(
            f"类别模型 {folder} 无法使用", "请重新运行 juanzong train category，或删除该目录"
        ) from error
    powers = np.exp(logits - logits.max())
    names = known["categories"]
    assert isinstance(names, list)
    return {str(name): float(p) for name, p in zip(names, powers / powers.sum(), strict=True)}
