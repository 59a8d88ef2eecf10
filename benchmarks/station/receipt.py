"""From choosing three files to the number on the page: ``python -m benchmarks.station.receipt [--rounds N]``.

The real server, reading process and all, over a home of its own; each round opens a batch and chooses three scans that
nobody has seen before. Printed are the moment when the number stands on the page, the moment when all three files are
accepted, and what the page did in between, by the browser's own clock (resource timing).
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Page

from benchmarks.station.site import chromium, served, signed_in
from domain.people import Role

FILES = 3
TARGET_S = 1.0
WIDTH, HEIGHT = 1240, 1754
"""A page of A4 at 150 dpi."""

_WATCH = """() => {
  const seen = (window.receipt = { asked: [] });
  const files = document.getElementById("files");
  files.addEventListener("change", () => { seen.chosen = performance.now(); }, { capture: true });
  const count = (what) => document.querySelectorAll(what).length;
  const look = () => {
    if (count("[data-number], #receipt-now:not([hidden])")) seen.number ??= performance.now();
    if (count('[data-file][data-state="accepted"]') === COUNT) seen.all ??= performance.now();
  };
  const everything = { subtree: true, childList: true, attributes: true };
  new MutationObserver(look).observe(document.getElementById("main"), everything);
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  seen.hashing = 0;
  crypto.subtle.digest = async (...given) => {
    const started = performance.now();
    try { return await digest(...given); } finally { seen.hashing += performance.now() - started; }
  };
  const send = window.fetch;
  window.fetch = async (input, options = {}) => {
    const started = performance.now();
    try { return await send(input, options); }
    finally { seen.asked.push([options.method ?? "GET", String(input), performance.now() - started]); }
  };
}""".replace("COUNT", str(FILES))
_PARTS = {"POST": "begin an upload", "PATCH": "a piece, with acceptance", "GET": "ask how an upload stands"}


def scan(chance: random.Random) -> bytes:
    """Return a page with the grain of paper, about half a megabyte, that no other call has made."""
    grain = Image.frombytes("L", (WIDTH // 4, HEIGHT // 4), chance.randbytes((WIDTH // 4) * (HEIGHT // 4)))
    page = grain.point(lambda tone: 225 + tone // 16).resize((WIDTH, HEIGHT))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=92)
    return out.getvalue()


def one_round(page: Page, address: str, chance: random.Random) -> dict[str, float]:
    """Open a batch, choose three files; return seconds by part."""
    page.goto(f"{address}/mailroom")
    page.keyboard.press("n")
    page.locator("input[name=sheets]").fill(str(FILES))
    page.keyboard.press("Enter")
    page.wait_for_url("**/mailroom/batches/*")
    page.wait_for_load_state("networkidle")
    page.evaluate(_WATCH)
    files: list[FilePayload] = [
        {"name": f"来信{n}.jpg", "mimeType": "image/jpeg", "buffer": scan(chance)} for n in range(FILES)
    ]
    page.locator("#files").set_input_files(files)
    page.wait_for_function("() => window.receipt.all !== undefined", timeout=60_000)
    seen: dict[str, Any] = page.evaluate("() => window.receipt")
    parts = {"number on the page": seen["number"] - seen["chosen"], "all accepted": seen["all"] - seen["chosen"]}
    parts["hashing in the browser"] = seen["hashing"]
    for method, name in _PARTS.items():
        parts[name] = sum(ms for how, url, ms in seen["asked"] if how == method and "/mailroom/uploads" in url)
    return {name: ms / 1000 for name, ms in parts.items()}


def report(rounds: list[dict[str, float]]) -> str:
    """Return the table; the parts of one round may run beside each other."""
    lines = ["| seconds | median | p95 |", "|---|---|---|"]
    for name in rounds[0]:
        times = sorted(r[name] for r in rounds)
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        lines.append(f"| {name} | {statistics.median(times):.2f} | {p95:.2f} |")
    met = "met" if statistics.median(r["number on the page"] for r in rounds) <= TARGET_S else "MISSED"
    lines.append(f"\n{FILES} files, {len(rounds)} rounds; number within {TARGET_S:.0f} s (median): {met}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.station.receipt", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    chance = random.Random(11)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address, chromium() as browser:
        page = signed_in(browser, Path(folder), address, Role.MAILROOM).new_page()
        one_round(page, address, chance)
        rounds = [one_round(page, address, chance) for _ in range(given.rounds)]
    sys.stdout.write(report(rounds))


if __name__ == "__main__":
    main()
