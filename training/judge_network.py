"""The network that judges: what each sentence tells, what a paper is, and its category under each regime."""

from __future__ import annotations

import torch
from torch import nn

from training.lexical import WIDTH, LexicalEncoder
from training.word_vectors import chosen


class JudgeNetwork(nn.Module):
    """LAC's lexical encoder, trained on, beside vectors of words; every label attends to the signs that matter to it.

    Label attention (Mullenbach et al. 2018, arXiv:1802.05695) makes a signal come with the place that tells it.

    Args:
        signals: how many signals.
        whole: how many labels of whole papers (what it is, categories of all regimes).
        width: channels.
    """

    def __init__(self, signals: int, whole: int, width: int = 192) -> None:
        super().__init__()
        self.lexical = LexicalEncoder()
        _, vectors = chosen()
        # Kept as they are, in bytes: words that no training text has must stay beside those that one has.
        step = float(abs(vectors).max()) / 127
        table = torch.from_numpy(vectors / step).round().to(torch.int8)
        self.register_buffer("table", torch.cat([torch.zeros(1, vectors.shape[1], dtype=torch.int8), table]))
        self.register_buffer("step", torch.tensor(step))
        self.drop_in = nn.Dropout(0.3)
        self.drop_words = nn.Dropout(0.2)
        first = WIDTH + vectors.shape[1]
        self.near = nn.Conv1d(first, width, 3, padding=1)
        self.mix = nn.GRU(width, width // 2, bidirectional=True, batch_first=True)
        self.norm = nn.LayerNorm(2 * width)
        self.drop = nn.Dropout(0.4)
        self.look = nn.Linear(2 * width, signals)
        self.say = nn.Parameter(torch.randn(signals, 2 * width) * 0.05)
        self.base = nn.Parameter(torch.full((signals,), -3.0))
        self.look_whole = nn.Linear(2 * width, whole)
        self.say_whole = nn.Parameter(torch.randn(whole, 2 * width) * 0.05)
        self.base_whole = nn.Parameter(torch.zeros(whole))

    def read(self, numbers: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Return what every sign tells, shape (papers, signs, 2 * width)."""
        meant = self.table[words].to(torch.float32) * self.step
        seen = torch.cat([self.drop_in(self.lexical(numbers)), self.drop_words(meant)], dim=-1)
        near = nn.functional.gelu(self.near(seen.transpose(1, 2)).transpose(1, 2))
        mixed = self.mix(self.drop_in(near))[0]
        out: torch.Tensor = self.drop(self.norm(torch.cat([near, mixed], dim=-1)))
        return out

    def forward(
        self, numbers: torch.Tensor, words: torch.Tensor, own: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return logits.

        Args:
            numbers: signs, shape (papers, signs).
            words: numbers of their words, same shape.
            own: 1 where a sign belongs to a sentence, shape (papers, sentences, signs).

        Returns:
            Logits of signals (papers, sentences, signals), of whole papers (papers, whole), and how much each sign
            counts for each signal within its sentence and for each label of the whole, before the softmax (papers,
            signs, signals) and (papers, signs, whole).
        """
        seen = self.read(numbers, words)
        looks = self.look(seen).clamp(-12, 12)
        # (papers, sentences, signs, signals) would be large: exponentials are summed by a product instead.
        weight = torch.exp(looks)
        logits = (own @ (weight * (seen @ self.say.T))) / (own @ weight + 1e-6) + self.base
        there = own.sum(1)[..., None].clamp(max=1)
        looks_whole = self.look_whole(seen).clamp(-12, 12)
        whole = torch.exp(looks_whole) * there
        of_paper = (whole * (seen @ self.say_whole.T)).sum(1) / (whole.sum(1) + 1e-6) + self.base_whole
        return logits, of_paper, looks, looks_whole
