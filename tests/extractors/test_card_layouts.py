from __future__ import annotations

import pytest

from domain.checks import id_check_character, id_number_region
from domain.evidence import FieldValue
from domain.ocr import OcrLine
from domain.vocabulary import IdSide
from extractors.papers.card_checks import validity_check
from extractors.papers.card_sides import find_sides
from extractors.papers.card_views import turn_of, views
from extractors.papers.id_card import read_id_card
from tests.extractors.form_pages import line, page
from tests.extractors.test_id_card import NUMBER, back, front

WIDTH, HEIGHT = 1654.0, 2339.0
OTHER17 = "11010819751102331"
OTHER = OTHER17 + id_check_character(OTHER17)


def lying(lines: list[OcrLine], turn: int, width: float = WIDTH, height: float = HEIGHT) -> list[OcrLine]:
    """Lines of an upright page as they lie after the page was turned clockwise; text still begins at corner one."""

    def point(x: float, y: float) -> tuple[float, float]:
        return {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn]

    def box(b):
        (x0, y0), (x1, y1) = point(b[0], b[1]), point(b[2], b[3])
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    return [
        one.model_copy(
            update={
                "polygon": tuple(point(*p) for p in one.polygon),
                "characters": tuple(c.model_copy(update={"bbox": box(c.bbox)}) for c in one.characters),
            }
        )
        for one in lines
    ]


def read(lines: list[OcrLine], size: tuple[int, int] = (int(WIDTH), int(HEIGHT))):
    pages = (page(lines, size=size),)
    sides = find_sides(pages)
    return {r.name: r for r in read_id_card("doc-1", pages, sides)}, sides


def other_front(x: float, y: float) -> list[OcrLine]:
    moved = [one for one in front(number=OTHER, gender="男", born="1975年11月2日", y=y)]
    rows = [(one.text.replace("陈思远", "周远山"), one.bbox) for one in moved]
    return [line(text, box[0] + x, box[1]) for text, box in rows]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_card_reads_as_an_upright_one_and_shows_its_place(turn: int):
    size = (int(HEIGHT), int(WIDTH)) if turn in (90, 270) else (int(WIDTH), int(HEIGHT))
    lines = lying([*front(), *back()], turn)
    found, sides = read(lines, size)
    assert {turn_of(one) for one in lines} == {(360 - turn) % 360}
    assert [side.side for side in sides] == [IdSide.FRONT, IdSide.BACK]
    assert found["complainant_name"].value == "陈思远"
    assert found["complainant_id_no"].value == NUMBER
    assert found["complainant_id_no"].probability >= 0.999
    number = next(one for one in lines if one.text == NUMBER)
    assert found["complainant_id_no"].evidence[0].bbox == pytest.approx(number.bbox)
    assert all(c.evidence[0].bbox == pytest.approx(number.bbox) for c in found["complainant_id_no"].candidates)


def test_an_upright_front_and_a_back_upside_down():
    found, _ = read([*front(), *lying(back(y=1000), 180)])
    assert found["complainant_id_no"].value == NUMBER
    assert found["id_valid_until"].value == "2036-05-01"


def test_a_page_of_upright_lines_has_one_view():
    assert [view.turn for view in views(page(front()))] == [0]


def test_cards_of_two_persons_are_kept_apart_and_left_to_a_person():
    found, sides = read([*front(), *other_front(0, 1200)])
    assert [side.side for side in sides] == [IdSide.FRONT, IdSide.FRONT]
    values = {name: result.value for name, result in found.items() if isinstance(result, FieldValue)}
    assert (values["complainant_name"], values["complainant_id_no"]) == ("陈思远", NUMBER)
    assert all(r.probability < 0.5 for r in found.values() if isinstance(r, FieldValue))
    assert OTHER in [c.value for c in found["complainant_id_no"].candidates]
    assert "周远山" in [c.value for c in found["complainant_name"].candidates]


def test_one_card_copied_twice_is_one_persons():
    found, sides = read([*front(), *front(y=1200)])
    assert len(sides) == 2
    assert found["complainant_name"].probability > 0.9


@pytest.mark.parametrize("remark", ["仅供投诉使用再次复印无效", "仅用于办理业务", "专供核实", "再复印无效"])
def test_a_remark_over_the_card_never_becomes_a_value(remark: str):
    lines = [line(remark, 190, 462, 34), *(one for one in front() if one.text not in ("姓名", "陈思远"))]
    found, _ = read(lines)
    assert not isinstance(found["complainant_name"], FieldValue)
    glued = [line("住址 南湾市海桐区青松路十八" + remark, 200, 680) if "住址" in one.text else one for one in front()]
    address = read(glued)[0]["complainant_address"]
    assert address.value == "南湾市海桐区青松路十八号三栋602室"
    assert address.probability < 0.9


def test_a_value_that_a_remark_crosses_is_not_certain():
    slanted = line("仅供投诉使用", 280, 470, 40)
    slanted = slanted.model_copy(update={"polygon": ((270, 540), (620, 440), (640, 500), (290, 600))})
    found, _ = read([*front(), slanted])
    assert found["complainant_name"].value == "陈思远"
    assert found["complainant_name"].probability < 0.6


@pytest.mark.parametrize(
    ("start", "end", "passed"),
    [
        ("2016-05-01", "2036-05-01", True),
        ("2016-05-01", "2026-05-01", True),
        ("2016-02-29", "2026-02-28", True),
        ("2016-05-01", "2034-05-01", False),
        ("2016-05-01", "2036-06-01", False),
    ],
)
def test_validity_runs_five_ten_or_twenty_years(start: str, end: str, passed: bool):
    assert validity_check(start, end).passed is passed


def test_validity_that_contradicts_itself_is_refused():
    found, _ = read([*front(), *back(until="2038.05.01")])
    assert found["id_valid_until"].vetoed and found["id_valid_from"].vetoed


def test_a_prefecture_that_never_was_is_a_doubt():
    assert id_number_region("449912" + NUMBER[6:]).passed is None
    assert id_number_region("512225" + NUMBER[6:]).passed is True
    assert id_number_region("990101" + NUMBER[6:]).passed is False


def test_an_authority_of_another_place_is_not_certain():
    lines = [line("签发机关 远山市公安局", 260, 1460) if "签发" in one.text else one for one in back()]
    assert read([*front(), *lines])[0]["id_authority"].probability <= 0.9
