"""A later run over a file that a person arranged: the person's cut, the new readings, no page twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.case import Case
from domain.documents import Document, KindGuess, ObjectRef, SourceFile, document_id
from domain.paper_moves import send_papers, sending
from domain.review import apply_decision
from domain.vocabulary import DocumentKind
from flows.laying import as_laid
from flows.settings import load_settings
from flows.stages import FileReading, FileResult
from flows.wiring import Services, open_services
from tests.domain.builders import NOW, decision
from tests.domain.paper_cases import filled, paper
from tests.flows.conftest import ADOPTION
from tests.flows.pages import reading

SHA = "e" * 64
SOURCE = SourceFile(
    name="整叠.pdf", object=ObjectRef(key=f"sha256/{SHA}", sha256=SHA, sm3=SHA, size=1, media_type="application/pdf")
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(load_settings(ADOPTION).model_copy(update={"home": tmp_path / "home"}))
    yield opened
    opened.close()


def result(*numbers: int) -> FileResult:
    """A file of which these pages were read, cut as one document."""
    pages = tuple(reading(n) for n in numbers)
    whole = Document(
        id=document_id(SHA, numbers[0], numbers[-1]),
        source=SOURCE,
        kind=KindGuess(kind=DocumentKind.EVIDENCE, probability=0.9, producer="kinds/1"),
        pages=tuple(r.read.page.model_copy(update={"number": i}) for i, r in enumerate(pages, start=1)),
    )
    return FileResult((whole,), FileReading(SHA, pages, (), f"digest of {numbers}"))


def lying(services: Services, case: Case, run: FileResult) -> list[list[int]]:
    laid = as_laid(services, case.documents, case.papers, (run,), ())
    return [[p.source_page for p in d.pages] for d in laid.documents]


def test_a_cut_stands_and_a_page_that_could_not_be_read_comes_by_itself(services: Services) -> None:
    first = result(1, 2, 4)
    case = filled(1).model_copy(update={"documents": first.documents, "fields": {}})
    assert lying(services, case, result(1, 2, 3, 4)) == [[1, 2, 3, 4]], "nobody arranged anything"
    cut = apply_decision(case, decision("split", f"document:{first.documents[0].id}", "1"))
    assert lying(services, cut, first) == [[1], [2, 4]]
    assert lying(services, cut, result(1, 2, 3, 4)) == [[1], [2, 4], [3]]


def test_pages_in_another_case_stay_there(services: Services) -> None:
    first = result(1, 2, 4)
    case = filled(1).model_copy(update={"documents": first.documents, "fields": {}})
    other = filled(2, paper("c", 1, 1))
    page = f"page:{first.documents[0].id}/2"
    given, taken = send_papers(case, other, sending(page, other.number, "复核员", NOW))
    again = result(1, 2, 3, 4)
    assert lying(services, given, again) == [[1, 4], [3]]
    assert lying(services, taken, again) == [[2]]


def test_words_of_persons_outlive_a_new_reading(services: Services) -> None:
    first = result(1, 2)
    case = filled(1).model_copy(update={"documents": first.documents, "fields": {}})
    name = first.documents[0].id
    turned = apply_decision(case, decision("turn", f"page:{name}/1", "90"))
    blank = apply_decision(turned, decision("blank", f"page:{turned.documents[0].id}/2"))
    kind = apply_decision(blank, decision("kind", f"document:{blank.documents[0].id}", "complaint_letter"))
    laid = as_laid(services, kind.documents, kind.papers, (first,), ())
    (document,) = laid.documents
    assert [(p.turned, p.turned_by_hand, p.blank, p.said_blank) for p in document.pages] == [
        (90, 90, False, None),
        (0, 0, True, True),
    ]
    assert document.kind.kind is DocumentKind.COMPLAINT_LETTER and document.kind.producer == "person:reviewer"
    assert document.id == kind.documents[0].id
