"""Cases over drawn pages: every field's box is where its words were drawn."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from io import BytesIO

import pymupdf
from PIL import Image, ImageDraw, ImageFont

from domain.case import Case, Mismatch, MismatchValue, ReviewReason
from domain.checks import id_number_checks
from domain.documents import Document, Failure, KindGuess, ObjectRef, Page, PageQuality, SourceFile
from domain.evidence import Candidate, Evidence, FieldMissing, FieldValue
from domain.verdicts import (
    CategoryVerdict,
    Deadline,
    DispositionVerdict,
    Judgement,
    MaterialItem,
    MaterialsReport,
    SeverityVerdict,
    Signal,
    UndecidedRule,
)
from domain.vocabulary import (
    CaseStatus,
    Channel,
    DispositionValue,
    DocumentKind,
    MaterialStatus,
    MissingReason,
    SignalCode,
)
from review_ui.backend import Choices, FailedInput, PageImage
from tests.domain.builders import NOW
from tests.review_ui.memory_backend import MemoryBackend

WIDTH, HEIGHT = 1240, 1754
POLICY = "exchange-member"
CHOICES = Choices(
    policy_title="客户投诉处理制度",
    categories=("公司营销和代理商营销类的投诉", "信息系统类的投诉", "服务质量类的投诉", "突发事件及其他类的投诉"),
    levels=("重大投诉", "一般投诉"),
    materials={"complaint_letter": "投诉书", "id_card_copy": "身份证复印件", "evidence": "相关证据"},
)
WRONG_ID = "110105199003071233"  # its check digit should be 9
RIGHT_ID = "110105199003071239"
FACTS = "本人于2026年9月在该公司开户，业务员承诺保本保息，随后多次操作本人账户，造成亏损。"

FORM_LINES = (
    ("complainant_name", "投诉人姓名", "欧阳明月"),
    ("complaint_date", "投诉日期", "2026年11月18日"),
    ("complainant_mobile", "手机号码", "13800138000"),
    ("complainant_id_no", "身份证号码", WRONG_ID),
    ("complainant_address", "联系地址", "云州市青林区柏树街12号"),
    ("trading_account_no", "交易账号", "880012345678"),
    ("amount_involved", "涉及金额", "483200元"),
    ("respondent_org", "被投诉单位", "云州恒泰商品经营有限公司"),
    ("complaint_facts", "投诉事实", FACTS),
    ("complaint_request", "投诉请求", "退还全部亏损并说明情况。"),
)
LETTER_LINES = (
    ("complainant_name", "投诉人", "欧阳朋月"),
    ("amount_involved", "金额", "483200元"),
    ("illegality", "事由", "业务员承诺保本保息，代客操作"),
)
ID_LINES = (("complainant_name", "姓名", "欧阳明月"), ("complainant_id_no", "公民身份号码", RIGHT_ID))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(pymupdf.Font("china-s").buffer), size)


class Sheet:
    """One drawn document of one page and the boxes of its lines."""

    def __init__(self, kind: DocumentKind, name: str, title: str, lines: tuple[tuple[str, str, str], ...]) -> None:
        image = Image.new("RGB", (WIDTH, HEIGHT), "#fdfdfb")
        pen = ImageDraw.Draw(image)
        pen.text((WIDTH // 2, 110), title, font=_font(44), fill="#222", anchor="mm")
        boxes = {}
        for row, (field, label, words) in enumerate(lines):
            top = 220 + row * 130
            pen.rectangle((90, top, WIDTH - 90, top + 100), outline="#888", width=2)
            pen.text((110, top + 34), label, font=_font(28), fill="#333")
            shown = words if len(words) < 26 else words[:26] + "…"
            pen.text((370, top + 34), shown, font=_font(30), fill="#10307a")
            boxes[field] = tuple(float(v) for v in pen.textbbox((370, top + 34), shown, font=_font(30)))
        out = BytesIO()
        image.save(out, "PNG")
        content = out.getvalue()
        sha256 = hashlib.sha256(content).hexdigest()
        self.id = f"doc-{sha256[:12]}-1-1"
        self.boxes = boxes
        self.words = {field: words for field, _, words in lines}
        self.picture = PageImage(content=content, media_type="image/png")
        stored = ObjectRef(key=f"sha256/{sha256}", sha256=sha256, sm3=sha256, size=len(content), media_type="image/png")
        self.document = Document(
            id=self.id,
            source=SourceFile(name=name, object=stored),
            kind=KindGuess(kind=kind, probability=0.97, producer="kinds/1"),
            pages=(Page(number=1, source_page=1, width=WIDTH, height=HEIGHT, dpi=150.0),),
        )

    def place(self, field: str) -> Evidence:
        return Evidence(document_id=self.id, page=1, bbox=self.boxes[field], quote=self.words[field])  # type: ignore[arg-type]


@cache
def sheets() -> tuple[Sheet, Sheet, Sheet]:
    """Return form, letter, and ID copy."""
    return (
        Sheet(DocumentKind.APPLICATION_FORM, "01_登记表.png", "投诉申请登记表", FORM_LINES),
        Sheet(DocumentKind.COMPLAINT_LETTER, "02_投诉书.png", "投诉书", LETTER_LINES),
        Sheet(DocumentKind.ID_CARD_COPY, "03_身份证.png", "身份证复印件", ID_LINES),
    )


def value(name: str, text: str, sheet: Sheet, probability: float, accepted: bool = True) -> FieldValue:
    return FieldValue(
        name=name,
        value=text,
        raw=sheet.words[name],
        probability=probability,
        producer="form/1",
        evidence=(sheet.place(name),),
        accepted=accepted,
    )


def candidate(text: str, name: str, sheet: Sheet, probability: float) -> Candidate:
    return Candidate(value=text, raw=text, probability=probability, producer="other/1", evidence=(sheet.place(name),))


def doubtful_case(form: Sheet, letter: Sheet, card: Sheet, number: int = 1) -> Case:
    """Return a case with a mismatch, a failed check, a doubtful telephone, a missing field and unclear verdicts."""
    fields = {
        "complainant_name": value("complainant_name", "欧阳明月", form, 0.78, accepted=False).model_copy(
            update={"candidates": (candidate("欧阳朋月", "complainant_name", letter, 0.41),)}
        ),
        "complainant_id_no": value("complainant_id_no", WRONG_ID, form, 0.66, accepted=False).model_copy(
            update={
                "checks": id_number_checks(WRONG_ID),
                "candidates": (candidate(RIGHT_ID, "complainant_id_no", card, 0.93),),
            }
        ),
        "complainant_mobile": value("complainant_mobile", "13800138000", form, 0.71, accepted=False),
        "complaint_date": value("complaint_date", "2026-11-18", form, 0.99),
        "complainant_address": value("complainant_address", "云州市青林区柏树街12号", form, 0.97),
        "trading_account_no": value("trading_account_no", "880012345678", form, 0.98),
        "amount_involved": value("amount_involved", "483200", form, 0.99),
        "respondent_org": value("respondent_org", "云州恒泰商品经营有限公司", form, 0.96),
        "complaint_facts": value("complaint_facts", FACTS, form, 0.95),
        "complaint_request": value("complaint_request", "退还全部亏损并说明情况。", form, 0.97),
        "complainant_email": FieldMissing(name="complainant_email", reason=MissingReason.BLANK_ON_FORM),
    }
    mismatch = Mismatch(
        field="complainant_name",
        values=(
            MismatchValue(value="欧阳明月", document_id=form.id, page=1),
            MismatchValue(value="欧阳朋月", document_id=letter.id, page=1),
        ),
    )
    reasons = (
        ReviewReason(code="mismatch", subject="field:complainant_name", message="两份材料中的姓名不一致"),
        ReviewReason(code="check_failed", subject="field:complainant_id_no", message="身份证号码校验未通过"),
        ReviewReason(code="low_probability", subject="field:complainant_mobile", message="手机号码的把握不足"),
        ReviewReason(code="possible_major", subject="severity", message="可能属于重大投诉：涉嫌违规，请确认级别"),
        ReviewReason(code="materials", subject="materials:evidence", message="没有看到相关证据"),
        ReviewReason(code="undecided_rule", subject="rule:major_amount", message="重大金额参数未设定，请确认"),
    )
    return Case(
        id=f"case-{number}",
        number=f"EXM-2026-{number:06d}",
        revision=1,
        policy=POLICY,
        channel=Channel.LETTER,
        received_at=NOW - timedelta(hours=5),
        status=CaseStatus.AWAITING_REVIEW,
        documents=(form.document, letter.document, card.document),
        fields=fields,
        mismatches=(mismatch,),
        judgement=_judgement(letter),
        review=reasons,
    )


def _judgement(letter: Sheet) -> Judgement:
    words = letter.place("illegality")
    return Judgement(
        disposition=DispositionVerdict(
            value=DispositionValue.COMPLAINT, probability=0.98, producer="rules/1", reason="陈述了不满", accepted=True
        ),
        category=CategoryVerdict(
            value=CHOICES.categories[0], probability=0.88, producer="rules/1", evidence=(words,), accepted=True
        ),
        severity=SeverityVerdict(
            level="重大投诉",
            probability=0.7,
            producer="rules/1",
            explanation="第四条第一项：涉嫌违规（投诉书第1页）",
            signals=(
                Signal(
                    signal=SignalCode.ILLEGALITY,
                    detail="承诺保本保息",
                    evidence=(words,),
                    certain=True,
                    probability=0.9,
                    producer="rules/1",
                ),
                Signal(
                    signal=SignalCode.MEDIA,
                    detail="扬言向媒体反映",
                    evidence=(words,),
                    certain=False,
                    probability=0.5,
                    producer="rules/1",
                ),
            ),
            undecided=(UndecidedRule(rule="major_amount", reason="重大金额参数未设定"),),
        ),
        materials=MaterialsReport(
            list="natural_person",
            complete=None,
            items=(
                MaterialItem(
                    material="complaint_letter", status=MaterialStatus.PRESENT, reason="本人签字", evidence=(words,)
                ),
                MaterialItem(material="id_card_copy", status=MaterialStatus.PRESENT, reason="有"),
                MaterialItem(material="evidence", status=MaterialStatus.UNCLEAR, reason="没有看到相关证据"),
            ),
        ),
        deadlines=(
            Deadline(duty="办结", due_at=NOW + timedelta(days=9), basis="第十六条：自受理起若干工作日"),
            Deadline(duty="延长", due_at=None, basis="参数未设定"),
        ),
    )


def blurred_case(form: Sheet, card: Sheet) -> Case:
    """Return a case with one question, about a page."""
    plain = {name: value(name, text, form, 0.99) for name, text in (("complainant_mobile", "13800138000"),)}
    name = value("complainant_name", "欧阳明月", card, 0.99)
    quality = PageQuality(sharpness=0.2, contrast=0.4, usable=False, problems=("字迹模糊",))
    page = card.document.pages[0].model_copy(update={"quality": quality})
    return Case(
        id="case-2",
        number="EXM-2026-000002",
        revision=1,
        policy=POLICY,
        channel=Channel.FAX,
        received_at=NOW - timedelta(days=2),
        status=CaseStatus.AWAITING_REVIEW,
        documents=(form.document, card.document.model_copy(update={"pages": (page,)})),
        fields={**plain, "complainant_name": name},
        review=(
            ReviewReason(code="page_quality", subject=f"document:{card.id}", message="第1页字迹模糊，建议重新扫描"),
        ),
    )


def backend() -> MemoryBackend:
    """Return a fresh backend with two cases and two failed inputs."""
    form, letter, card = sheets()
    failed = (
        FailedInput(
            failure=Failure(
                file="扫描0007.pdf", error="EncryptedPdfError", reason="PDF 设有密码", next_step="请取得密码后重新导入"
            ),
            received_at=NOW,
        ),
        FailedInput(
            failure=Failure(file="空.jpg", error="EmptyFileError", reason="文件是空的", next_step="请重新扫描"),
            case_number="EXM-2026-000002",
        ),
    )
    pictures = {(s.id, 1): s.picture for s in (form, letter, card)}
    return MemoryBackend(
        (doubtful_case(form, letter, card), blurred_case(form, card)), pictures, {POLICY: CHOICES}, failed
    )
