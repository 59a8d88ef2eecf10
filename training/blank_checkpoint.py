r"""A transformer that knows nothing, and examples, to try ``juanzong train category`` without any download.

    python -m training.blank_checkpoint --policy exchange-member --out blank
    juanzong train category --policy exchange-member --checkpoint blank/checkpoint \
        --examples blank/examples.jsonl --rate 5e-4 --epochs 30

The checkpoint is a small BERT (Devlin et al. 2019, arXiv:1810.04805) with random weights and one token for each sign:
what it reaches is what a transformer learns from the written passages alone. Needs torch and transformers (``train``).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

from training.passages import load_passages

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LEAST = 2
"""Passages that must have a sign for it to be a token of its own."""


def main() -> int:
    """Write the checkpoint and the examples."""
    parser = argparse.ArgumentParser(
        prog="python -m training.blank_checkpoint", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--policy", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    passages = list(load_passages())
    rows = [("\n".join(p.sentences), p.category[1]) for p in passages if p.category and p.category[0] == given.policy]
    given.out.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"text": text, "category": category}, ensure_ascii=False) for text, category in rows]
    (given.out / "examples.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    counts: dict[str, int] = {}
    for p in passages:
        for sign in set("".join(p.sentences)):
            counts[sign] = counts.get(sign, 0) + 1
    signs = [s for s, n in sorted(counts.items()) if n >= _LEAST and not s.isspace()]
    folder = given.out / "checkpoint"
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join([*_SPECIAL, *signs]) + "\n", "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(_SPECIAL) + len(signs),
        hidden_size=192,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=512,
        max_position_embeddings=512,
    )
    BertModel(config).save_pretrained(folder)
    print(f"{len(rows)} examples of {given.policy}, {len(signs)} signs: {given.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
