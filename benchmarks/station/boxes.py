"""Ten thousand boxes on one page: frames while the page is moved: ``python -m benchmarks.station.boxes [--rounds N]``.

The page is moved with and without boxes in turn, in one browser, so that what else the machine does falls on both.
What a long frame was spent on is told by the browser (``long-animation-frame``): script, style and layout, the rest.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, Route

from benchmarks.station.site import chromium, served, signed_in
from domain.people import Role
from tests.review_ui.desk_home import DeskHome

BOXES = 10_000
MOVES = 90
"""Steps of the mouse while frames are counted."""

_WATCH = """() => {
  window.frames = [];
  window.long = [];
  window.observer?.disconnect();
  window.observer = new PerformanceObserver((list) => {
    for (const frame of list.getEntries()) {
      const script = frame.scripts.reduce((sum, s) => sum + s.duration, 0);
      const layout = frame.styleAndLayoutStart ? frame.startTime + frame.duration - frame.styleAndLayoutStart : 0;
      window.long.push([frame.duration, script, layout]);
    }
  });
  window.observer.observe({ type: "long-animation-frame" });
  let last = performance.now();
  const watch = (now) => {
    window.frames.push(now - last);
    last = now;
    window.watching = requestAnimationFrame(watch);
  };
  window.watching = requestAnimationFrame(watch);
}"""


_COST = """async () => {
  const { viewer } = await import("/static/station/page.js");
  const cost = (event) => {
    const started = performance.now();
    viewer.dragon.raiseEvent(event, {});
    return performance.now() - started;
  };
  const median = (event) => Array.from({ length: 15 }, () => cost(event)).sort((a, b) => a - b)[7];
  return [median("update-viewport"), median("animation-finish")];
}"""
"""Median milliseconds of script: for a frame while the page moves, and for drawing when it rests."""


class Frames:
    """Lengths of frames in milliseconds, and what the script of the boxes costs.

    Attributes:
        moving: milliseconds of script for a frame while the page moves.
        resting: milliseconds of script for drawing sharp when it rests.
        long: of every frame above 50 ms: its length, script in it, style and layout in it; milliseconds.
    """

    def __init__(self, lengths: list[float], cost: tuple[float, float], long: list[tuple[float, float, float]]) -> None:
        self.lengths = lengths[1:]
        self.long = long
        self.moving, self.resting = cost

    @property
    def per_second(self) -> float:
        """Return frames per second."""
        return 1000.0 / statistics.mean(self.lengths)

    @property
    def longest(self) -> float:
        """Return the longest frame in milliseconds."""
        return max(self.lengths)

    @property
    def usual(self) -> float:
        """Return the frame that 95 of 100 do not exceed, in milliseconds."""
        return statistics.quantiles(self.lengths, n=20)[-1]


def frames_while_panning(page: Page, address: str, number: str, boxes: int) -> Frames:
    """Open a case, show ``boxes`` boxes over its page, drag the page about and return the frames meanwhile."""
    page.route("**/characters", lambda route: _answer(route, boxes))
    page.goto(f"{address}/cases/{number}")
    page.wait_for_selector('#viewer[data-ready="true"]')
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Alt+0")
    if boxes:
        page.keyboard.press("Alt+w")
        page.wait_for_selector(f'#viewer[data-boxes="{boxes}"]')
    view = page.locator("#viewer").bounding_box()
    assert view is not None
    x, y = view["x"] + view["width"] / 2, view["y"] + view["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_WATCH)
    for step in range(MOVES):
        page.mouse.move(x + 120 * (step % 30) / 30, y + 2 * (step % 45))
    page.mouse.up()
    lengths: list[float] = page.evaluate("() => { cancelAnimationFrame(window.watching); return window.frames; }")
    long: list[tuple[float, float, float]] = page.evaluate("() => window.long")
    moving, resting = page.evaluate(_COST)
    page.unroute("**/characters")
    return Frames(lengths, (moving, resting), long)


def _answer(route: Route, boxes: int) -> None:
    columns = 100
    characters = [
        {
            "text": "字",
            "bbox": [
                10 + 15 * (i % columns),
                10 + 20 * (i // columns),
                23 + 15 * (i % columns),
                28 + 20 * (i // columns),
            ],
            "doubtful": i % 11 == 0,
        }
        for i in range(boxes)
    ]
    route.fulfill(content_type="application/json", body=json.dumps({"characters": characters}))


_COLUMNS = ("usual", "longest", "moving", "resting")
_HEAD = (
    "| boxes | 95% of frames ≤ ms | longest ms | script, moving ms | script, at rest ms "
    "| long frames | script in them ms | layout in them ms |"
)


def report(rounds: dict[int, list[Frames]]) -> str:
    """Return medians over the rounds, and the ratio of frames with boxes to frames without."""
    lines = [_HEAD, "|---|---|---|---|---|---|---|---|"]
    for boxes, found in rounds.items():
        cells = [f"{_median(found, name):.1f}" for name in _COLUMNS]
        long = [frame for f in found for frame in f.long]
        spent = [f"{statistics.mean(frame[n] for frame in long):.0f}" if long else "" for n in (1, 2)]
        lines.append(f"| {boxes} | {' | '.join((*cells, str(len(long)), *spent))} |")
    none, all_ = rounds.values()
    usual, longest = (_median(all_, name) / _median(none, name) for name in _COLUMNS[:2])
    lines.append(
        f"\nwith boxes to without, medians of {len(none)} rounds: 95% of frames {usual:.2f}, longest {longest:.2f}"
    )
    return "\n".join(lines) + "\n"


def _median(found: list[Frames], name: str) -> float:
    return statistics.median(getattr(f, name) for f in found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.station.boxes", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    rounds: dict[int, list[Frames]] = {0: [], BOXES: []}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        desk = DeskHome(home)
        number = desk.read(desk.accept()).number
        desk.close()
        with served(home) as address, chromium() as browser:
            page = signed_in(browser, home, address, Role.REVIEWER).new_page()
            for _ in range(given.rounds):
                # in either order: the second in a pair may be favoured
                for boxes in random.sample(sorted(rounds), k=2):
                    rounds[boxes].append(frames_while_panning(page, address, number, boxes))
    sys.stdout.write(report(rounds))


if __name__ == "__main__":
    main()
