"""One page as rules (titles, structure, labels, cards) and a model of words see it, weighed together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import exp, log

from domain.documents import KindGuess
from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.kinds.page_look import page_shape
from extractors.kinds.rules import FormBook, Look, look_at
from extractors.kinds.text_model import KindWeights, PageShape, features, load_weights, telling_words
from extractors.papers.other_identity import other_identity_paper

PRODUCER = "kinds/2"
LEAST = 0.4
"""Below this share no kind is named: the page is something else, or a person must say."""
_MOST, _MOST_WORDS, _MOST_OTHER, _CLEAR_RULE = 0.99, 0.92, 0.6, 0.85
"""Bounds of what is said: words alone are never as sure as a title, and a paper of no known kind is for a person."""
_SURE_FORM = 0.9
_LEAST_LOG = -5.0
"""Words rule no kind out: a title or marks of structure may say otherwise."""
_FEW_WORDS, _FEW_WEIGHT = 6, 0.2
"""Of so few words the model knows nothing."""
CARDS = frozenset({DocumentKind.ID_CARD_COPY, DocumentKind.LEGAL_REP_ID_COPY, DocumentKind.AGENT_ID})


OTHER_IDENTITY = 0.55
"""An identity paper of another kind: no requirement for a card is met by it before a person has agreed."""


@dataclass(frozen=True)
class Blend:
    """How much each expert counts.

    Attributes:
        title: factor of the evidence of a title.
        rule: factor of the evidence of other rules.
        model: factor of the logarithm of the model's share.
        strange: addend for a paper of no known kind when no rule knows the page.
    """

    title: float
    rule: float
    model: float
    strange: float = 0.0


BLEND = Blend(title=3.2, rule=0.9, model=1.6, strange=1.0)
USUAL = {
    DocumentKind.COMPLAINT_LETTER: 0.6,
    DocumentKind.ID_CARD_COPY: 0.8,
    DocumentKind.EVIDENCE: 0.8,
    DocumentKind.APPLICATION_FORM: 0.5,
    DocumentKind.TRADE_STATEMENT: 0.5,
    DocumentKind.OTHER: 0.5,
}
"""Logarithm of how much oftener than the others a kind is handed in; the model was trained on all kinds alike."""


@dataclass(frozen=True)
class PageView:
    """One page as the experts saw it.

    Attributes:
        look: what the rules found.
        shape: what the model looked at.
        shares: probability of every kind; they add to 1.
    """

    look: Look
    shape: PageShape
    shares: dict[DocumentKind, float]


def view_page(reading: PageReading, book: FormBook, weights: KindWeights | None = None) -> PageView:
    """Ask all experts about one page; ``weights`` are the bundled ones when ``None``."""
    look = look_at(reading, book)
    shape = page_shape(reading, look.rows)
    if look.blank:
        return PageView(look, shape, {DocumentKind.BLANK: 0.97, DocumentKind.OTHER: 0.03})
    other = other_identity_paper((reading,))
    if other is not None:
        look.scores[DocumentKind.ID_CARD_COPY] = (OTHER_IDENTITY, f"{other}，不是居民身份证")
        return PageView(
            look, shape, {DocumentKind.ID_CARD_COPY: OTHER_IDENTITY, DocumentKind.OTHER: 1 - OTHER_IDENTITY}
        )
    words = model_logs(shape, weights or load_weights())
    if sum(len(row.words) for row in look.rows) < _FEW_WORDS:
        words = {kind: _FEW_WEIGHT * one for kind, one in words.items()}
    return PageView(look, shape, blend(look, words))


def model_logs(shape: PageShape, weights: KindWeights) -> dict[DocumentKind, float]:
    """Return the logarithm of each kind's share by the model of words alone."""
    return dict(zip(weights.kinds, weights.log_shares(features(shape)).tolist(), strict=True))


def blend(look: Look, words: dict[DocumentKind, float], by: Blend = BLEND) -> dict[DocumentKind, float]:
    """Weigh the experts: a product of the model's shares (``words``), of what is usual, and of the rules' odds."""
    logs = {kind: by.model * max(one, _LEAST_LOG) + USUAL.get(kind, 0.0) for kind, one in words.items()}
    floor = min(logs.values())
    logs[DocumentKind.OTHER] += by.strange * (1 - max((strength for strength, _ in look.scores.values()), default=0.0))
    for kind, (strength, _) in look.scores.items():
        title = look.titles.get(kind, 0.0)
        rest = 1 - (1 - strength) / (1 - title)
        own = DocumentKind.ID_CARD_COPY if kind in CARDS else kind
        logs[kind] = logs.get(own, floor) + by.title * _evidence(title) + by.rule * _evidence(rest)
        if own is not kind:
            logs[own] = floor
    most = max(logs.values())
    total = sum(exp(one - most) for one in logs.values())
    return {kind: exp(one - most) / total for kind, one in logs.items()}


def _evidence(strength: float) -> float:
    return -log(1 - min(max(strength, 0.0), 0.985))


def guess_of(view: PageView) -> KindGuess:
    """Name the likeliest kind, or nothing when none is likely."""
    look = view.look
    if look.pack_form and look.titled is not None:
        share = max(view.shares.get(look.titled, 0.0), _SURE_FORM if look.titles[look.titled] >= _SURE_FORM else 0.0)
        return named(view, look.titled, share)
    kind, share = max(view.shares.items(), key=lambda one: one[1])
    if share < LEAST:
        return unknown(view)
    return named(view, kind, share)


def unknown(view: PageView) -> KindGuess:
    """Say that no kind is likely; a person must look."""
    other = max(view.shares.get(DocumentKind.OTHER, 0.0), 0.2)
    reason = "没有可靠的标题或结构，种类不明"
    return KindGuess(kind=DocumentKind.OTHER, probability=round(other, 3), producer=PRODUCER, reason=reason)


def named(view: PageView, kind: DocumentKind, share: float) -> KindGuess:
    """Name a kind with the words that speak for it."""
    words = view.look.scores.get(kind, (0.0, ""))[1]
    if not words and kind is not DocumentKind.BLANK:
        telling = telling_words(view.shape, kind, load_weights())
        words = f"用语：{'、'.join(telling)}" if telling else "版式与用语"
    most = _MOST_OTHER if kind is DocumentKind.OTHER else _MOST if known_by_rule(view, kind) else _MOST_WORDS
    probability = round(min(share, most), 3)
    return KindGuess(kind=kind, probability=probability, producer=PRODUCER, reason=_plain(words))


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()[:80]


def known_by_rule(view: PageView, kind: DocumentKind) -> bool:
    """Tell whether a title or marks of structure, not words alone, say the kind."""
    look = view.look
    return look.blank or look.titles.get(kind, 0.0) >= 0.8 or look.scores.get(kind, (0.0, ""))[0] >= _CLEAR_RULE
