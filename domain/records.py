"""Records of the archive desk: notices out, checks of the archive, what runs and what stands still."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from domain.base import Model, UtcTime
from domain.documents import ObjectRef, SourceFile


class SentNotice(Model):
    """A notice that was made of a case, kept with its files.

    Attributes:
        position: 0-based number inside the case.
        revision: the revision it was made from.
        kind: ``receipt``, ``deficiency``, ``referral`` or ``package``.
        title: heading of the paper.
        docx: name and bytes, ``None`` when there is only the PDF.
    """

    case_id: str
    position: int = Field(ge=0)
    revision: int = Field(ge=1)
    kind: str
    title: str
    made_at: UtcTime
    made_by: str
    docx: SourceFile | None
    pdf: SourceFile


class FiledPart(Model):
    """One object of a filing.

    Attributes:
        role: ``original``, ``searchable_pdf``, ``case``, ``manifest`` or another derivative's role.
        name: file name for people.
    """

    role: str
    name: str
    object: ObjectRef
    retain_until: date | None


class FilingRecord(Model):
    """One filing of a case with everything that was filed.

    Attributes:
        seq: 0-based index of the leaf in the log.
        root_hash: hexadecimal root of the log right after that leaf.
    """

    seq: int = Field(ge=0)
    revision: int = Field(ge=1)
    filed_at: UtcTime
    leaf_hash: str
    root_hash: str
    parts: tuple[FiledPart, ...]


class CheckRecord(Model):
    """A check of the archive that was made.

    Attributes:
        case_number: ``None`` when the whole archive was checked.
        objects: how many objects were read again.
        findings: how many things were wrong; ``messages`` names the first of them.
    """

    id: int
    case_id: str | None
    case_number: str | None
    started_at: UtcTime
    finished_at: UtcTime
    made_by: str
    objects: int = Field(ge=0)
    findings: int = Field(ge=0)
    messages: tuple[str, ...]


class Comparison(Model):
    """One thing that was computed again.

    Attributes:
        name: ``sha256``, ``sm3``, ``size``, ``listed``, ``manifest``, ``leaf``, ``inclusion``.
        expected: what the archive vouches for; ``found``: what it is now.
    """

    name: str
    expected: str
    found: str

    @property
    def holds(self) -> bool:
        """Return True when they are the same."""
        return self.expected == self.found


class ObjectCheck(Model):
    """One object of the store, checked now.

    Attributes:
        ref: what the database says about it.
        name: file name for people.
        case_id: the case that holds it, ``None`` when none does.
        role: its role in the filing, ``None`` when not filed.
        seq: 0-based index of the filing in the log, ``None`` when not filed.
        size: leaves the log has now; ``root``: root of the whole log.
    """

    ref: ObjectRef
    name: str
    case_id: str | None
    case_number: str | None
    checked_at: UtcTime
    comparisons: tuple[Comparison, ...]
    role: str | None = None
    seq: int | None = None
    size: int | None = None
    root: str | None = None

    @property
    def holds(self) -> bool:
        """Return True when everything is what it was."""
        return all(c.holds for c in self.comparisons)


class ObjectAlarm(Model):
    """An object that was missing or damaged when it was to be handed out.

    Attributes:
        found: what was wrong.
    """

    object_key: str
    raised_at: UtcTime
    found: str


class StageCount(Model):
    """Results of one stage by one producer.

    Attributes:
        last_at: when the newest was kept.
    """

    stage: str
    producer: str
    results: int
    last_at: UtcTime


class StuckCase(Model):
    """A case that was accepted and not read since."""

    case_id: str
    number: str
    accepted_at: UtcTime


class Held(Model):
    """What store and database hold.

    Attributes:
        object_bytes: sum of the sizes of all registered objects.
        database_bytes: size of the database.
        dialect: ``sqlite`` or ``postgresql``.
        revision: migration the database is at.
    """

    cases: int
    objects: int
    object_bytes: int
    leaves: int
    database_bytes: int
    dialect: str
    revision: str | None
