"""Passwords as Argon2id hashes; the only module that knows argon2."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


@dataclass(frozen=True, slots=True)
class HashCost:
    """What one hash costs.

    Attributes:
        memory: KiB.
        passes: times the memory is gone over.
        lanes: threads.
    """

    memory: int = 65_536
    passes: int = 3
    lanes: int = 1


class Passwords:
    """Makes and checks hashes; an unknown account costs as much as a known one."""

    def __init__(self, cost: HashCost) -> None:
        self._hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Return True when ``password`` is the one behind ``kept``; without one, the same time passes."""
        try:
            return self._hasher.verify(kept or self._nobody, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Return True when the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)
