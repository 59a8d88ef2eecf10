"""What surrounds a letter's text: letterhead, ruled paper, the head of an e-mail, page numbers, notes by others."""

from training import fonts, look
from training.sheet import Pen
from training.text.complaint import Complaint
from training.writer import Writer


def letterhead(writer: Writer, complaint: Complaint) -> None:
    """Print the firm's name in red or blue over a line, with address and telephone."""
    firm = complaint.firm
    assert firm is not None
    red = (200, 30, 30)
    sheet, face = writer.sheet, fonts.choose(writer.rng, "song", "bold")
    colour = red if writer.rng.random() < 0.7 else (30, 60, 120)
    pen = Pen(face, min(24, (sheet.width - 140) / len(firm.name)), colour)
    sheet.centred(62, firm.name, pen)
    sheet.rule((60, 74), (sheet.width - 60, 74), 1.6, colour)
    small = Pen(writer.page.notice.face, 8, colour)
    sheet.centred(88, f"地址：{firm.address}  电话：{firm.phone}", small)
    writer.y = 104


def mail_header(writer: Writer, complaint: Complaint) -> None:
    """Print the head of an e-mail in place of a title."""
    person, org = complaint.person, complaint.respondent.org
    subject = complaint.title or f"关于{complaint.respondent.org.short_name}的投诉"
    for line in (
        f"发件人：{person.name} <{person.email}>",
        f"收件人：{org.email}",
        f"发送时间：{complaint.written.isoformat()} 21:{writer.rng.randrange(10, 60)}",
        f"主题：{subject}",
    ):
        writer.paragraph(line, indent=False)
    writer.y += 6
    writer.sheet.rule((writer.page.margin, writer.y), (writer.sheet.width - writer.page.margin, writer.y), 0.8)


def margin_note(writer: Writer) -> None:
    """Let a superior write an instruction across the top; it is neither a field nor the complainant's signature."""
    rng, sheet = writer.rng, writer.sheets[0]
    pen = look.hand_pen(rng, 15)
    pen = Pen(pen.face, 15, rng.choice(((190, 30, 30), (30, 30, 40))), pen.jitter, pen.seed)
    sheet.text(
        rng.uniform(60, 250),
        34,
        rng.choice(("请风控部阅处。", "转客服部核实，三日内报结果。", "已阅，请依规办理")),
        pen,
    )


def ruled_paper(writer: Writer) -> None:
    """Draw the red lines of letter paper on the first page, at the line pitch of the writing."""
    sheet = writer.sheet
    colour = writer.rng.choice(((225, 120, 120), (150, 190, 160), (170, 170, 190)))
    y = writer.y + writer.leading * 0.3
    while y < sheet.height - 50:
        sheet.rule((writer.page.margin - 8, y), (sheet.width - writer.page.margin + 8, y), 0.5, colour)
        y += writer.leading


def page_numbers(writer: Writer) -> None:
    """Number the pages at the foot."""
    total, style = len(writer.sheets), writer.rng.randrange(3)
    for index, sheet in enumerate(writer.sheets, 1):
        text = (f"第{index}页 共{total}页", f"- {index} -", f"{index}/{total}")[style]
        sheet.centred(sheet.height - 32, text, writer.page.notice)
