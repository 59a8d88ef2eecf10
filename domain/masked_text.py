"""Running text with the personal data in it starred out, letter by letter, so that places in the text stay valid.

What is hidden: the case's own protected values wherever they stand (spaces and line breaks between their letters do not
help), every long number and address of mail, and what is a telephone, ID or card number by its form, whatever stands
beside it. A name or address that no field holds is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.fields import FIELDS, FieldType
from domain.masking import kept_of_address, kept_of_number
from domain.personal_numbers import Span, email_spans, number_spans

STAR = "*"
SHORTEST = 4
"""Characters that a value must have to be looked for in running text; a room number tells nobody."""

_GAP = r"[\s\-]*"
_NUMBER = re.compile(r"(?<![0-9A-Za-z.,])(?<![A-Za-z]-)\d[\d\- ]{5,}[\dXx](?![0-9A-Za-z元万])")
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_SIGNS = re.compile(r"\w")
_DIGITS = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{3,}")
_EDGE_DIGITS = re.compile(r"^[\dXx]{2,}|[\dXx]{2,}$")
_LETTERS = re.compile(r"[^\s\-]")
_SAID_ASCII = 6
_SAID = 2


class PersonalWords:
    """The protected values of one case, and how they are starred out of any text.

    Args:
        known: names and values of protected fields.
        shortest: characters that a value must have to be looked for.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = (), shortest: int = SHORTEST) -> None:
        values = {v: n for n, v in known if len(_LETTERS.findall(v)) >= shortest}
        self._values = tuple(sorted(values.items(), key=lambda pair: (-len(pair[0]), pair[0])))
        patterns = [f"({_pattern(value)})" for value, _ in self._values]
        self._known = re.compile("|".join(patterns)) if patterns else None

    def mask(self, text: str) -> str:
        """Return ``text``, as long as before, with personal data starred out."""
        hidden = list(self.spans(text))
        return _starred(text, hidden) if hidden else text

    def mask_piece(self, text: str, said: Iterable[str] = ()) -> str:
        """Return a piece cut out of a longer text, starred out; what the reader said himself stays.

        Args:
            text: the piece; a value may be cut off at either end.
            said: words that the reader typed to find it.
        """
        hidden = {i for start, end in (*self.spans(text), *self._cut_off(text)) for i in range(start, end)}
        for words in said:
            if len(words) >= (_SAID_ASCII if words.isascii() else _SAID):
                hidden -= {i for m in re.finditer(re.escape(words), text) for i in range(*m.span())}
        return "".join(STAR if i in hidden and not c.isspace() else c for i, c in enumerate(text))

    def spans(self, text: str) -> Iterator[Span]:
        """Yield what of ``text`` is hidden; spans may overlap."""
        for found in self._known.finditer(text) if self._known else ():
            yield from _kept_apart(self._values[(found.lastindex or 1) - 1][1], text, found.span())
        for start, end in email_spans(text):
            yield _inside_email(text, start, end)
        for start, end in number_spans(text):
            yield start, _end_of_hidden(text, start, end)
        for found in _NUMBER.finditer(text):
            if not _DAY.fullmatch(found.group()):
                shown = kept_of_number(len(found.group()))
                yield found.start(), found.end() - shown

    def places(self, text: str) -> Iterator[tuple[str | None, Span]]:
        """Yield what of ``text`` is personal, whole: with the field's name, ``None`` for what no field holds."""
        for found in self._known.finditer(text) if self._known else ():
            yield self._values[(found.lastindex or 1) - 1][1], found.span()
        for span in (*email_spans(text), *number_spans(text)):
            yield None, span
        for found in _NUMBER.finditer(text):
            if not _DAY.fullmatch(found.group()):
                yield None, found.span()

    def _cut_off(self, text: str) -> Iterator[Span]:
        for found in _EDGE_DIGITS.finditer(text):
            yield found.span()
        for value, _ in self._values:
            sizes = range(min(len(value) - 1, len(text)), 1, -1)
            behind = next((n for n in sizes if text.startswith(value[-n:])), 0)
            ahead = next((n for n in sizes if text.endswith(value[:n])), 0)
            yield 0, behind
            yield len(text) - ahead, len(text)


def hide_digits(text: str) -> str:
    """Return ``text`` without any day or run of three or more digits: for sentences about a protected value."""
    return _DIGITS.sub(lambda found: STAR * len(found.group()), text)


def _pattern(value: str) -> str:
    return _GAP.join(re.escape(c) for c in _LETTERS.findall(value))


def _kept_apart(name: str, text: str, span: Span) -> Iterator[Span]:
    """Yield what of a found value is hidden: as its field's own mask shows it."""
    start, end = span
    letters = [m.start() for m in _LETTERS.finditer(text, start, end)]
    kind = FIELDS[name].type if name in FIELDS else FieldType.TEXT
    if kind in (FieldType.PHONE, FieldType.CN_ID, FieldType.ACCOUNT_NO):
        kept = kept_of_number(len(letters))
        yield start, letters[-kept] if kept else end
    elif name in ("complainant_address", "complainant_employer"):
        yield letters[kept_of_address(len(letters))], end
    elif (0, end - start) in email_spans(text[start:end]):
        yield _inside_email(text, start, end)
    else:
        yield start, end


def _inside_email(text: str, start: int, end: int) -> Span:
    local = min(i for i in (text.find(sign, start, end) for sign in "@＠") if i >= 0) - start
    return start + (1 if local > _SAID else 0), start + local


def _end_of_hidden(text: str, start: int, end: int) -> int:
    """Return where the shown end of a number begins."""
    letters = [m.start() for m in _SIGNS.finditer(text, start, end)]
    kept = kept_of_number(len(letters))
    return letters[-kept] if kept else end


def _starred(text: str, spans: list[Span]) -> str:
    hidden = {i for start, end in spans for i in range(start, end)}
    return "".join(STAR if i in hidden and not c.isspace() else c for i, c in enumerate(text))
