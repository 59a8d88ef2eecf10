"""Cases with real papers in a real home, made without reading them. All people and papers are invented."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw

from classifiers.deadlines import Clock, deadlines
from domain.case import Case
from domain.documents import Document, KindGuess, Page, PageQuality, ScanBatch, SourceFile, document_id
from domain.evidence import Evidence, FieldValue
from domain.policy import AdoptedPolicy
from domain.verdicts import (
    CategoryVerdict,
    DispositionVerdict,
    Judgement,
    MaterialItem,
    MaterialsReport,
    SeverityVerdict,
)
from domain.vocabulary import CaseStatus, Channel, DispositionValue, DocumentKind
from flows.settings import ROOT
from flows.wiring import Policies, load_policies
from storage import Storage

ADOPTION = ROOT / "policies" / "adoption.example.yaml"
RECEIVED = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
EXM = "exchange-member"


def policies(adoption: Path | None = ADOPTION) -> Policies:
    return load_policies(ROOT / "policies", adoption)


def pdf(*words: str) -> bytes:
    with pymupdf.open() as document:
        for word in words:
            document.new_page().insert_text((72, 72), word)
        return bytes(document.tobytes())


def picture(size: tuple[int, int] = (600, 800), kind: str = "JPEG") -> bytes:
    """A white picture with a black square in its upper left corner."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((20, 20, 120, 120), fill="black")
    stream = io.BytesIO()
    image.save(stream, kind, dpi=(100, 100))
    return stream.getvalue()


def put(storage: Storage, name: str, content: bytes) -> SourceFile:
    media_type = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}[name.rsplit(".", 1)[1]]
    return SourceFile(name=name, object=storage.objects.put(content, media_type))


def document(
    source: SourceFile,
    kind: DocumentKind,
    pages: Iterable[int] = (1,),
    size: tuple[int, int] = (600, 800),
    turned: int = 0,
) -> Document:
    numbers = tuple(pages)
    return Document(
        id=document_id(source.object.sha256, numbers[0], numbers[-1]),
        source=source,
        kind=KindGuess(kind=kind, probability=0.98, producer="kinds/1"),
        pages=tuple(
            Page(
                number=n,
                source_page=source_page,
                width=size[0],
                height=size[1],
                dpi=100.0,
                turned=turned,
                quality=PageQuality(sharpness=0.9, contrast=0.9, dpi=100.0),
            )
            for n, source_page in enumerate(numbers, start=1)
        ),
    )


def field(name: str, value: str, place: str = "doc-1", *, accepted: bool = True) -> FieldValue:
    evidence = Evidence(document_id=place, page=1, bbox=(1, 1, 9, 9), quote=value)
    return FieldValue(
        name=name,
        value=value,
        raw=value,
        probability=0.99,
        producer="form/1",
        evidence=(evidence,),
        accepted=accepted,
    )


def judgement(
    policy: AdoptedPolicy | None = None,
    disposition: DispositionValue | None = DispositionValue.COMPLAINT,
    items: tuple[MaterialItem, ...] = (),
    *,
    received: datetime = RECEIVED,
    accepted: bool = True,
    **changes: object,
) -> Judgement:
    refer_to = None
    if policy is not None:
        refer_to = next((r.refer_to for r in policy.pack.referrals if r.disposition is disposition), None)
    values: dict[str, object] = {
        "disposition": DispositionVerdict(
            value=disposition,
            probability=0.97,
            producer="rules/1",
            reason="来件询问开户手续",
            accepted=accepted,
            refer_to=refer_to,
        ),
        "category": CategoryVerdict(value="服务质量类的投诉", probability=0.9, producer="rules/1", accepted=True),
        "severity": SeverityVerdict(level="一般投诉", probability=0.9, producer="rules/1", accepted=True),
        "materials": MaterialsReport(list="natural_person" if items else None, complete=None, items=items),
        "deadlines": deadlines(policy, Clock(received)) if policy else (),
    }
    return Judgement.model_validate({**values, **changes})


def stored(
    storage: Storage,
    files: tuple[SourceFile, ...],
    documents: tuple[Document, ...] = (),
    policy: str = EXM,
    prefix: str = "EXM",
    **changes: object,
) -> Case:
    """Accept ``files`` and save the case with ``documents``; further keys are fields of ``Case``."""
    received = changes.pop("received_at", RECEIVED)
    assert isinstance(received, datetime)
    batch = ScanBatch(id=f"b-{files[0].object.sha256[:8]}", received_at=received, channel=Channel.LETTER, files=files)
    row = storage.intake.accept_batch(batch, policy, prefix)
    case = Case.model_validate(
        {
            "id": row.id,
            "number": row.number,
            "revision": 1,
            "policy": policy,
            "channel": row.channel,
            "received_at": received,
            "status": CaseStatus.AWAITING_REVIEW,
            "documents": documents or tuple(document(f, DocumentKind.COMPLAINT_LETTER) for f in files),
            **changes,
        }
    )
    storage.cases.save_case(case, "assembled", None, ())
    return case


def numbered_paper(storage: Storage, number: int) -> SourceFile:
    """A paper of its own: different bytes for every number."""
    return put(storage, f"来件{number}.pdf", pdf(f"paper {number}"))
