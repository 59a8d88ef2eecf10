"""Everything about retention that the database and the store keep, as one part of the storage."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Database
from storage.objects import ObjectStore
from storage.retention.dates import RetentionDates
from storage.retention.destruction import Destruction
from storage.retention.disposal import DisposalLists
from storage.retention.holds import Holds
from storage.retention.locks import Locks


@dataclass(frozen=True, slots=True)
class RetentionRecords:
    """The repositories of retention.

    Attributes:
        dates: last days of retention.
        holds: legal holds.
        lists: disposal lists.
        destruction: destroys the cases of approved lists.
        locks: brings the locks of the store in line.
    """

    dates: RetentionDates
    holds: Holds
    lists: DisposalLists
    destruction: Destruction
    locks: Locks


def retention_records(database: Database, store: ObjectStore) -> RetentionRecords:
    """Return the repositories over one opened home."""
    locks = Locks(database, store)
    return RetentionRecords(
        dates=RetentionDates(database, locks),
        holds=Holds(database, locks),
        lists=DisposalLists(database),
        destruction=Destruction(database, store, locks),
        locks=locks,
    )
