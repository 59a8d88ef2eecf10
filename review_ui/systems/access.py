"""What the JSON interface makes of whoever asks: whose things these are, who signs, what is shown.

Who it is, and whether the operation is permitted, was decided before (``review_ui.accounts``).
"""

from __future__ import annotations

from fastapi import Request

from domain.access import REVEALED
from domain.case import Case
from review_ui.accounts.visitor import visitor
from review_ui.audit.trail import Trail


def owner() -> str:
    """Return whose uploads and idempotency keys these are."""
    sender = visitor()
    if sender.system is not None:
        return f"token:{sender.system.id}"
    return "page" if sender.person is None else f"person:{sender.person.id}"


def signature(actor: str) -> str:
    """Return the name under which an answer is kept: that of the person who signed in, whatever ``actor`` says.

    A token's answer is kept as ``actor``'s, with the system that vouches for it.
    """
    sender = visitor()
    if sender.system is not None:
        return sender.system.signs(actor)
    return actor if sender.person is None else sender.person.name


def reveal_to_system(request: Request, case: Case, subject: str) -> None:
    """Write that ``subject`` of a case is shown unmasked, if a system asks that may see personal data."""
    if visitor().reads_all:
        Trail.of(request).reveal(request, case, subject, REVEALED)


def readable(request: Request, case: Case) -> Case:
    """Return a case as programs may read it: masked, unless the token may see personal data; that is logged."""
    reveal_to_system(request, case, "case")
    return case if visitor().reads_all else Trail.of(request).masked(case)
