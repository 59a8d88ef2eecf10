from __future__ import annotations

import pytest

from domain.evidence import FieldValue
from extractors.papers.statement import read_statement
from tests.extractors.form_pages import line, page


def values(*rows: str) -> dict[str, str]:
    lines = [line("客户交易结算单", 500, 80, 44), *(line(row, 100, 180 + 60 * i) for i, row in enumerate(rows))]
    return {r.name: r.value for r in read_statement("doc-1", (page(lines),)) if isinstance(r, FieldValue)}


@pytest.mark.parametrize(
    "row",
    [
        "客户名称:何晚舟客户号: 660012345币种:人民币",
        "客户姓名：何晚舟  资金账号：660012345  币种：人民币",
        "户名：何晚舟交易账号：660012345打印日期：2026-01-05",
    ],
)
def test_a_value_ends_at_the_next_label_of_its_row(row: str):
    found = values(row)
    assert found["complainant_name"] == "何晚舟"
    assert found["trading_account_no"] == "660012345"


def test_another_persons_name_is_not_the_clients():
    found = values("客户姓名：何晚舟 经办人姓名：周远山", "会员单位名称：岚山商品经营有限公司")
    assert found["complainant_name"] == "何晚舟"
    assert found["respondent_org"] == "岚山商品经营有限公司"


def test_a_bare_client_and_account_above_a_table():
    lines = [line("成交明细", 500, 80, 44), line("客户：尕藏·卓玛", 100, 180), line("2023年9月27日", 500, 180)]
    made = page([*lines, line("账户：20230611007", 900, 180)])
    found = {r.name: r.value for r in read_statement("doc-1", (made,)) if isinstance(r, FieldValue)}
    assert found["complainant_name"] == "尕藏·卓玛" and found["trading_account_no"] == "20230611007"


def cells(*rows: tuple[tuple[str, float], ...]) -> dict[str, str]:
    lines = [line("客户对账单", 500, 80, 44)]
    lines += [line(text, x, 180 + 44 * i) for i, row in enumerate(rows) for text, x in row]
    return {r.name: r.value for r in read_statement("doc-1", (page(lines),)) if isinstance(r, FieldValue)}


def test_values_may_stand_below_their_heads():
    found = cells(
        (("客户名称", 100), ("资金账号", 500), ("币种", 900)),
        (("何晚舟", 100), ("660012345", 500), ("人民币", 900)),
        (("结算日期", 100), ("2026-01-05", 500)),
    )
    assert found["complainant_name"] == "何晚舟"
    assert found["trading_account_no"] == "660012345"


def test_an_empty_place_above_another_label_stays_empty():
    found = cells((("户名：", 100),), (("打印日期：2026-01-05", 100),))
    assert "complainant_name" not in found
