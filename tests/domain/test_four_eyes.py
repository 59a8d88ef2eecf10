"""Two persons must agree; an expert decides between them. Nobody answers twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adoption import FourEyes
from domain.case import Case, Decision
from domain.errors import DecisionError
from domain.evidence import FieldValue
from domain.four_eyes import KEYING_DIFFERS, SECOND_KEYING, Keying, check_keying, keying_reasons, subjects
from domain.review import apply_decision
from tests.domain.builders import NOW, case

GRAVEST = "重大投诉"
RULES = FourEyes(fields=("complainant_name",))
NAME = "field:complainant_name"
RIGHT, OTHER = "欧阳明月", "欧阳朋月"


def said(actor: str, action: str, value: str | None = None, subject: str = NAME) -> Decision:
    return Decision(actor=actor, at=NOW, action=action, subject=subject, value=value)  # type: ignore[arg-type]


def after(*decisions: Decision) -> Case:
    found = case()
    for decision in decisions:
        check_keying(found, decision, RULES, GRAVEST)
        found = apply_decision(found, decision)
        kept = tuple(r for r in found.review if r.code not in (SECOND_KEYING, KEYING_DIFFERS))
        found = found.model_copy(update={"review": kept})
        found = found.model_copy(update={"review": (*kept, *keying_reasons(found, RULES, GRAVEST))})
    return found


def codes(found: Case) -> list[str]:
    return [r.code for r in found.review if r.subject == NAME]


def test_nothing_is_asked_before_the_first_answer_and_nothing_without_rules() -> None:
    assert keying_reasons(case(), RULES, GRAVEST) == ()
    assert subjects(after(said("甲", "accept")), None, GRAVEST) == ()


def test_a_second_person_who_keys_the_same_settles_it() -> None:
    found = after(said("甲", "accept"))
    assert codes(found) == [SECOND_KEYING]
    assert RIGHT not in "".join(r.message for r in found.review if r.code == SECOND_KEYING)
    found = after(said("甲", "accept"), said("乙", "key", RIGHT))
    assert codes(found) == []
    assert found.field_value("complainant_name") == RIGHT


def test_another_value_goes_to_an_expert_who_is_neither() -> None:
    found = after(said("甲", "accept"), said("乙", "key", OTHER))
    assert codes(found) == [KEYING_DIFFERS]
    field = found.fields["complainant_name"]
    assert isinstance(field, FieldValue) and field.value == RIGHT
    assert ("person:乙", OTHER) in {(c.producer, c.value) for c in field.candidates}
    for one_of_both in ("甲", "乙"):
        with pytest.raises(DecisionError, match="专家"):
            check_keying(found, said(one_of_both, "correct", OTHER), RULES, GRAVEST)
    settled = after(said("甲", "accept"), said("乙", "key", OTHER), said("丙", "correct", OTHER))
    assert codes(settled) == [] and settled.field_value("complainant_name") == OTHER


def test_the_first_person_never_is_the_second() -> None:
    with pytest.raises(DecisionError, match="另一人"):
        after(said("甲", "accept"), said("甲", "key", RIGHT))


def test_a_new_value_is_keyed_anew() -> None:
    found = after(said("甲", "accept"), said("乙", "key", RIGHT), said("乙", "correct", OTHER))
    assert codes(found) == [SECOND_KEYING]
    with pytest.raises(DecisionError, match="不能由您再录"):
        check_keying(found, said("乙", "key", OTHER), RULES, GRAVEST)
    assert codes(after(*found.decisions, said("甲", "key", OTHER))) == []


def test_a_keying_that_nobody_asked_for_is_refused() -> None:
    for decisions in ((), (said("甲", "accept"), said("乙", "key", RIGHT))):
        with pytest.raises(DecisionError, match="不需要盲录"):
            check_keying(after(*decisions), said("丙", "key", RIGHT), RULES, GRAVEST)
    with pytest.raises(DecisionError, match="没有内容"):
        after(said("甲", "accept"), said("乙", "key", ""))


def test_a_case_is_not_finished_while_somebody_must_still_look() -> None:
    with pytest.raises(DecisionError, match="不能办结"):
        after(said("甲", "accept"), said("甲", "finish", subject="case"))
    assert after(said("甲", "accept"), said("乙", "key", RIGHT), said("甲", "finish", subject="case")).finished


def test_the_gravest_level_is_keyed_too_and_a_lighter_one_is_not() -> None:
    grave = after(said("甲", "set", GRAVEST, "severity"))
    assert [(r.code, r.subject) for r in grave.review if r.subject == "severity"] == [(SECOND_KEYING, "severity")]
    assert after(said("甲", "set", "一般投诉", "severity")).review[1:] == ()
    agreed = after(said("甲", "set", GRAVEST, "severity"), said("乙", "key", GRAVEST, "severity"))
    assert "severity" not in {r.subject for r in agreed.review}
    lenient = RULES.model_copy(update={"gravest_level": False})
    assert subjects(grave, lenient, GRAVEST) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from("甲乙丙丁"), st.sampled_from(["accept", "correct", "key"]), st.sampled_from([RIGHT, OTHER])
        ),
        max_size=8,
    )
)
def test_what_is_settled_was_said_alike_by_two_persons_or_decided_by_a_third(steps: list[tuple[str, str, str]]) -> None:
    done: list[Decision] = []
    for actor, action, value in steps:
        decision = said(actor, action, None if action == "accept" else value)
        try:
            after(*done, decision)
        except DecisionError:
            continue
        done.append(decision)
    found = after(*done)
    for subject in subjects(found, RULES, GRAVEST):
        if subject.state is Keying.SETTLED:
            persons = {d.actor for d in done}
            assert subject.second is not None and subject.second != subject.first
            assert subject.keyed == found.field_value("complainant_name") or len(persons) >= 3


def test_a_person_at_the_pages_and_through_another_system_is_one_person() -> None:
    found = after(said("周敏", "correct", RIGHT))
    with pytest.raises(DecisionError, match="不能由您再录"):
        check_keying(found, said("周敏@CRM", "key", RIGHT), RULES, GRAVEST)
    differs = after(said("周敏", "correct", RIGHT), said("余审核@CRM", "key", OTHER))
    with pytest.raises(DecisionError, match="不能由您核定"):
        check_keying(differs, said("余审核", "correct", RIGHT), RULES, GRAVEST)
