"""``juanzong calibrate``: refit probabilities and acceptance from what reviewers decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.acceptance import bundled, write_own
from domain.calibration import (
    BUDGETS,
    Bin,
    Calibration,
    ClassCalibration,
    FieldClass,
    bins_of,
    class_of,
    log_odds,
    upper_bound,
)
from domain.case import Case
from domain.evidence import Candidate, FieldMissing, FieldValue
from domain.review import decided_by_person
from domain.sampling import Outcome
from flows.output import console
from flows.settings import load_settings
from flows.wiring import Services, open_services

_SLOPE_WIDTH, _INTERCEPT_WIDTH = 0.3, 0.5
"""Widths of the Gaussian prior around the identity: a handful of decisions moves little."""
_STEPS, _LONGEST_STEP = 200, 0.25


@dataclass(frozen=True)
class Judged:
    """A machine's value that a person judged.

    Attributes:
        field: contract field name.
        probability: as the machine gave it.
        right: whether the person left the value as it was.
    """

    field: str
    probability: float
    right: bool


def judged_fields(case: Case) -> Iterator[Judged]:
    """Return the machine's values of ``case`` that a person accepted, corrected or denied.

    A value that a person found illegible says nothing about what is right there and is left out.
    """
    actions = {d.subject.removeprefix("field:"): d.action for d in case.standing if d.subject.startswith("field:")}
    for name, action in actions.items():
        found = case.fields.get(name)
        machine = _machine_value(found)
        if found is None or machine is None or action not in ("accept", "correct", "not_present"):
            continue
        right = isinstance(found, FieldValue) and found.value == machine.value
        yield Judged(name, machine.probability, right)


def _machine_value(found: FieldValue | FieldMissing | None) -> Candidate | None:
    if found is None:
        return None
    own = (found.as_candidate(),) if isinstance(found, FieldValue) else ()
    return next((c for c in (*own, *found.candidates) if not decided_by_person(c.producer)), None)


def refitted(base: Calibration, judged: Iterable[Judged]) -> Calibration:
    """Return ``base`` with the evidence of decisions added: more readings in the bins, a map learned from them."""
    groups: dict[FieldClass, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[class_of(one.field)].append(one)
    total = sum(len(group) for group in groups.values())
    classes = dict(base.classes)
    for kind, group in groups.items():
        before = classes.get(kind, ClassCalibration())
        slope, intercept = _map([(one.probability, one.right) for one in group])
        bins = _together(before.bins, bins_of((one.probability, one.right) for one in group))
        classes[kind] = ClassCalibration(bins=bins, slope=slope, intercept=intercept)
    return Calibration(source=f"{base.source}；另加本单位 {total} 项人工判定", classes=classes)


def _map(readings: list[tuple[float, bool]]) -> tuple[float, float]:
    """Fit slope and intercept of the log-odds by Newton's method (Platt 1999), with a prior at the identity."""
    x = np.array([[log_odds(p), 1.0] for p, _ in readings])
    y = np.array([float(right) for _, right in readings])
    prior = np.array([1.0, 0.0])
    precision = np.diag([_SLOPE_WIDTH**-2, _INTERCEPT_WIDTH**-2])
    weights: NDArray[np.float64] = prior.copy()
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-(x @ weights)))
        slope = x.T @ (y - chances) - precision @ (weights - prior)
        curve = (x.T * (chances * (1 - chances))) @ x + precision
        step = np.linalg.solve(curve, slope)
        # far from the optimum the curve is flat and a whole step would leap over it
        weights = weights + step * min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
    return max(float(weights[0]), 0.05), float(weights[1])


def _together(first: Iterable[Bin], second: Iterable[Bin]) -> tuple[Bin, ...]:
    counts: dict[float, tuple[int, int]] = {}
    for one in (*first, *second):
        count, wrong = counts.get(one.probability, (0, 0))
        counts[one.probability] = (count + one.count, wrong + one.wrong)
    return tuple(Bin(probability=p, count=c, wrong=w) for p, (c, w) in sorted(counts.items(), reverse=True))


def calibrate(*, write: bool) -> int:
    """Refit from every decision on record and print what changes; return the exit code."""
    services = open_services(load_settings())
    judged = list(_all_judged(services))
    # always from the bundled calibration: running it twice counts no decision twice
    fresh = refitted(bundled(), judged)
    _print(fresh, judged)
    if not judged:
        console().print("还没有人工判定的字段，沿用随附的校准。")
    elif write:
        console().print(f"已写入 {write_own(services.settings.home, fresh)}，新处理的案件按此判断。")
    services.close()
    return 0


def _all_judged(services: Services) -> Iterator[Judged]:
    for row in services.storage.cases.list_cases(None):
        case = services.storage.cases.load_case(row.id)
        if case is not None:
            yield from judged_fields(case)
    # what an audit found wrong is a decision of its case already
    for sample in services.storage.samples.answered():
        if sample.outcome is Outcome.RIGHT:
            yield Judged(sample.name, sample.probability, right=True)


def _print(fresh: Calibration, judged: list[Judged]) -> None:
    from rich.table import Table

    table = Table(
        "字段类别", "人工判定", "其中有误", "误差上界 95%", "斜率", "截距", "预算", "自动采纳门槛", title="校准"
    )
    for kind in FieldClass:
        group = [one for one in judged if class_of(one.field) is kind]
        wrong = sum(not one.right for one in group)
        own = fresh.classes.get(kind, ClassCalibration())
        threshold = own.threshold(BUDGETS[kind])
        table.add_row(
            kind.value,
            str(len(group)),
            str(wrong),
            f"{upper_bound(wrong, len(group)):.3f}" if group else "-",
            f"{own.slope:.2f}",
            f"{own.intercept:+.2f}",
            f"{BUDGETS[kind]:.1%}",
            "证据不足，交人工" if threshold is None else f"{threshold:.4f}",
        )
    console().print(table)
