"""What teaches the judging network: short labelled passages, and whole papers with the words that tell each signal.

Passages stand in ``training/texts/passages_*.tsv``, one a line: labels, a tab, the passage. Labels (commas between):
a signal (``media``), a signal that the words tempt to see and that is not there (``!media``), ``-`` for none, what
the paper is (``nature:inquiry``), or a regime's category (``hotel/hygiene``). Papers are those of
``benchmarks/judging/texts`` whose part is ``train`` or ``tune``; the held part is never read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.judging.judged import KINDS
from benchmarks.judging.texts import JudgedText, load_texts
from benchmarks.plain_pages import pages_of
from classifiers.characters import fold
from classifiers.narrative import narrative
from domain.documents import DocumentText
from domain.vocabulary import DocumentKind, Nature, SignalCode

TEXTS = Path(__file__).parent / "texts"
NATURE = "nature:"
PARTS = ("train", "tune")


class PassageError(Exception):
    """A line of the passages is not formed as told above."""


@dataclass(frozen=True)
class Passage:
    """A passage or paper, cut into sentences as the product cuts them.

    Attributes:
        id: where it stands.
        sentences: folded, in reading order.
        signals: what the whole tells; ``None`` where nobody said.
        told: for each sentence the signals whose words stand in it; empty when only the whole is labelled.
        nature: what it is, ``None`` where nobody said.
        category: regime and category, ``None`` where nobody said.
    """

    id: str
    sentences: tuple[str, ...]
    signals: frozenset[SignalCode] | None = None
    told: tuple[frozenset[SignalCode], ...] = field(default=())
    nature: Nature | None = None
    category: tuple[str, str] | None = None


def load_passages(folder: Path = TEXTS) -> Iterator[Passage]:
    """Yield the passages of every file.

    Raises:
        PassageError: a line has no tab or an unknown label.
    """
    for path in sorted(folder.glob("passages_*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line and not line.startswith("#"):
                yield _passage(f"{path.stem}:{number}", line)


def _passage(place: str, line: str) -> Passage:
    labels, tab, text = line.partition("\t")
    if not tab or not text:
        raise PassageError(f"{place}: no tab; write labels, a tab and the passage")
    names = labels.split(",")
    sentences = cut(text)
    if labels.startswith(NATURE):
        return Passage(place, sentences, nature=Nature(labels.removeprefix(NATURE)))
    if "/" in labels:
        policy, _, category = labels.partition("/")
        return Passage(place, sentences, category=(policy, category))
    known = {code.value for code in SignalCode}
    unknown = [n for n in names if n.lstrip("!") not in known and n != "-"]
    if unknown:
        raise PassageError(f"{place}: unknown label {unknown[0]}; take a signal of domain/vocabulary.py")
    return Passage(place, sentences, frozenset(SignalCode(n) for n in names if n in known))


def cut(text: str) -> tuple[str, ...]:
    """Return the sentences of a passage, folded."""
    return _spoken(text, KINDS["letter"]) or (fold(text),)


def _spoken(text: str, kind: DocumentKind) -> tuple[str, ...]:
    """Return the sentences of a text on a paper of a kind, as the product reads them."""
    pages = pages_of(text)
    document = DocumentText(document_id="d", kind=kind, pages=tuple(p.read.text for p in pages))
    return tuple(s.text for s in narrative((document,)))


def papers(parts: Iterable[str] = PARTS) -> Iterator[Passage]:
    """Yield the papers of the parts."""
    for part in parts:
        for truth in load_texts(part):
            yield paper(truth)


def paper(truth: JudgedText) -> Passage:
    """Return a paper with the sentences that tell each of its signals."""
    sentences = _spoken(truth.text, KINDS[truth.paper])
    told: list[set[SignalCode]] = [set() for _ in sentences]
    for signal in truth.signals:
        words = _bare(signal.words)
        for number, sentence in enumerate(sentences):
            bare = _bare(sentence)
            if words in bare or (len(bare) > 3 and bare in words):
                told[number].add(signal.code)
    category = (truth.policy, truth.category) if truth.category else None
    codes = frozenset(s.code for s in truth.signals)
    return Passage(truth.id, sentences, codes, tuple(map(frozenset, told)), truth.disposition, category)


def _bare(text: str) -> str:
    return "".join(fold(text).split())
