"""Vectors of Chinese words that the judging network begins with: word2vec as the package ``synonyms`` carries it.

``synonyms`` 3.10.0 (MIT licence) holds vectors of 100 numbers for 125,000 words, learnt from the Chinese Wikipedia
(word2vec: Mikolov et al. 2013, arXiv:1301.3781). The source distribution is pinned by SHA-256 and fetched for training
alone; the words that the network keeps become a part of ``classifiers/network/judge.onnx``.

    python -m training.word_vectors        # fetch, and write classifiers/network/words.txt
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.network import words
from training.lexical import FOLDER, LexicalError, fetch_pinned
from training.passages import load_passages, papers

SOURCE = "synonyms-3.10.0.tar.gz"
_REQUIREMENT = "synonyms==3.10.0 --hash=sha256:6b3531969a9d02657e0d8d1aabe055194403f04d0d2d25e03daa4b6fd6dc5916\n"
_MEMBER = "synonyms-3.10.0/synonyms/data/words.vector"
MOST_FREQUENT = 24_000
"""Words kept for being frequent; words of the training texts are kept besides."""


def fetch(folder: Path = FOLDER) -> Path:
    """Return the pinned source distribution, fetched on the first call.

    Raises:
        LexicalError: pip failed or found other bytes.
    """
    return fetch_pinned(folder / SOURCE, _REQUIREMENT, "--no-binary", ":all:")


def vectors() -> tuple[list[str], NDArray[np.float32]]:
    """Return the words, the most frequent first, and their vectors, shape (words, 100)."""
    with tarfile.open(fetch()) as archive:
        member = archive.extractfile(_MEMBER)
        if member is None:
            raise LexicalError(f"{SOURCE} holds no {_MEMBER}; take the pinned file")
        data = member.read()
    head, _, rest = data.partition(b"\n")
    count, width = map(int, head.split())
    names, rows, place = [], np.zeros((count, width), np.float32), 0
    for row in range(count):
        end = rest.index(b" ", place)
        names.append(rest[place:end].strip().decode("utf-8", "replace"))
        rows[row] = np.frombuffer(rest, "<f4", width, end + 1)
        place = end + 1 + 4 * width
    return names, rows


def chosen() -> tuple[list[str], NDArray[np.float32]]:
    """Return the words that the network keeps, in the order of ``words.txt``, and their vectors, of mean length 1."""
    names, rows = vectors()
    told = [p.sentences for p in [*load_passages(), *papers()]]
    own = {word for sentences in told for s in sentences for word, _ in words.cut(s)}
    keep = [n for n, name in enumerate(names) if name and (n < MOST_FREQUENT or name in own) and "\n" not in name]
    found = rows[keep]
    return [names[n] for n in keep], found / np.linalg.norm(found, axis=1).mean()


def main() -> int:
    """Write the words."""
    kept, _ = chosen()
    words.WORDS.write_text("\n".join(kept) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
