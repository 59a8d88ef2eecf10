"""What rules say about one page: its title, the words of its structure, its labels, its cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from domain.forms import FormDescription
from domain.marks import PageReading
from domain.vocabulary import DocumentKind, IdSide
from extractors.forms.labels import LabelBook, bare
from extractors.kinds.page_look import Row, is_blank, rows_of, share_in_cells, top_rows
from extractors.kinds.prose import chat_on_screen, complaint_in_prose, questions_and_answers
from extractors.kinds.title_heads import head_of
from extractors.kinds.titles import TITLES
from extractors.kinds.words import (
    AGENT_COPY,
    CARD_WORDS,
    COMMON_FORMS,
    LATER_PAGE,
    LEGAL_REPRESENTATIVE_COPY,
    LETTER_TITLE,
    OPENING,
    STRUCTURE,
    Marks,
)
from extractors.papers.card_sides import find_sides

_EXPLAINED = 0.7
"""A kind this sure needs no support from the shape of the page."""
_FORM_BONUS = 0.05
_CLEAR_TITLE, _STANDS_OUT = 0.8, 0.9
_LONG_TITLE, _ONE_SIGN_OF_FIVE = 5, 80
"""A title this long is known with one sign misread."""
_WHOLE_TITLE, _BESIDE = 4, 0.95
"""How long a title is that shares its row with other words, and how sure it is when it stands out."""

Scores = dict[DocumentKind, tuple[float, str]]


@dataclass(frozen=True)
class FormBook:
    """Titles and labels of a policy pack's forms, gathered once for many pages."""

    titles: tuple[tuple[str, DocumentKind], ...] = ()
    labels: tuple[tuple[DocumentKind, tuple[tuple[str, ...], ...]], ...] = ()


def form_book(forms: Sequence[FormDescription]) -> FormBook:
    """Gather what tells the forms of a pack."""
    titles = tuple((bare(title), form.kind) for form in forms for title in form.titles)
    labels = []
    for form in forms:
        book = LabelBook(form)
        labels.append((form.kind, tuple(tuple(book.own_wordings(one.name)) for one in form.fields)))
    return FormBook(titles, tuple(labels))


@dataclass(frozen=True)
class Look:
    """What decides about one page.

    Attributes:
        rows: its visual rows.
        scores: strength 0 to 1 of every kind that has any, with the words that gave it.
        titles: the part of the scores that a title gave.
        titled: a title of a known kind stands at the top.
        pack_form: the title is that of a form of the policy pack.
        heading: some heading stands at the top, known or not.
        opens: the page begins like a letter (salutation).
        later: a page mark says that it is not the first.
        blank: nothing is on it.
        sides: sides of identity cards on it.
    """

    rows: tuple[Row, ...]
    scores: Scores
    titles: dict[DocumentKind, float] = field(default_factory=dict)
    titled: DocumentKind | None = None
    pack_form: bool = False
    heading: bool = False
    opens: bool = False
    later: bool = False
    blank: bool = False
    sides: frozenset[IdSide] = frozenset()


def look_at(reading: PageReading, book: FormBook) -> Look:
    """Collect what decides about a page."""
    rows = rows_of(reading)
    if is_blank(reading, rows):
        return Look(tuple(rows), {DocumentKind.BLANK: (0.97, "空白页")}, blank=True)
    text = "\n".join(row.text for row in rows)
    scores: Scores = {}
    top = top_rows(rows)
    _by_structure(text, scores)
    _by_table(reading, scores)
    _by_labels(text, book, scores)
    title = _settled(_best_title(top, book), scores, book)
    if title.kind is not None:
        _add(scores, title.kind, title.strength, title.words)
    sides = _by_card(reading, text, scores)
    _by_shape(reading, rows, scores)
    opens = any(OPENING.search(row.text.strip()) for row in top[:5])
    _by_prose(reading, rows, scores, opens=opens)
    return Look(
        rows=tuple(rows),
        scores=scores,
        titles={title.kind: title.strength} if title.kind else {},
        titled=title.kind if title.strength >= _CLEAR_TITLE else None,
        pack_form=title.pack_form,
        heading=any(row.heading and len(row.words) >= 2 for row in top[:4]),
        opens=opens,
        later=any(LATER_PAGE.search(row.text.strip()) for row in (*rows[:2], *rows[-2:]) if len(row.text) < 30),
        sides=sides,
    )


@dataclass(frozen=True)
class Title:
    """The clearest title at the top of a page; ``kind`` is ``None`` when there is none."""

    kind: DocumentKind | None = None
    strength: float = 0.0
    words: str = ""
    pack_form: bool = False


@cache
def _known_titles() -> tuple[tuple[str, DocumentKind], ...]:
    return tuple((bare(title), kind) for kind, titles in TITLES.items() for title in titles)


def _best_title(top: Sequence[Row], book: FormBook) -> Title:
    best = Title()
    for place, row in enumerate(top):
        found = [
            _title_in_row(row, place, book.titles, pack_form=True),
            _title_in_row(row, place, _known_titles(), pack_form=False),
        ]
        head = _title_of_words(row, place)
        if head.kind is not None and not any(row.words == title for title, _ in (*book.titles, *_known_titles())):
            found = [head, *(title for title in found if title.kind is head.kind)]
        found.append(_title_beside(row, (*book.titles, *_known_titles())))
        best = max(best, *found, key=lambda title: title.strength)
        if LETTER_TITLE.search(row.words) and row.prominence >= 0.9 and best.strength < 0.9:
            best = Title(DocumentKind.COMPLAINT_LETTER, 0.9, row.text.strip())
    return best if best.strength >= 0.6 else Title()


def _title_in_row(row: Row, place: int, titles: Sequence[tuple[str, DocumentKind]], *, pack_form: bool) -> Title:
    """Return the title that a row most surely is: whole and prominent 0.97, part of a longer row less, misread less."""
    if not row.words or len(row.words) > 40 or row.prominence < 0.6:
        return Title()
    held = [(_held(row, title), kind) for title, kind in titles if title in row.words]
    near = process.extractOne(row.words, [title for title, _ in titles], scorer=fuzz.ratio, score_cutoff=74)
    if near is not None and len(near[0]) >= 4 and abs(len(near[0]) - len(row.words)) <= 2:
        one_sign = near[1] >= _ONE_SIGN_OF_FIVE and len(near[0]) == len(row.words) >= _LONG_TITLE
        held.append((row.prominence * 0.92 * (0.98 if one_sign else near[1] / 100), titles[near[2]][1]))
    if not held:
        return Title()
    strength, kind = max(held, key=lambda one: one[0])
    strength -= 0.02 * place if strength < 0.95 else 0.0
    strength = min(strength + (_FORM_BONUS if pack_form and strength else 0.0), 0.985)
    return Title(kind, strength, row.text.strip(), pack_form)


def _title_beside(row: Row, titles: Sequence[tuple[str, DocumentKind]]) -> Title:
    """Return the title that is one of several runs of words in a row: a form of two columns begins beside it."""
    runs = {bare(run) for run in row.text.split()}
    if len(runs) < 2 or row.prominence < _STANDS_OUT:
        return Title()
    kind = next((kind for title, kind in titles if len(title) >= _WHOLE_TITLE and title in runs), None)
    return Title() if kind is None else Title(kind, _BESIDE * row.prominence, row.text.strip())


def _title_of_words(row: Row, place: int) -> Title:
    """Return what the words of a row that stands out say as a title."""
    head = head_of(row.words) if row.prominence >= _STANDS_OUT else None
    if head is None:
        return Title()
    kind, strength = head
    return Title(kind, strength * row.prominence - 0.02 * place, row.text.strip())


def _settled(title: Title, scores: Scores, book: FormBook) -> Title:
    """Weigh a title that forms of several regimes bear against the labels seen: those of the pack's form decide."""
    if title.kind not in COMMON_FORMS or title.pack_form:
        return title
    pack = {kind for kind, _ in book.labels}
    others = {kind: scores[kind][0] for kind in (COMMON_FORMS & scores.keys()) - {title.kind}}
    if not others or title.kind in pack:
        return title
    kind = max(others, key=lambda one: others[one])
    if kind in pack:
        return Title(kind, title.strength, f"{title.words}、{scores[kind][1]}", pack_form=True)
    return Title(kind, title.strength, title.words) if others[kind] >= _EXPLAINED else title


def _held(row: Row, title: str) -> float:
    share = len(title) / len(row.words)
    ends = row.words.endswith(title)
    if share < 0.4 and not (ends and row.prominence == 1.0):
        return 0.0
    # the longer title wins when one holds the other (授权委托书, 委托书)
    return row.prominence * (0.72 + 0.25 * share + (0.05 if ends and share < 1 else 0.0))


def _add(scores: Scores, kind: DocumentKind, strength: float, reason: str) -> None:
    before, words = scores.get(kind, (0.0, ""))
    joined = 1 - (1 - before) * (1 - strength)
    scores[kind] = (joined, words if before >= strength else reason)


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
    if letter is not None and len(reading.marks.cells) >= 6 and share_in_cells(reading) > 0.5:
        scores[DocumentKind.COMPLAINT_LETTER] = (0.5 * letter[0], letter[1])


def _by_prose(reading: PageReading, rows: Sequence[Row], scores: Scores, *, opens: bool) -> None:
    """Score papers that nothing else explains: complaints without a title, chats, accounts of money."""
    if max((score for score, _ in scores.values()), default=0.0) >= _EXPLAINED:
        return
    if questions_and_answers([row.text for row in rows]):
        _add(scores, DocumentKind.INTERVIEW_RECORD, 0.96, "一问一答")
    chat = chat_on_screen(reading.read.text.lines)
    if chat is not None:
        _add(scores, DocumentKind.EVIDENCE, *chat)
    elif share_in_cells(reading) < 0.5 and (prose := complaint_in_prose([r.text for r in rows], opens=opens)):
        _add(scores, DocumentKind.COMPLAINT_LETTER, *prose)


def _by_labels(text: str, book: FormBook, scores: Scores) -> None:
    """Score a form by the share of its own labels that the page shows: titles may be cut off or illegible."""
    words = bare(text)
    for kind, fields in book.labels:
        seen = sum(any(label in words for label in labels) for labels in fields)
        share = seen / len(fields)
        if share >= 0.35 and seen >= 4:
            _add(scores, kind, min(0.3 + 0.65 * share, 0.93), f"表格栏目{seen}项")


def _by_card(reading: PageReading, text: str, scores: Scores) -> frozenset[IdSide]:
    """Score identity cards, named by whose copy the page says it is; return the sides seen."""
    sides = find_sides((reading,)) if CARD_WORDS.search(text) else ()
    if not sides:
        return frozenset()
    strength = min(0.97, 0.7 + 0.06 * sum(side.anchors for side in sides))
    kind = DocumentKind.ID_CARD_COPY
    if LEGAL_REPRESENTATIVE_COPY.search(text):
        kind = DocumentKind.LEGAL_REP_ID_COPY
    elif AGENT_COPY.search(text):
        kind = DocumentKind.AGENT_ID
    names = {IdSide.FRONT: "身份证正面", IdSide.BACK: "身份证背面"}
    _add(scores, kind, strength, "、".join(names[side.side] for side in sides))
    return frozenset(side.side for side in sides)


def _by_shape(reading: PageReading, rows: Sequence[Row], scores: Scores) -> None:
    """Envelopes are wide, short of words, without sentences and tables."""
    page = reading.read.page
    few = 2 <= len(rows) <= 14
    plain = share_in_cells(reading) < 0.5 and not any("。" in row.text for row in rows)
    explained = any(kind is not DocumentKind.ENVELOPE and score >= _EXPLAINED for kind, (score, _) in scores.items())
    if page.width > 1.6 * page.height and few and plain and not explained:
        _add(scores, DocumentKind.ENVELOPE, 0.5, "信封版式")
    elif not few and DocumentKind.ENVELOPE in scores:
        del scores[DocumentKind.ENVELOPE]
