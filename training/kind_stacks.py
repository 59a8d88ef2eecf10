"""Stacks of papers with known cuts: several documents scanned into one file, with blank backs and page marks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from domain.documents import Page, ReadPage
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrPage
from training.kind_letters import FIRST_INDEX
from training.kind_pages import PRODUCER, Setting, lay_out
from training.kind_templates import Blanks, Template, fill, make_blanks
from training.text.complaint import make_complaint

LONG = frozenset(
    [
        "complaint_letter",
        "interview_record",
        "contract_risk_disclosure",
        "trade_statement",
        "ledger",
        "member_opinion",
        "coordination_report",
        "account_opening_file",
        "police_report",
        "questionnaire",
        "test_report",
    ]
)
LEAST_ROWS = 6
"""A letter of the mailroom with as many rows may stand on two sheets."""
FORMS = ("application_form", "complaint_report_form", "coordination_application")
USUAL = ("complaint_letter",) * 4 + (*FORMS, "id_card_copy", "id_card_copy", "evidence", "evidence", "trade_statement")


@dataclass(frozen=True)
class Stack:
    """Pages of a file and its documents as (kind, first page, last page), pages from 1."""

    pages: tuple[PageReading, ...]
    documents: tuple[tuple[str, int, int], ...]


def make_stack(rng: Random, templates: Sequence[Template]) -> Stack:
    """Return a stack of two to seven documents; letters of two persons may follow each other."""
    by_kind: dict[str, list[Template]] = {}
    for template in templates:
        by_kind.setdefault(template.kind, []).append(template)
    pages: list[PageReading] = []
    documents = []
    backs = rng.choice((0.0, 0.0, 0.3))
    for _ in range(rng.randrange(2, 8)):
        kind = rng.choice(USUAL) if rng.random() < 0.75 else rng.choice(sorted(by_kind))
        first = len(pages) + 1
        for page in make_document(rng.choice(by_kind[kind]), rng, first, by_kind):
            pages.append(page)
            if rng.random() < backs:
                pages.append(blank_page(rng, page))
        documents.append((kind, first, len(pages)))
    numbered = tuple(_numbered(page, number) for number, page in enumerate(pages, 1))
    return Stack(numbered, tuple(documents))


def make_document(template: Template, rng: Random, first: int, by_kind: dict[str, list[Template]]) -> list[PageReading]:
    """Return the pages of one document that begins at page ``first`` of its file."""
    blanks = make_blanks(rng)
    if template.kind == "id_card_copy" and rng.random() < 0.5:
        sides = [one for one in by_kind["id_card_copy"] if "card" in one.shapes][:2]
        if len(sides) == 2:
            return [
                lay_out(fill(one, rng, blanks), one, rng, Setting(first + i, damage=False))
                for i, one in enumerate(sides)
            ]
    if template.kind == "evidence" and template.chat:
        screens = rng.choice((1, 2, 3, 4))
        return [lay_out(_screen(template, rng, blanks, i), template, rng, Setting(first + i)) for i in range(screens)]
    several = (template.kind in LONG and rng.random() < 0.55) or (template.kind in FORMS and rng.random() < 0.2)
    several = several and len(template.rows) >= 3
    parts = _parts(template, rng, blanks, rng.choice((2, 2, 3))) if several else [fill(template, rng, blanks)]
    if len(parts) == 1 and rng.random() < 0.15:
        parts = [[row for row in parts[0] if row[0] != "#"] or parts[0]]
    setting = Setting(first, size=rng.uniform(0.014, 0.021), damage=rng.random() < 0.15, mark="", header="")
    style = rng.choice(("", "", "第{n}页", "第{n}页 共{all}页", "{n}/{all}", "- {n} -", "{file}"))
    pages = []
    for place, rows in enumerate(parts):
        mark = style.format(n=place + 1, all=len(parts), file=first + place)
        pages.append(lay_out(rows, template, rng, replace(setting, number=first + place, mark=mark)))
    return pages


def _screen(template: Template, rng: Random, blanks: Blanks, place: int) -> list[tuple[str, str]]:
    """Return the rows of one screen of a chat that goes on over several."""
    rows = fill(template, rng, blanks)
    if place == 0:
        return rows
    said = [row for row in rows if row[0] in ("<", ">", "^")]
    rng.shuffle(said)
    return said if len(said) >= 3 else rows


def _parts(template: Template, rng: Random, blanks: Blanks, pages: int) -> list[list[tuple[str, str]]]:
    """Fill pages with the template's rows and more of the like; the closing stays last."""
    rows = fill(template, rng, blanks)
    if template.index >= FIRST_INDEX and len(rows) >= LEAST_ROWS:
        cut = rng.randrange(len(rows) // 2, len(rows) - 1)
        return [rows[:cut], _run_on(rows[cut:], 1, rng)]
    head = [row for row in rows[:1] if row[0] == "#"]
    closing = rows[-2:] if rows[-1][0] == ">" else rows[-1:]
    body = rows[len(head) : len(rows) - len(closing)] or rows
    while sum(len(text) / 36 + 0.5 for _, text in body) < 30 * pages:
        body += _more(template, rng, blanks)
    per_page = len(body) / pages
    cuts = [round(i * per_page) for i in range(pages + 1)]
    parts = [body[a:b] for a, b in pairwise(cuts)]
    parts[0] = [*head, *parts[0]]
    if rng.random() < 0.2:
        parts.append([])
    parts[-1] = [*parts[-1], *closing]
    return [_run_on(part, place, rng) for place, part in enumerate(parts) if part]


def _more(template: Template, rng: Random, blanks: Blanks) -> list[tuple[str, str]]:
    if template.kind == "complaint_letter":
        return [("", sentence) for sentence in make_complaint(rng).facts]
    rows = [row for row in fill(template, rng, blanks) if row[0] not in ("#", ">")]
    rng.shuffle(rows)
    return rows


def _run_on(part: list[tuple[str, str]], place: int, rng: Random) -> list[tuple[str, str]]:
    """Begin a later page in the middle of a sentence, as pages do."""
    mark, text = part[0]
    if place and mark == "" and len(text) > 16 and rng.random() < 0.6:
        return [("", text[rng.randrange(4, len(text) - 8) :]), *part[1:]]
    return part


def blank_page(rng: Random, before: PageReading) -> PageReading:
    """Return the empty back of a sheet."""
    width, height = before.read.page.width, before.read.page.height
    page = Page(number=1, source_page=1, width=width, height=height, blank=True)
    text = OcrPage(number=1, width=width, height=height, lines=(), producer=PRODUCER)
    return PageReading(read=ReadPage(page=page, text=text), marks=PageMarks(producer=PRODUCER))


def _numbered(reading: PageReading, number: int) -> PageReading:
    page = reading.read.page.model_copy(update={"number": number, "source_page": number})
    text = reading.read.text.model_copy(update={"number": number})
    return reading.model_copy(update={"read": reading.read.model_copy(update={"page": page, "text": text})})
