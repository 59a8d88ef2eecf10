import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ocr import OcrLine
from extractors.marks.seal_names import check_frame, check_ring, is_print

FIRM = "青岩瑞通石油化工有限公司"
BOX = (900.0, 1100.0, 1250.0, 1450.0)


def line(text: str, x: float = 200.0, y: float = 300.0, score: float = 0.98) -> OcrLine:
    right, below = x + 36 * len(text), y + 40
    return OcrLine(text=text, polygon=((x, y), (right, y), (right, below), (x, below)), score=score)


def test_a_slip_takes_the_printed_spelling():
    text, chance = check_ring("青岩端通石油化工有限公司", 0.7, [line(f"投诉人：{FIRM}")], BOX)
    assert text == FIRM
    assert chance is not None
    assert 0.5 < chance < 0.95


def test_agreement_with_the_page_makes_sure():
    assert check_ring(FIRM, 0.6, [line(FIRM)], BOX)[1] > 0.9


@pytest.mark.parametrize(
    "other",
    ["青岩瑞达石油化工有限公司", "青岩瑞通商品贸易有限公司", "云泽瑞通石油化工有限公司", "海宁湾嘉禾物流有限公司"],
)
def test_a_well_read_seal_of_another_firm_stays(other):
    text, chance = check_ring(other, 0.95, [line(FIRM)], BOX)
    assert text == other
    assert chance == 0.95


@given(st.integers(1, len(FIRM) - 1))
def test_a_ring_begun_anywhere_is_turned_as_printed(cut):
    assert check_ring(FIRM[cut:] + FIRM[:cut], 0.6, [line(FIRM)], BOX)[0] == FIRM


def test_the_words_before_a_firm_are_no_part_of_it():
    text, _ = check_ring("青岩端通石油化工有限公司", 0.6, [line(f"本人代表{FIRM}提出投诉")], BOX)
    assert text == FIRM


def test_the_inscription_is_kept_and_found_on_the_page():
    inside = line("业务专用章", 990.0, 1330.0)
    assert check_ring(FIRM, 0.9, [inside], BOX)[0] == FIRM + "业务专用章"
    assert check_ring(FIRM + "合同专用章", 0.9, [inside, line(FIRM)], BOX)[0] == FIRM + "合同专用章"
    assert check_ring(FIRM, 0.9, [line("业务专用章", 100.0, 200.0)], BOX)[0] == FIRM


def test_a_doubtful_line_corrects_nothing():
    assert check_ring("青岩端通石油化工有限公司", 0.7, [line(FIRM, score=0.5)], BOX)[0] == "青岩端通石油化工有限公司"


@pytest.mark.parametrize("noise", ["香翁", "的与由", "口U"])
def test_implausible_ring_text_is_not_told(noise):
    assert check_ring(noise, 0.9, [], BOX) == (None, None)


def test_part_of_a_name_is_never_sure():
    text, chance = check_ring("青岩瑞通石油化", 0.99, [], BOX)
    assert text == "青岩瑞通石油化"
    assert chance <= 0.4


def test_strokes_of_the_outline_are_no_letters():
    assert check_ring("一" + FIRM + "em", 0.8, [], BOX)[0] == FIRM


@pytest.mark.parametrize("text", ["贴邮票处", "邮政编码", "南屏支局"])
def test_printed_frames_and_postmarks_are_no_seals(text):
    assert is_print(text)


@pytest.mark.parametrize("text", [FIRM, "陈文华印", "中国邮政集团有限公司", "收讫", None])
def test_seals_are_no_print(text):
    assert not is_print(text)


def test_a_lost_character_comes_back_even_into_well_read_text():
    assert (
        check_ring("青岩（西）商贸有限公司", 0.95, [line("青岩（西安）商贸有限公司")], BOX)[0]
        == "青岩（西安）商贸有限公司"
    )


def test_an_inscription_that_makes_no_sense_is_doubtful():
    text, chance = check_ring(FIRM + "背用章", 0.97, [line(FIRM)], BOX)
    assert text == FIRM + "背用章"
    assert chance <= 0.4


def test_a_name_seal_read_in_an_odd_order_is_doubtful():
    assert check_frame("印郑", 0.93)[1] <= 0.4
    assert check_frame("陈文华印", 0.93) == ("陈文华印", 0.93)
    assert check_frame(None, None) == (None, None)


def test_a_firm_with_brackets_is_taken_whole():
    printed = line("投诉人广翊（哈尔滨）商务服务股份有限公司住所地")
    assert check_ring("广翊尔滨）商务服务股份有限公司", 0.7, [printed], BOX)[0] == "广翊（哈尔滨）商务服务股份有限公司"
