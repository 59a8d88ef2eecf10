"""Complaint letters: 投诉书, 投诉信, 关于…的投诉, e-mail prints; also inquiries and letters of thanks."""

from random import Random

from training import form_rows, ink, look, seals, stationery
from training.look import Look
from training.sheet import A4, Sheet
from training.text import phrases
from training.text.complaint import Complaint
from training.values import write_day, write_mobile, write_requests
from training.writer import Writer

# 184 mm by 260 mm, in points
SIZE_16K = (521.6, 737.0)


def letter(
    rng: Random,
    complaint: Complaint,
    *,
    signed: bool = True,
    hand: bool | None = None,
    sealed: bool = True,
    size: float | None = None,
) -> list[Sheet]:
    """Write a letter of one or more pages; a firm's letter is signed by its legal representative and sealed."""
    page = look.make_look(
        rng,
        hand=(rng.random() < 0.25 if hand is None else hand) and complaint.firm is None,
        size=size or rng.choice((12, 12, 14, 10.5)),
    )
    body = page.value if page.handwritten else page.value.sized(page.label.size)
    leading = body.size * (rng.uniform(1.7, 2.0) if page.handwritten else rng.uniform(1.45, 1.9))
    writer = Writer(
        rng,
        "complaint_letter",
        page,
        body,
        leading,
        [Sheet("complaint_letter", *_paper_size(rng, page))],
        rng.uniform(50, 80),
    )
    if complaint.firm and rng.random() < 0.5:
        stationery.letterhead(writer, complaint)
    elif page.handwritten and rng.random() < 0.5:
        stationery.ruled_paper(writer)
    if not page.handwritten and complaint.firm is None and rng.random() < 0.1:
        stationery.mail_header(writer, complaint)
    else:
        _title(writer, complaint)
    values = _letter_values(rng, complaint)
    _identity(writer, complaint, values)
    _body(writer, complaint, values)
    _ending(writer, complaint, signed=signed, sealed=sealed)
    if len(writer.sheets) > 1 or rng.random() < 0.2:
        stationery.page_numbers(writer)
    if rng.random() < 0.15:
        form_rows.receipt_stamp(writer.sheets[0], rng, complaint, (writer.sheets[0].width - 95, 40))
    elif rng.random() < 0.1:
        stationery.margin_note(writer)
    return writer.sheets


def _paper_size(rng: Random, page: Look) -> tuple[float, float]:
    """Choose A4, or 16K for some letters by hand."""
    return SIZE_16K if page.handwritten and rng.random() < 0.3 else A4


def _letter_values(rng: Random, complaint: Complaint) -> dict[str, tuple[str, str]]:
    person, firm, other = complaint.person, complaint.firm, complaint.respondent
    mobile = write_mobile(rng, person.mobile)
    values = {
        "complainant_name": (complaint.party, complaint.party),
        "complainant_id_no": (person.id_no, person.id_no),
        "complainant_mobile": (person.mobile, mobile),
        "complainant_gender": (person.gender, person.gender),
        "trading_account_no": (complaint.account, complaint.account),
        "complainant_email": (person.email, person.email),
        "complainant_address": (person.contact_address, person.contact_address),
        "respondent_org": (other.org.name, other.org.name),
        "respondent_branch": (other.branch, other.branch),
        "respondent_staff": (other.staff, other.staff),
    }
    if complaint.amount is not None:
        from training.amounts import plain

        values["amount_involved"] = (plain(complaint.amount), complaint.amount_text)
    if firm:
        values |= {
            "legal_representative": (person.name, person.name),
            "uscc": (firm.uscc, firm.uscc),
            "complainant_phone": (firm.phone, firm.phone),
            "complainant_address": (firm.address, firm.address),
            "complainant_email": (firm.email, firm.email),
        }
        del values["complainant_gender"]
    return values


def _title(writer: Writer, complaint: Complaint) -> None:
    rng, other = writer.rng, complaint.respondent
    if complaint.disposition != "complaint":
        title = complaint.title
    else:
        short = rng.choice((other.branch, other.org.short_name, other.staff))
        title = rng.choice(
            (
                "投诉书",
                "投诉书",
                "投诉信",
                "投诉函",
                f"关于{short}的投诉",
                "情况反映",
                f"关于{short}有关问题的投诉信",
                "",
            )
        )
    if not title:
        return
    pen = writer.page.title if not writer.page.handwritten else writer.body.sized(writer.body.size * 1.5)
    if pen.width(title) > writer.width:
        pen = pen.sized(pen.size * writer.width / pen.width(title))
    writer.y += pen.size
    writer.sheet.centred(writer.y, title, pen)
    writer.y += 14


def _identity(writer: Writer, complaint: Complaint, values: dict[str, tuple[str, str]]) -> None:
    """Say who writes: as a block of labels, or as a sentence; some letters say it only at the end."""
    rng, person, firm = writer.rng, complaint.person, complaint.firm
    writer.note_values(
        writer.paragraph(rng.choice(phrases.SALUTATIONS).format(org=complaint.respondent.org.name), indent=False),
        values,
    )
    style = rng.random()
    slots = {
        "me": complaint.me,
        "name": person.name,
        "gender": person.gender,
        "id_no": person.id_no,
        "mobile": values["complainant_mobile"][1],
        "address": values["complainant_address"][0],
        "account": complaint.account,
        "org": complaint.respondent.org.name,
        "branch": complaint.respondent.branch,
        "staff": complaint.respondent.staff,
    }
    if firm:
        slots |= {"firm": firm.name, "uscc": firm.uscc, "phone": firm.phone}
    if complaint.disposition == "complaint" and style < 0.4:
        _identity_block(writer, complaint, values)
    elif complaint.disposition == "complaint" and style < 0.8:
        sentence = rng.choice(phrases.FIRM_IDENTITY if firm else phrases.IDENTITY).format(**slots)
        writer.note_values(writer.paragraph(sentence), values)
    opening = (
        rng.choice(phrases.OPENINGS).format(**slots)
        if complaint.disposition == "complaint"
        else rng.choice(("您好！", "你们好！"))
    )
    if opening:
        writer.note_values(writer.paragraph(opening), values)


def _identity_block(writer: Writer, complaint: Complaint, values: dict[str, tuple[str, str]]) -> None:
    rng, mark = writer.rng, writer.page.separator
    if complaint.firm:
        rows = [
            ("投诉人", "complainant_name"),
            ("统一社会信用代码", "uscc"),
            ("法定代表人", "legal_representative"),
            ("住所", "complainant_address"),
            ("联系电话", "complainant_phone"),
        ]
    else:
        rows = [
            ("投诉人", "complainant_name"),
            ("性别", "complainant_gender"),
            ("身份证号", "complainant_id_no"),
            ("住址", "complainant_address"),
            ("联系电话", "complainant_mobile"),
            ("电子邮箱", "complainant_email"),
        ]
        rows = [r for r in rows if r[1] not in ("complainant_gender", "complainant_email") or rng.random() < 0.5]
    rows += [
        (rng.choice(("被投诉人", "被投诉单位", "被投诉会员单位")), "respondent_org"),
        (rng.choice(("交易账号", "客户账号")), "trading_account_no"),
    ]
    for label, name in rows:
        written = writer.paragraph(f"{label}{mark}{values[name][1]}", indent=False)
        writer.note_values(written, {name: values[name]})


def _body(writer: Writer, complaint: Complaint, values: dict[str, tuple[str, str]]) -> None:
    rng = writer.rng
    facts = list(complaint.facts)
    cut = rng.randrange(len(complaint.extras) + 1)
    paragraphs = facts if rng.random() < 0.5 else ["".join(facts)]
    paragraphs += ["".join(complaint.extras[:cut])] if cut else []
    if rng.random() < 0.25 and len(paragraphs) > 1:
        paragraphs = [f"{'一二三四五六七八'[i]}、{p}" for i, p in enumerate(paragraphs)]
    written = [line for p in paragraphs for line in writer.paragraph(p)]
    writer.note_values(written, values)
    writer.note_values(
        written, {"complaint_facts": ("".join(complaint.facts), "".join(line for _, line, _ in written))}
    )
    if complaint.requests:
        lead = rng.choice(phrases.REQUEST_LEADS).format(me=complaint.me)
        if rng.random() < 0.5:
            text = write_requests(rng, complaint.requests)
            written = writer.paragraph(lead + text)
        else:
            text = "".join(f"{i + 1}、{r}；" for i, r in enumerate(complaint.requests))[:-1] + "。"
            writer.paragraph(lead)
            written = [
                line
                for part in text.split("；")
                for line in writer.paragraph(part if part.endswith("。") else part + "；")
            ]
        writer.note_values(written, {"complaint_request": (text, text)} | values)
    if complaint.extras[cut:]:
        writer.paragraph("".join(complaint.extras[cut:]))
    writer.paragraph(rng.choice(phrases.CLOSINGS).format(me=complaint.me))


def _ending(writer: Writer, complaint: Complaint, *, signed: bool, sealed: bool) -> None:
    """Salute, signature block and date; the block stays together."""
    rng, page = writer.rng, writer.page
    if writer.y + 8 * writer.leading > writer.sheet.height - 40:
        writer.turn_over()
    salute, respect = rng.choice(phrases.SALUTES) if complaint.disposition == "complaint" else ("此致", "敬礼")
    if salute:
        writer.paragraph(salute)
        writer.paragraph(respect, indent=False)
    attachments = rng.choice(phrases.ATTACHMENTS)
    if attachments and complaint.disposition == "complaint" and rng.random() < 0.6:
        writer.paragraph(attachments)
    writer.y += writer.leading * 0.7
    x = page.margin + writer.width * rng.uniform(0.42, 0.55)
    (_sign_firm if complaint.firm else _sign_person)(writer, complaint, x, signed, sealed)
    writer.y += writer.leading * 1.2
    day = write_day(rng, complaint.written)
    box = writer.sheet.text(x + rng.uniform(0, 40), writer.y, day, writer.body)
    writer.sheet.field("complaint_date", complaint.written.isoformat(), day, box)


def _sign_person(writer: Writer, complaint: Complaint, x: float, signed: bool, sealed: bool) -> None:
    rng, sheet = writer.rng, writer.sheet
    label = rng.choice(("投诉人：", "投诉人（签字）：", "投诉人签名：", "签名：", ""))
    printed = rng.random() < 0.35 or not signed
    writer.y += writer.leading
    box = sheet.text(x, writer.y, label, writer.body) if label else (x, writer.y, x, writer.y)
    end = box[2] + 4
    if printed and not writer.page.handwritten and (signed or rng.random() < 0.5):
        name = sheet.text(end, writer.y, complaint.person.name, writer.body)
        sheet.field("complainant_name", complaint.person.name, complaint.person.name, name)
        end = name[2] + 8
    if signed:
        room = sheet.width - 30 - end
        size = min(rng.uniform(24, 38), room / (len(complaint.person.name) * 0.95))
        ink.sign(sheet, rng, complaint.person.name, (end, writer.y + 6), size)
        if rng.random() < 0.2:
            ink.thumbprint(sheet, rng, (min(end + 40, sheet.width - 40), writer.y - 4))


def _sign_firm(writer: Writer, complaint: Complaint, x: float, signed: bool, sealed: bool) -> None:
    rng, sheet, firm = writer.rng, writer.sheet, complaint.firm
    assert firm is not None
    writer.y += writer.leading
    label = rng.choice(("投诉人：", "投诉单位：", "投诉单位（盖章）：", ""))
    x = min(x, sheet.width - 40 - writer.body.width(label + firm.name))
    box = sheet.text(max(x, 40), writer.y, label + firm.name, writer.body)
    writer.y += writer.leading * 1.3
    under = sheet.text(
        max(x, 40), writer.y, rng.choice(("法定代表人：", "法定代表人（签字）：", "法人代表签字：")), writer.body
    )
    if signed:
        ink.sign(
            sheet, rng, complaint.person.name, (min(under[2] + 3, sheet.width - 120), writer.y + 5), rng.uniform(24, 34)
        )
    if signed and rng.random() < 0.25:
        name_seal = seals.SealDesign(complaint.person.name + "印", form="square", size=44, turn=rng.uniform(-6, 6))
        seals.stamp(sheet, rng, name_seal, (max(under[0] - 40, 40), writer.y))
    if sealed:
        seals.stamp(
            sheet,
            rng,
            seals.company_seal(rng, firm.name, below=""),
            (min(box[2] - rng.uniform(20, 90), sheet.width - 75), writer.y - rng.uniform(0, 12)),
        )
