from __future__ import annotations

import pytest

from domain.documents import Document, KindGuess, ObjectRef, Page, SourceFile
from domain.evidence import Candidate, Evidence, FieldMissing, FieldResult, FieldValue, Seal, Signature
from domain.fields import FIELDS
from domain.normal import normal_form
from domain.vocabulary import ComplainantType, DocumentKind, MissingReason
from extractors.cases.assemble import Assembled, assemble

GOOD_ID = "110105197503020017"
SWAPPED_ID = "110105197530020017"


def value(name: str, raw: str, probability: float = 0.97, others: tuple[Candidate, ...] = ()) -> FieldValue:
    form = normal_form(FIELDS[name].type, raw)
    assert form.value is not None
    place = Evidence(document_id="d", page=1, bbox=(0, 0, 1, 1), quote=raw)
    failed = any(c.passed is False for c in form.checks)
    own = Candidate(
        value=form.value,
        raw=raw,
        probability=min(probability, 0.05) if failed else probability,
        producer="test/1",
        evidence=(place,),
        checks=form.checks,
    )
    return FieldValue(name=name, **own.model_dump(), candidates=(own, *others))


def document(number: int, kind: DocumentKind, *fields: FieldResult) -> Document:
    ref = ObjectRef(key=f"k{number}", sha256="0" * 64, sm3="0" * 64, size=1, media_type="image/png")
    return Document(
        id=f"doc-{number}",
        source=SourceFile(name=f"{number}.png", object=ref),
        kind=KindGuess(kind=kind, probability=0.98, producer="test/1"),
        pages=(Page(number=1, source_page=1, width=10, height=10),),
        fields=fields,
    )


def letter(*fields: FieldResult) -> Document:
    return document(1, DocumentKind.COMPLAINT_LETTER, *fields)


def form(*fields: FieldResult) -> Document:
    return document(2, DocumentKind.APPLICATION_FORM, *fields)


def card(*fields: FieldResult) -> Document:
    return document(3, DocumentKind.ID_CARD_COPY, *fields)


def found(assembled: Assembled, name: str) -> FieldValue:
    result = assembled.fields[name]
    assert isinstance(result, FieldValue)
    return result


def test_agreement_raises_and_keeps_every_place() -> None:
    case = assemble((letter(value("complainant_name", "高兴", 0.9)), card(value("complainant_name", "高 兴", 0.9))))
    name = found(case, "complainant_name")
    assert (name.value, len(name.evidence), case.mismatches) == ("高兴", 2, ())
    assert name.probability > 0.95


def test_near_miss_of_a_name_is_a_mismatch() -> None:
    case = assemble((form(value("complainant_name", "张建铭")), card(value("complainant_name", "张建明"))))
    (mismatch,) = case.mismatches
    assert mismatch.field == "complainant_name"
    assert {(v.value, v.document_id) for v in mismatch.values} == {("张建铭", "doc-2"), ("张建明", "doc-3")}
    assert found(case, "complainant_name").value == "张建明"
    assert found(case, "complainant_name").probability < 0.85


def test_a_number_with_a_right_digit_beats_a_surer_one_without() -> None:
    case = assemble(
        (form(value("complainant_id_no", SWAPPED_ID, 0.99)), card(value("complainant_id_no", GOOD_ID, 0.8)))
    )
    number = found(case, "complainant_id_no")
    assert number.value == GOOD_ID
    assert [c.value for c in number.candidates] == [GOOD_ID, SWAPPED_ID]
    assert [m.field for m in case.mismatches] == ["complainant_id_no"]
    assert number.probability <= 0.85


def test_a_repaired_reading_is_no_contradiction() -> None:
    repaired = value("complainant_id_no", GOOD_ID).as_candidate()
    misread = value("complainant_id_no", SWAPPED_ID, others=(repaired,))
    assert assemble((form(misread), card(value("complainant_id_no", GOOD_ID)))).mismatches == ()


def test_only_refused_readings_leave_the_field_missing_with_them_shown() -> None:
    result = assemble((form(value("complainant_id_no", SWAPPED_ID)),)).fields["complainant_id_no"]
    assert isinstance(result, FieldMissing)
    assert result.reason is MissingReason.CHECK_FAILED
    assert [c.value for c in result.candidates] == [SWAPPED_ID]
    assert result.evidence


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("complainant_address", "北京市朝阳区春泽路12号", "广东省深圳市南山区望江街8号"),
        ("complaint_date", "2026-03-01", "2026-03-20"),
        ("form_signed_date", "2026-03-01", "2026-03-20"),
        ("complaint_facts", "我在贵公司开户", "被多收手续费"),
        ("complainant_phone", "13812345678", "0755-87654321"),
        ("respondent_staff", "李明", "陈涛"),
        ("respondent_org", "昱泰（深圳）能源投资有限公司", "昱泰(深圳)能源投资有限公司"),
    ],
)
def test_what_may_differ_is_no_mismatch(name: str, one: str, other: str) -> None:
    assert assemble((form(value(name, one)), letter(value(name, other)))).mismatches == ()


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("trading_account_no", "SY12345678", "SY12345679"),
        ("complainant_mobile", "13812345678", "13812345679"),
        ("respondent_org", "深圳鼎沃能源投资有限公司", "宁波泓晟大宗商品交易服务有限公司"),
    ],
)
def test_what_has_one_true_value_may_not_differ(name: str, one: str, other: str) -> None:
    case = assemble((form(value(name, one)), letter(value(name, other))))
    assert [m.field for m in case.mismatches] == [name]


def test_unsure_misreadings_are_no_mismatch() -> None:
    case = assemble((form(value("complainant_name", "张建明")), letter(value("complainant_name", "弓长建", 0.2))))
    assert case.mismatches == ()
    assert found(case, "complainant_name").value == "张建明"


def test_a_number_that_lost_its_end_is_no_mismatch() -> None:
    case = assemble((form(value("trading_account_no", "KH84351656")), letter(value("trading_account_no", "KH8435"))))
    assert case.mismatches == ()


def test_near_spellings_of_a_firm_do_not_support_each_other() -> None:
    one, other = "哈尔滨市汇朗石化商品经营有限公司", "哈尔滨市江朗石化商品经营有限公司"
    same = assemble((form(value("respondent_org", one)), letter(value("respondent_org", one))))
    near = assemble((form(value("respondent_org", one)), letter(value("respondent_org", other))))
    assert near.mismatches == ()
    assert found(near, "respondent_org").probability < 0.9 < found(same, "respondent_org").probability


def test_form_beats_letter_for_contact_and_card_address_comes_last() -> None:
    case = assemble(
        (
            letter(value("complainant_address", "佛山市南海区和畅街18号", 0.97)),
            form(value("complainant_address", "深圳市福田区明德巷5号", 0.97)),
            card(value("complainant_address", "北京市朝阳区春泽路12号", 0.99)),
        )
    )
    assert found(case, "complainant_address").value == "深圳市福田区明德巷5号"


def firm_case(card_name: str) -> Assembled:
    return assemble(
        (
            letter(
                value("complainant_name", "广州恒砺润滑油销售有限公司"),
                value("legal_representative", "孙志强"),
                value("uscc", "91350100M000100Y43"),
            ),
            document(3, DocumentKind.LEGAL_REP_ID_COPY, value("complainant_name", card_name)),
        )
    )


def test_firm_takes_the_card_for_its_legal_representative() -> None:
    case = firm_case("孙志强")
    assert case.complainant_type is ComplainantType.LEGAL_PERSON
    assert case.complainant_type_probability > 0.9
    assert found(case, "complainant_name").value == "广州恒砺润滑油销售有限公司"
    assert found(case, "legal_representative").probability > 0.98
    assert case.mismatches == ()


def test_another_persons_card_is_a_mismatch_of_the_legal_representative() -> None:
    (mismatch,) = firm_case("曹云雪").mismatches
    assert mismatch.field == "legal_representative"
    assert {v.value for v in mismatch.values} == {"孙志强", "曹云雪"}


def test_natural_person() -> None:
    case = assemble((letter(value("complainant_name", "高兴")), card(value("complainant_name", "高兴"))))
    assert case.complainant_type is ComplainantType.NATURAL_PERSON


def test_unclear_type_stays_unknown() -> None:
    assert assemble(()).complainant_type is None
    assert assemble((letter(),)).complainant_type is None


def test_missing_fields_say_why() -> None:
    blank = FieldMissing(name="complainant_email", reason=MissingReason.BLANK_ON_FORM)
    case = assemble((form(blank, value("complainant_name", "高兴")),))
    assert case.fields["complainant_email"] == blank
    number = case.fields["complainant_id_no"]
    assert isinstance(number, FieldMissing) and number.reason is MissingReason.NOT_FOUND
    (only,) = {f.reason for f in assemble(()).fields.values() if isinstance(f, FieldMissing)}
    assert only is MissingReason.NO_DOCUMENT


def test_a_value_elsewhere_fills_a_blank() -> None:
    blank = FieldMissing(name="complainant_email", reason=MissingReason.BLANK_ON_FORM)
    case = assemble((form(blank), letter(value("complainant_email", "a@b.cn"))))
    assert found(case, "complainant_email").value == "a@b.cn"


FIRM = "霁川市砚北建筑劳务有限公司"
MEMBER = "宁澜能源商品经营有限公司"
OTHER_ID = "540102199205013222"


def sealed(paper: Document, text: str, sure: float = 0.95) -> Document:
    seal = Seal(text=text, page=1, bbox=(0, 0, 5, 5), probability=0.99, text_probability=sure)
    return paper.model_copy(update={"seals": (seal,)})


def our_story() -> FieldValue:
    return value("complaint_facts", "我司自去年起在贵公司开户，手续费被多收，我公司多次询问未果。", 0.7)


def holder() -> tuple[FieldValue, ...]:
    return (value("complainant_name", "高兴"), value("complainant_birth_date", "1975-03-02"))


def test_seal_and_voice_make_the_card_the_representatives() -> None:
    case = assemble((sealed(letter(our_story()), FIRM), card(*holder())))
    assert case.complainant_type is ComplainantType.LEGAL_PERSON
    name = found(case, "complainant_name")
    assert name.value == FIRM
    assert name.probability <= 0.8
    assert found(case, "legal_representative").value == "高兴"
    assert "complainant_birth_date" not in case.fields


def test_a_seal_supports_the_printed_name_and_a_differing_one_does_not_contradict_it() -> None:
    printed = value("complainant_name", FIRM, 0.9)
    alone = found(assemble((letter(our_story(), printed),)), "complainant_name")
    same = found(assemble((sealed(letter(our_story(), printed), FIRM),)), "complainant_name")
    other = assemble((sealed(letter(our_story(), printed), "霁川市江南餐饮有限公司"), form(printed)))
    assert alone.probability < same.probability
    assert found(other, "complainant_name").value == FIRM
    assert other.mismatches == ()


def test_the_members_seal_makes_nobody_a_firm() -> None:
    story = value("complaint_facts", "本人在贵公司开户，手续费被多收。", 0.7)
    paper = letter(story, value("respondent_org", MEMBER), value("complainant_name", "高兴"))
    assert assemble((sealed(paper, MEMBER), card(*holder()))).complainant_type is ComplainantType.NATURAL_PERSON


def test_a_licence_and_an_authorisation_lead() -> None:
    licence = document(4, DocumentKind.BUSINESS_LICENCE, value("complainant_name", FIRM), value("uscc", GOOD_ID))
    proxy = document(5, DocumentKind.AUTHORISATION, value("legal_representative", "高兴"))
    case = assemble((letter(our_story()), card(*holder()), licence, proxy))
    assert case.complainant_type is ComplainantType.LEGAL_PERSON
    assert found(case, "complainant_name").value == FIRM
    assert case.mismatches == ()


def test_the_members_licence_says_nothing_about_the_complainant() -> None:
    licence = document(4, DocumentKind.BUSINESS_LICENCE, value("complainant_name", MEMBER))
    paper = letter(value("complainant_name", "高兴"), value("respondent_org", MEMBER))
    case = assemble((paper, card(*holder()), licence))
    assert case.complainant_type is ComplainantType.NATURAL_PERSON
    assert found(case, "complainant_name").value == "高兴"


def test_while_it_may_be_a_firm_the_cards_holder_is_only_shown() -> None:
    case = assemble((letter(our_story(), value("complainant_name", "高恶兴", 0.3)), card(*holder())))
    assert case.complainant_type is None
    name = case.fields["complainant_name"]
    assert not (isinstance(name, FieldValue) and name.probability > 0.31)
    alone = assemble((letter(our_story()), card(*holder()), card(*holder()))).fields["complainant_name"]
    assert isinstance(alone, FieldMissing) or alone.value != "高兴"


def test_the_complainants_own_firm_is_not_complained_of() -> None:
    case = assemble(
        (
            letter(our_story(), value("complainant_name", FIRM), value("respondent_org", MEMBER)),
            document(5, DocumentKind.AUTHORISATION, value("respondent_org", FIRM), value("respondent_branch", FIRM)),
        )
    )
    assert found(case, "respondent_org").value == MEMBER
    assert "respondent_branch" not in case.fields


def test_nothing_of_a_strangers_card_is_accepted_and_it_does_not_lead() -> None:
    stranger = card(
        value("complainant_name", "旦增", 0.995),
        value("complainant_id_no", OTHER_ID, 0.999),
        value("complainant_birth_date", "1992-05-01", 0.995),
        value("id_authority", "日光市公安局", 0.995),
    )
    own = form(value("complainant_name", "高兴", 0.97), value("complainant_id_no", GOOD_ID, 0.97))
    case = assemble((own, stranger))
    assert found(case, "complainant_name").value == "高兴"
    assert found(case, "complainant_id_no").value == GOOD_ID
    assert {m.field for m in case.mismatches} == {"complainant_name", "complainant_id_no"}
    on_card = [f for f in case.fields.values() if isinstance(f, FieldValue) and f.producer == "test/1"]
    named = [f for n, f in case.fields.items() if isinstance(f, FieldValue) and n.startswith("id_")]
    assert all(f.probability < 0.98 for f in named)
    assert on_card and found(case, "complainant_birth_date").probability < 0.31


def test_a_misread_name_with_the_same_number_leaves_the_card_its_word() -> None:
    own = form(value("complainant_name", "高光", 0.97), value("complainant_id_no", GOOD_ID, 0.97))
    case = assemble((own, card(*holder(), value("complainant_id_no", GOOD_ID))))
    assert found(case, "complainant_birth_date").probability > 0.95
    assert found(case, "complainant_name").value == "高兴"


def test_another_name_without_a_number_to_compare_accepts_nothing_of_the_card() -> None:
    case = assemble((form(value("complainant_name", "阿依古丽", 0.97)), card(*holder())))
    assert found(case, "complainant_birth_date").probability <= 0.85


@pytest.mark.parametrize(("short", "clash"), [("古丽", False), ("阿不都", True), ("古丽·买买提", True)])
def test_the_short_form_of_a_name_is_the_same_person(short: str, clash: bool) -> None:
    case = assemble((letter(value("complainant_name", short)), form(value("complainant_name", "古丽·阿不都"))))
    assert bool(case.mismatches) is clash


def test_a_name_read_from_a_signature_contradicts_nobody() -> None:
    ink = Signature(name="高恶", page=1, bbox=(0, 0, 2, 2), probability=0.99)
    paper = letter(value("complainant_name", "高恶")).model_copy(update={"signatures": (ink,)})
    case = assemble((paper, card(*holder())))
    assert case.mismatches == ()
    assert found(case, "complainant_name").value == "高兴"
    assert (
        found(case, "complainant_name").probability
        == found(assemble((card(*holder()),)), "complainant_name").probability
    )
    alone = found(assemble((paper,)), "complainant_name")
    assert alone.probability < 0.31


def test_look_alike_signs_are_not_sure_even_when_papers_agree() -> None:
    case = assemble(
        (letter(value("complainant_email", "go_x@a.cn", 0.9)), form(value("complainant_email", "go_x@a.cn", 0.9)))
    )
    plain = assemble(
        (letter(value("complainant_email", "gox@a.cn", 0.9)), form(value("complainant_email", "gox@a.cn", 0.9)))
    )
    assert found(case, "complainant_email").probability <= 0.9 < found(plain, "complainant_email").probability


def test_two_firms_of_one_town_and_trade_are_two_firms() -> None:
    ours, theirs = "宁州市安泰能源有限公司", "宁州市宁澜能源有限公司"
    case = assemble((letter(value("complainant_name", ours), value("respondent_org", theirs)), card(*holder())))
    assert case.complainant_type is ComplainantType.LEGAL_PERSON
    assert (found(case, "complainant_name").value, found(case, "respondent_org").value) == (ours, theirs)


def test_the_respondent_in_a_forms_cell_stays_whatever_a_letterhead_says() -> None:
    case = assemble(
        (letter(our_story(), value("complainant_name", MEMBER, 0.9)), form(value("respondent_org", MEMBER)))
    )
    assert found(case, "respondent_org").value == MEMBER
