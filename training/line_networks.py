"""The networks of ``training.train_line_networks``: shapes, training, export. Only this module needs torch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import cv2
import numpy as np
import torch
from torch import nn

from extractors.reading.second_reader import ALPHABET, OTHER, greedy
from training.line_crops import Crop
from training.train_line_networks import DIGIT_STEP, HAND_STEP, digit_labels, hand_labels, load, padded

WEIGHTS = Path("extractors/reading/weights")
BATCH = 32


def _block(inside: int, outside: int, stride: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
    )


class HandNet(nn.Module):
    """Chance that the ink is from a hand, for every ``HAND_STEP`` pixels of a crop."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _block(1, 12, (2, 2)),
            _block(12, 24, (2, 2)),
            _block(24, 32, (2, 2)),
            nn.Conv2d(32, 48, (6, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(48),
            nn.ReLU(inplace=True),
            nn.Conv2d(48, 48, (1, 5), padding=(0, 2)),
            nn.ReLU(inplace=True),
            nn.Conv2d(48, 48, (1, 5), padding=(0, 4), dilation=(1, 2)),
            nn.ReLU(inplace=True),
            nn.Conv2d(48, 1, 1),
        )

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """Return probabilities, shape (n, width / 8)."""
        return torch.sigmoid(self.logits(batch))

    def logits(self, batch: torch.Tensor) -> torch.Tensor:
        """Return log-odds, shape (n, width / 8)."""
        return self.body(batch)[:, 0, 0]


class DigitNet(nn.Module):
    """Signs of a number: probabilities of ``ALPHABET``, other signs and blank for every ``DIGIT_STEP`` pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _block(1, 16, (2, 2)),
            _block(16, 32, (1, 1)),
            _block(32, 48, (2, 2)),
            _block(48, 64, (2, 1)),
            _block(64, 96, (2, 1)),
            nn.Conv2d(96, 96, (3, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(96),
            nn.ReLU(inplace=True),
            nn.Dropout(0.1),
            nn.Conv2d(96, 96, (1, 5), padding=(0, 2)),
            nn.ReLU(inplace=True),
            nn.Conv2d(96, OTHER + 1, 1),
        )

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        """Return probabilities, shape (n, width / 4, classes)."""
        return torch.softmax(self.logits(batch), dim=2)

    def logits(self, batch: torch.Tensor) -> torch.Tensor:
        """Return scores, shape (n, width / 4, classes)."""
        return self.body(batch)[:, :, 0].transpose(1, 2)


def train(kind: str, folder: Path, minutes: float) -> None:
    """Train one network for some minutes (on from where the last run ended), export it, print how it does."""
    torch.set_num_threads(1)  # two threads wait for each other on a busy machine
    torch.manual_seed(7)
    crops = load(sorted(folder.glob(f"{kind}-train-*.npz")))
    apart = load(sorted(folder.glob(f"{kind}-apart-*.npz")))
    model: HandNet | DigitNet = HandNet() if kind == "hand" else DigitNet()
    kept = folder / f"{kind}.pt"
    if kept.exists():
        model.load_state_dict(torch.load(kept, weights_only=True))
    step = HAND_STEP if kind == "hand" else DIGIT_STEP
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-3)
    started, seen, rng = time.monotonic(), 0, Random(3)
    while (share := (time.monotonic() - started) / (minutes * 60)) < 1:
        for batch in _batches(crops, rng):
            for group in optimiser.param_groups:
                group["lr"] = 2e-3 * max(0.02, 1 - share)
            loss = _loss(model, batch, step)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            seen += len(batch)
            share = (time.monotonic() - started) / (minutes * 60)
            if share >= 1:
                break
        print(f"{seen} crops, loss {float(loss):.4f}, share of time {share:.2f}", flush=True)
    torch.save(model.state_dict(), kept)
    model.eval()
    _export(model, WEIGHTS / f"{kind}.onnx", step)
    print(_figures(model, crops[:600], step), "on training faces;", _figures(model, apart, step), "on faces apart")


def _batches(crops: list[Crop], rng: Random) -> Iterator[list[Crop]]:
    """Yield batches of crops of like width, in random order."""
    order = sorted(range(len(crops)), key=lambda i: crops[i].pixels.shape[1] + rng.uniform(0, 60))
    starts = list(range(0, len(order), BATCH))
    rng.shuffle(starts)
    for start in starts:
        wide = rng.uniform(0.78, 1.2)
        yield [_stretched(crops[i], wide) for i in order[start : start + BATCH]]


def _stretched(crop: Crop, wide: float) -> Crop:
    """Return a crop of another width: the reader narrows lines more or less."""
    width = max(16, round(crop.pixels.shape[1] * wide))
    pixels = np.asarray(cv2.resize(crop.pixels, (width, crop.pixels.shape[0])), np.uint8)
    share = width / crop.pixels.shape[1]
    return Crop(pixels, tuple((c, a * share, b * share, hand) for c, a, b, hand in crop.characters))


def _loss(model: HandNet | DigitNet, crops: list[Crop], step: int) -> torch.Tensor:
    batch = torch.from_numpy(padded(crops, step))
    scores = model.logits(batch)
    if isinstance(model, HandNet):
        labels = torch.from_numpy(np.stack([hand_labels(c, batch.shape[3]) for c in crops]))
        wanted = labels >= 0
        return nn.functional.binary_cross_entropy_with_logits(scores[wanted], labels[wanted].float())
    targets = [digit_labels(c) for c in crops]
    lengths = torch.tensor([-(-c.pixels.shape[1] // DIGIT_STEP) for c in crops])
    return nn.functional.ctc_loss(
        torch.log_softmax(scores, dim=2).transpose(0, 1),
        torch.tensor([label for row in targets for label in row]),
        lengths,
        torch.tensor([len(row) for row in targets]),
        zero_infinity=True,
    )


@torch.no_grad()
def _figures(model: HandNet | DigitNet, crops: list[Crop], step: int) -> str:
    right = total = 0
    sure = wrong_sure = 0
    for crop in crops:
        out = model(torch.from_numpy(padded([crop], step)))[0].numpy()
        if isinstance(model, HandNet):
            for _, left, end, hand in crop.characters:
                chance = float(out[int(left // step) : int(end // step) + 1].mean())
                total += 1
                right += (chance >= 0.5) == hand
            continue
        read, scores = greedy(out)
        truth = "".join("#" if c == OTHER else ALPHABET[c - 1] for c in digit_labels(crop))
        total += 1
        right += read == truth
        if min(scores, default=0) > 0.98:
            sure += 1
            wrong_sure += read != truth
    extra = f", {wrong_sure} of {sure} sure ones wrong" if sure else ""
    return f"{right / max(total, 1):.4f} of {total} right{extra}"


def _export(model: nn.Module, path: Path, step: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sample = torch.zeros(2, 1, 48, step * 32)
    torch.onnx.export(
        model,
        (sample,),
        str(path),
        input_names=["crops"],
        output_names=["probabilities"],
        dynamic_axes={"crops": {0: "n", 3: "width"}, "probabilities": {0: "n", 1: "steps"}},
        opset_version=17,
        dynamo=False,
    )
