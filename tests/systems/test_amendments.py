"""A mistake found by an audit, over real storage: amended, filed again, told, marked in exports, its like queued."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.access import Scope
from domain.amendments import AmendmentCause
from domain.case import Case, Decision
from domain.sampling import AcceptedField, Drawn, Outcome
from domain.webhooks import EventType
from flows.figures import export_ledger, month_figures
from flows.four_eyes_service import FourEyesService
from flows.review_service import ReviewService
from flows.systems_service import WebhookService
from outgoing.amended import CAUSE, MARK, PENDING, UNCHANGED
from outgoing.ledger import LedgerPeriod
from tests.review_ui.drawn import POLICY
from tests.systems.conftest import House
from tests.systems.receivers import receiver
from tests.systems.test_webhooks import deliver_all, sender

FIELD = "amount_involved"
Exported = Callable[..., dict[str, dict[str, object]]]
BOTH = (EventType.CASE_FILED, EventType.CASE_AMENDED)


def said(house: House, case_id: str, action: str, subject: str, value: str | None = None) -> Case:
    review = ReviewService(house.services)
    case = review.case(case_id)
    decision = Decision.model_validate(
        {"actor": "周敏", "at": house.clock.now, "action": action, "subject": subject, "value": value}
    )
    changed = review.decide(case.id, case.revision, decision)
    house.storage.leases.release(case.id, "周敏")
    return changed


def delivered(house: House, case_id: str, share: float) -> Case:
    """File the case as finished; its amount is noted as accepted by the machine, and drawn by ``share``."""
    noted = AcceptedField(
        case_id=case_id, revision=2, name=FIELD, producer="form/1", probability=0.99, filed_at=house.clock.now
    )
    house.storage.samples.note_filed((noted,), share)
    return said(house, case_id, "finish", "case")


@pytest.fixture
def exported(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exported]:
    """Export the ledger with the real command's function over the house; return the rows by case number."""
    monkeypatch.setattr("flows.figures.open_services", lambda _settings: house.services)
    monkeypatch.setattr(type(house.services), "close", lambda _self: None)
    count = iter(range(99))

    def rows(changed_since: datetime | None = None) -> dict[str, dict[str, object]]:
        out = tmp_path / f"台账-{next(count)}.xlsx"
        export_ledger(POLICY, LedgerPeriod(changed_since=changed_since), out, masked=False, adoption=None)
        sheet = load_workbook(io.BytesIO(out.read_bytes())).worksheets[0]
        heads = [str(cell.value) for cell in sheet[3]]
        lines = [dict(zip(heads, (c.value for c in line), strict=True)) for line in sheet.iter_rows(min_row=4)]
        return {str(line["案件编号"]): line for line in lines}

    yield rows
    monkeypatch.undo()


def test_an_audit_amends_files_tells_marks_and_queues(house: House, exported: Exported) -> None:
    wrong, like = house.cases
    with receiver() as target:
        WebhookService(house.services).add(target.address, BOTH, "管理员")
        first, other = delivered(house, wrong.id, 1.0), delivered(house, like.id, 0.0)
        assert {row["更正"] for row in exported().values()} == {None}
        house.clock.move(days=1)
        taken = house.clock.now
        house.clock.move(days=1)
        desk = FourEyesService(house.services, ReviewService(house.services))
        (sample,) = desk.samples(9)
        assert desk.answer_sample(sample.id, Outcome.WRONG, "483000", "稽核") == 1
        case = ReviewService(house.services).case(wrong.id)
        assert case.field_value(FIELD) == "483000" and case.finished and case.revision > first.revision
        deliver_all(house.storage, sender())
    told = [json.loads(body) for _, body in target.messages]
    assert [(e["type"], e["case"]["number"], e["case"]["revision"]) for e in told] == [
        ("case.filed", wrong.number, first.revision),
        ("case.filed", like.number, other.revision),
        ("case.amended", wrong.number, case.revision),
    ]
    (queued,) = desk.samples(9)
    assert (queued.case_id, queued.name, queued.drawn) == (like.id, FIELD, Drawn.SIMILAR)
    rows = exported()
    row = rows[wrong.number]
    assert (row["更正"], row["版次"], row["更正原因"], row["更正内容"]) == (
        MARK,
        case.revision,
        CAUSE[AmendmentCause.AUDIT],
        "涉及金额",
    )
    day = (house.clock.now + timedelta(hours=8)).date()
    assert isinstance(row["更正日期"], datetime) and row["更正日期"].date() == day
    assert rows[like.number]["更正"] is None
    assert set(exported(taken)) == {wrong.number} and exported(house.clock.now + timedelta(minutes=1)) == {}
    table = month_figures(house.services, POLICY, "2026-11", day).table("amended")
    assert (table.count(UNCHANGED), table.count(CAUSE[AmendmentCause.AUDIT])) == (1, 1)
    listed = {c["number"]: c for c in house.client(Scope.CASES_READ).get("/api/v1/cases").json()["cases"]}
    assert listed[wrong.number]["amended_because"] == "audit" and listed[like.number]["amended_because"] is None
    assert datetime.fromisoformat(listed[wrong.number]["amended_at"]) == house.clock.now.astimezone(UTC)


def test_a_decision_after_the_delivery_is_pending_until_it_is_filed(house: House, exported: Exported) -> None:
    number, case_id = house.cases[0].number, house.cases[0].id
    said(house, case_id, "correct", f"field:{FIELD}", "483100")
    assert exported()[number]["更正"] is None, "not delivered yet"
    said(house, case_id, "finish", "case")
    said(house, case_id, "comment", "case", "电话已回访")
    assert exported()[number]["更正"] is None, "words alone amend nothing"
    said(house, case_id, "correct", f"field:{FIELD}", "483000")
    row = exported()[number]
    assert (row["更正"], row["更正日期"], row["更正原因"]) == (PENDING, None, CAUSE[AmendmentCause.DECISION])
    finished = said(house, case_id, "finish", "case")
    row = exported()[number]
    assert (row["更正"], row["版次"], row["更正内容"]) == (MARK, finished.revision, "涉及金额")
    said(house, case_id, "comment", "case", "再次回访")
    assert exported()[number]["版次"] == finished.revision, "the filing stands, whatever is said later"
