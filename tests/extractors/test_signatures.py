from itertools import pairwise
from random import Random

import pytest
from PIL import Image, ImageDraw

from benchmarks.mark_art import SealArt, scribble, seal_mask
from benchmarks.mark_pages import DrawnPage, press, put
from benchmarks.seal_art import thumb
from domain.evidence import Seal
from domain.marks import RuledCell
from domain.vocabulary import SealColour
from extractors.marks.ink import separate
from extractors.marks.signature_names import NAME, NOT_NAME
from extractors.marks.signature_places import find_places
from extractors.marks.signatures import find_signatures
from tests.extractors.mark_samples import bgr, overlap, read_page

pytestmark = pytest.mark.filterwarnings("error")


def page_with(label: str, *, by_hand: str = "", printed: str = "") -> tuple[DrawnPage, tuple | None]:
    page = DrawnPage(Random(3), "clean")
    for row in range(6):
        put(page, 180, 600 + row * 60, "以上情况均属实，请贵公司尽快查明并书面答复本人，谢谢。" * 2, "song", 36)
    box = put(page, 700, 1300, label, "song", 36)
    ink = None
    if by_hand:
        mask = _hand(by_hand)
        ink = press(page, mask, (box[2] + 40 + mask.width / 2, 1320), (25, 30, 60))
    if printed:
        put(page, box[2] + 15, 1300, printed, "song", 36)
    put(page, 900, 1480, "2026年3月4日", "song", 36)
    return page, ink


def _hand(text: str) -> Image.Image:
    return scribble(Random(8), len(text), 75)


def signatures(page: DrawnPage, cells: tuple[RuledCell, ...] = (), seals: tuple[Seal, ...] = ()):
    image = bgr(page.picture)
    return find_signatures(image, read_page(image, page.lines), cells, seals, separate(image, 200.0))


@pytest.mark.parametrize(
    "label", ["投诉人：", "投诉人（签名）：", "法定代表人（签字）：", "签字：", "委托代理人签名："]
)
def test_finds_the_hand_beside_a_label(label):
    page, ink = page_with(label, by_hand="王丽娟")
    found = signatures(page)
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6
    assert found[0].anchor == label.rstrip("：")
    assert found[0].probability > 0.8


def test_a_printed_name_is_no_signature():
    page, _ = page_with("投诉人：", printed="王丽娟")
    assert signatures(page) == ()


def test_an_empty_line_is_no_signature():
    page, _ = page_with("投诉人（签字）：____________")
    assert signatures(page) == ()


def test_a_written_date_alone_is_no_signature():
    page, _ = page_with("投诉人（签字）：")
    mask = _hand("2026年5月6日")
    box = press(page, mask, (1250, 1330), (25, 30, 60))
    page.lines.append(("2026年5月6日", box))
    assert signatures(page) == ()


def test_the_label_names_the_person():
    page, _ = page_with("王丽娟（签字）：", by_hand="王丽娟")
    assert [s.name for s in signatures(page)] == ["王丽娟"]


def test_the_forms_cell_bounds_the_search():
    page, ink = page_with("投诉人确认知晓上述内容并认可后签字盖章：", by_hand="周敏")
    inside = RuledCell(table=0, row=0, column=0, bbox=(650, 1240, 1640, 1420))
    assert len(signatures(page, (inside,))) == 1
    assert ink is not None
    short = RuledCell(table=0, row=0, column=0, bbox=(650, 1240, ink[0] - 2, 1420))
    assert all(s.anchor is None for s in signatures(page, (short,)))


@pytest.mark.parametrize(
    "sentence",
    ["法人应提交投诉书并由法定代表人签字：", "投诉材料齐全后须本人签字：", "投诉单位（盖章）：", "联系电话："],
)
def test_sentences_ask_for_no_signature(sentence):
    page, _ = page_with(sentence)
    image = bgr(page.picture)
    assert [p.label for p in find_places(read_page(image, page.lines), (), 7.9) if p.label] == []


BLUE = (35, 50, 170)


def blue_sealed(*, signed: bool) -> tuple[DrawnPage, tuple[Seal, ...], tuple | None]:
    page = DrawnPage(Random(3), "clean")
    for row in range(6):
        put(page, 180, 600 + row * 60, "以上情况均属实，请贵公司尽快查明并书面答复本人，谢谢。" * 2, "song", 36)
    name = put(page, 900, 1250, "青岩瑞通石油化工有限公司", "song", 36)
    page.lines.pop()  # below the seal the name is not read
    put(page, 950, 1400, "2026年3月4日", "song", 36)
    art = SealArt("青岩瑞通石油化工有限公司", "", "oval", 44)
    box = press(page, seal_mask(art, Random(2), 200 / 25.4), (name[0] + 200, name[1] + 60), BLUE)
    ink = press(page, _hand("王丽娟"), (500, 1290), (25, 30, 60)) if signed else None
    seal = Seal(text=None, page=1, bbox=box, probability=0.99, colour=SealColour.BLUE)
    return page, (seal,), ink


def test_the_ink_of_a_blue_seal_is_no_signature():
    page, seals, _ = blue_sealed(signed=False)
    assert signatures(page, seals=seals) == ()


def test_a_signature_beside_a_blue_seal_is_found():
    page, seals, ink = blue_sealed(signed=True)
    found = signatures(page, seals=seals)
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6


def test_letters_misread_in_a_scribble_do_not_hide_it():
    page, ink = page_with("投诉人签字：", by_hand="王丽娟")
    assert ink is not None
    image = bgr(page.picture)
    read = read_page(image, [*page.lines, ("TRK", ink)])
    doubtful = tuple(
        line.model_copy(update={"score": 0.35}) if line.text == "TRK" else line for line in read.text.lines
    )
    read = read.model_copy(update={"text": read.text.model_copy(update={"lines": doubtful})})
    assert len(find_signatures(image, read, (), (), separate(image, 200.0))) == 1


def test_a_printed_list_asks_for_no_signature():
    page = DrawnPage(Random(3), "clean")
    put(page, 700, 200, "客户交易明细", "song", 44)
    put(page, 200, 280, "会员单位：青岩商品交易服务有限公司", "song", 30)
    put(page, 200, 330, "客户姓名：王丽娟 客户号：8800123456 币种：人民币", "song", 30)
    for row in range(12):
        put(page, 200, 420 + row * 50, f"2026-03-{row + 10} 09:15:00 石油2606 买入 开仓 10 4521.00 12.50", "song", 30)
    put(page, 200, 1100, "打印日期：2026年4月2日", "song", 30)
    ImageDraw.Draw(page.picture).rectangle((330, 1150, 480, 1200), outline=(30, 30, 30), width=3)
    image = bgr(page.picture)
    assert find_places(read_page(image, page.lines), (), 7.9) == []


@pytest.mark.parametrize("title", ["客户交易明细", "投诉书", "申请表"])
def test_a_title_is_no_name(title):
    assert not NAME.fullmatch(title) or NOT_NAME.search(title)


def test_a_last_page_that_holds_only_the_closing_is_signed():
    page = DrawnPage(Random(3), "clean")
    label = put(page, 700, 300, "投诉人：", "song", 36)
    ink = press(page, _hand("王丽娟"), (label[2] + 140, 320), (25, 30, 60))
    put(page, 900, 480, "2026年3月4日", "song", 36)
    found = signatures(page)
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6


def test_a_pen_darker_than_a_grey_copys_seal_is_found_across_it():
    page, ink = page_with("投诉人：", by_hand="王丽娟")
    assert ink is not None
    art = SealArt("青岩瑞通石油化工有限公司", "", "round", 42)
    middle = ((ink[0] + ink[2]) / 2, (ink[1] + ink[3]) / 2)
    box = press(page, seal_mask(art, Random(2), 200 / 25.4), middle, (130, 130, 130))
    seal = Seal(text=None, page=1, bbox=box, probability=0.99, colour=SealColour.BLACK)
    found = signatures(page, seals=(seal,))
    assert len(found) == 1
    assert found[0].probability > 0.8
    unsigned, _ = page_with("投诉人：")
    box = press(unsigned, seal_mask(art, Random(2), 200 / 25.4), middle, (130, 130, 130))
    assert signatures(unsigned, seals=(seal.model_copy(update={"bbox": box}),)) == ()


def test_a_binding_hole_at_the_margin_does_not_outdo_the_signature():
    page = DrawnPage(Random(3), "clean")
    for row in range(6):
        put(page, 180, 600 + row * 60, "以上情况均属实，请贵公司尽快查明并书面答复本人，谢谢。" * 2, "song", 36)
    ink = press(page, _hand("王丽娟"), (1200, 1300), (25, 30, 60))
    put(page, 1050, 1420, "2026年3月4日", "song", 36)
    ImageDraw.Draw(page.picture).ellipse((92, 1290, 141, 1339), outline=(60, 60, 60), width=6)
    found = signatures(page)
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6


def closing_page() -> DrawnPage:
    page = DrawnPage(Random(3), "clean")
    for row in range(6):
        put(page, 180, 600 + row * 60, "以上情况均属实，请贵公司尽快查明并书面答复本人，谢谢。" * 2, "song", 36)
    return page


def test_every_signature_of_a_joint_letter_is_found():
    page = closing_page()
    put(page, 200, 1080, "全体投诉人签名：", "song", 36)
    inks = [
        press(page, scribble(Random(20 + k), 3, 65), (330 + 420 * (k % 3), 1240 + 150 * (k // 3)), (25, 30, 60))
        for k in range(6)
    ]
    put(page, 950, 1560, "2026年4月9日", "song", 36)
    found = signatures(page)
    assert len(found) == 6
    assert all(max(overlap(f.bbox, ink) for f in found) > 0.6 for ink in inks)


def test_a_signature_below_the_printed_name_is_found():
    page = closing_page()
    put(page, 1000, 1080, "王丽娟", "song", 36)
    ink = press(page, _hand("王丽娟"), (1060, 1220), (25, 30, 60))
    put(page, 950, 1340, "2026年4月9日", "song", 36)
    found = signatures(page)
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6


def test_a_number_written_after_a_printed_label_is_no_signature():
    page = closing_page()
    label = put(page, 200, 1080, "联系电话：", "song", 36)
    press(page, _hand("13812345678"), (label[2] + 260, 1100), (25, 30, 60))
    assert signatures(page) == ()


@pytest.mark.parametrize("colour", [(200, 40, 45), (50, 70, 180)])
def test_a_thumbprint_is_told_as_such(colour):
    page, ink = page_with("投诉人：", by_hand="王丽娟")
    assert ink is not None
    box = press(page, thumb(Random(6), 200 / 25.4), (ink[2] + 130, 1320), colour)
    found = signatures(page)
    assert [s.anchor for s in found] == ["投诉人", "手印"]
    assert overlap(found[1].bbox, box) > 0.5


def test_a_red_disc_is_no_thumbprint():
    page = closing_page()
    ImageDraw.Draw(page.picture).ellipse((200, 150, 340, 290), fill=(205, 30, 40))
    assert signatures(page) == ()


def test_two_hands_below_each_other_are_two_signatures():
    page = closing_page()
    first = put(page, 900, 1150, "委托人：", "song", 36)
    second = put(page, 960, 1250, "受托人：", "song", 36)
    inks = [
        press(page, scribble(Random(30 + k), 3, 50), (box[2] + 120, (box[1] + box[3]) / 2), (25, 30, 60))
        for k, box in enumerate((first, second))
    ]
    found = signatures(page)
    assert [s.anchor for s in found] == ["委托人", "受托人"]
    assert all(ink[1] < (s.bbox[1] + s.bbox[3]) / 2 < ink[3] for s, ink in zip(found, inks, strict=True))
    assert found[0].bbox[3] <= found[1].bbox[1] + 1


def office_cells(*edges: int) -> tuple[RuledCell, ...]:
    return tuple(
        RuledCell(table=1, row=1, column=k + 1, bbox=(left, 1300, right, 1380))
        for k, (left, right) in enumerate(pairwise(edges))
    )


def officers_row(read_as: str) -> tuple[DrawnPage, tuple[float, float, float, float]]:
    page = closing_page()
    put(page, 220, 1320, "经理", "song", 36)
    put(page, 720, 1320, "副总经理", "song", 36)
    ink = press(page, scribble(Random(8), 2, 60), (520, 1340), (25, 30, 60))
    page.lines.append((read_as, ink))
    return page, ink


def test_a_stroke_taken_for_a_rule_does_not_hide_the_officers_hand():
    page, ink = officers_row("")
    found = signatures(page, cells=office_cells(180, 380, 420, 700, 920, 1400))
    assert len(found) == 1
    assert found[0].anchor == "经理"
    assert overlap(found[0].bbox, ink) > 0.6


def test_a_scribble_read_as_letters_is_a_scribble():
    page, ink = officers_row("INC")
    image = bgr(page.picture)
    read = read_page(image, page.lines)
    lines = tuple(n.model_copy(update={"score": 0.89}) if n.text == "INC" else n for n in read.text.lines)
    read = read.model_copy(update={"text": read.text.model_copy(update={"lines": lines})})
    found = find_signatures(image, read, office_cells(180, 380, 700, 920, 1400), (), separate(image, 200.0))
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6


@pytest.mark.parametrize("label", ["报案人：", "讲述人：", "维修负责人：", "复核人："])
def test_whoever_signs_may_call_himself_what_he_likes(label):
    page, ink = page_with(label, by_hand="王丽娟")
    found = signatures(page)
    assert [s.anchor for s in found] == [label.rstrip("：")]
    assert overlap(found[0].bbox, ink) > 0.6


@pytest.mark.parametrize("label", ["联系人：", "收款人："])
def test_labels_of_persons_who_do_not_sign(label):
    page, _ = page_with(label, by_hand="王丽娟")
    assert signatures(page) == ()


def test_a_name_before_its_polite_word_is_found():
    page = closing_page()
    ink = press(page, scribble(Random(8), 2, 62), (1000, 1200), (25, 30, 60))
    polite = put(page, ink[2] + 30, 1185, "敬上", "song", 36)
    page.lines.pop()
    page.lines.append(("王丽敬上", (ink[0], min(ink[1], polite[1]), polite[2], max(ink[3], polite[3]))))
    put(page, 950, 1340, "2026年4月9日", "song", 36)
    found = signatures(page)
    assert len(found) == 1
    assert overlap(found[0].bbox, ink) > 0.6


def test_a_title_above_the_letter_is_no_signature():
    page = closing_page()
    ink = press(page, scribble(Random(9), 4, 70), (800, 400), (25, 30, 60))
    page.lines.append(("我要投诉", ink))
    assert signatures(page) == ()


def test_the_emblem_of_a_card_is_no_thumbprint():
    page = closing_page()
    put(page, 700, 1300, "居民身份证", "song", 44)
    put(page, 500, 1600, "签发机关 云溪市公安局", "song", 30)
    press(page, thumb(Random(6), 200 / 25.4), (560, 1300), (200, 40, 45))
    assert signatures(page) == ()
