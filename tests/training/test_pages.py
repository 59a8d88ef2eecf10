import io
import itertools
import json
from pathlib import Path
from random import Random

import pymupdf
import pytest
from PIL import Image, ImageOps

from training import cases, fonts, ink, pages
from training.cases import CasePlan
from training.sheet import Sheet
from training.text.complaint import Wish, make_complaint
from training.text.scenarios import CATEGORIES, SCENARIOS

SAMPLES = Path(__file__).parents[2] / "samples"


def marks(page: dict) -> list[dict]:
    return [*page["lines"], *page["fields"], *page["signatures"], *page["seals"]]


@pytest.mark.parametrize("kind", pages.KINDS)
def test_every_kind_renders_with_its_truth_inside_the_page(kind: str) -> None:
    file = pages.render_page(kind, seed=4, grade="clean", container="pdf")
    assert {d["kind"] for d in file.truth["documents"]} == {kind}
    for page in file.truth["pages"]:
        width, height = page["frame"]
        for mark in marks(page):
            x0, y0, x1, y1 = mark["box"]
            if mark.get("value") == "":
                continue
            assert 0 <= x0 < x1 <= width, mark
            assert 0 <= y0 < y1 <= height, mark


@pytest.mark.parametrize(("grade", "turned"), [(g, t) for g in cases.GRADES[:-1] for t in (0, 90)])
def test_every_grade_keeps_the_frame_of_the_upright_page(grade: str, turned: int) -> None:
    file = pages.render_page(
        "application_form", 9, grade, container="tiff" if grade.startswith("fax") else "jpg", turned=turned
    )
    page = file.truth["pages"][0]
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(file.data)))
    width, height = image.size if not turned else image.size[::-1]
    assert page["turned"] == turned
    assert page["frame"][0] == width
    assert page["frame"][1] == pytest.approx(height * page["dpi"][0] / page["dpi"][1], abs=2)


def test_faxes_are_one_bit_group_4_at_fax_resolution() -> None:
    for grade, lines in (("fax_fine", 196), ("fax_std", 98)):
        image = Image.open(io.BytesIO(pages.render_page("complaint_letter", 3, grade, container="tiff").data))
        assert image.mode == "1"
        assert image.info["compression"] == "group4"
        assert image.width == 1728
        assert tuple(round(float(d)) for d in image.info["dpi"]) == (204, lines)


def test_seal_and_signature_boxes_hold_the_ink() -> None:
    plan = CasePlan(Wish(legal_person=True), grades=("clean",), with_form=False)
    case = cases.render(plan, Random(11))
    file = next(f for f in case.files if f.truth["documents"][0]["kind"] == "complaint_letter")
    page = next(p for p in file.truth["pages"] if p["seals"])
    image = render(file.data, page)
    x0, y0, x1, y1 = (int(v) for v in page["seals"][0]["box"])
    inside, outside = 0, 0
    for x, y in itertools.product(range(0, image.width, 3), range(int(image.height * 0.2), image.height, 3)):
        red, green, blue = image.getpixel((x, y))
        if red - max(green, blue) > 70:
            if x0 - 2 <= x <= x1 + 2 and y0 - 2 <= y <= y1 + 2:
                inside += 1
            else:
                outside += 1
    assert inside > 200
    assert outside == 0


def render(data: bytes, page: dict) -> Image.Image:
    if not data.startswith(b"%PDF"):
        return Image.open(io.BytesIO(data)).convert("RGB")
    with pymupdf.open(stream=data, filetype="pdf") as document:
        shown = document[page["number"] - 1]
        pixels = shown.get_pixmap(
            matrix=pymupdf.Matrix(*(page["frame"][i] / (shown.rect.width, shown.rect.height)[i] for i in (0, 1)))
        )
        return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def test_born_digital_text_stands_where_the_truth_says() -> None:
    file = pages.render_page("application_form", 5, container="born_pdf")
    page = file.truth["pages"][0]
    number = next(f for f in page["fields"] if f["name"] == "trading_account_no")
    x0, y0, x1, y1 = number["box"]
    grown = pymupdf.Rect(x0 - 2, y0 - 4, x1 + 2, y1 + 4)
    with pymupdf.open(stream=file.data, filetype="pdf") as document:
        found = document[0].get_textbox(grown)
    assert number["raw"] in found


def test_the_same_seed_gives_the_same_bytes() -> None:
    plan = CasePlan(Wish(legal_person=True), ("no_evidence",), ("scan", "fax_fine"), with_form=False)
    first, again = pages.render_case(7, plan), pages.render_case(7, plan)
    assert [(f.name, f.data) for f in first.files] == [(f.name, f.data) for f in again.files]
    assert first.truth == again.truth
    born = [pages.render_page("complaint_letter", 7, container="born_pdf").data for _ in range(2)]
    assert born[0] == born[1]


def test_without_handwriting_and_system_faces_everything_still_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "faces", lambda role: () if role == "hand" else (fonts.BUILTIN,))
    sheet = Sheet("complaint_letter")
    box = ink.sign(sheet, Random(1), "欧阳文", (100, 100), 30)
    assert sheet.signatures[0].box == box
    assert pages.render_page("complaint_letter", 2).truth["pages"][0]["lines"]


def test_scenarios_cover_all_eight_categories() -> None:
    assert {s.category for s in SCENARIOS} == set(CATEGORIES)
    for category in CATEGORIES:
        assert make_complaint(Random(1), Wish(category)).category == category


@pytest.mark.parametrize("major", [True, False])
def test_a_wish_for_a_level_is_fulfilled(major: bool) -> None:
    complaint = make_complaint(Random(2), Wish(major=major))
    assert complaint.level == ("重大投诉" if major else "一般投诉")


def test_no_slot_is_left_open_in_any_text() -> None:
    for seed in range(60):
        complaint = make_complaint(Random(seed))
        text = "".join((*complaint.facts, *complaint.requests, *complaint.extras))
        assert "{" not in text
        assert complaint.amount is None or complaint.amount_text in text


def test_planted_defects_show_in_the_truth_of_the_case() -> None:
    plan = CasePlan(Wish(legal_person=False), ("unsigned_letter", "no_id", "no_evidence"), ("clean",), with_form=False)
    case = cases.render(plan, Random(3))
    status = {i["material"]: i["status"] for i in case.truth["materials"]["items"]}
    assert status == {"complaint_letter": "defective", "id_card_copy": "missing", "evidence": "missing"}
    assert not any(p["signatures"] for f in case.files for p in f.truth["pages"])


def test_samples_are_complete_and_small() -> None:
    folders = sorted(p for p in (SAMPLES / "cases").iterdir() if p.is_dir())
    assert len(folders) >= 10
    for folder in folders:
        known = SAMPLES / "truth" / folder.name
        truth = json.loads((known / "case.truth.json").read_text("utf-8"))
        assert sorted(truth["files"]) == sorted(p.name for p in folder.iterdir())
        for name in truth["files"]:
            assert json.loads((known / f"{name}.truth.json").read_text("utf-8"))["file"] == name
    assert sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file()) <= 12 * 2**20
