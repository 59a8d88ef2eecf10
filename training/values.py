"""What is filled into a form for a complaint: field name -> (normal form, as written)."""

import datetime as dt
from random import Random

from training import names, personas
from training.text.complaint import Complaint, write_date

Values = dict[str, tuple[str, str]]


def form_values(rng: Random, complaint: Complaint) -> Values:
    """Return the values of annexes 2 and 3 for a complaint, as the complainant would write them."""
    person, firm, respondent = complaint.person, complaint.firm, complaint.respondent
    phone = firm.phone if firm else person.phone
    address = firm.address if firm else person.contact_address
    staff = rng.choice(
        (
            respondent.staff,
            f"{respondent.staff}（{respondent.staff_post}）",
            f"{respondent.staff_post}{respondent.staff}",
            f"{respondent.staff}，{respondent.staff_post}",
        )
    )
    facts, request = "".join(complaint.facts + complaint.extras), write_requests(rng, complaint.requests)
    values: Values = {
        "complaint_no": same(
            f"{rng.choice(('TS', '投', 'KSTS', ''))}{complaint.written:%Y%m}{rng.randrange(1, 400):03d}"
        ),
        "complainant_name": same(complaint.party),
        "complaint_date": (complaint.written.isoformat(), write_date(complaint.written, rng.randrange(5))),
        "complainant_phone": same(phone),
        "complainant_address": same(address),
        "trading_account_no": same(complaint.account),
        "complainant_id_no": (person.id_no, write_id(rng, person.id_no)),
        "complainant_mobile": (person.mobile, write_mobile(rng, person.mobile)),
        "complainant_email": same(firm.email if firm else person.email),
        "respondent_org": same(respondent.org.name),
        "respondent_branch": same(respondent.branch),
        "respondent_staff": same(staff),
        "complaint_facts": same(facts),
        "complaint_request": same(request),
        "form_signed_date": (complaint.written.isoformat(), write_date(complaint.written, rng.randrange(5))),
    }
    employer = firm.name if firm else personas.make_firm(rng, names.CLIENT_TRADES).name
    if rng.random() < 0.8:
        values["complainant_employer"] = same(employer)
    return values


def same(text: str) -> tuple[str, str]:
    """Return a value that is written in its normal form."""
    return text, text


def write_id(rng: Random, number: str) -> str:
    """Write an ID number closed up, or in groups."""
    if rng.random() < 0.85:
        return number
    return f"{number[:6]} {number[6:14]} {number[14:]}"


def write_mobile(rng: Random, number: str) -> str:
    """Write a mobile number closed up, with hyphens or blanks."""
    joint = rng.choice(("", "", "", "-", " "))
    return joint.join((number[:3], number[3:7], number[7:]))


def write_requests(rng: Random, requests: tuple[str, ...]) -> str:
    """Write requests as one sentence or as a numbered list."""
    if len(requests) == 1 or rng.random() < 0.3:
        return "；".join(requests) + "。"
    style = rng.choice(("{n}、{r}", "{n}.{r}", "（{c}）{r}", "{c}、{r}"))
    return "；".join(style.format(n=i + 1, c="一二三四五"[i], r=r) for i, r in enumerate(requests)) + "。"


def write_day(rng: Random, day: dt.date) -> str:
    """Write a date in a style that fits under a signature."""
    return write_date(day, rng.choice((0, 0, 1, 2, 4, 5)))
