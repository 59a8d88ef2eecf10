"""A batch as the archive has it: files, pages as they lie in cases, sheets counted and received."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from domain.case import Case
from domain.documents import Page, ScanBatch, SourceFile, key_of
from domain.errors import InputFileError, StorageError
from domain.inspection_rules import BatchCount
from domain.mailroom import PageSeen, SheetCount, Sides, count_sheets
from domain.mailroom_errors import UnknownBatchError
from flows.stages import page_count
from flows.wiring import Services
from storage.batch_files import BatchFiles
from storage.errors import DatabaseDamagedError


@dataclass(frozen=True)
class FileFacts:
    """A file of a batch.

    Attributes:
        pages: pages that it has, ``None`` when it cannot be opened.
        placed: its pages that lie in a document of the case, by their number in the file (from 1).
        texts: text of those pages.
        failed: its pages that could not be read.
        rescan: it takes the place of a page that arrived before.
    """

    source: SourceFile
    case_number: str
    pages: int | None
    placed: dict[int, Page]
    texts: dict[int, str]
    failed: frozenset[int]
    rescan: bool


@dataclass(frozen=True)
class BatchFacts:
    """A batch with its files; ``expected`` sheets were counted by hand, ``explained`` are words by difference."""

    batch: ScanBatch
    sides: Sides
    expected: int | None
    explained: dict[int, str]
    files: tuple[FileFacts, ...]

    @cached_property
    def sheets(self) -> SheetCount:
        """Return the sheets, counted as the mailroom counts them."""
        counted = [
            (
                f.pages or 0,
                {n: PageSeen(number=n, blank=_is_blank(p)) for n, p in f.placed.items() if n <= (f.pages or 0)},
            )
            for f in self.files
            if not f.rescan
        ]
        return count_sheets(self.expected, self.sides, counted)

    @property
    def count(self) -> BatchCount:
        """Return the sheets for the check of integrity."""
        sheets = self.sheets
        return BatchCount(
            batch_id=self.batch.id,
            expected=self.expected,
            received=sheets.received,
            explained=self.explained.get(sheets.difference or 0),
        )


class BatchCounts:
    """Counts the sheets of batches, each once: many cases may have come with one batch."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, BatchCount] = {}

    def of_case(self, case: Case) -> tuple[BatchCount, ...]:
        """Return the counts of all batches that brought files of ``case``."""
        files = self._services.storage.intake.case_row(case.id).files
        return tuple(self._of_batch(batch_id) for batch_id in dict.fromkeys(f.batch_id for f in files))

    def _of_batch(self, batch_id: str) -> BatchCount:
        if batch_id not in self._known:
            self._known[batch_id] = batch_facts(self._services, batch_id).count
        return self._known[batch_id]


def batch_facts(services: Services, batch_id: str) -> BatchFacts:
    """Return what is known of a batch. Raises UnknownBatchError."""
    storage = services.storage
    batch, files = BatchFiles(storage.database).of_batch(batch_id)
    notes = storage.mail_batches.notes(batch_id)
    counted = [n.sheets for n in notes if n.kind == "counted"]
    cases = {case_id: case_as_kept(services, case_id) for case_id in dict.fromkeys(f.case_id for f in files)}
    texts = {(case_id, t.document_id, t.page): t.text for case_id in cases for t in storage.cases.case_texts(case_id)}
    rescans = {r.new_sha256 for case_id in cases for r in storage.mail_pages.replacements(case_id)}
    return BatchFacts(
        batch=batch,
        sides=_sides(services, batch_id),
        expected=counted[-1] if counted else batch.expected_sheets,
        explained={n.sheets: n.text or "" for n in notes if n.kind == "explained" and n.sheets is not None},
        files=tuple(_file(services, f.source, cases[f.case_id], texts, rescans) for f in files),
    )


def case_as_kept(services: Services, case: str) -> Case | None:
    """Return the newest revision of a case; when its row is damaged, what was filed last, so that a report can tell.

    Raises:
        UnknownCaseError: there is no such case.
        DatabaseDamagedError: the row is damaged, and nothing that can be read was filed.
    """
    try:
        return services.storage.cases.load_case(case)
    except DatabaseDamagedError:
        for filing in reversed(services.storage.desk.filings.of_case(case)):
            for part in filing.parts:
                if part.role == "case":
                    return Case.model_validate_json(services.storage.objects.read(part.object.key))
        raise


def _file(
    services: Services,
    source: SourceFile,
    case: Case | None,
    texts: dict[tuple[str, str, int], str],
    rescans: set[str],
) -> FileFacts:
    placed, words = {}, {}
    for document in case.documents if case else ():
        for page in document.pages:
            digest, number = key_of(document, page)
            if case is not None and digest == source.object.sha256:
                placed[number] = page
                words[number] = texts.get((case.id, document.id, page.number), "")
    failures = [*case.failures, *(f for d in case.documents for f in d.failures)] if case else []
    return FileFacts(
        source=source,
        case_number=case.number if case else "",
        pages=_pages(services, source),
        placed=placed,
        texts=words,
        failed=frozenset(f.page for f in failures if f.file == source.name and f.page is not None),
        rescan=source.object.sha256 in rescans,
    )


def _pages(services: Services, source: SourceFile) -> int | None:
    try:
        return page_count(services, source)
    except (InputFileError, StorageError):
        return None  # told by the checks that open the file


def _sides(services: Services, batch_id: str) -> Sides:
    try:
        return services.storage.mail_batches.get(batch_id).order.sides
    except UnknownBatchError:
        return Sides.ONE  # arrived by another way than the mailroom


def _is_blank(page: Page) -> bool:
    return page.blank if page.said_blank is None else page.said_blank
