"""Typing over real readings and the real recogniser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.case import Case, Decision
from domain.errors import DecisionError, UnknownCaseError, UnknownObjectError
from domain.evidence import Evidence, FieldValue
from domain.review import decided_by_person
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.typing_service import TypingService
from flows.wiring import Services, open_services
from tests.flows.conftest import ADOPTION


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    opened = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    yield opened
    opened.close()


@pytest.fixture
def case(services: Services, numbers: tuple[str, str]) -> Case:
    return ReviewService(services).case(numbers[0])


def test_doubts_point_into_the_values_and_onto_their_places(services: Services, case: Case) -> None:
    found = TypingService(services).doubts(case.id)
    assert found
    for name, doubts in found.items():
        field = case.fields[name]
        assert isinstance(field, FieldValue)
        for doubt in doubts:
            assert field.value[doubt.at] == doubt.text
            x, y = (doubt.bbox[0] + doubt.bbox[2]) / 2, (doubt.bbox[1] + doubt.bbox[3]) / 2
            boxes = [e.bbox for e in field.evidence if (e.document_id, e.page) == (doubt.document_id, doubt.page)]
            assert any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)


def test_what_a_person_decided_is_not_doubted(services: Services, case: Case) -> None:
    name = next(iter(TypingService(services).doubts(case.id)))
    decision = Decision(actor="余", at=datetime.now(UTC), action="correct", subject=f"field:{name}", value="甲")
    changed = ReviewService(services).decide(case.id, case.revision, decision)
    assert decided_by_person(changed.fields[name].producer)
    assert name not in TypingService(services).doubts(case.id)


def test_a_box_is_read_as_the_page_was(services: Services, case: Case) -> None:
    found = case.fields["complainant_name"]
    assert isinstance(found, FieldValue)
    reading = TypingService(services).read_box(case.id, found.evidence[0], "complainant_name", 0)
    assert reading.value == found.value
    assert reading.evidence.bbox == found.evidence[0].bbox
    assert reading.evidence.quote == reading.raw


def test_places_that_are_not_there_are_refused(services: Services, case: Case) -> None:
    typing = TypingService(services)
    document = case.documents[0]

    def read(**place: object) -> None:
        given = {"document_id": document.id, "page": 1, "bbox": (0, 0, 10, 10), "quote": "", **place}
        typing.read_box(case.id, Evidence.model_validate(given), "complainant_name", 0)

    with pytest.raises(UnknownObjectError):
        read(document_id="none")
    with pytest.raises(UnknownObjectError):
        read(page=99)
    with pytest.raises(DecisionError, match="不在页面上"):
        read(bbox=(99999, 0, 99999, 10))
    with pytest.raises(UnknownCaseError):
        typing.doubts("none")


def test_characters_of_a_page_lie_on_it(services: Services, case: Case) -> None:
    document = case.documents[0]
    page = document.pages[0]
    found = TypingService(services).page_characters(case.id, document.id, 1).characters
    assert len(found) > 50
    assert all(-1 <= c.bbox[0] <= c.bbox[2] <= page.width + 1 for c in found)
