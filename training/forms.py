"""The three forms of the exchange-member rules: annex 2, annex 3 and annex 4, each in several layouts."""

from collections.abc import Callable
from random import Random

from training import fonts, ink, look, personas, seals
from training.look import Look
from training.sheet import Box, Pen, Sheet
from training.table import Cell, Group, Row, Style, draw_table, row_height
from training.text.complaint import Complaint
from training.values import Values, form_values, same, write_day

LABELS: dict[str, tuple[str, ...]] = {
    "complaint_no": ("编号", "编 号", "登记编号"),
    "complainant_name": ("投诉人姓名", "投诉人姓名", "投诉人"),
    "complaint_date": ("投诉日期", "投诉时间"),
    "complainant_employer": ("投诉人工作单位名称", "工作单位名称", "投诉人工作单位"),
    "complainant_phone": ("投诉人联系电话", "联系电话"),
    "complainant_address": ("投诉人联系地址", "联系地址", "投诉人住址"),
    "trading_account_no": ("投诉人交易账号", "交易账号", "投诉人交易帐号"),
    "complainant_id_no": ("投诉人身份证号码", "身份证号码", "身份证号"),
    "complainant_mobile": ("投诉人手机号码", "手机号码", "手机"),
    "complainant_email": ("投诉人常用电子邮箱", "常用电子邮箱", "电子邮箱"),
    "respondent_org": ("被投诉会员单位名称", "被投诉会员单位", "被投诉单位名称"),
    "respondent_branch": ("涉及分支机构或居间名称", "涉及分支机构或居间", "涉及的分支机构（居间）名称"),
    "respondent_staff": ("涉及工作人员信息", "涉及工作人员"),
    "complaint_facts": ("投诉事实说明", "投诉事实说明", "投诉事实"),
    "complaint_request": ("投诉请求说明", "投诉请求说明", "投诉请求"),
}
ORDER = (
    "complaint_no",
    "complainant_name",
    "complaint_date",
    "complainant_employer",
    "complainant_phone",
    "complainant_address",
    "trading_account_no",
    "complainant_id_no",
    "complainant_mobile",
    "complainant_email",
    "respondent_org",
    "respondent_branch",
    "respondent_staff",
)
ABOUT_PERSON = ORDER[1:10]
ABOUT_RESPONDENT = ORDER[10:]
LONG = ("complaint_facts", "complaint_request")
NOTICES = (
    "1.投诉人应以本人名义书面实名投诉，不接受匿名、口头或他人代为投诉；2.自然人应提交投诉书、身份证复印件和相关证据并由本人签字；法人应提交投诉书、法定代表人身份证复印件和相关证据，由法定代表人签字并加盖公章；3.材料齐全之后开始调查。",
    "一、本表须由投诉人本人如实填写，字迹清楚。二、投诉须实名，并附身份证复印件及相关证据；法人投诉须加盖公章。三、投诉材料齐全后，本单位方可展开调查。四、投诉人应配合核实，不得虚构事实。",
)
LONG_HEIGHTS = ((150, 80), (200, 90), (120, 60), (70, 44))
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
    y = _heading(sheet, rng, rng.choice(("投诉申请登记表", "投诉申请登记表", "客户投诉申请登记表", "投诉登记表")), page)
    y = _number_above(sheet, rng, values, page, y)
    rows = rng.choice((_four_columns, _two_columns, _grouped))(rng, values, page)
    rows += [
        _long_row(rng, name, values, page, height) for name, height in zip(LONG, rng.choice(LONG_HEIGHTS), strict=True)
    ]
    rows.append(Row((_label(rng, page, "投诉人须知"), Cell(rng.choice(NOTICES), 4.2, page.notice, top=True)), 40))
    style = _table_style(rng)
    rows = _fit(rows, sheet.width - 2 * page.margin, sheet.height - y - 80, style)
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
    y = _heading(sheet, rng, "客户投诉表", page)
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
    pairs = [(_label(rng, page, label), _value(page, name, values)) for label, name in short]
    if rng.random() < 0.6:
        rows += [Row((*pairs[0], *pairs[1]), 28), Row((*pairs[2], *pairs[3]), 28)]
    else:
        rows += [Row(pair, 28) for pair in pairs]
    rows.append(Row((_label(rng, page, "投诉内容及相关材料"), _value(page, "complaint_facts", values, 4.2)), 130))
    for label, name in (
        ("情况核实", "verification"),
        ("处理意见", "handling_opinion"),
        ("处理结果", "handling_result"),
        ("客户回访", "callback"),
    ):
        rows.append(Row((_label(rng, page, label), _value(page, name, {name: same(texts[name])}, 4.2)), 62))
    draw_table(sheet, (page.margin, y, sheet.width - page.margin, y), rows, _table_style(rng))
    return sheet


def coordination_application(rng: Random, complaint: Complaint) -> Sheet:
    """Annex 4 协调投诉申请单, sent by the member."""
    page = look.make_look(rng, size=10.5)
    values = form_values(rng, complaint) | _head_values(rng, complaint)
    sheet = Sheet("coordination_application")
    y = _heading(sheet, rng, rng.choice(("协调投诉申请单", "协助投诉申请单", "协调申请单")), page)
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
        Row((_label(rng, page, label), _value(page, name, values)), 22) for label, name in fields
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
                _label(rng, page, "已提交投诉人资料清单（必备提交资料）"),
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
        rows.append(Row((_label(rng, page, label), _value(page, name, values)), 58))
    rows.append(
        Row(
            (
                _label(rng, page, "会员单位须知"),
                Cell(
                    "会员单位应如实填写并将本申请单及资料电子件一并发送至协调中心；资料不齐的不予受理。", 3, page.notice
                ),
            ),
            34,
        )
    )
    y = draw_table(sheet, (page.margin, y, sheet.width - page.margin, y), rows, _table_style(rng))
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


def _heading(sheet: Sheet, rng: Random, title: str, page: Look) -> float:
    y = rng.uniform(52, 80)
    if rng.random() < 0.25:
        sheet.text(page.margin, y - 18, rng.choice(("附件三", "附件：", "表三", "附表")), page.notice)
    spaced = " ".join(title) if rng.random() < 0.25 else title
    sheet.centred(y + 14, spaced, page.title)
    return y + rng.uniform(28, 40)


def _number_above(sheet: Sheet, rng: Random, values: Values, page: Look, y: float) -> float:
    """Put the number above the table in half of the forms; then it is no row."""
    if rng.random() < 0.5:
        return y
    normal, raw = values.pop("complaint_no")
    label = rng.choice(("编号：", "编号:", "No.", "编号"))
    x = sheet.width - page.margin - page.label.width(label) - page.value.width(raw) - 6
    box = sheet.text(x, y, label, page.label)
    sheet.field("complaint_no", normal, raw, sheet.text(box[2] + 3, y, raw, page.value))
    return y + 8


def _label(rng: Random, page: Look, text: str, share: float = 1.0) -> Cell:
    return Cell(text, share, page.label, align="center" if len(text) > 1 and page.margin > 60 else "left")


def _value(page: Look, name: str, values: Values, share: float = 1.6) -> Cell:
    if name not in values:
        return Cell("", share, page.value, (name, ""))
    normal, raw = values[name]
    return Cell(raw, share, page.value, (name, normal))


def _pair(rng: Random, name: str, values: Values, page: Look, share: float = 1.6) -> tuple[Cell, Cell]:
    return _label(rng, page, rng.choice(LABELS[name])), _value(page, name, values, share)


def _four_columns(rng: Random, values: Values, page: Look) -> list[Row | Group]:
    wide = (
        {"complainant_address", "respondent_org", "respondent_branch"}
        if rng.random() < 0.7
        else {"complainant_address"}
    )
    rows: list[Row | Group] = []
    waiting: tuple[Cell, ...] = ()
    height = rng.uniform(24, 32)
    for name in (n for n in ORDER if n in values or n != "complaint_no"):
        if name in wide:
            if waiting:
                rows.append(Row((*waiting, Cell("", 1, page.label), Cell("", 1.6, page.value)), height))
                waiting = ()
            rows.append(Row(_pair(rng, name, values, page, 4.2), height))
        else:
            waiting += _pair(rng, name, values, page)
            if len(waiting) == 4:
                rows.append(Row(waiting, height))
                waiting = ()
    if waiting:
        rows.append(Row((*waiting, Cell("", 1, page.label), Cell("", 1.6, page.value)), height))
    return rows


def _two_columns(rng: Random, values: Values, page: Look) -> list[Row | Group]:
    height = rng.uniform(20, 24)
    share = rng.uniform(2, 3.2)
    return [Row(_pair(rng, n, values, page, share), height) for n in ORDER if n in values or n != "complaint_no"]


def _grouped(rng: Random, values: Values, page: Look) -> list[Row | Group]:
    def rows_of(names: tuple[str, ...]) -> tuple[Row, ...]:
        rows, height = [], rng.uniform(22, 28)
        singles = [
            n
            for n in names
            if n
            in (
                "complainant_address",
                "respondent_org",
                "respondent_branch",
                "respondent_staff",
                "complainant_employer",
            )
        ]
        doubles = [n for n in names if n not in singles]
        for a, b in zip(doubles[::2], doubles[1::2], strict=False):
            rows.append(Row((*_pair(rng, a, values, page), *_pair(rng, b, values, page)), height))
        if len(doubles) % 2:
            singles.insert(0, doubles[-1])
        return (*rows, *(Row(_pair(rng, n, values, page, 4.2), height) for n in singles))

    head = [Row(_pair(rng, "complaint_no", values, page, 4.2), 24)] if "complaint_no" in values else []
    return [
        *head,
        Group("投诉人信息", page.label, rows_of(ABOUT_PERSON)),
        Group("被投诉方", page.label, rows_of(ABOUT_RESPONDENT)),
    ]


def _long_row(rng: Random, name: str, values: Values, page: Look, height: float) -> Row:
    label, value = _pair(rng, name, values, page, 4.2)
    return Row((label, Cell(value.text, value.share, value.pen, value.field, top=rng.random() < 0.7)), max(height, 44))


def _table_style(rng: Random) -> Style:
    fill = rng.choice((None, None, None, (232, 232, 232), (226, 236, 246)))
    return Style(rng.choice((0.5, 0.7, 1.0)), rng.choice((0.7, 1.3, 1.8)), rng.uniform(3, 5), label_fill=fill)


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


def _fit(rows: list[Row | Group], width: float, room: float, style: Style) -> list[Row | Group]:
    """Lower the least heights of all rows until the table fits into `room` points, as far as the texts allow."""
    for factor in (1.0, 0.8, 0.6, 0.4, 0.0):
        lower = [_lowered(row, factor) for row in rows]
        if sum(_height(row, width, style) for row in lower) <= room:
            return lower
    return lower


def _lowered(row: Row | Group, factor: float) -> Row | Group:
    if isinstance(row, Group):
        return Group(row.label, row.pen, tuple(Row(r.cells, r.height * factor) for r in row.rows))
    return Row(row.cells, row.height * factor)


def _height(row: Row | Group, width: float, style: Style) -> float:
    if isinstance(row, Group):
        return sum(row_height(r, width - row.pen.size * 2, style) for r in row.rows)
    return row_height(row, width, style)


FORMS: dict[str, Callable[[Random, Complaint], Sheet]] = {
    "application_form": application_form,
    "complaint_report_form": complaint_report_form,
    "coordination_application": coordination_application,
}
