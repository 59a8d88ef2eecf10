"""Who stands aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adoption import AdoptedPack, Adoption, StaffMember
from domain.people import MARKETING, Person
from domain.policy import RecusalRule
from domain.recusal import NAMING_FIELDS, is_named, may_take_in, staff_of

NO_SELLERS = RecusalRule(id="marketing_staff_no_intake", label="营销人员不得直接受理投诉", article="回避规定")
CONCERNED = RecusalRule(id="concerned_staff", label="投诉涉及的工作人员应当回避", article="回避规定")


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("respondent_staff", "祁若岚", True),
        ("respondent_staff", "业务员祁 若岚（市场一部）、巫启航", True),
        ("complaint_facts", "该公司祁若岚承诺保本保息", True),
        ("respondent_staff", "巫启航", False),
        # another person of this name, or a colleague at work
        ("complainant_name", "祁若岚", False),
        ("handler_name", "祁若岚", False),
        ("approved_by", "祁若岚", False),
    ],
)
def test_names_in_fields(field: str, value: str, named: bool) -> None:
    assert is_named({field: value}, ("祁若岚",)) is named


def test_a_longer_name_of_a_colleague_is_not_ones_own() -> None:
    facts = {"complaint_facts": "李伟明打来电话"}
    assert is_named(facts, ("李伟",))
    assert not is_named(facts, ("李伟",), colleagues=("李伟明",))
    assert is_named({"complaint_facts": "李伟明和李伟打来电话"}, ("李伟",), colleagues=("李伟明",))


def test_any_of_the_names_counts_and_none_names_nobody() -> None:
    assert is_named({"respondent_staff": "Lily"}, ("祁若岚", "lily"))
    assert not is_named({"respondent_staff": "祁若岚"}, ("", "  "))
    assert not is_named({"respondent_staff": "祁若岚"}, ())


@given(st.text("甲乙丙丁 ", min_size=1), st.text("甲乙丙丁", min_size=1), st.sampled_from(NAMING_FIELDS))
def test_a_text_around_a_name_names(around: str, name: str, field: str) -> None:
    assert is_named({field: around + name + around}, (name,))


def adoption(*sellers: str) -> Adoption:
    return Adoption(
        adopter="某公司",
        policies=(AdoptedPack(id="exchange-member"),),
        key_staff=(StaffMember(name="顾砚秋"),),
        marketing_staff=tuple(StaffMember(name=name) for name in sellers),
    )


def test_marketing_staff_take_nothing_in_where_the_regime_says_so() -> None:
    seller = Person(id="1", login="a", name="祁若岚", duties=(MARKETING,))
    listed = Person(id="2", login="b", name="小巫", staff_names=("巫启航",))
    clerk = Person(id="3", login="c", name="周敏", duties=("收发室",))
    assert not may_take_in(seller, (CONCERNED, NO_SELLERS), None)
    assert not may_take_in(listed, (NO_SELLERS,), adoption("巫启航"))
    assert may_take_in(clerk, (NO_SELLERS,), adoption("巫启航"))
    assert may_take_in(seller, (CONCERNED,), adoption("祁若岚"))
    assert may_take_in(seller, (), None)


def test_staff_are_those_listed() -> None:
    assert staff_of(None) == ()
    assert staff_of(adoption("祁若岚")) == ("顾砚秋", "祁若岚")
