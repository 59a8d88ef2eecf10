"""A decision judges with what is kept of the papers; the result is that of the whole judgement from stored bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.network import hearing
from domain.case import Case, Decision
from domain.evidence import FieldValue
from domain.review import apply_decision
from flows import stages
from flows.filing import read_papers, stored_readings
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.settling import judged
from flows.wiring import Services, open_services
from tests.flows.conftest import ADOPTION


def wholly_judged(services: Services, before: Case, decision: Decision, monkeypatch: pytest.MonkeyPatch) -> Case:
    """The revision after ``decision`` as it would be with nothing kept."""
    with monkeypatch.context() as patch:
        patch.setattr(stages, "_KEPT", stages._KeptPages())
        patch.setattr(hearing, "_kept", hearing._kept.__wrapped__)
        texts = read_papers(services, before, stored_readings(services, before)).texts
        return judged(apply_decision(before, decision), texts, services.policies.adopted(before.policy))


def test_every_answer_gives_what_the_whole_judgement_gives(
    home: Path, numbers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    review = ReviewService(services)
    for number in numbers:
        case = review.case(number)
        names = [n for n, found in case.fields.items() if isinstance(found, FieldValue)][:3]
        answers = [("accept", f"field:{n}", None) for n in names]
        answers += [
            ("correct", "field:amount_involved", "999999"),
            ("set", "disposition", "inquiry"),
            ("finish", "case", None),
        ]
        for action, subject, value in answers:
            before = review.case(number)
            decision = Decision.model_validate(
                {"actor": "周敏", "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
            )
            wanted = wholly_judged(services, before, decision, monkeypatch)
            changed = review.decide(before.id, before.revision, decision)
            stored = review.case(number)
            assert changed == stored
            assert stored.model_copy(update={"archive": before.archive}) == wanted
    services.close()


def test_what_is_kept_cannot_be_changed_by_those_who_use_it() -> None:
    heard = hearing._kept(("业务员承诺保本，结果亏了四十八万元。",))
    with pytest.raises(ValueError, match="read-only"):
        heard.signals[0, 0] = 1.0


def test_another_reading_is_never_answered_with_an_old_one() -> None:
    kept = stages._KeptPages()
    with pytest.raises(ValueError, match="validation error"):
        kept.page(b'{"reading":{}}', b"a")
    assert not kept._pages
