from __future__ import annotations

import pytest

from domain.checks import id_check_character
from domain.evidence import FieldValue
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from tests.extractors.form_pages import line, page

PRINCIPAL = "44030519900312004" + id_check_character("44030519900312004")
AGENT = "11010819751102331" + id_check_character("11010819751102331")

FIRM = f"""授权委托书
委托单位：岚山商品经营有限公司
法定代表人：何晚舟
受托人：周远山
身份证号码：{AGENT}
联系电话：13800138000
兹委托上述受托人代表我单位办理与宁海大宗商品交易中心有限公司投诉一事。
代理权限：代为提交材料、签收文书。
委托单位（盖章）：
法定代表人（签字）：
2026年1月5日"""
SENTENCE = f"""委托书
本人何晚舟（身份证号：{PRINCIPAL}），因工作原因不能亲自前往，兹委托周远山（身份证号：{AGENT}，电话13900139000）
代为办理投诉事宜。
委托人：何晚舟
受托人：周远山
2026年1月5日"""
LISTED = f"""授权委托书
委托人：何晚舟，身份证号码{PRINCIPAL}，电话13800138000
受委托人：周远山，身份证号码{AGENT}，电话13900139000
委托事项：代为投诉
委托人签名：
2026年1月5日"""
AGENT_ONLY = f"""授权委托书
兹委托周远山（身份证号码：{AGENT}，电话13900139000，住远山市青松路18号）代为办理投诉一事的相关手续，
代理权限为：递交材料。
委托人：
2026年1月5日"""


def read(text: str) -> dict[str, str]:
    lines = [line(row, 100, 150 + 60 * i) for i, row in enumerate(text.splitlines())]
    found = extract_document("doc-1", DocumentKind.AUTHORISATION, (page(lines),), ()).fields
    return {f.name: f.value for f in found if isinstance(f, FieldValue)}


@pytest.mark.parametrize("text", [FIRM, SENTENCE, LISTED, AGENT_ONLY])
def test_nothing_of_the_agent_becomes_the_complainants(text: str):
    values = read(text).values()
    assert AGENT not in values and "周远山" not in values
    assert not {"13900139000", "远山市青松路18号"} & set(values)


def test_a_firm_that_authorises_is_the_complainant_with_its_representative():
    found = read(FIRM)
    assert found["complainant_name"] == "岚山商品经营有限公司"
    assert found["legal_representative"] == "何晚舟"
    assert "complainant_mobile" not in found


@pytest.mark.parametrize("text", [SENTENCE, LISTED])
def test_the_principals_number_is_the_complainants(text: str):
    found = read(text)
    assert found["complainant_name"] == "何晚舟"
    assert found["complainant_id_no"] == PRINCIPAL


def test_the_day_of_an_authorisation_is_no_day_of_complaint():
    assert not {"complaint_date", "form_signed_date", "complaint_facts"} & set(read(LISTED))
