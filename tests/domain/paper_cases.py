"""Cases of several papers, and random work on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from hypothesis import strategies as st

from domain.case import Case, Decision
from domain.documents import Document, KindGuess, ObjectRef, Page, SourceFile, document_id, key_of
from domain.errors import DecisionError
from domain.evidence import Candidate, Evidence, FieldValue, Signature
from domain.paper_moves import send_papers
from domain.paper_trail import PaperTrail, ReplacedPage
from domain.replaced import flagged
from domain.review import apply_decision
from domain.undo import last_answer, undo
from domain.vocabulary import DocumentKind
from tests.domain.builders import NOW, case, judgement

PERSONS = ("余审核", "文审核")
NAMES = ("complainant_name", "complainant_mobile", "amount_involved")


def source(letter: str) -> SourceFile:
    digest = letter * 64
    stored = ObjectRef(key=f"sha256/{digest}", sha256=digest, sm3=digest, size=9, media_type="application/pdf")
    return SourceFile(name=f"{letter}.pdf", object=stored)


def paper(letter: str, first: int, last: int, kind: DocumentKind = DocumentKind.COMPLAINT_LETTER) -> Document:
    """A document of pages ``first`` to ``last`` of file ``letter``, with a reading and ink on every page."""
    file = source(letter)
    name = document_id(file.object.sha256, first, last)
    pages = tuple(
        Page(number=n, source_page=page, width=1000, height=1400, blank=n == 3)
        for n, page in enumerate(range(first, last + 1), start=1)
    )
    fields = tuple(
        FieldValue(
            name=NAMES[(p.source_page - 1) % 3],
            value=f"{letter}{p.source_page}",
            raw=f"{letter}{p.source_page}",
            probability=0.9,
            producer="letter/1",
            evidence=(place(name, p.number),),
        )
        for p in pages
    )
    ink = tuple(Signature(name=None, page=p.number, bbox=(5, 6, 70, 80), probability=0.9) for p in pages)
    guess = KindGuess(kind=kind, probability=0.95, producer="kinds/1")
    return Document(id=name, source=file, kind=guess, pages=pages, fields=fields, signatures=ink)


def place(document: str, page: int) -> Evidence:
    return Evidence(document_id=document, page=page, bbox=(10, 20, 300, 60), quote="字")


def filled(number: int, *papers: Document) -> Case:
    """A judged case whose fields, signals and materials rest on its papers."""
    fields = {f.name: f for d in papers for f in d.fields}
    other = {d.id: place(d.id, 1) for d in papers}
    verdicts = judgement()
    signals = tuple(s.model_copy(update={"evidence": tuple(other.values())}) for s in verdicts.severity.signals)
    severity = verdicts.severity.model_copy(update={"signals": signals})
    named = {
        name: f.model_copy(
            update={
                "candidates": tuple(
                    Candidate(value="另", raw="另", probability=0.3, producer="x/1", evidence=(e,))
                    for e in other.values()
                )
            }
        )
        for name, f in fields.items()
    }
    return case().model_copy(
        update={
            "id": f"case-{number}",
            "number": f"EXM-2026-{number:06d}",
            "documents": papers,
            "fields": named,
            "mismatches": (),
            "review": (),
            "judgement": verdicts.model_copy(update={"severity": severity}),
        }
    )


def two_cases() -> tuple[Case, Case]:
    first = filled(1, paper("a", 1, 4), paper("a", 5, 6, DocumentKind.EVIDENCE), paper("b", 1, 1))
    return first, filled(2, paper("c", 1, 3), paper("d", 1, 2))


def replacing_cases() -> tuple[Case, Case]:
    """The two cases; page 5 of file a was scanned again as page 1 of file b."""
    first, second = two_cases()
    a, b = source("a").object.sha256, source("b").object.sha256
    said = ReplacedPage(sha256=a, source_page=5, new_sha256=b, new_page=1, by="收发员", at=NOW)
    trail = PaperTrail(replaced=(said,))
    return first.model_copy(update={"documents": flagged(first.documents, trail), "papers": trail}), second


def pages_of(*cases: Case) -> Counter[tuple[str, int]]:
    """How often each page of each file lies in a document of one of ``cases``."""
    return Counter(key_of(d, p) for c in cases for d in c.documents for p in d.pages)


def evidence_of(found: Case) -> Iterator[Evidence]:
    """Every place that a statement of the case rests on."""
    for document in found.documents:
        for field in document.fields:
            yield from field.evidence
            yield from (e for c in field.candidates for e in c.evidence)
        for mark in (*document.signatures, *document.seals):
            yield Evidence(document_id=document.id, page=mark.page, bbox=mark.bbox, quote="")
    for field in found.fields.values():
        yield from field.evidence
        yield from (e for c in field.candidates for e in c.evidence)
    if found.judgement is not None:
        yield from found.judgement.disposition.evidence
        yield from found.judgement.category.evidence
        yield from (e for s in found.judgement.severity.signals for e in s.evidence)
        yield from (e for i in found.judgement.materials.items for e in i.evidence)


def expect_sound(found: Case) -> None:
    """Every place is on a page that is there, inside it; documents are numbered and have pages and different ids.

    A document's own file is that of its first page, and its pages name no other file than those that differ.
    """
    sizes = {(d.id, p.number): (p.width, p.height) for d in found.documents for p in d.pages}
    for e in evidence_of(found):
        width, height = sizes[e.document_id, e.page]
        assert 0 <= e.bbox[0] <= e.bbox[2] <= width and 0 <= e.bbox[1] <= e.bbox[3] <= height
    for mismatch in found.mismatches:
        assert all((v.document_id, v.page) in sizes for v in mismatch.values)
    for document in found.documents:
        assert [p.number for p in document.pages] == list(range(1, len(document.pages) + 1)) and document.pages
        assert document.pages[0].source is None
        assert all(p.source is None or p.source.object != document.source.object for p in document.pages)
    assert len({d.id for d in found.documents}) == len(found.documents)
    assert Case.model_validate_json(found.model_dump_json()) == found


class Desk:
    """Two cases that random persons work on, with every revision kept."""

    def __init__(self, cases: tuple[Case, Case] | None = None) -> None:
        self.history = {c.id: [c] for c in cases or two_cases()}

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(revisions[-1] for revisions in self.history.values())

    def act(self, number: int, actor: str, action: str, subject: str, value: str | None) -> bool:
        """Do one thing; return whether it was possible."""
        giver, taker = self.cases[number], self.cases[1 - number]
        at = NOW + timedelta(minutes=giver.revision)
        try:
            if action == "undo":
                before = next(
                    c for c in reversed(self.history[giver.id]) if len(c.decisions) <= last_answer(giver, actor)
                )
                self.history[giver.id].append(undo(giver, before, actor, at))
                return True
            decision = Decision.model_validate(
                {"actor": actor, "at": at, "action": action, "subject": subject, "value": value}
            )
            if action == "send":
                given, taken = send_papers(giver, taker, decision)
                self.history[given.id].append(given)
                self.history[taken.id].append(taken)
            else:
                self.history[giver.id].append(apply_decision(giver, decision))
        except DecisionError:
            return False
        return True


ON_PAGES = {"blank": None, "restore": None, "rescan": "字迹模糊", "rescanned": None, "undo": None}
ON_FIELDS = {"correct": "新值", "accept": None, "not_present": None}
ON_PAPERS = ("kind", "order", "split", "merge", "move", "turn", "send")


@st.composite
def work(draw: st.DrawFn, found: Case, other: Case) -> tuple[str, str, str | None]:
    """One action on ``found``, mostly one that fits."""
    action = draw(st.sampled_from((*ON_PAPERS, *ON_PAGES, *ON_FIELDS, "reject")))
    if action in ON_FIELDS:
        return action, f"field:{draw(st.sampled_from(NAMES))}", ON_FIELDS[action]
    if action == "reject" or not found.documents:
        return "reject", "signal:illegality", None
    document = draw(st.sampled_from(found.documents))
    page = draw(st.sampled_from(document.pages))
    subjects = {"page": f"page:{document.id}/{page.number}", "document": f"document:{document.id}"}
    if action in ON_PAGES:
        return action, subjects["page"], ON_PAGES[action]
    targets = [d.id for d in found.documents]
    values: dict[str, tuple[str, st.SearchStrategy[str]]] = {
        "kind": ("document", st.sampled_from(["complaint_letter", "evidence", "id_card_copy"])),
        "order": ("document", st.permutations([p.number for p in document.pages]).map(lambda n: ",".join(map(str, n)))),
        "split": ("document", st.just(str(page.number))),
        "merge": ("document", st.sampled_from(targets)),
        "move": ("page", st.sampled_from([*targets, "new"])),
        "turn": ("page", st.sampled_from(["90", "180", "270"])),
        "send": (draw(st.sampled_from(["page", "document"])), st.just(other.number)),
    }
    subject, value = values[action]
    return action, subjects[subject], draw(value)
