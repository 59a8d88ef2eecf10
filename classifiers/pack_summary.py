"""A pack in words: what ``juanzong policies show`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.labels import COMPLAINANT_TYPE, signal_label
from classifiers.retention import retention_periods
from domain.policy import AdoptedPolicy, DeadlineRule, MaterialRequirement, PolicyPack, Report
from domain.retention import Period, StartEvent
from domain.vocabulary import DispositionValue

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
    "petition": "信访、上访",
    "opinion_box": "意见簿（箱）、意见卡",
    "relayed": "他人转告、其他部门转达",
}
_BASES = {"gravity": "级别", "time": "办理时限类别", "approval": "核决权限（不是投诉级别）"}
_STARTS = {StartEvent.RECEIVED: "收件", StartEvent.CLOSED: "办结"}
_SCOPES = {
    "complaints": "投诉处理制度",
    "flow": "只有流程",
    "principles": "只有原则",
    "ledger": "只有台账",
    "catalogue": "只有台账目录",
    "checklist": "检查评分表",
    "none": "不是投诉制度（反例）",
}
_SIDES = {"front": "人像面", "back": "国徽面"}
_SIGNERS = {"self": "本人签字", "legal_representative": "法定代表人签字"}


def summary(pack: PolicyPack | AdoptedPolicy) -> str:
    """Return ``pack`` as readable Chinese text; with an adoption the values in force are shown."""
    policy = pack if isinstance(pack, AdoptedPolicy) else AdoptedPolicy(pack=pack)
    parts = (
        *(_head, _intake, _categories, _severity, _at_once, _materials, _forms),
        *(_deadlines, _contact, _keeping, _checklist, _parameters),
    )
    return "\n".join(line for part in parts for line in part(policy)) + "\n"


def _head(policy: AdoptedPolicy) -> Iterator[str]:
    pack = policy.pack
    yield f"【{pack.title}】 {pack.id}（版本 {pack.version}）"
    yield f"来源：{pack.source}；副本{'完整' if pack.copy_state.complete else '不完整'}"
    yield f"性质：{_SCOPES[pack.scope]}"
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
    for r in pack.referrals:
        head = "另行交办" if r.disposition is DispositionValue.COMPLAINT else "不作投诉处理"
        yield f"  {head}：{r.when} → {r.refer_to}（{r.article or '条号不详'}）"


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
    rest = f"为{scheme.label(scheme.otherwise)}" if scheme.otherwise else "由人认定"
    yield f"{_BASES[scheme.basis]}：{labels}；不符合以下任一条的{rest}"
    for rule in scheme.rules:
        limit = "".join(f"【{_value(policy, name)}】" for name in rule.limits)
        by = "（只由人认定）" if rule.human_only else ""
        yield f"  {scheme.label(rule.level)}：{rule.label}{limit}{by}（{rule.article}）"
    names = {c.id: c.label for c in policy.pack.categories}
    yield from (f"  {names.get(name, name)}：{why}" for name, why in scheme.unclassed.items())
    if scheme.proposed_only:
        yield f"  级别只作建议：{scheme.proposed_only}"


def _at_once(policy: AdoptedPolicy) -> Iterator[str]:
    for rule in policy.pack.escalations:
        words = "、".join(signal_label(code) for code in rule.signals)
        yield f"立即：{words} → {rule.duty}{f'（{rule.to}）' if rule.to else ''}（{rule.article}）"


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
    for kind, label in COMPLAINANT_TYPE.items():
        listed = policy.pack.materials.of(kind)
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
    if rule.agreed:
        return "与客户约定具体时间"
    if rule.parameter is None:
        return "当场"
    notes = [_value(policy, rule.parameter)]
    if rule.latest:
        notes.append(f"最迟 {_value(policy, rule.latest)}")
    if rule.level and policy.pack.severity:
        notes.append(f"仅{policy.pack.severity.label(rule.level)}")
    if rule.when:
        notes.append(f"适用于{rule.when}")
    if rule.approval:
        notes.append("须经审批")
    if rule.beyond:
        notes.append(rule.beyond)
    return "；".join(notes)


def _contact(policy: AdoptedPolicy) -> Iterator[str]:
    rules = policy.pack.contact_rules
    if rules is None:
        return
    quiet = "、".join(f"{q.label} {q.start:%H:%M}至{q.end:%H:%M}" for q in rules.quiet)
    yield f"联系客户：{quiet}不得联系{'，客户指定时间的除外' if rules.client_may_name_time else ''}（{rules.article}）"
    for name in (rules.per_working_day, rules.gap_hours):
        if name:
            yield f"  {policy.pack.parameters[name].label}：{_value(policy, name)}"


def _checklist(policy: AdoptedPolicy) -> Iterator[str]:
    for item in policy.pack.checklist:
        name = item.label or "（副本缺失）"
        points = f"{item.points} 分{'（推定）' if item.derived else ''}"
        yield f"评分 {item.number}. {name} {points}：{item.rule or '副本缺失'}"


def _keeping(policy: AdoptedPolicy) -> Iterator[str]:
    pack = policy.pack
    yield from _retention(policy)
    if pack.recusal:
        yield "回避：" + "；".join(rule.label for rule in pack.recusal)
    if pack.ledger and pack.ledger.file_items:
        yield "工作档案：" + "、".join(pack.ledger.file_items)
    if pack.ledger and pack.ledger.rule == "ledger" and pack.ledger.columns:
        yield "台账栏目：" + "、".join(column.label for column in pack.ledger.columns)
    if pack.reports:
        yield "报告：" + "；".join(_report(r) for r in pack.reports)
    if pack.numbering:
        yield f"编号：{pack.numbering}"
    if pack.outcomes:
        yield "处理结果：" + "、".join(pack.outcomes)


def _retention(policy: AdoptedPolicy) -> Iterator[str]:
    rule, periods = policy.pack.retention, retention_periods(policy)
    yield from (f"档案保存：{_period(period)}" for period in periods)
    if not periods and policy.pack.scope != "none":
        yield "档案保存：制度未载明保存期限，采用单位尚未设定；未设定前永久保存"
    elif len(periods) > 1 or (rule and rule.max_with_other_rules):
        yield "  以上规定同时适用，以最长者为准"
    if any(p.years is None or p.start is None for p in periods):
        yield "  尚有未设定的规定，未设定前永久保存"
    if rule and rule.immutable:
        yield "  档案不得篡改"


def _period(period: Period) -> str:
    words = [period.basis]
    if period.years is not None:
        words.append(f"{period.years:g} 年")
    words.append(f"自{_STARTS[period.start]}之日起" if period.start and not period.missing else period.missing)
    return "，".join(words)


def _report(report: Report) -> str:
    words = f"{report.when}：{report.label}" if report.when else report.label
    return f"{words} → {report.to}" if report.to else words


def _parameters(policy: AdoptedPolicy) -> Iterator[str]:
    if policy.pack.parameters:
        yield "参数："
    for name, parameter in policy.pack.parameters.items():
        yield f"  {name} {parameter.label}：{_STATES[parameter.state.value]}；{_value(policy, name)}"
