"""Templates: the environment and what every page is given."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.documents import file_names, key_of, originals_of
from domain.evidence import Evidence
from domain.paper_trail import RESCAN_REASONS
from domain.replaced import replacement_of
from domain.rescans import open_rescans
from review_ui import texts
from review_ui.accounts.targets import home_of
from review_ui.accounts.visitor import visitor
from review_ui.appearance import here, theme
from review_ui.language import LANGUAGES, TAGS, language, translate
from review_ui.paper_texts import decision_value
from review_ui.queue import texts as queue_texts
from review_ui.script_texts import script_words
from review_ui.station import anchor, subject_label
from review_ui.times import due_state, local_time, remaining, span_words
from review_ui.words import document_label, pages_to_read

FOLDER = Path(__file__).resolve().parent
DIRECT_LINKS = 5
"""As many links fit on top of a page 1366 pixels wide, in English too."""

Link = tuple[str, str]
"""Path and name, in Chinese."""


def templates() -> Jinja2Templates:
    """Return the templates; an unknown name in one is an error, not an empty string."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=translate,
        language=language.get,
        languages=LANGUAGES,
        tags=TAGS,
        theme=theme.get,
        themes=texts.THEMES,
        here=here,
        script_words=script_words,
        navigation=navigation,
        texts=texts,
        queue_words=queue_texts.ACTS,
        queue_keys=queue_texts.KEYS,
        anchor=anchor,
        subject_label=subject_label,
        document_label=document_label,
        evidence_json=evidence_json,
        visitor=visitor,
        start_page=start_page,
        csrf_field=csrf_field,
        open_rescans=open_rescans,
        pages_to_read=pages_to_read,
        file_names=file_names,
        key_of=key_of,
        originals_of=originals_of,
        replacement_of=replacement_of,
        decision_value=decision_value,
        rescan_reasons=RESCAN_REASONS,
    )
    environment.filters.update(
        local_time=local_time, remaining=remaining, due_state=due_state, span_words=span_words, percent=percent
    )
    return Jinja2Templates(env=environment)


def evidence_json(evidence: tuple[Evidence, ...]) -> str:
    """Return places for a ``data-evidence`` attribute (JSON; boxes in pixels of the upright page image)."""
    return "[" + ",".join(e.model_dump_json() for e in evidence) + "]"


def percent(probability: float) -> str:
    """Return a probability for people."""
    return f"{round(probability * 100)}%"


def actor_of(request: Request) -> str:
    """Return the name of the person who sent ``request``, as it stands in decisions; or which system did."""
    sender = visitor()
    if sender.system is not None:
        return sender.system.sender
    person = sender.person
    return person.name if person is not None else texts.DEFAULT_ACTOR


def navigation() -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """Return the links on top of the page and those in its menu, of what the sender may use."""
    links = tuple((path, label) for operation, path, label in texts.NAVIGATION if visitor().may(operation))
    direct = DIRECT_LINKS if len(links) > DIRECT_LINKS + 1 else len(links)  # a menu of one link would be no shorter
    return links[:direct], links[direct:]


def start_page() -> str:
    """Return the page that the sender begins at; for somebody unknown the queue, which asks to sign in."""
    sender = visitor()
    return home_of(sender) if sender.known else "/"


def csrf_field() -> Markup:
    """Return the hidden field that every form of a changing request carries."""
    token = visitor().token
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token) if token else Markup()


class Pages:
    """Renders templates with what every page needs."""

    def __init__(self) -> None:
        self._templates = templates()

    def render(
        self, request: Request, name: str, context: dict[str, object], now: datetime, status_code: int = 200
    ) -> HTMLResponse:
        """Return the page ``name``; ``now`` is what due times are compared with."""
        given = {"now": now, "actor": actor_of(request), "query": "", **context}
        return self._templates.TemplateResponse(request, name, given, status_code=status_code)
