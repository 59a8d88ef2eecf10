"""Cases: which papers a complainant hands in, in which files, with which defects; and the truth about the case."""

import dataclasses
from dataclasses import dataclass
from random import Random
from typing import Any

from training import amounts, forms, id_card, letters, papers, personas
from training.files import FilePlan, Paper, RenderedFile, render_file
from training.sheet import Sheet
from training.text.complaint import ANY_WISH, ASSUMED_MAJOR_WAN, Complaint, Wish, make_complaint

GRADES = ("clean", "scan", "copy", "fax_fine", "fax_std", "photo", "born_digital")
DEFECTS = (
    "unsigned_letter",
    "unsealed_letter",
    "no_id",
    "id_front_only",
    "no_evidence",
    "no_letter",
    "id_no_mismatch",
    "name_mismatch",
    "foreign_id",
)
DEFECT_ODDS = 0.4


@dataclass(frozen=True)
class CasePlan:
    """What a case holds. `grades` are chosen from per file; `stack` puts all papers into one file."""

    wish: Wish = ANY_WISH
    defects: tuple[str, ...] = ()
    grades: tuple[str, ...] = GRADES
    stack: bool = False
    extras: tuple[str, ...] = ()
    with_form: bool = True
    with_letter: bool = True
    turned: int = 0


@dataclass(frozen=True)
class RenderedCase:
    """A case in memory: its files and its truth."""

    files: tuple[RenderedFile, ...]
    truth: dict[str, Any]


def random_plan(rng: Random, grades: tuple[str, ...] = GRADES) -> CasePlan:
    """Plan a case by chance."""
    disposition = rng.choices(("complaint", "inquiry", "not_complaint"), (0.9, 0.06, 0.04))[0]
    if disposition != "complaint":
        return CasePlan(Wish(disposition=disposition), ("no_id", "no_evidence"), grades, with_form=False)
    defects = tuple(rng.sample(DEFECTS, rng.choice((1, 1, 2)))) if rng.random() < DEFECT_ODDS else ()
    extras = tuple(
        rng.sample(
            (
                "complaint_report_form",
                "coordination_application",
                "business_licence",
                "authorisation",
                "envelope",
                "fax_cover",
                "blank",
                "other",
            ),
            rng.choice((0, 0, 1, 1, 2)),
        )
    )
    form = rng.random() < 0.8
    return CasePlan(
        Wish(),
        defects,
        grades,
        rng.random() < 0.2,
        extras,
        form,
        "no_letter" not in defects or not form,
        rng.choice((0, 0, 0, 90, 180, 270)),
    )


def render(plan: CasePlan, rng: Random) -> RenderedCase:
    """Make a case: compose the complaint, write the papers, put them into files."""
    complaint = make_complaint(rng, plan.wish)
    written, mismatches = make_papers(plan, complaint, rng)
    files = render_files(_file_plans(plan, written, rng), rng)
    return RenderedCase(files, case_truth(plan, complaint, mismatches, files))


def render_files(plans: list[FilePlan], rng: Random) -> tuple[RenderedFile, ...]:
    """Draw, degrade and pack the files of a case."""
    return tuple(render_file(p, rng) for p in plans)


def make_papers(plan: CasePlan, complaint: Complaint, rng: Random) -> tuple[list[Paper], list[dict[str, Any]]]:
    """Write the papers of a case; return them and the mismatches planted between them."""
    mismatches: list[dict[str, Any]] = []
    defects, found = set(plan.defects), []
    if plan.with_letter and "no_letter" not in defects:
        sheets = letters.letter(
            rng, complaint, signed="unsigned_letter" not in defects, sealed="unsealed_letter" not in defects
        )
        found.append(Paper("complaint_letter", tuple(sheets)))
    if plan.with_form:
        found.append(_form(complaint, defects, mismatches, rng))
    if "no_id" not in defects:
        found.append(_id_copy(complaint, defects, mismatches, rng))
    if "no_evidence" not in defects:
        made = [
            rng.choice((papers.trade_statement, papers.trade_statement, papers.chat_print, papers.bank_receipt))(
                rng, complaint
            )
        ]
        if rng.random() < 0.3:
            made.append(papers.chat_print(rng, complaint))
        found += [Paper(s.kind, (s,)) for s in made]
    for kind in plan.extras:
        if kind in forms.FORMS:
            sheet = forms.FORMS[kind](rng, complaint)
        else:
            sheet = rng.choice(papers.PAPERS[kind])(rng, complaint)
        found.append(Paper(kind, (sheet,)))
    return found, mismatches


def _form(complaint: Complaint, defects: set[str], mismatches: list[dict[str, Any]], rng: Random) -> Paper:
    person = complaint.person
    if "id_no_mismatch" in defects:
        wrong = _slip(rng, person.id_no)
        mismatches.append({"field": "complainant_id_no", "values": [person.id_no, wrong]})
        person = dataclasses.replace(person, id_no=wrong)
    if "name_mismatch" in defects and complaint.firm is None:
        wrong = personas.other_name(rng, person.name)
        mismatches.append({"field": "complainant_name", "values": [person.name, wrong]})
        person = dataclasses.replace(person, name=wrong)
    return Paper("application_form", (forms.application_form(rng, dataclasses.replace(complaint, person=person)),))


def _id_copy(complaint: Complaint, defects: set[str], mismatches: list[dict[str, Any]], rng: Random) -> Paper:
    kind = "legal_rep_id_copy" if complaint.firm else "id_card_copy"
    person = complaint.person
    if "foreign_id" in defects:
        person = personas.make_person(rng)
        mismatches.append({"field": "complainant_id_no", "values": [complaint.person.id_no, person.id_no]})
        mismatches.append(
            {
                "field": "legal_representative" if complaint.firm else "complainant_name",
                "values": [complaint.person.name, person.name],
            }
        )
    if "id_front_only" in defects:
        return Paper(kind, (id_card.id_copy(rng, person, ("front",), kind=kind),))
    style = rng.random()
    if style < 0.65:
        return Paper(kind, (id_card.id_copy(rng, person, kind=kind),))
    draw = id_card.id_copy if style < 0.85 else None
    sides = ("front", "back")
    sheets = tuple(
        draw(rng, person, (s,), kind=kind) if draw else id_card.card_only(rng, person, s, kind=kind) for s in sides
    )
    return Paper(kind, sheets)


def _slip(rng: Random, number: str) -> str:
    """Exchange two different neighbouring digits of the serial part, as a slip of the pen would."""
    places = [i for i in range(6, 16) if number[i] != number[i + 1]]
    i = rng.choice(places)
    return number[:i] + number[i + 1] + number[i] + number[i + 2 :]


def _file_plans(plan: CasePlan, written: list[Paper], rng: Random) -> list[FilePlan]:
    if plan.stack:
        grade = rng.choice([g for g in plan.grades if g != "photo"] or list(plan.grades))
        pages = sum(len(p.sheets) for p in written)
        turned = ((rng.randrange(1, pages + 1), plan.turned),) if plan.turned and grade != "born_digital" else ()
        return [FilePlan("scan0001", tuple(written), grade, _container(rng, grade, pages), turned)]
    plans = []
    spun = rng.randrange(len(written)) if plan.turned else -1
    for index, paper in enumerate(written):
        grade = rng.choice(
            [
                g
                for g in plan.grades
                if g != "born_digital" or paper.kind not in ("id_card_copy", "legal_rep_id_copy", "envelope")
            ]
            or ["scan"]
        )
        turned = (
            tuple((i, plan.turned) for i in range(1, len(paper.sheets) + 1))
            if index == spun and grade != "born_digital"
            else ()
        )
        stem = f"{index + 1:02d}_{rng.choice(('doc', 'img', 'scan', 'fax' if grade.startswith('fax') else 'file'))}"
        plans += _split_images(FilePlan(stem, (paper,), grade, _container(rng, grade, len(paper.sheets)), turned))
    return plans


def _split_images(plan: FilePlan) -> list[FilePlan]:
    """Give each page its own file where the container holds one page only."""
    sheets: list[tuple[str, Sheet]] = [(p.kind, s) for p in plan.papers for s in p.sheets]
    if plan.container in ("pdf", "tiff", "born_pdf") or len(sheets) == 1:
        return [plan]
    turned = dict(plan.turned)
    return [
        FilePlan(
            f"{plan.stem}_{i}",
            (Paper(kind, (sheet,)),),
            plan.grade,
            plan.container,
            ((1, turned[i]),) if i in turned else (),
        )
        for i, (kind, sheet) in enumerate(sheets, 1)
    ]


def _container(rng: Random, grade: str, pages: int) -> str:
    if grade == "born_digital":
        return "born_pdf"
    if grade.startswith("fax"):
        return rng.choice(("tiff", "tiff", "pdf"))
    if grade == "photo":
        return "jpg"
    if grade == "clean":
        return rng.choice(("pdf", "png"))
    return "pdf" if pages > 1 else rng.choice(("pdf", "jpg", "jpg", "tiff"))


def case_truth(
    plan: CasePlan, complaint: Complaint, mismatches: list[dict[str, Any]], files: tuple[RenderedFile, ...]
) -> dict[str, Any]:
    """Return the truth of a case: only fields that stand on some page and that no planted mismatch touches."""
    person, firm = complaint.person, complaint.firm
    seen = {f["name"] for file in files for page in file.truth["pages"] for f in page["fields"]}
    fields = {
        "complainant_name": complaint.party,
        "complainant_gender": person.gender,
        "complainant_id_no": person.id_no,
        "complainant_mobile": person.mobile,
        "complainant_phone": firm.phone if firm else person.phone,
        "complainant_email": firm.email if firm else person.email,
        "trading_account_no": complaint.account,
        "respondent_org": complaint.respondent.org.name,
        "respondent_branch": complaint.respondent.branch,
        "respondent_staff": complaint.respondent.staff,
        "complaint_date": complaint.written.isoformat(),
        "amount_involved": amounts.plain(complaint.amount) if complaint.amount is not None else None,
        "id_authority": person.id_authority,
        "id_valid_until": person.id_valid_until,
        "complainant_ethnicity": person.nation,
        "complainant_birth_date": person.birth.isoformat(),
        "legal_representative": person.name if firm else None,
        "uscc": firm.uscc if firm else None,
    }
    if "complaint_facts" in seen:
        seen.add("amount_involved")
    clash = {m["field"] for m in mismatches}
    complete = complaint.disposition == "complaint"
    items = _materials(plan, complaint, files)
    return {
        "schema": "juanzong.truth.case/1",
        "policy": "exchange-member",
        "complainant_type": "legal_person" if firm else "natural_person",
        "disposition": complaint.disposition,
        "fields": {k: v for k, v in fields.items() if v is not None and k in seen and k not in clash},
        "materials": {
            "list": "legal_person" if firm else "natural_person",
            "complete": all(i["status"] == "present" for i in items) if complete else None,
            "items": items,
        },
        "category": complaint.category,
        "scenario": complaint.scenario,
        "severity": {
            "level": complaint.level if complete else None,
            "assumed_parameters": {"major_amount_wan": ASSUMED_MAJOR_WAN},
            "signals": list(complaint.signals),
            "denied": list(complaint.denied),
            "conditional": list(complaint.conditional),
        },
        "mismatches": mismatches,
        "defects": list(plan.defects),
        "files": [f.name for f in files],
    }


def _materials(plan: CasePlan, complaint: Complaint, files: tuple[RenderedFile, ...]) -> list[dict[str, str]]:
    documents = [d for f in files for d in f.truth["documents"]]
    kinds = {d["kind"] for d in documents}
    letter = _letter_status(plan, complaint, kinds)
    id_kind = "legal_rep_id_copy" if complaint.firm else "id_card_copy"
    id_status = "missing" if id_kind not in kinds else "defective" if "foreign_id" in plan.defects else "present"
    evidence = "present" if kinds & {"evidence", "trade_statement"} else "missing"
    return [
        {"material": "complaint_letter", "status": letter},
        {"material": id_kind, "status": id_status},
        {"material": "evidence", "status": evidence},
    ]


def _letter_status(plan: CasePlan, complaint: Complaint, kinds: set[str]) -> str:
    if "complaint_letter" not in kinds:
        return "missing"
    unsealed = complaint.firm is not None and "unsealed_letter" in plan.defects
    return "defective" if unsealed or "unsigned_letter" in plan.defects else "present"
