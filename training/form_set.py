"""``python -m training.form_set OUT``: every form of every pack in every layout, as PDF with its truth."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import yaml

from training.form_html import LAYOUTS, make_form

PACKS = Path(__file__).parents[1] / "policies"


def forms() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (policy id, form) of every pack."""
    for path in sorted(PACKS.glob("*.yaml")):
        pack = yaml.safe_load(path.read_text(encoding="utf-8"))
        for form in pack.get("forms", ()) if "id" in pack else ():
            yield pack["id"], form


def main() -> int:
    """Write the set."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="policy id")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for number, (policy, form) in enumerate(forms()):
            if options.only not in policy:
                continue
            for index, layout in enumerate(LAYOUTS):
                rng = Random(options.seed * 100_000 + number * 100 + index)
                sheet, truth = make_form(rng, policy, form, layout, hand=(number + index + options.seed) % 2 == 0)
                name = f"{policy}-{form['id']}-{layout}-{options.seed}"
                source = options.out / f"{name}.html"
                source.write_text(sheet, encoding="utf-8")
                page.goto(source.resolve().as_uri())
                page.pdf(path=options.out / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
                truth["hand"] = (number + index + options.seed) % 2 == 0
                (options.out / f"{name}.json").write_text(
                    json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8"
                )
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
