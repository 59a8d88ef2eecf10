"""The system under test: pages read by workers, then recognised, cut and extracted as the pipeline does it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from benchmarks.character_errors import folded
from benchmarks.reading.cache import ROOT, Cache, file_hash, last_key, page_key
from benchmarks.reading.scores import Given
from benchmarks.reading.truth import TrueFile
from classifiers.acceptance import BUNDLED, bundled
from classifiers.route import accept_fields, calibrated_fields, within_budget
from domain.case import Case
from domain.documents import Document, ObjectRef, SourceFile
from domain.errors import InputFileError
from domain.evidence import Evidence, FieldValue
from domain.marks import PageReading
from domain.policy import AdoptedPolicy
from domain.vocabulary import CaseStatus, Channel
from extractors.cases.assemble import assemble
from extractors.page_worker import PageJob, examine_page, start_worker
from extractors.reading.file_types import describe_file
from extractors.reading.inference import engine_label
from extractors.reading.settings import ReadingSettings
from flows.stages import FileReading, understand_pages
from flows.wiring import load_policies

DEFAULT_POLICY = "exchange-member"
_LABELS_OF_A_FORM = 6


@dataclass(frozen=True)
class Understood:
    """What the product makes of a file.

    Attributes:
        documents: as cut and extracted.
        readings: by page of the file, from 1; a page that could not be read is absent.
        policy: the pack whose forms were known.
        failures: what could not be read, as the product says it.
    """

    documents: tuple[Document, ...]
    readings: dict[int, PageReading]
    policy: AdoptedPolicy
    failures: tuple[str, ...] = ()


def read_pages(
    files: Iterable[TrueFile], cache: Cache, workers: int, any_reader: bool = False
) -> dict[Path, dict[int, str]]:
    """Return the reading of every page as JSON, by file and page; failures are told as ``{"failure": …}``.

    Args:
        files: what to read.
        cache: where readings are kept.
        workers: processes of one thread.
        any_reader: a page read by an older version of the reader is not read again.

    A file that has its readings beside it (``benchmarks.held_out.perfect``) is not read.
    """
    engine = engine_label("auto")
    found: dict[Path, dict[int, str]] = {}
    missing: list[tuple[Path, int, PageJob]] = []
    for file in files:
        found[file.path] = {}
        try:
            facts = describe_file(file.path)
        except InputFileError as error:
            found[file.path][0] = json.dumps({"failure": f"{type(error).__name__} {error.fact}"}, ensure_ascii=False)
            continue
        beside = file.path.with_name(f"{file.path.name}.readings.json")
        if beside.is_file():
            given = json.loads(beside.read_text("utf-8"))
            found[file.path] = {n: json.dumps(page) for n, page in enumerate(given, 1)}
            continue
        for number in range(1, facts.pages + 1):
            kept = cache.get(page_key(file.path, number, engine))
            if kept is None and any_reader:
                kept = cache.get(last_key(file.path, number, engine))
            if kept is None:
                missing.append((file.path, number, PageJob(str(file.path), facts.media_type, number)))
            else:
                found[file.path][number] = kept
    for path, number, text in _read(missing, workers):
        found[path][number] = text
        cache.put(page_key(path, number, engine), text)
        cache.put(last_key(path, number, engine), text)
    return found


def _read(jobs: list[tuple[Path, int, PageJob]], workers: int) -> Iterator[tuple[Path, int, str]]:
    if not jobs:
        return
    settings = ReadingSettings()
    with ProcessPoolExecutor(workers, get_context("spawn"), start_worker, (settings,)) as pool:
        texts = pool.map(_read_one, (job for _, _, job in jobs))
        for done, ((path, number, _), text) in enumerate(zip(jobs, texts, strict=True), 1):
            if done % 20 == 0 or done == len(jobs):
                print(f"\rread {done} of {len(jobs)} pages", end="\n" if done == len(jobs) else "", flush=True)
            yield path, number, text


def _read_one(job: PageJob) -> str:
    try:
        return examine_page(job).model_dump_json()
    except InputFileError as error:
        return json.dumps({"failure": f"{type(error).__name__} {error.fact}"}, ensure_ascii=False)


def understand(file: TrueFile, pages: dict[int, str]) -> Understood:
    """Recognise, cut and extract one file."""
    readings, failures = {}, []
    for number, text in sorted(pages.items()):
        if text.startswith('{"failure"'):
            failures.append(json.loads(text)["failure"])
        else:
            readings[number] = PageReading.model_validate_json(text)
    sha256 = file_hash(file.path)
    # The digest is another one in the store; nothing here depends on it.
    ref = ObjectRef(key=sha256, sha256=sha256, sm3=sha256, size=file.path.stat().st_size, media_type="image/any")
    reading = FileReading(sha256, tuple(readings.values()), (), hashlib.sha256(sha256.encode()).hexdigest())
    source = SourceFile(name=file.path.name, object=ref)
    policy = policy_of(file, "".join(line.text for page in readings.values() for line in page.read.text.lines))
    documents = understand_pages(source, reading, policy.pack.forms)
    return Understood(documents, readings, policy, tuple(failures))


@lru_cache(maxsize=1)
def _policies() -> dict[str, AdoptedPolicy]:
    """Return every pack as a new installation has it: nobody's adoption, the bundled calibration."""
    loaded = load_policies(ROOT / "policies", None)
    calibration = bundled() if BUNDLED.is_file() else None
    return {name: loaded.adopted(name).model_copy(update={"calibration": calibration}) for name in loaded.packs}


def policy_of(file: TrueFile, text: str) -> AdoptedPolicy:
    """Return the pack of the regime that a file belongs to, which its adopter knows.

    As the truth says; else the one whose form of a kind in the file has most of its labels in the text (any form,
    where no pack has one of these kinds); the default for papers that are no forms.
    """
    policies = _policies()
    if file.policy in policies:
        return policies[str(file.policy)]
    printed = folded(text)
    kinds = {d.kind for d in file.documents} & {form.kind for p in policies.values() for form in p.pack.forms}

    def labels_seen(policy: AdoptedPolicy) -> int:
        forms = [form for form in policy.pack.forms if form.kind in kinds or not kinds]
        return sum(any(folded(label) in printed for label in f.labels) for form in forms for f in form.fields)

    best = max(policies.values(), key=lambda p: (labels_seen(p), p.pack.id == DEFAULT_POLICY))
    return best if labels_seen(best) >= (1 if kinds else _LABELS_OF_A_FORM) else policies[DEFAULT_POLICY]


def given_values(understood: Understood) -> list[Given]:
    """Return every value the product gives, each paper judged alone by the default budgets."""
    return [
        _given(_calibrated(field, understood.policy), document, understood)
        for document in understood.documents
        for field in document.fields
        if isinstance(field, FieldValue)
    ]


def _calibrated(field: FieldValue, policy: AdoptedPolicy) -> FieldValue:
    if policy.calibration is None:
        return field
    sure = policy.calibration.of(field.name).calibrated(field.probability)
    return field.model_copy(update={"probability": sure})


def _given(field: FieldValue, document: Document, understood: Understood) -> Given:
    page, box = _place(field.evidence[0], document)
    return Given(field.name, field.value, page, box, field.probability, within_budget(field, understood.policy))


def _place(evidence: Evidence, document: Document) -> tuple[int, tuple[float, float, float, float]]:
    """Return the page of the file and the box as shares of its sides."""
    page = document.pages[evidence.page - 1]
    x0, y0, x1, y1 = evidence.bbox
    return page.source_page, (x0 / page.width, y0 / page.height, x1 / page.width, y1 / page.height)


def case_values(files: list[Understood]) -> dict[str, tuple[FieldValue, bool]]:
    """Return the values of a case assembled from its files, each with whether it is accepted."""
    policy = files[0].policy
    documents = tuple(d for understood in files for d in understood.documents)
    assembled = assemble(documents)
    case = Case(
        id="bench",
        number="bench",
        revision=1,
        policy=policy.pack.id,
        channel=Channel.LETTER,
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=CaseStatus.AWAITING_REVIEW,
        complainant_type=assembled.complainant_type,
        complainant_type_probability=assembled.complainant_type_probability,
        documents=documents,
        fields=assembled.fields,
        mismatches=assembled.mismatches,
    )
    fields = accept_fields(calibrated_fields(case, policy.calibration), policy)
    return {name: (field, field.accepted) for name, field in fields.items() if isinstance(field, FieldValue)}
