"""From a written paper to the product's judgement: laid out as a page, read perfectly, extracted, assembled, judged."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from benchmarks.judging.texts import JudgedText
from benchmarks.plain_pages import pages_of
from classifiers.judge import judge
from classifiers.packs import adopt, load_adoption, load_packs
from domain.case import Case
from domain.documents import Document, DocumentText, KindGuess, ObjectRef, SourceFile
from domain.marks import PageReading
from domain.policy import AdoptedPolicy
from domain.verdicts import Judgement
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from extractors.cases.assemble import assemble
from extractors.extract import extract_document

ADOPTION = Path(__file__).parent / "adoption.yaml"
POLICIES = Path("policies")
RECEIVED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KINDS = {
    "letter": DocumentKind.COMPLAINT_LETTER,
    "form": DocumentKind.APPLICATION_FORM,
    "record": DocumentKind.INTERVIEW_RECORD,
    "card": DocumentKind.OPINION_CARD,
    "slip": DocumentKind.HANDLING_SLIP,
}


@dataclass(frozen=True)
class Judged:
    """A paper with what the product says; ``seconds`` is the time of judging alone."""

    truth: JudgedText
    found: Judgement
    seconds: float


@cache
def policies() -> dict[str, AdoptedPolicy]:
    """Return the packs under the benchmark's adoption."""
    adoption = load_adoption(ADOPTION)
    return {name: adopt(pack, adoption) for name, pack in load_packs(POLICIES).items()}


@dataclass(frozen=True)
class Laid:
    """A paper laid out as a page, read perfectly, extracted and assembled: all that judging needs."""

    case: Case
    texts: tuple[DocumentText, ...]
    policy: AdoptedPolicy


def laid(truth: JudgedText, pages: tuple[PageReading, ...] | None = None) -> Laid:
    """Lay out one paper; ``pages`` are what was read of it, as a perfect recogniser reads when ``None``."""
    policy = policies()[truth.policy]
    kind = KINDS[truth.paper]
    pages = pages_of(truth.text) if pages is None else pages
    found = extract_document("doc-1", kind, pages, policy.pack.forms)
    sha = "0" * 64
    file = SourceFile(
        name=f"{truth.id}.tif", object=ObjectRef(key=truth.id, sha256=sha, sm3=sha, size=1, media_type="image/tiff")
    )
    document = Document(
        id="doc-1",
        source=file,
        kind=KindGuess(kind=kind, probability=0.98, producer="benchmark"),
        pages=tuple(p.read.page for p in pages),
        fields=found.fields,
    )
    assembled = assemble((document,))
    case = Case(
        id="case-1",
        number="BEN-2026-000001",
        revision=1,
        policy=truth.policy,
        channel=Channel.LETTER,
        received_at=RECEIVED,
        status=CaseStatus.AWAITING_REVIEW,
        complainant_type=assembled.complainant_type,
        documents=(document,),
        fields=assembled.fields,
    )
    text = DocumentText(document_id="doc-1", kind=kind, pages=tuple(p.read.text for p in pages))
    return Laid(case, (text,), policy)


def judged(truth: JudgedText, pages: tuple[PageReading, ...] | None = None) -> Judged:
    """Judge one paper; ``pages`` as for ``laid``."""
    paper = laid(truth, pages)
    started = time.perf_counter()
    judgement, _ = judge(paper.case, paper.texts, paper.policy)
    return Judged(truth, judgement, time.perf_counter() - started)
