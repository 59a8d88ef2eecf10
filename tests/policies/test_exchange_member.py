"""The pack against its catalogue entry, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from classifiers.packs import adopt, check_adoption, check_pack, load_adoption, load_pack, load_packs, summary
from domain.fields import FIELDS
from domain.policy import PolicyPack
from domain.vocabulary import IdSide

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture(scope="module")
def pack() -> PolicyPack:
    return load_pack(POLICIES / "exchange-member.yaml")


def test_it_is_sound_and_so_is_the_example_adoption() -> None:
    assert check_pack(POLICIES / "exchange-member.yaml") == ()
    assert check_adoption(POLICIES / "adoption.example.yaml", load_packs(POLICIES)) == ()


def test_eight_categories_with_their_labels_and_owners(pack: PolicyPack) -> None:
    assert [c.label for c in pack.categories] == [
        "公司营销和代理商营销类的投诉",
        "开户销户及资料更改类的投诉",
        "客户交易及客户资产安全类的投诉",
        "信息系统类的投诉",
        "服务质量类的投诉",
        "投资分析咨询类的投诉",
        "代理商对公司的投诉",
        "突发事件及其他类的投诉",
    ]
    assert all(c.owner and c.description and c.keywords for c in pack.categories)


def test_two_levels_and_six_criteria(pack: PolicyPack) -> None:
    scheme = pack.severity
    assert scheme is not None
    assert [level.label for level in scheme.levels] == ["重大投诉", "一般投诉"]
    assert len({r.article for r in scheme.rules}) == 6
    assert [r.id for r in scheme.rules if r.human_only] == ["other_major"]
    assert {r.parameter for r in scheme.rules if r.parameter} == {"major_amount_wan", "major_company_loss_wan"}


def test_every_number_is_lost_and_stays_empty(pack: PolicyPack) -> None:
    assert {name: (p.state, p.value) for name, p in pack.parameters.items()} == {
        name: ("lost", None)
        for name in ("major_amount_wan", "major_company_loss_wan", "close_wd", "extend_max_wd", "retention_years")
    }


@pytest.mark.parametrize(
    ("form", "labels"),
    [
        ("annex2", "投诉客户账号 投诉日期 客户姓名 联系电话 投诉内容及相关材料 情况核实 处理意见 处理结果 客户回访"),
        (
            "annex3",
            "编号 投诉人姓名 投诉日期 投诉人工作单位名称 投诉人联系电话 投诉人联系地址 投诉人交易账号 "
            "投诉人身份证号码 投诉人手机号码 投诉人常用电子邮箱 被投诉会员单位名称 涉及分支机构或居间名称 "
            "涉及工作人员信息 投诉事实说明 投诉请求说明 投诉人须知 "
            "投诉人确认知晓上述内容并认可后签字盖章 日期",
        ),
        (
            "annex4",
            "被投诉会员单位名称 总负责人姓名 总负责人职位 总负责人联系电话 总负责人常用邮箱 投诉人姓名 投诉日期 "
            "投诉人交易账号 投诉人身份证号码 投诉人手机号码 投诉人常用电子邮箱 "
            "已提交投诉人资料清单 会员单位处理投诉流程及处理意见 "
            "投诉处理意见未与投诉人达成共识的原因 协助投诉处理要求 会员单位须知 会员单位确认上述内容真实性并盖章 日期",
        ),
    ],
)
def test_forms_have_their_fields_in_printed_order(pack: PolicyPack, form: str, labels: str) -> None:
    found = next(f for f in pack.forms if f.id == form)
    assert [f.labels[0] for f in found.fields] == labels.split()
    assert all(f.name in FIELDS for f in found.fields)


def test_materials_by_complainant(pack: PolicyPack) -> None:
    assert pack.materials is not None
    person, firm = pack.materials.natural_person, pack.materials.legal_person
    stage = pack.materials.member_coordination
    assert person and firm and stage
    assert [(r.kind.value, r.signed_by, r.company_seal) for r in person] == [
        ("complaint_letter", "self", False),
        ("id_card_copy", None, False),
        ("evidence", None, False),
    ]
    assert [(r.kind.value, r.signed_by, r.company_seal) for r in firm] == [
        ("complaint_letter", "legal_representative", True),
        ("legal_rep_id_copy", None, False),
        ("evidence", None, False),
    ]
    assert {s for r in stage for s in r.sides} == {IdSide.FRONT, IdSide.BACK}


def test_patterns_never_match_the_empty_word(pack: PolicyPack) -> None:
    terms = [t for c in pack.categories for ts in c.keywords.values() for t in ts]
    assert all(not re.fullmatch(term, "") for term in terms)


def test_the_summary_names_levels_parameters_and_gaps(pack: PolicyPack) -> None:
    bare = summary(pack)
    filled = summary(adopt(pack, load_adoption(POLICIES / "adoption.example.yaml")))
    assert "未设定" in bare and "副本缺失" in bare and "重大投诉" in bare
    assert "10 万元，由合规部于2026-01-04设定" in filled
