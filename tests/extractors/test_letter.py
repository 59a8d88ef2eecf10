from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence import FieldMissing, FieldValue, Seal, Signature
from domain.marks import PageReading
from domain.vocabulary import MissingReason
from extractors.letters.letter import read_letter
from extractors.letters.text import join_pages
from tests.extractors.letter_pages import pages_of

LETTERS = sorted((Path(__file__).parent / "letters").glob("*.txt"))


def load(path: Path) -> tuple[dict[str, str | None], str]:
    head, text = path.read_text(encoding="utf-8").split("---\n", 1)
    pairs = (line.split(" =", 1) for line in head.splitlines())
    return {name: value.strip() or None for name, value in pairs}, text


def read(text: str, **layout: float) -> dict[str, FieldValue]:
    found = values_of(pages_of(text, **layout))  # type: ignore[arg-type]
    return {f.name: f for f in found if not f.vetoed}


def values_of(pages: tuple[PageReading, ...]) -> tuple[FieldValue, ...]:
    return tuple(f for f in read_letter("doc-1", pages) if isinstance(f, FieldValue))


@pytest.mark.parametrize("path", LETTERS, ids=lambda p: p.stem)
@pytest.mark.parametrize("em_per_line", [36, 30])
def test_letters_written_by_hand(path: Path, em_per_line: int) -> None:
    truth, text = load(path)
    found = read(text, em_per_line=em_per_line)
    values = {name: found[name].value if name in found else None for name in truth}
    assert values == truth


@pytest.mark.parametrize("path", LETTERS, ids=lambda p: p.stem)
def test_evidence_lies_on_the_lines_and_quotes_the_value(path: Path) -> None:
    pages = pages_of(load(path)[1], rows_per_page=9)
    for field in values_of(pages):
        assert "".join(e.quote for e in field.evidence).replace(" ", "") == field.raw.replace(" ", "").replace("\n", "")
        for evidence in field.evidence:
            lines = pages[evidence.page - 1].read.text.lines
            assert any(inside(evidence.bbox, line.bbox) and evidence.quote in line.text for line in lines)


def inside(box: tuple[float, ...], around: tuple[float, ...]) -> bool:
    return box[0] >= around[0] - 1 and box[1] >= around[1] and box[2] <= around[2] + 1 and box[3] <= around[3]


def test_value_across_pages_has_one_piece_per_line() -> None:
    text = "　　投诉人高兴，联系地址：广东省深圳市福田区明德巷5号金桂苑小区7栋2单元1102室，电话13812345678。"
    (field,) = (f for f in values_of(pages_of(text, 20, rows_per_page=1)) if f.name == "complainant_address")
    assert field.value == "广东省深圳市福田区明德巷5号金桂苑小区7栋2单元1102室"
    assert [e.page for e in field.evidence] == sorted({e.page for e in field.evidence})
    assert len(field.evidence) > 1


def test_poor_recognition_lowers_the_probability() -> None:
    text = load(LETTERS[0])[1]
    good, poor = read(text), read(text, score=0.7)
    for name in ("amount_involved", "trading_account_no", "respondent_branch"):
        assert poor[name].probability < good[name].probability - 0.1, name
    # said several times, and read alike every time
    assert poor["respondent_staff"].probability < good["respondent_staff"].probability


def test_two_sums_alike_are_less_sure_than_one() -> None:
    one = read("　　我在贵公司亏损了50000元。")["amount_involved"]
    two = read("　　我在贵公司亏损了50000元，另一个账户亏损了38000元。")["amount_involved"]
    assert two.probability < 0.75 < one.probability
    assert len({c.value for c in two.candidates}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "投诉人：\n联系电话：\n日期：    年   月   日",
        "被投诉人：深圳鼎沃能源投资有限公司\n电话：0755-26001234\n地址：深圳市南山区望江街8号",
        "　　贵公司客户经理李明（电话13900001111）承诺保本。",
    ],
)
def test_what_is_not_the_writers_is_not_given(text: str) -> None:
    found = read(text)
    for name in ("complainant_name", "complainant_phone", "complainant_mobile", "complainant_address"):
        assert name not in found


@pytest.mark.parametrize(
    ("text", "staff"),
    [
        ("　　客户经理张伟多次打电话给我。", "张伟"),
        ("　　业务员欧阳文静说稳赚不赔。", "欧阳文静"),
        ("　　一位自称李建国的分析师加我微信。", "李建国"),
        ("　　我把截图发给覃雨林，对方不理。覃雨林后来失联。", "覃雨林"),
        ("　　该公司周丽丽（业务经理）诱导我加仓。", "周丽丽"),
    ],
)
def test_staff(text: str, staff: str) -> None:
    assert read(text)["respondent_staff"].value == staff


@pytest.mark.parametrize(
    "text",
    [
        "　　本人于2021年开户，本人多次联系客服，本人强烈要求退款，我是老客户，本人和家人都很着急。",
        "　　我是高度近视，我是和平小区居民，本人从未操作，本人向贵公司反映过。",
    ],
)
def test_words_of_speech_are_no_names(text: str) -> None:
    assert "complainant_name" not in read(text)


def test_page_numbers_and_fax_headers_stay_out() -> None:
    letter = join_pages("d", pages_of("　　我在贵公司开户。\n" + "\n" * 33 + "- 1 -"))
    assert "我在贵公司开户。" in letter.text


@given(st.text(alphabet="我投诉人：王李明在，。公司有限电话1380元损失万年月日\n　>^（）", max_size=120))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_error_and_with_evidence(text: str) -> None:
    letter = join_pages("d", pages_of(text or "空"))
    assert len(letter.text) == len(letter.places)
    for field in values_of(letter.pages):
        assert field.evidence and 0 <= field.probability <= 1


def signed(text: str, words: str) -> tuple[PageReading, ...]:
    """Lay out a letter and mark the words as ink of a hand."""
    (page,) = pages_of(text)
    line = next(x for x in reversed(page.read.text.lines) if words in x.text)
    start = line.text.index(words)
    ink = Signature(name=words, page=1, bbox=line.span_box(start, start + len(words)), probability=0.99)
    return (page.model_copy(update={"marks": page.marks.model_copy(update={"signatures": (ink,)})}),)


def name_of(pages: tuple[PageReading, ...]) -> FieldValue:
    return next(f for f in values_of(pages) if f.name == "complainant_name")


def test_a_name_read_from_ink_is_a_weak_candidate() -> None:
    text = "　　我在贵公司开户，手续费被多收，请退还。\n>>投诉人：高恶兴\n>>2026年5月11日"
    assert name_of(pages_of(text)).probability > 0.6
    assert name_of(signed(text, "高恶兴")).probability < 0.31


def test_print_leads_whatever_the_ink_says() -> None:
    text = "　　我叫高兴，在贵公司开户，手续费被多收，请退还。\n>>投诉人：高恶兴\n>>2026年5月11日"
    name = name_of(signed(text, "高恶兴"))
    assert name.value == "高兴"
    assert name.probability > 0.9
    assert [c.value for c in name.candidates if c.probability <= 0.3] == ["高恶兴"]


def test_the_respondents_own_paper_does_not_make_it_the_complainant() -> None:
    head = "^^宁澜能源商品经营有限公司\n^^投诉书\n宁澜能源商品经营有限公司："
    text = f"{head}\n　　本人在贵公司开户，客服说我公司不退手续费，我公司也不愿道歉。"
    assert "complainant_name" not in read(text)


@pytest.mark.parametrize(
    "header", ["03-AUG-2026 15:20 SOUTH LAKE CO 0311 60017720 P.02/02", "2026-08-03 15:20 发自 0311-60017720 第2页"]
)
def test_fax_headers_stay_out_of_the_story(header: str) -> None:
    (page,) = pages_of("　　我在贵公司开户，手续费被多收两千元，多次询问没有答复。请贵公司退还手续费。")
    top = pages_of(header)[0].read.text.lines[0]
    moved = top.model_copy(update={"polygon": tuple((x, y - 150) for x, y in top.polygon)})
    read_page = page.read.model_copy(
        update={"text": page.read.text.model_copy(update={"lines": (moved, *page.read.text.lines)})}
    )
    letter = join_pages("d", (page.model_copy(update={"read": read_page}),))
    assert letter.text.strip().startswith("我在贵公司")


@pytest.mark.parametrize("words", ["《代理协议》（编号NL-2025-117）", "工单编号：20260117", "合同编号 HT-2026-88"])
def test_numbers_of_other_papers_are_no_complaint_number(words: str) -> None:
    assert "complaint_no" not in read(f"　　我在贵公司签有{words}，手续费被多收，请退还。")


def test_a_complaint_number_of_its_own_line() -> None:
    assert read("编号：TS-2026-0117\n　　我在贵公司开户，手续费被多收。")["complaint_no"].value == "TS-2026-0117"


def test_the_writers_own_name_is_no_member_of_staff() -> None:
    assert "respondent_staff" not in read("　　我叫古丽·阿不都，柜员说名字里的点录不进去，请改正。")


@pytest.mark.parametrize("remains", ["2026年朔6日", "2O2年 月8日"])
def test_a_date_that_stands_there_but_cannot_be_read_is_illegible(remains: str) -> None:
    pages = pages_of(f"　　我司在贵公司开户，手续费被多收，请退还。\n>>霁川市砚北建筑劳务有限公司\n>>{remains}")
    missing = [f for f in read_letter("d", pages) if isinstance(f, FieldMissing)]
    assert [(f.name, f.reason, f.evidence[0].quote) for f in missing] == [
        ("complaint_date", MissingReason.ILLEGIBLE, remains)
    ]


def test_a_date_covered_by_the_seal_is_illegible_and_without_seal_it_is_not_there() -> None:
    (page,) = pages_of("　　我司在贵公司开户，手续费被多收，请退还。\n>>霁川市砚北建筑劳务有限公司")
    seal = Seal(text=None, page=1, bbox=(700, 180, 1000, 480), probability=0.9)
    over = page.model_copy(update={"marks": page.marks.model_copy(update={"seals": (seal,)})})
    (missing,) = (f for f in read_letter("d", (over,)) if isinstance(f, FieldMissing))
    assert missing.evidence[0].bbox == seal.bbox
    assert not any(isinstance(f, FieldMissing) for f in read_letter("d", (page,)))


@pytest.mark.parametrize("name", ["逯远航", "郦秋声", "缑小楼"])
def test_rarer_surnames_sign_too(name: str) -> None:
    assert read(f"　　我在贵公司开户，手续费被多收，请退还。\n此致\n敬礼\n>>{name}")["complainant_name"].value == name


def test_scraps_read_inside_a_seal_belong_to_the_closing() -> None:
    (page,) = pages_of(
        "　　我司在贵公司开户，手续费被多收，请退还。\n>>霁川市砚北建筑劳务有限公司\n>>2026年月\n>>，司。砚以"
    )
    seal = Seal(text=None, page=1, bbox=(900, 160, 1120, 420), probability=0.9)
    over = page.model_copy(update={"marks": page.marks.model_copy(update={"seals": (seal,)})})
    (missing,) = (f for f in read_letter("d", (over,)) if isinstance(f, FieldMissing))
    assert missing.evidence[0].quote == "2026年月"
