"""Cases in every state of retention, for the tests: kept, expired, held, approved for destruction, destroyed."""

from __future__ import annotations

from datetime import date

from domain.case import Case
from domain.disposal import Capacity
from domain.documents import ObjectRef
from domain.vocabulary import CaseStatus
from storage import Storage
from storage.manifest import Derivative
from tests.storage.conftest import accept, case_of, texts_of

LONG_AGO, TO_COME = date(2020, 1, 1), date(2046, 11, 22)


def filed(storage: Storage, *contents: bytes, until: date | None = LONG_AGO) -> Case:
    """File a settled case with a searchable copy of its own."""
    case = case_of(accept(storage, *contents), status=CaseStatus.FILED, finished=True)
    storage.cases.save_case(case, "assembled", None, (), texts_of(case, "客户投诉手续费过高，要求退还。"))
    copy = storage.objects.put(b"searchable " + contents[0], "application/pdf")
    storage.filing.file_case(case, (Derivative("searchable_pdf", "可检索.pdf", copy, case.documents[0].id),), until)
    return case


def listed(storage: Storage, *cases: Case) -> str:
    """Put cases on a new list; return its number."""
    expired = tuple((case.id, LONG_AGO, "归档规定") for case in cases)
    return storage.retention.lists.make(expired, "档案员甲").number


def approved(storage: Storage, *cases: Case) -> str:
    """Return the number of a list that two persons approved."""
    number = listed(storage, *cases)
    storage.retention.lists.approve(number, Capacity.ARCHIVIST, "档案员甲")
    storage.retention.lists.approve(number, Capacity.AUDITOR, "监销人乙")
    return number


def certificate(storage: Storage) -> tuple[ObjectRef, ObjectRef]:
    return storage.objects.put(b"{}", "application/json"), storage.objects.put(b"%PDF", "application/pdf")


def destroyed(storage: Storage, *cases: Case) -> str:
    """Destroy cases by the way that is meant for it; return the number of the list."""
    number = approved(storage, *cases)
    for case in cases:
        storage.retention.destruction.destroy(number, case.id, "档案员甲")
    storage.retention.destruction.certify(number, certificate(storage), "档案员甲")
    return number


def objects_of(storage: Storage, case: Case) -> tuple[str, ...]:
    """Return the keys of everything that was filed of a case but its manifests."""
    parts = (p for f in storage.desk.filings.of_case(case.id) for p in f.parts)
    return tuple(p.object.key for p in parts if p.role != "manifest")
