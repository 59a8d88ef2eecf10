"""Refusals name file, line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.packs import adopt, check_adoption, check_pack, load_adoption, load_pack, load_packs
from domain.errors import PolicyError
from tests.classifiers.papers import POLICIES

GOOD = (POLICIES / "exchange-member.yaml").read_text(encoding="utf-8")


def changed(folder: Path, old: str, new: str, name: str = "pack.yaml") -> tuple[Path, int]:
    """Write the pack with ``old`` replaced once; return the file and the line of the change."""
    assert old in GOOD
    path = folder / name
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return path, GOOD[: GOOD.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("unit: WD, start", "unit: DAYS, start", ("DAYS", "'WD' or 'CD'")),
        ("formal_channel:", "formal_chanel:", ("formal_chanel", "允许", "formal_channel")),
        ("kind: complaint_report_form", "kind: complaint_form", ("complaint_form", "complaint_report_form")),
        ("signals: [emergency]", "signals: [emergencies]", ("emergencies", "emergency")),
        ("title: 公司客户投诉处理制度\n", "", ("title", "缺少")),
        ("办结的期限, value: null", "办结的期限, value: 15", ("set_by", "lost")),
        ("numbering: null", "numbering: null\nnumbering: null", ("numbering", "重复")),
    ],
)
def test_a_pack_that_is_not_valid_is_refused(tmp_path: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    path, line = changed(tmp_path, old, new)
    with pytest.raises(PolicyError) as refusal:
        load_pack(path)
    text = str(refusal.value)
    assert str(path) in text
    assert refusal.value.exit_code == 2
    if new and "\n" not in new:
        assert f"第 {line} 行" in text
    for word in words:
        assert word in text


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    path, line = changed(tmp_path, "channels: [in_person,", "channels: [in_person, [")
    with pytest.raises(PolicyError, match="YAML") as refusal:
        load_pack(path)
    assert "第 " in str(refusal.value)
    assert line > 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="读不到文件"):
        load_pack(tmp_path / "none.yaml")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_that_is_no_mapping(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="第 1 行"):
        load_pack(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("parameter: major_amount_wan", "parameter: major_amount", "未登记的参数"),
        ("otherwise: general", "otherwise: normal", "未定义"),
        ("duty: 经审批延期后的最迟办结", "duty: 办结并告知处理结果", "规定了两次"),
        ("fields: [complaint_cause]", "fields: [complaint_reason]", "不在字段表中"),
        ("label: 经办人员, fields", "label: 经办部门, fields", "台账栏目 经办部门 重复"),
        ("责任方, fields: [responsible_party]", "责任方, case: ledger_number", "需要编号规则"),
        ("extends: close", "extends: closing", "不存在"),
        ("name: callback, labels", "name: call_back, labels", "不在字段表中"),
        ("possible: [asset_theft, data_leak]", "possible: [asset_theft, fraud]", "既是确定条件又是可能条件"),
        ("label: 信息系统类的投诉", "label: 服务质量类的投诉", "重复"),
        ("'推销', ", "'推销(', ", "不是有效的模式")
        if "'推销', " in GOOD
        else ("推销, ", "'推销(', ", "不是有效的模式"),
        ("id: annex4", "id: annex3", "重复"),
    ],
)
def test_contradictions_are_found_with_their_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    path, _ = changed(tmp_path, old, new)
    problems = check_pack(path)
    assert any(words in p and str(path) in p and " 行" in p for p in problems), problems


def test_two_packs_with_one_id(tmp_path: Path) -> None:
    changed(tmp_path, "numbering", "numbering", "a.yaml")
    changed(tmp_path, "numbering", "numbering", "b.yaml")
    with pytest.raises(PolicyError, match="已被另一规则包使用"):
        load_packs(tmp_path)


ADOPTION = "adopter: 甲公司\npolicies:\n  - id: exchange-member\n    parameters:\n      {name}: {value}\n"


def adoption(folder: Path, name: str, value: str) -> Path:
    path = folder / "adoption.yaml"
    path.write_text(ADOPTION.format(name=name, value=value), encoding="utf-8")
    return path


def test_a_value_needs_who_and_when(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refusal:
        load_adoption(adoption(tmp_path, "close_wd", "{value: 10}"))
    assert "set_by" in str(refusal.value)
    assert "第 5 行" in str(refusal.value)


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    path = adoption(tmp_path, "close_days", "{value: 10, set_by: 合规部, set_on: 2026-01-04}")
    with pytest.raises(PolicyError, match="close_days") as refusal:
        adopt(load_pack(POLICIES / "exchange-member.yaml"), load_adoption(path))
    assert "close_wd" in str(refusal.value)
    assert any("close_days" in p for p in check_adoption(path, load_packs(POLICIES)))


def test_a_number_of_the_regulation_cannot_be_overruled(tmp_path: Path) -> None:
    pack_path, _ = changed(
        tmp_path, "close_wd: {state: lost, unit: 工作日, label: 自受理之日起办结的期限, value: null",
        "close_wd: {state: set, unit: 工作日, label: 自受理之日起办结的期限, value: 7",
    )  # fmt: skip
    path = adoption(tmp_path, "close_wd", "{value: 10, set_by: 合规部, set_on: 2026-01-04}")
    pack = load_pack(pack_path)
    assert adopt(pack).parameter("close_wd") == 7
    with pytest.raises(PolicyError, match="不能改设"):
        adopt(pack, load_adoption(path))


def test_the_line_of_the_unknown_parameter_itself_is_named(tmp_path: Path) -> None:
    text = (POLICIES / "adoption.example.yaml").read_text(encoding="utf-8")
    path = tmp_path / "adoption.yaml"
    path.write_text(text.replace("      extend_max_wd:", "      extend_days:", 1), encoding="utf-8")
    line = text[: text.index("      extend_max_wd:")].count("\n") + 1
    (problem,) = check_adoption(path, load_packs(POLICIES))
    assert f"第 {line} 行" in problem
    assert "extend_days" in problem and "extend_max_wd" in problem
