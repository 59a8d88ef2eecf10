"""``data/package.json``: what a package holds and how its parts belong together (schema ``juanzong.package/1``).

Written as canonical JSON. Paths are inside the bag; every stored object is there once, whoever names it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from domain.base import Model, Sha256, Sm3, UtcTime
from domain.documents import ObjectRef

SCHEMA: Literal["juanzong.package/1"] = "juanzong.package/1"
INDEX = "data/package.json"
CASE_JSON = "data/case/case.json"
DECISIONS = "data/case/decisions.jsonl"
TEXTS = "data/case/texts.json"
PREMIS = "data/premis.xml"


class PackedObject(Model):
    """An object of the store and where its bytes lie."""

    key: str
    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)
    media_type: str
    path: str

    def as_ref(self) -> ObjectRef:
        """Return the reference as the store knows it."""
        return ObjectRef(**self.model_dump(exclude={"path"}))


class PackedCase(Model):
    """The case itself; ``revision`` is the newest that is packed."""

    id: str
    number: str
    policy: str
    channel: str
    received_at: UtcTime
    accepted_at: UtcTime
    revision: int = Field(ge=1)


class PackedBatch(Model):
    """How files arrived."""

    id: str
    received_at: UtcTime
    channel: str
    operator: str | None
    expected_sheets: int | None
    accepted_at: UtcTime


class PackedFile(Model):
    """A file of the case under the name it came in with; ``assembled_revision`` first accounts for it."""

    name: str
    key: str
    batch_id: str
    assembled_revision: int | None


class PackedRevision(Model):
    """A revision; its bytes have the SHA-256 ``sha256``."""

    number: int = Field(ge=1)
    cause: str
    sha256: Sha256
    saved_at: UtcTime
    path: str


class PackedDecision(Model):
    """A decision; its canonical JSON is line ``position`` (from 0) of ``DECISIONS``, without the line's end."""

    position: int = Field(ge=0)
    revision: int = Field(ge=1)
    sha256: Sha256


class PackedPart(Model):
    """One object of a filing."""

    role: str
    name: str
    key: str
    retain_until: date | None


class PackedFiling(Model):
    """A filing with its leaf and the proof that the leaf is in the log.

    Attributes:
        seq: 0-based index of the leaf.
        root_hash: root of the log right after that leaf.
        leaf_path: the leaf's bytes.
        proof_path: ``juanzong.proof/1``.
        origin_key: of an imported filing, the object that tells where it came from (``juanzong.origin/1``).
    """

    seq: int = Field(ge=0)
    revision: int = Field(ge=1)
    filed_at: UtcTime
    retain_until: date | None
    manifest_key: str
    leaf_hash: Sha256
    root_hash: Sha256
    leaf_path: str
    proof_path: str
    parts: tuple[PackedPart, ...]
    origin_key: str | None = None


class PackedAct(Model):
    """Another leaf of the log that names the case: an act of retention, for example a hold (``juanzong.act/1``)."""

    seq: int = Field(ge=0)
    leaf_hash: Sha256
    leaf_path: str
    proof_path: str


class PackedText(Model):
    """Text of one page of a document (page from 1); ``TEXTS`` is a list of these."""

    document_id: str
    page: int = Field(ge=1)
    text: str


class PackedNotice(Model):
    """A notice out with its files."""

    position: int = Field(ge=0)
    revision: int = Field(ge=1)
    kind: str
    title: str
    made_at: UtcTime
    made_by: str
    docx_key: str | None
    pdf_key: str


class PackedDerivative(Model):
    """A copy that was made for the package; not an object of the archive."""

    document_id: str
    path: str
    sha256: Sha256


class PackedLog(Model):
    """The log that vouches for the filings.

    Attributes:
        id: leaf hash of its first leaf; no two logs share it.
        size: leaves when the proofs were made.
        root: root of so many leaves.
    """

    id: Sha256
    size: int = Field(ge=1)
    root: Sha256


class PackageIndex(Model):
    """The whole index.

    Attributes:
        instance: who keeps the archive, as its adoption file says.
    """

    schema_: Literal["juanzong.package/1"] = Field(default=SCHEMA, alias="schema")
    instance: str | None
    log: PackedLog
    case: PackedCase
    objects: tuple[PackedObject, ...]
    batches: tuple[PackedBatch, ...]
    files: tuple[PackedFile, ...]
    revisions: tuple[PackedRevision, ...]
    decisions: tuple[PackedDecision, ...]
    filings: tuple[PackedFiling, ...] = Field(min_length=1)
    acts: tuple[PackedAct, ...] = ()
    notices: tuple[PackedNotice, ...] = ()
    derivatives: tuple[PackedDerivative, ...] = ()

    def object(self, key: str) -> PackedObject:
        """Return the object with ``key``. Raises KeyError."""
        return {o.key: o for o in self.objects}[key]
