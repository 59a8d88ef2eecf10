"""What failed, in words for people: the file, the fact, the next step."""

from __future__ import annotations

import os
import re
from pathlib import Path

from domain.documents import Failure, ScanBatch
from domain.errors import JuanzongError
from flows.wiring import Services
from storage.rows import CaseRow

_FOREIGN = re.compile("[\udc80-\udcff](?:[\udc80-\udcff]|[!-~](?=[\udc80-\udcff]))*")
"""Bytes of a name that are not UTF-8, as Python hands them over."""


def failure_of(file: str, error: JuanzongError, page: int | None = None) -> Failure:
    """Return the visible failure for ``error``; ``file`` is a name as people read it."""
    reason = readable_text(error.fact)
    return Failure(file=file, error=type(error).__name__, reason=reason, next_step=error.next_step, page=page)


def readable_text(text: str) -> str:
    """Return ``text`` with file names from other systems in it decoded (see ``readable_name``)."""
    return _FOREIGN.sub(lambda run: _readable(os.fsencode(run.group())), text)


def readable_name(path: Path) -> str:
    """Return a path as text; names that are not UTF-8 come from Windows shares in GB 18030.

    Python hands bytes that are not UTF-8 over as lone surrogates, which neither JSON nor the database can take.
    """
    return "/".join(_readable(os.fsencode(part)) for part in path.parts).replace("//", "/", 1)


def _readable(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030", errors="replace")


def failure_from(file: str, error: Exception) -> Failure:
    """Return the visible failure for any error; one that nobody foresaw is a defect of ours and says so."""
    if isinstance(error, JuanzongError):
        return failure_of(file, error)
    return Failure(
        file=file,
        error=type(error).__name__,
        reason=f"处理 {file} 时发生内部错误：{error}",
        next_step="原件未受影响；请报告给维护者，修复后重新运行即可继续",
    )


def record_inside(services: Services, row: CaseRow, failures: tuple[Failure, ...]) -> None:
    """Keep failed pages of accepted files in the list of failed inputs; recording one twice is recording it once."""
    files = {file.source.name: file for file in row.files}
    for failure in failures:
        file = files.get(failure.file)
        batch = ScanBatch(
            id=file.batch_id if file else row.id, received_at=row.received_at, channel=row.channel, files=()
        )
        services.storage.failures.record_failure(batch, failure, file.source.object if file else None)
