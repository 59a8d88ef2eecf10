"""Ten thousand boxes on one page: frames while the page is moved."""

from __future__ import annotations

import json
import statistics

from playwright.sync_api import Page, Route

BOXES = 10_000
MOVES = 90
"""Steps of the mouse while frames are counted."""

_WATCH = """() => {
  window.frames = [];
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
    """

    def __init__(self, lengths: list[float], cost: tuple[float, float]) -> None:
        self.lengths = lengths[1:]
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
    moving, resting = page.evaluate(_COST)
    page.unroute("**/characters")
    return Frames(lengths, (moving, resting))


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
