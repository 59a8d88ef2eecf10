"""Putting the parts of proof together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storage.archive_log import ArchiveLog
from storage.database import Database
from storage.filing import Filing
from storage.objects import ObjectStore
from storage.proof.certificates import Certificates
from storage.proof.head_check import HeadCheck
from storage.proof.head_folder import HeadFolder
from storage.proof.heads import TreeHeads
from storage.proof.keys import KeyRing
from storage.proof.options import ProofOptions
from storage.proof.time_stamps import Authority


@dataclass(frozen=True, slots=True)
class Proof:
    """Heads, keys and certificates of one opened home.

    Attributes:
        check: what ``Fixity`` asks about heads.
    """

    heads: TreeHeads
    keys: KeyRing
    certificates: Certificates
    check: HeadCheck


def open_proof(database: Database, store: ObjectStore, log: ArchiveLog, keys: Path, options: ProofOptions) -> Proof:
    """Return the parts of proof; ``keys`` is the folder of the signing keys."""
    ring = KeyRing(keys, database.now)
    folder = HeadFolder(options.heads) if options.heads else None
    authority = Authority(options.authority, options.certificates) if options.certificates else None
    heads = TreeHeads(database, log, ring, folder, authority)
    return Proof(
        heads=heads,
        keys=ring,
        certificates=Certificates(store, log, Filing(database, store), heads),
        check=HeadCheck(ring, folder, authority),
    )
