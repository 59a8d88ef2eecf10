"""Secrets that are handed out once and kept as a hash only."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret of 256 random bits, fit for a URL and a cookie."""
    return secrets.token_urlsafe(_BYTES)


def secret_hash(secret: str) -> str:
    """Return what is kept of a secret (SHA-256, hexadecimal); random ones need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
