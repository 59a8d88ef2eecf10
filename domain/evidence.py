"""Statements and where they were seen: no evidence, no value (design §1, principle 3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Tag, model_validator

from domain.base import BBox, Model, PageNumber, Probability
from domain.vocabulary import IdSide, MissingReason, SealColour, SealShape


class Evidence(Model):
    """A place on a page that supports a statement.

    Attributes:
        document_id: the document the page belongs to.
        page: page number inside the document, from 1.
        bbox: box on the upright page image, pixels, origin top left.
        quote: the text read there (may be empty for pictures such as a seal).
    """

    document_id: str
    page: PageNumber
    bbox: BBox
    quote: str

    @model_validator(mode="after")
    def _box_is_ordered(self) -> Evidence:
        x0, y0, x1, y1 = self.bbox
        if x0 > x1 or y0 > y1:
            raise ValueError(f"box is not ordered: expected x0<=x1 and y0<=y1, got {self.bbox}")
        return self


class Check(Model):
    """One known-structure test of a value (check digit, length, plausibility).

    Attributes:
        name: stable name, for example ``id_number_check_digit``.
        passed: the outcome; ``None`` when the test could not be applied.
        message: what was found, for a person (Chinese).
    """

    name: str
    passed: bool | None
    message: str


class Candidate(Model):
    """One reading of a field in one document; several make a case-level value or a mismatch."""

    value: str
    raw: str
    probability: Probability
    producer: str
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...] = ()


class FieldValue(Model):
    """A field that has a value.

    Attributes:
        name: contract field name (``domain.fields``).
        value: the normal form (design §5: yuan as decimal string, ISO dates, ...).
        raw: the words as read.
        probability: calibrated chance that ``value`` is right.
        producer: who said so, ``name/version`` or ``person:<actor>``.
        evidence: at least one place on a page for every machine statement; a person may know without a place.
        checks: structure tests that were applied.
        accepted: within the error budget, or decided by a person.
        candidates: the readings this value was chosen from, best first (after a correction: the machine's value).
    """

    name: str
    value: str
    raw: str
    probability: Probability
    producer: str
    evidence: tuple[Evidence, ...]
    checks: tuple[Check, ...] = ()
    accepted: bool = False
    candidates: tuple[Candidate, ...] = ()

    @model_validator(mode="after")
    def _machine_shows_evidence(self) -> FieldValue:
        if not self.evidence and not self.producer.startswith("person:"):
            raise ValueError(f"field {self.name}: a machine value needs evidence, got none")
        return self

    def as_candidate(self) -> Candidate:
        """Return this value as one reading among others."""
        return Candidate(
            value=self.value,
            raw=self.raw,
            probability=self.probability,
            producer=self.producer,
            evidence=self.evidence,
            checks=self.checks,
        )

    @property
    def vetoed(self) -> bool:
        """True when a known-structure test failed: a check digit beats a confidence."""
        return any(check.passed is False for check in self.checks)


class FieldMissing(Model):
    """A field without a value, and why.

    Attributes:
        name: contract field name.
        reason: the cause.
        candidates: readings that were refused (failed checks, illegible), best first; what a person is shown.
        producer: who said so.
        accepted: a person confirmed that there is nothing to find.
        evidence: where the empty or unreadable place is, when known.
    """

    name: str
    reason: MissingReason
    candidates: tuple[Candidate, ...] = ()
    producer: str = "juanzong"
    accepted: bool = False
    evidence: tuple[Evidence, ...] = ()


FieldResult = FieldValue | FieldMissing


def _field_kind(value: object) -> str:
    if isinstance(value, dict):
        return "value" if value.get("value") is not None else "missing"
    return "value" if isinstance(value, FieldValue) else "missing"


StoredField = Annotated[
    Annotated[FieldValue, Tag("value")] | Annotated[FieldMissing, Tag("missing")],
    Discriminator(_field_kind),
]
"""A ``FieldResult`` that can be read back from JSON: told apart by whether it has a value."""


class Signature(Model):
    """A handwritten signature or thumbprint.

    Attributes:
        name: whose, when it could be read or follows from its anchor; else ``None``.
        anchor: the printed label it belongs to (投诉人签字, 法定代表人, ...), ``None`` when it stands alone.
        page: page number inside the document, from 1.
        bbox: box on the upright page image, pixels.
        probability: chance that ink of a hand is there.
    """

    name: str | None
    anchor: str | None = None
    page: PageNumber
    bbox: BBox
    probability: Probability


class Seal(Model):
    """A seal impression.

    Attributes:
        text: text of the ring, or the lines of a seal without a ring; ``None`` when it could not be read.
        page: page number inside the document, from 1.
        bbox: box on the upright page image, pixels.
        probability: chance that an impression is there.
        colour: ink.
        shape: outline.
        text_probability: chance that ``text`` and ``inscription`` are right, ``None`` without text.
        inscription: what stands straight below the star of a ring (合同专用章), ``None`` when nothing was read there.
    """

    text: str | None
    page: PageNumber
    bbox: BBox
    probability: Probability
    colour: SealColour = SealColour.RED
    shape: SealShape = SealShape.UNKNOWN
    text_probability: Probability | None = None
    inscription: str | None = None

    @property
    def words(self) -> str:
        """Everything that was read in the seal, ring first."""
        return (self.text or "") + (self.inscription or "")


class IdSideSeen(Model):
    """One side of an identity card on a page."""

    side: IdSide
    page: PageNumber
    bbox: BBox
    probability: Probability
