"""Notices: what they say, what they refuse, and that they say nothing else."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pymupdf
import pytest
from docx import Document as open_docx
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.evidence import Evidence
from domain.verdicts import MaterialItem, MaterialsReport
from domain.vocabulary import CaseStatus, Channel, DispositionValue, DocumentKind, MaterialStatus
from outgoing.docx_pdf import docx_pdf, undrawn
from outgoing.errors import NoticeRefusedError, NoticeTemplateError
from outgoing.filling import TEMPLATES, fill, template_path
from outgoing.notices import (
    Deficiency,
    NoticeKind,
    deficiency,
    expected_time,
    make_notice,
    receipt,
    referral_letter,
)
from outgoing.template_maker import MAKERS, docx_bytes
from storage import Storage
from tests.domain import builders
from tests.outgoing.conftest import Run
from tests.outgoing.papers import EXM, RECEIVED, TODAY, document, field, judgement, pdf, policies, put, stored

S = MaterialStatus
BARE = policies(None)
ADOPTED = policies()


def case_of(policy: str = EXM, **changes: object) -> Case:
    """A case with one paper that no store holds."""
    values = {
        "id": "case-1",
        "number": "EXM-2026-000001",
        "revision": 1,
        "policy": policy,
        "channel": Channel.LETTER,
        "received_at": RECEIVED,
        "status": CaseStatus.AWAITING_REVIEW,
        "documents": (builders.document(),),
        "fields": {"complainant_name": field("complainant_name", "沐远航")},
        "judgement": judgement(ADOPTED.adopted(policy)),
    }
    return Case.model_validate({**values, **changes})


def text_of(content: bytes) -> str:
    with pymupdf.open("pdf", content) as made:
        return "".join(page.get_text() for page in made).replace("\n", "")


def words_of(docx: bytes) -> str:
    return "".join(open_docx(io.BytesIO(docx)).element.body.itertext())


def lacking(policy_id: str) -> MaterialsReport:
    """A report with a defect for every pack, whether or not the pack has a list."""
    items = (MaterialItem(material="id_card_copy", status=S.DEFECTIVE, reason="只有人像面"),)
    return MaterialsReport(list="natural_person", complete=False, items=items)


@pytest.mark.parametrize("policy", sorted(ADOPTED.packs))
@pytest.mark.parametrize("adopted", [True, False])
def test_templates_fill_for_every_pack(policy: str, adopted: bool) -> None:
    pack = (ADOPTED if adopted else BARE).adopted(policy)
    case = case_of(policy, judgement=judgement(pack, materials=lacking(policy)))
    for kind in (NoticeKind.RECEIPT, NoticeKind.DEFICIENCY):
        filled = fill(template_path(kind.value, None), make_notice(kind, case, pack, TODAY))
        assert "{" not in words_of(filled)
        copy = docx_pdf(filled)
        assert not copy.undrawn
        text = text_of(copy.content)
        assert kind.heading in text
        assert case.number in text
        assert pack.pack.title in text


@pytest.mark.parametrize("policy", [p for p, pack in sorted(ADOPTED.packs.items()) if pack.referrals])
def test_referrals_name_receiver_and_article(policy: str) -> None:
    pack = ADOPTED.adopted(policy)
    for rule in pack.pack.referrals:
        case = case_of(policy, judgement=judgement(pack, rule.disposition))
        text = text_of(docx_pdf(fill(template_path("referral", None), referral_letter(case, pack, TODAY))).content)
        found = next(r for r in pack.pack.referrals if r.disposition is rule.disposition)
        assert found.refer_to in text
        assert (found.article or "") in text
        assert found.when in text
        assert "信.png" in text


def test_a_receipt_lists_the_papers_and_the_day() -> None:
    text = text_of(
        docx_pdf(fill(template_path("receipt", None), receipt(case_of(), ADOPTED.adopted(EXM), TODAY))).content
    )
    for words in (
        "受理通知书",
        "沐远航",
        "2026年11月3日",
        "身份证复印件",
        "信.png",
        "a" * 12,
        "衡川石油化工",
        "11月24日前",
    ):
        assert words in text
    assert "a" * 13 not in text


@pytest.mark.parametrize(
    ("policy", "chosen", "words"),
    [
        (EXM, ADOPTED, "15 个工作日"),
        (EXM, BARE, "尚未设定"),
        ("hotel", BARE, "适用情形须由人认定"),
        ("customer-ledger", BARE, "未载明办理期限"),
    ],
)
def test_no_time_is_promised_that_nobody_set(policy: str, chosen: object, words: str) -> None:
    pack = (ADOPTED if chosen is ADOPTED else BARE).adopted(policy)
    told = expected_time(case_of(policy, judgement=judgement(pack)), pack)
    assert words in told
    if chosen is BARE:
        assert not any(c.isdigit() for c in told)


@pytest.mark.parametrize("value", [DispositionValue.INQUIRY, DispositionValue.NOT_COMPLAINT])
def test_what_is_no_complaint_gets_no_receipt(value: DispositionValue) -> None:
    pack = ADOPTED.adopted(EXM)
    with pytest.raises(NoticeRefusedError, match="referral"):
        receipt(case_of(judgement=judgement(pack, value)), pack, TODAY)
    with pytest.raises(NoticeRefusedError, match="referral"):
        deficiency(case_of(judgement=judgement(pack, value, materials=lacking(EXM))), pack, TODAY)


def test_nothing_is_referred_before_a_person_confirmed_it() -> None:
    pack = ADOPTED.adopted(EXM)
    with pytest.raises(NoticeRefusedError, match="人工确认"):
        referral_letter(case_of(judgement=judgement(pack, DispositionValue.INQUIRY, accepted=False)), pack, TODAY)
    with pytest.raises(NoticeRefusedError):
        referral_letter(case_of(), pack, TODAY)
    hotel = ADOPTED.adopted("hotel")
    with pytest.raises(NoticeRefusedError, match="受转单位"):
        referral_letter(case_of("hotel", judgement=judgement(hotel, DispositionValue.INQUIRY)), hotel, TODAY)


def test_an_unconfirmed_name_stays_blank() -> None:
    doubtful = case_of(fields={"complainant_name": field("complainant_name", "沐远航", accepted=False)})
    assert "沐远航" not in receipt(doubtful, ADOPTED.adopted(EXM), TODAY).complainant


KINDS = [r.kind.value for r in ADOPTED.packs[EXM].materials.natural_person or ()] + ["trade_statement", "invoice"]  # type: ignore[union-attr]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(KINDS), st.sampled_from(list(S)), min_size=1))
def test_a_deficiency_notice_lists_exactly_what_is_missing_or_defective(statuses: dict[str, MaterialStatus]) -> None:
    items = tuple(MaterialItem(material=k, status=s, reason=f"理由之{k}") for k, s in statuses.items())
    pack = ADOPTED.adopted(EXM)
    case = case_of(judgement=judgement(pack, items=items))
    wanted = [k for k, s in statuses.items() if s in (S.MISSING, S.DEFECTIVE)]
    if not wanted:
        with pytest.raises(NoticeRefusedError, match="没有缺少或有缺陷的材料"):
            deficiency(case, pack, TODAY)
        return
    notice = deficiency(case, pack, TODAY)
    assert [item.reason for item in notice.items] == [f"理由之{k}" for k in wanted]
    text = words_of(fill(template_path("deficiency", None), notice))
    assert {k for k in statuses if f"理由之{k}" in text} == set(wanted)


def test_a_defect_is_told_with_file_and_page() -> None:
    seen = Evidence(document_id="doc-1", page=1, bbox=(0, 0, 5, 5), quote="")
    items = (MaterialItem(material="id_card_copy", status=S.DEFECTIVE, reason="只有人像面", evidence=(seen, seen)),)
    case = case_of(judgement=judgement(ADOPTED.adopted(EXM), items=items))
    assert deficiency(case, ADOPTED.adopted(EXM), TODAY).items[0].place == "信.png 第 1 页"


def test_an_unknown_list_is_no_deficiency() -> None:
    with pytest.raises(NoticeRefusedError, match="投诉人类型未定"):
        deficiency(case_of(), ADOPTED.adopted(EXM), TODAY)


def test_words_from_paper_are_text_in_the_template() -> None:
    name = "<w:p/>{{ number }}{% raw %}&\x00\x0b张"
    case = case_of(fields={"complainant_name": field("complainant_name", name)})
    words = words_of(fill(template_path("receipt", None), receipt(case, ADOPTED.adopted(EXM), TODAY)))
    assert "<w:p/>{{ number }}{% raw %}&张" in words


def test_characters_without_a_picture_are_named() -> None:
    assert undrawn("张\U00020bb7野\U00020bb7") == "\U00020bb7"


def test_the_bundled_templates_are_those_of_the_script() -> None:
    assert {p.stem for p in TEMPLATES.glob("*.docx")} == set(MAKERS)
    for name, make in MAKERS.items():
        assert (TEMPLATES / f"{name}.docx").read_bytes() == docx_bytes(make()), "run: python -m outgoing.template_maker"


def notice() -> Deficiency:
    return deficiency(
        case_of(judgement=judgement(ADOPTED.adopted(EXM), materials=lacking(EXM))), ADOPTED.adopted(EXM), TODAY
    )


def test_a_house_replaces_templates_one_by_one(tmp_path: Path) -> None:
    own = open_docx()
    own.add_paragraph("本单位版式 {{ number }}")
    own.save(str(tmp_path / "deficiency.docx"))
    assert "本单位版式 EXM-2026-000001" in words_of(fill(template_path("deficiency", tmp_path), notice()))
    assert template_path("receipt", tmp_path) == TEMPLATES / "receipt.docx"


@pytest.mark.parametrize(
    "words",
    [
        "{{ bank_account }}",
        "{{ number.__class__.__mro__ }}",
        "{% for %}",
        "{{ number",
        "{%tr for p in items %}",
        "{{ number + 1 }}",
    ],
)
def test_a_template_that_asks_for_more_is_refused(tmp_path: Path, words: str) -> None:
    own = open_docx()
    own.add_paragraph(words)
    own.save(str(tmp_path / "deficiency.docx"))
    with pytest.raises(NoticeTemplateError):
        fill(template_path("deficiency", tmp_path), notice())


def test_a_template_that_is_no_docx_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deficiency.docx").write_bytes(b"not a document")
    with pytest.raises(NoticeTemplateError):
        fill(template_path("deficiency", tmp_path), notice())
    with zipfile.ZipFile(tmp_path / "receipt.docx", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(NoticeTemplateError):
        fill(template_path("receipt", tmp_path), notice())
    with pytest.raises(NoticeTemplateError):
        template_path("receipt", tmp_path / "nowhere")


def test_the_same_notice_gives_the_same_pdf() -> None:
    filled = fill(template_path("deficiency", None), notice())
    assert docx_pdf(filled).content == docx_pdf(filled).content


def stored_case(storage: Storage, **changes: object) -> Case:
    paper = put(storage, "投诉书.pdf", pdf("LETTER"))
    return stored(storage, (paper,), (document(paper, DocumentKind.COMPLAINT_LETTER),), **changes)


def test_the_command_writes_docx_and_pdf(storage: Storage, run: Run, tmp_path: Path) -> None:
    number = stored_case(storage, judgement=judgement(ADOPTED.adopted(EXM))).number
    done = run("notice", "receipt", number, "--out", tmp_path / "出")
    assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "出").iterdir()} == {f"受理通知书-{number}.docx", f"受理通知书-{number}.pdf"}
    assert "SHA-256" in done.stdout
    again = run("notice", "receipt", number, "--out", tmp_path / "出")
    assert type(again.exception).__name__ == "OutputExistsError"


def test_the_commands_refuse_without_a_trace(storage: Storage, run: Run, tmp_path: Path) -> None:
    number = stored_case(storage, judgement=judgement(ADOPTED.adopted(EXM))).number
    for kind in ("deficiency", "referral"):
        refused = run("notice", kind, number, "--out", tmp_path / "出")
        assert isinstance(refused.exception, NoticeRefusedError)
        assert refused.exception.exit_code == 2
    assert not (tmp_path / "出").exists()
    assert type(run("notice", "receipt", "EXM-2026-999999", "--out", tmp_path).exception).__name__ == "UnknownCaseError"


def test_deficiency_by_command(storage: Storage, run: Run, tmp_path: Path) -> None:
    items = (
        MaterialItem(material="evidence", status=S.MISSING, reason="未见相关证据"),
        MaterialItem(material="id_card_copy", status=S.UNCLEAR, reason="看不清"),
    )
    number = stored_case(storage, judgement=judgement(ADOPTED.adopted(EXM), items=items)).number
    done = run("notice", "deficiency", number, "--out", tmp_path)
    assert done.exit_code == 0
    assert "1 项材料待人工确认，未列入" in done.stderr and "1 项是系统的判断" in done.stderr
    assert "未见相关证据" in text_of((tmp_path / f"补正通知书-{number}.pdf").read_bytes())


def test_referral_by_command(storage: Storage, run: Run, tmp_path: Path) -> None:
    inquiry = judgement(ADOPTED.adopted(EXM), DispositionValue.INQUIRY)
    number = stored_case(storage, judgement=inquiry).number
    assert run("notice", "referral", number, "--out", tmp_path).exit_code == 0
    assert "客服咨询岗" in text_of((tmp_path / f"转办函-{number}.pdf").read_bytes())


def test_before_the_decision_there_is_a_receipt_and_no_acceptance() -> None:
    pack = ADOPTED.adopted(EXM)
    for undecided in (judgement(pack, None, accepted=False), judgement(pack, accepted=False), None):
        told = receipt(case_of(judgement=undecided), pack, TODAY)
        text = words_of(fill(template_path("receipt", None), told))
        assert "收件回执" in text and "予以受理" not in text and "15 个工作日" not in text
    assert "予以受理" in words_of(fill(template_path("receipt", None), receipt(case_of(), pack, TODAY)))


def test_today_is_written_as_in_letters() -> None:
    assert receipt(case_of(), ADOPTED.adopted(EXM), date(2026, 1, 5)).today == "2026年1月5日"
