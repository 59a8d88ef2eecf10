"""Rows of the forms: labels, the order of fields, and the layouts in which a form may be drawn."""

from dataclasses import replace
from random import Random

from training import seals
from training.look import Look
from training.sheet import Sheet
from training.table import Cell, Group, Row, Style, row_height
from training.text.complaint import Complaint
from training.values import Values

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
LONG_HEIGHTS = ((150, 80), (200, 90), (120, 60), (70, 44))
NOTICES = (
    "1.投诉人应以本人名义书面实名投诉，不接受匿名、口头或他人代为投诉；2.自然人应提交投诉书、身份证复印件和相关证据并由本人签字；法人应提交投诉书、法定代表人身份证复印件和相关证据，由法定代表人签字并加盖公章；3.材料齐全之后开始调查。",
    "一、本表须由投诉人本人如实填写，字迹清楚。二、投诉须实名，并附身份证复印件及相关证据；法人投诉须加盖公章。三、投诉材料齐全后，本单位方可展开调查。四、投诉人应配合核实，不得虚构事实。",
)


def heading(sheet: Sheet, rng: Random, complaint: Complaint, title: str, page: Look) -> float:
    """Write the title, at times with an annex number, a form code or the member above it; return where to go on."""
    y = rng.uniform(56, 82)
    above = rng.random()
    if above < 0.2:
        sheet.text(page.margin, y - 18, rng.choice(("附件三", "附件：", "表三", "附表")), page.notice)
    elif above < 0.4:
        sheet.centred(y - 14, complaint.respondent.org.name, page.label.sized(13))
    elif above < 0.5:
        code = f"表单编号：KF-{rng.randrange(1, 30):02d}"
        sheet.text(sheet.width - page.margin - page.notice.width(code), y - 18, code, page.notice)
    sheet.centred(y + 14, " ".join(title) if rng.random() < 0.25 else title, page.title)
    if rng.random() < 0.12:
        receipt_stamp(sheet, rng, complaint, (sheet.width - 110, y + 4))
    return y + rng.uniform(28, 40)


def receipt_stamp(sheet: Sheet, rng: Random, complaint: Complaint, centre: tuple[float, float]) -> None:
    """Stamp the receipt of the mailroom on a paper: a blue or red rectangle with the date, nobody's official seal."""
    day = complaint.written.strftime("%Y.%m.%d")
    first = rng.choice(("收件专用章", "收讫", "已收", "来信登记"))
    design = seals.SealDesign(
        first, day, "rectangle", rng.choice(("blue", "red")), 105, rng.uniform(-12, 12), rng.uniform(0.1, 0.5)
    )
    seals.stamp(sheet, rng, design, centre)


def number_above(sheet: Sheet, rng: Random, values: Values, page: Look, y: float) -> float:
    """Put the number above the table in half of the forms; then it is no row."""
    if rng.random() < 0.5:
        return y
    normal, raw = values.pop("complaint_no")
    label = rng.choice(("编号：", "编号:", "No.", "编号"))
    x = sheet.width - page.margin - page.label.width(label) - page.value.width(raw) - 6
    box = sheet.text(x, y, label, page.label)
    sheet.field("complaint_no", normal, raw, sheet.text(box[2] + 3, y, raw, page.value))
    return y + 8


def label_cell(rng: Random, page: Look, text: str, share: float = 1.0) -> Cell:
    """Return a label cell."""
    return Cell(text, share, page.label, align="center" if len(text) > 1 and page.margin > 60 else "left")


def value_cell(page: Look, name: str, values: Values, share: float = 1.6) -> Cell:
    """Return a value cell, empty where the form was left blank."""
    if name not in values:
        return Cell("", share, page.value, (name, ""))
    normal, raw = values[name]
    return Cell(raw, share, page.value, (name, normal))


def _pair(rng: Random, name: str, values: Values, page: Look, share: float = 1.6) -> tuple[Cell, Cell]:
    return label_cell(rng, page, rng.choice(LABELS[name])), value_cell(page, name, values, share)


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


def _inline(rng: Random, values: Values, page: Look, *, underlined: bool = False) -> list[Row | Group]:
    """Put label and value into the same cell, one or two cells to a row."""
    mark = page.separator if page.separator.strip() else "："
    rows: list[Row | Group] = []
    waiting: tuple[Cell, ...] = ()
    height = rng.uniform(24, 30)
    wide = {"complainant_address", "complainant_employer", "respondent_org", "respondent_branch", "complainant_id_no"}
    for name in (n for n in ORDER if n in values or n != "complaint_no"):
        normal, raw = values.get(name, ("", ""))
        label = rng.choice(LABELS[name]) + mark
        cell = Cell(raw, 1, page.value, (name, normal), prefix=label, prefix_pen=page.label, underlined=underlined)
        if name in wide and waiting:
            rows.append(Row(waiting, height))
            waiting = ()
        waiting += (cell,)
        if name in wide or len(waiting) == 2:
            rows.append(Row(waiting, height))
            waiting = ()
    return [*rows, Row(waiting, height)] if waiting else rows


def body_rows(rng: Random, values: Values, page: Look) -> tuple[list[Row | Group], Style]:
    """Return the rows of annex 3 up to the notice in one of the layouts, and the style that goes with it."""
    style = table_style(rng)
    heights = rng.choice(LONG_HEIGHTS)
    layout = rng.choice(("four", "four", "two", "grouped", "grouped", "inline", "underlined"))
    if layout in ("inline", "underlined"):
        style = Style(style.line, style.border, style.padding, ruled=layout == "inline")
        rows = _inline(rng, values, page, underlined=layout == "underlined")
        rows += [_long_inline(rng, name, values, page, h) for name, h in zip(LONG, heights, strict=True)]
        notice = Cell(rng.choice(NOTICES), 1, page.notice, prefix="投诉人须知：", prefix_pen=page.label)
        return [*rows, Row((notice,), 40)], style
    layouts = {"four": _four_columns, "two": _two_columns, "grouped": _grouped}
    rows = layouts[layout](rng, values, page)
    rows += [long_row(rng, name, values, page, h) for name, h in zip(LONG, heights, strict=True)]
    label = label_cell(rng, page, "投诉人须知")
    return [*rows, Row((label, Cell(rng.choice(NOTICES), 4.2, page.notice, top=True)), 40)], style


def _long_inline(rng: Random, name: str, values: Values, page: Look, height: float) -> Row:
    normal, raw = values[name]
    label = rng.choice(LABELS[name]) + "："
    return Row((Cell(raw, 1, page.value, (name, normal), top=True, prefix=label, prefix_pen=page.label),), height)


def long_row(rng: Random, name: str, values: Values, page: Look, height: float) -> Row:
    """Return the row of a long text, at least `height` points high."""
    label, value = _pair(rng, name, values, page, 4.2)
    return Row((label, Cell(value.text, value.share, value.pen, value.field, top=rng.random() < 0.7)), max(height, 44))


def table_style(rng: Random) -> Style:
    """Choose line widths and fills."""
    fill = rng.choice((None, None, None, (232, 232, 232), (226, 236, 246)))
    return Style(rng.choice((0.5, 0.7, 1.0)), rng.choice((0.7, 1.3, 1.8)), rng.uniform(3, 5), label_fill=fill)


def fit(rows: list[Row | Group], width: float, room: float, style: Style) -> list[Row | Group]:
    """Lower the least heights of all rows, then the size of the writing, until the table fits into `room` points."""
    for factor, size in ((1.0, 1.0), (0.8, 1.0), (0.6, 1.0), (0.4, 1.0), (0.0, 1.0), (0.0, 0.88), (0.0, 0.78)):
        lower = [_lowered(row, factor, size) for row in rows]
        if sum(_height(row, width, style) for row in lower) <= room:
            break
    return lower


def _lowered(row: Row | Group, factor: float, size: float) -> Row | Group:
    if isinstance(row, Group):
        return Group(row.label, row.pen, tuple(_lowered_row(r, factor, size) for r in row.rows))
    return _lowered_row(row, factor, size)


def _lowered_row(row: Row, factor: float, size: float) -> Row:
    cells = row.cells if size == 1.0 else tuple(replace(c, pen=c.pen.sized(c.pen.size * size)) for c in row.cells)
    return Row(cells, row.height * factor)


def _height(row: Row | Group, width: float, style: Style) -> float:
    if isinstance(row, Group):
        return sum(row_height(r, width - row.pen.size * 2, style) for r in row.rows)
    return row_height(row, width, style)
