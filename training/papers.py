"""Other papers of a case: trade statement, chat print, bank receipt, licence, authorisation, envelope, strangers."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from random import Random

from training import amounts, fonts, ink, look, names, numbers, personas, seals
from training.sheet import A4, Pen, Sheet, wrap
from training.table import Cell, Row, Style, draw_table
from training.text.complaint import Complaint
from training.values import write_day


def trade_statement(rng: Random, complaint: Complaint) -> Sheet:
    """Print a list of trades of the complainant's account (交易明细)."""
    wide = rng.random() < 0.35
    sheet = Sheet("trade_statement", *(A4[::-1] if wide else A4))
    page = look.make_look(rng, hand=False, size=9)
    sheet.centred(60, rng.choice(("交易明细", "客户交易明细表", "客户交易记录", "交易结算单")), page.title.sized(17))
    y = 86.0
    org = complaint.respondent.org.name
    for label, name, value in (
        ("客户姓名", "complainant_name", complaint.party),
        ("交易账号", "trading_account_no", complaint.account),
        ("会员单位", "respondent_org", org),
    ):
        box = sheet.text(page.margin, y, label + page.separator, page.label)
        sheet.field(name, value, value, sheet.text(box[2] + 2, y, value, page.value))
        y += 16
    heads = ("日期", "品种", "买/卖", "开/平", "成交价", "数量", "手续费", "盈亏")
    rows = [Row(tuple(Cell(h, 1, page.label, align="center") for h in heads), 20)]
    total, day = Decimal(0), complaint.written - dt.timedelta(days=80)
    for _ in range(rng.randrange(9, 24 if not wide else 15)):
        day += dt.timedelta(days=rng.randrange(0, 4))
        profit = Decimal(rng.randrange(-900000, 300000)) / 100
        total += profit
        cells = (
            day.isoformat(),
            rng.choice(names.PRODUCTS)[:4],
            rng.choice("买卖"),
            rng.choice(("开仓", "平仓")),
            f"{rng.randrange(2200, 6400)}",
            str(rng.randrange(1, 20)),
            f"{rng.randrange(1000, 30000) / 100:.2f}",
            f"{profit:,.2f}",
        )
        rows.append(Row(tuple(Cell(c, 1, page.value, align="center") for c in cells), 18))
    rows.append(
        Row((Cell("合计", 7, page.label, align="center"), Cell(f"{total:,.2f}", 1, page.value, align="center")), 20)
    )
    y = draw_table(
        sheet,
        (page.margin, y, sheet.width - page.margin, y),
        list(rows),
        Style(rng.choice((0.4, 0.7)), 0.8, 2, ruled=rng.random() < 0.85),
    )
    sheet.text(page.margin, y + 22, f"打印日期：{complaint.written.isoformat()}", page.notice)
    if rng.random() < 0.5:
        seals.stamp(
            sheet,
            rng,
            seals.company_seal(rng, org, below="业务专用章"),
            (sheet.width - page.margin - 80, min(y + 10, sheet.height - 70)),
        )
    return sheet


def chat_print(rng: Random, complaint: Complaint) -> Sheet:
    """Print a chat between complainant and staff (evidence)."""
    sheet = Sheet("evidence")
    pen = Pen(fonts.choose(rng, "hei"), 11)
    small = pen.sized(8.5)
    sheet.centred(
        56, rng.choice(("微信聊天记录", "聊天记录截图", f"与{complaint.respondent.staff}的聊天记录")), pen.sized(15)
    )
    talk = (
        ("you", "哥，今天的行情看到了吗？跟上的都赚了"),
        ("me", "我还没想好，会不会亏"),
        ("you", "有老师带着，您放心，稳稳的"),
        ("me", "那手续费怎么算？"),
        ("you", "手续费都是统一的，不用管"),
        ("me", "我的账户怎么少了这么多钱？"),
        ("you", "行情波动，正常的，再加点仓就回来了"),
        ("me", "请你们给个说法！"),
        ("you", "我在开会，晚点回复您"),
    )
    y, day = 92.0, complaint.written - dt.timedelta(days=40)
    for who, text in talk[rng.randrange(3) :]:
        if rng.random() < 0.4:
            day += dt.timedelta(days=1)
            sheet.centred(y, f"{day.month}月{day.day}日 {rng.randrange(8, 22)}:{rng.randrange(60):02d}", small)
            y += 20
        width = pen.width(text) + 18
        x = 90.0 if who == "you" else sheet.width - 90 - width
        sheet.fill((x, y, x + width, y + 24), (238, 238, 238) if who == "you" else (158, 231, 110))
        sheet.text(x + 9, y + 16, text, pen)
        name = complaint.respondent.staff if who == "you" else "我"
        sheet.text(60 if who == "you" else sheet.width - 78, y + 16, name[:3], small)
        y += 42
    return sheet


def bank_receipt(rng: Random, complaint: Complaint) -> Sheet:
    """Print a bank's electronic receipt of a transfer (evidence)."""
    sheet = Sheet("evidence", 595, rng.choice((420.0, 842.0)))
    page = look.make_look(rng, hand=False, size=9.5)
    sheet.centred(60, rng.choice(("银行电子回单", "业务回单（付款）", "网上银行电子回单")), page.title.sized(16))
    amount = complaint.amount or Decimal(20000)
    pairs = (
        ("付款人户名", complaint.party),
        ("付款人账号", numbers.bank_card(rng)),
        ("收款人户名", complaint.respondent.org.name),
        ("收款人账号", numbers.digits(rng, 19)),
        ("金额（小写）", f"￥{amount:,.2f}"),
        ("金额（大写）", "人民币" + amounts.in_words(amount, capital=True)),
        ("用途", "入金"),
        ("交易时间", f"{complaint.written - dt.timedelta(days=60)} 10:{rng.randrange(10, 60)}:08"),
    )
    rows = [Row((Cell(k, 1, page.label), Cell(v, 3, page.value)), 24) for k, v in pairs]
    y = draw_table(sheet, (page.margin, 82, sheet.width - page.margin, 82), list(rows), Style(0.6, 0.8))
    seals.stamp(
        sheet,
        rng,
        seals.SealDesign("南湾银行股份有限公司", "电子回单专用章", "round", "red", 96, rng.uniform(-10, 10), 0.1),
        (sheet.width - 130, min(y - 20, sheet.height - 60)),
    )
    return sheet


def business_licence(rng: Random, complaint: Complaint) -> Sheet:
    """Copy a firm's business licence."""
    firm = complaint.firm or personas.make_firm(rng, names.CLIENT_TRADES)
    sheet = Sheet("business_licence", *(A4[::-1] if rng.random() < 0.5 else A4))
    kai, song = fonts.choose(rng, "kai", "song"), fonts.choose(rng, "song")
    sheet.frame((26, 26, sheet.width - 26, sheet.height - 26), 3, (190, 160, 90))
    sheet.centred(120, "营 业 执 照", Pen(kai, 40))
    sheet.centred(146, "（副  本）", Pen(song, 13))
    label, value = Pen(song, 11, (90, 80, 60)), Pen(song, 11.5)
    y = 196.0
    rows = (
        ("统一社会信用代码", "uscc", firm.uscc),
        ("名称", "complainant_name", firm.name),
        ("类型", "", "有限责任公司（自然人投资或控股）"),
        ("法定代表人", "legal_representative", complaint.person.name),
        (
            "经营范围",
            "",
            "一般项目：销售；货物进出口；技术服务。（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
        ),
        ("注册资本", "", amounts.in_words(Decimal(firm.capital_wan * 10000), capital=True)),
        ("成立日期", "", f"{firm.founded.year}年{firm.founded.month:02d}月{firm.founded.day:02d}日"),
        ("住所", "complainant_address", firm.address),
    )
    for text, name, content in rows:
        sheet.text(70, y, text, label)
        boxes = []
        for line in wrap(content, value, sheet.width - 260):
            boxes.append(sheet.text(180, y, line, value))
            y += 18
        if name:
            sheet.field(name, content, content, (boxes[0][0], boxes[0][1], max(b[2] for b in boxes), boxes[-1][3]))
        y += 12
    sheet.text(sheet.width - 220, sheet.height - 90, "登记机关", label)
    seals.stamp(
        sheet,
        rng,
        seals.SealDesign("南湾市市场监督管理局", "", "round", "red", 112, 0, 0.1),
        (sheet.width - 140, sheet.height - 100),
    )
    return sheet


def authorisation(rng: Random, complaint: Complaint) -> Sheet:
    """Write an authorisation letter (授权委托书)."""
    sheet = Sheet("authorisation")
    page = look.make_look(rng, hand=False, size=12)
    sheet.centred(90, rng.choice(("授权委托书", "委托书")), page.title)
    agent = personas.make_person(rng)
    text = (
        f"兹委托{agent.name}（身份证号码：{agent.id_no}）代为办理{complaint.party}与{complaint.respondent.org.name}"
        "投诉一事的相关手续，代理权限为：递交材料、陈述事实、签收文书。委托期限自签署之日起至事项办结之日止。"
    )
    y = 130.0
    for index, line in enumerate(wrap(text, page.value, sheet.width - 2 * page.margin, 24)):
        sheet.text(page.margin + (24 if index == 0 else 0), y, line, page.value)
        y += 24
    box = sheet.text(page.margin + 180, y + 40, "委托人：", page.label)
    ink.sign(sheet, rng, complaint.person.name, (box[2] + 4, y + 46), 30)
    sheet.text(page.margin + 180, y + 80, write_day(rng, complaint.written), page.value)
    if complaint.firm:
        seals.stamp(sheet, rng, seals.company_seal(rng, complaint.firm.name, below=""), (page.margin + 250, y + 50))
    return sheet


def envelope(rng: Random, complaint: Complaint) -> Sheet:
    """Show the face of an envelope with postmark."""
    sheet = Sheet("envelope", 624, 312, (222, 196, 150) if rng.random() < 0.6 else (250, 250, 248))
    pen = look.hand_pen(rng, 17)
    for i in range(6):
        sheet.frame((30 + 22 * i, 26, 48 + 22 * i, 46), 0.8, (200, 50, 50))
        digit = rng.choice("0123456789")
        sheet.text(34 + 22 * i, 43, digit, pen.sized(15), note=False)
    org = complaint.respondent.org
    for y, text in ((96, org.address), (140, org.name), (176, "客户服务部（收）")):
        sheet.text(60, y, text, pen)
    sender = pen.sized(13)
    sheet.text(190, 262, f"{complaint.person.contact_address}", sender)
    sheet.text(300, 288, f"{complaint.person.name} 缄", sender)
    sheet.frame((540, 24, 596, 92), 0.8)
    mark = seals.SealDesign(
        "南湾支局", complaint.written.strftime("%Y.%m.%d"), "round", "black", 74, rng.uniform(-40, 40), 0.5
    )
    seals.stamp(sheet, rng, mark, (520, 88))
    return sheet


def fax_cover(rng: Random, complaint: Complaint) -> Sheet:
    """Write the cover sheet of a fax."""
    sheet = Sheet("fax_cover")
    page = look.make_look(rng, size=12)
    sheet.centred(90, rng.choice(("传 真", "传真封面", "FAX 传真")), page.title)
    org = complaint.respondent.org
    pairs = (
        ("收件人", org.name),
        ("传真", org.phone),
        ("发件人", complaint.party),
        ("电话", complaint.person.mobile),
        ("页数", f"{rng.randrange(2, 7)}页（含封面）"),
        ("日期", write_day(rng, complaint.written)),
        ("事由", "投诉材料"),
    )
    rows = [Row((Cell(k, 1, page.label), Cell(v, 3, page.value)), 32) for k, v in pairs]
    y = draw_table(
        sheet, (page.margin, 120, sheet.width - page.margin, 120), list(rows), Style(0.7, 1.2, ruled=rng.random() < 0.7)
    )
    sheet.text(page.margin, y + 40, "□急件  □请审阅  ☑请答复  □请存档", page.label)
    return sheet


def blank(rng: Random, complaint: Complaint) -> Sheet:
    """Leave a page empty."""
    return Sheet("blank", paper=(rng.randrange(245, 256),) * 3)


def other(rng: Random, complaint: Complaint) -> Sheet:
    """Print a paper that has nothing to do with the case: a menu, a news page, a notice."""
    sheet = Sheet("other")
    pen = Pen(fonts.choose(rng, "song", "hei"), 12)
    title, lines = rng.choice(
        (
            (
                "迎春小馆 菜单",
                (
                    "凉拌黄瓜……12元",
                    "红烧豆腐……22元",
                    "清蒸鲈鱼……68元",
                    "时令青菜……18元",
                    "米饭（位）……2元",
                    "订餐电话：8866 2211",
                ),
            ),
            (
                "社区新闻",
                (
                    "本报讯 我市将于下周开展义务植树活动，欢迎市民踊跃报名。",
                    "图书馆周末延长开放时间至晚上九点。",
                    "明日天气：多云，十八到二十五度，东南风二到三级。",
                ),
            ),
            (
                "停水通知",
                (
                    "各住户：",
                    "因管道检修，本楼将于周三上午八点至下午五点停水，请提前做好储水准备。",
                    "给您带来不便，敬请谅解。",
                    "物业服务中心",
                ),
            ),
            ("设备保养记录", ("空压机每月加注润滑油一次。", "检查皮带松紧，必要时更换。", "记录人签字后存档。")),
        )
    )
    sheet.centred(90, title, pen.sized(22))
    y = 140.0
    for line in lines:
        for part in wrap(line, pen, sheet.width - 150):
            sheet.text(75, y, part, pen)
            y += 26
    return sheet


PAPERS: dict[str, tuple[Callable[[Random, Complaint], Sheet], ...]] = {
    "trade_statement": (trade_statement,),
    "evidence": (chat_print, bank_receipt),
    "business_licence": (business_licence,),
    "authorisation": (authorisation,),
    "envelope": (envelope,),
    "fax_cover": (fax_cover,),
    "blank": (blank,),
    "other": (other,),
}
