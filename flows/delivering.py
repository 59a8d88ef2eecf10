"""Files of the store on their way out."""

from __future__ import annotations

from domain.documents import SourceFile
from flows.wiring import Services
from review_ui.backend import StoredFile


def stored_file(services: Services, source: SourceFile) -> StoredFile:
    """Return ``source``, verified while it is read; a mismatch raises an alarm."""
    ref = source.object
    return StoredFile(
        name=source.name,
        media_type=ref.media_type,
        size=ref.size,
        sha256=ref.sha256,
        pieces=services.storage.desk.deliveries.pieces(ref),
    )
