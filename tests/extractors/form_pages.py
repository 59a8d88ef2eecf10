"""Pages of forms and cards written by hand: lines with character boxes, and the ruled cells they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from domain.documents import Page, ReadPage
from domain.forms import FormDescription, FormField
from domain.marks import PageMarks, PageReading, RuledCell
from domain.ocr import OcrCharacter, OcrLine, OcrPage
from domain.vocabulary import DocumentKind

SIZE = 30.0


def width_of(text: str, size: float = SIZE) -> float:
    return sum(size if ord(c) > 0x2E7F else size / 2 for c in text)


def line(text: str, x: float, y: float, size: float = SIZE, score: float = 0.99) -> OcrLine:
    """One line with its top left corner at (x, y)."""
    characters, at = [], x
    for sign in text:
        step = width_of(sign, size)
        characters.append(OcrCharacter(text=sign, bbox=(at, y, at + step, y + size), score=score))
        at += step
    polygon = ((x, y), (at, y), (at, y + size), (x, y + size))
    return OcrLine(text=text, polygon=polygon, score=score, characters=tuple(characters))


def page(
    lines: Sequence[OcrLine],
    cells: Sequence[RuledCell] = (),
    number: int = 1,
    size: tuple[int, int] = (1654, 2339),
) -> PageReading:
    ordered = tuple(sorted(lines, key=lambda one: (one.bbox[1], one.bbox[0])))
    sheet = Page(number=number, source_page=number, width=size[0], height=size[1], blank=not ordered)
    text = OcrPage(number=number, width=size[0], height=size[1], lines=ordered, producer="test/1")
    return PageReading(read=ReadPage(page=sheet, text=text), marks=PageMarks(cells=tuple(cells), producer="test/1"))


def cell(row: int, column: int, bbox: tuple[float, float, float, float], **spans: int) -> RuledCell:
    return RuledCell(table=0, row=row, column=column, bbox=bbox, **spans)


def two_columns(
    pairs: Sequence[tuple[str, str]], x: float = 100, y: float = 300, row_height: float = 60
) -> PageReading:
    """A ruled form with one label and one value cell per row; a newline starts a new line in a cell."""
    lines, cells = [line("投诉申请登记表", 650, 150, 48)], []
    for row, (label, value) in enumerate(pairs):
        height = max(row_height, 40 * max(value.count("\n"), label.count("\n")) + row_height)
        cells += [cell(row, 0, (x, y, x + 400, y + height)), cell(row, 1, (x + 400, y, x + 1400, y + height))]
        for words, left in ((label, x + 12), (value, x + 412)):
            parts = [part for part in words.split("\n") if part]
            lines += [line(part, left, y + 15 + 40 * i) for i, part in enumerate(parts)]
        y += height
    return page(lines, cells)


def _field(name: str, *labels: str, multiline: bool = False, anchor: str | None = None) -> FormField:
    return FormField(name=name, labels=labels, multiline=multiline, anchor=anchor)


ANNEX3 = FormDescription(
    id="annex3",
    kind=DocumentKind.APPLICATION_FORM,
    titles=("投诉申请登记表", "投诉登记表"),
    fields=(
        _field("complaint_no", "编号"),
        _field("complainant_name", "投诉人姓名", "姓名"),
        _field("complaint_date", "投诉日期"),
        _field("complainant_employer", "投诉人工作单位名称", "工作单位"),
        _field("complainant_phone", "投诉人联系电话", "联系电话"),
        _field("complainant_address", "投诉人联系地址", "联系地址"),
        _field("trading_account_no", "投诉人交易账号", "交易账号"),
        _field("complainant_id_no", "投诉人身份证号码", "身份证号码"),
        _field("complainant_mobile", "投诉人手机号码", "手机号码"),
        _field("complainant_email", "投诉人常用电子邮箱", "电子邮箱"),
        _field("respondent_org", "被投诉会员单位名称", "被投诉单位"),
        _field("respondent_branch", "涉及分支机构或居间名称"),
        _field("respondent_staff", "涉及工作人员信息", multiline=True),
        _field("complaint_facts", "投诉事实说明", multiline=True),
        _field("complaint_request", "投诉请求说明", multiline=True),
        _field("complainant_notice_ack", "投诉人须知", multiline=True, anchor="notice"),
        _field("complainant_sign_seal", "投诉人确认知晓上述内容并认可后签字盖章", "投诉人签字", anchor="signature"),
        _field("form_signed_date", "日期"),
    ),
)
ANNEX2 = FormDescription(
    id="annex2",
    kind=DocumentKind.COMPLAINT_REPORT_FORM,
    titles=("客户投诉表",),
    fields=(
        _field("trading_account_no", "投诉客户账号"),
        _field("complaint_date", "投诉日期"),
        _field("complainant_name", "客户姓名"),
        _field("complainant_phone", "联系电话"),
        _field("complaint_facts", "投诉内容及相关材料", multiline=True),
        _field("verification", "情况核实", multiline=True),
        _field("handling_opinion", "处理意见", multiline=True),
        _field("handling_result", "处理结果", multiline=True),
        _field("callback", "客户回访", multiline=True),
    ),
)
ANNEX4 = FormDescription(
    id="annex4",
    kind=DocumentKind.COORDINATION_APPLICATION,
    titles=("协调投诉申请单", "协助投诉申请单"),
    fields=(
        _field("respondent_org", "被投诉会员单位名称"),
        _field("member_head_name", "总负责人姓名"),
        _field("member_head_title", "总负责人职位"),
        _field("member_head_phone", "总负责人联系电话"),
        _field("member_head_email", "总负责人常用邮箱"),
        _field("complainant_name", "投诉人姓名"),
        _field("complaint_date", "投诉日期"),
        _field("trading_account_no", "投诉人交易账号"),
        _field("complainant_id_no", "投诉人身份证号码"),
        _field("complainant_mobile", "投诉人手机号码"),
        _field("complainant_email", "投诉人常用电子邮箱"),
        _field("submitted_materials", "已提交投诉人资料清单", multiline=True),
        _field("member_process_opinion", "会员单位处理投诉流程及处理意见", multiline=True),
        _field("no_consensus_reason", "投诉处理意见未与投诉人达成共识的原因", multiline=True),
        _field("assistance_request", "协助投诉处理要求", multiline=True),
        _field("member_confirm_seal", "会员单位确认上述内容真实性并盖章", anchor="signature"),
        _field("form_signed_date", "日期"),
    ),
)
FORMS = (ANNEX2, ANNEX3, ANNEX4)
