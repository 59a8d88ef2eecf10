"""Intake: from files on disk to accepted, numbered cases. Bytes first, rows second (design §1, principle 1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from domain.documents import Failure, ObjectRef, ScanBatch, SourceFile
from domain.errors import EmptyFileError, StorageError, UnreadableFileError
from extractors.reading.file_types import describe_file
from flows.failures import failure_from, readable_name
from flows.grouping import FileGroup
from flows.request import IngestRequest
from flows.wiring import Services
from storage.rows import CaseRow


@dataclass(frozen=True)
class _Refused:
    """A file that was refused, and its bytes when they could be kept."""

    failure: Failure
    object: ObjectRef | None


@dataclass(frozen=True)
class Accepted:
    """What intake made of one group.

    Attributes:
        row: the case, ``None`` when no file of the group could be accepted.
        failures: files that were refused.
    """

    row: CaseRow | None
    failures: tuple[Failure, ...]


def accept_group(services: Services, request: IngestRequest, group: FileGroup, prefix: str) -> Accepted:
    """Store the files of ``group`` and put them under one case number.

    A file that cannot be read, or for which the store has no room, is a visible failure; the others are accepted, and
    handing the group in again adds what was missing to the same case.

    Raises:
        StorageError: the database cannot take them; nothing of the group was accepted.
    """
    files: list[SourceFile] = []
    refused: list[_Refused] = []
    for path in group.files:
        name = _name_in(group, path)
        try:
            facts = describe_file(path)
            files.append(SourceFile(name=name, object=services.storage.objects.put(path, facts.media_type)))
        except StorageError as error:
            refused.append(_Refused(_failed(group, path, error), None))
        except Exception as error:  # noqa: BLE001 - no file, however odd, may stop the others; it becomes visible
            refused.append(_Refused(_failed(group, path, error), kept(services, path, error)))
    batch = _batch(request, group, files)
    for item in refused:
        services.storage.failures.record_failure(batch, item.failure, item.object)
    failures = tuple(item.failure for item in refused)
    row = services.storage.intake.accept_batch(batch, request.policy, prefix) if files else None
    return Accepted(row, failures)


def record_unopened(services: Services, request: IngestRequest, failures: tuple[Failure, ...]) -> None:
    """Keep paths that could not even be opened in the list of failed inputs."""
    for failure in failures:
        batch = _batch(request, FileGroup(failure.file, ()), [])
        services.storage.failures.record_failure(batch, failure)


def kept(services: Services, path: Path, error: Exception) -> ObjectRef | None:
    """Keep the bytes of a refused file: a letter with a password was received all the same."""
    if isinstance(error, EmptyFileError | UnreadableFileError):
        return None
    try:
        return services.storage.objects.put(path, "application/octet-stream")
    except StorageError:
        return None  # the refusal itself is recorded; the sender still has the file


def _name_in(group: FileGroup, path: Path) -> str:
    """Return the name for people: below the group's folder when the file lies deeper."""
    return readable_name(path.relative_to(group.root) if group.root is not None else Path(path.name))


def _failed(group: FileGroup, path: Path, error: Exception) -> Failure:
    """Return the visible failure; a file without a case is named with its folder, or nobody would find it."""
    name = _name_in(group, path)
    folder = "" if group.root is None else readable_name(Path(group.root.resolve().name))
    failure = failure_from(f"{folder}/{name}" if folder else name, error)
    return failure.model_copy(update={"reason": failure.reason.replace(path.name, readable_name(Path(path.name)))})


def _batch(request: IngestRequest, group: FileGroup, files: list[SourceFile]) -> ScanBatch:
    """Return the batch; its id follows from the papers and the moment, so a killed call makes the same one again."""
    content = "\n".join([request.received_at.isoformat(), group.name, *(f"{f.object.sha256} {f.name}" for f in files)])
    return ScanBatch(
        id="batch-" + hashlib.sha256(content.encode(errors="surrogateescape")).hexdigest()[:20],
        received_at=request.received_at,
        channel=request.channel,
        files=tuple(files),
    )
