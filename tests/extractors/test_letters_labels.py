"""Labels whose value follows at once or that are words of every sentence; totals; dates that stand alone."""

from __future__ import annotations

import pytest

from extractors.letters.amounts import score_amounts
from extractors.letters.label_values import read_value
from extractors.letters.labels import find_labels
from extractors.letters.orgs import find_houses, is_shop


def labelled(text: str) -> list[tuple[str, str]]:
    """Return (kind, value) of every label of a text that has a value."""
    spots = find_labels(text)
    ends = [*(s.start for s in spots[1:]), len(text)][: len(spots)]
    read = [(s.label.kind, read_value(text, s, end)) for s, end in zip(spots, ends, strict=True)]
    return [(kind, text[slice(*span)]) for kind, span in read if span is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名妥建军电话13500000000", [("name", "妥建军"), ("phone", "13500000000")]),
        ("打印人：秦小满", [("party", "秦小满")]),
        ("商户：临江市老码头鱼丸店（负责人：柳青）", [("party", "临江市老码头鱼丸店"), ("legal_rep", "柳青")]),
        ("联系人：品管部采购骆小燕，13500000000", [("contact", "骆小燕")]),
        ("编号：2023-诉-0071", [("number", "2023-诉-0071")]),
        ("报案：PX-LH-2305-11870", [("claim", "PX-LH-2305-11870")]),
        ("宾馆碧云天国际大酒店", [("opponent", "碧云天国际大酒店")]),
    ],
)
def test_labels_and_their_values(text: str, expected: list[tuple[str, str]]) -> None:
    assert labelled(text) == expected


@pytest.mark.parametrize("text", ["银行为我办理了挂失", "老师：“你再加一点”", "消费者的权利", "我姓名难记"])
def test_words_of_sentences_are_no_labels(text: str) -> None:
    assert labelled(text) == []


def test_a_hotel_is_named_in_a_sentence() -> None:
    text = "我们一家入住望海楼度假酒店，贵酒店的空调坏了，别的酒店不会这样。"
    assert [text[a:b] for a, b in find_houses(text)] == ["望海楼度假酒店"]
    assert is_shop("临江市第二实验小学")
    assert not is_shop("贵店")


def test_a_total_counts_more_than_its_parts() -> None:
    scored = score_amounts("三个人亏损分别是2万元、3.5万元、6万元，加起来11.5万元。")
    assert max(scored, key=lambda s: s.score).span.value == "115000"
