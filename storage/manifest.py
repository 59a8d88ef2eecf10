"""The manifest of a filing and its leaf in the log: what they say, byte for byte.

A manifest is canonical JSON (RFC 8785) with the schema ``juanzong.manifest/1``::

    {"schema", "case_id", "case_number", "policy", "revision", "retain_until": date|null,
     "previous": key of the case's previous manifest|null,
     "case": O, "originals": [{"name", ...O}], "derivatives": [{"name", "role", "document_id"|null, ...O}]}

with O = ``{"key", "sha256", "sm3", "size", "media_type"}``. It holds no clock time, so filing the same revision again
makes the same bytes. The leaf (``juanzong.leaf/1``) names manifest, case, revision and moment of filing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.base import iso
from domain.case import Case
from domain.documents import ObjectRef, SourceFile
from storage.canonical import canonical_json

MANIFEST_SCHEMA = "juanzong.manifest/1"
LEAF_SCHEMA = "juanzong.leaf/1"
MANIFEST_TYPE = "application/vnd.juanzong.manifest+json"
CASE_TYPE = "application/vnd.juanzong.case+json"


@dataclass(frozen=True, slots=True)
class Derivative:
    """Something made from the originals that is kept beside them.

    Attributes:
        role: what it is: ``searchable_pdf``, ``page_image``, ``text``.
        name: file name for people.
        object: its bytes, already in the store.
        document_id: the document it shows, ``None`` when it shows the whole case.
    """

    role: str
    name: str
    object: ObjectRef
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a filing: ``role`` is ``original``, ``case``, ``manifest`` or a derivative's role."""

    role: str
    name: str
    object: ObjectRef


def write_manifest(
    case: Case,
    case_object: ObjectRef,
    originals: Iterable[SourceFile],
    derivatives: Iterable[Derivative],
    retain_until: date | None,
    previous: str | None,
) -> bytes:
    """Return the canonical JSON of the manifest."""
    return canonical_json(
        {
            "schema": MANIFEST_SCHEMA,
            "case_id": case.id,
            "case_number": case.number,
            "policy": case.policy,
            "revision": case.revision,
            "retain_until": retain_until.isoformat() if retain_until else None,
            "previous": previous,
            "case": _described(case_object),
            "originals": [{"name": o.name, **_described(o.object)} for o in originals],
            "derivatives": [
                {"name": d.name, "role": d.role, "document_id": d.document_id, **_described(d.object)}
                for d in derivatives
            ],
        }
    )


def write_leaf(case: Case, manifest: ObjectRef, filed_at: datetime) -> bytes:
    """Return the canonical JSON of the leaf of a filing."""
    return canonical_json(
        {
            "schema": LEAF_SCHEMA,
            "kind": "filing",
            "case_id": case.id,
            "revision": case.revision,
            "filed_at": iso(filed_at.astimezone(UTC)),
            "manifest_sha256": manifest.sha256,
            "manifest_sm3": manifest.sm3,
        }
    )


def _described(ref: ObjectRef) -> dict[str, object]:
    return {"key": ref.key, "sha256": ref.sha256, "sm3": ref.sm3, "size": ref.size, "media_type": ref.media_type}
