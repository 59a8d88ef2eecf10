"""Required materials in every state, for persons, firms and the coordination stage."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from classifiers.letters import same_firm
from classifiers.materials import check_materials
from classifiers.names import same_person
from classifiers.packs import adopt, load_pack
from domain.case import Case, Decision
from domain.documents import Document
from domain.evidence import Evidence, Seal
from domain.review import HELD, apply_decision
from domain.verdicts import MaterialItem, MaterialsReport
from domain.vocabulary import Channel, ComplainantType, DocumentKind, IdSide, SealColour
from tests.classifiers.papers import POLICIES, adopted, case_of, document, signature, text_of, value

K = DocumentKind
FRONT, BACK = IdSide.FRONT, IdSide.BACK
NAME, FIRM, HEAD = "贺知行", "青峦能源贸易有限公司", "裴允川"
NUMBER, OTHER_NUMBER = "110101199003070710", "11010119900307109X"


def seal(text: str | None = FIRM, probability: float = 0.95, colour: SealColour = SealColour.RED) -> Seal:
    return Seal(text=text, page=1, bbox=(600, 1400, 800, 1600), probability=probability, colour=colour)


def letter(**changes: object) -> Document:
    given: dict[str, object] = {"signatures": (signature(NAME),), "fields": {"complainant_name": NAME}}
    return document(K.COMPLAINT_LETTER, **{**given, **changes})  # type: ignore[arg-type]


def id_copy(sides: tuple[IdSide, ...] = (FRONT, BACK), kind: DocumentKind = K.ID_CARD_COPY, **fields: str) -> Document:
    given = {"complainant_name": NAME, "complainant_id_no": NUMBER} | fields
    return document(kind, "card", sides=sides, fields=given)


EVIDENCE = document(K.TRADE_STATEMENT, "statement")


def items(case: Case) -> dict[str, MaterialItem]:
    return {i.material: i for i in report(case).items}


def report(case: Case) -> MaterialsReport:
    return check_materials(case, (), adopted())


def person_case(*documents: Document, channel: Channel = Channel.LETTER) -> Case:
    return case_of(documents, {"complainant_name": NAME}, ComplainantType.NATURAL_PERSON, channel)


def firm_case(*documents: Document, channel: Channel = Channel.LETTER) -> Case:
    fields = {"complainant_name": FIRM, "legal_representative": HEAD}
    return case_of(documents, fields, ComplainantType.LEGAL_PERSON, channel)


def test_a_complete_natural_person() -> None:
    found = report(person_case(letter(), id_copy(), EVIDENCE))
    assert found.complete is True
    assert [i.material for i in found.items] == ["complaint_letter", "id_card_copy", "evidence"]
    assert all(i.evidence and i.reason for i in found.items)


@pytest.mark.parametrize(
    ("paper", "status", "word"),
    [
        (letter(signatures=()), "defective", "未签字"),
        (letter(signatures=(signature(NAME, probability=0.4),)), "unclear", "疑似"),
        (letter(signatures=(signature("卫临渊"),)), "present", "已签字"),  # ink misread, nobody of that name
        (letter(signatures=(signature("开山"),)), "present", "已签字"),
        (letter(signatures=(signature("卫临渊", anchor="卫临渊（签字）"),)), "unclear", "不一致"),
        (letter(signatures=(signature(None),)), "present", "已签字"),
        (letter(signatures=(signature(NAME, anchor="经办人"),)), "defective", "经办人"),
        (letter(signatures=(), usable=False), "unclear", "无法辨认"),
        (letter(probability=0.4), "unclear", "可能"),
    ],
)
def test_the_letter_of_a_person(paper: Document, status: str, word: str) -> None:
    item = items(person_case(paper, id_copy(), EVIDENCE))["complaint_letter"]
    assert (item.status, word in item.reason) == (status, True), item.reason


def test_a_signature_with_the_name_of_another_person_of_the_case_is_asked_about() -> None:
    paper = letter(signatures=(signature("卫临渊"),))
    item = items(person_case(paper, id_copy(complainant_name="卫临渊"), EVIDENCE))["complaint_letter"]
    assert (item.status, "不一致" in item.reason) == ("unclear", True)


@pytest.mark.parametrize(
    ("signed", "name"),
    [("热依汗", "热依汗·买买提"), ("热依汗买买提", "热依汗·买买提"), ("扎西", "扎西·多吉")],
)
def test_a_short_form_of_a_name_with_parts_is_the_same_person(signed: str, name: str) -> None:
    assert same_person(signed, name) and same_person(name, signed)
    paper = letter(signatures=(signature(signed),), fields={"complainant_name": signed})
    found = items(person_case(paper, id_copy(complainant_name=name), EVIDENCE))
    assert {found["complaint_letter"].status, found["id_card_copy"].status} == {"present"}


@pytest.mark.parametrize(("left", "right"), [("贺知", "贺知行"), ("买买提", "热依汗·买买提"), ("卫临渊", "贺知行")])
def test_other_names_are_other_persons(left: str, right: str) -> None:
    assert not same_person(left, right)


def test_ink_of_a_signature_does_not_speak_against_the_card() -> None:
    read = value("complainant_name", "牙重请", "letter").model_copy(
        update={"evidence": (Evidence(document_id="doc-letter", page=1, bbox=(610, 1505, 790, 1555), quote="牙重请"),)}
    )
    paper = letter(signatures=(signature("牙重请"),)).model_copy(update={"fields": (read,)})
    found = items(person_case(paper, id_copy(), EVIDENCE))
    assert {i.status for i in found.values()} == {"present"}


def test_a_doubtful_name_elsewhere_asks_instead_of_refusing_the_card() -> None:
    doubtful = value("complainant_name", "逄恶", "letter", probability=0.5)
    paper = letter().model_copy(update={"fields": (doubtful,)})
    assert items(person_case(paper, id_copy(), EVIDENCE))["id_card_copy"].status == "unclear"


def test_the_same_number_outweighs_another_reading_of_the_name() -> None:
    form = document(K.APPLICATION_FORM, "form", fields={"complainant_name": "卫临渊", "complainant_id_no": NUMBER})
    assert items(person_case(letter(), form, id_copy(complainant_name="申不疑"), EVIDENCE))["id_card_copy"].status == (
        "unclear"
    )


def test_the_registration_form_does_not_stand_for_the_letter() -> None:
    form = document(K.APPLICATION_FORM, "form", signatures=(signature(NAME),), fields={"complainant_name": NAME})
    item = items(person_case(form, id_copy(), EVIDENCE))["complaint_letter"]
    assert (item.status, "登记表" in item.reason) == ("missing", True)
    both = person_case(letter(signatures=()), form, id_copy(), EVIDENCE)
    assert items(both)["complaint_letter"].status == "defective"


@pytest.mark.parametrize(
    ("card", "status", "word"),
    [
        (id_copy((FRONT,)), "present", "人像面"),
        (id_copy((BACK,)), "defective", "缺人像面"),
        (id_copy((FRONT, BACK), complainant_name="卫临渊"), "defective", "卫临渊"),
        (id_copy((FRONT, BACK), complainant_name="贺知衡"), "unclear", "不完全一致"),
        (id_copy((FRONT, BACK), id_valid_until="2026-09-23"), "defective", "过期"),
        (id_copy((FRONT, BACK), id_valid_until="2026-09-24"), "present", "国徽面"),
        (id_copy((FRONT, BACK), id_valid_until="长期"), "present", "人像面"),
    ],
)
def test_the_id_copy(card: Document, status: str, word: str) -> None:
    item = items(person_case(letter(), card, EVIDENCE))["id_card_copy"]
    assert (item.status, word in item.reason) == (status, True), item.reason


def test_another_id_number_on_the_form_is_a_defect() -> None:
    form = document(
        K.APPLICATION_FORM,
        "form",
        signatures=(signature(NAME),),
        fields={"complainant_name": NAME, "complainant_id_no": OTHER_NUMBER},
    )
    item = items(person_case(letter(), form, id_copy(), EVIDENCE))["id_card_copy"]
    assert item.status == "defective"
    assert OTHER_NUMBER in item.reason


@pytest.mark.parametrize(("words", "status"), [("何晚舟印", "unclear"), ("收讫", "defective"), ("附件", "defective")])
def test_a_name_seal_may_stand_for_the_signature_and_the_mailrooms_stamp_does_not(words: str, status: str) -> None:
    item = items(person_case(letter(signatures=(), seals=(seal(words),)), id_copy(), EVIDENCE))["complaint_letter"]
    assert item.status == status, item.reason


def test_what_is_not_there_is_missing_unless_a_page_is_unreadable() -> None:
    assert items(person_case(letter()))["id_card_copy"].status == "missing"
    blurred = document(K.OTHER, "blur", usable=False)
    assert items(person_case(letter(), blurred))["id_card_copy"].status == "unclear"


def test_a_paper_of_doubtful_kind_may_be_the_missing_letter() -> None:
    doubtful = document(K.POLICE_REPORT, "report", probability=0.67)
    assert items(person_case(doubtful, id_copy()))["complaint_letter"].status == "unclear"


@pytest.mark.parametrize("kind", [K.EVIDENCE, K.TRADE_STATEMENT, K.CONTRACT_RISK_DISCLOSURE, K.POLICE_REPORT])
def test_any_supporting_paper_is_evidence(kind: DocumentKind) -> None:
    assert items(person_case(letter(), id_copy(), document(kind, "x")))["evidence"].status == "present"


def test_an_unknown_paper_may_be_evidence() -> None:
    found = report(person_case(letter(), id_copy(), document(K.OTHER, "x")))
    assert (found.items[2].status, found.complete) == ("unclear", None)


def firm_letter(**changes: object) -> Document:
    given: dict[str, object] = {
        "signatures": (signature(HEAD, anchor="法定代表人"),),
        "seals": (seal(),),
        "fields": {"complainant_name": FIRM, "legal_representative": HEAD},
    }
    return document(K.COMPLAINT_LETTER, **{**given, **changes})  # type: ignore[arg-type]


HEAD_ID = id_copy((FRONT, BACK), K.LEGAL_REP_ID_COPY, complainant_name=HEAD)


def test_a_complete_firm() -> None:
    found = report(firm_case(firm_letter(), HEAD_ID, EVIDENCE))
    assert found.complete is True
    assert [i.material for i in found.items] == ["complaint_letter", "legal_rep_id_copy", "evidence"]


@pytest.mark.parametrize(
    ("paper", "status", "word"),
    [
        (firm_letter(seals=()), "defective", "未加盖公章"),
        (firm_letter(signatures=()), "defective", "法定代表人"),
        (firm_letter(seals=(seal(None),)), "unclear", "无法辨认"),
        (firm_letter(seals=(seal("赤水湾商贸有限公司"),)), "defective", "不一致"),
        (firm_letter(seals=(seal("青峦能源贸易有限公司财务专用章"),)), "defective", "不是公章"),
        (firm_letter(seals=(seal("贸易有限公司青峦能源"),)), "present", "公章"),
        (firm_letter(seals=(seal("青峦能源贸易有限公可"),)), "present", "公章"),
        (firm_letter(seals=(seal("青岚能源贸易有限公司"),)), "unclear", "核对"),
        (firm_letter(seals=(seal("南麓能源贸易有限公司"),)), "defective", "不一致"),
        (firm_letter(seals=(seal("能源贸易"),)), "unclear", "核对"),
        (firm_letter(seals=(seal("峦能源贸易有限"),)), "unclear", "核对"),
        (firm_letter(seals=(seal(colour=SealColour.BLACK),)), "unclear", "原件"),
        (firm_letter(seals=(seal(probability=0.4),)), "unclear", "疑似"),
        (firm_letter(signatures=(signature("卫临渊", anchor="委托代理人"),)), "defective", "代理人"),
    ],
)
def test_the_letter_of_a_firm(paper: Document, status: str, word: str) -> None:
    item = items(firm_case(paper, HEAD_ID, EVIDENCE))["complaint_letter"]
    assert (item.status, word in item.reason) == (status, True), item.reason


@pytest.mark.parametrize(
    ("ring", "firm", "expected"),
    [
        ("云泽市南麓能源贸易有限公司", "云泽市青峦物流有限公司", False),
        ("云泽市青峦物流有限公司", "云泽市青峦物流有限公司", True),
        ("青峦物流有限公司云泽市", "云泽市青峦物流有限公司", True),
        ("云泽市青恋物流有限公司", "云泽市青峦物流有限公司", None),
        ("江北省云泽市青峦物流有限公司", "江北省云泽市南麓商贸有限公司", False),
    ],
)
def test_a_shared_place_makes_no_firm_the_same(ring: str, firm: str, expected: bool | None) -> None:
    assert same_firm(ring, firm) is expected


def test_a_faxed_seal_waits_for_the_original() -> None:
    case = firm_case(firm_letter(seals=()), HEAD_ID, EVIDENCE, channel=Channel.FAX)
    assert items(case)["complaint_letter"].status == "unclear"
    person = person_case(letter(), id_copy(), EVIDENCE, channel=Channel.FAX)
    assert "原件待补" in items(person)["complaint_letter"].reason


def test_the_wrong_persons_id_for_a_firm() -> None:
    wrong = id_copy((FRONT, BACK), K.LEGAL_REP_ID_COPY, complainant_name="卫临渊")
    assert items(firm_case(firm_letter(), wrong, EVIDENCE))["legal_rep_id_copy"].status == "defective"


def test_the_coordination_stage_wants_both_sides_and_its_own_list() -> None:
    opinion = {"member_process_opinion": "已调解两次，拟退还手续费"}
    own_seal = (seal("衡川石油化工商品经营有限公司"),)
    application = document(K.COORDINATION_APPLICATION, "application", seals=own_seal, fields=opinion)
    fields = {"complainant_name": NAME, "respondent_org": "衡川石油化工商品经营有限公司"}
    papers = (application, letter(), id_copy((FRONT,)), document(K.ACCOUNT_OPENING_FILE, "opening"), EVIDENCE)
    found = items(case_of(papers, fields, ComplainantType.MEMBER_COORDINATION))
    states = {name: item.status.value for name, item in found.items()}
    assert states == {
        "coordination_application": "present",
        "application_form": "present",
        "id_card_copy": "defective",
        "account_opening_file": "present",
        "trade_statement": "present",
        "evidence": "missing",
        "member_opinion": "present",
    }


def test_an_unknown_complainant_has_no_list() -> None:
    found = report(case_of((letter(),), {}, None))
    assert (found.list, found.complete) == (None, None)


def test_a_companys_seal_leaves_the_list_open_and_both_lists_are_explained() -> None:
    from classifiers.judge import judge

    paper = letter(seals=(seal(),))
    case = case_of((paper, id_copy(), EVIDENCE), {"complainant_name": NAME}, None)
    assert report(case).list is None
    _, reasons = judge(case, (), adopted())
    message = next(r.message for r in reasons if r.subject == "field:complainant_type")
    assert "按自然人清单：各项齐备" in message
    assert "按法人清单：" in message and "印章" in message


def test_a_name_or_a_personal_voice_suffices_where_nothing_speaks_for_a_firm() -> None:
    assert report(case_of((letter(),), {"complainant_name": NAME}, None)).list == "natural_person"
    told = (text_of("我在你们那里亏了钱，名字就不写了。"),)
    assert check_materials(case_of((letter(fields={}),), {}, None), told, adopted()).list == "natural_person"
    firm = (text_of("我公司与贵司签有协议，贵司至今未付款。"),)
    assert check_materials(case_of((letter(fields={}),), {}, None), firm, adopted()).list is None


def test_the_type_of_the_case_decides_the_list_whatever_the_name_says() -> None:
    case = case_of((letter(),), {"complainant_name": NAME}, ComplainantType.LEGAL_PERSON)
    assert report(case).list == "legal_person"


def test_a_persons_answer_is_kept() -> None:
    from classifiers.judge import judge

    case = person_case(letter(), EVIDENCE)
    judgement, _ = judge(case, (), adopted())
    decision = Decision(
        actor="阅卷人",
        at=datetime(2026, 9, 25, tzinfo=UTC),
        action="confirm",
        subject="materials:id_card_copy",
        comment="本单位已存有",
    )
    decided = apply_decision(case.model_copy(update={"judgement": judgement}), decision)
    assert items(decided)["id_card_copy"].reason == "本单位已存有"
    assert report(decided).complete is True


def test_returned_goods_ask_for_one_of_three_proofs() -> None:
    pack = adopt(load_pack(POLICIES / "pcb-manufacturer.yaml"))
    filled = {"order_no": "HK26-0912", "part_no": "P4-77120", "quantity": "1200", "defect_quantity": "86"}
    filled |= {"ship_date": "2026-10-08", "verification": "线宽超差"}
    claim, sample = document(K.CLAIM_FORM_PCB, "claim", fields=filled), document(K.ABNORMAL_SAMPLE, "sample")
    plain = check_materials(case_of((claim, sample), {}, ComplainantType.LEGAL_PERSON), (), pack)
    assert plain.complete is True
    fields = {"actual_return_qty": "120", "complainant_name": FIRM}
    returned = check_materials(case_of((claim, sample), fields, ComplainantType.LEGAL_PERSON), (), pack)
    missing = {i.material for i in returned.items if i.status == "missing"}
    assert missing == {"return_or_allowance_proof", "return_slip"}
    invoice = document(K.INVOICE, "invoice", seals=(seal(FIRM),))
    slip = document(K.RETURN_SLIP, "slip")
    proven = check_materials(case_of((claim, sample, invoice, slip), fields, ComplainantType.LEGAL_PERSON), (), pack)
    assert proven.complete is True, proven.items


def test_what_the_firm_has_already_is_not_asked_for_again() -> None:
    from classifiers.judge import judge

    case = person_case(letter(), EVIDENCE)
    judgement, _ = judge(case, (), adopted())
    at = datetime(2026, 9, 25, tzinfo=UTC)
    decision = Decision(actor="阅卷人", at=at, action="set", subject="materials:id_card_copy", value=HELD)
    item = items(apply_decision(case.model_copy(update={"judgement": judgement}), decision))["id_card_copy"]
    assert (item.status, item.reason) == ("present", "本单位已有，投诉人不必再提交")


def test_ink_that_reads_like_a_whole_other_name_is_looked_at() -> None:
    other = letter(signatures=(signature("孟晓东"),))
    item = items(person_case(other, id_copy(), EVIDENCE))["complaint_letter"]
    assert item.status == "unclear" and "孟晓东" in item.reason
    # A cursive hand is often read as no name at all, or with one sign right.
    for read in ("来口熊", "贺如许", None):
        cursive = letter(signatures=(signature(read),))
        assert items(person_case(cursive, id_copy(), EVIDENCE))["complaint_letter"].status == "present"
