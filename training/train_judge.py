"""Train the network that judges, and write it as ONNX (docs/models/judging.md).

    python -m training.lexical && python -m training.word_vectors    # what it begins with
    python -m training.train_judge --judge tune                       # learn from the rest, figures on the part tune
    python -m training.train_judge --fold 1/3 --out said1.json        # likewise 2/3, 3/3: each leaves out a third
    python -m training.train_judge --said said?.json --out classifiers/network

Needs torch, scipy and scikit-learn (the extra ``train``); about fifteen minutes of one processor core for a training.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from benchmarks.judging.texts import JudgedText, load_texts
from classifiers.network import grams, hearing
from classifiers.network.tokens import tokens
from classifiers.network.words import word_numbers
from domain.vocabulary import Nature, SignalCode
from training.judge_network import JudgeNetwork
from training.passages import Passage, PassageError, load_passages, paper
from training.stacking import Said, fitted
from training.train_grams import complains, papers_model, signals_model
from training.train_tagger import halve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CODES = tuple(SignalCode)
NATURES = tuple(Nature)
PARTS = ("rarity", "weights", "steps", "offsets")
UNKNOWN = 8223
_RATES = (2e-3, 4e-4)
"""Greatest learning rates: of what begins at random, of what the lexical encoder brings along."""
_SHARES = {"nature": 2.0, "category": 3.0}
_POSITIVE = 2.0
"""How much more a signal that is there weighs than one that is not: there are twenty-five absent for one present."""
_TOGETHER = (1, 2, 3, 4, 5)
"""Passages that are read one after another as if in one paper, so that the network learns where a signal stands."""
_IN_PAPER = 0.3
_HIDDEN = (0.0, 0.03, 0.08)
_BATCH = 32


@dataclass
class Item:
    """A passage or paper in numbers.

    Attributes:
        numbers: signs, shape (signs,).
        words: numbers of their words, shape (signs,).
        sentence: 1-based number of the sentence of each sign.
        told: 1 where a sentence tells a signal, shape (sentences, signals).
        known: 1 where somebody said whether it does, same shape.
        nature: number of what it is, -1 when unknown.
        category: number of regime and category, -1 when unknown.
    """

    passage: Passage | None
    numbers: np.ndarray
    words: np.ndarray
    sentence: np.ndarray
    told: np.ndarray
    known: np.ndarray
    nature: int = -1
    category: int = -1

    @property
    def is_passage(self) -> bool:
        """Return whether only signals of the whole are known."""
        return self.passage is not None and self.passage.signals is not None and not self.passage.told


def items(given: Iterable[Passage], categories: list[tuple[str, str]]) -> list[Item]:
    """Return passages and papers in numbers."""
    return [_item(p, categories) for p in given]


def _item(p: Passage, categories: list[tuple[str, str]]) -> Item:
    parts = [tokens(hearing.SIGNS, s + "\n").numbers for s in p.sentences]
    numbers = np.concatenate(parts)
    words = np.concatenate([word_numbers(s + "\n") for s in p.sentences])
    sentence = np.concatenate([np.full(len(part), n + 1) for n, part in enumerate(parts)])
    if p.signals is None:
        told = known = np.zeros((len(parts), len(CODES)), np.float32)
    elif p.told:
        told, known = _of_paper(p)
    else:
        sentence[:] = 1
        told, known = np.zeros((1, len(CODES)), np.float32), np.ones((1, len(CODES)), np.float32)
        told[0, [CODES.index(c) for c in p.signals]] = 1
        known[0, CODES.index(SignalCode.AMOUNT)] = 0
    category = categories.index(p.category) if p.category in categories and complains(p) else -1
    nature = NATURES.index(p.nature) if p.nature else -1
    return Item(p, numbers, words, sentence, told, known, nature, category)


def _of_paper(p: Passage) -> tuple[np.ndarray, np.ndarray]:
    """Mark the sentences that tell a signal; whether others tell it too nobody said."""
    told = np.zeros((len(p.sentences), len(CODES)), np.float32)
    known = np.ones_like(told)
    for code in p.signals or ():
        known[:, CODES.index(code)] = 0
    for number, codes in enumerate(p.told):
        for code in codes:
            told[number, CODES.index(code)] = known[number, CODES.index(code)] = 1
    return told, known


def joined(parts: list[Item]) -> Item:
    """Return items read one after another."""
    sentences, count = [], 0
    for part in parts:
        sentences.append(part.sentence + count)
        count += len(part.told)
    return Item(
        None,
        np.concatenate([p.numbers for p in parts]),
        np.concatenate([p.words for p in parts]),
        np.concatenate(sentences),
        np.concatenate([p.told for p in parts]),
        np.concatenate([p.known for p in parts]),
    )


def epoch_items(given: list[Item], rng: random.Random) -> list[Item]:
    """Return the items of one epoch: passages side by side, some after a paper."""
    passages = [i for i in given if i.is_passage]
    rest = [i for i in given if not i.is_passage]
    whole = [i for i in rest if i.passage and i.passage.told]
    rng.shuffle(passages)
    out, place = list(rest), 0
    while place < len(passages):
        count = rng.choice(_TOGETHER)
        group = passages[place : place + count]
        place += count
        if whole and rng.random() < _IN_PAPER:
            group = [rng.choice(whole), *group]
        out.append(joined(group) if len(group) > 1 else group[0])
    return out


@dataclass
class Batch:
    """Items of like length, padded."""

    numbers: torch.Tensor
    words: torch.Tensor
    own: torch.Tensor
    told: torch.Tensor
    known: torch.Tensor
    nature: torch.Tensor
    category: torch.Tensor


_DIGITS = tokens(hearing.SIGNS, "0123456789").numbers


def batch(group: list[Item], rng: np.random.Generator | None) -> Batch:
    """Return a batch; with ``rng`` figures are changed and some signs hidden."""
    signs = min(max(len(i.numbers) for i in group), hearing.LONGEST)
    count = max(len(i.told) for i in group)
    numbers = np.full((len(group), signs), UNKNOWN)
    words = np.zeros((len(group), signs), np.int64)
    own = np.zeros((len(group), count, signs), np.float32)
    told = np.zeros((len(group), count, len(CODES)), np.float32)
    known = np.zeros_like(told)
    for row, item in enumerate(group):
        changed = item.numbers[:signs].copy()
        if rng is not None:
            figures = np.isin(changed, _DIGITS)
            changed[figures] = rng.choice(_DIGITS, figures.sum())
            share = rng.choice(_HIDDEN)
            hidden = rng.random(len(changed)) < share
            changed[hidden] = UNKNOWN
        numbers[row, : len(changed)] = changed
        words[row, : len(changed)] = item.words[:signs]
        if rng is not None:
            words[row, : len(changed)][hidden | (rng.random(len(changed)) < share)] = 0
        places = item.sentence[:signs]
        own[row, places - 1, np.arange(len(places))] = 1
        told[row, : len(item.told)] = item.told
        last = places.max()
        known[row, :last] = item.known[:last]
    return Batch(
        torch.from_numpy(numbers),
        torch.from_numpy(words),
        torch.from_numpy(own),
        torch.from_numpy(told),
        torch.from_numpy(known),
        torch.tensor([i.nature for i in group]),
        torch.tensor([i.category for i in group]),
    )


def loss_of(network: nn.Module, one: Batch, regimes: torch.Tensor) -> torch.Tensor:
    """Return the loss of all heads."""
    logits, whole, *_ = network(one.numbers, one.words, one.own)
    each = nn.functional.binary_cross_entropy_with_logits(logits, one.told, reduction="none")
    weight = one.known * (1 + _POSITIVE * one.told)
    loss = (each * weight).sum() / (one.known.sum() / len(CODES)).clamp(min=1)
    if (one.nature >= 0).any():
        said = whole[:, : len(NATURES)]
        loss = loss + _SHARES["nature"] * nn.functional.cross_entropy(
            said, one.nature, ignore_index=-1, label_smoothing=0.05
        )
    there = one.category >= 0
    if there.any():
        said = whole[there][:, len(NATURES) :]
        others = regimes[None, :] != regimes[one.category[there]][:, None]
        loss = loss + _SHARES["category"] * nn.functional.cross_entropy(
            said.masked_fill(others, -1e4), one.category[there]
        )
    return loss


def train(
    given: list[Item], categories: list[tuple[str, str]], epochs: int, seed: int = 1, judge: list[Item] | None = None
) -> nn.Module:
    """Return a trained network, its weights averaged over the last steps."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    generator, rng = np.random.default_rng(seed), random.Random(seed)
    names = sorted({policy for policy, _ in categories})
    regimes = torch.tensor([names.index(policy) for policy, _ in categories])
    network = JudgeNetwork(len(CODES), len(NATURES) + len(categories))
    mean = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))
    known = list(network.lexical.parameters())
    own = [p for name, p in network.named_parameters() if not name.startswith("lexical.")]
    optimiser = torch.optim.AdamW([{"params": own}, {"params": known, "weight_decay": 0.0}], weight_decay=0.05)
    steps = epochs * (len(epoch_items(given, random.Random(0))) // _BATCH + 20)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, list(_RATES), total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        network.train()
        began, total = time.monotonic(), 0.0
        drawn = epoch_items(given, rng)
        drawn.sort(key=lambda i: len(i.numbers) + rng.random() * 40)
        groups = [drawn[i : i + _BATCH] for i in range(0, len(drawn), _BATCH)]
        rng.shuffle(groups)
        for group in groups:
            loss = loss_of(network, batch(group, generator), regimes)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            if schedule.last_epoch < steps - 1:
                schedule.step()
            mean.update_parameters(network)
            total += loss.item()
        print(f"epoch {epoch}: loss {total / len(groups):.3f}, {time.monotonic() - began:.0f} s", flush=True)
        if judge and (epoch % 4 == 3 or epoch == epochs - 1):
            print(table(predicted(mean.module, judge), judge, categories), flush=True)
    return mean.module


Predicted = list[tuple[np.ndarray, np.ndarray]]


def predicted(network: nn.Module, given: list[Item]) -> Predicted:
    """Return for every item the logits of its signals (the greatest over its sentences) and of the whole."""
    network.eval()
    out = []
    with torch.no_grad():
        for item in given:
            one = batch([item], None)
            logits, whole, *_ = network(one.numbers, one.words, one.own)
            out.append((logits[0].amax(0).numpy(), whole[0].numpy()))
    return out


def table(said: Predicted, given: list[Item], categories: list[tuple[str, str]]) -> str:
    """Return figures of the network alone."""
    rows = []
    truth = np.array([[c in (i.passage.signals or ()) for c in CODES] for i in given if i.passage])
    logits = np.array([s for s, _ in said])
    keep = [n for n, c in enumerate(CODES) if c is not SignalCode.AMOUNT]
    for least in (-1.0, 0.0, 1.0):
        found = logits[:, keep] > least
        right = (found & truth[:, keep]).sum()
        rows.append(
            f"signals but amount, logit > {least}: F1 {2 * right / max(found.sum() + truth[:, keep].sum(), 1):.3f}, "
            f"precision {right / max(found.sum(), 1):.3f}, recall {right / max(truth[:, keep].sum(), 1):.3f}"
        )
    each = [
        f"{CODES[n]} {(f & t).sum()}/{t.sum()}+{(f & ~t).sum()}"
        for n in keep
        for f, t in [(logits[:, n] > 0, truth[:, n])]
    ]
    rows.append("right/there+false: " + ", ".join(each))
    natures = [s[: len(NATURES)].argmax() == i.nature for (_, s), i in zip(said, given, strict=True) if i.nature >= 0]
    rows.append(f"nature {np.mean(natures):.3f}")
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for (_, whole), item in zip(said, given, strict=True):
        if item.category < 0:
            continue
        policy = categories[item.category][0]
        best = max((whole[len(NATURES) + n], n) for n, (name, _) in enumerate(categories) if name == policy)[1]
        counts[item.category][0] += best == item.category
        counts[item.category][1] += 1
        counts[best][2] += 1
    macro = np.mean([2 * a / (b + c) for a, b, c in counts.values()])
    right, all_ = sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values())
    rows.append(f"category {right / all_:.3f}, macro F1 {macro:.3f}")
    return "\n".join(rows)


def export(network: nn.Module, path: Path) -> None:
    """Write the network as ONNX, large tables in half precision."""
    network.eval()
    torch.onnx.export(
        network,
        (torch.zeros((1, 50), dtype=torch.int64), torch.zeros((1, 50), dtype=torch.int64), torch.ones((1, 3, 50))),
        str(path),
        input_names=["numbers", "words", "own"],
        output_names=["signals", "whole", "looks", "looks_whole"],
        dynamic_axes={
            "numbers": {1: "signs"},
            "words": {1: "signs"},
            "own": {1: "sentences", 2: "signs"},
            "looks": {1: "signs"},
            "looks_whole": {1: "signs"},
        }
        | {"signals": {1: "sentences"}},
        opset_version=17,
        dynamo=False,
    )
    halve(path)


def main() -> int:
    """Train, write, print figures."""
    parser = argparse.ArgumentParser(prog="python -m training.train_judge", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--judge", choices=["tune", "train"], help="leave this part out and show figures on it")
    parser.add_argument("--fold", help="K/N: leave out fold K of N of the part train and write what is said of it")
    parser.add_argument("--said", type=Path, nargs="*", default=[], help="files of all folds")
    parser.add_argument("--out", type=Path, help="folder of the network, or file of the fold")
    given = parser.parse_args()
    told = {part: load_texts(part) for part in ("train", "tune")}
    whole = {part: [paper(t) for t in texts] for part, texts in told.items()}
    passages = list(load_passages())
    everything = [*passages, *(p for part in whole.values() for p in part)]
    categories = sorted({p.category for p in everything if p.category})
    print(f"{len(passages)} passages, {', '.join(f'{len(v)} papers of {k}' for k, v in whole.items())}", flush=True)
    if given.judge:
        rest = [p for part, papers in whole.items() if part != given.judge for p in papers]
        out = items(whole[given.judge], categories)
        train(items([*passages, *rest], categories), categories, given.epochs, judge=out)
    elif given.fold:
        number, count = map(int, given.fold.split("/"))
        out = fold_of(told["train"], number, count)
        kept = [p for t, p in zip(told["train"], whole["train"], strict=True) if t not in out]
        write_fold(given.out, out, [*passages, *kept, *whole["tune"]], categories, given.epochs)
    else:
        write(given.out, everything, categories, given.epochs, given.said, told["train"])
    return 0


def fold_of(texts: Sequence[JudgedText], number: int, count: int) -> list[JudgedText]:
    """Return fold ``number`` (1-based) of ``count``, the same in every run."""
    order = list(texts)
    random.Random(7).shuffle(order)
    return order[number - 1 :: count]


def write_fold(
    path: Path, out: list[JudgedText], given: list[Passage], categories: list[tuple[str, str]], epochs: int
) -> None:
    """Train without a fold and write what network and n-grams say of its papers."""
    left = [paper(t) for t in out]
    judged = items(left, categories)
    network = train(items(given, categories), categories, epochs, seed=len(out), judge=judged)
    models = (signals_model(given), papers_model(given, categories))
    rows = []
    for text, own, (signals, whole) in zip(out, left, predicted(network, judged), strict=True):
        grams = np.stack([models[0].logits(s) for s in own.sentences]).max(0)
        of_whole = models[1].logits("".join(own.sentences))
        rows.append({"id": text.id, "said": [x.tolist() for x in (signals, grams, whole, of_whole)]})
    path.write_text(json.dumps({"categories": categories, "papers": rows}), "utf-8")


def write(
    out: Path,
    given: list[Passage],
    categories: list[tuple[str, str]],
    epochs: int,
    folds: list[Path],
    texts: Sequence[JudgedText],
) -> None:
    """Train on everything and write the network, the n-grams and what they are worth."""
    known = {t.id: t for t in texts}
    papers, said = [], []
    for path in folds:
        told = json.loads(path.read_text("utf-8"))
        if [tuple(c) for c in told["categories"]] != categories:
            raise PassageError(f"{path}: other categories than those of the texts; make the folds again")
        for row in told["papers"]:
            papers.append(known[row["id"]])
            said.append(Said(*(np.array(x) for x in row["said"])))
    weights = fitted(papers, said, categories)
    models = {"sentences": signals_model(given), "papers": papers_model(given, categories)}
    parts = {f"{name}_{part}": getattr(m, part) for name, m in models.items() for part in PARTS}
    np.savez_compressed(out / grams.WEIGHTS.name, **parts)
    export(train(items(given, categories), categories, epochs), out / hearing.WEIGHTS.name)
    labels = {"signals": CODES, "natures": NATURES, "categories": categories, **weights}
    (out / hearing.LABELS.name).write_text(json.dumps(labels, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
