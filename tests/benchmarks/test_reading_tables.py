from benchmarks.reading import tables
from benchmarks.reading.cache import Cache, last_key, page_key
from benchmarks.reading.mark_scores import MarkCounts
from benchmarks.reading.run import PRODUCT, Letters, Results
from benchmarks.reading.scores import Given, Outcome
from benchmarks.reading.speed import Lap, Speed
from benchmarks.reading.structure import Structure
from benchmarks.reading.worst import describe, worst

NAME = "complainant_name"


def outcome(row="scan", right=True, probability=0.9, accepted=False, given=True) -> Outcome:
    value = Given(NAME, "高梦恒" if right else "高梦桓", 1, None, probability, accepted) if given else None
    return Outcome("case/a.jpg", "complaint_letter", row, NAME, ("高梦恒",), value, right and given)


def results() -> Results:
    found = [outcome(), outcome(right=False, accepted=True), outcome("handwriting")]
    return Results([], outcomes=found, sample={PRODUCT: found}, skipped={"Tesseract + rules": "not installed"})


def test_the_grade_table_puts_the_target_beside_the_figure():
    lines = tables.grade_table(results())
    assert any(line.startswith("scan") and "0.500  >= 0.97 MISSED" in line for line in lines)
    assert any(line.startswith("handwriting") and "1.000  >= 0.8 ok" in line for line in lines)
    assert "Tesseract + rules: skipped, not installed" in lines


def test_rows_of_a_table_are_of_one_width_up_to_the_target():
    lines = [line for line in tables.grade_table(results()) if "|" in line]
    assert len({line.index("|") for line in lines}) == 1


def test_accepted_and_wrong_values_are_counted_against_their_budget():
    lines = tables.calibration_table(results().outcomes)
    (row,) = (line for line in lines if line.startswith("name "))
    assert row.endswith("MISSED")


def test_tables_of_nothing_measured_still_print():
    assert "not measured" in "\n".join(tables.structure_table(Structure()))
    assert tables.marks_table(MarkCounts())
    assert tables.letters_table({PRODUCT: {"scan": Letters()}}) == [
        "5. Character error rate: the truth of this set has no lines"
    ]
    assert tables.calibration_table([])


def test_speed_is_a_ratio_to_bare_reading():
    speed = Speed({"bare OCR": [Lap(2.0, 1.0, 500.0)] * 3, "reading": [Lap(3.0, 1.2, 600.0)] * 3}, 1)
    (row,) = (line for line in tables.speed_table(speed) if line.startswith("reading"))
    assert "1.50" in row
    assert row.endswith("<= 1.25 ok")


def test_the_worst_errors_are_the_accepted_ones_then_the_surest():
    missed, sure, accepted = (
        outcome(given=False),
        outcome(right=False, probability=0.97),
        outcome(right=False, probability=0.95, accepted=True),
    )
    assert worst([missed, outcome(), sure, accepted], 3) == [accepted, sure, missed]
    assert describe(accepted).startswith("WRONG, ACCEPTED case/a.jpg p1")
    assert describe(missed).startswith("MISSED")


def test_what_is_kept_is_found_by_bytes_and_page_and_not_believed_when_fresh(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"page")
    cache = Cache(tmp_path / "kept")
    cache.put(page_key(path, 1, "engine"), "text")
    assert cache.get(page_key(path, 1, "engine")) == "text"
    assert cache.get(page_key(path, 2, "engine")) is None
    assert cache.get(last_key(path, 1, "engine")) is None
    assert Cache(tmp_path / "kept", fresh=True).get(page_key(path, 1, "engine")) is None
