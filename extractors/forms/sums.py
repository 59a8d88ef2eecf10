"""The sum in dispute on a form without a place for it: among the sums in what is told and asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.evidence import FieldMissing, FieldResult
from extractors.forms.flow import Spot
from extractors.forms.wordings import FOLDED
from extractors.layout.blocks import FormPage, Words
from extractors.letters.amounts import Scored, score_amounts
from extractors.values.confidence import Source
from extractors.values.results import Found, field_result, trimmed

FIELD = "amount_involved"
_TOLD, _ASKED = ("complaint_facts", "complaint_cause", "verification", "no_consensus_reason"), ("complaint_request",)
"""Where the sum stands: in the first of these that is filled; a form may ask for facts and inquiry in one."""
_CLEAR_SCORE, _CLEAR_MARGIN = 2.5, 1.5
_ALONE, _AHEAD = -2.5, -1.7
"""The only sum of a form is mostly the one in dispute, be it a fee or a loan; so is one well ahead."""
_CLEAR, _LIKELY, _GUESS = 0.9, 0.75, 0.5


def read_sum(
    document_id: str, spots: Mapping[str, Sequence[Spot]], pages: Sequence[FormPage], producer: str
) -> FieldResult | None:
    """Return the sum that the texts of a form are most likely about, ``None`` when they name none.

    Args:
        document_id: goes into the evidence.
        spots: places of the form's fields by name.
        pages: pages of the document.
        producer: who says so.
    """
    told, asked = (_words([spot for name in names for spot in spots.get(name, ())]) for names in (_TOLD, _ASKED))
    text = f"{told.text}。{asked.text}".translate(FOLDED)
    shift = len(told.text) + 1
    best: dict[str, Scored] = {}
    for item in score_amounts(text, (shift, len(text))):
        known = best.get(item.span.value)
        best[item.span.value] = item if known is None or item.score > known.score else known
    ranked = sorted(best.values(), key=lambda item: -item.score)
    if not ranked:
        return None
    first = ranked[0]
    margin = first.score - ranked[1].score if len(ranked) > 1 else _CLEAR_SCORE
    if first.score <= (_ALONE if len(ranked) == 1 else _AHEAD if margin >= _CLEAR_MARGIN else 0.0):
        return None
    start, end = first.span.start, first.span.end
    source = told if end <= len(told.text) else asked
    offset = 0 if source is told else shift
    words = Words(source.places[start - offset : end - offset])
    if not words.places:
        return None
    page = pages[words.places[0].piece.page]
    prior = _prior(first.score, margin)
    found = Found(FIELD, words, words.evidence(document_id), Source.SENTENCE, prior, page.quality)
    result = field_result(document_id, (found,), producer)
    return None if isinstance(result, FieldMissing) else result


def _words(spots: Sequence[Spot]) -> Words:
    return next((words for spot in spots if (words := trimmed(spot.words)).places), Words(()))


def _prior(score: float, margin: float) -> float:
    if score >= _CLEAR_SCORE and margin >= _CLEAR_MARGIN:
        return _CLEAR
    return _LIKELY if margin >= _CLEAR_MARGIN else _GUESS
