"""Forms written as sentences, names with more said of the person, places somebody could not fill in."""

from __future__ import annotations

import pytest

from domain.evidence import FieldValue
from extractors.forms.form import read_form
from extractors.papers.authorisation import read_authorisation
from extractors.papers.licence import read_licence
from tests.extractors.form_pages import ANNEX3, line, page, two_columns, width_of

_ACCEPTED = 0.95
_WIDTH = 44


def sentences(*paragraphs: str):
    """A form of paragraphs: every line is filled before the next begins at the left margin."""
    lines, y = [line("投诉登记表", 650, 100, 44)], 220
    for paragraph in paragraphs:
        rest, x = paragraph, 160.0
        while rest:
            count = 1
            while count < len(rest) and x + width_of(rest[: count + 1]) <= 100 + 30 * _WIDTH:
                count += 1
            lines.append(line(rest[:count], x, y))
            rest, x, y = rest[count:], 100.0, y + 46
        y += 12
    return page(lines)


FIRST = (
    "投诉人李小满，身份证号码110101199003074610，手机号码13812345678，在贵中心开立的交易账号为NB990173，"
    "联系地址南湾市海桐区青松路十八号。"
)
SECOND = (
    "被投诉会员单位名称岚山农产品现货商品交易市场经营有限公司；"
    "涉及分支机构或居间名称海桐办事处；涉及工作人员主任申安全。"
)


def read(made):
    return {r.name: r for r in read_form("doc-1", (made,), ANNEX3) if isinstance(r, FieldValue)}


def test_values_in_sentences_end_at_punctuation():
    found = {name: r.value for name, r in read(sentences(FIRST, SECOND, "投诉事实说明：多收了手续费。")).items()}
    assert found["complainant_name"] == "李小满"
    assert found["complainant_mobile"] == "13812345678"
    assert found["trading_account_no"] == "NB990173"
    assert found["complainant_address"] == "南湾市海桐区青松路十八号"
    assert found["respondent_org"] == "岚山农产品现货商品交易市场经营有限公司"
    assert found["complaint_facts"] == "多收了手续费。"


@pytest.mark.parametrize("added", range(0, 14))
def test_a_value_that_goes_on_in_the_next_line_is_whole_or_doubted(added):
    firm = "岚山" + "农" * added + "商品交易市场经营有限公司"
    second = SECOND.replace("岚山农产品现货商品交易市场经营有限公司", firm)
    for name, whole in (("respondent_branch", "海桐办事处"), ("respondent_org", firm)):
        got = read(sentences(FIRST, second)).get(name)
        assert got is None or got.value == whole or got.probability < _ACCEPTED


def test_the_day_below_the_signature_is_the_days_of_the_complaint():
    made = sentences(FIRST, SECOND, "投诉事实说明：多收了手续费。")
    dated = page([*made.read.text.lines, line("2026年11月2日", 900, 900)])
    assert read(dated)["complaint_date"].value == "2026-11-02"


def test_what_a_writer_does_not_know_is_never_sure():
    got = read(two_columns((("投诉人姓名", "李小满"), ("被投诉单位", "不清楚，店招写的岚山公司"))))
    assert "respondent_org" not in got or got["respondent_org"].probability < _ACCEPTED


def test_a_name_ends_before_a_printed_title():
    got = read(two_columns((("投诉人姓名", "李小满先生/女士"), ("被投诉单位", "岚山商品经营有限公司"))))
    assert got["complainant_name"].value == "李小满"


def test_the_sex_of_a_principal_is_no_part_of_the_name():
    rows = (
        "授权委托书",
        "委托人：左丘平男1959年12月17日生身份证：110101195912174614",
        "代理人：蔺晓女身份证：110101199003074610与委托人系舅甥关系",
        "现托外甥女蔺晓替我办理退费的投诉。",
    )
    made = page([line(words, 120, 150 + 60 * i) for i, words in enumerate(rows)])
    got = {r.name: r for r in read_authorisation("doc-1", (made,)) if isinstance(r, FieldValue)}
    name = got.get("complainant_name")
    assert name is None or (name.value == "左丘平" and name.probability < _ACCEPTED)


def test_who_runs_a_shop_is_no_sure_legal_representative():
    rows = (("个体工商户营业执照", 600), ("名称　三号煤台汽车修理部", 120), ("经营者　呼延决心", 120))
    made = page([line(words, x, 150 + 80 * i) for i, (words, x) in enumerate(rows)])
    got = {r.name: r for r in read_licence("doc-1", (made,)) if isinstance(r, FieldValue)}
    assert "legal_representative" not in got or got["legal_representative"].probability < _ACCEPTED
