"""Forms and tables from layouts in YAML.

A row is cells between `` | ``; a cell is ``text^span`` (of twelve columns) with an optional ``^height`` in millimetres
or ``^over`` (a value that runs out of its cell); ``!3 text`` spans three rows. ``{key}`` is the filled value,
``{key:ymd}`` a date written into 年 月 日 blanks, ``{key:box:甲,乙}`` boxes. A cell without a key is a label.
``@rows span,span,…`` sets the filling's list of table rows.
"""

import re
from typing import Any

from benchmarks.held_out.markup import Writer, plain
from domain.fields import FIELDS

_PLACE = re.compile(r"(?<!\{)\{(?P<key>[a-z_0-9]+)(?::(?P<how>ymd|box|bare))?(?::(?P<more>[^}]*))?\}")


def form_html(layout: dict[str, Any], fill: dict[str, Any], writer: Writer) -> str:
    """Return the sheets of one filled form."""
    size = layout.get("size", "a4")
    style = f"font-family:{layout.get('font', 'song')};font-size:{layout.get('px', 14)}px;{layout.get('css', '')}"
    parts = []
    if layout.get("letterhead"):
        parts.append(f'<div class="lh">{writer.write(layout["letterhead"], pen=False)}</div>')
    if layout.get("title"):
        parts.append(f"<h1>{writer.write(layout['title'], pen=False)}</h1>")
    parts += [f'<div class="above">{_filled(t, fill, writer)}</div>' for t in layout.get("above", [])]
    if layout.get("rows"):
        parts.append(_table(layout["rows"], fill, writer))
    parts += [_underlined(t, fill, writer) for t in layout.get("lines", [])]
    parts += [f'<div class="below">{_filled(t, fill, writer)}</div>' for t in layout.get("below", [])]
    look = layout.get("look", "")
    return f'<section class="sheet {size} form {look}" style="{style}">{"".join(parts)}</section>'


def _value(key: str, fill: dict[str, Any], writer: Writer) -> str:
    """Return the filled words of one place, with their truth noted."""
    text = str(fill.get(key, ""))
    if not text:
        return ""
    if text.startswith("="):
        return writer.write(text[1:])
    if key in FIELDS and key not in ("complainant_sign_seal", "member_confirm_seal", "complainant_notice_ack"):
        return writer.write(f"[[{key}|{text}]]")
    return writer.write(text)


def _filled(text: str, fill: dict[str, Any], writer: Writer) -> str:
    out, at = [], 0
    for place in _PLACE.finditer(text):
        out.append(writer.write(text[at : place.start()], pen=False))
        at = place.end()
        out.append(_place(place, fill, writer))
    out.append(writer.write(text[at:], pen=False))
    return "".join(out)


def _place(place: re.Match[str], fill: dict[str, Any], writer: Writer) -> str:
    key, how = place["key"], place["how"]
    if how == "ymd":
        return _date_blanks(key, fill, writer)
    if how == "box":
        return _boxes(key, place["more"], fill, writer)
    return _value(key, fill, writer)


def _date_blanks(key: str, fill: dict[str, Any], writer: Writer) -> str:
    raw = str(fill.get(key, ""))
    parts = re.findall(r"[0-9〇一二三四五六七八九十]+", raw)
    if len(parts) != 3:
        return "&emsp;&emsp;年&emsp;月&emsp;日"
    shown = "".join(f"&ensp;{writer.write(p)}&ensp;{sign}" for p, sign in zip(parts, "年月日", strict=True))
    if key not in FIELDS:
        return shown
    return f'<span data-f="{writer.truth.add_field(key, raw, None)}">{shown}</span>'


def _boxes(key: str, choices: str, fill: dict[str, Any], writer: Writer) -> str:
    chosen = str(fill.get(key, ""))
    number = writer.truth.add_field(key, chosen, None) if chosen and key in FIELDS else None
    out = []
    for choice in choices.split(","):
        ticked = choice == chosen
        sign = '<span style="font-family:DejaVu Sans">☑</span>' if ticked else "□"
        words = f"{sign}{choice}&emsp;"
        out.append(f'<span data-f="{number}">{words}</span>' if ticked and number is not None else words)
    return "".join(out)


def _table(rows: list[str], fill: dict[str, Any], writer: Writer) -> str:
    columns = "<col>" * 12
    out = []
    for row in rows:
        if row.startswith("@"):
            out += _listed(row, fill, writer)
        else:
            out.append(f"<tr>{''.join(_cell(c, fill, writer) for c in row.split(' | '))}</tr>")
    return f'<table class="g"><colgroup>{columns}</colgroup>{"".join(out)}</table>'


def _cell(spec: str, fill: dict[str, Any], writer: Writer) -> str:
    text, _, more = spec.strip().partition("^")
    span, _, extra = more.partition("^")
    across = re.match(r"!(\d+) ", text)
    text = text[across.end() :] if across else text
    attributes = f' colspan="{span or 1}"' + (f' rowspan="{across[1]}"' if across else "")
    label = not _PLACE.search(text)
    classes = ["l"] if label and len(plain(text)) < 34 else (["notice"] if label else [])
    if across:
        classes.append("side")
    if extra.isdigit():
        attributes += f' style="height:{extra}mm"'
        classes += [] if label else ["tall"]
    inner = _filled(text, fill, writer)
    if extra == "over":
        inner = f'<div class="over">{inner}</div>'
    return f'<td class="{" ".join(classes)}"{attributes}>{inner}</td>'


def _listed(row: str, fill: dict[str, Any], writer: Writer) -> list[str]:
    """Return the rows of a list; the first is the printed heading."""
    key, _, spans = row[1:].partition(" ")
    widths = spans.split(",")
    out = []
    for i, line in enumerate(fill.get(key, [])):
        cells = line.split("|") if "[[" not in line else re.split(r"\|(?![^\[]*\]\])", line)
        written = [
            f'<td colspan="{w}"{" class=l" if i == 0 else ""}>{writer.write(c, pen=False if i == 0 else None)}</td>'
            for c, w in zip(cells, widths, strict=True)
        ]
        out.append(f"<tr>{''.join(written)}</tr>")
    return out


def _underlined(text: str, fill: dict[str, Any], writer: Writer) -> str:
    """Return one line of labels with underlined blanks; ``*`` before a label gives it several lines."""
    if text.startswith("*"):
        label, _, place = text[1:].partition("{")
        words = _filled("{" + place, fill, writer)
        return f'<div>{writer.write(label, pen=False)}</div><div class="u"><div class="val free">{words}</div></div>'
    out = []
    for cell in text.split(" | "):
        at = _PLACE.search(cell)
        if at is None:
            out.append(f'<span class="lab">{writer.write(cell, pen=False)}</span>')
            continue
        label = writer.write(cell[: at.start()], pen=False)
        tail = writer.write(cell[at.end() :], pen=False)
        kind = "none" if at["how"] else "val"
        out.append(f'<span class="lab">{label}</span><span class="{kind}">{_place(at, fill, writer)}</span>{tail}')
    return f'<div class="u">{"".join(out)}</div>'
