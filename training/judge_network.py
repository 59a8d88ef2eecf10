"""The network that judges: what each sentence tells, what a paper is, and its category under each regime."""

from __future__ import annotations

import torch
from torch import nn

from training.lexical import WIDTH, LexicalEncoder


class JudgeNetwork(nn.Module):
    """LAC's lexical encoder, trained on, and attention of every label over the signs of a sentence or a paper.

    Each label looks at the signs that matter to it (label attention: Mullenbach et al. 2018, arXiv:1802.05695), so that
    a signal comes with the place that tells it.

    Args:
        signals: how many signals.
        whole: how many labels of whole papers (what it is, categories of all regimes).
        rules: columns that say of each sentence what the word tables found.
    """

    def __init__(self, signals: int, whole: int, rules: int, width: int = 192) -> None:
        super().__init__()
        self.lexical = LexicalEncoder()
        self.drop_in = nn.Dropout(0.3)
        self.mix = nn.GRU(WIDTH, width // 2, bidirectional=True, batch_first=True)
        self.join = nn.Linear(WIDTH + width, width)
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(0.4)
        self.look = nn.Linear(width, signals)
        self.say = nn.Parameter(torch.randn(signals, width) * 0.05)
        self.base = nn.Parameter(torch.full((signals,), -3.0))
        self.rules = nn.Linear(rules, signals) if rules else None
        self.look_whole = nn.Linear(width, whole)
        self.say_whole = nn.Parameter(torch.randn(whole, width) * 0.05)
        self.base_whole = nn.Parameter(torch.zeros(whole))

    def read(self, numbers: torch.Tensor) -> torch.Tensor:
        """Return what every sign tells, shape (papers, signs, width)."""
        lexical = self.drop_in(self.lexical(numbers))
        mixed = self.mix(lexical)[0]
        return self.drop(self.norm(nn.functional.gelu(self.join(torch.cat([lexical, mixed], dim=-1)))))

    def forward(
        self, numbers: torch.Tensor, sentences: torch.Tensor, found: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return logits.

        Args:
            numbers: signs, shape (papers, signs).
            sentences: 1-based number of the sentence of each sign, 0 for padding, same shape.
            found: what the word tables say of each sentence, shape (papers, sentences, rules).

        Returns:
            Logits of signals (papers, sentences, signals), of whole papers (papers, whole), and how much each sign
            counts for each signal within its sentence, before the softmax (papers, signs, signals).
        """
        seen = self.read(numbers)
        count = int(sentences.max())
        looks = self.look(seen)
        own = sentences[:, None, :] == torch.arange(1, count + 1, device=sentences.device)[None, :, None]
        # (papers, sentences, signs, signals) would be large: exponentials summed by a product instead.
        weight = torch.exp(looks.clamp(-12, 12))
        told = weight * (seen @ self.say.T)
        mask = own.to(seen.dtype)
        logits = (mask @ told) / (mask @ weight + 1e-6) + self.base
        if self.rules is not None and found is not None:
            logits = logits + self.rules(found)
        there = (sentences > 0).to(seen.dtype)[..., None]
        whole = torch.exp(self.look_whole(seen).clamp(-12, 12)) * there
        of_paper = (whole * (seen @ self.say_whole.T)).sum(1) / (whole.sum(1) + 1e-6) + self.base_whole
        return logits, of_paper, looks
