"""Invented acts for the audit log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.audit import AuditEvent, Operation

AT = datetime(2026, 11, 20, 1, 0, 0, 123456, tzinfo=UTC)


def event(number: int, **changes: object) -> AuditEvent:
    """Return act ``number``: every third one reveals a field."""
    reveals = number % 3 == 0
    values: dict[str, object] = {
        "at": AT + timedelta(seconds=number),
        "actor": "周敏" if number % 2 else "何启",
        "address": "10.0.0.7",
        "operation": Operation.REVEAL_FIELD if reveals else Operation.VIEW_CASE,
        "case_id": f"case-{number % 5}",
        "case_number": f"EXM-2026-{number % 5:06d}",
        "subject": "field:complainant_mobile" if reveals else None,
        "reason": "review" if reveals else None,
        "details": {"revision": number, "note": "甲"},
    }
    return AuditEvent.model_validate(values | changes)
