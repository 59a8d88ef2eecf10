"""Where personal data stand: whole numbers, names, identity papers; not what a case is about."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.audit import AuditEntry, AuditEvent, Operation, Result
from domain.base import BBox, overlap
from domain.case import Case
from domain.copies import handed_out
from domain.evidence import Evidence, Signature
from domain.hidden_area import PageLines, no_lines
from domain.ocr import OcrLine
from domain.redaction import CARD, NUMBER, SIGNATURE, Place, grown, personal_places
from tests.domain.builders import NOW
from tests.review_ui.drawn import doubtful_case, sheets

SIDE = 20.0
FORM, LETTER, CARD_COPY = sheets()


def line(text: str, top: float = 1500.0) -> OcrLine:
    right = SIDE * len(text)
    return OcrLine(text=text, polygon=((0, top), (right, top), (right, top + SIDE), (0, top + SIDE)), score=0.98)


def said(*texts: str) -> PageLines:
    lines = tuple(line(text, 1400.0 + 40 * i) for i, text in enumerate(texts))
    return lambda _case, document_id, _page: lines if document_id == LETTER.id else ()


def case() -> Case:
    return doubtful_case(FORM, LETTER, CARD_COPY)


def places(document_id: str, lines: PageLines = no_lines) -> tuple[Place, ...]:
    paper = case().document(document_id)
    assert paper is not None
    return personal_places(case(), paper, lines)


def covers(found: tuple[Place, ...], box: BBox) -> bool:
    return any(
        p.bbox[0] <= box[0] and p.bbox[1] <= box[1] and p.bbox[2] >= box[2] and p.bbox[3] >= box[3] for p in found
    )


def test_every_personal_field_of_a_form_and_nothing_else_is_named() -> None:
    found = places(FORM.id)
    assert {p.subject for p in found} == {
        "complainant_name",
        "complainant_id_no",
        "complainant_mobile",
        "complainant_address",
        "trading_account_no",
    }
    for place in found:
        assert covers((place,), FORM.boxes[place.subject])
    for open_field in ("amount_involved", "complaint_date", "respondent_org", "complaint_facts"):
        assert not any(overlap(p.bbox, FORM.boxes[open_field]) for p in found)


def test_a_signature_is_a_name_too() -> None:
    paper = LETTER.document.model_copy(
        update={"signatures": (Signature(name=None, page=1, bbox=(700.0, 1500.0, 900.0, 1580.0), probability=0.9),)}
    )
    (found,) = (p for p in personal_places(case(), paper, no_lines) if p.subject == SIGNATURE)
    assert covers((found,), (700.0, 1500.0, 900.0, 1580.0))


def test_a_card_is_one_place_as_large_as_its_page() -> None:
    (place,) = places(CARD_COPY.id)
    assert (place.subject, place.bbox) == (CARD, (0.0, 0.0, 1240.0, 1754.0))


def test_values_are_found_wherever_they_were_read_whole_and_names_too() -> None:
    text = "我是欧阳 明月，电话13800138000，损失483200元。"
    found = places(LETTER.id, said(text))
    stripe = {p.subject: p.bbox for p in found if p.bbox[1] > 1380}
    assert set(stripe) == {"complainant_name", "complainant_mobile"}
    at = text.index("13800138000")
    assert stripe["complainant_mobile"][0] <= at * SIDE
    assert stripe["complainant_mobile"][2] >= (at + 11) * SIDE, "the last digits too, which pages show"
    assert stripe["complainant_name"][0] <= 2 * SIDE and stripe["complainant_name"][2] >= 7 * SIDE


def test_a_number_is_hidden_though_an_amount_stands_in_the_same_line() -> None:
    words = said("请退483200元，电话13912345678")
    whole = line("请退483200元，电话13912345678", 1400.0).bbox
    place = Evidence(document_id=LETTER.id, page=1, bbox=whole, quote="483200元")
    amount = case().fields["amount_involved"].model_copy(update={"evidence": (place,)})
    told = case().model_copy(update={"fields": case().fields | {"amount_involved": amount}})
    paper = told.document(LETTER.id)
    assert paper is not None
    found = [p for p in personal_places(told, paper, words) if p.bbox[1] > 1380]
    assert [p.subject for p in found] == [NUMBER]
    assert found[0].bbox[0] > whole[0] + 8 * SIDE


def test_a_long_figure_of_a_field_is_nobodys_number() -> None:
    assert [p for p in places(LETTER.id, said("金额483200元，日期2026-11-18")) if p.bbox[1] > 1380] == []


def test_numbers_and_mail_of_others_are_found_by_their_form() -> None:
    found = [p for p in places(LETTER.id, said("请打13912345678", "或写信到 wang@example.com")) if p.bbox[1] > 1380]
    assert [p.subject for p in found] == [NUMBER, NUMBER]


@given(
    box=st.tuples(*[st.floats(-50, 2000)] * 4).map(
        lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3]))
    )
)
def test_a_margin_never_leaves_the_page_and_never_cuts_the_place(box: BBox) -> None:
    page = FORM.document.pages[0]
    wide = grown(box, page)
    assert wide[0] >= 0 and wide[1] >= 0 and wide[2] <= page.width and wide[3] <= page.height
    assert wide[0] <= max(0, box[0]) and wide[3] >= min(page.height, box[3])


def entry(number: int, operation: Operation, result: Result = Result.ALLOWED, **details: str) -> AuditEntry:
    event = AuditEvent(
        at=NOW + timedelta(minutes=number),
        actor="档案员",
        operation=operation,
        subject="document:d",
        reason="法院调阅",
        result=result,
        details=details,
    )
    return AuditEntry(number=number, event=event, previous="0" * 64, hash="1" * 64)


def test_who_took_what_is_told_newest_first_and_nothing_else() -> None:
    digest = "ab" * 32
    taken = handed_out(
        (
            entry(1, Operation.VIEW_CASE),
            entry(2, Operation.DOWNLOAD_ORIGINAL, sha256=digest),
            entry(3, Operation.DOWNLOAD_ORIGINAL, Result.REFUSED),
            entry(4, Operation.HAND_OUT, copy="redacted", requester="某市法院", sha256=digest),
            entry(5, Operation.DAMAGE_FOUND, Result.REFUSED, sha256=digest),
            entry(6, Operation.DOWNLOAD_COPY),
        )
    )
    assert [t.copy_kind for t in taken] == ["copy", "broken", "redacted", "original"]
    assert (taken[2].requester, taken[2].by, taken[2].reason, taken[2].sha256) == (
        "某市法院",
        "档案员",
        "法院调阅",
        digest,
    )
