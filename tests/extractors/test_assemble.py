from __future__ import annotations

import pytest

from domain.documents import Document, KindGuess, ObjectRef, Page, SourceFile
from domain.evidence import Candidate, Evidence, FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS
from domain.normal import normal_form
from domain.vocabulary import ComplainantType, DocumentKind, MissingReason
from extractors.assemble import Assembled, accept, assemble

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


def test_budgets_decide_acceptance() -> None:
    fields: dict[str, FieldResult] = {
        "complainant_name": value("complainant_name", "高兴", 0.99),
        "complainant_id_no": value("complainant_id_no", GOOD_ID, 0.99),
        "complainant_mobile": value("complainant_mobile", "1381234567", 0.99),
        "complaint_no": FieldMissing(name="complaint_no", reason=MissingReason.NOT_FOUND),
    }
    accepted = accept(fields, {"complainant_id_no": 0.001, "complainant_mobile": 1.0}, 0.02)
    assert {n: f.accepted for n, f in accepted.items()} == {
        "complainant_name": True,
        "complainant_id_no": False,
        "complainant_mobile": False,
        "complaint_no": False,
    }
