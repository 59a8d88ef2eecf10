"""Earlier cases of the same complainant: what a complaint that is made again is linked to (regimes.md, section J)."""

from __future__ import annotations

from domain.case import Case, RelatedCase
from flows.wiring import Services
from storage import CaseFilter
from storage.errors import SearchQueryError

KEYS: tuple[tuple[str, ...], ...] = (
    ("complainant_id_no",),
    ("trading_account_no",),
    ("claim_report_no",),
    ("complainant_mobile",),
    ("complainant_phone",),
    ("complainant_name", "respondent_org"),
    ("complainant_name", "complainant_address"),
)
"""Fields whose values together tell one complainant from others; a name alone does not."""
_MOST = 5
_LOOKED_AT = 20


def related_cases(services: Services, case: Case) -> tuple[RelatedCase, ...]:
    """Return the earlier cases of the same regime that share a key, the latest first, five at most."""
    found: dict[str, RelatedCase] = {}
    for key in KEYS:
        values = tuple(case.field_value(name) for name in key)
        if not all(values):
            continue
        for other in _with_value(services, case, values[0] or ""):
            if all(other.field_value(n) == v for n, v in zip(key, values, strict=True)):
                shared = (*(found[other.id].shared if other.id in found else ()), *key)
                found[other.id] = RelatedCase(
                    case_id=other.id,
                    number=other.number,
                    received_at=other.received_at,
                    shared=tuple(dict.fromkeys(shared)),
                )
    return tuple(sorted(found.values(), key=lambda r: r.received_at, reverse=True)[:_MOST])


def _with_value(services: Services, case: Case, value: str) -> tuple[Case, ...]:
    """Return the earlier cases in which a value stands anywhere."""
    try:
        hits = services.storage.search.find(value, CaseFilter(policy=case.policy), limit=3 * _LOOKED_AT)
    except SearchQueryError:  # a name of nothing but marks
        return ()
    ids = list(dict.fromkeys(h.case_id for h in hits if h.case_id != case.id))[:_LOOKED_AT]
    loaded = (services.storage.cases.load_case(i) for i in ids)
    return tuple(c for c in loaded if c is not None and c.received_at <= case.received_at)
