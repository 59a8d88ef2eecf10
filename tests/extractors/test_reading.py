"""Pages made here, with known text and geometry, go through the real networks."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from PIL import Image as PillowImage

from domain.documents import ReadPage
from domain.errors import ModelFileError
from extractors.page_worker import read_page_job, start_worker
from extractors.reading.file_types import describe_file
from extractors.reading.orientation import turned
from extractors.reading.picture import Image, as_bgr
from extractors.reading.reader import PageReader, render_upright
from extractors.reading.settings import ReadingSettings

LINES = (
    "投诉书",
    "本人于二〇二四年三月十二日在贵公司营业部开户",
    "客户经理张建国承诺年化收益百分之八",
    "身份证号码：110101199003078515",
    "联系电话：13800138000",
    "现请求贵公司退还手续费人民币四万八千元",
    "并给予书面答复",
)


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return PageReader()


def letter(lines: tuple[str, ...] = LINES, scale: float = 1.0) -> pymupdf.Document:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for number, line in enumerate(lines):
        page.insert_text((80, 100 + number * 34 * scale), line, fontname="china-s", fontsize=14 * scale)
    return document


def pixels(document: pymupdf.Document, dpi: int = 150) -> Image:
    pixmap = document[0].get_pixmap(dpi=dpi, alpha=False)
    rgb = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width, 3)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def saved(image: Image, path: Path, dpi: int = 150) -> Path:
    PillowImage.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).save(path, dpi=(dpi, dpi))
    return path


def rotated(image: Image, degrees: float) -> Image:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), borderValue=(255, 255, 255)), np.uint8)


def read(reader: PageReader, path: Path, page: int = 1) -> tuple[ReadPage, Image]:
    return reader.read(path, describe_file(path).media_type, page)


def folded(text: str) -> str:
    return text.translate(str.maketrans({"：": ":", "○": "〇", " ": ""}))


def texts(read_page: ReadPage) -> list[str]:
    return [folded(line.text) for line in read_page.text.lines]


EXPECTED = [folded(line) for line in LINES]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 3.5])
def test_pages_are_turned_upright_and_read_in_order(reader: PageReader, tmp_path: Path, turn: int, skew: float) -> None:
    image = turned(rotated(pixels(letter()), skew), (360 - turn) % 360)
    path = saved(image, tmp_path / "scan.png")
    result, upright = read(reader, path)
    assert result.page.turned == turn
    assert result.page.skew == pytest.approx(skew, abs=0.2)
    assert texts(result) == EXPECTED
    assert upright.shape[:2] == (result.page.height, result.page.width)
    again = render_upright(path, "image/png", 1, result.page)
    assert np.array_equal(again, upright)


def test_a_slight_skew_is_left_alone(reader: PageReader, tmp_path: Path) -> None:
    result, _ = read(reader, saved(rotated(pixels(letter()), 0.1), tmp_path / "scan.png"))
    assert result.page.skew == 0.0


def test_boxes_lie_on_the_page_and_on_the_ink(reader: PageReader, tmp_path: Path) -> None:
    result, image = read(reader, saved(rotated(pixels(letter()), -2.0), tmp_path / "scan.png"))
    height, width = image.shape[:2]
    for line in result.text.lines:
        assert "".join(c.text for c in line.characters) == line.text
        assert all(0 <= x <= width and 0 <= y <= height for x, y in line.polygon)
        assert 0.0 <= line.score <= 1.0
        for character in line.characters:
            x0, y0, x1, y1 = (round(v) for v in character.bbox)
            assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
            assert image[y0:y1, x0:x1].min() < 140, f"no ink under {character.text}"
        starts = [c.bbox[0] for c in line.characters]
        assert starts == sorted(starts)


def test_the_box_of_a_number_covers_exactly_its_digits(reader: PageReader, tmp_path: Path) -> None:
    image = pixels(letter(("电话13800138000完",), 2.0), 150)
    result, _ = read(reader, saved(image, tmp_path / "scan.png"))
    line = result.text.lines[0]
    at = line.text.index("13800138000")
    x0, _, x1, _ = line.span_box(at, at + 11)
    size = 28 * 150 / 72
    left = 80 * 150 / 72 + 2 * size
    assert x0 == pytest.approx(left, abs=0.6 * size)
    assert x1 == pytest.approx(line.bbox[2] - size, abs=0.6 * size)


@pytest.mark.parametrize("lines_per_inch", [98, 196])
@pytest.mark.parametrize("tagged", [True, False])
def test_fax_pixels_are_made_square(reader: PageReader, tmp_path: Path, lines_per_inch: int, tagged: bool) -> None:
    grey = cv2.cvtColor(pixels(letter(), 204), cv2.COLOR_BGR2GRAY)
    size = (1728, round(11.69 * lines_per_inch))
    fax = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    bilevel = PillowImage.fromarray((fax > 160).astype(np.uint8) * 255).convert("1")
    path = tmp_path / "fax.tif"
    options = {"dpi": (204.0, float(lines_per_inch))} if tagged else {}
    bilevel.save(path, compression="group4", **options)
    result, image = read(reader, path)
    height, width = image.shape[:2]
    assert height / width == pytest.approx(11.69 * 204 / 1728, rel=0.02)
    assert result.page.quality is not None
    assert result.page.quality.dpi == pytest.approx(lines_per_inch, abs=1)
    found = texts(result)
    assert sum(line in found for line in EXPECTED) >= 5


def test_a_short_fine_fax_without_tags_is_not_taken_for_a_standard_one(reader: PageReader, tmp_path: Path) -> None:
    grey = cv2.cvtColor(pixels(letter(), 204), cv2.COLOR_BGR2GRAY)
    height = round(11.69 * 196)
    half = cv2.resize(grey, (1728, height), interpolation=cv2.INTER_AREA)[: height // 2]
    path = tmp_path / "fax.tif"
    PillowImage.fromarray((half > 160).astype(np.uint8) * 255).convert("1").save(path, compression="group4")
    result, upright = read(reader, path)
    assert result.page.height / result.page.width == pytest.approx(height / 2 * 204 / 196 / 1728, rel=0.02)
    assert texts(result) == EXPECTED
    assert np.array_equal(render_upright(path, "image/tiff", 1, result.page), as_bgr(upright))


@pytest.mark.parametrize("turn", [0, 180])
def test_a_page_of_numbers_is_upright_or_says_that_it_cannot_tell(
    reader: PageReader, tmp_path: Path, turn: int
) -> None:
    numbers = ("4137.50", "2026-11-24", "73,419.06", "13743137431")
    result, _ = read(reader, saved(turned(pixels(letter(numbers)), turn), tmp_path / "numbers.png"))
    quality = result.page.quality
    assert quality is not None
    assert result.page.turned == turn or any("上下方向" in problem for problem in quality.problems)


def test_a_born_digital_page_equals_its_scan(reader: PageReader, tmp_path: Path) -> None:
    document = letter()
    digital_path, scan_path = tmp_path / "digital.pdf", tmp_path / "scan.png"
    document.save(digital_path)
    saved(pixels(document, 200), scan_path, 200)
    digital, digital_image = read(reader, digital_path)
    scan, scan_image = read(reader, scan_path)
    assert digital.born_digital and not scan.born_digital
    assert texts(digital) == texts(scan) == EXPECTED
    assert np.abs(np.subtract(digital_image.shape, scan_image.shape)).max() <= 1
    for one, other in zip(digital.text.lines, scan.text.lines, strict=True):
        assert one.bbox == pytest.approx(other.bbox, abs=20)  # half a character


def test_a_scanned_pdf_gives_its_own_pixels_and_ignores_a_scanners_text(reader: PageReader, tmp_path: Path) -> None:
    image = pixels(letter(), 200)
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    page.insert_image(page.rect, stream=cv2.imencode(".png", image)[1].tobytes(), keep_proportion=False)
    page.insert_text((80, 400), "scanner text that nobody wrote", render_mode=3)
    path = tmp_path / "scan.pdf"
    document.save(path)
    result, upright = read(reader, path)
    assert not result.born_digital
    assert np.array_equal(upright, image)
    assert texts(result) == EXPECTED


def test_a_text_layer_with_wrong_characters_is_not_believed(reader: PageReader, tmp_path: Path) -> None:
    document = letter()
    path = tmp_path / "wrong.pdf"
    document[0].clean_contents()
    fonts = [entry[0] for entry in document[0].get_fonts()]
    mapping = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
    mapping += b"1 beginbfrange <0000> <FFFF> <0041> endbfrange endcmap end"
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    document.update_stream(stream, mapping)
    for xref in fonts:
        document.xref_set_key(xref, "ToUnicode", f"{stream} 0 R")
    document.save(path)
    result, _ = read(reader, path)
    assert not result.born_digital
    assert texts(result) == EXPECTED


def _seen_by_a_camera(ratio: float) -> Image:
    """Project a sheet that lies tilted by 25 and 12 degrees, focal length 2600 px, on a picture of 2200 x 2600 px."""
    corners = np.array([[-ratio, -1, 0], [ratio, -1, 0], [ratio, 1, 0], [-ratio, 1, 0]]) / 2
    tilt, _ = cv2.Rodrigues(np.array([0.44, 0.21, 0.03]))
    points = corners @ tilt.T + np.array([0.0, 0.0, 1.2])
    return (points[:, :2] / points[:, 2:] * 2600 + [1100, 1300]).astype(np.float32)


def test_a_photographed_sheet_becomes_a_rectangle(reader: PageReader, tmp_path: Path) -> None:
    sheet = pixels(letter(), 200)
    height, width = sheet.shape[:2]
    desk = np.full((2600, 2200, 3), (40, 60, 90), np.uint8)
    corners = _seen_by_a_camera(width / height)
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(frame, corners)
    cv2.warpPerspective(sheet, matrix, (2200, 2600), dst=desk, borderMode=cv2.BORDER_TRANSPARENT)
    path = tmp_path / "photo.jpg"
    cv2.imwrite(str(path), desk)
    result, upright = read(reader, path)
    assert texts(result) == EXPECTED
    assert result.page.height / result.page.width == pytest.approx(height / width, rel=0.03)
    assert upright[:5].mean() > 200, "the desk is still there"
    assert np.array_equal(render_upright(path, "image/jpeg", 1, result.page), upright)


def test_text_under_a_red_seal_is_read(reader: PageReader, tmp_path: Path) -> None:
    image = pixels(letter(), 200)
    seal = np.full_like(image, 255)
    cv2.circle(seal, (560, 470), 165, (40, 40, 200), 10)
    cv2.circle(seal, (560, 470), 60, (40, 40, 200), cv2.FILLED)
    stamped = np.minimum(image, seal)
    result, upright = read(reader, saved(stamped, tmp_path / "scan.png", 200))
    assert texts(result) == EXPECTED
    assert np.array_equal(upright, stamped), "seals must stay on the image for the search of seals"


def test_a_blank_page_is_blank(reader: PageReader, tmp_path: Path) -> None:
    result, _ = read(reader, saved(np.full((1700, 1200, 3), 250, np.uint8), tmp_path / "blank.png"))
    assert result.page.blank and result.text.lines == ()
    assert result.page.turned == 0
    assert result.page.quality is not None and result.page.quality.usable


def test_the_grain_of_a_blank_back_is_no_text(reader: PageReader, tmp_path: Path) -> None:
    grain = np.random.default_rng(3).normal(238, 3, (1700, 1200, 1)).repeat(3, axis=2)
    result, _ = read(reader, saved(np.clip(grain, 0, 255).astype(np.uint8), tmp_path / "back.png"))
    assert result.page.blank and result.text.lines == ()


def test_a_faint_and_a_blurred_page_are_reported(reader: PageReader, tmp_path: Path) -> None:
    image = pixels(letter(), 150)
    faint = (255 - (255 - image.astype(np.float32)) * 0.15).astype(np.uint8)
    blurred = cv2.GaussianBlur(image, (0, 0), 4.0)
    problems = {}
    for name, page in (("good", image), ("faint", faint), ("blurred", blurred)):
        quality = read(reader, saved(page, tmp_path / f"{name}.png"))[0].page.quality
        assert quality is not None
        problems[name] = "".join(quality.problems)
    assert problems["good"] == ""
    assert "过淡" in problems["faint"]
    assert "模糊" in problems["blurred"]


def test_one_line_can_be_read_alone(reader: PageReader) -> None:
    image = pixels(letter(("某某商品交易有限公司",), 2.0), 150)
    text, score = reader.recognise_line(image[145:230, 150:800])
    assert text == "某某商品交易有限公司"
    assert score > 0.9


def test_workers_read_the_same_as_the_reader(reader: PageReader, tmp_path: Path) -> None:
    path = saved(pixels(letter()), tmp_path / "scan.png")
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=start_worker, initargs=(reader.settings,)
    ) as pool:
        there = pool.submit(read_page_job, str(path), "image/png", 1).result()
    assert there == read(reader, path)[0]


def test_missing_models_are_named_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"make setup"):
        PageReader(ReadingSettings(models_folder=tmp_path))


def test_onnxruntime_reads_the_same_text(tmp_path: Path) -> None:
    path = saved(pixels(letter()), tmp_path / "scan.png")
    result, _ = read(PageReader(ReadingSettings(engine="onnxruntime")), path)
    assert texts(result) == EXPECTED
    assert result.text.producer.endswith("onnxruntime-f32")


def test_a_part_that_lies_on_its_side_is_read_where_it_stands(tmp_path: Path) -> None:
    page = pixels(letter(LINES[:3]), 150)
    block = pixels(letter(LINES[3:5]), 150)[150:400, 100:900]
    page[900:1700, 300:550] = turned(block, 90)
    seen: list[tuple[str, ...]] = []

    def addition(image: Image, read_page: ReadPage, reader: PageReader) -> ReadPage:
        lines = reader.read_part(image, (290.0, 890.0, 560.0, 1710.0), 270)
        seen.append(tuple(folded(line.text) for line in lines))
        for line in lines:
            x0, y0, x1, y1 = (round(v) for v in line.bbox)
            assert 290 <= x0 < x1 <= 560 and 890 <= y0 < y1 <= 1710
            assert y1 - y0 > 5 * (x1 - x0)
            assert line.polygon[1][1] - line.polygon[0][1] > 0, "text runs downwards there"
            middle = line.characters[len(line.characters) // 2].bbox
            assert image[round(middle[1]) : round(middle[3]), round(middle[0]) : round(middle[2])].min() < 140
        return read_page.model_copy(update={"text": read_page.text.model_copy(update={"lines": lines})})

    result, _ = read(PageReader(additions=(addition,)), saved(page, tmp_path / "scan.png"))
    assert seen == [tuple(EXPECTED[3:5])]
    assert texts(result) == EXPECTED[3:5]
