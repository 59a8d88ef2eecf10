"""The one way by which routes write to the audit log, and by which they learn what may be shown unmasked.

``Trail.of(request)`` gives it to any route. Every method that writes raises ``AuditWriteError`` when it cannot: call it
before anything is shown or changed, and nothing happens unlogged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import Request

from domain.audit import (
    EVERYTHING,
    REVEAL_LASTS,
    VIEW_LASTS,
    AuditEvent,
    Detail,
    Operation,
    Result,
    Revealed,
    page_subject,
)
from domain.base import Model
from domain.case import Case, Decision
from domain.errors import StorageError
from domain.fields import FIELDS
from domain.hidden_area import Area, PageLines, hidden_area, no_lines, shows_all
from domain.masked_case import masked_about, masked_case, masked_fields, words_of
from domain.masked_text import SHORTEST, STAR, PersonalWords
from domain.masking import is_protected
from review_ui import texts
from review_ui.accounts.visitor import visitor
from review_ui.audit.backend import AuditBackend
from review_ui.backend import CaseEntry, FailedInput, ReviewBackend, SearchHit
from review_ui.errors import AuditWriteError
from review_ui.rendering import actor_of
from review_ui.times import Clock

_REVEALS = {
    "field": Operation.REVEAL_FIELD,
    "page": Operation.REVEAL_PAGE,
    "document": Operation.REVEAL_DOCUMENT,
    "case": Operation.REVEAL_CASE,
}

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Act:
    """What a route says about an operation; who, when and from where is known already.

    Attributes:
        actor: the person where it is not the one of the request (a failed sign-in).
    """

    operation: Operation
    subject: str | None = None
    reason: str | None = None
    result: Result = Result.ALLOWED
    details: dict[str, Detail] = field(default_factory=dict)
    actor: str | None = None


STILL_SHOWN = "X-Shown"
"""Header in which an open page names what it still shows, by commas; the query ``only`` says the same for pictures."""


@dataclass(frozen=True)
class Shown:
    """A case as one person may see it now.

    Attributes:
        case: with protected values masked unless revealed.
        masked: names of the fields of which something is masked.
        hidden_pages: pages of which something is hidden, as ``DOCUMENT:NUMBER`` (from 1).
        open: names of the fields that tell more than they would if nothing had been revealed.
        open_pages: pages that show more, as ``hidden_pages``.
    """

    case: Case
    masked: frozenset[str] = frozenset()
    hidden_pages: tuple[str, ...] = ()
    open: frozenset[str] = frozenset()
    open_pages: tuple[str, ...] = ()


class Trail:
    """Writes what persons do, and masks.

    Args:
        audit: the log; ``None`` for pages without one, where nothing is logged and nothing masked (``serve`` always
            gives one).
        clock: gives the present moment.
        lines: what was read on pages: numbers in it are hidden on their pictures too.
    """

    def __init__(self, audit: AuditBackend | None, clock: Clock, lines: PageLines = no_lines) -> None:
        self._audit = audit
        self._clock = clock
        self._lines = lines

    @staticmethod
    def of(request: Request) -> Trail:
        """Return the trail of the application that answers ``request``."""
        trail = request.app.state.trail
        if not isinstance(trail, Trail):
            raise TypeError(f"app.state.trail: expected a Trail, got {type(trail)}")
        return trail

    @property
    def kept(self) -> bool:
        """There is a log."""
        return self._audit is not None

    def record(self, request: Request, act: Act, case: Case | None = None) -> None:
        """Write one entry.

        Raises:
            AuditWriteError: the log cannot be written; do not go on.
        """
        if self._audit is not None:
            with _must_succeed():
                self._audit.record(self._event(request, act, case))

    def view_case(self, request: Request, case: Case) -> None:
        """Write that a case was opened."""
        self.record(request, Act(Operation.VIEW_CASE, details={"revision": case.revision}), case)

    def view_page(self, request: Request, case: Case, document_id: str, page: int) -> None:
        """Write that a page's picture was opened, once within ``VIEW_LASTS``."""
        self._once(request, Act(Operation.VIEW_PAGE, subject=page_subject(document_id, page)), case)

    def view_small_page(self, request: Request, case: Case) -> None:
        """Write that a case was seen, once within ``VIEW_LASTS``: its small pictures tell no more."""
        self._once(request, Act(Operation.VIEW_CASE), case)

    def change(self, request: Request, case: Case, decision: Decision, result: Result = Result.ALLOWED) -> None:
        """Write that a decision is applied to ``case`` (call it before), or that it was refused after all."""
        details: dict[str, Detail] = {"action": decision.action, "revision": case.revision}
        act = Act(Operation.CHANGE, decision.subject, result=result, details=details, actor=decision.actor)
        self.record(request, act, case)

    def search(self, request: Request, query: str, hits: int) -> None:
        """Write that words were searched for: a keyed digest and figures, as the words themselves name people."""
        if self._audit is None:
            return
        with _must_succeed():
            digest = self._audit.digest(query)
        details: dict[str, Detail] = {
            "query_digest": digest,
            "query_length": len(query),
            "query_terms": len(query.split()),
            "hits": hits,
        }
        self.record(request, Act(Operation.SEARCH, details=details))

    def reveal(self, request: Request, case: Case, subject: str, reason: str, *, again: bool = False) -> None:
        """Write that ``subject`` is shown unmasked; nothing is written while it still is, unless ``again``.

        Args:
            request: what was asked.
            case: the case.
            subject: ``case``, ``field:NAME``, ``document:ID`` or ``page:DOCUMENT:NUMBER``.
            reason: a code of ``RevealReason``, or the scope that allows it to a token.
            again: an open page had hidden it and shows it anew.
        """
        scope = subject.partition(":")[0]
        if again or subject not in self.revealed(request, case).subjects:
            self.record(request, Act(_REVEALS[scope], subject, str(reason)), case)

    def revealed(self, request: Request, case: Case) -> Revealed:
        """Return what the person at ``request`` may read unmasked now, and the page that asks still shows."""
        if self._audit is None:
            return EVERYTHING
        allowed = self._audit.revealed(actor_of(request), case.id, self._clock() - REVEAL_LASTS)
        shown = request.headers.get(STILL_SHOWN, request.query_params.get("only"))
        return allowed if shown is None else allowed.only(s for s in shown.split(",") if s)

    def shown(self, request: Request, case: Case) -> Shown:
        """Return ``case`` as the person at ``request`` may see it now."""
        return self._shown(case, self.revealed(request, case))

    def hidden_area(self, request: Request, case: Case, document_id: str, page: int) -> Area:
        """Return what of a page's picture (from 1) the person at ``request`` may not see now."""
        return hidden_area(case, document_id, page, self.revealed(request, case), self._lines)

    def is_private(self, case: Case, document_id: str, page: int) -> bool:
        """Return whether anything on the page is hidden from a person who gave no reason."""
        return self.kept and not hidden_area(case, document_id, page, Revealed(), self._lines).empty

    def shows_all(self, request: Request, case: Case, document_id: str) -> bool:
        """Return whether the person at ``request`` may have the document's original now."""
        return shows_all(case, document_id, self.revealed(request, case), self._lines)

    def about(self, request: Request, case: Case, model: _M) -> _M:
        """Return something that holds words of ``case`` as the person at ``request`` may see it now."""
        return masked_about(case, model, self.revealed(request, case))

    def masked(self, case: Case) -> Case:
        """Return ``case`` as everybody may see it: for programs, prints and lists."""
        return masked_case(case, Revealed()) if self.kept else case

    def entries(self, entries: Iterable[CaseEntry]) -> tuple[CaseEntry, ...]:
        """Return lines of lists without protected values in what they say."""
        return tuple(_masked_entry(e) for e in entries) if self.kept else tuple(entries)

    def failures(self, failures: Iterable[FailedInput]) -> tuple[FailedInput, ...]:
        """Return inputs that could not be read without protected values in what they say."""
        return tuple(_masked_failure(f) for f in failures) if self.kept else tuple(failures)

    def hits(self, hits: Iterable[SearchHit], query: str, backend: ReviewBackend) -> tuple[SearchHit, ...]:
        """Return hits without protected values; the words that were searched for stay readable."""
        if not self.kept:
            return tuple(hits)
        words: dict[str, PersonalWords] = {}
        found = []
        for hit in hits:
            if hit.case_id not in words:
                words[hit.case_id] = words_of(backend.case(hit.case_id), Revealed())
            found.append(_masked_hit(hit, words[hit.case_id], query.split()))
        return tuple(found)

    def _shown(self, case: Case, revealed: Revealed) -> Shown:
        if revealed.everything:
            return Shown(case)
        masked = masked_case(case, revealed)
        hidden, fields = self._hidden_pages(case, revealed), masked_fields(case, masked)
        if not revealed.subjects:
            return Shown(masked, fields, hidden)
        could = masked_fields(case, masked_case(case, Revealed())) - fields
        pages = tuple(p for p in self._hidden_pages(case, Revealed()) if p not in hidden)
        return Shown(masked, fields, hidden, could, pages)

    def _hidden_pages(self, case: Case, revealed: Revealed) -> tuple[str, ...]:
        pages = ((d.id, p.number) for d in case.documents for p in d.pages)
        return tuple(f"{d}:{n}" for d, n in pages if not hidden_area(case, d, n, revealed, self._lines).empty)

    def _once(self, request: Request, act: Act, case: Case) -> None:
        if self._audit is not None:
            with _must_succeed():
                self._audit.record_once(self._event(request, act, case), VIEW_LASTS)

    def _event(self, request: Request, act: Act, case: Case | None) -> AuditEvent:
        system = visitor().system
        token: dict[str, Detail] = {} if system is None else {"token": system.id}
        return AuditEvent(
            at=self._clock(),
            actor=act.actor or actor_of(request),
            address=request.client.host if request.client else None,
            operation=act.operation,
            case_id=case.id if case else None,
            case_number=case.number if case else None,
            subject=act.subject,
            reason=act.reason,
            result=act.result,
            details=act.details | token,
        )


@contextmanager
def _must_succeed() -> Iterator[None]:
    """Turn what the store says into the refusal of the operation."""
    try:
        yield
    except StorageError as error:
        raise AuditWriteError(f"审计日志无法写入，本次操作没有执行（{error.fact}）", error.next_step) from error


def _masked_entry(entry: CaseEntry) -> CaseEntry:
    words = PersonalWords()
    reasons = []
    for reason in entry.reasons:
        name = reason.subject.removeprefix("field:")
        if is_protected(name):
            message = f"{FIELDS[name].label}：{texts.REASON.get(reason.code, reason.code)}"
        else:
            message = words.mask(reason.message)
        reasons.append(reason.model_copy(update={"message": message}))
    return entry.model_copy(update={"reasons": tuple(reasons)})


def _masked_failure(failed: FailedInput) -> FailedInput:
    words, failure = PersonalWords(), failed.failure
    told = {"file": words.mask(failure.file), "reason": words.mask(failure.reason)}
    return failed.model_copy(update={"failure": failure.model_copy(update=told)})


def _masked_hit(hit: SearchHit, words: PersonalWords, said: list[str]) -> SearchHit:
    if hit.source == "number":
        return hit
    snippet = words.mask_piece(hit.snippet, said)
    if is_protected(hit.source.removeprefix("field:")) and len(hit.snippet) < SHORTEST:
        snippet = STAR * len(hit.snippet)
    return hit.model_copy(update={"snippet": snippet})
