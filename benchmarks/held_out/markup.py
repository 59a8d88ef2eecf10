"""Texts with truth written inline, and their HTML.

``[[field|words]]`` names the field that the words hold, ``[[field|words=>value]]`` gives the normal form where it does
not follow from the words; fields nest. ``{{sign:姓名}}``, ``{{stroke:姓名}}``, ``{{thumb}}`` and
``{{seal:form:colour:text:complete}}`` are marks. ``<id:17 digits>`` and ``<uscc:17 characters>`` get their check sign.
"""

import html
import random
import re
from dataclasses import dataclass, field
from typing import Any

from domain.fields import FIELDS
from domain.normal import normal_form

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_TOKEN = re.compile(r"\[\[(?P<name>[a-z_]+)\||(?P<close>(?:=>(?P<value>[^\]]*))?\]\])|\{\{(?P<mark>[^}]+)\}\}")
_CODE = re.compile(r"<(id|uscc):([0-9A-Z]{17})>")


class MarkupError(ValueError):
    """A text's markup is not well formed or names an unknown field."""


@dataclass
class Truth:
    """What a paper holds; the position in each list is the number that its HTML elements carry."""

    fields: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)

    def add_field(self, name: str, raw: str, value: str | None) -> int:
        """Note a field; return its number."""
        if name not in FIELDS:
            raise MarkupError(f"no field is called {name}")
        normal = value if value is not None else normal_form(FIELDS[name].type, raw).value
        if normal is None:
            raise MarkupError(f"{name}: no normal form of {raw!r}; write it as words=>value")
        self.fields.append({"name": name, "value": normal, "raw": raw})
        return len(self.fields) - 1


def id_number(body: str) -> str:
    """Return 17 digits with their check character (GB 11643)."""
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=True)) % 11]


def uscc(body: str) -> str:
    """Return 17 characters with their check character (GB 32100)."""
    total = sum(USCC_SIGNS.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return body + USCC_SIGNS[(31 - total % 31) % 31]


def expand_codes(text: str) -> str:
    """Complete every invented number with its check sign."""
    return _CODE.sub(lambda m: id_number(m[2]) if m[1] == "id" else uscc(m[2]), text)


def plain(text: str) -> str:
    """Return the words alone."""
    return _TOKEN.sub("", expand_codes(text))


class Writer:
    """Turns marked-up texts of one paper into HTML and gathers their truth.

    Attributes:
        truth: what was written so far.
        pen: words written with ``pen=True`` get one element a character, uneven as by hand.
    """

    def __init__(self, seed: str, pen: bool) -> None:
        self.truth = Truth()
        self.pen = pen
        self.random = random.Random(seed)

    def write(self, text: str, pen: bool | None = None) -> str:
        """Return the HTML of one piece of text."""
        by_hand = self.pen if pen is None else pen
        text = expand_codes(text)
        out: list[str] = []
        opened: list[tuple[str, int, str, int]] = []
        at, words = 0, ""
        for token in _TOKEN.finditer(text):
            piece = text[at : token.start()]
            words += piece
            out.append(self._letters(piece, by_hand))
            at = token.end()
            if token["name"]:
                opened.append((token["name"], len(out), "", len(words)))
                out.append("")
            elif token["mark"]:
                out.append(self._mark(token["mark"]))
            else:
                self._close(token, opened, out, words)
        if opened:
            raise MarkupError(f"[[{opened[-1][0]}| is never closed in {text[:60]!r}")
        out.append(self._letters(text[at:], by_hand))
        return "".join(out)

    def _close(self, token: re.Match[str], opened: list[Any], out: list[str], words: str) -> None:
        if not opened:
            raise MarkupError(f"]] without [[ in {token.string[:60]!r}")
        name, place, _, start = opened.pop()
        number = self.truth.add_field(name, words[start:], token["value"])
        out[place] = f'<span data-f="{number}">'
        out.append("</span>")

    def group(self, name: str, words: str) -> int:
        """Note a field that spans whole paragraphs; return the number its elements carry."""
        return self.truth.add_field(name, words, None)

    def _letters(self, text: str, by_hand: bool) -> str:
        if not by_hand:
            return html.escape(text).replace("\n", "<br>")
        out = []
        for c in text:
            if c == "\n":
                out.append("<br>")
            elif c.isspace():
                out.append("<i class=w></i>")
            else:
                out.append(self._pen_letter(c))
        return "".join(out)

    def _pen_letter(self, c: str) -> str:
        r = self.random
        dy, turn, size = r.gauss(0, 0.035), r.gauss(0, 2.2), r.gauss(1.0, 0.06)
        slant = r.gauss(-2, 2.5)
        kind = "d" if c.isascii() else "c"
        style = f"transform:translateY({dy:.3f}em) rotate({turn:.1f}deg) skewX({slant:.1f}deg) scale({size:.2f})"
        return f'<i class={kind} style="{style}">{html.escape(c)}</i>'

    def _mark(self, text: str) -> str:
        kind, *rest = text.split(":")
        mark: dict[str, Any] = {"mark": kind}
        if kind in ("sign", "stroke"):
            mark["name"] = rest[0]
        elif kind == "seal":
            form, colour, words, *extra = rest
            mark |= {"form": form, "colour": colour, "text": words, "complete": "part" not in extra}
            mark["below"] = next((e for e in extra if e not in ("part", "far")), "")
            mark["far"] = "far" in extra
        elif kind not in ("thumb", "logo"):
            raise MarkupError(f"unknown mark {kind}")
        else:
            mark["text"] = rest[0] if rest else ""
        self.truth.marks.append(mark)
        number = len(self.truth.marks) - 1
        return f"<!--mark:{number}-->"
