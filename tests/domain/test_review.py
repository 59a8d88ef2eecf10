"""What a person's answer does to a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import DecisionError
from domain.evidence import FieldMissing, FieldValue
from domain.review import apply_decision
from domain.vocabulary import MaterialStatus, MissingReason
from tests.domain.builders import case, decision


def test_correcting_keeps_the_machine_value_and_answers_the_question() -> None:
    after = apply_decision(case(), decision("correct", "field:complainant_name", "欧阳日月"))
    name = after.fields["complainant_name"]
    assert isinstance(name, FieldValue)
    assert (name.value, name.accepted, name.producer) == ("欧阳日月", True, "person:reviewer")
    assert [c.value for c in name.candidates] == ["欧阳明月", "欧阳朋月"]
    assert after.mismatches == () and after.review == ()
    assert after.revision == 2


def test_illegible_leaves_no_value_but_its_place() -> None:
    after = apply_decision(case(), decision("illegible", "field:complainant_name"))
    name = after.fields["complainant_name"]
    assert isinstance(name, FieldMissing)
    assert name.reason is MissingReason.ILLEGIBLE and name.accepted
    assert name.evidence and name.candidates[0].value == "欧阳明月"


def test_a_blank_field_can_be_filled() -> None:
    after = apply_decision(case(), decision("correct", "field:complainant_email", "a@b.cn"))
    assert after.field_value("complainant_email") == "a@b.cn"


@pytest.mark.parametrize(("action", "complete"), [("confirm", True), ("reject", False)])
def test_a_person_settles_a_material(action: str, complete: bool) -> None:
    after = apply_decision(case(), decision(action, "materials:evidence"))
    assert after.judgement is not None
    assert after.judgement.materials.complete is complete


def test_unclear_material_leaves_completeness_open() -> None:
    after = apply_decision(case(), decision("set", "materials:evidence", MaterialStatus.UNCLEAR))
    assert after.judgement is not None
    assert after.judgement.materials.complete is None


def test_severity_category_disposition_are_settled_by_a_person() -> None:
    after = apply_decision(case(), decision("set", "severity", "一般投诉"))
    after = apply_decision(after, decision("set", "category", "信息系统类的投诉"))
    after = apply_decision(after, decision("set", "disposition", "inquiry"))
    assert after.judgement is not None
    severity = after.judgement.severity
    assert (severity.level, severity.accepted, severity.undecided) == ("一般投诉", True, ())
    assert after.judgement.category.value == "信息系统类的投诉"
    assert after.judgement.disposition.value == "inquiry"


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        ("finish", "field:complainant_name"),
        ("accept", "field:complainant_email"),
        ("correct", "field:complainant_name"),
        ("confirm", "signal:media"),
        ("confirm", "materials:trade_statement"),
        ("set", "severity"),
        ("correct", "document:doc-1"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(action: str, subject: str) -> None:
    with pytest.raises(DecisionError):
        apply_decision(case(), decision(action, subject))


@given(st.lists(st.sampled_from(["甲", "乙", "丙"]), max_size=6))
def test_every_decision_counts_one_revision_and_is_kept(values: list[str]) -> None:
    current = case()
    for value in values:
        current = apply_decision(current, decision("correct", "field:complainant_name", value))
    assert current.revision == 1 + len(values)
    assert [d.value for d in current.decisions] == values
    assert {c.value for c in current.fields["complainant_name"].candidates} >= {"欧阳朋月"}
