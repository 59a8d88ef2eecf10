from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.reading.calibration import (
    brier,
    expected_calibration_error,
    reliability,
)
from benchmarks.reading.mark_scores import match
from benchmarks.reading.run import spread
from benchmarks.reading.scores import Count, Given, counted, judge, same
from benchmarks.reading.truth import TrueFile, covered, true_file
from domain.calibration import upper_bound

FRAME = [1000, 1000]


def page(number=1, kind="complaint_letter", grade="scan", fields=(), lines=()):
    return {
        "number": number,
        "kind": kind,
        "grade": grade,
        "turned": 0,
        "frame": FRAME,
        "lines": list(lines),
        "fields": [{"name": n, "value": v, "raw": v, "box": b} for n, v, b in fields],
        "signatures": [],
        "seals": [],
    }


def one_page_file(kind="complaint_letter", **more) -> TrueFile:
    made = page(kind=kind, **more)
    return true_file(Path("case/a.jpg"), {"documents": [{"kind": kind, "pages": [1], "id_sides": []}], "pages": [made]})


BOX = [100, 100, 200, 120]


@pytest.mark.parametrize(
    ("wrong", "total", "bound"), [(0, 100, 0.029513), (1, 10, 0.394163), (5, 100, 0.102252), (3, 2000, 0.003873)]
)
def test_clopper_pearson_agrees_with_the_beta_quantile(wrong, total, bound):
    assert upper_bound(wrong, total) == pytest.approx(bound, abs=2e-5)


def test_clopper_pearson_of_nothing_or_only_errors_is_one():
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(4, 4) == 1.0


@given(st.integers(1, 300), st.data())
def test_clopper_pearson_bounds_the_observed_rate(total, data):
    wrong = data.draw(st.integers(0, total - 1))
    assert wrong / total < upper_bound(wrong, total) <= 1.0


def test_calibration_error_of_known_pairs():
    honest = [(0.8, True)] * 8 + [(0.8, False)] * 2
    assert expected_calibration_error(honest, bins=1) == pytest.approx(0.0)
    boasting = [(0.9, False)] * 10
    assert expected_calibration_error(boasting, bins=1) == pytest.approx(0.9)
    assert brier(boasting) == pytest.approx(0.81)
    assert expected_calibration_error([]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_bins_hold_every_value_once(pairs):
    bins = reliability(pairs)
    assert sum(b.count for b in bins) == len(pairs)
    assert max(b.count for b in bins) - min(b.count for b in bins) <= 1


def test_values_are_compared_in_normal_form_with_punctuation_folded():
    assert same("complaint_date", "2026年6月1日", "2026-06-01")
    assert same("respondent_org", "恒砺(长沙)石化", "恒砺（长沙）石化")
    assert not same("amount_involved", "31505", "3150.5")
    assert not same("complainant_email", "a.b@qq.com", "ab@qq.com")


def test_long_texts_may_differ_by_six_percent():
    truth = "投诉人要求退还手续费并书面说明理由" * 6
    assert same("complaint_facts", truth.replace("手续费", "手绪费", 5), truth)
    assert not same("complaint_facts", truth[: len(truth) * 9 // 10], truth)


def test_right_wrong_missed_and_uncovered_values():
    fields = [("complainant_name", "高梦恒", BOX), ("complaint_date", "2026-06-01", BOX), ("respondent_org", "", BOX)]
    file = one_page_file(fields=fields)
    known = covered([file])
    got = [
        Given("complainant_name", "高梦恒", 1, probability=0.9, accepted=True),
        Given("complaint_cause", "没有写进真值的字段", 1, probability=0.9),
        Given("respondent_org", "空格里读出来的公司", 1, probability=0.7, accepted=True),
    ]
    count = counted(judge(file, file.documents[0], got, known), "row")["all"]
    assert (count.stated, count.given, count.right, count.accepted, count.wrong_accepted) == (2, 2, 1, 2, 1)
    assert count.f1 == pytest.approx(0.5)


def test_a_blank_place_left_without_a_value_is_no_outcome():
    file = one_page_file(fields=[("respondent_org", "", BOX)])
    assert judge(file, file.documents[0], [], covered([file])) == []


def test_a_value_that_another_paper_of_the_kind_states_is_wrong_where_it_is_not_stated():
    silent, telling = one_page_file(), one_page_file(fields=[("complainant_email", "a@qq.com", BOX)])
    known = covered([silent, telling])
    (outcome,) = judge(silent, silent.documents[0], [Given("complainant_email", "b@qq.com", 1)], known)
    assert not outcome.right
    assert outcome.truth == ()


def test_a_value_read_on_another_page_does_not_count():
    file = one_page_file(fields=[("complainant_name", "高梦恒", BOX)])
    (outcome,) = judge(file, file.documents[0], [Given("complainant_name", "高梦恒", 2)], covered([file]))
    assert outcome.given is None


@pytest.mark.parametrize("names", [["complainant_phone"], ["complainant_phone", "complainant_mobile"]])
def test_a_number_may_be_called_phone_or_mobile_or_both(names):
    silent = one_page_file(fields=[("complainant_phone", "", BOX)])
    file = one_page_file(fields=[("complainant_mobile", "16695999858", BOX)])
    given = [Given(name, "16695999858", 1) for name in names]
    (outcome,) = judge(file, file.documents[0], given, covered([silent, file]))
    assert outcome.right


def test_fields_on_handwritten_lines_have_their_own_row():
    lines = [{"text": "高梦恒", "box": BOX, "hand": True}]
    file = one_page_file(fields=[("complainant_name", "高梦恒", BOX)], lines=lines)
    (outcome,) = judge(file, file.documents[0], [], covered([file]))
    assert outcome.row == "handwriting"


def test_a_representatives_card_holds_a_name_and_number_only():
    fields = [("complainant_name", "高梦恒", BOX), ("complainant_address", "某市某路1号", BOX)]
    file = one_page_file(kind="legal_rep_id_copy", fields=fields)
    (outcome,) = judge(file, file.documents[0], [Given("legal_representative", "高梦恒", 1)], covered([file]))
    assert outcome.right
    assert outcome.name == "complainant_name"


def test_f1_of_nothing_is_unknown():
    assert Count().f1 is None


def test_marks_are_paired_once_best_first():
    def shared(one, other):
        return float(one == other)

    left, right = (0.1, 0.1, 0.2, 0.2), (0.6, 0.6, 0.7, 0.7)
    assert match([right, left, left], [left, right], shared) in ({0: 1, 1: 0}, {0: 1, 2: 0})
    assert match([(0.11, 0.11, 0.21, 0.21)], [left], shared) == {0: 0}
    assert match([(0.3, 0.3, 0.4, 0.4)], [left], shared) == {}


def test_a_larger_sample_only_adds_files():
    files = [
        true_file(
            Path(f"{k}-{g}-{i}.jpg"), {"documents": [{"kind": k, "pages": [1]}], "pages": [page(kind=k, grade=g)]}
        )
        for k in ("complaint_letter", "id_card_copy")
        for g in ("scan", "photo", "clean")
        for i in range(3)
    ]
    assert spread(files, 5) == spread(files, 11)[:5]
    assert len({f.grade for f in spread(files, 3)}) == 3
    assert len(spread(files, 100)) == len(files)
