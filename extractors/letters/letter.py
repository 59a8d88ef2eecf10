"""Fields of a free complaint letter: every source gives candidates, one per field is chosen, the rest stay visible."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from domain.evidence import Candidate, Evidence, FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS, FieldType
from domain.marks import PageReading
from domain.normal import normal_form
from domain.vocabulary import MissingReason
from extractors.letters.agents import from_principals
from extractors.letters.amounts import from_amounts
from extractors.letters.closing import from_closing, lost_date
from extractors.letters.firm import from_letterhead
from extractors.letters.forwarding import from_forwarders
from extractors.letters.found import CandidateSource, Found
from extractors.letters.labels import from_labels
from extractors.letters.matters import from_matters
from extractors.letters.owners import of_the_complainant
from extractors.letters.parties import from_bare_numbers, from_descriptions, from_introductions
from extractors.letters.respondent import from_branches, from_salutation, from_sentences_about_firms, from_staff
from extractors.letters.section_tags import RULE
from extractors.letters.sections import from_sections
from extractors.letters.tagger import TaggedText, tag
from extractors.letters.text import LetterText, join_pages
from extractors.letters.weigh import from_tagger, weighed
from extractors.letters.withdrawal import from_withdrawals
from extractors.values.combine import combine
from extractors.values.confidence import Reading, field_probability
from extractors.values.ink_names import PERSON_FIELDS, is_ink, weakened
from extractors.values.results import mail_form

PRODUCER = "letter/3"
_DATE = "complaint_date"
_ONE_OF_SEVERAL = 0.3
# A part of an address without a vowel but with a c, which print read badly leaves of an e (tse as tsc).
_UNSPEAKABLE = re.compile(r"(?<![a-z])(?=[a-z]*c)[b-df-hj-np-tv-z]{3,}(?![a-z])", re.I)
_LOOK_ALIKE = 0.6

SOURCES: tuple[CandidateSource, ...] = (
    from_labels,
    from_principals,
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
    from_matters,
    from_amounts,
    from_sections,
    from_withdrawals,
)


def read_letter(
    document_id: str, pages: tuple[PageReading, ...], sources: tuple[CandidateSource, ...] = SOURCES
) -> tuple[FieldResult, ...]:
    """Read a letter.

    Args:
        document_id: goes into the evidence.
        pages: its pages in order.
        sources: tables of rules, where candidates come from besides the tagger.

    Returns:
        One value per field found, with the other readings as candidates, best first; a date that stands there but
        could not be read, mostly under a seal, is missing as illegible.
    """
    letter = join_pages(document_id, pages)
    tagged = tag(letter)
    found = weighed(candidates_of(letter, tagged, sources), letter, tagged)
    values = (_choose(letter, name, [f for f in found if f.field == name]) for name in FIELDS)
    read = tuple(v for v in values if v is not None)
    names = {v.name for v in read}
    return (*read, *(() if _DATE in names else _illegible(_DATE, lost_date(letter))))


def candidates_of(
    letter: LetterText, tagged: TaggedText, sources: tuple[CandidateSource, ...] = SOURCES
) -> list[Found]:
    """Return everything that the tables of rules and the tagger find, weighed by the rules alone."""
    found = _jointly([f for source in sources for f in source(letter)], letter)
    return of_the_complainant([*found, *from_tagger(letter, tagged, found)], letter, RULE)


def _jointly(found: list[Found], letter: LetterText) -> list[Found]:
    """Where several sign, a name alone is one of them, not the complainant; who complains is no contact of his own."""
    named = {letter.text[f.start : f.end] for f in found if f.field == "complainant_name" and f.prior > _ONE_OF_SEVERAL}
    found = [
        replace(f, prior=min(f.prior, _ONE_OF_SEVERAL))
        if f.field == "contact_name" and letter.text[f.start : f.end] in named
        else f
        for f in found
    ]
    joint = {letter.text[a:b] for f in found if f.field == "complainant_name" and len(f.parts) > 1 for a, b in f.parts}
    return [
        replace(f, prior=min(f.prior, _ONE_OF_SEVERAL))
        if f.field == "complainant_name" and not f.parts and letter.text[f.start : f.end] in joint
        else f
        for f in found
    ]


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
    raw = "\n".join(letter.original[start:end] for start, end in item.places)
    form = mail_form(raw) if field_type is FieldType.EMAIL else normal_form(field_type, raw)
    evidence = tuple(e for start, end in item.places for e in letter.evidence(start, end))
    if form.value is None or not evidence:
        return None
    scores = tuple(s for start, end in item.places for s in letter.scores(start, end))
    doubtful = field_type is FieldType.EMAIL and scores and _UNSPEAKABLE.search(form.value.partition("@")[0])
    reading = Reading(
        field_type=field_type,
        scores=scores,
        checks=form.checks,
        source=item.source,
        prior=min(item.prior, _LOOK_ALIKE) if doubtful else item.prior,
        quality=letter.quality(item.start),
        witness=letter.witness(item.start, item.end),
    )
    return Candidate(
        value=form.value,
        raw=raw,
        probability=field_probability(reading),
        producer=f"{PRODUCER}:{item.rule}",
        evidence=evidence,
        checks=form.checks,
    )
