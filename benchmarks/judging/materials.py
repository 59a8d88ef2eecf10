"""Is the right thing said of every required paper: invented cases, given as what was read of their papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field

from benchmarks.judging.judged import RECEIVED, policies
from classifiers.materials import check_materials
from domain.base import BBox, Model, Probability
from domain.case import Case
from domain.documents import Document, KindGuess, ObjectRef, Page, PageQuality, SourceFile
from domain.evidence import Evidence, FieldMissing, FieldValue, IdSideSeen, Seal, Signature
from domain.fields import FIELDS
from domain.normal import normal_form
from domain.vocabulary import (
    CaseStatus,
    Channel,
    ComplainantType,
    DocumentKind,
    IdSide,
    MaterialStatus,
    MissingReason,
    SealColour,
    SealShape,
)

CASES = Path(__file__).parent / "materials.yaml"
PRODUCER = "benchmark"
_SHA = "0" * 64
_WIDTH, _HEIGHT = 1240, 1754
_PRINT: BBox = (160, 300, 900, 340)
_INK: BBox = (760, 1420, 980, 1480)
_STAMP: BBox = (700, 1340, 980, 1620)
_CARD: BBox = (300, 400, 940, 800)
_WELL_READ, _REFUSED = 0.995, 0.05
"""Chances of a value whose checks hold, and of one that a check refuses."""


class Mark(Model):
    """Ink of a hand: the name read in it, and the label beside it."""

    name: str | None
    anchor: str | None
    probability: Probability = 0.95


class Stamp(Model):
    """A seal and what was read in it."""

    text: str | None
    inscription: str | None = None
    shape: SealShape
    colour: SealColour = SealColour.RED
    probability: Probability = 0.95
    text_probability: Probability = 0.9


class Paper(Model):
    """One paper as the reader hands it over.

    Attributes:
        probability: of the kind.
        fields: by contract name, as they stand on the paper.
        blank: fields whose place on the form is empty.
        sides: of identity cards, each seen with ``side_probability``.
        usable: False when its page should be scanned again.
    """

    kind: DocumentKind
    probability: Probability = 0.98
    fields: dict[str, str] = Field(default_factory=dict)
    blank: tuple[str, ...] = ()
    signatures: tuple[Mark, ...] = ()
    seals: tuple[Stamp, ...] = ()
    sides: tuple[IdSide, ...] = ()
    side_probability: Probability = 0.95
    usable: bool = True


class PaperCase(Model):
    """A case and the true status of everything that its regime asks for; ``why`` is the clerk's reason."""

    id: str
    policy: str = "exchange-member"
    type: ComplainantType
    channel: Channel = Channel.LETTER
    fields: dict[str, str]
    papers: tuple[Paper, ...]
    truth: dict[DocumentKind, MaterialStatus]
    why: str


@dataclass(frozen=True)
class MaterialsScore:
    """How many required items got the right status, and the wrong ones in words."""

    right: int
    items: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of right items."""
        return self.right / self.items


def score_materials(cases: Iterable[PaperCase] | None = None) -> MaterialsScore:
    """Check the materials of all cases; an item that is asked for without need, or not asked for, is wrong."""
    items, wrong = 0, []
    for case in load_cases() if cases is None else cases:
        report = check_materials(case_of(case), (), policies()[case.policy])
        found = {DocumentKind(item.material): item for item in report.items}
        for kind in dict.fromkeys((*case.truth, *found)):
            items += 1
            truth, item = case.truth.get(kind), found.get(kind)
            if truth is not (item.status if item else None):
                said = f"{item.status} ({item.reason})" if item else "not asked"
                wrong.append(f"materials {case.id} {kind} {truth or 'not asked'} -> {said}; {case.why}")
    return MaterialsScore(items - len(wrong), items, tuple(wrong))


def load_cases() -> tuple[PaperCase, ...]:
    """Return the cases in the order of their file."""
    entries = yaml.safe_load(CASES.read_text("utf-8"))["cases"]
    return tuple(PaperCase.model_validate(entry) for entry in entries)


def case_of(case: PaperCase) -> Case:
    """Return a case as the pipeline would hand it to judging."""
    documents = tuple(_document(paper, f"doc-{number}") for number, paper in enumerate(case.papers, 1))
    return Case(
        id=case.id,
        number="BEN-2026-000001",
        revision=1,
        policy=case.policy,
        channel=case.channel,
        received_at=RECEIVED,
        status=CaseStatus.AWAITING_REVIEW,
        complainant_type=case.type,
        complainant_type_probability=_WELL_READ,
        documents=documents,
        fields={name: _value(name, words, "doc-1") for name, words in case.fields.items()},
    )


def _document(paper: Paper, name: str) -> Document:
    quality = PageQuality(
        sharpness=0.9, contrast=0.9, usable=paper.usable, problems=() if paper.usable else ("模糊，无法辨认",)
    )
    # every paper came in a file of its own
    ref = ObjectRef(key=name, sha256=f"{_SHA}{name[4:]}"[-64:], sm3=_SHA, size=1, media_type="image/tiff")
    return Document(
        id=name,
        source=SourceFile(name=f"{name}.tif", object=ref),
        kind=KindGuess(kind=paper.kind, probability=paper.probability, producer=PRODUCER),
        pages=(Page(number=1, source_page=1, width=_WIDTH, height=_HEIGHT, quality=quality),),
        fields=(*(_value(field, words, name) for field, words in paper.fields.items()), *_blanks(paper, name)),
        signatures=tuple(
            Signature(name=m.name, anchor=m.anchor, page=1, bbox=_INK, probability=m.probability)
            for m in paper.signatures
        ),
        seals=tuple(_seal(stamp) for stamp in paper.seals),
        id_sides=tuple(IdSideSeen(side=s, page=1, bbox=_CARD, probability=paper.side_probability) for s in paper.sides),
    )


def _blanks(paper: Paper, name: str) -> tuple[FieldMissing, ...]:
    place = (Evidence(document_id=name, page=1, bbox=_PRINT, quote=""),)
    return tuple(FieldMissing(name=f, reason=MissingReason.BLANK_ON_FORM, evidence=place) for f in paper.blank)


def _value(name: str, words: str, document: str) -> FieldValue:
    form = normal_form(FIELDS[name].type, words, RECEIVED.date())
    refused = any(check.passed is False for check in form.checks)
    return FieldValue(
        name=name,
        value=form.value or words,
        raw=words,
        probability=_REFUSED if refused else _WELL_READ,
        producer=PRODUCER,
        evidence=(Evidence(document_id=document, page=1, bbox=_PRINT, quote=words),),
        checks=form.checks,
    )


def _seal(stamp: Stamp) -> Seal:
    return Seal(
        text=stamp.text,
        page=1,
        bbox=_STAMP,
        probability=stamp.probability,
        colour=stamp.colour,
        shape=stamp.shape,
        text_probability=stamp.text_probability if stamp.text else None,
        inscription=stamp.inscription,
    )
