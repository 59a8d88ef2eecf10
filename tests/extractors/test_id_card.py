from __future__ import annotations

from domain.checks import id_check_character
from domain.evidence import FieldMissing, FieldValue
from domain.vocabulary import DocumentKind, IdSide
from extractors.extract import extract_document
from extractors.papers.card_sides import find_sides, sides_seen
from extractors.papers.id_card import read_id_card
from extractors.values.id_number import repairs
from tests.extractors.form_pages import line, page

FIRST17 = "44030519900312004"
NUMBER = FIRST17 + id_check_character(FIRST17)


def front(number: str = NUMBER, gender: str = "女", born: str = "1990年3月12日", y: float = 500):
    return [
        line("姓名", 200, y),
        line("陈思远", 290, y),
        line(f"性别{gender}民族汉", 200, y + 60),
        line(f"出生{born}", 200, y + 120),
        line("住址 南湾市海桐区青松路十八", 200, y + 180),
        line("号三栋602室", 290, y + 220),
        line("公民身份号码", 200, y + 320),
        line(number, 420, y + 320),
    ]


def back(y: float = 1200, until: str = "2036.05.01"):
    return [
        line("中华人民共和国", 330, y, 36),
        line("居民身份证", 330, y + 60, 50),
        line("签发机关 南湾市公安局海桐分局", 260, y + 260),
        line(f"有效期限2016.05.01-{until}", 260, y + 320),
    ]


def read(*pages):
    sides = find_sides(pages)
    return {r.name: r for r in read_id_card("doc-1", pages, sides)}, sides


def values(found):
    return {name: r.value for name, r in found.items() if isinstance(r, FieldValue)}


def test_both_sides_on_one_page():
    found, sides = read(page([*front(), *back()]))
    assert [side.side for side in sides] == [IdSide.FRONT, IdSide.BACK]
    assert values(found) == {
        "complainant_name": "陈思远",
        "complainant_gender": "女",
        "complainant_ethnicity": "汉",
        "complainant_birth_date": "1990-03-12",
        "complainant_address": "南湾市海桐区青松路十八号三栋602室",
        "complainant_id_no": NUMBER,
        "id_authority": "南湾市公安局海桐分局",
        "id_valid_from": "2016-05-01",
        "id_valid_until": "2036-05-01",
    }


def test_sides_on_two_pages_carry_their_page():
    _, sides = read(page(front()), page(back(until="长期"), number=2))
    assert [(side.side, side.page) for side in sides_seen(sides)] == [(IdSide.FRONT, 1), (IdSide.BACK, 2)]


def test_a_long_term_card():
    found, _ = read(page(back(until="长期")))
    assert found["id_valid_until"].value == "长期"
    assert "complainant_name" not in found


def test_other_papers_show_no_card():
    letter = [
        line("投诉书", 700, 200, 50),
        line(f"本人身份证号码{NUMBER}，住南湾市。", 200, 400),
        line("此致敬礼", 200, 600),
    ]
    assert find_sides((page(letter),)) == ()


def test_birth_date_and_gender_that_contradict_the_number_are_refused():
    found, _ = read(page(front(gender="男", born="1990年3月13日")))
    assert found["complainant_birth_date"].vetoed
    assert found["complainant_gender"].vetoed
    assert found["complainant_birth_date"].probability <= 0.05


def test_a_number_with_a_wrong_digit_offers_repairs_that_agree_with_the_card():
    wrong = NUMBER[:15] + "6" + NUMBER[16:]
    found, _ = read(page(front(number=wrong)))
    number = found["complainant_id_no"]
    assert number.vetoed and number.probability <= 0.05
    offered = [c for c in number.candidates if c.producer.endswith("+repair")]
    assert NUMBER in [c.value for c in offered]
    assert all(c.probability <= 0.05 and c.value[6:14] == "19900312" for c in offered)


def test_unread_birth_date_follows_from_a_good_number():
    found, _ = read(page([one for one in front() if "出生" not in one.text]))
    assert found["complainant_birth_date"].value == "1990-03-12"
    assert found["complainant_birth_date"].evidence[0].quote == NUMBER


def test_repairs_pass_every_test_and_differ_in_one_place():
    wrong = "1" + NUMBER[1:]
    for number in repairs(NUMBER[:15] + "6" + NUMBER[16:]) + repairs(wrong):
        assert id_check_character(number[:17]) == number[17]
    assert repairs("12345") == ()


def test_the_card_of_a_representative_names_the_representative():
    made = extract_document("doc-1", DocumentKind.LEGAL_REP_ID_COPY, (page(front(), number=7),), ())
    names = {field.name for field in made.fields}
    assert "legal_representative" in names
    assert "complainant_name" not in names and "complainant_address" not in names
    assert all(e.page == 1 for field in made.fields if isinstance(field, FieldValue) for e in field.evidence)
    assert made.id_sides[0].page == 1


def test_a_side_without_a_readable_number_is_missing_not_guessed():
    lines = [one for one in front() if one.text != NUMBER]
    found, sides = read(page(lines))
    assert sides[0].side is IdSide.FRONT
    assert isinstance(found["complainant_id_no"], FieldMissing)


def test_labels_and_ethnicity_read_in_traditional_look_alikes():
    lines = [*front(), *back()]
    lines = [line("性別女民族漢", one.bbox[0], one.bbox[1]) if one.text.startswith("性别") else one for one in lines]
    found, _ = read(page(lines))
    assert values(found)["complainant_gender"] == "女"
    assert values(found)["complainant_ethnicity"] == "汉"
    assert found["complainant_ethnicity"].probability > 0.9


def test_values_offered_for_the_end_of_validity_are_in_normal_form():
    for until, value in (("2036.05.01", "2036-05-01"), ("长期", "长期")):
        found, _ = read(page([*front(), *back(until=until)]))
        assert [c.value for c in found["id_valid_until"].candidates] == [value]


def test_an_end_of_validity_that_is_no_date_is_no_confident_value():
    found, _ = read(page([*front(), *back(until="2036.15.01")]))
    result = found["id_valid_until"]
    assert isinstance(result, FieldMissing) or result.probability < 0.1
