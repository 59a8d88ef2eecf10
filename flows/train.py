"""``juanzong train category``: fine-tune a house's checkpoint on what its reviewers decided about categories."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from classifiers.categories.checkpoint import FOLDER
from classifiers.categories.terms import by_terms
from classifiers.category import chances
from classifiers.narrative import Sentence, narrative, sentences_of
from classifiers.network.hearing import hear
from domain.base import Model
from domain.errors import ConfigurationError, UnknownPolicyError
from domain.policy import AdoptedPolicy
from domain.review import decided_by_person
from flows.filing import read_papers, stored_readings
from flows.output import console
from flows.settings import load_settings
from flows.wiring import Services, open_services
from learning.category import Example, Learnt, Schedule, train_category


@dataclass(frozen=True)
class TrainRequest:
    """What is trained.

    Attributes:
        checkpoint: folder of a Hugging Face checkpoint.
        policy: the pack whose categories are learnt.
        epochs: passes over the decisions.
        rate: greatest learning rate; a checkpoint that knows Chinese wants a small one.
        examples: JSON lines with ``text`` and ``category`` (id) beside the decisions of the store, ``None`` for none.
    """

    checkpoint: Path
    policy: str
    epochs: int
    rate: float = Schedule.rate
    examples: Path | None = None


class _Given(Model):
    """One line of an examples file."""

    text: str
    category: str


def train(request: TrainRequest) -> int:
    """Fine-tune, write the model under ``JUANZONG_HOME``, print figures; return the exit code.

    Raises:
        UnknownPolicyError: there is no such pack.
        ConfigurationError: too few decisions, an unusable checkpoint or examples file, or the extra is missing.
    """
    services = open_services(load_settings())
    try:
        # The bundled model is the yardstick, whatever the house trained before.
        policy = services.policies.adopted(request.policy).model_copy(update={"category_model": None})
        if not policy.pack.categories:
            raise UnknownPolicyError(f"{request.policy} 的制度没有投诉类别", "请选择有类别的制度包，见 policies show")
        examples = [*_decided(services, policy), *_given(request.examples, policy)]
        out = services.settings.home / FOLDER / request.policy
        learnt = train_category(request.checkpoint, examples, out, Schedule(request.epochs, request.rate), told=_say)
    finally:
        services.close()
    _print(learnt, out)
    return 0


def _say(line: str) -> None:
    # Progress goes to stderr, results to stdout.
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _decided(services: Services, policy: AdoptedPolicy) -> Iterator[Example]:
    """Yield the complaints whose category a person decided."""
    ids = {c.label: c.id for c in policy.pack.categories}
    for row in services.storage.cases.list_cases(None):
        case = services.storage.cases.load_case(row.id)
        if case is None or case.policy != policy.pack.id or case.judgement is None:
            continue
        verdict = case.judgement.category
        if verdict.value not in ids or not decided_by_person(verdict.producer):
            continue
        spoken = narrative(read_papers(services, case, stored_readings(services, case)).texts)
        if spoken:
            yield _example(policy, spoken, ids[verdict.value])


def _given(path: Path | None, policy: AdoptedPolicy) -> Iterator[Example]:
    known = {c.id for c in policy.pack.categories}
    try:
        lines = path.read_text("utf-8").splitlines() if path else []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"示例文件 {path} 无法读取", "请给出 UTF-8 的 JSON 行文件") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = _Given.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise ConfigurationError(
                f"示例文件 {path} 第 {number} 行不是含 text 与 category 的 JSON", "请改正该行后重试"
            ) from error
        if one.category not in known:
            raise ConfigurationError(
                f"示例文件 {path} 第 {number} 行的类别 {one.category} 不在 {policy.pack.id} 中",
                f"可用的类别：{'、'.join(sorted(known))}",
            )
        yield _example(policy, sentences_of(one.text), one.category)


def _example(policy: AdoptedPolicy, spoken: tuple[Sentence, ...], category: str) -> Example:
    terms = by_terms(policy.pack.categories, spoken)
    return Example("\n".join(s.text for s in spoken), category, chances(policy, spoken, hear(spoken), terms))


def _print(learnt: Learnt, out: Path) -> None:
    from rich.table import Table

    table = Table("模型", "准确率", "宏平均 F1", title=f"在留出的 {learnt.held} 件上（学习 {learnt.learnt_from} 件）")
    for name, n in (("新模型", 0), ("随附模型", 1)):
        table.add_row(name, f"{learnt.accuracy[n]:.3f}", f"{learnt.macro_f1[n]:.3f}")
    console().print(table)
    use = "已启用，新处理的案件按此判断类别" if learnt.in_use else "不优于随附模型，未启用"
    console().print(f"已写入 {out}：{use}。")
