from __future__ import annotations

import pytest

from domain.checks import organisation_name
from domain.fields import FieldType
from domain.normal import normal_form


@pytest.mark.parametrize(
    "name",
    [
        "青岩瑞通石油化工有限公司",
        "行唐县农村信用合作联社",
        "鹏湾银行股份有限公司前海支行",
        "启明（深圳）资产管理合伙企业（有限合伙）",
        "瑞通期货有限公司湖北分公司",
        "云鹤商务酒店",
        "县信访局",
    ],
)
def test_whole_names_raise_no_doubt(name: str) -> None:
    assert organisation_name(name) == ()


@pytest.mark.parametrize(
    "name",
    [
        "司",
        "银行",
        "限公司",
        "行股份有限公司",
        "瑞通石油化工有限公司恒达商贸有限公司",
        "瑞通（深圳化工有限公司",
        "我们找瑞通公司",
        "瑞通公司，恒达公司",
        "客户编号88001234公司",
        "瑞通恒达",
    ],
)
def test_torn_joined_or_unlikely_names_are_doubted(name: str) -> None:
    (doubt,) = organisation_name(name)
    assert doubt.passed is None
    assert name in doubt.message


def test_the_normal_form_of_an_organisation_carries_the_doubt() -> None:
    assert normal_form(FieldType.ORG, " 司 ").checks[0].name == "organisation_name"
    assert normal_form(FieldType.ORG, "青岩 瑞通化工(深圳)有限公司").checks == ()
