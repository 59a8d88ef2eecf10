"""Train the tagger of letters: a convolutional network over characters, exported to ONNX.

    python -m training.letter_pages --out letters.jsonl
    python -m training.letter_pages --part dev3 --looks 1 --out judge.jsonl
    python -m training.train_tagger letters.jsonl --judge judge.jsonl --epochs 18

Needs torch (the extra ``train``), no network and no model made by others; about twenty minutes of one processor core.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from extractors.letters.tagger_features import COLUMNS, HASHED, LAYOUT, features
from extractors.letters.tagger_labels import SECTIONS, TAGS, WEIGHTS
from training.letter_changes import changed, mixed
from training.letter_pages import TaggedLetter, load
from training.letter_texts import make_text
from training.lexical import WIDTH, LexicalEncoder

_WIDTHS = (40, 20, 24, 40, 0, 8, 16, 8, 4, 16) + (6,) * 6
_READ = 64
_RATES = (3e-3, 5e-4)
"""Greatest learning rates: of what begins at random, of what the lexical encoder brings along."""
_HIDDEN = 0.12
_WHOLE = 0.7
_SECTION_SHARE = 0.8
"""What a sign's section counts beside its tag."""
_COMPOSED = 0.15
"""Letters of the generator for every letter that was written."""
_DILATIONS = (1, 2, 4, 8, 16, 32, 1, 2)
_LONGEST = 1600
_LARGE = 4096
_SAME = {
    "ME": "complainant_name",
    "STAFF": "respondent_staff",
    "ORG": "respondent_org",
    "BRANCH": "respondent_branch",
    "ACCOUNT": "trading_account_no",
    "ADDRESS": "complainant_address",
}


class TaggerNetwork(nn.Module):
    """Embeddings of the columns beside the lexical encoder, dilated convolutions, two heads.

    Args:
        width: channels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(n, w) for (_, n), w in zip(COLUMNS, _WIDTHS, strict=True) if w)
        self.lexical = LexicalEncoder()
        self.read = nn.Linear(WIDTH, _READ)
        self.first = nn.Linear(sum(_WIDTHS) + _READ, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in _DILATIONS)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, padding=d, dilation=d) for d in _DILATIONS)
        self.whole = nn.Linear(width, width)
        self.drop = nn.Dropout(0.25)
        self.drop_read = nn.Dropout(0.3)
        self.last = nn.LayerNorm(width)
        self.tags = nn.Linear(width, len(TAGS))
        self.sections = nn.Linear(width, len(SECTIONS))

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        """Return logits (letters, characters, tags + sections) for columns (letters, characters, columns)."""
        numbers = [i for i in range(len(COLUMNS)) if i != HASHED]
        seen = torch.cat([table(columns[..., i]) for i, table in zip(numbers, self.tables, strict=True)], dim=-1)
        lexical = self.read(self.drop_read(self.lexical(columns[..., HASHED])))
        x = self.first(torch.cat([self.drop(seen), lexical], dim=-1))
        for number, (norm, layer) in enumerate(zip(self.norms, self.layers, strict=True)):
            step = layer(norm(x).transpose(1, 2)).transpose(1, 2)
            x = x + self.drop(nn.functional.gelu(step))
            if number == len(_DILATIONS) - 3:
                x = x + self.whole(x.mean(dim=1, keepdim=True))
        x = self.last(x)
        return torch.cat([self.tags(x), self.sections(x)], dim=-1)


def targets(letter: TaggedLetter) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of the tag and of the section of every character."""
    tags = np.zeros(len(letter.text), np.int64)
    for start, end, label in letter.spans:
        if f"B-{label}" in TAGS:
            tags[start:end] = TAGS.index(f"I-{label}")
            tags[start] = TAGS.index(f"B-{label}")
    sections = np.zeros(len(letter.text), np.int64)
    for start, end, label in letter.sections:
        sections[start:end] = SECTIONS.index(label)
    return tags, sections


def composed(rng: random.Random) -> TaggedLetter:
    """Return a letter of the generator, without a layout; its sections are not known."""
    text, spans = make_text(rng)
    known = tuple((a, b, _SAME[label]) for a, b, label in spans if label in _SAME)
    return TaggedLetter("composed", text, (), known, ())


def batches(letters: list[TaggedLetter], rng: random.Random, size: int, share: float):  # type: ignore[no-untyped-def]
    """Yield columns, tags and sections (-100 where not known) of letters of like length, changed at random."""
    whole = [letter if rng.random() < _WHOLE else mixed(letter, rng.choice(letters), rng) for letter in letters]
    drawn = [changed(letter, rng) for letter in whole]
    drawn += [changed(composed(rng), rng) for _ in range(int(share * len(letters)))]
    drawn = [d for d in drawn if len(d.text) > 20]
    drawn.sort(key=lambda d: len(d.text) + rng.random() * 60)
    groups = [drawn[i : i + size] for i in range(0, len(drawn), size)]
    rng.shuffle(groups)
    for group in groups:
        longest = min(max(len(d.text) for d in group), _LONGEST)
        columns = np.zeros((len(group), longest, len(COLUMNS)), np.int64)
        tags = np.full((len(group), longest), -100, np.int64)
        sections = np.full((len(group), longest), -100, np.int64)
        for i, one in enumerate(group):
            found = features(one.text, one.rows)[:longest]
            if rng.random() < 0.15:
                found[:, LAYOUT:] = 0
            _hide(found, rng)
            columns[i, : len(found)] = found
            own = targets(one)
            tags[i, : len(found)] = own[0][:longest]
            if one.id != "composed":
                sections[i, : len(found)] = own[1][:longest]
        yield torch.from_numpy(columns), torch.from_numpy(tags), torch.from_numpy(sections)


def _hide(found: np.ndarray, rng: random.Random) -> None:
    """Hide some signs and words, so that the network leans on their neighbours and forms."""
    generator = np.random.default_rng(rng.getrandbits(32))
    for column in range(HASHED):
        found[generator.random(len(found)) < _HIDDEN, column] = COLUMNS[column][1] - 1


def loss_of(logits: torch.Tensor, tags: torch.Tensor, sections: torch.Tensor) -> torch.Tensor:
    """Return the mean loss of both heads."""
    ce = nn.functional.cross_entropy
    said = ce(logits[..., : len(TAGS)].flatten(0, 1), tags.flatten(), ignore_index=-100)
    if (sections >= 0).any():
        said = said + _SECTION_SHARE * ce(logits[..., len(TAGS) :].flatten(0, 1), sections.flatten(), ignore_index=-100)
    return said


def judge(network: nn.Module, letters: list[TaggedLetter]) -> dict[str, tuple[int, int, int]]:
    """Return spans right, spans found and spans stated by label; a stated value counts once, wherever it is said."""
    counts: dict[str, list[int]] = {}
    network.eval()
    with torch.no_grad():
        for letter in letters:
            columns = torch.from_numpy(features(letter.text, letter.rows))[None]
            best = network(columns)[0, :, : len(TAGS)].argmax(-1).tolist()
            found = {(label, letter.text[a:b]) for a, b, label in spans_of(best)}
            stated = {(label, letter.text[a:b]) for a, b, label in letter.spans}
            for label in {x[0] for x in found | stated}:
                ours, theirs = {f for f in found if f[0] == label}, {s for s in stated if s[0] == label}
                one = counts.setdefault(label, [0, 0, 0])
                for i, n in enumerate((len(ours & theirs), len(ours), len(theirs))):
                    one[i] += n
    network.train()
    return {k: (a, b, c) for k, (a, b, c) in sorted(counts.items())}


def spans_of(numbers: list[int]) -> list[tuple[int, int, str]]:
    """Return (start, end, label) of the stretches that tags form."""
    out: list[tuple[int, int, str]] = []
    for place, number in enumerate(numbers):
        mark, _, label = TAGS[number].partition("-")
        if mark == "I" and out and out[-1][1] == place and out[-1][2] == label:
            out[-1] = (out[-1][0], place + 1, label)
        elif mark == "B":
            out.append((place, place + 1, label))
    return out


def train(letters: list[TaggedLetter], judges: list[TaggedLetter], epochs: int, width: int, seed: int = 5) -> nn.Module:
    """Return a trained network, its weights averaged over the last steps."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = random.Random(seed)
    network = TaggerNetwork(width)
    mean = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995))
    known = list(network.lexical.parameters())
    own = [p for name, p in network.named_parameters() if not name.startswith("lexical.")]
    optimiser = torch.optim.AdamW([{"params": own}, {"params": known, "weight_decay": 0.0}], weight_decay=0.05)
    steps = epochs * (-(-int((1 + _COMPOSED) * len(letters)) // 8) + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, list(_RATES), total_steps=steps + 10, pct_start=0.1)
    for epoch in range(epochs):
        total, count, began = 0.0, 0, time.process_time()
        for columns, tags, sections in batches(letters, rng, 8, _COMPOSED):
            loss = loss_of(network(columns), tags, sections)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            mean.update_parameters(network)
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch}: loss {total / count:.4f}, {time.process_time() - began:.0f} s", flush=True)
        if judges and (epoch % 5 == 4 or epoch == epochs - 1):
            print(_table(judge(mean.module, judges)), flush=True)
    return mean.module


def _table(counts: dict[str, tuple[int, int, int]]) -> str:
    rows = ["| field | precision | recall | stated |", "|---|---|---|---|"]
    rows += [f"| {k} | {r / max(f, 1):.3f} | {r / max(s, 1):.3f} | {s} |" for k, (r, f, s) in counts.items()]
    return "\n".join(rows)


def export(network: nn.Module, path: Path) -> None:
    """Write the network as ONNX."""
    network.eval()
    example = torch.zeros((1, 50, len(COLUMNS)), dtype=torch.int64)
    torch.onnx.export(
        network,
        (example,),
        str(path),
        input_names=["columns"],
        output_names=["logits"],
        dynamic_axes={"columns": {1: "characters"}, "logits": {1: "characters"}},
        opset_version=17,
        dynamo=False,
    )
    halve(path)


def halve(path: Path) -> None:
    """Store large tables in half precision; a cast at loading makes them whole again."""
    model = onnx.load(str(path))
    kept, casts = [], []
    for table in model.graph.initializer:
        values = numpy_helper.to_array(table)
        if values.dtype != np.float32 or values.size < _LARGE:
            kept.append(table)
            continue
        kept.append(numpy_helper.from_array(values.astype(np.float16), f"{table.name}_half"))
        casts.append(helper.make_node("Cast", [f"{table.name}_half"], [table.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main() -> int:
    """Train, write the weights, print the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m training.train_tagger", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("letters", type=Path, nargs="+")
    parser.add_argument("--judge", type=Path, nargs="*", default=[])
    parser.add_argument("--epochs", type=int, default=18)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    letters = [letter for path in given.letters for letter in load(path)]
    judges = [letter for path in given.judge for letter in load(path)]
    print(f"{len(letters)} letters, judged on {len(judges)}")
    export(train(letters, judges, given.epochs, given.width), given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
