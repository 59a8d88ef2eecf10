"""What the checks of materials share: a finding, unreadable papers, copies."""

from __future__ import annotations

from dataclasses import dataclass

from domain.case import Case
from domain.documents import Document, source_hashes
from domain.evidence import Evidence
from domain.vocabulary import Channel, DocumentKind, MaterialStatus

_ORDER = (MaterialStatus.PRESENT, MaterialStatus.UNCLEAR, MaterialStatus.DEFECTIVE, MaterialStatus.MISSING)


@dataclass(frozen=True)
class Finding:
    """State of one material with its reason (Chinese) and the places that show it."""

    status: MaterialStatus
    reason: str
    evidence: tuple[Evidence, ...] = ()


def best(findings: tuple[Finding, ...]) -> Finding:
    """Return the best of several papers' findings (one good paper is enough)."""
    return min(findings, key=lambda f: _ORDER.index(f.status))


def worst(findings: tuple[Finding, ...]) -> Finding:
    """Return all faults of one paper as one finding: a certain fault outweighs a doubt."""
    for status in (MaterialStatus.DEFECTIVE, MaterialStatus.UNCLEAR):
        faults = [f for f in findings if f.status is status]
        if faults:
            evidence = tuple(dict.fromkeys(e for f in faults for e in f.evidence))
            return Finding(status, "；".join(dict.fromkeys(f.reason for f in faults)), evidence)
    return Finding(
        MaterialStatus.PRESENT,
        "，".join(dict.fromkeys(f.reason for f in findings)),
        tuple(dict.fromkeys(e for f in findings for e in f.evidence)),
    )


def unreadable(paper: Document) -> bool:
    """Return whether a page of ``paper`` could not be read or should be scanned again."""
    return bool(paper.failures) or any(p.quality is not None and not p.quality.usable for p in paper.pages)


def is_copy_only(paper: Document, case: Case) -> bool:
    """Return whether only a copy came and the original is outstanding (fax, e-mail print)."""
    if paper.kind.kind is DocumentKind.FAX_PRINT or case.channel in (Channel.FAX, Channel.EMAIL):
        return True
    faxed = (source_hashes(d) for d in case.documents if d.kind.kind is DocumentKind.FAX_COVER)
    return any(not files.isdisjoint(source_hashes(paper)) for files in faxed)


def whole_page(paper: Document) -> tuple[Evidence, ...]:
    """Return the first page that is not blank as evidence that the paper is there."""
    for page in paper.pages:
        if not page.blank:
            box = (0.0, 0.0, float(page.width), float(page.height))
            return (Evidence(document_id=paper.id, page=page.number, bbox=box, quote=""),)
    return ()
