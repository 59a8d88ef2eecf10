"""Packs of the other regimes: their forms by description alone, against the catalogue; nothing else is claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.packs import check_pack, load_pack, load_packs, summary
from domain.policy import PolicyPack
from domain.vocabulary import DocumentKind

POLICIES = Path(__file__).parents[2] / "policies"
PACKS = {
    "auto-insurance": "AUT",
    "credit-union-measures": "CUM",
    "hotel": "HTL",
    "insurance-securities": "INS",
    "pcb-manufacturer": "PCB",
    "pharma": "PHA",
    "property-ledger": "PRP",
    "rural-bank": "RBK",
}


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_of_forms_is_sound_and_says_what_it_is(name: str) -> None:
    assert check_pack(POLICIES / f"{name}.yaml") == ()
    pack = load_pack(POLICIES / f"{name}.yaml")
    assert (pack.id, pack.code) == (name, PACKS[name])
    assert pack.forms[0].titles[0] in summary(pack)


def test_the_codes_of_all_packs_differ() -> None:
    codes = [pack.code for pack in load_packs(POLICIES).values()]
    assert len(set(codes)) == len(codes) >= 9


def _labels(pack: PolicyPack, kind: DocumentKind) -> list[str]:
    form = next(form for form in pack.forms if form.kind is kind)
    return [label for field in form.fields for label in field.labels]


@pytest.mark.parametrize(
    ("name", "kind", "labels"),
    [
        (
            "auto-insurance",
            DocumentKind.WORK_ORDER,
            "投诉人姓名 性别 投诉人住址 与被保险人（车主）关系 投诉人身份 联系人姓名 手机 联系电话 "
            "缘由 报案号 被投诉部门 被投诉人姓名 投诉内容",
        ),
        ("hotel", DocumentKind.GUEST_REGISTRATION_FORM, "客人姓名 联系方式 投诉内容 客人要求"),
        (
            "property-ledger",
            DocumentKind.LEDGER,
            "编号 日期 投诉人 联系方式 项目 区域 楼栋 单元 房间 投诉来源 投诉分类 投诉内容",
        ),
        ("pcb-manufacturer", DocumentKind.CLAIM_FORM_PCB, "编号 料号 交运日期 数量 不良数量 客户要求"),
        ("pcb-manufacturer", DocumentKind.RETURN_SLIP, "退货原因 处理方式 退回依据"),
        (
            "credit-union-measures",
            DocumentKind.HANDLING_SLIP,
            "投诉事由及调查核实情况 对相关责任人处理意见 应吸取的教训及整改措施 "
            "客户对处理结果的满意程度 处理时间 经办人 联系电话",
        ),
        ("insurance-securities", DocumentKind.APPLICATION_FORM, "姓名 联系方式 投诉事项 投诉时间"),
        ("rural-bank", DocumentKind.HANDLING_SLIP, "消费者反映问题是否属实 投诉处理结果 投诉处理时间"),
    ],
)
def test_every_label_of_the_catalogue_is_known_in_its_order(name: str, kind: DocumentKind, labels: str) -> None:
    known = _labels(load_pack(POLICIES / f"{name}.yaml"), kind)
    places = [known.index(label) for label in labels.split()]
    assert places == sorted(places)
