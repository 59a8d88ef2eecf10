"""The three forms of the exchange-member rules: annex 2, annex 3 and annex 4, each in several layouts."""

from collections.abc import Callable
from random import Random

from training import fonts, form_rows, ink, look, personas, seals
from training.look import Look
from training.sheet import Box, Pen, Sheet
from training.table import Cell, Group, Row, draw_table
from training.text.complaint import Complaint
from training.values import Values, form_values, same, write_day

CONFIRM = (
    "投诉人确认知晓上述内容并认可后签字盖章：",
    "投诉人确认知晓上述内容并认可（签字盖章）：",
    "本人已知晓上述内容并认可。投诉人签字（盖章）：",
)


def application_form(rng: Random, complaint: Complaint, *, signed: bool = True, hand: bool | None = None) -> Sheet:
    """Annex 3 投诉申请登记表, with all 18 fields."""
    page = look.make_look(rng, hand=hand)
    values = form_values(rng, complaint)
    sheet = Sheet("application_form")
    y = form_rows.heading(
        sheet,
        rng,
        complaint,
        rng.choice(("投诉申请登记表", "投诉申请登记表", "客户投诉申请登记表", "投诉登记表")),
        page,
    )
    y = form_rows.number_above(sheet, rng, values, page, y)
    rows, style = form_rows.body_rows(rng, values, page)
    rows = form_rows.fit(rows, sheet.width - 2 * page.margin, sheet.height - y - 80, style)
    y = draw_table(sheet, (page.margin, y, sheet.width - page.margin, y), rows, style)
    places = _confirm(sheet, rng, page, y)
    if signed:
        _confirmed(sheet, rng, complaint, values["form_signed_date"], places)
    return sheet


def complaint_report_form(rng: Random, complaint: Complaint) -> Sheet:
    """Annex 2 客户投诉表, filled by the member's staff."""
    page = look.make_look(rng)
    values = form_values(rng, complaint)
    sheet = Sheet("complaint_report_form")
    y = form_rows.heading(sheet, rng, complaint, "客户投诉表", page)
    texts = {
        "verification": rng.choice(
            (
                "经核对交易记录和通话录音，客户反映的情况基本属实。",
                "已向经办人员了解情况，双方说法不一致，待进一步核实。",
            )
        ),
        "handling_opinion": rng.choice(
            ("由责任部门向客户解释并道歉，按规定处理相关人员。", "建议与客户协商解决，并报风控部备案。")
        ),
        "handling_result": rng.choice(("已与客户达成一致，客户表示接受。", "处理中。", "已答复客户。")),
        "callback": rng.choice(("客户无异议。", "客户有异议，要求进一步处理。", "已电话回访，客户表示满意。")),
    }
    short = [
        ("投诉客户账号", "trading_account_no"),
        ("投诉日期", "complaint_date"),
        ("客户姓名", "complainant_name"),
        ("联系电话", "complainant_phone"),
    ]
    rows: list[Row | Group] = []
    pairs = [
        (form_rows.label_cell(rng, page, label), form_rows.value_cell(page, name, values)) for label, name in short
    ]
    if rng.random() < 0.6:
        rows += [Row((*pairs[0], *pairs[1]), 28), Row((*pairs[2], *pairs[3]), 28)]
    else:
        rows += [Row(pair, 28) for pair in pairs]
    rows.append(
        Row(
            (
                form_rows.label_cell(rng, page, "投诉内容及相关材料"),
                form_rows.value_cell(page, "complaint_facts", values, 4.2),
            ),
            130,
        )
    )
    for label, name in (
        ("情况核实", "verification"),
        ("处理意见", "handling_opinion"),
        ("处理结果", "handling_result"),
        ("客户回访", "callback"),
    ):
        rows.append(
            Row(
                (
                    form_rows.label_cell(rng, page, label),
                    form_rows.value_cell(page, name, {name: same(texts[name])}, 4.2),
                ),
                62,
            )
        )
    draw_table(sheet, (page.margin, y, sheet.width - page.margin, y), rows, form_rows.table_style(rng))
    return sheet


def coordination_application(rng: Random, complaint: Complaint) -> Sheet:
    """Annex 4 协调投诉申请单, sent by the member."""
    page = look.make_look(rng, size=10.5)
    values = form_values(rng, complaint) | _head_values(rng, complaint)
    sheet = Sheet("coordination_application")
    y = form_rows.heading(sheet, rng, complaint, rng.choice(("协调投诉申请单", "协助投诉申请单", "协调申请单")), page)
    fields = [
        ("被投诉会员单位名称", "respondent_org"),
        ("总负责人姓名", "member_head_name"),
        ("总负责人职位", "member_head_title"),
        ("总负责人联系电话", "member_head_phone"),
        ("总负责人常用邮箱", "member_head_email"),
        ("投诉人姓名", "complainant_name"),
        ("投诉日期", "complaint_date"),
        ("投诉人交易账号", "trading_account_no"),
        ("投诉人身份证号码", "complainant_id_no"),
        ("投诉人手机号码", "complainant_mobile"),
        ("投诉人常用电子邮箱", "complainant_email"),
    ]
    rows: list[Row | Group] = [
        Row((form_rows.label_cell(rng, page, label), form_rows.value_cell(page, name, values)), 22)
        for label, name in fields
    ]
    marks = "".join(
        f"{rng.choice('☑☑√□')}{item}；"
        for item in (
            "投诉登记表（投诉人签字盖章确认）",
            "投诉人身份证正反面复印件",
            "投诉人客户开户资料",
            "投诉人交易明细",
            "投诉人提供的其他相关证据",
        )
    )
    rows.append(
        Row(
            (
                form_rows.label_cell(rng, page, "已提交投诉人资料清单（必备提交资料）"),
                Cell(marks, 3, page.notice, ("submitted_materials", marks)),
            ),
            40,
        )
    )
    for label, name in (
        ("会员单位处理投诉流程及处理意见", "member_process_opinion"),
        ("投诉处理意见未与投诉人达成共识的原因", "no_consensus_reason"),
        ("协助投诉处理要求", "assistance_request"),
    ):
        rows.append(Row((form_rows.label_cell(rng, page, label), form_rows.value_cell(page, name, values)), 58))
    rows.append(
        Row(
            (
                form_rows.label_cell(rng, page, "会员单位须知"),
                Cell(
                    "会员单位应如实填写并将本申请单及资料电子件一并发送至协调中心；资料不齐的不予受理。", 3, page.notice
                ),
            ),
            34,
        )
    )
    y = draw_table(sheet, (page.margin, y, sheet.width - page.margin, y), rows, form_rows.table_style(rng))
    box = sheet.text(page.margin + 4, y + 26, "会员单位确认上述内容真实性并盖章：", page.label)
    day = write_day(rng, complaint.written)
    sheet.text(sheet.width - page.margin - 190, y + 52, "日期：", page.label)
    date_box = sheet.text(sheet.width - page.margin - 150, y + 52, day, page.value)
    sheet.field("form_signed_date", complaint.written.isoformat(), day, date_box)
    seals.stamp(
        sheet,
        rng,
        seals.company_seal(rng, complaint.respondent.org.name, below=""),
        (box[2] + 60, min(y + 40, sheet.height - 65)),
    )
    return sheet


def _head_values(rng: Random, complaint: Complaint) -> Values:
    head = personas.make_person(rng).name
    return {
        "member_head_name": same(head),
        "member_head_title": same(rng.choice(("总经理", "董事长", "风控总监"))),
        "member_head_phone": same(complaint.respondent.org.phone),
        "member_head_email": same(complaint.respondent.org.email),
        "member_process_opinion": same(
            "我司接到投诉后由风控部调查，向客户说明了交易规则，提出了退还部分手续费的处理意见。"
        ),
        "no_consensus_reason": same("客户坚持要求全额赔偿，与我司核实的责任比例不一致。"),
        "assistance_request": same("请协调中心组织三方会谈，核对客户交易记录。"),
    }


def _confirm(sheet: Sheet, rng: Random, page: Look, y: float) -> tuple[Box, Box]:
    """Write the confirmation and the date label under the table; return both boxes."""
    base = y + min(30, (sheet.height - y) * 0.3)
    box = sheet.text(page.margin + 4, base, rng.choice(CONFIRM), page.label)
    low = min(base + rng.uniform(24, 36), sheet.height - 14)
    return box, sheet.text(sheet.width - page.margin - 170, low, "日期" + page.separator, page.label)


def _confirmed(sheet: Sheet, rng: Random, complaint: Complaint, day: tuple[str, str], places: tuple[Box, Box]) -> None:
    """Sign and date the form; a firm also puts its seal."""
    box, label = places
    base = box[3] - 1
    ink.sign(sheet, rng, complaint.person.name, (min(box[2] + 6, sheet.width - 150), base + 4), rng.uniform(22, 32))
    pen = Pen(fonts.choose(rng, "song", "kai"), 11)
    sheet.field("form_signed_date", *day, sheet.text(label[2] + 3, label[3] - 1.5, day[1], pen))
    if complaint.firm:
        centre = (min(box[2] + 40, sheet.width - 80), min(base + 10, sheet.height - 66))
        seals.stamp(sheet, rng, seals.company_seal(rng, complaint.firm.name), centre)


FORMS: dict[str, Callable[[Random, Complaint], Sheet]] = {
    "application_form": application_form,
    "complaint_report_form": complaint_report_form,
    "coordination_application": coordination_application,
}
