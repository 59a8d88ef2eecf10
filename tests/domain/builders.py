"""Small hand-made cases for tests of the vocabulary."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.case import Case, Decision, Mismatch, MismatchValue, ReviewReason
from domain.documents import Document, KindGuess, ObjectRef, Page, PageQuality, SourceFile
from domain.evidence import Candidate, Evidence, FieldMissing, FieldValue, IdSideSeen, Seal, Signature
from domain.verdicts import (
    CategoryVerdict,
    Deadline,
    DispositionVerdict,
    Judgement,
    MaterialItem,
    MaterialsReport,
    SeverityVerdict,
    Signal,
    UndecidedRule,
)
from domain.vocabulary import (
    CaseStatus,
    Channel,
    DispositionValue,
    DocumentKind,
    IdSide,
    MaterialStatus,
    MissingReason,
    SignalCode,
)

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
PLACE = Evidence(document_id="doc-1", page=1, bbox=(10, 20, 110, 40), quote="欧阳明月")


def field(name: str, value: str, probability: float = 0.9) -> FieldValue:
    return FieldValue(name=name, value=value, raw=value, probability=probability, producer="form/1", evidence=(PLACE,))


def document() -> Document:
    stored = ObjectRef(key="sha256/ab", sha256="a" * 64, sm3="b" * 64, size=3, media_type="image/png")
    return Document(
        id="doc-1",
        source=SourceFile(name="信.png", object=stored),
        kind=KindGuess(kind=DocumentKind.ID_CARD_COPY, probability=0.97, producer="kinds/1"),
        pages=(
            Page(
                number=1,
                source_page=1,
                width=1654,
                height=2339,
                dpi=200.0,
                quality=PageQuality(sharpness=0.8, contrast=0.9, dpi=200.0),
            ),
        ),
        signatures=(Signature(name=None, page=1, bbox=(0, 0, 5, 5), probability=0.9),),
        seals=(Seal(text="某某公司", page=1, bbox=(0, 0, 5, 5), probability=0.9),),
        id_sides=(
            IdSideSeen(side=IdSide.BACK, page=1, bbox=(0, 0, 5, 5), probability=0.9),
            IdSideSeen(side=IdSide.FRONT, page=1, bbox=(0, 0, 5, 5), probability=0.9),
        ),
    )


def judgement() -> Judgement:
    return Judgement(
        disposition=DispositionVerdict(
            value=DispositionValue.COMPLAINT, probability=0.9, producer="rules/1", reason="陈述了不满"
        ),
        category=CategoryVerdict(value="服务质量类的投诉", probability=0.6, producer="rules/1"),
        severity=SeverityVerdict(
            level="重大投诉",
            probability=0.7,
            producer="rules/1",
            signals=(
                Signal(
                    signal=SignalCode.ILLEGALITY,
                    detail="涉嫌违规",
                    evidence=(PLACE,),
                    certain=True,
                    probability=0.8,
                    producer="rules/1",
                ),
            ),
            undecided=(UndecidedRule(rule="amount", reason="参数未设定"),),
        ),
        materials=MaterialsReport(
            list="natural_person",
            complete=False,
            items=(
                MaterialItem(material="id_card_copy", status=MaterialStatus.PRESENT, reason="有"),
                MaterialItem(material="evidence", status=MaterialStatus.MISSING, reason="无"),
            ),
        ),
        deadlines=(Deadline(duty="办结", due_at=NOW, basis="第十六条"),),
    )


def case() -> Case:
    other = Candidate(value="欧阳朋月", raw="欧阳朋月", probability=0.5, producer="letter/1", evidence=(PLACE,))
    return Case(
        id="case-1",
        number="EXM-2026-000001",
        revision=1,
        policy="exchange-member",
        channel=Channel.LETTER,
        received_at=NOW,
        status=CaseStatus.AWAITING_REVIEW,
        documents=(document(),),
        fields={
            "complainant_name": field("complainant_name", "欧阳明月").model_copy(update={"candidates": (other,)}),
            "complainant_email": FieldMissing(name="complainant_email", reason=MissingReason.BLANK_ON_FORM),
        },
        mismatches=(
            Mismatch(
                field="complainant_name",
                values=(
                    MismatchValue(value="欧阳明月", document_id="doc-1", page=1),
                    MismatchValue(value="欧阳朋月", document_id="doc-2", page=1),
                ),
            ),
        ),
        judgement=judgement(),
        review=(ReviewReason(code="mismatch", subject="field:complainant_name", message="两份材料不一致"),),
    )


def decision(action: str, subject: str, value: str | None = None) -> Decision:
    return Decision(actor="reviewer", at=NOW, action=action, subject=subject, value=value)  # type: ignore[arg-type]
