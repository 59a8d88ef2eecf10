"""The tables as text of fixed width, so that two versions' outputs can be laid side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.reading.baseline_ocr import PADDLE, TESSERACT
from benchmarks.reading.calibration import (
    brier,
    expected_calibration_error,
    reliability,
)
from benchmarks.reading.mark_scores import MarkCounts
from benchmarks.reading.run import PRODUCT, Letters, Results
from benchmarks.reading.scores import Count, Outcome, counted
from benchmarks.reading.speed import Speed
from benchmarks.reading.structure import Structure
from benchmarks.reading.truth import GRADES
from domain.calibration import BUDGETS, class_of, upper_bound

F1_TARGETS = {"scan": 0.97, "fax_fine": 0.93, "photo": 0.93, "handwriting": 0.80}
ACCEPTED_TARGET = {"scan": 0.85}
KINDS_TARGET, TURNS_TARGET, RATIO_TARGET, ECE_TARGET = 0.98, 0.995, 1.25, 0.03
SIGN_RECALL, SIGN_FALSE, SEAL_RECALL, RING_CER = 0.95, 0.02, 0.97, 0.10
_LISTED = 30


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure, a dash when there is none."""
    return "-" if value is None else f"{value:.{digits}f}"


def verdict(value: float | None, target: float | None, at_most: bool = False) -> str:
    """Return the target with ok or MISSED beside it, nothing without a target."""
    if target is None:
        return ""
    sign = "<=" if at_most else ">="
    if value is None:
        return f"{sign} {target:g} not measured"
    met = value <= target if at_most else value >= target
    return f"{sign} {target:g} {'ok' if met else 'MISSED'}"


def ratio(part: float, whole: float) -> float | None:
    """Return a share, ``None`` of nothing."""
    return part / whole if whole else None


def grade_table(results: Results) -> list[str]:
    """Table 1: exact-match F1 by grade, the product on everything and all systems on the same sample."""
    whole = counted(results.outcomes, "row")
    samples = {system: counted(found, "row") for system, found in results.sample.items()}
    lines = ["1. Exact-match field F1 by grade (precision over values given, recall over values stated)", ""]
    head = f"{'':14}{'stated':>7}{'P':>7}{'R':>7}{'F1':>7}  {'target':16}"
    lines.append(head + f"|{'sample':>7}{PRODUCT:>10}{PADDLE:>20}{TESSERACT:>20}")
    for row in [*(g for g in GRADES if g in whole), *(r for r in whole if r not in GRADES)]:
        c = whole[row]
        figures = f"{c.stated:7d}{number(c.precision):>7}{number(c.recall):>7}{number(c.f1):>7}"
        text = f"{row:14}{figures}  {verdict(c.f1, F1_TARGETS.get(row)):16}|"
        here = samples.get(PRODUCT, {}).get(row)
        text += f"{here.stated if here else 0:7d}"
        for system, width in ((PRODUCT, 10), (PADDLE, 20), (TESSERACT, 20)):
            count = samples.get(system, {}).get(row)
            text += f"{number(count.f1) if count else '-':>{width}}"
        lines.append(text)
    lines += [f"{system}: skipped, {why}" for system, why in results.skipped.items()]
    return lines


_COUNT_HEAD = f"{'stated':>8}{'given':>7}{'P':>7}{'R':>7}{'F1':>7}{'accepted':>10}{'wrong acc.':>12}"


def _count_row(name: str, c: Count) -> str:
    figures = f"{c.stated:8d}{c.given:7d}{number(c.precision):>7}{number(c.recall):>7}{number(c.f1):>7}"
    return f"{name:26}{figures}{number(c.share_accepted):>10}{c.wrong_accepted:12d}"


def count_tables(results: Results) -> list[str]:
    """Table 2: by field, by kind, by grade; each paper alone, then assembled cases."""
    lines = ["2. Fields; accepted = share of the stated values that need no person, wrong acc. = accepted and wrong"]
    parts = [
        ("grade", results.outcomes, "row"),
        ("kind", results.outcomes, "kind"),
        ("field", results.outcomes, "name"),
    ]
    parts.append(("field of assembled cases", results.case_outcomes, "name"))
    for title, outcomes, key in parts:
        if outcomes:
            lines += ["", f"{'by ' + title:26}{_COUNT_HEAD}"]
            lines += [_count_row(name, c) for name, c in counted(outcomes, key).items()]
    accepted = {row: c.share_accepted for row, c in counted(results.outcomes, "row").items()}
    lines += [
        f"accepted without a person on {row}: {number(accepted.get(row))} {verdict(accepted.get(row), target)}"
        for row, target in ACCEPTED_TARGET.items()
    ]
    return lines


def structure_table(found: Structure) -> list[str]:
    """Table 3, first half: kinds, cuts, orientation, card sides, quality."""
    pages = sum(found.kinds.values())
    right = ratio(sum(n for (a, b), n in found.kinds.items() if a == b), pages)
    turns = sum(found.turns.values())
    upright = ratio(sum(n for (a, b), n in found.turns.items() if a == b), turns)
    lines = ["3. Pages", ""]
    lines.append(f"{'kind of page right':28}{number(right):>7} of {pages:5d}  {verdict(right, KINDS_TARGET)}")
    lines.append(f"{'right way up':28}{number(upright):>7} of {turns:5d}  {verdict(upright, TURNS_TARGET)}")
    cuts = ratio(found.exact_stacks, found.stacks)
    lines.append(f"{'stacks cut exactly':28}{number(cuts):>7} of {found.stacks:5d}")
    lines.append(f"{'sides of cards right':28}{number(ratio(found.right_sides, found.sides)):>7} of {found.sides:5d}")
    bad = found.quality[False, False] + found.quality[False, True]
    good = found.quality[True, True] + found.quality[True, False]
    if bad + good:
        lines.append(f"{'bad pages told':28}{number(ratio(found.quality[False, False], bad)):>7} of {bad:5d}")
        lines.append(f"{'good pages called bad':28}{number(ratio(found.quality[True, False], good)):>7} of {good:5d}")
    confused = sorted(((n, a, b) for (a, b), n in found.kinds.items() if a != b), reverse=True)
    lines += ["", "kinds confused (true -> found):"]
    lines += [f"  {n:4d}  {a} -> {b}" for n, a, b in confused] or ["  none"]
    for title, notes in (
        ("wrong way up", found.wrong_turns),
        ("stacks cut otherwise", found.wrong_stacks),
        ("sides otherwise", found.wrong_sides),
        ("not read", found.unread),
    ):
        if notes:
            lines += [f"{title}:", *_capped(notes)]
    return lines


def _capped(notes: Sequence[str]) -> list[str]:
    more = [f"  … and {len(notes) - _LISTED} more"] if len(notes) > _LISTED else []
    return [f"  {note}" for note in notes[:_LISTED]] + more


def marks_table(found: MarkCounts) -> list[str]:
    """Table 3, second half: signatures and seals."""
    pages = sum(found.pages.values())
    head = f"{'right':>7}{'missed':>8}{'false':>7}{'recall':>8}"
    lines = [
        "3b. Signatures and seals",
        "",
        f"{'signatures':22}{head}{'false/page':>12}{'name right':>12}{'thumbprints':>13}",
    ]
    for row, c in sorted(found.signatures.items()):
        recall = ratio(c["right"], c["right"] + c["missed"])
        per_page = ratio(c["false"], pages if row == "all" else found.pages[row])
        text = f"{row:22}{c['right']:7d}{c['missed']:8d}{c['false']:7d}{number(recall):>8}{number(per_page):>12}"
        text += f"{number(ratio(c['exact'], c['right'])):>12}{c['thumbs found']:6d} of {c['thumbs']:3d}"
        if row == "all":
            text += f"  recall {verdict(recall, SIGN_RECALL)}, false {verdict(per_page, SIGN_FALSE, at_most=True)}"
        lines.append(text)
    lines += ["", f"{'seals':22}{head}{'precision':>11}{'text CER':>10}{'unread':>8}{'text exact':>12}"]
    for row, c in sorted(found.seals.items()):
        recall = ratio(c["right"], c["right"] + c["missed"])
        precision = ratio(c["right"], c["right"] + c["false"])
        cer = ratio(c["errors"], c["letters"])
        text = f"{row:22}{c['right']:7d}{c['missed']:8d}{c['false']:7d}{number(recall):>8}{number(precision):>11}"
        text += f"{number(cer):>10}{c['unread']:8d}{number(ratio(c['exact'], c['texts'])):>12}"
        if row == "all":
            text += f"  recall {verdict(recall, SEAL_RECALL)}, CER {verdict(cer, RING_CER, at_most=True)}"
        lines.append(text)
    return lines


def calibration_table(outcomes: Iterable[Outcome]) -> list[str]:
    """Table 4: reliability, ECE, Brier; the bound of the error among accepted values."""
    given = [o for o in outcomes if o.given is not None and o.given.probability is not None]
    pairs: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    accepted: dict[str, list[bool]] = defaultdict(list)
    for outcome in given:
        for row in (str(class_of(outcome.name)), "all"):
            pairs[row].append((outcome.given.probability or 0.0, outcome.right))
            if outcome.accepted:
                accepted[row].append(outcome.right)
    lines = ["4. Probability (ECE over 10 bins of equal mass; bound: Clopper-Pearson, one-sided, 95%)", ""]
    head = f"{'class':18}{'values':>8}{'ECE':>8}{'Brier':>8}  {'target':14}{'accepted':>9}{'wrong':>7}{'share':>9}"
    lines.append(head + f"{'bound':>9}{'budget':>9}")
    budgets: dict[str, float] = {str(name): budget for name, budget in BUDGETS.items()}
    for row in (*budgets, "all"):
        found, took = pairs[row], accepted[row]
        ece, wrong = expected_calibration_error(found), sum(not right for right in took)
        text = f"{row:18}{len(found):8d}{number(ece):>8}{number(brier(found)):>8}"
        text += f"  {verdict(ece, ECE_TARGET, at_most=True):14}{len(took):9d}{wrong:7d}"
        budget, observed = budgets.get(row), ratio(wrong, len(took))
        text += f"{number(observed, 4):>9}{number(upper_bound(wrong, len(took)), 4):>9}{number(budget):>9}"
        lines.append(f"{text}  {_budget_verdict(observed, budget)}".rstrip())
    lines += ["", f"{'reliability, all':18}{'values':>8}{'said':>8}{'right':>8}"]
    bins = reliability(pairs["all"])
    lines += [
        f"{f'bin {k}':18}{b.count:8d}{b.mean_probability:8.3f}{b.share_right:8.3f}" for k, b in enumerate(bins, 1)
    ]
    return lines


def _budget_verdict(observed: float | None, budget: float | None) -> str:
    if budget is None or observed is None:
        return ""
    return "ok" if observed <= budget else "MISSED"


def letters_table(letters: Mapping[str, Mapping[str, Letters]]) -> list[str]:
    """Table 5, first half: character error rates in percent, of the pages whose truth has lines."""
    rows = [g for g in GRADES if any(g in found and found[g].any for found in letters.values())]
    if not rows:
        return ["5. Character error rate: the truth of this set has no lines"]
    lines = ["5. Character error rate in % (print / handwriting; baselines on their sample)", ""]
    lines.append(f"{'':20}" + "".join(f"{row:>16}" for row in rows))
    for system, found in letters.items():
        cells = []
        for row in rows:
            c = found.get(row, Letters())
            rates = (ratio(100 * c.print_errors, c.print_letters), ratio(100 * c.hand_errors, c.hand_letters))
            cells.append(f"{number(rates[0], 2)} / {number(rates[1], 1)}")
        lines.append(f"{system:20}" + "".join(f"{cell:>16}" for cell in cells))
    return lines


def speed_table(speed: Speed) -> list[str]:
    """Table 5, second half: time and memory against bare OCR."""
    pages = len(speed.laps["bare OCR"])
    lines = [f"5b. Time per page, {pages} pages, {speed.workers} process(es) of one thread, turn and turn about", ""]
    lines.append(
        f"{'':18}{'wall s':>8}{'cpu s':>8}{'ratio wall':>12}{'ratio cpu':>11}{'median':>8}{'peak MiB':>10}  target"
    )
    for name in speed.laps:
        walls, cpus = speed.median(name, "wall"), speed.median(name, "cpu")
        figures = f"{walls:8.2f}{cpus:8.2f}{speed.ratio(name, 'wall'):12.2f}{speed.ratio(name, 'cpu'):11.2f}"
        target = "" if name == "bare OCR" else verdict(speed.ratio(name, "cpu"), RATIO_TARGET, at_most=True)
        lines.append(f"{name:18}{figures}{speed.median_ratio(name):8.2f}{speed.peak(name):10.0f}  {target}".rstrip())
    return lines
