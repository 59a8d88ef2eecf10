"""Fine-tune a Hugging Face checkpoint on what reviewers decided about categories, and export it to ONNX.

The checkpoint is a folder; nothing is downloaded. One example in five is held back: figures, temperature, and whether
the new model replaces the bundled one, come from those alone.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifiers.categories.checkpoint import NETWORK, TOKENIZER, TOLD
from domain.errors import ConfigurationError

if TYPE_CHECKING:
    from torch import Tensor, nn

LEAST_EXAMPLES = 20
"""Decisions below which nothing is learnt: figures on four papers say nothing."""
_HELD = 5
"""One in so many examples is held back."""
LONGEST = 512
_BATCH, _WARM = 8, 0.1


@dataclass(frozen=True)
class Example:
    """A complaint with the category that a person gave it.

    Attributes:
        text: what the complainant says.
        category: id in the pack.
        bundled: what the bundled model said, by id.
    """

    text: str
    category: str
    bundled: dict[str, float]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast is learnt.

    Attributes:
        epochs: passes over the examples.
        rate: greatest learning rate; the default is usual for checkpoints of the size of BERT (Devlin et al. 2019).
    """

    epochs: int = 4
    rate: float = 3e-5


@dataclass(frozen=True)
class Learnt:
    """How it went, on the examples held back.

    Attributes:
        learnt_from: examples.
        held: examples held back.
        accuracy: of the new model and of the bundled one.
        macro_f1: likewise.
        in_use: whether the new model is better and takes its place.
    """

    learnt_from: int
    held: int
    accuracy: tuple[float, float]
    macro_f1: tuple[float, float]
    temperature: float
    in_use: bool


def is_held(example: Example) -> bool:
    """Return whether an example is held back: by its text, so that a second run holds the same ones back."""
    return int(hashlib.sha256(example.text.encode()).hexdigest(), 16) % _HELD == 0


def train_category(
    checkpoint: Path,
    examples: list[Example],
    out: Path,
    schedule: Schedule,
    told: Callable[[str], None] = lambda line: None,
) -> Learnt:
    """Fine-tune, export, and write the folder ``out``, which appears under its name only when it is whole.

    Args:
        checkpoint: folder with ``config.json``, weights and tokenizer.
        examples: decisions of one regime.
        out: folder of the model, see `classifiers.categories.checkpoint`.
        schedule: how long and how fast is learnt.
        told: gets a line after every epoch.

    Raises:
        ConfigurationError: too few decisions, no usable checkpoint, or the extra ``train`` is not installed.
    """
    held = [e for e in examples if is_held(e)]
    rest = [e for e in examples if not is_held(e)]
    names = sorted({e.category for e in rest})
    if len(examples) < LEAST_EXAMPLES or len(names) < 2 or not held:
        raise ConfigurationError(
            f"只有 {len(examples)} 件由人工判定类别的案件，涉及 {len(names)} 个类别",
            f"请先判定至少 {LEAST_EXAMPLES} 件、两个以上类别，再训练",
        )
    tokenizer, network = _loaded(checkpoint, len(names))
    _fit(network, tokenizer, [(e.text, names.index(e.category)) for e in rest], schedule, told)
    logits = _logits(network, tokenizer, [e.text for e in held])
    known = [n for n, e in enumerate(held) if e.category in names]
    temperature = _temperature(logits[known], [names.index(held[n].category) for n in known])
    own = [names[n] for n in logits.argmax(1)]
    before = [max(e.bundled, key=lambda name: e.bundled[name]) if e.bundled else "" for e in held]
    truth = [e.category for e in held]
    scores = [(_accuracy(truth, said), macro_f1(truth, said)) for said in (own, before)]
    learnt = Learnt(
        learnt_from=len(rest),
        held=len(held),
        accuracy=(scores[0][0], scores[1][0]),
        macro_f1=(scores[0][1], scores[1][1]),
        temperature=temperature,
        in_use=scores[0][1] > scores[1][1],
    )
    _write(out, network, tokenizer, names, learnt, checkpoint)
    return learnt


def _loaded(checkpoint: Path, labels: int) -> tuple[Any, nn.Module]:
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise ConfigurationError(
            "训练需要 torch 与 transformers，当前未安装", "请运行 pip install '.[train]'（torch 取 CPU 版即可）后重试"
        ) from error
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.manual_seed(1)
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(checkpoint), local_files_only=True)
        network = AutoModelForSequenceClassification.from_pretrained(
            str(checkpoint),
            num_labels=labels,
            local_files_only=True,
            ignore_mismatched_sizes=True,
            attn_implementation="eager",
        )
        # Without the library's Rust half there is no tokenizer.json, and the product would need all of transformers.
        backend = tokenizer.backend_tokenizer
    except (OSError, ValueError, AttributeError, KeyError) as error:
        raise ConfigurationError(
            f"检查点 {checkpoint} 无法使用：{str(error).splitlines()[0] if str(error) else type(error).__name__}",
            "请给出含 config.json、权重与分词器的本地目录",
        ) from error
    longest = min(LONGEST, int(getattr(network.config, "max_position_embeddings", LONGEST)))
    backend.no_padding()
    backend.enable_truncation(longest)
    return tokenizer, network


def _encoded(tokenizer: Any, texts: list[str]) -> dict[str, Tensor]:
    import torch

    read = [tokenizer.backend_tokenizer.encode(text).ids for text in texts]
    width = max(len(r) for r in read)
    numbers = torch.zeros((len(read), width), dtype=torch.int64)
    mask = torch.zeros_like(numbers)
    for row, ids in enumerate(read):
        numbers[row, : len(ids)] = torch.tensor(ids)
        mask[row, : len(ids)] = 1
    return {"input_ids": numbers, "attention_mask": mask}


def _fit(
    network: nn.Module, tokenizer: Any, rows: list[tuple[str, int]], schedule: Schedule, told: Callable[[str], None]
) -> None:
    import torch

    rng = random.Random(1)
    epochs = schedule.epochs
    steps = epochs * -(-len(rows) // _BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=0.01)
    slope = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, schedule.rate, total_steps=steps + 1, pct_start=_WARM, anneal_strategy="linear"
    )
    counts = Counter(label for _, label in rows)
    # Rare categories count more, at most thrice: reviewers see many of the same kind.
    weights = torch.tensor([min(3.0, (len(rows) / len(counts) / counts[n]) ** 0.5) for n in range(len(counts))])
    for epoch in range(epochs):
        network.train()
        rng.shuffle(rows)
        total = 0.0
        for start in range(0, len(rows), _BATCH):
            group = rows[start : start + _BATCH]
            wanted = torch.tensor([label for _, label in group])
            said = network(**_encoded(tokenizer, [text for text, _ in group])).logits
            loss = torch.nn.functional.cross_entropy(said, wanted, weights)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            slope.step()
            total += loss.item() * len(group)
        told(f"第 {epoch + 1}/{epochs} 轮，损失 {total / len(rows):.3f}")


def _logits(network: nn.Module, tokenizer: Any, texts: list[str]) -> NDArray[np.float64]:
    import torch

    network.eval()
    with torch.no_grad():
        rows = [network(**_encoded(tokenizer, [text])).logits[0].numpy() for text in texts]
    return np.asarray(rows, np.float64)


def _temperature(logits: NDArray[np.float64], wanted: list[int]) -> float:
    """Return the divisor that makes chances of logits (Guo et al. 2017, arXiv:1706.04599), the best of a list."""
    if not wanted:
        return 1.0

    def cost(divisor: float) -> float:
        scaled = logits / divisor
        return float((np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(wanted)), wanted]).sum())

    return min((round(1.1**n, 4) for n in range(-20, 25)), key=cost)


def _accuracy(truth: list[str], said: list[str]) -> float:
    return sum(t == s for t, s in zip(truth, said, strict=True)) / len(truth)


def macro_f1(truth: list[str], said: list[str]) -> float:
    """Return the mean F1 over the categories that occur."""
    scores = []
    for name in sorted(set(truth) | set(said)):
        right = sum(t == s == name for t, s in zip(truth, said, strict=True))
        scores.append(2 * right / (truth.count(name) + said.count(name)))
    return sum(scores) / len(scores)


def _write(out: Path, network: nn.Module, tokenizer: Any, names: list[str], learnt: Learnt, checkpoint: Path) -> None:
    import shutil

    import torch

    scratch = out.with_name(f"{out.name}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    backend = tokenizer.backend_tokenizer
    backend.save(str(scratch / TOKENIZER))
    example = _encoded(tokenizer, ["投诉"])
    network.eval()
    network.config.return_dict = False
    torch.onnx.export(
        network,
        (example["input_ids"], example["attention_mask"]),
        str(scratch / NETWORK),
        input_names=["input_ids", "attention_mask"],
        output_names=["logits"],
        dynamic_axes={name: {0: "papers", 1: "tokens"} for name in example} | {"logits": {0: "papers"}},
        opset_version=17,
        dynamo=False,
    )
    told = {
        "categories": names,
        "temperature": learnt.temperature,
        "longest": LONGEST,
        "in_use": learnt.in_use,
        "checkpoint": checkpoint.name,
        "learnt_from": learnt.learnt_from,
        "held": learnt.held,
        "macro_f1": learnt.macro_f1[0],
        "macro_f1_bundled": learnt.macro_f1[1],
    }
    (scratch / TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    scratch.rename(out)
    shutil.rmtree(old, ignore_errors=True)
