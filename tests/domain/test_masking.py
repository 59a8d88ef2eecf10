"""Masks: never more shown than allowed, short values hidden, and nothing of a value left in any text of a case."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import AuditEvent, Operation, Revealed
from domain.base import overlap
from domain.case import ReviewReason
from domain.fields import FIELDS
from domain.hidden_area import hidden_area, shows_all
from domain.masked_case import masked_case, masked_fields
from domain.masked_text import PersonalWords, hide_digits
from domain.masking import is_protected, mask_address, mask_email, mask_field, mask_number
from domain.ocr import OcrCharacter, OcrLine
from tests.review_ui.drawn import RIGHT_ID, WRONG_ID, doubtful_case, sheets
from tests.storage.audited import event

NUMBERS = st.text(alphabet=string.digits + "Xx- ", min_size=0, max_size=24)
HAN = st.text(alphabet="云州市青林区柏树街号栋室东西南北一二三", min_size=0, max_size=30)
PROTECTED = sorted(name for name in FIELDS if is_protected(name))


def shown(value: str, masked: str) -> int:
    return sum(c != "*" for c in masked)


@given(NUMBERS)
def test_a_number_shows_four_at_most_and_never_more_than_half(value: str) -> None:
    masked = mask_number(value)
    assert len(masked) == len(value)
    assert shown(value, masked) <= min(4, len(value) // 2)
    assert len(value) > 4 or set(masked) <= {"*"}


@given(HAN)
def test_an_address_shows_its_beginning_and_never_more_than_half(value: str) -> None:
    masked = mask_address(value)
    assert masked.endswith("****")
    assert shown(value, masked) <= min(6, len(value) // 2)
    assert len(value) > 6 or masked == "****"


@given(st.text(max_size=20), st.text(alphabet=string.ascii_lowercase, max_size=8))
def test_an_address_of_mail_shows_one_letter_and_its_host(local: str, host: str) -> None:
    masked = mask_email(f"{local}@{host}.cn")
    before = masked.partition("@")[0]
    assert shown(local, before) <= 1
    assert len(local) > 2 or set(before) <= {"*"}


@pytest.mark.parametrize("value", ["not an address", "a@", "张三 a.b@c.cn", ""])
def test_what_is_no_address_of_mail_is_hidden(value: str) -> None:
    assert set(mask_email(value)) <= {"*"}


@given(st.sampled_from(PROTECTED), st.text(max_size=30))
def test_every_protected_field_hides_at_least_half(name: str, value: str) -> None:
    local = value.partition("@")[0] if FIELDS[name].type == "email" else value
    masked = mask_field(name, value)
    hidden = len(local) - sum(c != "*" for c in masked.partition("@")[0])
    assert hidden >= len(local) / 2
    assert len(value) < 2 or masked != value or set(value) == {"*"}


def test_names_and_firms_are_not_protected_and_numbers_are() -> None:
    assert not any(is_protected(n) for n in ("complainant_name", "respondent_staff", "respondent_org", "uscc"))
    wanted = ("complainant_id_no", "complainant_mobile", "complainant_phone", "complainant_email", "handler_phone")
    assert all(is_protected(n) for n in (*wanted, "complainant_address", "trading_account_no", "room"))


LONG = st.text(alphabet="云州市青林区柏树街号栋室" + string.digits, min_size=9, max_size=20)


@given(LONG, st.text(max_size=30), st.text(max_size=30), st.integers(1, 8), st.sampled_from(["", " ", "\n", "  \n"]))
def test_a_known_value_is_found_in_any_text_however_it_is_broken(
    value: str, before: str, after: str, at: int, gap: str
) -> None:
    broken = value[:at] + gap + value[at:]
    words = PersonalWords([("complainant_address", value)])
    assert sum(c != "*" for c in "".join(words.mask(broken).split())) <= len(value) / 2
    masked = words.mask(f"{before}|{broken}|{after}")
    assert len(masked) == len(before) + len(broken) + len(after) + 2
    assert masked[len(before) + 1 :][: len(broken)].count("*") >= len(value) / 2


@given(st.text(), st.text(alphabet=string.digits, min_size=11, max_size=11))
def test_long_numbers_are_found_without_being_known(before: str, number: str) -> None:
    masked = PersonalWords().mask(f"{before}，{number}，")
    assert number not in masked
    assert masked.endswith(f"{'*' * 7}{number[-4:]}，")


@pytest.mark.parametrize("text", ["第16条", "2026-11-18", "483200元", "EXM-2026-000001", "合同2026年", "x" * 40])
def test_what_is_nobodys_stays(text: str) -> None:
    assert PersonalWords([("room", "12")]).mask(text) == text


def test_a_piece_of_a_text_may_cut_values_off() -> None:
    words = PersonalWords([("complainant_address", "云州市青林区柏树街12号"), ("complainant_mobile", "13800138000")])
    assert words.mask_piece("柏树街12号，电话1380013") == "******，电话*******"
    assert words.mask_piece("住云州市青林区柏树街12号", said=["柏树街"]) == "住云州市青林区柏树街***"
    assert words.mask_piece("电话13800138000。", said=["8"]) == "电话*******8000。"


def test_digits_in_sentences_about_a_value() -> None:
    assert (
        hide_digits("出生日期为1990-03-07，应为18位，读到17位：1234")
        == "出生日期为**********，应为18位，读到17位：****"
    )


def test_a_masked_case_is_a_case_and_holds_no_value() -> None:
    case = doubtful_case(*sheets())
    secrets = (WRONG_ID, RIGHT_ID, "13800138000", "柏树街", "880012345678", "1990-03-07")
    text = masked_case(case, Revealed()).model_dump_json()
    assert [s for s in secrets if s in text] == []
    assert type(case).model_validate_json(text).fields.keys() == case.fields.keys()


@given(st.sets(st.sampled_from(sorted(doubtful_case(*sheets()).fields))))
def test_exactly_what_was_revealed_is_as_it_was(names: set[str]) -> None:
    case = doubtful_case(*sheets())
    revealed = Revealed(subjects=frozenset(f"field:{n}" for n in names))
    masked = masked_case(case, revealed)
    assert all(masked.fields[n] == case.fields[n] for n in names)
    assert masked_fields(case, masked) == {n for n in case.fields if is_protected(n) and n not in names} - {
        "complainant_email"
    }


def test_a_whole_revealed_case_is_the_case_itself() -> None:
    case = doubtful_case(*sheets())
    assert masked_case(case, Revealed(subjects=frozenset({"case"}))) is case


def test_a_value_that_a_reason_quotes_cut_short_is_masked() -> None:
    case = doubtful_case(*sheets())
    asked = ReviewReason(
        code="low_probability",
        subject="field:complainant_address",
        message="联系地址“云州市青林区柏树…”的把握为 61.0%",
    )
    masked = masked_case(case.model_copy(update={"review": (asked,)}), Revealed())
    assert "柏树" not in masked.review[0].message
    assert "61.0%" in masked.review[0].message


def test_what_of_a_picture_is_hidden() -> None:
    form, letter, card = sheets()
    case = doubtful_case(form, letter, card)
    assert hidden_area(case, letter.id, 1, Revealed()).empty
    assert shows_all(case, letter.id, Revealed())
    assert hidden_area(case, card.id, 1, Revealed()).cards == ((0, 0, 1240, 1754),)
    assert form.boxes["complainant_mobile"] in hidden_area(case, form.id, 1, Revealed()).values
    page = Revealed(subjects=frozenset({f"page:{card.id}:1"}))
    assert hidden_area(case, card.id, 1, page).empty
    assert shows_all(case, card.id, page)
    assert not shows_all(case, card.id, Revealed(subjects=frozenset({"field:complainant_id_no"})))
    assert shows_all(case, form.id, Revealed(subjects=frozenset({f"document:{form.id}"})))


def test_details_stay_small() -> None:
    with pytest.raises(ValueError, match="too long"):
        AuditEvent.model_validate(event(1).model_dump() | {"details": {"words": "x" * 201}})
    with pytest.raises(ValueError, match="too many"):
        event(1, details={f"d{n}": n for n in range(13)})
    assert event(1, operation=Operation.PRINT).details


def read_line(text: str, left: float = 100.0, top: float = 1500.0, width: float = 20.0) -> OcrLine:
    """A line of a page, every character as wide as the next."""
    box = [(left + i * width, top, left + (i + 1) * width, top + 30.0) for i in range(len(text))]
    right, bottom = left + len(text) * width, top + 30.0
    return OcrLine(
        text=text,
        polygon=((left, top), (right, top), (right, bottom), (left, bottom)),
        score=0.99,
        characters=tuple(OcrCharacter(text=c, bbox=b, score=0.99) for c, b in zip(text, box, strict=True)),
    )


def hidden_in(text: str, revealed: Revealed) -> str:
    """Return ``text`` as it stands on a letter's picture, what is hidden starred out."""
    _, letter, _ = sheets()
    line = read_line(text)
    values = hidden_area(doubtful_case(*sheets()), letter.id, 1, revealed, lambda *_page: (line,)).values
    return "".join("*" if any(overlap(c.bbox, box) for box in values) else c.text for c in line.characters)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("本人身份证号110101198507121235,", "本人身份证号**************1235,"),
        ("电话 13912345678。", "电话 *******5678。"),
        ("住云州市青林区柏树街12号", "住云州市青林区******"),
        ("发信至 mingyue@example.com", "发信至 m******@example.com"),
        ("涉及483200元,2026年11月18日", "涉及483200元,2026年11月18日"),
        ("EXM-2026-000001", "EXM-2026-000001"),
    ],
)
def test_what_was_read_on_a_page_is_hidden_where_no_field_holds_it(text: str, seen: str) -> None:
    assert hidden_in(text, Revealed()) == seen


def test_a_revealed_value_is_readable_wherever_it_stands() -> None:
    text = "手机13800138000,又及13912345678"
    assert hidden_in(text, Revealed()) == "手机*******8000,又及*******5678"
    revealed = Revealed(subjects=frozenset({"field:complainant_mobile"}))
    assert hidden_in(text, revealed) == "手机13800138000,又及*******5678"


def test_an_original_with_a_number_in_its_text_is_not_handed_out() -> None:
    _, letter, _ = sheets()
    case = doubtful_case(*sheets())
    assert shows_all(case, letter.id, Revealed(), lambda *_page: (read_line("没有号码"),))
    assert not shows_all(case, letter.id, Revealed(), lambda *_page: (read_line("电话13912345678"),))


def test_the_amount_that_a_field_shows_stays_readable() -> None:
    form, *_ = sheets()
    case = doubtful_case(*sheets())
    left, top, *_ = form.boxes["amount_involved"]
    line = read_line("1234567890", left, top)
    assert (
        hidden_area(case, form.id, 1, Revealed(), lambda *_page: (line,)).values
        == hidden_area(case, form.id, 1, Revealed()).values
    )
