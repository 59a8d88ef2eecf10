"""Contradictions inside a pack that its types alone cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from classifiers.yaml_lines import Location
from domain.fields import FIELDS
from domain.policy import AdoptedPolicy, PolicyPack, SeverityRule

Problem = tuple[Location, str]
"""Place in the file and the fault in Chinese."""


def pack_problems(pack: PolicyPack) -> tuple[Problem, ...]:
    """Return the contradictions of ``pack``, in the order of its keys."""
    steps = (_categories, _severity, _signal_terms, _forms, _materials, _register, _deadlines, _parameters)
    return tuple(problem for step in steps for problem in step(pack))


def _repeats(values: Iterator[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield index, value
        seen.add(value)


def _bad_pattern(term: str) -> str | None:
    try:
        re.compile(term)
    except re.error as error:
        return f"“{term}”不是有效的模式（{error}）"
    return None


def _categories(pack: PolicyPack) -> Iterator[Problem]:
    for index, value in _repeats(c.id for c in pack.categories):
        yield ("categories", index, "id"), f"类别标识 {value} 重复"
    for index, value in _repeats(c.label for c in pack.categories):
        yield ("categories", index, "label"), f"类别名称 {value} 重复"
    for index, category in enumerate(pack.categories):
        for weight, terms in category.keywords.items():
            for term in terms:
                if fault := _bad_pattern(term):
                    yield ("categories", index, "keywords", weight), fault


def _severity(pack: PolicyPack) -> Iterator[Problem]:
    scheme = pack.severity
    if scheme is None:
        return
    known = {level.id for level in scheme.levels}
    allowed = "、".join(level.id for level in scheme.levels)
    categories = {category.id for category in pack.categories}
    if scheme.otherwise and scheme.otherwise not in known:
        yield ("severity", "otherwise"), f"级别 {scheme.otherwise} 未定义，允许：{allowed}"
    for index, value in _repeats(rule.id for rule in scheme.rules):
        yield ("severity", "rules", index, "id"), f"规则标识 {value} 重复"
    for name in scheme.unclassed:
        if name not in categories:
            yield ("severity", "unclassed", name), f"类别 {name} 未登记"
    for index, rule in enumerate(scheme.rules):
        yield from _rule(pack, rule, ("severity", "rules", index))


def _rule(pack: PolicyPack, rule: SeverityRule, place: Location) -> Iterator[Problem]:
    scheme = pack.severity
    assert scheme is not None
    known = {level.id for level in scheme.levels}
    categories = {category.id for category in pack.categories}
    if rule.level not in known:
        allowed = "、".join(level.id for level in scheme.levels)
        yield (*place, "level"), f"规则 {rule.id} 的级别 {rule.level} 未定义，允许：{allowed}"
    for name in rule.limits:
        if name not in pack.parameters:
            yield (*place, "parameter"), f"规则 {rule.id} 使用了未登记的参数 {name}"
    for name in rule.categories:
        if name not in categories:
            yield (*place, "categories"), f"规则 {rule.id} 使用了未登记的类别 {name}"
    if both := set(rule.signals) & set(rule.possible):
        yield (*place, "possible"), f"规则 {rule.id} 的信号 {'、'.join(sorted(both))} 既是确定条件又是可能条件"


def _signal_terms(pack: PolicyPack) -> Iterator[Problem]:
    for code, terms in pack.signal_terms.items():
        for term in terms:
            if fault := _bad_pattern(term):
                yield ("signal_terms", code.value), fault


def _forms(pack: PolicyPack) -> Iterator[Problem]:
    for index, value in _repeats(form.id for form in pack.forms):
        yield ("forms", index, "id"), f"表格标识 {value} 重复"
    for i, form in enumerate(pack.forms):
        for j, field in enumerate(form.fields):
            place = ("forms", i, "fields", j)
            if field.name not in FIELDS:
                yield (*place, "name"), f"字段 {field.name} 不在字段表中，允许：{'、'.join(FIELDS)}"
        for j, value in _repeats(field.name for field in form.fields):
            yield ("forms", i, "fields", j), f"表格 {form.id} 的字段 {value} 重复"
        yield from _shared_labels(i, [field.labels for field in form.fields])


def _shared_labels(form: int, labels: list[tuple[str, ...]]) -> Iterator[Problem]:
    owner: dict[str, int] = {}
    for index, wordings in enumerate(labels):
        for wording in wordings:
            if wording in owner and owner[wording] != index:
                yield ("forms", form, "fields", index, "labels"), f"标签“{wording}”同时属于两个字段"
            owner[wording] = index


def _materials(pack: PolicyPack) -> Iterator[Problem]:
    if pack.materials is None:
        return
    for name in ("natural_person", "legal_person", "member_coordination"):
        listed = getattr(pack.materials, name)
        for index, value in _repeats(r.kind.value for r in listed or ()):
            yield ("materials", name, index, "kind"), f"材料 {value} 重复"


def _register(pack: PolicyPack) -> Iterator[Problem]:
    register = pack.ledger
    if register is None:
        return
    for index, value in _repeats(column.label for column in register.columns):
        yield ("register", "columns", index, "label"), f"台账栏目 {value} 重复"
    for index, column in enumerate(register.columns):
        place = ("register", "columns", index)
        for name in column.fields:
            if name not in FIELDS:
                yield (*place, "fields"), f"字段 {name} 不在字段表中，允许：{'、'.join(FIELDS)}"
        if column.case == "ledger_number" and register.numbering is None:
            yield (*place, "case"), f"栏目 {column.label} 需要编号规则（register.numbering）"
    if register.rule == "none" and register.columns and register.file_items != tuple(c.label for c in register.columns):
        yield ("register", "columns"), "没有台账的制度，栏目应与工作档案项目（file_items）逐项相同"
    rule = register.numbering
    if rule and rule.prefix_field and rule.prefix_field not in FIELDS:
        yield ("register", "numbering", "prefix_field"), f"字段 {rule.prefix_field} 不在字段表中"


def _deadlines(pack: PolicyPack) -> Iterator[Problem]:
    ids = {rule.id for rule in pack.deadlines}
    levels = {level.id for level in pack.severity.levels} if pack.severity else set()
    for index, value in _repeats(rule.id for rule in pack.deadlines):
        yield ("deadlines", index, "id"), f"期限标识 {value} 重复"
    for index, value in _repeats(f"{rule.duty} {rule.level or ''} {rule.when or ''}" for rule in pack.deadlines):
        yield ("deadlines", index, "duty"), f"同一义务“{value}”规定了两次"
    for index, rule in enumerate(pack.deadlines):
        if rule.extends and (rule.extends not in ids or rule.extends == rule.id):
            yield ("deadlines", index, "extends"), f"期限 {rule.id} 延长的 {rule.extends} 不存在"
        for name in (rule.parameter, rule.latest, rule.same_as):
            if name and name not in pack.parameters:
                yield ("deadlines", index, "parameter"), f"期限 {rule.id} 使用了未登记的参数 {name}"
        if rule.level and rule.level not in levels:
            yield ("deadlines", index, "level"), f"期限 {rule.id} 的级别 {rule.level} 未定义"


def _parameters(pack: PolicyPack) -> Iterator[Problem]:
    used = {name for rule in pack.deadlines for name in (rule.parameter, rule.latest, rule.same_as)}
    if pack.severity:
        used |= {name for rule in pack.severity.rules for name in rule.limits}
    if pack.contact_rules:
        used |= {pack.contact_rules.per_working_day, pack.contact_rules.gap_hours}
    if pack.retention:
        used.add(pack.retention.parameter)
        if pack.retention.parameter not in pack.parameters:
            yield ("retention", "parameter"), f"保存期限使用了未登记的参数 {pack.retention.parameter}"
    for name in pack.parameters:
        if name not in used and not pack.parameters[name].noted:
            yield ("parameters", name), f"参数 {name} 没有任何规则使用"


def value_problems(policy: AdoptedPolicy) -> tuple[tuple[str, str], ...]:
    """Return contradictions of the values in force, each with the parameter it shows at.

    Bands of sums must not overlap, and two parameters of one duty must agree.
    """
    return (*_band_problems(policy), *_twice_told(policy))


def _band_problems(policy: AdoptedPolicy) -> Iterator[tuple[str, str]]:
    scheme = policy.pack.severity
    rules = [r for r in scheme.rules if r.limits and r.counts == "yuan" and r.line is None] if scheme else []
    bands = [r for r in rules if r.up_to]
    for rule in bands:
        low, high = (policy.parameter(name) if name else None for name in (rule.parameter, rule.up_to))
        if low is not None and high is not None and low >= high:
            yield rule.up_to or "", f"“{rule.label}”的上限 {high:g} 不高于下限 {low:g}"
    for graver, lighter in pairwise(r for r in rules if r.up_to or bands):
        low = policy.parameter(graver.parameter) if graver.parameter else None
        high = policy.parameter(lighter.up_to) if lighter.up_to else None
        if low is not None and high is not None and high > low:
            yield lighter.up_to or "", f"“{lighter.label}”的上限 {high:g} 高于“{graver.label}”的下限 {low:g}"


def _twice_told(policy: AdoptedPolicy) -> Iterator[tuple[str, str]]:
    for rule in policy.pack.deadlines:
        one, other = (policy.parameter(name) if name else None for name in (rule.parameter, rule.same_as))
        if one is not None and other is not None and one != other:
            yield rule.same_as or "", f"“{rule.duty}”规定了两次，数值不一致：{one:g} 与 {other:g}"
