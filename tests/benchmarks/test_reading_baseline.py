from benchmarks.reading.baseline_ocr import Line
from benchmarks.reading.baseline_rules import baseline_values, rows
from benchmarks.reading.truth import TrueDocument

DOCUMENT = TrueDocument("application_form", "scan", (1,), {}, ())


def values(*lines: tuple[str, float, float]) -> dict[str, str]:
    placed = [Line(text, x, y, x + 100, y + 20) for text, x, y in lines]
    return {g.name: g.value for g in baseline_values(DOCUMENT, {1: placed})}


def test_lines_side_by_side_are_one_row():
    lines = [Line("高梦恒", 300, 12, 400, 30), Line("投诉人姓名", 100, 10, 250, 30), Line("次行", 100, 50, 200, 70)]
    assert rows(lines) == ["投诉人姓名  高梦恒", "次行"]


def test_a_label_beside_its_value_and_before_a_colon():
    found = values(("投诉人姓名", 100, 10), ("高梦恒", 300, 11), ("联系地址：天津市红桥区某路1号", 100, 60))
    assert found["complainant_name"] == "高梦恒"
    assert found["complainant_address"] == "天津市红桥区某路1号"


def test_numbers_are_found_by_their_pattern():
    found = values(("本人身份证 120104195512143293，手机16695999858", 100, 10), ("涉及3,150.50元", 100, 60))
    assert found["complainant_id_no"] == "120104195512143293"
    assert found["complainant_mobile"] == "16695999858"
    assert found["amount_involved"] == "3150.5"


def test_a_section_runs_to_the_next_heading():
    found = values(("二、投诉请求", 100, 10), ("退还手续费", 100, 40), ("书面答复", 100, 70), ("三、附件", 100, 100))
    assert found["complaint_request"] == "退还手续费书面答复"
