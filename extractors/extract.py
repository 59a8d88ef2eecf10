"""Route a document to what can read its kind, and renumber every place to the document's own pages."""

from __future__ import annotations

from collections.abc import Sequence

from domain.base import Model
from domain.evidence import FieldResult, FieldValue, IdSideSeen, Seal, Signature
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.forms.common import best_form, common_form
from extractors.forms.form import read_form
from extractors.letters.forwarding import from_forwarders
from extractors.letters.letter import read_letter
from extractors.papers.authorisation import read_authorisation
from extractors.papers.card_sides import find_sides, sides_seen
from extractors.papers.id_card import read_id_card
from extractors.papers.licence import read_licence
from extractors.papers.plain import KINDS as PLAIN
from extractors.papers.plain import read_plain
from extractors.papers.statement import read_statement
from extractors.papers.told import read_number, read_told

_LETTERS = frozenset(
    {
        DocumentKind.COMPLAINT_LETTER,
        DocumentKind.WITHDRAWAL_STATEMENT,
        DocumentKind.FAX_PRINT,
    }
)
_CARDS = frozenset({DocumentKind.ID_CARD_COPY, DocumentKind.LEGAL_REP_ID_COPY, DocumentKind.AGENT_ID})
# What a card says about its holder belongs to the complainant only when the complainant is its holder.
_OF_REPRESENTATIVE = {"complainant_name": "legal_representative", "complainant_id_no": "complainant_id_no"}
_FORMS = frozenset(
    {
        DocumentKind.APPLICATION_FORM,
        DocumentKind.COMPLAINT_REPORT_FORM,
        DocumentKind.COORDINATION_APPLICATION,
        DocumentKind.WORK_ORDER,
        DocumentKind.GUEST_REGISTRATION_FORM,
        DocumentKind.OPINION_CARD,
        DocumentKind.CLAIM_FORM_PCB,
        DocumentKind.COMPLAINT_RECORD_PHARMA,
    }
)
"""Kinds of papers that are always forms, whether or not the pack describes them."""
_STATEMENTS = frozenset({DocumentKind.TRADE_STATEMENT, DocumentKind.CONTRACT_RISK_DISCLOSURE})
"""Papers of which only whose account they are about matters."""
_FEW_PLACES, _SOME_PLACES, _MORE_PLACES, _PROSE_CEILING = 1, 3, 5, 0.8
"""A form with few places was not printed as described; what a letter's rules find then is never sure.

A paper without cells may well begin with a few labels and go on as a letter."""
_PASSED_ON = frozenset({"forwarded_by", "forwarding_no", "forwarding_date"})
_OF_CARD = frozenset({"id_authority", "id_valid_from", "id_valid_until", "complainant_gender"})


class Extraction(Model):
    """What was read in one document; pages count from 1 inside the document.

    Attributes:
        fields: one result per field that the kind of paper may carry.
        id_sides: sides of identity cards.
        signatures: ink of hands.
        seals: impressions.
    """

    fields: tuple[FieldResult, ...] = ()
    id_sides: tuple[IdSideSeen, ...] = ()
    signatures: tuple[Signature, ...] = ()
    seals: tuple[Seal, ...] = ()


def extract_document(
    document_id: str,
    kind: DocumentKind,
    pages: tuple[PageReading, ...],
    forms: tuple[FormDescription, ...],
) -> Extraction:
    """Read the fields, card sides, signatures and seals of one document.

    Args:
        document_id: goes into all evidence.
        kind: what the document is.
        pages: its pages in order, numbered in any way; results count them from 1.
        forms: the pack's forms.
    """
    own = tuple(_renumbered(page, number) for number, page in enumerate(pages, 1))
    sides = find_sides(own) if kind in _CARDS else ()
    return Extraction(
        fields=_fields(document_id, kind, own, forms),
        id_sides=sides_seen(sides),
        signatures=tuple(s for page in own for s in page.marks.signatures),
        seals=tuple(s for page in own for s in page.marks.seals),
    )


def _fields(
    document_id: str, kind: DocumentKind, pages: tuple[PageReading, ...], forms: Sequence[FormDescription]
) -> tuple[FieldResult, ...]:
    own = tuple(form for form in forms if form.kind is kind)
    if kind is DocumentKind.HANDLING_SLIP and own:
        return _with_told(document_id, pages, _form_or_prose(document_id, pages, best_form(pages, own)))
    if own:
        return _as_facts(kind, _form_or_prose(document_id, pages, best_form(pages, own)))
    if kind in _FORMS:
        return _undescribed(document_id, kind, pages, forms)
    if kind is DocumentKind.HANDLING_SLIP:
        read = _with_told(document_id, pages, _form_or_prose(document_id, pages, common_form(kind)))
        return tuple(_no_surer(field, _PROSE_CEILING) for field in read if isinstance(field, FieldValue))
    if kind in _LETTERS:
        return tuple(read_letter(document_id, pages))
    if kind is DocumentKind.AUTHORISATION:
        return read_authorisation(document_id, pages)
    if kind in _CARDS:
        return _of_holder(kind, read_id_card(document_id, pages, find_sides(pages)))
    if kind is DocumentKind.BUSINESS_LICENCE:
        return read_licence(document_id, pages)
    if kind in _STATEMENTS:
        return read_statement(document_id, pages)
    return read_plain(document_id, kind, pages) if kind in PLAIN else ()


def _form_or_prose(document_id: str, pages: tuple[PageReading, ...], form: FormDescription) -> tuple[FieldResult, ...]:
    """Read a form; a paper of its kind that is written as a letter instead (投诉转办函) is read as one."""
    fields = read_form(document_id, pages, form)
    places = sum(isinstance(field, FieldValue) or bool(field.evidence) for field in fields)
    if places > (_SOME_PLACES if any(page.marks.cells for page in pages) else _MORE_PLACES):
        return fields
    told = {f.name: _no_surer(f, _PROSE_CEILING) for f in read_letter(document_id, pages) if isinstance(f, FieldValue)}
    if places > _FEW_PLACES and len(told) <= places:
        return fields
    own = tuple(f for f in fields if isinstance(f, FieldValue) or f.name not in told)
    return (*own, *(f for name, f in told.items() if name not in {field.name for field in own}))


def _undescribed(
    document_id: str, kind: DocumentKind, pages: tuple[PageReading, ...], forms: Sequence[FormDescription]
) -> tuple[FieldResult, ...]:
    """Read a form of a kind that the pack does not describe: as the pack's form most like it, or by common labels.

    Nothing is sure then, and what was not found is no gap.
    """
    found = read_form(document_id, pages, best_form(pages, (common_form(kind), *forms)))
    return _as_facts(kind, [_no_surer(field, _PROSE_CEILING) for field in found if isinstance(field, FieldValue)])


def _with_told(
    document_id: str, pages: tuple[PageReading, ...], fields: Sequence[FieldResult]
) -> tuple[FieldResult, ...]:
    """Add what the sentences of a slip say of the complainant, where no place of it does."""
    given = {field.name for field in fields if isinstance(field, FieldValue)}
    told = {name: field for name, field in read_told(document_id, pages).items() if name not in given}
    if "complaint_no" not in given and any(page.marks.cells for page in pages):
        number = read_number(document_id, pages)
        told |= {} if number is None else {"complaint_no": number}
    passed = (f for f in read_letter(document_id, pages, (from_forwarders,)) if isinstance(f, FieldValue))
    told |= {f.name: f for f in passed if f.name in _PASSED_ON and f.name not in given}
    return (*(field for field in fields if field.name not in told), *told.values())


def _as_facts(kind: DocumentKind, fields: Sequence[FieldResult]) -> tuple[FieldResult, ...]:
    """What a guest writes on an opinion card is what he complains of, where the card has no other place for it."""
    told = next((f for f in fields if f.name == "suggestion" and isinstance(f, FieldValue)), None)
    if kind is not DocumentKind.OPINION_CARD or told is None:
        return tuple(fields)
    kept = tuple(f for f in fields if f.name != "complaint_facts" or isinstance(f, FieldValue))
    if any(f.name == "complaint_facts" for f in kept):
        return kept
    return (*kept, told.model_copy(update={"name": "complaint_facts"}))


def _no_surer(field: FieldValue, ceiling: float) -> FieldValue:
    return field.model_copy(update={"probability": min(field.probability, ceiling)})


def _of_holder(kind: DocumentKind, fields: tuple[FieldResult, ...]) -> tuple[FieldResult, ...]:
    """Name the fields after the holder: a representative's name and number are not a person's address and birth."""
    if kind is DocumentKind.ID_CARD_COPY:
        return fields
    if kind is DocumentKind.AGENT_ID:
        return ()
    kept = []
    for field in fields:
        name = _OF_REPRESENTATIVE.get(field.name, field.name if field.name in _OF_CARD else None)
        if name is not None:
            kept.append(field.model_copy(update={"name": name}))
    return tuple(kept)


def _renumbered(page: PageReading, number: int) -> PageReading:
    read = page.read
    marks = page.marks
    return PageReading(
        read=read.model_copy(
            update={
                "page": read.page.model_copy(update={"number": number}),
                "text": read.text.model_copy(update={"number": number}),
            }
        ),
        marks=marks.model_copy(
            update={
                "signatures": tuple(s.model_copy(update={"page": number}) for s in marks.signatures),
                "seals": tuple(s.model_copy(update={"page": number}) for s in marks.seals),
            }
        ),
    )


def values_of(extraction: Extraction) -> tuple[FieldValue, ...]:
    """Return the fields that have a value."""
    return tuple(field for field in extraction.fields if isinstance(field, FieldValue))
