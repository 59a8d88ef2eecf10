"""An agent who is the complainant, or who signs for him: a person must look; everybody else is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from classifiers.agents import SUBJECT, agent_reasons
from classifiers.judge import judge
from domain.cross_checks import cross_checks
from domain.vocabulary import DocumentKind
from tests.classifiers.papers import adopted, case_of, document, signature, text_of
from tests.review_ui.drawn import RIGHT_ID

NAME, OTHER = "欧阳明月", "司徒若兰"
FIELDS = {"complainant_name": NAME, "complainant_id_no": RIGHT_ID}
AUTHORISATION = DocumentKind.AUTHORISATION


def asked(words: str, kind: DocumentKind = AUTHORISATION) -> str:
    reasons = agent_reasons(case_of(fields=FIELDS), (text_of(words, kind),))
    assert all(r.subject == SUBJECT for r in reasons)
    return "".join(r.message for r in reasons)


@pytest.mark.parametrize(
    "words",
    [
        f"授权委托书\n委托人：{NAME}\n受托人：{NAME}\n委托事项：处理投诉",
        f"委托代理人 {NAME}，男",
        f"代理人姓名：{NAME}",
        f"兹委托{NAME}（身份证号见附件）全权办理投诉事宜",
        "被授权人（签名）：欧阳 明月",
    ],
)
def test_an_agent_of_the_complainants_name_is_asked_about(words: str) -> None:
    assert "同名" in asked(words)


def test_an_agent_with_the_complainants_number_is_asked_about() -> None:
    said = asked(f"委托人：{NAME}\n受托人：{OTHER}\n身份证号码：{RIGHT_ID}")
    assert "身份证号码" in said and "同名" not in said and RIGHT_ID not in said


@pytest.mark.parametrize(
    "words",
    [
        f"委托人：{NAME}\n身份证号码：{RIGHT_ID}\n受托人：{OTHER}",
        f"受托人：{OTHER}\n委托人：{NAME}\n身份证号码：{RIGHT_ID}",
        f"投诉人/代理人签名：{NAME}",
        f"投诉人（代理人）签字：{NAME}",
        f"法定代理人：{NAME}",
        f"代理人：{NAME}芳",
        f"兹委托{OTHER}全权办理投诉事宜，委托人{NAME}",
    ],
)
def test_others_are_left_alone(words: str) -> None:
    assert asked(words) == ""


def test_papers_that_name_no_agent_of_the_case_are_not_read() -> None:
    assert asked(f"受托人：{NAME}", DocumentKind.TRADE_STATEMENT) == ""


@pytest.mark.parametrize(
    ("name", "anchor", "found"),
    [
        (NAME, "受托人签名", True),
        (OTHER, "委托人签名", True),
        (OTHER, "受托人签名", False),
        (NAME, "委托人签名", False),
    ],
)
def test_who_signs_in_whose_place(name: str, anchor: str, found: bool) -> None:
    paper = document(AUTHORISATION, "paper", (signature(name, anchor=anchor),))
    case = case_of((paper,), FIELDS)
    reasons = agent_reasons(case, (text_of(f"委托人：{NAME}\n受托人：{OTHER}", AUTHORISATION, "paper"),))
    assert bool(reasons) == found


def test_the_case_goes_to_a_person_and_a_finished_one_does_not() -> None:
    texts = (text_of(f"受托人：{NAME}", AUTHORISATION),)
    case = case_of((document(AUTHORISATION),), FIELDS)
    _, reasons = judge(case, texts, adopted())
    assert SUBJECT in {r.subject for r in reasons}
    _, none = judge(case.model_copy(update={"finished": True}), texts, adopted())
    assert SUBJECT not in {r.subject for r in none}


def test_a_name_being_typed_is_compared_with_who_signs_as_agent() -> None:
    case = case_of((document(AUTHORISATION, "paper", (signature(NAME, anchor="代理人签名"),)),))
    told = {c.name: c.passed for c in cross_checks(case, "complainant_name", NAME, date(2026, 11, 20))}
    assert told == {"agent_is_complainant": None}
    assert cross_checks(case, "complainant_name", OTHER, date(2026, 11, 20)) == ()
