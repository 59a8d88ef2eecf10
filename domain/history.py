"""What every revision of a case said, and where it changed: pure comparison of snapshots."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from domain.base import Model, UtcTime
from domain.case import Decision


class Statement(Model):
    """What one revision says about one subject.

    Attributes:
        value: normal form of a field, label of a verdict, state of a material or signal; ``None`` without a value.
        missing: why there is no value, else ``None``.
        producer: who says so, ``name/version`` or ``person:<actor>``.
        probability: 0 to 1, ``None`` for statements without one.
        accepted: within the error budget, or decided by a person.
    """

    value: str | None
    missing: str | None = None
    producer: str = ""
    probability: float | None = None
    accepted: bool = False

    @property
    def compared(self) -> tuple[str | None, str | None, str, bool]:
        """What makes two statements the same; a probability that moves alone is no change."""
        return self.value, self.missing, self.producer, self.accepted


class Snapshot(Model):
    """The statements of one revision.

    Attributes:
        revision: from 1.
        cause: why it was saved.
        statements: by subject (``field:NAME``, ``severity``, ``materials:KIND``, ``signal:CODE`` …).
        decisions: every decision recorded up to this revision, oldest first.
    """

    revision: int = Field(ge=1)
    cause: str
    saved_at: UtcTime
    statements: dict[str, Statement]
    decisions: tuple[Decision, ...] = ()


class ValueChange(Model):
    """One statement that a revision made anew.

    Attributes:
        before: what the revision before it said, ``None`` when nothing.
        after: what is said since, ``None`` when nothing any more.
        decision: the answer of a person about this subject in this revision, ``None`` when the machine changed it.
        cause: why the revision was saved.
    """

    revision: int
    at: UtcTime
    subject: str
    before: Statement | None
    after: Statement | None
    decision: Decision | None
    cause: str


def value_changes(snapshots: Iterable[Snapshot]) -> tuple[ValueChange, ...]:
    """Return every change of every statement, revision by revision; ``snapshots`` are in the order of revisions."""
    found: list[ValueChange] = []
    before: dict[str, Statement] = {}
    decided = 0
    for snapshot in snapshots:
        answers = {d.subject: d for d in snapshot.decisions[decided:]}
        for subject in dict.fromkeys((*before, *snapshot.statements)):
            old, new = before.get(subject), snapshot.statements.get(subject)
            same = old is not None and new is not None and old.compared == new.compared
            if same and subject not in answers:
                continue
            found.append(_change(snapshot, subject, old, new, answers.get(subject)))
        before, decided = snapshot.statements, len(snapshot.decisions)
    return tuple(found)


def _change(
    snapshot: Snapshot, subject: str, old: Statement | None, new: Statement | None, answer: Decision | None
) -> ValueChange:
    return ValueChange(
        revision=snapshot.revision,
        at=answer.at if answer else snapshot.saved_at,
        subject=subject,
        before=old,
        after=new,
        decision=answer,
        cause=snapshot.cause,
    )
