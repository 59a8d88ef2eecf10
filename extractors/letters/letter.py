"""Fields of a free complaint letter: every source gives candidates, one per field is chosen, the rest stay visible."""

from __future__ import annotations

from collections.abc import Iterable

from domain.evidence import Candidate, Evidence, FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS
from domain.marks import PageReading
from domain.normal import normal_form
from domain.vocabulary import MissingReason
from extractors.letters.amounts import from_amounts
from extractors.letters.closing import from_closing, lost_date
from extractors.letters.firm import from_letterhead
from extractors.letters.found import CandidateSource, Found
from extractors.letters.labels import from_labels
from extractors.letters.parties import from_bare_numbers, from_descriptions, from_forwarders, from_introductions
from extractors.letters.respondent import from_branches, from_salutation, from_sentences_about_firms, from_staff
from extractors.letters.sections import from_sections
from extractors.letters.text import LetterText, join_pages
from extractors.values.combine import combine
from extractors.values.confidence import Reading, field_probability
from extractors.values.ink_names import PERSON_FIELDS, is_ink, weakened

PRODUCER = "letter-rules/1"
_DATE = "complaint_date"

SOURCES: tuple[CandidateSource, ...] = (
    from_labels,
    from_closing,
    from_letterhead,
    from_introductions,
    from_salutation,
    from_sentences_about_firms,
    from_branches,
    from_staff,
    from_bare_numbers,
    from_descriptions,
    from_forwarders,
    from_amounts,
    from_sections,
)


def read_letter(
    document_id: str, pages: tuple[PageReading, ...], sources: tuple[CandidateSource, ...] = SOURCES
) -> tuple[FieldResult, ...]:
    """Read a letter.

    Args:
        document_id: goes into the evidence.
        pages: its pages in order.
        sources: where candidates come from; a trained tagger joins here.

    Returns:
        One value per field found, with the other readings as candidates, best first; a date that stands there but
        could not be read, mostly under a seal, is missing as illegible.
    """
    letter = join_pages(document_id, pages)
    found = [f for source in sources for f in source(letter)]
    values = (_choose(letter, name, [f for f in found if f.field == name]) for name in FIELDS)
    read = tuple(v for v in values if v is not None)
    if any(v.name == _DATE for v in read):
        return read
    return (*read, *_illegible(_DATE, lost_date(letter)))


def _illegible(name: str, place: Evidence | None) -> tuple[FieldMissing, ...]:
    if place is None:
        return ()
    return (FieldMissing(name=name, reason=MissingReason.ILLEGIBLE, producer=PRODUCER, evidence=(place,)),)


def _choose(letter: LetterText, name: str, found: Iterable[Found]) -> FieldValue | None:
    """Weigh the candidates of one field against each other; overlapping finds of one place count once."""
    kept: list[Found] = []
    for item in sorted(found, key=lambda f: (-f.prior, f.start)):
        if not any(k.start < item.end and item.start < k.end for k in kept):
            kept.append(item)
    candidates = [c for c in (_candidate(letter, name, item) for item in kept) if c is not None]
    return _combined(letter, name, candidates)


def _combined(letter: LetterText, name: str, candidates: list[Candidate]) -> FieldValue | None:
    """Choose among the candidates; names read from signatures stay out of the choice while print gives one."""
    marks = tuple(s for page in letter.pages for s in page.marks.signatures) if name in PERSON_FIELDS else ()
    ink = [weakened(c) for c in candidates if is_ink(c.evidence, marks)]
    print_ = combine(name, [c for c in candidates if not is_ink(c.evidence, marks)])
    if print_ is not None:
        return print_.model_copy(update={"candidates": (*print_.candidates, *ink)})
    return combine(name, ink)


def _candidate(letter: LetterText, name: str, item: Found) -> Candidate | None:
    field_type = FIELDS[name].type
    raw = letter.text[item.start : item.end]
    form = normal_form(field_type, raw)
    evidence = letter.evidence(item.start, item.end)
    if form.value is None or not evidence:
        return None
    reading = Reading(
        field_type=field_type,
        scores=letter.scores(item.start, item.end),
        checks=form.checks,
        source=item.source,
        prior=item.prior,
        quality=letter.quality(item.start),
    )
    return Candidate(
        value=form.value,
        raw=raw,
        probability=field_probability(reading),
        producer=PRODUCER,
        evidence=evidence,
        checks=form.checks,
    )
