"""Forms of the station: what becomes of an answer, and what never happens to one."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from domain.evidence import FieldMissing, FieldValue
from domain.vocabulary import MaterialStatus, MissingReason
from tests.review_ui.drawn import RIGHT_ID, WRONG_ID
from tests.review_ui.memory_backend import MemoryBackend

URL = "/cases/case-1/decisions"


def answer(client: TestClient, subject: str, action: str, revision: int = 1, **more: str):  # type: ignore[no-untyped-def]
    data = {"subject": subject, "action": action, "expected_revision": str(revision), **more}
    return client.post(URL, data=data, headers={"HX-Request": "true"})


def field(cases: MemoryBackend, name: str) -> FieldValue | FieldMissing:
    return cases.case("case-1").fields[name]


def test_accepting_what_is_shown_accepts(client: TestClient, cases: MemoryBackend) -> None:
    reply = answer(client, "field:complainant_mobile", "accept", value="13800138000")
    assert reply.status_code == 200
    assert 'data-revision="2"' in reply.text
    assert cases.case("case-1").decisions[-1].action == "accept"
    assert field(cases, "complainant_mobile").producer == "form/1"


def test_accepting_another_value_corrects_in_normal_form(client: TestClient, cases: MemoryBackend) -> None:
    assert answer(client, "field:amount_involved", "accept", value="48.5万元").status_code == 200
    found = field(cases, "amount_involved")
    assert isinstance(found, FieldValue)
    assert (found.value, found.producer, found.accepted) == ("485000", "person:本机审核员", True)
    assert found.candidates[0].value == "483200"


def test_a_failed_check_asks_once_more(client: TestClient, cases: MemoryBackend) -> None:
    first = answer(client, "field:complainant_id_no", "accept", value=WRONG_ID)
    assert first.status_code == 422
    assert "校验码应为9" in first.text
    assert cases.case("case-1").revision == 1
    second = answer(client, "field:complainant_id_no", "accept", value=WRONG_ID, insist=WRONG_ID)
    assert second.status_code == 200
    assert field(cases, "complainant_id_no").accepted


def test_insisting_on_one_value_does_not_pass_another(client: TestClient, cases: MemoryBackend) -> None:
    reply = answer(client, "field:complainant_id_no", "accept", value="11010519900307", insist=WRONG_ID)
    assert reply.status_code == 422
    assert cases.case("case-1").revision == 1


def test_taking_a_candidate_keeps_its_evidence(client: TestClient, cases: MemoryBackend) -> None:
    before = field(cases, "complainant_id_no")
    assert answer(client, "field:complainant_id_no", "accept", candidate=RIGHT_ID).status_code == 200
    found = field(cases, "complainant_id_no")
    assert isinstance(found, FieldValue)
    assert found.value == RIGHT_ID
    assert found.evidence == before.candidates[0].evidence


@pytest.mark.parametrize(
    ("action", "reason"), [("illegible", MissingReason.ILLEGIBLE), ("not_present", MissingReason.NOT_FOUND)]
)
def test_no_value(client: TestClient, cases: MemoryBackend, action: str, reason: MissingReason) -> None:
    # The box still holds the machine's reading: it must not count.
    assert answer(client, "field:complainant_mobile", action, value="13800138000").status_code == 200
    found = field(cases, "complainant_mobile")
    assert isinstance(found, FieldMissing)
    assert (found.reason, found.accepted) == (reason, True)


def test_an_empty_box_is_no_answer(client: TestClient, cases: MemoryBackend) -> None:
    reply = answer(client, "field:complainant_email", "accept", value="")
    assert reply.status_code == 422
    assert "没有内容" in reply.text
    assert cases.case("case-1").revision == 1


def test_a_field_that_nobody_read_can_be_added(client: TestClient, cases: MemoryBackend) -> None:
    assert answer(client, "field:complainant_type", "accept", value="legal_person").status_code == 200
    assert cases.case("case-1").field_value("complainant_type") == "legal_person"


def test_a_stale_answer_changes_nothing_and_loses_nothing(client: TestClient, cases: MemoryBackend) -> None:
    assert answer(client, "field:complainant_name", "accept", value="欧阳朋月").status_code == 200
    reply = answer(client, "field:complainant_mobile", "accept", value="13900139000")
    assert reply.status_code == 409
    assert cases.case("case-1").revision == 2
    assert 'data-revision="2"' in reply.text
    assert 'value="13900139000"' in reply.text
    assert "他人已修改本案" in reply.text
    assert "第 1 版" in reply.text


def test_verdicts(client: TestClient, cases: MemoryBackend) -> None:
    assert answer(client, "severity", "accept", value="一般投诉").status_code == 200
    assert answer(client, "category", "accept", 2, value="信息系统类的投诉").status_code == 200
    assert answer(client, "disposition", "accept", 3, value="inquiry").status_code == 200
    judgement = cases.case("case-1").judgement
    assert judgement is not None
    assert judgement.severity.level == "一般投诉"
    assert judgement.category.value == "信息系统类的投诉"
    assert judgement.disposition.value == "inquiry"


def test_signals_and_materials(client: TestClient, cases: MemoryBackend) -> None:
    assert answer(client, "signal:media", "reject").status_code == 200
    assert answer(client, "signal:illegality", "confirm", 2).status_code == 200
    assert answer(client, "materials:evidence", "reject", 3).status_code == 200
    assert answer(client, "materials:id_card_copy", "set:defective", 4).status_code == 200
    judgement = cases.case("case-1").judgement
    assert judgement is not None
    assert [s.confirmed for s in judgement.severity.signals] == [True, False]
    assert [i.status for i in judgement.materials.items] == [
        MaterialStatus.PRESENT,
        MaterialStatus.DEFECTIVE,
        MaterialStatus.MISSING,
    ]


def test_finishing_files_and_shows_the_archive(client: TestClient, cases: MemoryBackend) -> None:
    reply = answer(client, "case", "finish", comment="核对完毕")
    assert reply.status_code == 200
    case = cases.case("case-1")
    assert case.finished
    assert case.archive.root is not None
    assert case.archive.root in reply.text
    assert all(o.sha256 in reply.text for o in case.archive.objects)
    changed = answer(client, "field:complainant_mobile", "accept", 2, value="13800138000")
    assert "归档之后又有改动" in changed.text


def test_without_htmx_the_form_leads_back_to_the_case(client: TestClient) -> None:
    data = {"subject": "case", "action": "comment", "expected_revision": "1", "comment": "已去电"}
    reply = client.post(URL, data=data, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/cases/case-1")
    assert "已去电" in client.get("/cases/case-1").text


@pytest.mark.parametrize(
    ("subject", "action"),
    [("field:no_such", "accept"), ("signal:vip", "confirm"), ("case", "no_such_action"), ("materials:x", "confirm")],
)
def test_what_does_not_fit_is_refused(client: TestClient, cases: MemoryBackend, subject: str, action: str) -> None:
    assert answer(client, subject, action, value="1").status_code == 422
    assert cases.case("case-1").revision == 1
