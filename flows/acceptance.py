"""Intake: from files on disk to accepted, numbered cases. Bytes first, rows second (design §1, principle 1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from domain.documents import Failure, ScanBatch, SourceFile
from domain.errors import InputFileError, UnreadableFileError
from extractors.file_types import describe_file
from flows.grouping import FileGroup, failure_of
from flows.request import IngestRequest
from flows.wiring import Services
from storage.rows import CaseRow


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

    Raises:
        StorageError: the store or database cannot take them; nothing of the group was accepted.
    """
    files: list[SourceFile] = []
    failures: list[Failure] = []
    for path in group.files:
        name = _name_in(group, path)
        try:
            facts = describe_file(path)
            files.append(SourceFile(name=name, object=services.storage.objects.put(path, facts.media_type)))
        except InputFileError as error:
            failures.append(failure_of(name, error))
        except OSError as error:
            refused = UnreadableFileError(f"无法读取：{error.strerror}", "请检查读取权限后重新导入")
            failures.append(failure_of(name, refused))
    batch = _batch(request, group, files)
    for failure in failures:
        services.storage.failures.record_failure(batch, failure)
    row = services.storage.intake.accept_batch(batch, request.policy, prefix) if files else None
    return Accepted(row, tuple(failures))


def _name_in(group: FileGroup, path: Path) -> str:
    """Return the name for people: below the group's folder when the file lies deeper."""
    parts = path.parts
    if group.name in parts[:-1]:
        last = len(parts) - 2 - parts[-2::-1].index(group.name)
        return "/".join(parts[last + 1 :])
    return path.name


def _batch(request: IngestRequest, group: FileGroup, files: list[SourceFile]) -> ScanBatch:
    """Return the batch; its id follows from the papers and the moment, so a killed call makes the same one again."""
    content = "\n".join([request.received_at.isoformat(), group.name, *(f"{f.object.sha256} {f.name}" for f in files)])
    return ScanBatch(
        id="batch-" + hashlib.sha256(content.encode(errors="surrogateescape")).hexdigest()[:20],
        received_at=request.received_at,
        channel=request.channel,
        files=tuple(files),
    )
