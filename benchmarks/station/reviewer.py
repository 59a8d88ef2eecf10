"""A scripted reviewer corrects the samples by keyboard alone: ``python -m benchmarks.station.reviewer``.

The cases are read by the real pipeline into a temporary folder and served by the real server; what is right stands in
``samples/truth``. Seconds are those of the script, without the time to think; strokes are what a person would press.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.station.boxes import BOXES, Frames, frames_while_panning
from benchmarks.station.site import ROOT, chromium, read_samples, served, signed_in
from benchmarks.station.strokes import Way, edit, pick, text_strokes
from domain.people import Role

TRUTH = ROOT / "samples" / "truth"
_MOST_STEPS = 80

_ROW = """() => {
  const control = document.activeElement, row = control.closest(".row");
  if (!row) return null;
  return {
    id: row.id,
    field: row.dataset.field ?? null,
    shown: control.value ?? "",
    candidates: [...row.querySelectorAll(".candidates button")].map((b) => b.value),
  };
}"""
_DOUBTS = """async (id) => {
  const { doubtsOf } = await import("/static/station/spots.js");
  return doubtsOf(document.getElementById(id)).map((d) => [d.at, d.alternatives.map((a) => a.text)]);
}"""


@dataclass(frozen=True)
class Answer:
    """One item that the reviewer answered.

    Attributes:
        kind: ``confirmed``, ``picked``, ``taken``, ``mended`` (fields), ``other`` (verdicts, signals, papers).
        strokes: key strokes, Enter included.
        seconds: from the first key until the next item has the focus.
        saved: from the first key until the server's answer stands on the page; nobody waits for it.
        anew: strokes of typing the value from nothing, Enter included; 0 for what is no field.
        typing: seconds of the script for typing it from nothing.
    """

    kind: str
    strokes: int
    seconds: float
    saved: float
    anew: int = 0
    typing: float = 0.0


class Reviewer:
    """Answers every doubtful item of a case."""

    def __init__(self, page: Page, blank: Page, truth: dict[str, str]) -> None:
        self._page = page
        self._blank = blank
        self._truth = truth

    def review(self, address: str, number: str) -> list[Answer]:
        """Open the case, answer what is doubtful, finish it."""
        self._page.goto(f"{address}/cases/{number}")
        self._page.wait_for_selector('#viewer[data-ready="true"]')
        self._page.wait_for_selector('#panel[data-doubts="loaded"]')
        answers: list[Answer] = []
        while self._page.locator("[data-doubtful]").count():
            if len(answers) > _MOST_STEPS:
                raise AssertionError(f"{number}: the walk does not end")
            answers.append(self._answer())
        self._page.keyboard.press("Control+Enter")
        self._page.keyboard.press("Enter")
        self._page.wait_for_selector("#archived")
        return answers

    def _answer(self) -> Answer:
        row = self._page.evaluate(_ROW)
        if row is None:
            self._page.keyboard.press("Alt+j")
            row = self._page.evaluate(_ROW)
        before = self._page.locator("#panel").get_attribute("data-revision")
        kind, way = self._way(row)
        wanted = self._truth.get(row["field"], row["shown"])
        started = time.perf_counter()
        for key in way.keys:
            self._page.keyboard.press(key)
        if way.typed:
            self._page.keyboard.type(way.typed)
        seconds = self._save(before, row["id"], "Enter" if wanted or row["field"] is None else "Alt+n") - started
        saved = time.perf_counter() - started
        if row["field"] is None:
            return Answer(kind, way.strokes + 1, seconds, saved)
        return Answer(kind, way.strokes + 1, seconds, saved, text_strokes(wanted) + 1, self._type_anew(wanted))

    def _save(self, before: str | None, row: str, key: str) -> float:
        """Press ``key`` and wait for the answer; return when the next item had the focus (seconds, a clock's reading).

        A value that a check refuses is what the paper says here, so it is confirmed once more.
        """
        left = "id => document.activeElement.closest('.row')?.id !== id"
        changed = "r => document.getElementById('panel').dataset.revision !== r || document.getElementById('notice')"
        for _ in range(2):
            self._page.keyboard.press(key)
            if self._page.locator("[data-doubtful]").count() > 1:
                self._page.wait_for_function(left, arg=row)
            gone_on = time.perf_counter()
            self._page.wait_for_function(changed, arg=before)
            if self._page.locator("#panel").get_attribute("data-revision") != before:
                return gone_on
        raise AssertionError("the answer was not taken")

    def _way(self, row: dict[str, object]) -> tuple[str, Way]:
        field, shown = row["field"], str(row["shown"])
        if field is None:
            return "other", Way(())
        wanted = self._truth.get(str(field), shown)
        if wanted == shown:
            return "confirmed", Way(())
        doubts = self._page.evaluate(_DOUBTS, f"value-{field}")
        candidates = list(row["candidates"])  # type: ignore[call-overload]
        ways = [("mended", edit(shown, wanted))]
        if (picked := pick(shown, wanted, doubts)) is not None:
            ways.append(("picked", picked))
        if wanted in candidates:
            # the number saves as well: only the Enter that follows is left out
            ways.append(("taken", Way(("Alt+ArrowDown",) * (candidates.index(wanted) + 1))))
        return min(ways, key=lambda found: found[1].strokes)

    def _type_anew(self, value: str) -> float:
        """Return the script's seconds for typing ``value`` into an empty box of an empty page."""
        self._blank.set_content("<input>")
        self._blank.locator("input").focus()
        started = time.perf_counter()
        self._blank.keyboard.type(value)
        self._blank.keyboard.press("Enter")
        return time.perf_counter() - started


def truths() -> dict[str, dict[str, str]]:
    """Return the true fields by case number, in the order in which the samples are read."""
    folders = sorted(p for p in TRUTH.iterdir() if p.is_dir())
    return {
        f"EXM-2026-{place:06d}": json.loads((folder / "case.truth.json").read_text(encoding="utf-8"))["fields"]
        for place, folder in enumerate(folders, 1)
    }


_KINDS = {
    "confirmed": "right, confirmed",
    "picked": "wrong, alternatives picked",
    "taken": "wrong, another paper's value taken",
    "mended": "wrong, mended by typing",
    "other": "verdicts, signals, papers",
}


_HEAD = (
    "| items | number | strokes each | script s each | saved after s | strokes from nothing | script s from nothing |"
)
_FRAMES_HEAD = (
    "| boxes | frames per second | 95% of frames ≤ ms | longest ms | script, moving ms | script, at rest ms |"
)


def report(answers: list[Answer], frames: dict[int, Frames]) -> str:
    """Return the tables."""
    lines = [_HEAD, "|---|---|---|---|---|---|---|"]
    for kind, label in _KINDS.items():
        found = [a for a in answers if a.kind == kind]
        if found:
            lines.append(_line(label, found))
    lines.append(_line("all fields", [a for a in answers if a.anew]))
    lines += ["", _FRAMES_HEAD, "|---|---|---|---|---|---|"]
    lines += [
        f"| {n} | {f.per_second:.0f} | {f.usual:.0f} | {f.longest:.0f} | {f.moving:.1f} | {f.resting:.1f} |"
        for n, f in frames.items()
    ]
    return "\n".join(lines) + "\n"


def _line(label: str, found: list[Answer]) -> str:
    mean = statistics.mean
    anew = f"{mean(a.anew for a in found):.1f}" if found[0].anew else ""
    typing = f"{mean(a.typing for a in found):.2f}" if found[0].anew else ""
    strokes, seconds, saved = (mean(getattr(a, n) for a in found) for n in ("strokes", "seconds", "saved"))
    return f"| {label} | {len(found)} | {strokes:.1f} | {seconds:.2f} | {saved:.2f} | {anew} | {typing} |"


def main() -> None:
    """Review every sample and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.station.reviewer", description=__doc__)
    parser.add_argument("--home", type=Path, help="folder into which the samples were read before; it is changed")
    given = parser.parse_args().home
    with tempfile.TemporaryDirectory() as folder:
        home = given or Path(folder)
        if given is None:
            read_samples(home)
        with served(home) as address, chromium() as browser:
            page = signed_in(browser, home, address, Role.REVIEWER).new_page()
            blank = browser.new_page()
            frames = {n: frames_while_panning(page, address, "EXM-2026-000001", n) for n in (0, BOXES)}
            answers = [
                a for number, truth in truths().items() for a in Reviewer(page, blank, truth).review(address, number)
            ]
    sys.stdout.write(report(answers, frames))


if __name__ == "__main__":
    main()
