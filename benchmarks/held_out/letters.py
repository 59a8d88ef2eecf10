"""Letters: texts with line signs, set in letter themes.

Line signs: ``# `` title, ``> `` line without indent, ``< `` line at the right, ``= `` centred line, ``- `` list line,
``F: `` paragraph of the facts, ``R: `` paragraph of the request, ``E: `` line of the signature block, ``~`` empty line;
everything else is a paragraph with indent.
"""

from typing import Any

from benchmarks.held_out.markup import Writer, plain
from domain.fields import FIELDS
from domain.normal import normal_form

THEMES: dict[str, dict[str, str]] = {
    "dev": {
        "plain_song": "font-family:song;font-size:15.5px;line-height:1.9",
        "ruled_red": "font-family:kai;font-size:17px;line-height:34px",
        "letterhead": "font-family:song;font-size:15.5px;line-height:1.75",
        "bold_left": "font-family:hei;font-size:14.5px;line-height:1.8",
        "margins": "font-family:kai;font-size:17px;line-height:1.8",
        "narrow": "font-family:song;font-size:14px;line-height:1.6",
    },
    "dev2": {
        "plain_kai": "font-family:kai;font-size:16.5px;line-height:1.95",
        "ruled_green": "font-family:song;font-size:16px;line-height:36px",
        "banner": "font-family:hei;font-size:14.5px;line-height:1.75",
        "centred": "font-family:song;font-size:16px;line-height:1.85",
        "grid": "font-family:kai;font-size:17px;line-height:32px",
        "dense": "font-family:hei;font-size:13px;line-height:1.65",
    },
    "dev3": {
        "office_song": "font-family:song;font-size:16px;line-height:1.7",
        "tall_kai": "font-family:kai;font-size:18px;line-height:2.1",
        "ruled_ochre": "font-family:kai;font-size:16.5px;line-height:35px",
        "crest": "font-family:song;font-size:15.5px;line-height:1.8",
        "notebook": "font-family:kai;font-size:16px;line-height:1.9",
        "typed": "font-family:hei;font-size:14px;line-height:1.75",
    },
    "dev4": {
        "small_hei": "font-family:hei;font-size:13.5px;line-height:1.9",
    },
    "fit": {
        "fit_song": "font-family:song;font-size:15.5px;line-height:1.8",
        "fit_hei": "font-family:hei;font-size:14px;line-height:1.7",
        "fit_kai": "font-family:kai;font-size:17px;line-height:1.9",
    },
    "dev5": {
        "two_rules": "font-family:song;font-size:15.5px;line-height:1.85",
        "ruled_blue": "font-family:kai;font-size:17px;line-height:38px",
        "redhead": "font-family:song;font-size:15.5px;line-height:1.75",
        "boxed_hei": "font-family:hei;font-size:14px;line-height:1.85",
        "offset_kai": "font-family:kai;font-size:17px;line-height:1.85",
        "squares": "font-family:kai;font-size:20px;line-height:42px",
        "mail_print": "font-family:hei;font-size:13px;line-height:1.9",
    },
    "test": {
        "a4_word": "font-family:song;font-size:16px;line-height:1.6",
        "three_size": "font-family:kai;font-size:20px;line-height:1.65",
        "exercise": "font-family:kai;font-size:17px;line-height:33px",
        "firm_pad": "font-family:song;font-size:15px;line-height:1.8",
        "inbox": "font-family:hei;font-size:13.5px;line-height:1.8",
        "rose_frame": "font-family:kai;font-size:17px;line-height:2",
        "loose_leaf": "font-family:song;font-size:15.5px;line-height:30px",
    },
}
"""Themes by part: no theme is in both. The rest of each theme is in sheets.css under its name."""

_SIGNS = {"# ": "h1", "> ": "flat", "< ": "right", "= ": "mid", "- ": "item", "E: ": "end"}


def letter_html(text: dict[str, Any], theme: str, writer: Writer) -> str:
    """Return the sheet of one letter; fields and marks go to the writer's truth."""
    groups = {"F: ": "complaint_facts", "R: ": "complaint_request"}
    numbers = {sign: _group(text, sign, name, writer) for sign, name in groups.items()}
    out: list[str] = []
    ends: list[str] = []
    for line in text["text"].strip("\n").splitlines():
        sign = line[:3] if line[:3] in ("F: ", "R: ", "E: ") else line[:2]
        if sign in groups:
            words = writer.write(line[3:])
            out.append(f'<p class="para" data-f="{numbers[sign]}">{words}</p>')
        elif sign == "E: ":
            ends.append(f'<div class="endline">{writer.write(line[3:]) or "&nbsp;"}</div>')
        elif sign in _SIGNS:
            out.append(_line(line[2:], _SIGNS[sign], text, writer))
        elif line.strip() == "~":
            out.append('<p class="gap">&nbsp;</p>')
        elif line.strip():
            out.append(f'<p class="para">{writer.write(line)}</p>')
        if ends and sign != "E: ":
            out.insert(len(out) - 1, _block(ends, text))
            ends = []
    if ends:
        out.append(_block(ends, text))
    head = _head(text, theme, writer)
    style = next(themes[theme] for themes in THEMES.values() if theme in themes)
    sheet = f'<section class="sheet a4 letter t-{theme}" style="{style}">'
    return f'{sheet}<div class="flow">{head}{"".join(out)}</div></section>'


def _block(lines: list[str], text: dict[str, Any]) -> str:
    return f'<div class="endblock {text.get("end", "right")}">{"".join(lines)}</div>'


def _group(text: dict[str, Any], sign: str, name: str, writer: Writer) -> int:
    words = "".join(plain(line[3:]) for line in text["text"].splitlines() if line.startswith(sign))
    if not words:
        return -1
    assert normal_form(FIELDS[name].type, words).value
    return writer.group(name, words)


def _line(words: str, kind: str, text: dict[str, Any], writer: Writer) -> str:
    tag = "h1" if kind == "h1" else "p"
    signed = " signed" if "{{sign:" in words or "{{stroke:" in words else ""
    return f'<{tag} class="{kind}{signed}">{writer.write(words)}</{tag}>'


def _head(text: dict[str, Any], theme: str, writer: Writer) -> str:
    words = text.get("letterhead")
    if not words or theme not in ("letterhead", "banner", "crest", "redhead"):
        return ""
    mark = writer.write("{{logo:" + words[:1] + "}}", pen=False) if text.get("logo") else ""
    return f'<div class="lh">{mark}<span>{writer.write(words, pen=False)}</span></div>'
