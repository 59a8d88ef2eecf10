# ruff: noqa: E501  (HTML is easier to read in whole lines)
"""Forms drawn by a browser: many layouts of any form description, with the truth of every printed field.

``python -m training.form_set OUT`` writes them as PDF. Layouts and wordings here are this generator's own;
nothing is shared with ``training.forms``.
"""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from training.fonts import FONT_FOLDER
from training.form_answers import EXTRA_LABELS, answers
from training.values import Values

PRINT = ("Noto Sans CJK SC", "Noto Serif CJK SC", "AR PL UMing CN", "AR PL UKai CN", "WenQuanYi Zen Hei")
HANDS = ("ma-shan-zheng", "long-cang", "lxgw-wenkai")
BOXES = (
    ("☑", "□"),
    ("☑", "☐"),
    ("■", "□"),
    ("√", "□"),
    ("css", "css"),
    ("css", "css"),
    ("cross", "css"),
    ("fill", "css"),
)


@dataclass(frozen=True)
class Slot:
    """One field on the sheet: label as printed, value as HTML, and whether it is a long text."""

    name: str
    label: str
    value: str
    tall: bool


@dataclass
class Style:
    """How one sheet looks."""

    rng: Random
    face: str
    hand: str | None
    boxes: tuple[str, str]
    box_after: bool
    rule: str
    decorate: str

    def shown(self, text: str) -> str:
        """Return a written value: in a hand, a little off its line."""
        if not text:
            return ""
        if self.hand is None:
            return f'<span class="v">{html.escape(text)}</span>'
        r = self.rng
        move = f"position:relative;left:{r.uniform(-3, 4):.1f}px;top:{r.uniform(-5, 4):.1f}px"
        return f'<span class="v" style="{move}">{html.escape(text)}</span>'


def make_style(rng: Random, *, hand: bool) -> Style:
    """Choose faces, boxes and rules."""
    return Style(
        rng=rng,
        face=rng.choice(PRINT),
        hand=rng.choice(HANDS) if hand else None,
        boxes=rng.choice(BOXES),
        box_after=rng.random() < 0.15,
        rule=rng.choice(
            (
                "1px solid #000",
                "1px solid #000",
                "0.6px solid #333",
                "1px dotted #444",
                "0.7px solid #aaa",
                "1.6px solid #000",
            )
        ),
        decorate=rng.choice(("", "", "", "colon", "number", "star", "spaced", "note")),
    )


def label_text(style: Style, number: int, field: dict[str, Any]) -> str:
    """Return the label as this sheet prints it."""
    labels = field["labels"]
    words = str(labels[0] if style.rng.random() < 0.6 else style.rng.choice(labels))
    if style.decorate == "number":
        return f"{number}. {words}"
    if style.decorate == "star" and style.rng.random() < 0.5:
        return f"* {words}"
    if style.decorate == "spaced" and len(words) == 2:
        return f"{words[0]}　{words[1]}"
    if style.decorate == "note" and style.rng.random() < 0.3:
        return f"{words}（{style.rng.choice(('必填', '请如实填写', '可另附页'))}）"
    return words


def _box(style: Style, *, ticked: bool) -> str:
    sign = style.boxes[0] if ticked else style.boxes[1]
    if sign == "css" and ticked:
        sign = "tick"
    if sign in ("css", "tick", "cross", "fill"):
        inner = {
            "css": "",
            "tick": '<svg viewBox="0 0 20 20"><path d="M2 11 L8 18 L22 -3" fill="none" stroke="#113" stroke-width="2.2"/></svg>',
            "cross": '<svg viewBox="0 0 20 20"><path d="M2 2 L18 18 M18 2 L2 18" fill="none" stroke="#113" stroke-width="2"/></svg>',
            "fill": '<svg viewBox="0 0 20 20"><rect x="3" y="3" width="14" height="14" fill="#111"/></svg>',
        }[sign]
        return f'<span class="bx">{inner}</span>'
    return sign


def ticked(style: Style, options: list[str], chosen: set[str]) -> str:
    """Return the printed options with their boxes."""
    parts = []
    for option in options:
        box = _box(style, ticked=option in chosen)
        parts.append(f"{option}{box}" if style.box_after else f"{box}{option}")
    joint = style.rng.choice(("　", "　　", " &nbsp;"))
    return f"<span>{joint.join(parts)}</span>"


def _dated(style: Style, raw: str) -> str:
    """Return a date written into printed 年 月 日."""
    parts = raw.replace("年", "|").replace("月", "|").replace("日", "|").split("|")
    if len(parts) != 4 or not parts[0].isdigit():
        return style.shown(raw)
    return "&nbsp;".join(f"{style.shown(part)} {sign}" for part, sign in zip(parts, "年月日", strict=False))


def fill(style: Style, fields: list[dict[str, Any]], values: Values) -> tuple[list[Slot], dict[str, str]]:
    """Return the fields to draw and their truth ('' where left blank)."""
    slots, truth = [], {}
    for field in fields:
        if field.get("anchor") or style.rng.random() < 0.08:
            continue
        name = field["name"]
        normal, raw = values.get(name, ("", ""))
        if style.rng.random() < 0.12:
            normal, raw = "", ""
        options = field.get("options", [])
        label = label_text(style, len(slots) + 1, field)
        if options and (name == "submitted_materials" or (normal in options or style.rng.random() < 0.3)):
            chosen = {o for o in options if style.rng.random() < 0.6} if name == "submitted_materials" else {normal}
            picked = [o for o in options if o in chosen]
            normal = "、".join(picked)
            shown = ticked(style, options, chosen)
        elif name.endswith(("date", "_at")) and style.rng.random() < 0.4:
            shown = _dated(style, raw) if raw else "　　　年　　月　　日"
        else:
            shown = style.shown(raw)
        truth[name] = normal
        slots.append(Slot(name, label, shown, bool(field.get("multiline"))))
    return slots, truth


def with_extras(style: Style, slots: list[Slot]) -> list[Slot]:
    """Put labels that no description knows between the others."""
    mixed = list(slots)
    for words, choices in style.rng.sample(EXTRA_LABELS, style.rng.choice((0, 1, 2, 3))):
        short = [i for i, slot in enumerate(mixed) if not slot.tall]
        at = style.rng.choice(short) if short else 0
        mixed.insert(at, Slot("", words, style.shown(style.rng.choice(choices)), tall=False))
    return mixed


def _pairs(slots: list[Slot]) -> Iterator[list[Slot]]:
    """Yield rows of two short fields, or one long one."""
    waiting: list[Slot] = []
    for slot in slots:
        if slot.tall or slot.name in ("complainant_address", "submitted_materials"):
            if waiting:
                yield waiting
                waiting = []
            yield [slot]
        else:
            waiting.append(slot)
            if len(waiting) == 2:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def four_columns(style: Style, slots: list[Slot]) -> str:
    """Two label and value pairs in a row, everything ruled, long texts over the whole width."""
    rows = []
    for row in _pairs(slots):
        if len(row) == 2:
            rows.append("".join(f'<td class="l">{s.label}</td><td>{s.value}</td>' for s in row))
        else:
            height = style.rng.choice((60, 90, 120)) if row[0].tall else 30
            rows.append(
                f'<td class="l">{row[0].label}</td><td colspan="3" style="height:{height}px">{row[0].value}</td>'
            )
    return (
        '<table class="r"><col style="width:17%"><col style="width:33%"><col style="width:17%"><col>'
        + "".join(f"<tr>{r}</tr>" for r in rows)
        + "</table>"
    )


def two_columns(style: Style, slots: list[Slot]) -> str:
    """One pair in a row; the label column is shaded, values stand at the top; labels may be broken over two lines."""
    width = style.rng.choice((12, 18, 24, 30))
    rows = []
    for slot in slots:
        height = 80 if slot.tall else 26
        rows.append(
            f'<tr><td class="l s">{slot.label}</td><td style="height:{height}px;vertical-align:top">{slot.value}</td></tr>'
        )
    return f'<table class="r"><col style="width:{width}%"><col>' + "".join(rows) + "</table>"


def underlined(style: Style, slots: list[Slot]) -> str:
    """No table: label, colon, writing line; two in a row."""
    lines = []
    for row in _pairs(slots):
        cells = []
        for s in row:
            least = 90 if len(row) == 2 else 82
            line = f'<span class="u" style="min-width:{least if len(row) == 1 else 62}%">{s.value}&nbsp;</span>'
            cells.append(
                f'<span style="display:inline-block;width:{100 // len(row) - 1}%;vertical-align:top">{s.label}：{line}</span>'
            )
        lines.append(f'<div style="margin:9px 0;min-height:{44 if row[0].tall else 20}px">{"".join(cells)}</div>')
    return "".join(lines)


def above(style: Style, slots: list[Slot]) -> str:
    """Boxes with the label in small print above the value."""
    rows = []
    for row in _pairs(slots):
        span = ' colspan="2"' if len(row) == 1 else ""
        height = 74 if row[0].tall else 40
        rows.append(
            "".join(
                f'<td{span} style="height:{height}px;vertical-align:top;text-align:left"><div class="sm">{s.label}</div>{s.value}</td>'
                for s in row
            )
        )
    return '<table class="r"><col style="width:50%"><col>' + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>"


def upright(style: Style, slots: list[Slot]) -> str:
    """Narrow label cells written from top to bottom for long texts, an upright heading beside the short ones."""
    short, tall = [s for s in slots if not s.tall], [s for s in slots if s.tall]
    pairs = list(_pairs(short))
    rows = []
    heading = f'<td rowspan="{len(pairs)}" class="l" style="width:24px">{"<br>".join(style.rng.choice(("基本情况", "投诉信息", "登记栏")))}</td>'
    for i, row in enumerate(pairs):
        cells = "".join(
            f'<td class="l">{s.label}</td><td{"" if len(row) == 2 else " colspan=3"}>{s.value}</td>' for s in row
        )
        rows.append((heading if i == 0 else "") + cells)
    for s in tall:
        words = s.label if len(s.label) > 7 else "<br>".join(s.label)
        rows.append(
            f'<td class="l" style="width:24px">{words}</td><td colspan="4" style="height:110px;vertical-align:top;text-align:left">{s.value}</td>'
        )
    return (
        '<table class="r"><col style="width:5%"><col style="width:15%"><col style="width:32%"><col style="width:15%"><col>'
        + "".join(f"<tr>{r}</tr>" for r in rows)
        + "</table>"
    )


def level_rules(style: Style, slots: list[Slot]) -> str:
    """Rules between rows only."""
    rows = [
        f'<tr><td class="h" style="width:24%">{s.label}</td><td class="h" style="height:{60 if s.tall else 26}px">{s.value}</td></tr>'
        for s in slots
    ]
    return '<table style="border-collapse:collapse;width:100%">' + "".join(rows) + "</table>"


def own_cells(style: Style, slots: list[Slot]) -> str:
    """Label and value together in every ruled cell."""
    rows = []
    for row in _pairs(slots):
        span = ' colspan="2"' if len(row) == 1 else ""
        rows.append(
            "".join(
                f'<td{span} style="height:{70 if row[0].tall else 28}px;text-align:left;vertical-align:{"top" if row[0].tall else "middle"}">{s.label}：{s.value}</td>'
                for s in row
            )
        )
    return '<table class="r"><col style="width:50%"><col>' + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>"


def listed(style: Style, slots: list[Slot]) -> str:
    """One label and value in a line, no rules, under headings of sections."""
    out, heads = [], iter(("一、基本情况", "二、投诉事项", "三、处理情况"))
    for i, s in enumerate(slots):
        if i in (0, len(slots) // 2, len(slots) - 3) and style.rng.random() < 0.8:
            out.append(f'<div style="font-weight:bold;margin:12px 0 6px">{next(heads, "四、其他")}</div>')
        out.append(f'<div style="margin:7px 0 7px 1em">{s.label}：{s.value}</div>')
    return "".join(out)


LAYOUTS: dict[str, Callable[[Style, list[Slot]], str]] = {
    "four_columns": four_columns,
    "two_columns": two_columns,
    "underlined": underlined,
    "above": above,
    "upright": upright,
    "level_rules": level_rules,
    "own_cells": own_cells,
    "listed": listed,
}


def page_css(style: Style, *, landscape: bool = False) -> str:
    """Return the style sheet of one page."""
    hand = ""
    value = f'font-family:"{style.face}"'
    if style.hand:
        hand = f'@font-face{{font-family:hand;src:url("{(FONT_FOLDER / (style.hand + ".ttf")).resolve().as_uri()}")}}'
        value = f'font-family:hand,"{style.face}";font-size:{style.rng.uniform(1.15, 1.5):.2f}em;color:{style.rng.choice(("#111", "#112", "#1a2a7a"))}'
    size = style.rng.choice((12, 13, 14, 15))
    return (
        f"<style>{hand}@page{{size:A4{' landscape' if landscape else ''};margin:{style.rng.randrange(12, 24)}mm}}"
        f'body{{font:{size}px "{style.face}";line-height:1.45}}h1{{font-size:1.6em;text-align:center;font-weight:{style.rng.choice(("bold", "normal"))}}}'
        f"table.r{{border-collapse:collapse;width:100%;table-layout:fixed}}table.r td,table.r th{{border:{style.rule};padding:2px 5px}}"
        f"td.h{{border-bottom:{style.rule};padding:3px 5px}}td.l{{text-align:{style.rng.choice(('center', 'center', 'left'))}}}"
        f".s{{background:{style.rng.choice(('#fff', '#eee', '#e4ecf6'))}}}.u{{border-bottom:1px solid #000;display:inline-block}}.sm{{font-size:0.8em;color:#333}}"
        f".v{{{value}}}.bx{{display:inline-block;width:.82em;height:.82em;border:1px solid #000;margin:0 2px;vertical-align:-1px;position:relative}}"
        f".bx svg{{position:absolute;left:0;top:0;width:100%;height:100%;overflow:visible}}</style>"
    )


def make_form(rng: Random, policy: str, form: dict[str, Any], layout: str, *, hand: bool) -> tuple[str, dict[str, Any]]:
    """Return one sheet as HTML and its truth."""
    style = make_style(rng, hand=hand)
    title = rng.choice(form["titles"][:4])
    if form.get("layout") == "rows":
        body, truth = ledger(style, policy, form, layout)
    else:
        slots, truth = fill(style, form["fields"], answers(rng, policy))
        body = LAYOUTS[layout](style, with_extras(style, slots))
    css = page_css(style, landscape=form.get("layout") == "rows")
    sheet = f'<!doctype html><meta charset="utf-8">{css}<h1>{title}</h1>{body}'
    return sheet, {"policy": policy, "form": form["id"], "kind": form["kind"], "layout": layout, "fields": truth}


def ledger(style: Style, policy: str, form: dict[str, Any], layout: str) -> tuple[str, dict[str, Any]]:
    """Return a table with a header row and one to eight entries; the truth is the first entry's."""
    fields = form["fields"]
    heads = [str(style.rng.choice(f["labels"][:2])) for f in fields]
    entries = 1 if layout in ("four_columns", "two_columns") else style.rng.randrange(2, 8)
    rows, first = [], {}
    blank = {f["name"] for f in fields if style.rng.random() < 0.1}
    for number in range(entries):
        values = answers(style.rng, policy)
        values["complaint_no"] = (f"{number + 1:03d}", f"{number + 1:03d}")
        got = {f["name"]: ("", "") if f["name"] in blank else values.get(f["name"], ("", "")) for f in fields}
        first = first or {name: normal for name, (normal, _) in got.items()}
        rows.append("".join(f"<td>{style.shown(got[f['name']][1])}</td>" for f in fields))
    tag = "td" if style.rng.random() < 0.5 else "th"
    widths = "".join(f'<col style="width:{26 if f.get("multiline") else 7}%">' for f in fields)
    css = (
        "<style>table.r td,table.r th{font-size:.8em;border-"
        + ("color:inherit" if layout != "level_rules" else "left:0!important;border-right:0!important")
        + "}</style>"
    )
    head = "".join(f"<{tag}>{h}</{tag}>" for h in heads)
    return f'{css}<table class="r">{widths}<tr>{head}</tr>' + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>", first
