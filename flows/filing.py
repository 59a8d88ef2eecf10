"""File a revision: searchable copies beside the originals, the manifest, one leaf in the log."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import PurePath

from classifiers.deadlines import local_day
from classifiers.retention import retention_periods
from domain.amendments import SETTLED
from domain.case import Case
from domain.documents import Document, Failure, ObjectRef, source_of, sources_of
from domain.errors import JuanzongError
from domain.retention import extended, retention_of
from domain.sampling import accepted_by_machine
from extractors.reading.searchable_pdf import TextLayer, searchable_pdf
from flows.claims import claimed, cut_short
from flows.failures import failure_of
from flows.inspecting import keep_filing_report
from flows.signing import sign_filed
from flows.stages import FileReading, ReadPapers, stored_reading
from flows.turned_pages import as_turned
from flows.wiring import Services
from storage.manifest import Derivative

SEARCHABLE = "searchable/1"
FILER = "系统（归档时）"
"""Who asks for the report on the four properties at filing."""
ASSEMBLED, FINISHED = "assembled", "finish"
FILED_CAUSES = (ASSEMBLED, FINISHED)
"""Causes of revisions that are filed; single answers of a reviewer are filed together when the case is finished."""


def file_revision(services: Services, case: Case, derivatives: tuple[Derivative, ...]) -> Case:
    """File ``case`` as saved; return it with its archive state. Filing a revision twice is filing it once."""
    policy = services.policies.adopted(case.policy)
    record = services.storage.filing.file_case(case, derivatives, retain_until(services, case))
    sign_filed(services.storage)
    rules = policy.four_eyes
    if case.status in SETTLED:
        services.storage.samples.note_filed(accepted_by_machine(case, record.filed_at), rules.sample if rules else 0.0)
    filed = services.storage.cases.load_case(case.id, case.revision)
    if filed is not None and case.status in SETTLED:
        keep_filing_report(services, filed, FILER)
    return case if filed is None else filed


def retain_until(services: Services, case: Case) -> date | None:
    """Return the last day of retention if ``case`` closes or is amended today, ``None`` while it is kept for ever.

    Never a day before one that was recorded for the case already.
    """
    periods = retention_periods(services.policies.adopted(case.policy))
    today = local_day(services.storage.database.now())
    found = retention_of(periods, local_day(case.received_at), today)
    return extended(services.storage.retention.dates.longest(case.id), found.until)


def file_cut_short(services: Services, case_id: str) -> None:
    """File the revision that a killed process had saved and not filed, if there is one."""
    history = services.storage.cases.case_history(case_id)
    due = [revision.number for revision in history if revision.cause in FILED_CAUSES]
    if not due or services.storage.filing.record(case_id, due[-1]) is not None:
        return
    case = services.storage.cases.load_case(case_id, due[-1])
    if case is not None:
        file_revision(services, case, searchable_copies(services, case, stored_readings(services, case)))


def file_all_cut_short(services: Services) -> tuple[Failure, ...]:
    """Finish the filing that killed processes left behind; return what still cannot be filed."""
    home = services.settings.home
    failures = []
    for case_id in cut_short(home):
        try:
            with claimed(home, case_id) as left:
                if left:
                    file_cut_short(services, case_id)
        except JuanzongError as error:
            failures.append(failure_of(case_id, error))
    return tuple(failures)


def stored_readings(services: Services, case: Case) -> tuple[FileReading, ...]:
    """Return what is known of every file of ``case``, without reading anything; pages lie as the machine saw them."""
    sources = {source.object.key: source for d in case.documents for source in sources_of(d)}
    return tuple(stored_reading(services, source) for source in sources.values())


def searchable_copies(services: Services, case: Case, readings: tuple[FileReading, ...]) -> tuple[Derivative, ...]:
    """Return one PDF with searchable text per scanned document.

    Args:
        services: the parts.
        case: the case to file.
        readings: what was read in each of its files.
    """
    papers = read_papers(services, case, readings)
    copies = []
    for document in case.documents:
        layers = _layers(services, document, papers)
        if layers:
            name = f"{PurePath(document.source.name).stem}-{document.pages[0].source_page}.可检索.pdf"
            copies.append(Derivative("searchable_pdf", name, _copy(services, document, layers), document.id))
    return tuple(copies)


def _layers(services: Services, document: Document, papers: ReadPapers) -> tuple[TextLayer, ...]:
    found = [(source_of(document, p).object, r.read) for p in document.pages if (r := papers.page(document, p))]
    if all(read.born_digital for _, read in found):
        return ()
    path = services.storage.objects.path
    return tuple(TextLayer(read.page, read.text, path(ref.key), ref.media_type) for ref, read in found)


def _copy(services: Services, document: Document, layers: tuple[TextLayer, ...]) -> ObjectRef:
    """Make the copy, or find the one made before from the same reading."""
    digest = hashlib.sha256("".join(s.object.sha256 for s in sources_of(document)).encode())
    for layer in layers:
        digest.update(layer.text.model_dump_json().encode())
    key = digest.hexdigest()
    known = services.storage.stages.get_stage(key, "searchable", SEARCHABLE)
    if known is not None:
        return ObjectRef.model_validate_json(known)
    content = searchable_pdf(layers)
    ref = services.storage.objects.put(content, "application/pdf")
    services.storage.stages.put_stage(key, "searchable", SEARCHABLE, ref.model_dump_json().encode())
    return ref


def read_papers(services: Services, case: Case, readings: tuple[FileReading, ...]) -> ReadPapers:
    """Return the papers of ``case`` with what was read on them, as persons turned them where they were read so."""
    return ReadPapers(case.documents, (as_turned(services, case.documents, reading) for reading in readings))
