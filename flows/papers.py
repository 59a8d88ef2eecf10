"""After papers were arranged the case is made again from the stored readings: fields, materials, verdicts."""

from __future__ import annotations

import logging

from classifiers.route import case_status
from domain.case import Case
from domain.documents import Document
from domain.paper_trail import PaperTrail
from flows.filing import read_papers
from flows.laying import as_laid
from flows.replacing import told_by_mailroom
from flows.settling import assembled_anew, judged, page_texts, review_items
from flows.stages import FileReading, FileResult, ReadPapers
from flows.wiring import Services
from storage.rows import CaseChange

_log = logging.getLogger(__name__)


def at_the_next_run() -> None:
    """Leave what waits to be read to the next run that reads: there is no reading process to wake."""


def awaits_reading(case: Case) -> bool:
    """Tell whether a page that a person turned is still to be read the way it lies now."""
    return any(p.awaits_reading for d in case.documents for p in d.pages)


def made_anew(services: Services, arranged: Case, readings: tuple[FileReading, ...], cause: str) -> CaseChange:
    """Return the revision to save after a person arranged papers; every answer that a person gave stays.

    Args:
        services: the parts.
        arranged: with the decision applied, revision and history included.
        readings: of every file the case has papers of.
        cause: of the revision.
    """
    trail = told_by_mailroom(services, arranged.id, arranged.papers)
    papers = _extracted_anew(services, arranged, trail, readings)
    if papers is None:
        case = arranged.model_copy(update={"status": case_status(arranged)})
        return CaseChange(case, cause, arranged.revision - 1, review_items(case))
    case = assembled_anew(services, arranged, (papers, trail), arranged)
    kept = {"revision": arranged.revision, "finished": arranged.finished, "archive": arranged.archive}
    case = judged(case.model_copy(update=kept), papers.texts, services.policies.adopted(case.policy))
    return CaseChange(case, cause, arranged.revision - 1, review_items(case), page_texts(papers))


def restored(services: Services, case: Case, readings: tuple[FileReading, ...], cause: str) -> CaseChange:
    """Return the revision to save after an answer was taken back: the state is that of before, the texts follow."""
    papers = read_papers(services, case, readings)
    texts = page_texts(papers) if papers.complete else None
    return CaseChange(case, cause, case.revision - 1, review_items(case), texts)


def _extracted_anew(
    services: Services, case: Case, trail: PaperTrail, readings: tuple[FileReading, ...]
) -> ReadPapers | None:
    """Return the papers of ``case`` extracted anew, in their order; ``None`` when a page has no stored reading."""
    if not ReadPapers(case.documents, readings).complete:
        _log.warning("%s: pages without stored text, fields and verdicts stay as they are", case.number)
        return None
    forms = services.policies.adopted(case.policy).pack.forms
    results = tuple(FileResult(_begun_by(case, reading.sha256), reading) for reading in readings)
    return as_laid(services, case.documents, trail, results, forms)


def _begun_by(case: Case, sha256: str) -> tuple[Document, ...]:
    return tuple(d for d in case.documents if d.source.object.sha256 == sha256)
