from __future__ import annotations

import pytest

from domain.checks import uscc_check_character
from domain.evidence import FieldValue
from domain.ocr import OcrLine
from extractors.papers.licence import read_licence
from tests.extractors.form_pages import line, page

FIRST17 = "91440300MA5K3T7Q1"
CODE = FIRST17 + uscc_check_character(FIRST17)
Row = tuple[str, float, float]


def values(rows: list[Row]) -> dict[str, str]:
    lines: list[OcrLine] = [line("营业执照", 700, 120, 90), *(line(*row) for row in rows)]
    return {
        r.name: r.value for r in read_licence("doc-1", (page(lines, size=(2339, 1654)),)) if isinstance(r, FieldValue)
    }


TWO_COLUMNS: list[Row] = [
    ("统一社会信用代码", 150, 260),
    (CODE, 150, 310),
    ("（副本）", 1100, 260),
    ("名", 150, 500),
    ("称", 330, 500),
    ("南湾市安禾贸易有限公司海桐分公司", 420, 500),
    ("注册资本", 1300, 500),
    ("伍佰万元整", 1560, 500),
    ("类", 150, 600),
    ("型", 330, 600),
    ("有限责任公司分公司", 420, 600),
    ("成立日期", 1300, 600),
    ("2016年05月01日", 1560, 600),
    ("负责人", 150, 700),
    ("何晚舟", 420, 700),
    ("营业期限", 1300, 700),
    ("长期", 1560, 700),
    ("经营范围", 150, 800),
    ("一般项目：销售；货物进出口；技术服务；信", 420, 800),
    ("住", 1300, 800),
    ("所", 1480, 800),
    ("南湾市海桐区青松路十八号", 1560, 800),
    ("息咨询；仓储。（依法须经批准的项目，经批", 420, 850),
    ("三栋602室", 1560, 850),
    ("登记机关", 1300, 1300),
]


def test_a_licence_in_two_columns_keeps_them_apart():
    assert values(TWO_COLUMNS) == {
        "uscc": CODE,
        "complainant_name": "南湾市安禾贸易有限公司海桐分公司",
        "legal_representative": "何晚舟",
        "complainant_address": "南湾市海桐区青松路十八号三栋602室",
    }


def test_an_old_licence_with_a_registration_number_has_no_credit_code():
    rows: list[Row] = [
        ("注册号", 300, 400),
        ("440301103456789", 700, 400),
        ("名称", 300, 480),
        ("南湾市购物中心管理有限公司", 700, 480),
        ("住所", 300, 560),
        ("南湾市海桐区青松路18号", 700, 560),
        ("法定代表人姓名", 300, 640),
        ("欧阳晚舟", 700, 640),
        ("公司类型", 300, 720),
        ("有限责任公司", 700, 720),
    ]
    assert values(rows) == {
        "complainant_name": "南湾市购物中心管理有限公司",
        "complainant_address": "南湾市海桐区青松路18号",
        "legal_representative": "欧阳晚舟",
    }


@pytest.mark.parametrize(
    ("label", "written", "name"),
    [
        ("经营者", "扎西·旺堆", "扎西·旺堆"),
        ("投资人", "何晚舟", "何晚舟"),
        ("执行事务合伙人", "岚山投资有限公司（委派代表：何晚舟）", "何晚舟"),
    ],
)
def test_who_stands_for_it_under_its_many_labels(label: str, written: str, name: str):
    rows: list[Row] = [
        ("统一社会信用代码", 300, 400),
        (CODE, 700, 400),
        ("名称", 300, 480),
        ("海桐区老李饺子馆", 700, 480),
        (label, 300, 560),
        (written, 700, 560),
    ]
    found = values(rows)
    assert found["legal_representative"] == name
    assert found["complainant_name"] == "海桐区老李饺子馆"


def test_a_partnership_keeps_its_form_in_brackets():
    rows: list[Row] = [("名称", 300, 480), ("南湾安禾投资合伙企业（有限合伙）", 700, 480), ("类型", 1400, 480)]
    assert values(rows)["complainant_name"] == "南湾安禾投资合伙企业（有限合伙）"


def test_a_speck_beside_a_bracket_is_no_part_of_a_name():
    assert (
        values([("名称", 300, 480), ("安禾（南湾）·贸易有限公司", 700, 480)])["complainant_name"]
        == "安禾（南湾）贸易有限公司"
    )


def test_a_seat_does_not_take_the_values_of_the_labels_below_it():
    rows: list[Row] = [
        ("统一社会信用代码", 150, 260),
        (CODE, 150, 310),
        ("名", 150, 500),
        ("称", 330, 500),
        ("南湾市安禾贸易有限公司", 420, 500),
        ("住", 150, 550),
        ("所", 330, 550),
        ("南湾市海桐区青松路十八号", 420, 550),
        ("法定代表人", 150, 600),
        ("何晚舟", 420, 600),
        ("注册资本", 150, 650),
        ("伍佰万元整", 420, 650),
    ]
    read = values(rows)
    assert read["complainant_address"] == "南湾市海桐区青松路十八号"
    assert read["legal_representative"] == "何晚舟"
