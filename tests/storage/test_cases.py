"""Revisions, decisions, review items, texts, lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.case import ArchiveState, Case, Decision, ReviewReason
from domain.documents import ScanBatch, SourceFile
from domain.errors import StaleRevisionError, UnknownCaseError
from domain.review import ReviewItem, apply_decision
from domain.verdicts import CategoryVerdict, DispositionVerdict, Judgement, MaterialsReport, SeverityVerdict
from domain.vocabulary import CaseStatus, Channel, DispositionValue
from storage import CaseFilter, PageText, Storage, open_storage
from storage.errors import DatabaseDamagedError, DecisionsRewrittenError
from tests.storage.conftest import RECEIVED, accept, case_of, change, saved, texts_of

NAME = ReviewReason(code="low_probability", subject="field:complainant_name", message="姓名不确定")
LEVEL = ReviewReason(code="possible_major", subject="severity", message="可能为重大投诉")
JUDGEMENT = Judgement(
    disposition=DispositionVerdict(
        value=DispositionValue.COMPLAINT, probability=0.9, producer="d/1", reason="要求退款"
    ),
    category=CategoryVerdict(value="交易业务", probability=0.8, producer="c/1"),
    severity=SeverityVerdict(level="重大", probability=0.7, producer="s/1"),
    materials=MaterialsReport(list="natural_person", complete=False),
)


def answer(subject: str = "field:complainant_name", action: str = "accept", value: str | None = None) -> Decision:
    return Decision.model_validate(
        {"actor": "复核员", "at": RECEIVED, "action": action, "subject": subject, "value": value}
    )


def decided(storage: Storage, case: Case) -> Case:
    changed = apply_decision(case, answer())
    storage.cases.save_case(changed, "decision", case.revision)
    return changed


def item(case: Case, reason: ReviewReason, priority: float, minutes: int = 0) -> ReviewItem:
    return ReviewItem(
        case_id=case.id,
        revision=case.revision,
        reason=reason,
        proposed="张三丰",
        priority=priority,
        created_at=RECEIVED + timedelta(minutes=minutes),
    )


def test_saved_case_comes_back(storage: Storage) -> None:
    case = case_of(accept(storage, b"letter", b"form"), judgement=JUDGEMENT, review=(NAME,))
    storage.cases.save_case(case, "assembled", None)
    assert storage.cases.load_case(case.number) == case == storage.cases.load_case(case.id)
    assert storage.cases.load_case(case.number.lower()) == case


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), box=st.floats(0, 1e6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_and_number_survive(storage: Storage, name: str, box: float) -> None:
    row = accept(storage, b"letter")
    revision = (storage.intake.case_row(row.id).revision or 0) + 1
    case = case_of(row, revision=revision, name=name)
    field = case.fields["complainant_name"]
    evidence = (field.evidence[0].model_copy(update={"bbox": (box, box, box, box)}),)
    case = case.model_copy(update={"fields": {field.name: field.model_copy(update={"evidence": evidence})}})
    storage.cases.save_case(case, "assembled", revision - 1 or None)
    assert storage.cases.load_case(case.id) == case


def test_nul_in_the_text_of_a_page_stops_nobody(storage: Storage) -> None:
    case = saved(storage, b"letter", text="投诉\0手续费")
    assert [t.text for t in storage.cases.case_texts(case.id)] == ["投诉\N{REPLACEMENT CHARACTER}手续费"]


def test_accepted_case_without_revision_is_none_and_unknown_case_an_error(storage: Storage) -> None:
    row = accept(storage, b"letter")
    assert storage.cases.load_case(row.number) is None
    for use in (storage.cases.load_case, storage.cases.case_history, storage.cases.case_texts):
        with pytest.raises(UnknownCaseError, match="EXM-2026-999999"):
            use("EXM-2026-999999")
    with pytest.raises(UnknownCaseError):
        storage.cases.save_case(case_of(row, id="case-unknown"), "assembled", None)


def test_every_revision_is_kept(storage: Storage) -> None:
    first = saved(storage, b"letter")
    second = decided(storage, first)
    assert [(r.number, r.cause) for r in storage.cases.case_history(first.number)] == [
        (1, "assembled"),
        (2, "decision"),
    ]
    assert storage.cases.load_case(first.id, revision=1) == first
    assert storage.cases.load_case(first.id) == second
    assert storage.cases.load_case(first.id, revision=3) is None


def test_saving_the_same_revision_again_is_nothing_new(storage: Storage) -> None:
    case = saved(storage, b"letter")
    storage.cases.save_case(case, "assembled", None)
    assert len(storage.cases.case_history(case.id)) == 1


@pytest.mark.parametrize(("revision", "expected"), [(1, None), (2, None), (2, 2), (3, 1), (3, 2)])
def test_second_writer_is_told(storage: Storage, revision: int, expected: int | None) -> None:
    row = accept(storage, b"letter")
    storage.cases.save_case(case_of(row), "assembled", None)
    with pytest.raises(StaleRevisionError):
        storage.cases.save_case(case_of(row, revision=revision, name="李四海"), "decision", expected)
    loaded = storage.cases.load_case(row.id)
    assert loaded is not None
    assert loaded.field_value("complainant_name") == "张三丰"


def test_recorded_decisions_cannot_be_dropped_or_changed(storage: Storage) -> None:
    case = decided(storage, saved(storage, b"letter"))
    for decisions in ((), (answer(action="illegible"),)):
        forged = case.model_copy(update={"revision": 3, "decisions": decisions})
        with pytest.raises(DecisionsRewrittenError):
            storage.cases.save_case(forged, "decision", 2)
    assert storage.cases.load_case(case.id) == case


@pytest.mark.parametrize("assignment", ["body = CAST(body || x'00' AS BLOB)", "body = 'x'", f"sha256 = '{7:064}'"])
def test_changed_row_is_not_loaded(storage: Storage, assignment: str) -> None:
    case = saved(storage, b"letter")
    assert change(storage, f"UPDATE case_revisions SET {assignment}") == 1
    with pytest.raises(DatabaseDamagedError, match=case.id):
        storage.cases.load_case(case.id)


def test_filing_is_not_part_of_the_revision(storage: Storage) -> None:
    case = saved(storage, b"letter")
    record = storage.filing.file_case(case)
    loaded = storage.cases.load_case(case.id)
    assert loaded is not None
    assert (loaded.archive.log_index, loaded.archive.root) == (0, record.root_hash)
    assert case.documents[0].source.object.key in {o.key for o in loaded.archive.objects}
    storage.cases.save_case(loaded, "assembled", None)  # still the same revision
    assert loaded.model_copy(update={"archive": ArchiveState()}) == case


def test_queue_is_ordered_by_priority_then_age(storage: Storage) -> None:
    one, two = (case_of(accept(storage, content)) for content in (b"letter", b"form"))
    storage.cases.save_case(one, "assembled", None, (item(one, NAME, 5, 10), item(one, LEVEL, 1, 30)))
    storage.cases.save_case(two, "assembled", None, (item(two, NAME, 5, 5), item(two, LEVEL, 0.5, 40)))
    order = [(i.case_id, i.reason.subject) for i in storage.queue.queue()]
    assert order == [(two.id, "severity"), (one.id, "severity"), (two.id, NAME.subject), (one.id, NAME.subject)]
    assert storage.queue.queue(limit=1)[0].case_id == two.id
    assert [i.reason for i in storage.queue.items_of(one.id)] == [LEVEL, NAME]
    assert storage.queue.counts() == {"low_probability": 2, "possible_major": 2}
    assert storage.queue.counts(CaseFilter(policy="other")) == {}
    assert [s.review_items for s in storage.cases.list_cases()] == [2, 2]


def test_answered_item_goes_and_the_others_keep_priority_and_age(storage: Storage) -> None:
    case = case_of(accept(storage, b"letter"), review=(NAME, LEVEL))
    storage.cases.save_case(case, "assembled", None, (item(case, NAME, 5), item(case, LEVEL, 1)))
    changed = apply_decision(case, answer())
    storage.cases.save_case(changed, "decision", 1)
    assert storage.queue.queue() == (item(case, LEVEL, 1).model_copy(update={"revision": 2}),)


def test_item_asked_again_keeps_its_age(storage: Storage) -> None:
    case = case_of(accept(storage, b"letter"), review=(NAME,))
    storage.cases.save_case(case, "assembled", None, (item(case, NAME, 5),))
    again = case.model_copy(update={"revision": 2})
    storage.cases.save_case(again, "assembled", 1, (item(again, NAME, 3, minutes=90),))
    (waiting,) = storage.queue.queue()
    assert (waiting.priority, waiting.created_at) == (3, RECEIVED)


def test_texts_are_replaced_or_left(storage: Storage) -> None:
    case = saved(storage, b"letter", text="第一次识别")
    expected = texts_of(case, "第一次识别")
    decided(storage, case)
    assert storage.cases.case_texts(case.id) == expected
    later = case.model_copy(update={"revision": 3, "decisions": (answer(),)})
    storage.cases.save_case(later, "assembled", 2, (), (PageText("doc-x", 2, "乙"), PageText("doc-x", 1, "甲")))
    assert [t.text for t in storage.cases.case_texts(case.id)] == ["甲", "乙"]


def test_list_shows_the_current_revision(storage: Storage) -> None:
    case = case_of(accept(storage, b"letter"), judgement=JUDGEMENT)
    storage.cases.save_case(case, "assembled", None)
    (line,) = storage.cases.list_cases()
    assert (line.number, line.level, line.category, line.disposition) == (
        case.number,
        "重大",
        "交易业务",
        DispositionValue.COMPLAINT,
    )
    assert (line.complainant_name, line.materials_complete, line.pages, line.revision) == ("张三丰", False, 1, 1)
    assert line.status is CaseStatus.AWAITING_REVIEW


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(), True),
        (CaseFilter(policy="exchange-member", status=CaseStatus.AWAITING_REVIEW, level="重大"), True),
        (CaseFilter(status=CaseStatus.FILED), False),
        (CaseFilter(level="一般"), False),
        (CaseFilter(channel=Channel.FAX), False),
        (CaseFilter(finished=True), False),
        (CaseFilter(finished=False), True),
        (CaseFilter(received_from=date(2026, 11, 3), received_to=date(2026, 11, 3)), True),
        (CaseFilter(received_from=date(2026, 11, 4)), False),
        (CaseFilter(received_to=date(2026, 11, 2)), False),
    ],
)
def test_filters(storage: Storage, wanted: CaseFilter, found: bool) -> None:
    storage.cases.save_case(case_of(accept(storage, b"letter"), judgement=JUDGEMENT), "assembled", None)
    assert bool(storage.cases.list_cases(wanted)) is found
    assert storage.cases.count_cases(wanted) == int(found)


def test_days_are_chinese_days(tmp_path: Path) -> None:
    late = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight of New Year's Day in China
    storage = open_storage(tmp_path)
    ref = storage.objects.put(b"letter", "text/plain")
    batch = ScanBatch(id="b", received_at=late, channel=Channel.FAX, files=(SourceFile(name="a", object=ref),))
    assert storage.intake.accept_batch(batch, "exchange-member", "EXM").number == "EXM-2026-000001"
    assert storage.cases.list_cases(CaseFilter(received_from=date(2026, 1, 1)))
    assert not storage.cases.list_cases(CaseFilter(received_to=date(2025, 12, 31)))
    storage.close()
