"""From a form of the station to a decision."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from domain.base import Model
from domain.case import Case, Decision, DecisionAction
from domain.errors import DecisionError
from domain.evidence import Check, Evidence, FieldValue
from domain.fields import FIELDS, FieldType
from domain.normal import NormalForm, normal_form
from domain.review import PAUSE
from domain.vocabulary import ComplainantType
from review_ui import texts
from review_ui.offers import offers

_VERDICTS = frozenset({"severity", "category", "disposition"})
_PLACES = TypeAdapter(tuple[Evidence, ...])


class Answer(Model):
    """What a form says.

    Attributes:
        action: ``accept``, ``correct``, ``illegible``, ``not_present``, ``confirm``, ``reject``, ``set:VALUE``,
            ``comment``, ``finish``.
        value: content of the form's box.
        candidate: a reading to take over instead of ``value``.
        insist: the value that the person was warned about before.
        places: boxes that the person drew for ``value``, a JSON list of evidence; "" for none.
        notified: who was told that the clock stands still.
    """

    subject: str
    action: str = "accept"
    value: str | None = None
    candidate: str | None = None
    comment: str | None = None
    insist: str | None = None
    places: str = ""
    notified: str | None = None


def decision_of(case: Case, answer: Answer, actor: str, at: datetime) -> Decision:
    """Return the decision that ``answer`` stands for.

    Raises:
        DecisionError: there is no such action, a field has nothing to accept, or its value fails a known-structure
            test and was not insisted on.
    """
    scope, _, name = answer.subject.partition(":")
    action, value = _plain(answer)
    comment = (answer.comment or "").strip() or None
    evidence: tuple[Evidence, ...] = ()
    if answer.subject == "clock" and value == PAUSE:
        comment = _pause_note(comment, answer.notified)
    if scope == "field" and action in ("accept", "correct"):
        action, value, evidence = _field_answer(case, name, answer)
    elif answer.subject in _VERDICTS and action == "accept" and value:
        action = "set"
    elif action not in ("set", "correct"):
        value = None
    return Decision(
        actor=actor,
        at=at,
        action=_known(action),
        subject=answer.subject,
        value=value,
        comment=comment,
        evidence=evidence,
    )


def _plain(answer: Answer) -> tuple[str, str | None]:
    action, _, fixed = answer.action.partition(":")
    return action, fixed or answer.value


def _known(action: str) -> DecisionAction:
    known: tuple[DecisionAction, ...] = get_args(DecisionAction)
    for name in known:
        if name == action:
            return name
    raise DecisionError(f"没有“{action}”这种操作", "请刷新页面后再操作")


def _field_answer(case: Case, name: str, answer: Answer) -> tuple[str, str | None, tuple[Evidence, ...]]:
    """Return action, value and evidence for what stands in a field's box."""
    if name not in FIELDS:
        raise DecisionError(f"没有字段 {name}", "请刷新页面后再操作")
    label = FIELDS[name].label
    written = (answer.candidate if answer.candidate is not None else answer.value or "").strip()
    if not written:
        raise DecisionError(texts.EMPTY_NOTICE.format(label=label).rstrip("。"), "也可以用 Alt+X、Alt+N")
    found = case.fields.get(name)
    form = typed_form(name, written)
    refused = next((c for c in form.checks if c.passed is False), None)
    if refused is not None and answer.insist != written:
        raise DecisionError(f"{label}：{refused.message}", "请改正；原件确实如此时，请再确认一次")
    value = form.value if form.value and refused is None else written
    drawn = _drawn(case, answer.places) if answer.candidate is None else ()
    if isinstance(found, FieldValue) and value == found.value and not drawn:
        return "accept", None, ()
    return "correct", value, drawn or _evidence_of(case, name, written)


def typed_form(name: str, written: str) -> NormalForm:
    """Return the normal form of what a person typed into field ``name``, with the tests of its type."""
    spec = FIELDS[name]
    if name == "complainant_type":
        known = {k.value: k.value for k in ComplainantType} | {v: k.value for k, v in texts.COMPLAINANT_TYPE.items()}
        return NormalForm(value=known.get(written), checks=() if written in known else (_not_a_type(written),))
    if name == "id_valid_until" and written != "长期":
        return normal_form(FieldType.DATE, written)
    if spec.type in (FieldType.LONGTEXT, FieldType.LIST):
        return NormalForm(value=written)
    return normal_form(spec.type, written)


def _not_a_type(written: str) -> Check:
    names = "、".join(texts.COMPLAINANT_TYPE.values())
    return Check(name="complainant_type", passed=False, message=f"应为{names}，录入的是{written}")


def _evidence_of(case: Case, name: str, written: str) -> tuple[Evidence, ...]:
    """Return the place of the reading that was taken over, if it is one."""
    return next((c.evidence for c in offers(case, name) if c.value == written), ())


def _drawn(case: Case, places: str) -> tuple[Evidence, ...]:
    """Return the boxes that a person drew.

    Raises:
        DecisionError: they are no places on pages of ``case``.
    """
    try:
        drawn = _PLACES.validate_json(places) if places.strip() else ()
    except ValidationError as error:
        raise DecisionError("画的框没有传完整", "请按 Esc 放弃后重新画框") from error
    for place in drawn:
        document = case.document(place.document_id)
        page = next((p for p in document.pages if p.number == place.page), None) if document else None
        if page is None or place.bbox[2] > page.width or place.bbox[3] > page.height or min(place.bbox) < 0:
            raise DecisionError("画的框不在本案的页面上", "请按 Esc 放弃后重新画框")
    return drawn


def _pause_note(reason: str | None, notified: str | None) -> str:
    """Return the comment that a stopped clock needs."""
    told = (notified or "").strip()
    if reason is None or not told:
        raise DecisionError("暂停计时需要写明原因和已告知的人", "请填写两项后再暂停")
    return f"{reason}；已告知{told}"
