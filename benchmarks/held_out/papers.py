"""The papers of one part: texts, layouts and stacks read from YAML, set as HTML with their truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.held_out.cards import MAKERS
from benchmarks.held_out.forms import form_html
from benchmarks.held_out.letters import THEMES, letter_html
from benchmarks.held_out.markup import Truth, Writer

HERE = Path(__file__).parent
LOOKED_AT = ("dev", "dev2", "dev3", "dev4", "dev5")
"""Parts that may be looked at for error analysis."""
PARTS = (*LOOKED_AT, "fit", "test")
"""``fit`` is what probabilities are fitted on, ``test`` what measures; the errors of neither are looked at."""
_PENS = "abcd"


@dataclass
class Paper:
    """One paper set in one way.

    Attributes:
        id: of its text.
        kind: document kind.
        html: its sheet before pagination, marks not yet placed.
        truth: fields and marks.
        id_sides: sides of identity cards on it.
        pen: filled or written by hand.
    """

    id: str
    kind: str
    html: str
    truth: Truth
    id_sides: tuple[str, ...] = ()
    pen: bool = False


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


def texts(part: str) -> list[dict[str, Any]]:
    """Return every text of a part in the order of its files."""
    out: list[dict[str, Any]] = []
    for name in ("letters", "forms", "papers"):
        path = HERE / "texts" / f"{part}_{name}.yaml"
        out += _load(path) if path.exists() else []
    return out


def stacks(part: str) -> list[dict[str, Any]]:
    """Return the stacks of a part: grade, container and the texts' ids in order."""
    path = HERE / "texts" / f"{part}_stacks.yaml"
    return list(_load(path)) if path.exists() else []


def layouts(part: str) -> dict[str, dict[str, Any]]:
    """Return the form layouts of a part by name."""
    path = HERE / "layouts" / f"{part}.yaml"
    return dict(_load(path)) if path.exists() else {}


def may_pen(text: dict[str, Any]) -> bool:
    """Tell whether a text is also set by hand."""
    return bool(text.get("pen", "true") != "false" and ("text" in text or isinstance(text.get("layout"), str)))


def set_paper(text: dict[str, Any], part: str, pen: bool, turn: int, forms: dict[str, dict[str, Any]]) -> Paper:
    """Set one text.

    Args:
        text: from the part's files.
        part: one of `PARTS`.
        pen: by hand.
        turn: a count that rotates letter themes and pens.
        forms: layouts of the part by name.
    """
    writer = Writer(f"{text['id']}/{pen}", pen)
    kind = text.get("kind", "complaint_letter")
    if "text" in text:
        themes = list(THEMES[part])
        html = letter_html(text, text.get("theme", themes[turn % len(themes)]), writer)
    elif "special" in text:
        html = MAKERS[text["special"]](text, writer)
    else:
        layout = forms[text["layout"]] if isinstance(text["layout"], str) else text["layout"]
        kind = text.get("kind") or layout["kind"]
        html = form_html(layout, text.get("fill", {}), writer)
    if pen:
        html = html.replace('class="sheet', f'class="hand hand-{_PENS[turn % 4]} sheet', 1)
        html = html.replace('class="hand hand-', 'class="sheet hand hand-', 1)
    sides = _sides(text)
    return Paper(text["id"], kind, html, writer.truth, sides, pen)


def _sides(text: dict[str, Any]) -> tuple[str, ...]:
    shown = {c.get("sides", "both") for c in text.get("cards", [])}
    return tuple(s for s in ("front", "back") if s in shown or "both" in shown)
