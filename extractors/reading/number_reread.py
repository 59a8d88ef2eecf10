"""Numbers that fail their check digit are looked at again: in other crops, sizes and contrasts, and upside down.

Only what is really read anew counts: several looks must agree on one number that passes every test, and nothing else
that passes may be seen. A number that no look gives stays as it was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from domain.checks import id_number_checks, uscc_check_digit
from domain.documents import ReadPage
from domain.ocr import OcrCharacter, OcrLine
from domain.regions import known_prefecture

if TYPE_CHECKING:
    from extractors.reading.picture import Image
    from extractors.reading.reader import PageReader

_MOST_LINES, _MOST_NUMBERS = 60, 4
_DIGITS = 7
_NEEDED, _NEEDED_ALONE = 2, 3
"""Looks that must agree, with a printed birth date that agrees too and without."""

# Upside down or blurred, a number reads as letters, strokes and dots; a period of validity has a dot after its year.
_ID_SHAPE = re.compile(r"(?<![0-9A-Za-z])(?!\d{4}[.．·])(?:[0-9A-Za-z|.,:;'×]\s?){13,24}(?![0-9A-Za-z])")
_ID = re.compile(r"(?<!\d)(?:\d\s?){17}[\dXx×](?!\d)")
_CODE_SHAPE = re.compile(r"(?<![0-9A-Za-z])[1-9A-Z](?:\s?[0-9A-Za-z]){15,18}(?![0-9A-Za-z])")
_CODE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Z]\s?){17}[0-9A-Z](?![0-9A-Za-z])")
# What only a card and only a licence print: forms and letters with numbers of their own are not looked at again.
_CARD = re.compile(r"公民身|民身份号|(?=.*住址)(?=.*出生).*民族")
_LICENCE = re.compile(r"营业执照|信用代码(?=.*(?:经营范围|注册资本|登记机关))")
_BIRTH = re.compile(r"([12]\d{3})年(\d{1,2})月(\d{1,2})日?")


@dataclass(frozen=True)
class _Kind:
    """One kind of number: how a bad reading looks, how a good one, and what a good one has to pass."""

    shape: re.Pattern[str]
    good: re.Pattern[str]
    passes: Callable[[str], bool]


def _is_id(text: str) -> bool:
    return all(check.passed for check in id_number_checks(text))


def _is_code(text: str) -> bool:
    return bool(uscc_check_digit(text).passed) and known_prefecture(text[2:6])


_ID_NUMBER = _Kind(_ID_SHAPE, _ID, _is_id)
_CREDIT_CODE = _Kind(_CODE_SHAPE, _CODE, _is_code)


def reread_numbers(image: Image, read: ReadPage, reader: PageReader) -> ReadPage:
    """Return the page, numbers of cards and licences that fail their tests read anew; an ``Addition`` of the reader."""
    lines = read.text.lines
    words = re.sub(r"\s", "", "".join(line.text for line in lines))
    kind = _CREDIT_CODE if _LICENCE.search(words) else _ID_NUMBER if _CARD.search(words) else None
    if kind is None or len(lines) > _MOST_LINES:
        return read
    births = {f"{y}{int(m):02d}{int(d):02d}" for y, m, d in _BIRTH.findall(words)}
    doubtful = [line for line in lines if _is_doubtful(line.text, kind)][:_MOST_NUMBERS]
    again = {id(line): _anew(image, line, kind, births, reader) for line in doubtful}
    changed = tuple(again.get(id(line)) or line for line in lines)
    if changed == lines:
        return read
    return read.model_copy(update={"text": read.text.model_copy(update={"lines": changed})})


def _is_doubtful(text: str, kind: _Kind) -> bool:
    match = kind.shape.search(text)
    return match is not None and sum(sign.isdigit() for sign in match.group()) >= _DIGITS and not _passing(text, kind)


def _passing(text: str, kind: _Kind) -> tuple[str, ...]:
    """Return the numbers in a text that pass every test, in normal form."""
    found = (re.sub(r"\s", "", m.group()).upper().replace("×", "X") for m in kind.good.finditer(text))
    return tuple(number for number in found if kind.passes(number))


def _anew(image: Image, line: OcrLine, kind: _Kind, births: set[str], reader: PageReader) -> OcrLine | None:
    """Return the line as several looks agree on it, ``None`` when they do not."""
    votes: Counter[str] = Counter()
    seen: dict[str, tuple[str, float]] = {}
    for look in _looks(image, line):
        text, score = reader.recognise_line(look)
        for number in _passing(text, kind):
            votes[number] += 1
            # the doubt of every look stays: the least sure one says how sure the number is
            before = seen.get(number, (text, 1.0))
            seen[number] = (before[0], min(before[1], score))
        if len(votes) == 1 and max(votes.values()) > _NEEDED_ALONE:
            break
    if len(votes) != 1:
        return None
    number, count = votes.most_common(1)[0]
    agrees = kind is _CREDIT_CODE or number[6:14] in births
    if count < (_NEEDED if agrees else _NEEDED_ALONE) or (births and not agrees):
        return None
    return _line_of(line, *seen[number])


def _looks(image: Image, line: OcrLine) -> Iterator[Image]:
    """Yield pictures of one line: wider and narrower crops, sharper, softer, black and white, upside down."""
    plain = _straight(image, line.polygon, 0.12)
    grey = plain if plain.ndim == 2 else np.asarray(cv2.cvtColor(plain, cv2.COLOR_BGR2GRAY), np.uint8)
    yield plain
    yield _straight(image, line.polygon, 0.3)
    large = np.asarray(cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    soft = np.asarray(cv2.GaussianBlur(large, (0, 0), 1.6), np.uint8)
    yield soft
    yield np.asarray(cv2.addWeighted(large, 1.8, soft, -0.8, 0), np.uint8)
    yield np.asarray(cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)
    yield np.asarray(cv2.createCLAHE(3.0, (4, 4)).apply(large), np.uint8)
    yield np.asarray(cv2.resize(large, None, fx=1.25, fy=1.0), np.uint8)
    yield np.asarray(cv2.resize(large, None, fx=0.8, fy=1.0, interpolation=cv2.INTER_AREA), np.uint8)
    yield np.asarray(cv2.erode(large, np.ones((2, 2), np.uint8)), np.uint8)
    yield np.asarray(cv2.rotate(plain, cv2.ROTATE_180), np.uint8)
    yield np.asarray(cv2.rotate(soft, cv2.ROTATE_180), np.uint8)
    yield np.asarray(cv2.rotate(large, cv2.ROTATE_180), np.uint8)


def _straight(image: Image, polygon: Sequence[tuple[float, float]], margin: float) -> Image:
    """Return a line cut out so that its text runs to the right, with a margin in shares of its height."""
    quad = np.array(polygon, np.float32)
    along, down = quad[1] - quad[0], quad[3] - quad[0]
    width, height = max(float(np.linalg.norm(along)), 1.0), max(float(np.linalg.norm(down)), 1.0)
    out = margin * height * along / width, margin * down
    quad += np.array([-out[0] - out[1], out[0] - out[1], out[0] + out[1], out[1] - out[0]], np.float32)
    size = (round(width + 2 * margin * height), round(height * (1 + 2 * margin)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, target)
    return np.asarray(
        cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _line_of(line: OcrLine, text: str, score: float) -> OcrLine:
    """Return the line with another text; its characters share the line's length by their usual width."""
    text = text.strip()
    shares = np.cumsum([0.0, *(1.0 if ord(sign) > 0x2E7F else 0.55 for sign in text)])
    shares /= shares[-1]
    a, b, c, d = (np.array(p) for p in line.polygon)
    signs = []
    for sign, start, end in zip(text, shares[:-1], shares[1:], strict=True):
        corners = np.array([a + (b - a) * start, a + (b - a) * end, d + (c - d) * start, d + (c - d) * end])
        (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        signs.append(OcrCharacter(text=sign, bbox=(x0, y0, x1, y1), score=score))
    return line.model_copy(update={"text": text, "score": score, "characters": tuple(signs)})
