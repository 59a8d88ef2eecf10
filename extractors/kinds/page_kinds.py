"""What a page is: by its title, by the words of its structure, by what it continues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rapidfuzz import fuzz

from domain.documents import KindGuess
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.vocabulary import DocumentKind, IdSide
from extractors.forms.labels import LabelBook, bare
from extractors.kinds.prose import chat_on_screen, complaint_in_prose
from extractors.kinds.words import (
    FAX_HEADER,
    LATER_PAGE,
    LEGAL_REPRESENTATIVE_COPY,
    LETTER_TITLE,
    OPENING,
    STRUCTURE,
    TITLES,
    Marks,
)
from extractors.layout.blocks import Piece, visual_rows
from extractors.papers.card_sides import find_sides

PRODUCER = "kind-rules/1"
_TITLE_AREA, _TITLE_ROWS = 0.45, 9
_UNSURE = 0.5
_EXPLAINED = 0.7
"""A kind this sure needs no support from the shape of the page."""
_CONTINUED = frozenset(
    {
        DocumentKind.COMPLAINT_LETTER,
        DocumentKind.APPLICATION_FORM,
        DocumentKind.COORDINATION_APPLICATION,
        DocumentKind.COMPLAINT_REPORT_FORM,
        DocumentKind.TRADE_STATEMENT,
        DocumentKind.ACCOUNT_OPENING_FILE,
        DocumentKind.EVIDENCE,
        DocumentKind.INTERVIEW_RECORD,
        DocumentKind.MEMBER_OPINION,
        DocumentKind.COORDINATION_REPORT,
        DocumentKind.CONTRACT_RISK_DISCLOSURE,
        DocumentKind.WITHDRAWAL_STATEMENT,
        DocumentKind.POLICE_REPORT,
        DocumentKind.AUTHORISATION,
    }
)
"""Kinds that run over several pages; only the first carries a title."""


@dataclass(frozen=True)
class Row:
    """One visual row of a page.

    Attributes:
        text: its words, left to right.
        words: the same without spacing and punctuation.
        prominence: 0 to 1: large or centred rows may be titles.
        heading: larger than the rest of the page and centred.
    """

    text: str
    words: str
    prominence: float
    heading: bool


@dataclass(frozen=True)
class Look:
    """What decides about one page.

    Attributes:
        scores: strength 0 to 1 of every kind that has any, with the words that gave it.
        titled: a title of a known kind stands at the top.
        heading: some heading stands at the top, known or not.
        opens: the page begins like a letter (salutation).
        later: a page mark says that it is not the first.
    """

    scores: dict[DocumentKind, tuple[float, str]]
    titled: DocumentKind | None
    heading: bool
    opens: bool
    later: bool


def recognise_page(reading: PageReading, forms: Sequence[FormDescription] = ()) -> KindGuess:
    """Return the kind of one page seen alone.

    Args:
        reading: text and marks of the page.
        forms: forms of the policy pack; their titles go first.
    """
    return _guess(look_at(reading, forms))


def recognise_pages(readings: Sequence[PageReading], forms: Sequence[FormDescription] = ()) -> tuple[KindGuess, ...]:
    """Return the kinds of the pages of one file; a page without a title of its own may continue the one before."""
    guesses: list[KindGuess] = []
    previous: KindGuess | None = None
    for reading in readings:
        look = look_at(reading, forms)
        guess = _guess(look)
        if previous is not None and guess.kind is not DocumentKind.BLANK and continues(previous.kind, look, guess):
            agrees = guess.kind is previous.kind
            guess = KindGuess(
                kind=previous.kind,
                probability=max(guess.probability, 0.9) if agrees else min(previous.probability, 0.85),
                producer=PRODUCER,
                reason=f"接上页：{previous.reason}"[:80],
            )
        guesses.append(guess)
        if guess.kind is not DocumentKind.BLANK:
            previous = guess
    return tuple(guesses)


def continues(kind: DocumentKind, look: Look, guess: KindGuess) -> bool:
    """Tell whether a page goes on with a document of ``kind`` that came before it."""
    if kind not in _CONTINUED:
        return False
    if look.later and look.titled in (None, kind):
        return True
    if look.titled is not None or look.heading or (look.opens and kind is DocumentKind.COMPLAINT_LETTER):
        return False
    if guess.kind is kind:
        return True
    return guess.probability < 0.75 or look.later


def look_at(reading: PageReading, forms: Sequence[FormDescription]) -> Look:
    """Collect what decides about a page."""
    rows = _rows(reading)
    text = "\n".join(row.text for row in rows)
    scores: dict[DocumentKind, tuple[float, str]] = {}
    if _is_blank(reading, rows):
        scores[DocumentKind.BLANK] = (0.97, "空白页")
        return Look(scores, None, heading=False, opens=False, later=False)
    top = _top(reading, rows)
    titled = _by_title(top, forms, scores)
    _by_structure(text, scores)
    _by_table(reading, scores)
    _by_labels(text, forms, scores)
    _by_card(reading, text, scores)
    _by_shape(reading, rows, scores)
    heading = any(row.heading and len(row.words) >= 2 for row in top[:4])
    opens = any(OPENING.search(row.text.strip()) for row in top[:5])
    _by_prose(reading, rows, scores, opens=opens)
    later = any(LATER_PAGE.search(row.text.strip()) for row in (*rows[:2], *rows[-2:]) if len(row.text) < 30)
    return Look(scores, titled, heading, opens, later)


def _is_blank(reading: PageReading, rows: Sequence[Row]) -> bool:
    """Tell whether nothing is on a page; ink of a seal or a hand, or a page mark, says that something was."""
    if reading.marks.seals or reading.marks.signatures:
        return False
    few = sum(len(row.words) for row in rows) <= 2
    return not rows or (few and not any(LATER_PAGE.search(row.text.strip()) for row in rows))


def _rows(reading: PageReading) -> list[Row]:
    page = reading.read.text
    lines = [line for line in page.lines if line.text.strip()]
    usual = median([line.bbox[3] - line.bbox[1] for line in lines]) if lines else 1.0
    rows = []
    for pieces in visual_rows([Piece(0, line, 0, len(line.text)) for line in lines]):
        text = " ".join(piece.text for piece in pieces)
        if pieces[0].bbox[1] < 0.07 * page.height and FAX_HEADER.search(text):
            continue
        rows.append(_row(text, pieces, usual, page.width))
    return rows


def _row(text: str, pieces: Sequence[Piece], usual: float, width: int) -> Row:
    x0, x1 = min(p.bbox[0] for p in pieces), max(p.bbox[2] for p in pieces)
    height = median([p.bbox[3] - p.bbox[1] for p in pieces])
    centred = abs((x0 + x1) / 2 - width / 2) < 0.08 * width and x0 > 0.18 * width
    large = height > 1.3 * usual
    prominence = 1.0 if large and centred else 0.9 if large or centred else 0.55
    heading = large and centred and height > 1.45 * usual and len(bare(text)) <= 30
    return Row(text, bare(text), prominence, heading)


def _top(reading: PageReading, rows: Sequence[Row]) -> list[Row]:
    limit = _TITLE_AREA * len(rows) + 3
    return [row for index, row in enumerate(rows[:_TITLE_ROWS]) if index < limit]


Scores = dict[DocumentKind, tuple[float, str]]


def _add(scores: Scores, kind: DocumentKind, strength: float, reason: str) -> None:
    before, words = scores.get(kind, (0.0, ""))
    joined = 1 - (1 - before) * (1 - strength)
    scores[kind] = (joined, words if before >= strength else reason)


def _by_title(top: Sequence[Row], forms: Sequence[FormDescription], scores: Scores) -> DocumentKind | None:
    """Score title words in the first rows; return the kind of the clearest."""
    best: tuple[float, DocumentKind | None, str] = (0.0, None, "")
    tables = [(form.kind, form.titles, 0.05) for form in forms]
    tables += [(kind, titles, 0.0) for kind, titles in TITLES.items()]
    for place, row in enumerate(top):
        for kind, titles, bonus in tables:
            strength = max((_title_strength(row, bare(title)) for title in titles), default=0.0)
            strength -= 0.02 * place if strength < 0.95 else 0.0
            if strength and strength + bonus > best[0]:
                best = (strength + bonus, kind, row.text.strip())
        if LETTER_TITLE.search(row.words) and row.prominence >= 0.9 and best[0] < 0.9:
            best = (0.9, DocumentKind.COMPLAINT_LETTER, row.text.strip())
    strength, winner, words = best
    if winner is None or strength < 0.6:
        return None
    _add(scores, winner, min(strength, 0.98), words)
    return winner if strength >= 0.8 else None


def _title_strength(row: Row, title: str) -> float:
    """Return how surely a row is a title: whole and prominent 0.97, part of a longer row less, misread less."""
    if not row.words or len(row.words) > 40:
        return 0.0
    if title in row.words:
        share = len(title) / len(row.words)
        ends = row.words.endswith(title)
        if share < 0.4 and not (ends and row.prominence == 1.0):
            return 0.0
        # the longer title wins when one holds the other (授权委托书, 委托书)
        return row.prominence * (0.72 + 0.25 * share + (0.05 if ends and share < 1 else 0.0))
    if len(title) >= 4 and abs(len(title) - len(row.words)) <= 2:
        ratio = fuzz.ratio(title, row.words) / 100
        return row.prominence * 0.92 * ratio if ratio >= 0.74 else 0.0
    return 0.0


def _by_structure(text: str, scores: Scores) -> None:
    """Score every kind by the strongest of its sets of words that the page shows."""
    for kind, alternatives in STRUCTURE.items():
        met = [found for found in (_met(text, marks) for marks in alternatives) if found is not None]
        if met:
            _add(scores, kind, *max(met))


def _met(text: str, marks: Marks) -> tuple[float, str] | None:
    """Return the strength and the words seen, ``None`` when fewer than the least are there."""
    patterns, least, strength = marks
    seen = [match.group().strip() for pattern in patterns if (match := pattern.search(text))]
    if len(seen) < least:
        return None
    return min(strength + 0.05 * (len(seen) - least), 0.97), "、".join(seen)


def _by_table(reading: PageReading, scores: Scores) -> None:
    """Words of a letter inside a ruled table are a form's contents, not a letter."""
    letter = scores.get(DocumentKind.COMPLAINT_LETTER)
    if letter is not None and len(reading.marks.cells) >= 6 and _share_in_cells(reading) > 0.5:
        scores[DocumentKind.COMPLAINT_LETTER] = (0.5 * letter[0], letter[1])


def _share_in_cells(reading: PageReading) -> float:
    """Return the share of lines that stand in ruled cells."""
    cells = [cell.bbox for cell in reading.marks.cells]
    lines = reading.read.text.lines
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (line.bbox for line in lines)]
    inside = sum(any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in cells) for x, y in middles)
    return inside / max(len(lines), 1)


def _by_prose(reading: PageReading, rows: Sequence[Row], scores: Scores, *, opens: bool) -> None:
    """Score papers that nothing else explains: complaints without a title, chats, accounts of money."""
    if max((score for score, _ in scores.values()), default=0.0) >= _EXPLAINED:
        return
    chat = chat_on_screen(reading.read.text.lines)
    if chat is not None:
        _add(scores, DocumentKind.EVIDENCE, *chat)
    elif _share_in_cells(reading) < 0.5 and (prose := complaint_in_prose([r.text for r in rows], opens=opens)):
        _add(scores, DocumentKind.COMPLAINT_LETTER, *prose)


def _by_labels(text: str, forms: Sequence[FormDescription], scores: Scores) -> None:
    """Score a form by the share of its own labels that the page shows: titles may be cut off or illegible."""
    words = bare(text)
    for form in forms:
        own = [LabelBook(form).own_wordings(field.name) for field in form.fields]
        seen = sum(any(label in words for label in labels) for labels in own)
        share = seen / len(own)
        if share >= 0.35 and seen >= 4:
            _add(scores, form.kind, min(0.3 + 0.65 * share, 0.93), f"表格栏目{seen}项")


def _by_card(reading: PageReading, text: str, scores: Scores) -> None:
    sides = find_sides((reading,))
    if not sides:
        return
    strength = min(0.97, 0.7 + 0.06 * sum(side.anchors for side in sides))
    legal = LEGAL_REPRESENTATIVE_COPY.search(text)
    kind = DocumentKind.LEGAL_REP_ID_COPY if legal else DocumentKind.ID_CARD_COPY
    names = {IdSide.FRONT: "身份证正面", IdSide.BACK: "身份证背面"}
    _add(scores, kind, strength, "、".join(names[side.side] for side in sides))


def _by_shape(reading: PageReading, rows: Sequence[Row], scores: Scores) -> None:
    """Envelopes are wide, short of words and without sentences."""
    page = reading.read.page
    few = 2 <= len(rows) <= 14
    if page.width > 1.6 * page.height and few and not any("。" in row.text for row in rows):
        _add(scores, DocumentKind.ENVELOPE, 0.5, "信封版式")
    elif not few and DocumentKind.ENVELOPE in scores:
        del scores[DocumentKind.ENVELOPE]


def _guess(look: Look) -> KindGuess:
    if not look.scores:
        reason = "没有可识别的标题或结构"
        return KindGuess(kind=DocumentKind.OTHER, probability=_UNSURE, producer=PRODUCER, reason=reason)
    ordered = sorted(look.scores.items(), key=lambda item: -item[1][0])
    kind, (score, reason) = ordered[0]
    rival = ordered[1][1][0] if len(ordered) > 1 else 0.0
    if score < _UNSURE:
        return KindGuess(kind=DocumentKind.OTHER, probability=1 - score, producer=PRODUCER, reason=reason)
    odds, against = score / (1.001 - score), rival / (1.001 - rival)
    probability = score * odds / (odds + 0.5 * against) if against else score
    return KindGuess(kind=kind, probability=round(min(probability, 0.99), 3), producer=PRODUCER, reason=_plain(reason))


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()[:80]
