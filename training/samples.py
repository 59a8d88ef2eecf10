"""Regenerate the committed samples: `python -m training.samples --out samples/`.

Each folder is one case. Seeds are fixed; the pages depend only on them and on the faces installed.
"""

import argparse
import dataclasses
import shutil
from pathlib import Path
from random import Random

from training import forms, id_card, letters, papers
from training.cases import CasePlan, RenderedCase, case_truth, make_papers, render_files
from training.files import FilePlan, Paper
from training.pages import write_case
from training.sheet import Sheet
from training.text.complaint import Complaint, Wish, make_complaint
from training.text.scenarios import ADVICE, AGENT, MARKETING, SERVICE, SYSTEM, TRADING

CALM: tuple[str, ...] = ()


def natural_person_complete(rng: Random) -> RenderedCase:
    """Hand in everything a natural person needs, scanned paper by paper."""
    plan = CasePlan(Wish(SYSTEM, legal_person=False, major=False, stated=CALM))
    complaint = make_complaint(rng, plan.wish)
    files = [
        _one("01_投诉申请登记表", forms.application_form(rng, complaint, hand=False), "scan", "pdf"),
        FilePlan(
            "02_投诉书", (Paper("complaint_letter", tuple(letters.letter(rng, complaint, hand=False))),), "scan", "pdf"
        ),
        _one("03_身份证复印件", id_card.id_copy(rng, complaint.person), "scan", "jpg"),
        _one("04_交易明细", papers.trade_statement(rng, complaint), "scan", "pdf"),
    ]
    return _finish(plan, complaint, files, rng)


def legal_person_sealed(rng: Random) -> RenderedCase:
    """A firm complains: sealed letter, the legal representative's ID, evidence, a licence nobody asked for."""
    plan = CasePlan(Wish(AGENT, legal_person=True, major=True, stated=CALM))
    complaint = make_complaint(rng, plan.wish)
    files = [
        FilePlan("投诉函", (Paper("complaint_letter", tuple(letters.letter(rng, complaint))),), "scan", "pdf"),
        _one("投诉登记表", forms.application_form(rng, complaint, hand=True), "scan", "jpg"),
        _one("法人身份证", id_card.id_copy(rng, complaint.person, kind="legal_rep_id_copy"), "copy", "jpg"),
        _one("回单", papers.bank_receipt(rng, complaint), "scan", "pdf"),
        _one("营业执照", papers.business_licence(rng, complaint), "copy", "pdf"),
    ]
    return _finish(plan, complaint, files, rng)


def fax_letter(rng: Random) -> RenderedCase:
    """A letter of two pages that came by fax (G4 TIFF, 204 by 196), with the ID copy as a standard fax (204 by 98)."""
    plan = CasePlan(Wish(TRADING, legal_person=False), ("no_evidence",))
    complaint = make_complaint(rng, plan.wish)
    sheets: list[Sheet] = []
    while len(sheets) != 2:
        sheets = letters.letter(rng, complaint, hand=False, size=14)
    files = [
        FilePlan("fax_0931", (Paper("complaint_letter", tuple(sheets)),), "fax_fine", "tiff"),
        _one("fax_0940", id_card.id_copy(rng, complaint.person), "fax_std", "tiff"),
    ]
    return _finish(plan, complaint, files, rng)


def phone_photo(rng: Random) -> RenderedCase:
    """Phone photos: a letter by hand, both sides of the ID card, a chat."""
    plan = CasePlan(Wish(SERVICE, legal_person=False, stated=CALM))
    complaint = make_complaint(rng, plan.wish)
    files = [
        FilePlan(
            "IMG_2031",
            (Paper("complaint_letter", tuple(letters.letter(rng, complaint, hand=True)[:1])),),
            "photo",
            "jpg",
        ),
        _one("IMG_2032", id_card.card_only(rng, complaint.person, "front"), "photo", "jpg"),
        _one("IMG_2033", id_card.card_only(rng, complaint.person, "back"), "photo", "jpg"),
        _one("IMG_2034", papers.chat_print(rng, complaint), "photo", "jpg"),
    ]
    return _finish(plan, complaint, files, rng)


def stack_in_one_pdf(rng: Random) -> RenderedCase:
    """One scan of everything: letter, form, ID copy, statement; to be cut where the kind changes."""
    plan = CasePlan(Wish(MARKETING, legal_person=False, major=True, stated=CALM), grades=("scan",), stack=True)
    complaint = make_complaint(rng, plan.wish)
    found, mismatches = make_papers(plan, complaint, rng)
    files = render_files([FilePlan("scan0001", tuple(found), "scan", "pdf")], rng)
    return RenderedCase(files, case_truth(plan, complaint, mismatches, files))


def born_digital(rng: Random) -> RenderedCase:
    """Papers saved as PDF by an office suite; only the ID copy is a picture."""
    plan = CasePlan(Wish(ADVICE, legal_person=False, stated=CALM))
    complaint = make_complaint(rng, plan.wish)
    files = [
        FilePlan(
            "投诉书",
            (Paper("complaint_letter", tuple(letters.letter(rng, complaint, hand=False))),),
            "clean",
            "born_pdf",
        ),
        _one("投诉申请登记表", forms.application_form(rng, complaint, hand=False), "clean", "born_pdf"),
        _one("交易明细", papers.trade_statement(rng, complaint), "clean", "born_pdf"),
        _one("身份证", id_card.id_copy(rng, complaint.person), "scan", "pdf"),
    ]
    return _finish(plan, complaint, files, rng)


def incomplete(rng: Random) -> RenderedCase:
    """No ID copy, no evidence, and nobody signed the letter."""
    plan = CasePlan(Wish(SERVICE, legal_person=False, stated=CALM), ("unsigned_letter", "no_id", "no_evidence"))
    complaint = make_complaint(rng, plan.wish)
    files = [
        FilePlan(
            "letter",
            (Paper("complaint_letter", tuple(letters.letter(rng, complaint, signed=False, hand=False))),),
            "scan",
            "pdf",
        ),
        _one("form", forms.application_form(rng, complaint, signed=False, hand=True), "copy", "jpg"),
    ]
    return _finish(plan, complaint, files, rng)


def upside_down(rng: Random) -> RenderedCase:
    """The form lay upside down on the scanner, the ID copy on its side."""
    plan = CasePlan(Wish(TRADING, legal_person=False, stated=CALM), with_letter=False)
    plan = dataclasses.replace(plan, defects=("no_letter",))
    complaint = make_complaint(rng, plan.wish)
    files = [
        _one("0001", forms.application_form(rng, complaint, hand=False), "scan", "jpg", 180),
        _one("0002", id_card.id_copy(rng, complaint.person), "scan", "jpg", 90),
        _one("0003", papers.trade_statement(rng, complaint), "scan", "pdf", 270),
    ]
    return _finish(plan, complaint, files, rng)


def inquiry(rng: Random) -> RenderedCase:
    """A question about the rules, not a complaint."""
    plan = CasePlan(Wish(disposition="inquiry"), ("no_id", "no_evidence"), with_form=False)
    complaint = make_complaint(rng, plan.wish)
    return _finish(
        plan,
        complaint,
        [FilePlan("来信", (Paper("complaint_letter", tuple(letters.letter(rng, complaint))),), "scan", "pdf")],
        rng,
    )


def major_illegality(rng: Random) -> RenderedCase:
    """A large sum and conduct said to be illegal; sent by several kinds of file."""
    plan = CasePlan(Wish(TRADING, legal_person=False, major=True, stated=("illegality", "regulator", "group")))
    complaint = make_complaint(rng, plan.wish)
    files = [
        FilePlan(
            "投诉信", (Paper("complaint_letter", tuple(letters.letter(rng, complaint, hand=False))),), "scan", "tiff"
        ),
        _one("登记表", forms.application_form(rng, complaint), "fax_fine", "pdf"),
        _one("身份证", id_card.id_copy(rng, complaint.person), "copy", "pdf"),
        _one("证据", papers.bank_receipt(rng, complaint), "scan", "jpg"),
    ]
    return _finish(plan, complaint, files, rng)


def id_mismatch(rng: Random) -> RenderedCase:
    """The form names other digits and another character than the ID card."""
    plan = CasePlan(
        Wish(SYSTEM, legal_person=False, stated=CALM), ("id_no_mismatch", "name_mismatch"), grades=("scan",)
    )
    complaint = make_complaint(rng, plan.wish)
    found, mismatches = make_papers(plan, complaint, rng)
    plans = [FilePlan(f"{i:02d}", (paper,), "scan", "pdf") for i, paper in enumerate(found, 1)]
    files = render_files(plans, rng)
    return RenderedCase(files, case_truth(plan, complaint, mismatches, files))


SAMPLES = (
    natural_person_complete,
    legal_person_sealed,
    fax_letter,
    phone_photo,
    stack_in_one_pdf,
    born_digital,
    incomplete,
    upside_down,
    inquiry,
    major_illegality,
    id_mismatch,
)


def _one(stem: str, sheet: Sheet, grade: str, container: str, turned: int = 0) -> FilePlan:
    return FilePlan(stem, (Paper(sheet.kind, (sheet,)),), grade, container, ((1, turned),) if turned else ())


def _finish(plan: CasePlan, complaint: Complaint, plans: list[FilePlan], rng: Random) -> RenderedCase:
    files = render_files(plans, rng)
    return RenderedCase(files, case_truth(plan, complaint, [], files))


def write_samples(out: Path) -> None:
    """Write every sample case into `out/cases` and its truth into `out/truth`, replacing what lies there."""
    for number, make in enumerate(SAMPLES, 1):
        name = f"{number:02d}_{make.__name__}"
        places = (out / "cases" / name, out / "truth" / name)
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
        write_case(make(Random(f"sample-{make.__name__}")), *places)
        print(f"{name}: {(make.__doc__ or '').strip()}")


def main() -> int:
    """Write the samples where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.samples", description="Regenerate the committed samples.")
    parser.add_argument("--out", type=Path, default=Path("samples"), help="folder of the samples")
    write_samples(parser.parse_args().out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
