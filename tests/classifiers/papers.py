"""Papers and cases for the tests, built from plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from classifiers.packs import adopt, load_adoption, load_pack
from domain.case import Case
from domain.documents import Document, DocumentText, KindGuess, ObjectRef, Page, PageQuality, SourceFile
from domain.evidence import Evidence, FieldValue, IdSideSeen, Seal, Signature
from domain.ocr import OcrLine, OcrPage
from domain.policy import AdoptedPolicy
from domain.vocabulary import CaseStatus, Channel, ComplainantType, DocumentKind, IdSide

POLICIES = Path(__file__).parents[2] / "policies"
RECEIVED = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
LINE_HEIGHT = 40.0
PER_LINE = 30


@cache
def adopted() -> AdoptedPolicy:
    return adopt(load_pack(POLICIES / "exchange-member.yaml"), load_adoption(POLICIES / "adoption.example.yaml"))


@cache
def unset() -> AdoptedPolicy:
    return adopt(load_pack(POLICIES / "exchange-member.yaml"))


def lines_of(words: str, per_line: int = PER_LINE) -> tuple[str, ...]:
    """Wrap every paragraph as a page would."""
    return tuple(p[i : i + per_line] for p in words.split("\n") for i in range(0, len(p), per_line))


def page_of(words: str, number: int = 1, per_line: int = PER_LINE) -> OcrPage:
    lines = tuple(
        OcrLine(
            text=text,
            polygon=((100.0, y), (100.0 + 35 * len(text), y), (100.0 + 35 * len(text), y + 34), (100.0, y + 34)),
            score=0.99,
        )
        for text, y in zip(lines_of(words, per_line), (100.0 + LINE_HEIGHT * i for i in range(999)), strict=False)
    )
    return OcrPage(number=number, width=1240, height=1754, lines=lines, producer="test")


def text_of(words: str, kind: DocumentKind = DocumentKind.COMPLAINT_LETTER, name: str = "letter") -> DocumentText:
    return DocumentText(document_id=f"doc-{name}", kind=kind, pages=(page_of(words),))


def document(
    kind: DocumentKind,
    name: str = "letter",
    signatures: tuple[Signature, ...] = (),
    seals: tuple[Seal, ...] = (),
    sides: tuple[IdSide, ...] = (),
    fields: dict[str, str] | None = None,
    probability: float = 0.98,
    usable: bool = True,
) -> Document:
    sha = f"{abs(hash(name)):064x}"[:64]
    quality = PageQuality(sharpness=0.9, contrast=0.9, usable=usable, problems=() if usable else ("模糊",))
    return Document(
        id=f"doc-{name}",
        source=SourceFile(
            name=f"{name}.tif", object=ObjectRef(key=name, sha256=sha, sm3=sha, size=1, media_type="image/tiff")
        ),
        kind=KindGuess(kind=kind, probability=probability, producer="test"),
        pages=(Page(number=1, source_page=1, width=1240, height=1754, quality=quality),),
        signatures=signatures,
        seals=seals,
        id_sides=tuple(IdSideSeen(side=s, page=1, bbox=(0, 0, 10, 10), probability=0.95) for s in sides),
        fields=tuple(value(n, v, name) for n, v in (fields or {}).items()),
    )


def value(name: str, text: str, document_name: str = "letter", probability: float = 0.9995) -> FieldValue:
    return FieldValue(
        name=name,
        value=text,
        raw=text,
        probability=probability,
        producer="test/1",
        evidence=(Evidence(document_id=f"doc-{document_name}", page=1, bbox=(1, 1, 9, 9), quote=text),),
    )


def signature(name: str | None = None, probability: float = 0.95, anchor: str | None = "投诉人") -> Signature:
    return Signature(name=name, anchor=anchor, page=1, bbox=(600, 1500, 800, 1560), probability=probability)


def case_of(
    documents: tuple[Document, ...] = (),
    fields: dict[str, str] | None = None,
    kind: ComplainantType | None = ComplainantType.NATURAL_PERSON,
    channel: Channel = Channel.LETTER,
    received_at: datetime = RECEIVED,
) -> Case:
    return Case(
        id="case-1",
        number="JZ-2026-0001",
        revision=1,
        policy="exchange-member",
        channel=channel,
        received_at=received_at,
        status=CaseStatus.AWAITING_REVIEW,
        complainant_type=kind,
        documents=documents,
        fields={n: value(n, v) for n, v in (fields or {}).items()},
    )
