"""Train the network of `extractors/marks/hand_network.py`: `python -m training.train_hand_network` (needs torch).

Crops come from `training.hand_crops`, faces of the split "train"; the figures printed are of the split "check", whose
faces were not trained on. With `--crops FOLDER` crops drawn before (`*.npz`) are used again.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn

from extractors.marks.hand_network import HEIGHT, WEIGHTS, WIDTH, windows
from training.hand_crops import crops

TRAIN, CHECK = (33_000, 201), (2_100, 77)
BATCH = 128


class HandNetwork(nn.Module):
    """Five convolutions, then the mean and the largest of each feature over the crop; about 60,000 weights."""

    def __init__(self) -> None:
        super().__init__()

        def step(inside: int, outside: int, stride: int) -> list[nn.Module]:
            return [
                nn.Conv2d(inside, outside, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outside),
                nn.ReLU(inplace=True),
            ]

        self.features = nn.Sequential(
            *step(1, 16, 2), *step(16, 24, 1), nn.MaxPool2d(2), *step(24, 40, 1), *step(40, 48, 2), *step(48, 64, 1)
        )
        self.drop = nn.Dropout(0.25)
        self.score = nn.Linear(128, 1)

    def forward(self, ink: torch.Tensor) -> torch.Tensor:
        """Return log odds (N, 1) for ink windows (N, 1, 40, 200)."""
        seen = self.features(ink)
        pooled = torch.cat([seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))], dim=1)
        return self.score(self.drop(pooled))


def drawn(count: int, seed: int, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return windows (N × 40 × 200, uint8) and truth of freshly drawn crops."""
    pictures, truth = [], []
    for crop, hand in crops(count, seed, split):
        cut = windows(crop)
        pictures.append((cut[len(cut) // 2, 0] * 255).astype(np.uint8))
        truth.append(hand)
    return np.stack(pictures), np.array(truth)


def stored(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return windows and truth of the files `name*.npz`."""
    parts = [np.load(path) for path in sorted(folder.glob(f"{name}*.npz"))]
    return np.concatenate([p["x"] for p in parts]), np.concatenate([p["y"] for p in parts])


def varied(ink: torch.Tensor, noise: torch.Generator) -> torch.Tensor:
    """Shift, fade and black out a little, so that nothing is learnt by place or strength."""
    ink = torch.roll(ink, int(torch.randint(-20, 21, (1,), generator=noise)), dims=3)
    ink = torch.roll(ink, int(torch.randint(-3, 4, (1,), generator=noise)), dims=2)
    gain = 0.75 + 0.5 * torch.rand(len(ink), 1, 1, 1, generator=noise)
    ink = (ink * gain).clamp(0, 1)
    return ink + 0.03 * torch.randn(ink.shape, generator=noise)


def train(x: np.ndarray, y: np.ndarray, epochs: int) -> HandNetwork:
    """Return a network trained on windows `x` with truth `y`; a little smoothing keeps its odds modest."""
    torch.manual_seed(5)
    torch.set_num_threads(1)
    noise = torch.Generator().manual_seed(6)
    network = HandNetwork()
    rate = 3e-3
    tuner = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    steps = epochs * (len(x) // BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(tuner, rate, total_steps=steps)
    truth = torch.tensor(y, dtype=torch.float32)[:, None] * 0.98 + 0.01
    for epoch in range(epochs):
        network.train()
        order, losses = torch.randperm(len(x), generator=noise), []
        for first in range(0, len(x) - BATCH + 1, BATCH):
            chosen = order[first : first + BATCH]
            ink = torch.tensor(x[chosen.numpy()], dtype=torch.float32)[:, None] / 255
            loss = nn.functional.binary_cross_entropy_with_logits(network(varied(ink, noise)), truth[chosen])
            tuner.zero_grad()
            loss.backward()
            tuner.step()
            pace.step()
            losses.append(float(loss))
        print(f"epoch {epoch + 1}: mean loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def report(network: HandNetwork, x: np.ndarray, y: np.ndarray) -> None:
    """Print how many unseen crops are told right."""
    with torch.no_grad():
        logits = np.concatenate(
            [network(torch.tensor(p, dtype=torch.float32)[:, None] / 255)[:, 0].numpy() for p in np.array_split(x, 20)]
        )
    said = logits > 0
    loss = np.mean(np.logaddexp(0, np.where(y, -logits, logits)))
    print(f"crops of faces not trained on: {len(y)}, right {(said == y).mean():.4f}, mean log loss {loss:.4f}")
    print(f"hands found {said[y].mean():.4f}, print taken for a hand {said[~y].mean():.4f}")
    for limit in (1.0, 2.0, 3.0):
        print(f"  above {limit}: hands {(logits > limit)[y].mean():.4f}, print {(logits > limit)[~y].mean():.4f}")


def main() -> None:
    """Train, print figures, write the ONNX file."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--crops", type=Path)
    arguments.add_argument("--epochs", type=int, default=6)
    chosen = arguments.parse_args()
    x, y = stored(chosen.crops, "train") if chosen.crops else drawn(*TRAIN, "train")
    network = train(x, y, chosen.epochs)
    report(network, *(stored(chosen.crops, "check") if chosen.crops else drawn(*CHECK, "check")))
    sample = torch.zeros(1, 1, HEIGHT, WIDTH)
    torch.onnx.export(
        network, (sample,), str(WEIGHTS), input_names=["ink"], output_names=["log_odds"],
        dynamic_axes={"ink": {0: "n"}, "log_odds": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
