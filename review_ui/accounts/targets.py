"""Where to go after sign-in: only to a path of our own."""

from __future__ import annotations

from domain.people import Operation
from review_ui.accounts.visitor import Visitor

_HOMES: tuple[tuple[Operation, str], ...] = (
    ("queue.show", "/"),
    ("mailroom.list", "/mailroom"),
    ("archive.search", "/archive"),
    ("cases.list", "/cases"),
    ("accounts.show", "/admin/accounts"),
)
"""What somebody sees first: the first of these that the roles permit."""


def safe_target(wanted: str) -> str:
    """Return ``wanted`` when it is a path of ours behind sign-in, else ""."""
    return "" if wanted.startswith(("/sign-in", "/one-time")) else own_path(wanted)


def own_path(wanted: str) -> str:
    """Return ``wanted`` when it is a path of ours, else "".

    Browsers drop tabs and line breaks and read a backslash as a slash: ``/<tab>/elsewhere`` is another site.
    """
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return ""
    return wanted if wanted.isprintable() else ""


def home_of(sender: Visitor) -> str:
    """Return the page that somebody begins at."""
    return next((path for operation, path in _HOMES if sender.may(operation)), "/account/password")
