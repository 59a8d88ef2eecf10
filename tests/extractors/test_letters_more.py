"""Letters of many voices: banks, insurers, brokers, shops; joint letters, agents, withdrawals, mails."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.evidence import FieldValue, Seal
from domain.marks import PageReading
from domain.traditional import simplified
from extractors.letters.agents import agency_of
from extractors.letters.letter import read_letter
from extractors.letters.orgs import find_branches, find_orgs
from extractors.letters.text import join_pages
from tests.extractors.letter_pages import line_at, pages_of
from training.letter_score import Table, score_texts

HERE = Path(__file__).parent


def total(table: Table) -> tuple[float, int]:
    """Return the F1 over all fields and how many wrong values would be accepted."""
    right = sum(s.right for s in table.scores.values())
    wrong = sum(s.wrong for s in table.scores.values())
    missed = sum(s.missed for s in table.scores.values())
    return 2 * right / (2 * right + wrong + missed), sum(s.sure_wrong for s in table.scores.values())


@pytest.mark.parametrize("em_per_line", [36, 28])
@pytest.mark.parametrize(("folder", "least"), [("letters_more", 0.96), ("letters_apart", 0.9)])
def test_letters_of_many_voices(folder: str, least: float, em_per_line: int) -> None:
    table = score_texts([HERE / folder], em_per_line)
    f1, sure_and_wrong = total(table)
    assert f1 >= least, "\n".join(table.errors)
    assert sure_and_wrong <= 3, "\n".join(table.errors)


def values(text: str) -> dict[str, str]:
    found = read_letter("d", pages_of(text))
    return {f.name: f.value for f in found if isinstance(f, FieldValue) and not f.vetoed}


def names(spans: tuple[tuple[int, int], ...], text: str) -> list[str]:
    return [text[a:b] for a, b in spans]


@pytest.mark.parametrize(
    ("text", "orgs"),
    [
        ("我在天山农村合作银行办理存款", ["天山农村合作银行"]),
        ("我去川西银行取钱", ["川西银行"]),
        ("手机银行转账，网上银行查询，开户银行不知道，某银行、商业银行", []),
        ("黔阳县农村信用合作联社岩门信用社的人", ["黔阳县农村信用合作联社"]),
        ("把钱存进即墨农商银行股份有限公司", ["即墨农商银行股份有限公司"]),
    ],
)
def test_names_of_banks(text: str, orgs: list[str]) -> None:
    assert names(find_orgs(text), text) == orgs


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("系贵行八一支行储户", ["八一支行"]),
        ("到贵支行办理，那家支行的人，当地支行", []),
        ("你们青州营销服务部的孟良臣", ["青州营销服务部"]),
        ("泓安财产保险股份有限公司惠州中心支公司拒赔", ["泓安财产保险股份有限公司惠州中心支公司"]),
    ],
)
def test_names_of_branches(text: str, branches: list[str]) -> None:
    assert names(find_branches(text), text) == branches


def test_an_agents_numbers_are_not_the_complainants() -> None:
    found = values(
        "　　本人周天赐，受母亲曾祥云委托，就其存款一事投诉。本人身份证号500112197010010017，联系电话13883620715。"
    )
    assert found["complainant_name"] == "曾祥云"
    assert not {"complainant_id_no", "complainant_mobile", "complainant_phone"} & set(found)


def test_an_authorised_employees_numbers_are_not_the_complainants() -> None:
    found = values("　　兹委托殷红（身份证号：430104199003080035，手机：13007470808）全权代理我公司办理投诉事宜。")
    assert not {"complainant_id_no", "complainant_mobile", "complainant_name"} & set(found)
    assert agency_of("全权委托理财，委托合同纠纷").principal is None


def test_several_signatories_are_listed() -> None:
    found = values("　　我们三户被冒名贷款，请查处。\n>>反映人：石长安\n>>马平安\n>>田有福\n>>2023年10月8日")
    assert found["complainant_name"] == "石长安、马平安、田有福"


def test_a_printed_name_and_its_signature_are_one_signatory() -> None:
    found = values("　　我的手续费被多收，请退还。\n>>投诉人：高兴\n>>高恶兴\n>>2023年10月8日")
    assert found["complainant_name"] == "高兴"


def test_traditional_letters_are_read_and_keep_their_characters() -> None:
    found = values("　　本人歐陽國棟，電話13510068842，要求貴公司退還126,000元。")
    assert found["complainant_name"] == "歐陽國棟"
    assert found["amount_involved"] == "126000"
    assert simplified("歐陽國棟") == "欧阳国栋"
    assert simplified("覆盖乙方") == "覆盖乙方"


def test_the_mail_that_is_answered_is_no_part_of_the_letter() -> None:
    own = "　　" + "赎回款少到账1532.66元，请补足差额。" * 6
    found = values(f"{own}\n原野\n手机17790356012\n---- 原始邮件 ----\n您好，客服经理王强，电话13900000001。")
    assert found["complainant_mobile"] == "17790356012"
    assert found.get("respondent_staff") is None


STORY = "　　" + "".join(f"第{i}次我到窗口询问，答复都是请再等等，至今没有任何结果。" for i in range(1, 60))


def with_line(page: PageReading, x: float, y: float, words: str) -> PageReading:
    """Put one more line on a page, where it stands by height."""
    lines = sorted((*page.read.text.lines, line_at(x, y, words, 0.9)), key=lambda line: line.bbox[1])
    text = page.read.text.model_copy(update={"lines": tuple(lines)})
    return page.model_copy(update={"read": page.read.model_copy(update={"text": text})})


def test_heads_feet_and_page_numbers_do_not_cut_the_story() -> None:
    pages = pages_of(STORY)
    assert len(pages) > 1
    dressed = tuple(
        with_line(
            with_line(with_line(p, 400, 60, f"投诉材料 第{n}页"), 580, 1690, f"- {n} -"), 120, 1650, "以上内容本人确认"
        )
        for n, p in enumerate(pages, 1)
    )
    assert join_pages("d", dressed).text == join_pages("d", pages).text


def test_scraps_of_a_seal_across_the_pages_edge_do_not_enter_the_story() -> None:
    pages = pages_of(STORY)
    dressed = []
    for page in pages:
        seal = Seal(text=None, page=1, bbox=(1180, 700, 1240, 900), probability=0.9)
        marked = page.model_copy(update={"marks": page.marks.model_copy(update={"seals": (seal,)})})
        dressed.append(with_line(marked, 1190, 168 + 48 * 13, "有限"))
    assert join_pages("d", tuple(dressed)).text == join_pages("d", pages).text


@pytest.mark.parametrize(
    "pieces",
    [
        ((60, "2022-04-11 10:34 FAX 07008258377"), (700, "P.01/02")),
        ((60, "2022-04-1110:34FAX07008258377P.01/02"),),
        ((60, "04/11/2022 09:05"), (400, "FROM: 0700-8258377"), (900, "P.1")),
        ((60, "FAX NO. 0700 8258377"), (700, "NOV-23-2022 9:05AM")),
    ],
)
def test_the_line_of_a_fax_machine_is_no_part_of_the_letter(pieces: tuple[tuple[float, str], ...]) -> None:
    pages = pages_of("　　我的手续费被多收，请退还。\n>>投诉人：高兴\n>>2023年10月8日")
    faxed = pages[0]
    for x, words in pieces:
        faxed = with_line(faxed, x, 20, words)
    assert join_pages("d", (faxed,)).text == join_pages("d", pages).text


def test_a_telephone_at_the_head_of_a_firms_paper_stays() -> None:
    page = with_line(pages_of("　　我司的手续费被多收，请退还。")[0], 60, 20, "TEL: 0512-68083000")
    assert "68083000" in join_pages("d", (page,)).text


def test_a_letter_that_opens_with_its_date_keeps_it() -> None:
    page = with_line(pages_of("　　我的手续费被多收，请退还。")[0], 60, 20, "2023年10月8日")
    assert "2023年10月8日" in join_pages("d", (page,)).text


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("　　楼上漏水，开发商客服申诉小姐只说找物业，请修复。", "respondent_staff", "申诉"),
        ("　　我是一名工人，名叫高明（姓高，名明），存款被扣3000元，请退还。", "complainant_name", "高明"),
        ("我的名字：阿迪力·买买提\n　　存款被扣3000元，请退还。", "complainant_name", "阿迪力·买买提"),
        (
            "　　投诉单位：瑞丰机电有限公司法定代表人：上官海波\n　　货款未退，请退还。",
            "legal_representative",
            "上官海波",
        ),
        ("　　经实公司福州营业部客户经理介绍开户，被多收3000元，请退还。", "respondent_branch", "福州营业部"),
        (
            "　　停工损失41,000元不在本次求偿之内。\n　　板材货款为人民币97,600元。\n　　退货并扣减货款97,600元。",
            "amount_involved",
            "97600",
        ),
        (
            "　　设备坏了三次，无人来修。\n　　请贵中心于收函后十日内：（一）赔偿损失3000元；（二）说明原因。\n"
            ">>投诉人：高兴\n>>2023年10月8日",
            "complaint_request",
            "请贵中心于收函后十日内：（一）赔偿损失3000元；（二）说明原因。",
        ),
        (
            "　　设备坏了三次，无人来修。\n　　请退还三千元，当面道歉。五天不办，我就去法院。\n"
            ">>投诉人：高兴\n>>2023年10月8日",
            "complaint_request",
            "请退还三千元，当面道歉。五天不办，我就去法院。",
        ),
        (
            "　　我在你们这里存了三十年钱，从来没有说过一个不字。\n"
            "　　事情要从去年冬天说起。柜员让我在纸上签字，三千元就不见了。\n"
            "　　请退还三千元。\n>>投诉人：高兴\n>>2023年10月8日",
            "complaint_facts",
            "事情要从去年冬天说起。柜员让我在纸上签字，三千元就不见了。",
        ),
        (
            "滨 滨江机电有限公司\n　　我司货款三千元未退，请退还。\n>>滨江机电有限公司\n>>2023年10月8日",
            "complainant_name",
            "滨江机电有限公司",
        ),
        (
            "致：永安县农村商业银行\n　　柜员把我的存款五万元改成了保险，退保只给三万元。\n　　希望贵行：\n"
            "　　1、退还五万元；\n　　2、书面答复。\n>>投诉人：高兴\n>>2023年10月8日",
            "complaint_facts",
            "柜员把我的存款五万元改成了保险，退保只给三万元。",
        ),
        (
            "　　我住店时被多收房费480元，至今两个月没有退。\n　　诉求：退还480元。\n>>投诉人：高兴\n>>2023年10月8日",
            "complaint_facts",
            "我住店时被多收房费480元，至今两个月没有退。",
        ),
        (
            "　　定损员看了一眼就走，定损2100元，报价却要5600元。\n　　我不接受，你们要么照价赔付，要么重新定损。\n"
            ">>高兴\n>>2023年10月8日",
            "complaint_request",
            "我不接受，你们要么照价赔付，要么重新定损。",
        ),
        (
            "　　存款被扣，请退还。\n>>王建国 13607211111\n>>2023.9.20",
            "complainant_mobile",
            "13607211111",
        ),
        (
            "　　贷款时先扣了3600元服务费，提前结清又收1500元违约金。\n"
            "　　请求：退还服务费3600元和违约金1500元，合计5100元。\n>>投诉人：高兴\n>>2023年10月8日",
            "amount_involved",
            "5100",
        ),
        ("　　我在店里购车，销售顾问钱小艳逼我买三年保险，请退还。", "respondent_staff", "钱小艳"),
        (
            "　　该会员单位喊反单，我亏损38,200元。特请求贵中心责令其赔偿38,200元。\n　　敬请受理。\n"
            ">>投诉人：高兴\n>>2023年10月8日",
            "complaint_request",
            "特请求贵中心责令其赔偿38,200元。",
        ),
        ("望江县农村商业银行：\n　　存款被扣3000元，请退还。", "respondent_org", "望江县农村商业银行"),
        ("金司达机电有限公司：\n　　货款3000元未退，请退还。", "respondent_org", "金司达机电有限公司"),
        ("^^致华夏通证券客服中心的投诉函\n　　账户无法登录，请赔偿。", "respondent_org", "华夏通证券"),
        ("　　存款被扣，请退还。\n邮箱：wang.li@foxmai1.com", "complainant_email", "wang.li@foxmail.com"),
    ],
)
def test_wordings_of_single_fields(text: str, field: str, value: str) -> None:
    assert values(text).get(field) == value


def test_an_address_that_nobody_can_speak_is_doubtful() -> None:
    sure, doubtful = (
        next(f.probability for f in read_letter("d", pages_of(f"邮箱：{name}@qq.com")) if isinstance(f, FieldValue))
        for name in ("poyee.tse", "poyee.tsc")
    )
    assert doubtful < 0.93 < sure
