"""Taking an answer back: the state before it, as a new revision. Pure: no clock, no store; nothing is erased."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case, Decision
from domain.errors import DecisionError
from domain.review import recorded

_BETWEEN_CASES = {"send": "移到", "receive": "接收自"}


def last_answer(case: Case, actor: str) -> int:
    """Return the index (0-based, in ``case.decisions``) of the answer that ``actor`` would take back now.

    Raises:
        DecisionError: there is none, somebody answered after it, it was filed, or it concerns two cases.
    """
    standing = [d for d in case.standing if d.action != "comment"]
    if not standing or not any(d.actor == actor for d in standing):
        raise DecisionError("没有可撤销的操作", "只能撤销自己在本案的操作")
    last = standing[-1]
    if last.action == "finish":
        raise DecisionError("本案已办结归档，归档前的操作不能撤销", "请直接改正，再重新归档为新版本")
    if last.actor != actor:
        raise DecisionError(f"{last.actor} 在您之后又有操作，不能撤销", "请核对后直接改正")
    if last.action in _BETWEEN_CASES:
        raise DecisionError(
            f"材料已{_BETWEEN_CASES[last.action]}案件 {last.value}，不能在一案单独撤销", "请用“移到另一案件”移回"
        )
    return max(n for n, d in enumerate(case.decisions) if d is last)


def undo(case: Case, before: Case, actor: str, at: datetime) -> Case:
    """Return ``case`` as it was before the last answer of ``actor``: revision + 1, the whole history kept.

    Args:
        case: the newest revision.
        before: the revision on which that answer was given.
        actor: who takes back.
        at: when.

    Raises:
        DecisionError: as ``last_answer``; or new papers were read in since.
    """
    index = last_answer(case, actor)
    if len(before.decisions) != index or case.revision - before.revision != len(case.decisions) - index:
        raise DecisionError("该操作之后本案又有新材料识别入卷，不能撤销", "请核对后直接改正")
    taken_back = Decision(
        actor=actor, at=at, action="undo", subject=case.decisions[index].subject, value=str(index + 1)
    )
    state = before.model_copy(update={"revision": case.revision, "decisions": case.decisions, "archive": case.archive})
    return recorded(state, taken_back)
