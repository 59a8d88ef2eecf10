"""Train the linear model on character n-grams that stands beside the network (``classifiers/network/grams.npz``).

It is trained and written together with the network (``python -m training.train_judge``).

Logistic regression, one for each signal, one of many classes for natures and for each regime's categories. Needs
scikit-learn (the extra ``train``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.judging.scores import COMPLAINTS
from classifiers.network.grams import BUCKETS, Model, grams_of
from domain.vocabulary import Nature, SignalCode
from training.passages import Passage

_STRENGTH = 20.0
"""Inverse of the penalty on weights."""
_POSITIVE = 3.0
_LEAST_TEXTS = 2
_ABSENT = -8.0
"""Offset of a label that no text has."""


@dataclass(frozen=True)
class Rows:
    """Texts as rows of a sparse matrix, with the rarity of every bucket."""

    matrix: csr_matrix
    rarity: np.ndarray


def rows_of(texts: Sequence[str]) -> Rows:
    """Return texts in buckets, weighed by rarity."""
    read = [grams_of(t) for t in texts]
    lengths = np.cumsum([0, *(len(r.buckets) for r in read)])
    columns = np.concatenate([r.buckets for r in read])
    seen = np.bincount(columns, minlength=BUCKETS)
    rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
    # What stands in one text alone teaches nothing about others, and makes the file large.
    rarity[seen < _LEAST_TEXTS] = 0
    values = [r.counts * rarity[r.buckets] for r in read]
    values = [v / (np.linalg.norm(v) or 1.0) for v in values]
    matrix = csr_matrix((np.concatenate(values), columns, lengths), shape=(len(texts), BUCKETS))
    return Rows(matrix, rarity)


def signals_model(given: Sequence[Passage]) -> Model:
    """Return the model of signals by sentence."""
    texts: list[str] = []
    told: list[list[bool]] = []
    known: list[list[bool]] = []
    codes = tuple(SignalCode)
    for p in given:
        if p.signals is None:
            continue
        if p.told:
            for sentence, own in zip(p.sentences, p.told, strict=True):
                texts.append(sentence)
                told.append([c in own for c in codes])
                known.append([c in own or c not in p.signals for c in codes])
        else:
            texts.append("".join(p.sentences))
            told.append([c in p.signals for c in codes])
            known.append([c is not SignalCode.AMOUNT for c in codes])
    rows, there, asked = rows_of(texts), np.array(told), np.array(known)
    weights, offsets = np.zeros((len(codes), BUCKETS)), np.full(len(codes), _ABSENT)
    for n in range(len(codes)):
        use = asked[:, n]
        if there[use, n].any():
            found = LogisticRegression(C=_STRENGTH, class_weight={False: 1.0, True: _POSITIVE}, max_iter=400)
            found.fit(rows.matrix[use], there[use, n])
            weights[n], offsets[n] = found.coef_[0], found.intercept_[0]
    return _stored(rows.rarity, weights, offsets)


def papers_model(given: Sequence[Passage], categories: list[tuple[str, str]]) -> Model:
    """Return the model of natures and categories; its labels are the natures, then ``categories``."""
    natures = tuple(Nature)
    texts = ["".join(p.sentences) for p in given]
    rows = rows_of(texts)
    count = len(natures) + len(categories)
    weights, offsets = np.zeros((count, BUCKETS)), np.full(count, _ABSENT)
    with_nature = [n for n, p in enumerate(given) if p.nature]
    labels = [natures.index(given[n].nature) for n in with_nature]  # type: ignore[arg-type]
    _fit(rows.matrix[with_nature], labels, weights, offsets)
    for policy in sorted({name for name, _ in categories}):
        own = [n for n, p in enumerate(given) if p.category and p.category[0] == policy and complains(p)]
        wanted = [len(natures) + categories.index(given[n].category) for n in own]  # type: ignore[arg-type]
        _fit(rows.matrix[own], wanted, weights, offsets)
    return _stored(rows.rarity, weights, offsets)


def complains(p: Passage) -> bool:
    """Return whether a passage or paper is a complaint, as far as anybody said."""
    return p.nature is None or p.nature in COMPLAINTS


def _fit(matrix: csr_matrix, wanted: list[int], weights: np.ndarray, offsets: np.ndarray) -> None:
    names = sorted(set(wanted))
    if len(names) < 2:
        offsets[names] = 0.0
        return
    found = LogisticRegression(C=_STRENGTH, max_iter=400).fit(matrix, wanted)
    if len(names) == 2:
        weights[names[1]], offsets[names[1]] = found.coef_[0], found.intercept_[0]
        offsets[names[0]] = 0.0
    else:
        weights[found.classes_], offsets[found.classes_] = found.coef_, found.intercept_


def _stored(rarity: np.ndarray, weights: np.ndarray, offsets: np.ndarray) -> Model:
    steps = np.maximum(np.abs(weights).max(1), 1e-6) / 127
    whole = np.round(weights / steps[:, None]).astype(np.int8)
    return Model(rarity.astype(np.float32), whole, steps.astype(np.float32), offsets.astype(np.float32))
