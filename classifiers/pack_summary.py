"""A pack in words: what ``juanzong policies show`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from domain.policy import AdoptedPolicy, DeadlineRule, MaterialRequirement, PolicyPack

_STATES = {"set": "制度原文", "lost": "副本缺失", "blank": "制度留空", "silent": "制度未载明"}
_CHANNELS = {
    "in_person": "来人面谈",
    "phone": "电话",
    "letter": "信函",
    "fax": "传真",
    "email": "电子邮件",
    "web": "网络",
    "media": "媒体",
    "authority": "上级或监管转办",
}
_LISTS = {"natural_person": "自然人", "legal_person": "法人", "member_coordination": "会员单位申请协调"}
_SIDES = {"front": "人像面", "back": "国徽面"}
_SIGNERS = {"self": "本人签字", "legal_representative": "法定代表人签字"}


def summary(pack: PolicyPack | AdoptedPolicy) -> str:
    """Return ``pack`` as readable Chinese text; with an adoption the values in force are shown."""
    policy = pack if isinstance(pack, AdoptedPolicy) else AdoptedPolicy(pack=pack)
    parts = (_head, _intake, _categories, _severity, _materials, _forms, _deadlines, _keeping, _parameters)
    return "\n".join(line for part in parts for line in part(policy)) + "\n"


def _head(policy: AdoptedPolicy) -> Iterator[str]:
    pack = policy.pack
    yield f"【{pack.title}】 {pack.id}（版本 {pack.version}）"
    yield f"来源：{pack.source}；副本{'完整' if pack.copy_state.complete else '不完整'}"
    yield from (f"  缺漏：{gap}" for gap in pack.copy_state.gaps)
    if policy.adoption and policy.adopted:
        yield f"采用单位：{policy.adoption.adopter}，自 {policy.adopted.since.isoformat()} 起"
    else:
        yield "采用单位：无（缺失的数值一律未设定，相关规则交由人工判断）"


def _intake(policy: AdoptedPolicy) -> Iterator[str]:
    pack = policy.pack
    channels = "、".join(_CHANNELS[c] for c in pack.channels) if pack.channels else "数据包未列举"
    yield f"受理渠道：{channels}"
    if formal := pack.formal_channel:
        terms = [
            word
            for on, word in (
                (formal.written_only, "须书面"),
                (formal.real_name_only, "须实名"),
                (not formal.proxy_allowed, "不得代理"),
            )
            if on
        ]
        yield f"正式投诉：{'、'.join(terms) or '无特别要求'}"
    yield from (f"  不作投诉处理：{r.when} → {r.refer_to}（{r.article or '条号不详'}）" for r in pack.referrals)


def _categories(policy: AdoptedPolicy) -> Iterator[str]:
    yield f"投诉类别（{len(policy.pack.categories)} 类）："
    for number, category in enumerate(policy.pack.categories, 1):
        yield f"  {number}. {category.label} —— {category.owner}"


def _severity(policy: AdoptedPolicy) -> Iterator[str]:
    scheme = policy.pack.severity
    if scheme is None:
        yield "级别：数据包未载明"
        return
    labels = "、".join(level.label for level in scheme.levels)
    yield f"级别：{labels}；不符合以下任一条的为{scheme.label(scheme.otherwise)}"
    for rule in scheme.rules:
        limit = ""
        if rule.parameter:
            limit = f"【{_value(policy, rule.parameter)}】"
        by = "（只由人认定）" if rule.human_only else ""
        yield f"  {scheme.label(rule.level)}：{rule.label}{limit}{by}（{rule.article}）"


def _value(policy: AdoptedPolicy, name: str) -> str:
    value = policy.parameter(name)
    unit = policy.pack.parameters[name].unit if name in policy.pack.parameters else ""
    source = policy.parameter_source(name)
    return f"未设定：{source}" if value is None else f"{value:g} {unit}，{source}"


def _materials(policy: AdoptedPolicy) -> Iterator[str]:
    if policy.pack.materials is None:
        yield "必备材料：数据包未列清单"
        return
    yield "必备材料："
    for name, label in _LISTS.items():
        listed = getattr(policy.pack.materials, name)
        if listed:
            yield f"  {label}：" + "；".join(_requirement(r) for r in listed)


def _requirement(required: MaterialRequirement) -> str:
    terms = [_SIGNERS[required.signed_by]] if required.signed_by else []
    if required.company_seal:
        terms.append("加盖公章")
    if required.sides:
        terms.append("＋".join(_SIDES[s.value] for s in required.sides))
    return required.label + (f"（{'、'.join(terms)}）" if terms else "")


def _forms(policy: AdoptedPolicy) -> Iterator[str]:
    for form in policy.pack.forms:
        labels = "、".join(field.labels[0] for field in form.fields)
        yield f"表格 {form.titles[0]}（{len(form.fields)} 项）：{labels}"


def _deadlines(policy: AdoptedPolicy) -> Iterator[str]:
    if policy.pack.deadlines:
        yield "办理期限："
    for rule in policy.pack.deadlines:
        yield f"  {rule.duty}：{_deadline(policy, rule)}（{rule.article}）"


def _deadline(policy: AdoptedPolicy, rule: DeadlineRule) -> str:
    if rule.parameter is None:
        return "当场"
    notes = [_value(policy, rule.parameter)]
    if rule.approval:
        notes.append("须经审批")
    if rule.beyond:
        notes.append(rule.beyond)
    return "；".join(notes)


def _keeping(policy: AdoptedPolicy) -> Iterator[str]:
    pack = policy.pack
    if pack.retention:
        longest = "，其他规定更长的从其规定" if pack.retention.max_with_other_rules else ""
        years = policy.retention_years()
        known = f"{years:g} 年" if years is not None else _value(policy, pack.retention.parameter)
        yield f"档案保存：{known}{longest}；{'不得篡改' if pack.retention.immutable else ''}"
    if pack.recusal:
        yield "回避：" + "；".join(rule.label for rule in pack.recusal)
    if pack.ledger and pack.ledger.file_items:
        yield "工作档案：" + "、".join(pack.ledger.file_items)
    if pack.ledger and pack.ledger.rule == "ledger" and pack.ledger.columns:
        yield "台账栏目：" + "、".join(column.label for column in pack.ledger.columns)
    if pack.reports:
        yield "报告：" + "；".join(f"{r.label} → {r.to}" if r.to else r.label for r in pack.reports)


def _parameters(policy: AdoptedPolicy) -> Iterator[str]:
    if policy.pack.parameters:
        yield "参数："
    for name, parameter in policy.pack.parameters.items():
        yield f"  {name} {parameter.label}：{_STATES[parameter.state.value]}；{_value(policy, name)}"
