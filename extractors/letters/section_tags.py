"""Story and request as the tagger sees them: sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from extractors.letters.found import Found
from extractors.letters.requests import courteous
from extractors.letters.sections import HEADING, find_headings
from extractors.letters.tagger import TaggedText
from extractors.letters.tagger_labels import SECTIONS
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

RULE = "tagger"
SECTION_FIELDS = ("complaint_facts", "complaint_request")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*[”’」』）)]*|[。！？!?；;]")
_GOES_ON = "，、,"
_LEAST = 8
_ALIKE = 0.06
_SURE = 0.8


def from_section_tags(letter: LetterText, tagged: TaggedText) -> Iterator[Found]:
    """Give story and request: the sentences that are tagged so, one by itself between two others goes with them."""
    sentences = _sentences(letter.text[: len(tagged.sections)])
    means = [tagged.sections[a:b].mean(axis=0) for a, b in sentences]
    kinds = [int(m.argmax()) for m in means]
    for i in range(1, len(kinds) - 1):
        same_paragraph = "\n" not in letter.text[sentences[i - 1][0] : sentences[i + 1][1]]
        if kinds[i] == 0 and kinds[i - 1] == kinds[i + 1] != 0 and same_paragraph:
            kinds[i] = kinds[i - 1]
    story = _headed_stories(letter)
    for field in SECTION_FIELDS:
        parts = _parts(letter.text, sentences, kinds, SECTIONS.index(field))
        if field == "complaint_request" and (asked := [p for p in parts if not any(a <= p[0] < b for a, b in story)]):
            parts = asked
        kept = _belonging(parts, tagged, SECTIONS.index(field))
        if sum(b - a for a, b in kept) >= _LEAST:
            several = tuple(kept) if len(kept) > 1 else ()
            yield Found(field, kept[0][0], kept[-1][1], Source.SECTION, 0.5, RULE, several)


def _headed_stories(letter: LetterText) -> list[tuple[int, int]]:
    """Return what stands under headings of the story where a heading announces the request too."""
    headings = find_headings(letter)
    if not any(h.kind == "requests" for h in headings):
        return []
    ends = [h.start for h in headings[1:]] + [len(letter.text)]
    return [(h.content, end) for h, end in zip(headings, ends, strict=True) if h.kind == "facts"]


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of sentences; one that a line breaks after a comma goes on."""
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        if not match.group().strip():
            continue
        goes_on = bool(spans) and text[spans[-1][1] - 1] in _GOES_ON and text[spans[-1][1] : match.start()].isspace()
        spans.append((spans.pop()[0] if goes_on else match.start(), match.end()))
    return spans


def _parts(text: str, sentences: list[tuple[int, int]], kinds: list[int], number: int) -> list[tuple[int, int]]:
    """Return the runs of sentences of one kind; a formula that closes a letter asks for nothing."""
    parts: list[tuple[int, int]] = []
    for i, (span, kind) in enumerate(zip(sentences, kinds, strict=True)):
        if kind != number or (SECTIONS[number] == "complaint_request" and courteous(text[slice(*span)])):
            continue
        start, end = _trimmed(text, *span)
        heading = HEADING.match(text[start:end])
        if heading and heading["colon"]:
            start, end = _trimmed(text, start + heading.end(), end)
        if end <= start:
            continue
        if i and kinds[i - 1] == number and parts and parts[-1][1] <= start:
            start, _ = parts.pop()
        parts.append((start, end))
    return parts


def _belonging(parts: list[tuple[int, int]], tagged: TaggedText, number: int) -> list[tuple[int, int]]:
    """Return the longest part and those that the network is sure of: a stray sentence elsewhere is mostly no part."""
    longest = max(parts, key=lambda p: p[1] - p[0], default=None)
    return [
        p
        for p in parts
        if p == longest or (p[1] - p[0] >= _LEAST and tagged.sections[p[0] : p[1], number].mean() >= _SURE)
    ]


def section_inputs(item: Found, found: list[Found], letter: LetterText, tagged: TaggedText) -> tuple[float, ...]:
    """Return how far a story or request is what the tagger takes for it.

    Args:
        item: the candidate.
        found: all candidates of the letter.
        letter: where it stands.
        tagged: what the network says.

    Returns:
        The mean chance of its characters, the share of all such characters that it holds, and 1 where a candidate of
        another source says the same.
    """
    column = tagged.sections[:, SECTIONS.index(item.field)]
    pieces = [column[a:b] for a, b in item.places]
    length = sum(len(p) for p in pieces)
    if not length:
        return 0.5, 0.5, 0.0
    total = float(sum(p.sum() for p in pieces))
    own = _words(item, letter)
    others = (f for f in found if f.field == item.field and (f.rule == RULE) != (item.rule == RULE))
    alike = any(Levenshtein.normalized_distance(own, _words(f, letter)) <= _ALIKE for f in others)
    return total / length, total / max(float(column.sum()), 1e-6), float(alike)


def _words(item: Found, letter: LetterText) -> str:
    return "".join(letter.text[a:b] for a, b in item.places).replace("\n", "").replace(" ", "")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
