"""The case JSON that others rely on: schema ``juanzong.case/1`` (design §5).

The models below are the contract; ``docs/case.schema.json`` is generated from them and tested against every export.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from domain.base import BBox, Model, Probability
from domain.vocabulary import CaseStatus, DispositionValue, DocumentKind, IdSide, MaterialStatus, SignalCode

SCHEMA: Literal["juanzong.case/1"] = "juanzong.case/1"


class EvidenceJson(Model):
    """E of the contract: document, page from 1, box in pixels of the upright page, quote."""

    document_id: str
    page: int = Field(ge=1)
    bbox: BBox
    quote: str


class QualityJson(Model):
    """Measured page quality."""

    sharpness: float
    contrast: float
    dpi: float | None
    usable: bool
    problems: list[str]


class PageJson(Model):
    """One upright page.

    ``replaced`` is there, and true, when a new scan took its place and nothing on it counts; ``source_file`` and
    ``sha256`` are there when the page comes from another file than its document.
    """

    number: int = Field(ge=1)
    source_page: int = Field(ge=1)
    width: int
    height: int
    dpi: float | None
    turned: Literal[0, 90, 180, 270]
    skew: float
    blank: bool
    quality: QualityJson | None
    replaced: bool | None = None
    source_file: str | None = None
    sha256: str | None = None


class SignatureJson(Model):
    """Ink of a hand."""

    name: str | None
    page: int = Field(ge=1)
    bbox: BBox
    probability: Probability


class SealJson(Model):
    """Seal impression."""

    text: str | None
    page: int = Field(ge=1)
    bbox: BBox
    probability: Probability


class FailureJson(Model):
    """A file or page that could not be used."""

    file: str
    error: str
    reason: str
    next_step: str


class DocumentJson(Model):
    """One paper."""

    document_id: str
    source_file: str
    sha256: str
    sm3: str
    kind: DocumentKind
    kind_probability: Probability
    pages: list[PageJson]
    id_sides: list[IdSide] | None = None
    signatures: list[SignatureJson]
    seals: list[SealJson]
    failures: list[FailureJson]


class CandidateJson(Model):
    """One reading of a field."""

    value: str
    raw: str
    probability: Probability
    producer: str
    evidence: list[EvidenceJson]


class FieldJson(Model):
    """A field with a value."""

    value: str
    raw: str
    probability: Probability
    accepted: bool
    producer: str
    evidence: list[EvidenceJson]
    candidates: list[CandidateJson]


class MissingFieldJson(Model):
    """A field without a value."""

    value: None = None
    missing: str


class MismatchValueJson(Model):
    """One contradicting value."""

    value: str
    document_id: str
    page: int = Field(ge=1)


class MismatchJson(Model):
    """Documents contradict each other."""

    field: str
    values: list[MismatchValueJson]


class MaterialJson(Model):
    """One required material."""

    material: str
    status: MaterialStatus
    reason: str
    evidence: list[EvidenceJson]


class MaterialsJson(Model):
    """Materials report."""

    items: list[MaterialJson]
    list: str | None
    complete: bool | None


class DispositionJson(Model):
    """Complaint or not."""

    value: DispositionValue | None
    probability: Probability
    reason: str
    evidence: list[EvidenceJson]


class CategoryJson(Model):
    """Category in the pack's Chinese label."""

    value: str | None
    probability: Probability
    accepted: bool
    evidence: list[EvidenceJson]


class SignalJson(Model):
    """One signal."""

    signal: SignalCode
    detail: str
    evidence: list[EvidenceJson]


class UndecidedJson(Model):
    """A rule that asks a person."""

    rule: str
    reason: str


class SeverityJson(Model):
    """Level in the pack's Chinese label."""

    level: str | None
    probability: Probability
    accepted: bool
    signals: list[SignalJson]
    undecided: list[UndecidedJson]


class DeadlineJson(Model):
    """A duty and its due time (ISO 8601 with offset) or null while a parameter is not set."""

    duty: str
    due_at: str | None
    basis: str


class ReasonJson(Model):
    """Why a person is asked."""

    code: str
    subject: str
    message: str


class ReviewJson(Model):
    """Review state."""

    needed: bool
    reasons: list[ReasonJson]


class ArchivedObjectJson(Model):
    """Filed object."""

    key: str
    sha256: str
    sm3: str
    retain_until: str | None
    legal_hold: bool


class ArchiveJson(Model):
    """Last filing."""

    objects: list[ArchivedObjectJson]
    log_index: int | None
    root: str | None


class CaseJson(Model):
    """One case."""

    case_id: str
    case_number: str
    policy: str
    status: CaseStatus
    disposition: DispositionJson | None
    documents: list[DocumentJson]
    fields: dict[str, FieldJson | MissingFieldJson]
    mismatches: list[MismatchJson]
    materials: MaterialsJson | None
    category: CategoryJson | None
    severity: SeverityJson | None
    deadlines: list[DeadlineJson]
    review: ReviewJson
    archive: ArchiveJson


class CasesJson(Model):
    """Top level of ``--json``: ``schema``, ``cases``, ``failures``."""

    schema_: Literal["juanzong.case/1"] = Field(default=SCHEMA, alias="schema")
    cases: list[CaseJson]
    failures: list[FailureJson]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the contract."""
    return CasesJson.model_json_schema(by_alias=True)
