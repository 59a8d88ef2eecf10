"""Finding cases: two-character words, names, numbers, dates, filters, snippets."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.vocabulary import CaseStatus, DocumentKind
from storage import CaseFilter, PageText, Storage, full_text, search
from storage.errors import SearchQueryError
from storage.tokens import terms, tokens, whole_words
from tests.storage.conftest import accept, case_of, saved, texts_of
from tests.storage.test_cases import decided

LETTER = (
    "本人于2026年11月3日在贵公司开户，客户经理承诺收益。\n手续费过高，要求退还。"
    "电话１３９００００１２３４，账号80012345678。"
)


@pytest.fixture
def letter(storage: Storage) -> Case:
    saved(storage, b"other", text="天气很好，适合出游。手续已办妥，费用另计。")
    return saved(storage, b"letter", text=LETTER)


def numbers(storage: Storage, query: str, **filters: object) -> set[str]:
    return {hit.case_number for hit in storage.search.find(query, **filters)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "退还",
        "收益",
        "手续费",
        "益手续",  # across a line break: names wrap too
        "手续费 退还",
        "退还 经理 开户",
        "13900001234",
        "1234",
        "001234",
        "5678",
        "2026-11-03",
        "2026年11月3日",
        "2026.11.3",
        "2026/11/03",
        "EXM-2026-000002",
        "exm-2026-000002",
        "letter.pdf",
        "退还！",
        "“退还”",
    ],
)
def test_found(storage: Storage, letter: Case, query: str) -> None:
    assert numbers(storage, query) == {letter.number}


@pytest.mark.parametrize(
    "query", ["退货", "还退", "手续费 出游", "3900001", "139000", "2026-11-04", "费手续 办妥", "OR", "body"]
)
def test_not_found(storage: Storage, letter: Case, query: str) -> None:
    assert numbers(storage, query) == set()


@pytest.mark.parametrize("query", ["", "   ", "！？", '"', "***", "词 " * 21])
def test_query_that_cannot_be_searched_for(storage: Storage, letter: Case, query: str) -> None:
    with pytest.raises(SearchQueryError):
        storage.search.find(query)


@given(query=st.text(max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_breaks_the_index(storage: Storage, query: str) -> None:
    if terms(query):
        assert storage.search.find(query) == ()


@given(data=st.data(), text=st.text(st.sampled_from("甲乙丙丁AB12 ，。\n〇𫖯鿫々é①"), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_stretch_of_words_is_found_and_marked(storage: Storage, data: st.DataObject, text: str) -> None:
    words = tokens(text)
    if not words:
        return
    row = accept(storage, b"letter")
    revision = (storage.intake.case_row(row.id).revision or 0) + 1
    case = case_of(row, revision=revision, fields={})
    storage.cases.save_case(case, "assembled", revision - 1 or None, (), texts_of(case, text))
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start, len(words) - 1))
    stretch = text[words[start].start : words[end].end]
    query = "".join(stretch.split())
    if [t.word for t in tokens(query)] != [t.word for t in words[start : end + 1]]:
        return  # two words grew together when the space went
    hits = [h for h in storage.search.find(query) if h.source == "page"]
    assert hits
    marked = [hits[0].snippet[a:b] for a, b in hits[0].marks]
    assert any([t.word for t in tokens(m)][: end - start] == [t.word for t in words[start:end]] for m in marked)


def test_hit_says_where(storage: Storage, letter: Case) -> None:
    (hit,) = storage.search.find("退还")
    assert (hit.case_id, hit.source, hit.document_id, hit.page) == (letter.id, "page", letter.documents[0].id, 1)
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["退还"]
    assert "要求退还" in hit.snippet
    fields = {h.case_id: h for h in storage.search.find("张三")}
    assert len(fields) == 2
    assert fields[letter.id].source == "field:complainant_name"
    assert fields[letter.id].document_id == letter.documents[0].id


def test_name_of_two_characters_and_rare_characters(storage: Storage) -> None:
    case = saved(storage, b"letter", text="投诉人：𫖯鿫〇，代理人 欧阳䶮。")
    for query in ("𫖯鿫", "鿫〇", "欧阳䶮", "阳䶮"):
        assert numbers(storage, query) == {case.number}
    assert numbers(storage, "𫖯〇") == set()


def test_pages_do_not_flood_the_answer(storage: Storage) -> None:
    case = case_of(accept(storage, b"thick"))
    storage.cases.save_case(case, "assembled", None, (), tuple(PageText("doc-x", n, "手续费") for n in range(1, 30)))
    thin = saved(storage, b"thin", text="手续费")
    hits = storage.search.find("手续费")
    assert [sum(h.case_id == c.id for h in hits) for c in (case, thin)] == [3, 1]
    assert len(storage.search.find("手续费", limit=2)) == 2


def test_what_is_known_of_a_case_comes_before_what_is_read_somewhere_and_new_cases_before_old(storage: Storage) -> None:
    named = saved(storage, b"named", text="无关。")
    other = case_of(accept(storage, b"other"), name="李四海")
    storage.cases.save_case(other, "assembled", None, (), texts_of(other, "经办人张三丰称已退还。"))
    later = case_of(accept(storage, b"later"), name="王五河")
    storage.cases.save_case(later, "assembled", None, (), texts_of(later, "张三丰不在。"))
    assert [h.case_id for h in storage.search.find("张三丰")] == [named.id, later.id, other.id]
    assert [h.case_id for h in storage.search.find("张三丰 退还")] == [other.id]
    assert [h.case_id for h in storage.search.find("张三丰", most_cases=1)] == [named.id]


def test_words_of_one_field_alone(storage: Storage, letter: Case) -> None:
    for query in (
        "投诉人姓名:张三",
        "投诉人姓名：张三丰",
        "complainant_name:张三",
        "案件编号:EXM-2026-000002 退还",
        "文件:letter.pdf",
    ):
        assert letter.number in numbers(storage, query)
    other = case_of(accept(storage, b"third"), name="李四海")
    storage.cases.save_case(other, "assembled", None, (), texts_of(other, "张三丰经办。"))
    assert other.number in numbers(storage, "张三丰") and other.number not in numbers(storage, "投诉人姓名:张三丰")
    assert numbers(storage, "投诉事实:退还") == set()
    assert numbers(storage, "没有的字段:退还") == set(), "an unknown name is a word like others"
    with pytest.raises(SearchQueryError):
        storage.search.find("：")


def test_words_of_two_places_are_no_phrase(storage: Storage) -> None:
    case = case_of(accept(storage, b"two pages"))
    pages = (PageText("doc-x", 1, "要求赔"), PageText("doc-x", 2, "偿损失，赔钱。不偿付"))
    storage.cases.save_case(case, "assembled", None, (), pages)
    assert numbers(storage, "赔偿") == set()
    assert numbers(storage, "赔 偿") == numbers(storage, "偿损失") == {case.number}


def test_every_case_is_found_however_many_there_are(storage: Storage) -> None:
    cases = [saved(storage, f"letter {n}".encode(), text="手续费过高。").id for n in range(150)]
    found = [h.case_id for h in storage.search.find("手续费", limit=1000)]
    assert found == cases[::-1]
    assert [h.case_id for h in storage.search.find("手续费", limit=70)] == cases[:79:-1]


WORDS = {"麒麟": 0.9, "鹬蚌": 0.3, "蜉蝣": 0.1, "螳螂": 0.03}
"""Words, and how many of the cases have them among their facts or on their page: most, some, few, hardly any."""


def crowd(storage: Storage, number: int) -> list[tuple[str, set[str], set[str]]]:
    """Return new cases, the newest first: id, words of the facts, words of all places."""
    chance = random.Random(11)
    found = []
    for n in range(number):
        named, read = ({w for w, share in WORDS.items() if chance.random() < share * part} for part in (0.3, 1))
        case = case_of(accept(storage, f"crowd {n}".encode()), name="，".join(["某人", *sorted(named)]))
        storage.cases.save_case(case, "assembled", None, (), texts_of(case, "，".join(["某事", *sorted(read)])))
        found.append((case.id, named, named | read))
    return found[::-1]


def in_order(cases: list[tuple[str, set[str], set[str]]], words: set[str]) -> list[str]:
    """Return what the answer must be: cases with all words among their facts, then the others, newest first."""
    first = [i for i, facts, _ in cases if words <= facts]
    return first + [i for i, facts, everything in cases if words <= everything and not words <= facts]


def check_that_no_window_changes_the_answer(storage: Storage, cases: list[tuple[str, set[str], set[str]]]) -> None:
    """Ask with looks and walks of many lengths, for pages of many lengths, among all cases and among some."""

    @given(
        st.sets(st.sampled_from([*WORDS]), min_size=1, max_size=3),
        st.tuples(st.integers(1, 9), st.integers(1, 30), st.integers(1, 5), st.integers(1, 20)),
        st.integers(1, len(cases) + 1),
        st.integers(0, len(cases)),
        st.sets(st.sampled_from([i for i, *_ in cases]), max_size=len(cases) // 2),
    )
    @settings(max_examples=80, deadline=None)
    def check(words: set[str], lengths: tuple[int, ...], most: int, many: int, without: set[str]) -> None:
        names = ("_FIRST_LOOK", "_LONGEST_LOOK", "_WALK", "_LONGEST_WALK")
        with pytest.MonkeyPatch.context() as patch:
            for name, length in zip(names, lengths, strict=True):
                patch.setattr(full_text, name, length)
            patch.setattr(search, "_MANY", many)
            of = CaseFilter(without=tuple(without)) if without else None
            hits = storage.search.find(" ".join(sorted(words)), of, limit=10_000, most_cases=most)
        expected = [i for i in in_order(cases, words) if i not in without]
        assert list(dict.fromkeys(h.case_id for h in hits)) == expected[:most]

    check()


def test_no_window_changes_the_answer(storage: Storage) -> None:
    check_that_no_window_changes_the_answer(storage, crowd(storage, 60))


def test_filters(storage: Storage, letter: Case) -> None:
    assert numbers(storage, "退还", kind=DocumentKind.COMPLAINT_LETTER) == {letter.number}
    assert numbers(storage, "退还", kind=DocumentKind.ID_CARD_COPY) == set()
    for wanted, found in (
        (CaseFilter(policy="exchange-member", received_from=date(2026, 11, 1)), True),
        (CaseFilter(status=CaseStatus.FILED), False),
        (CaseFilter(received_to=date(2026, 11, 1)), False),
    ):
        assert bool(storage.search.find("退还", wanted)) is found


def test_index_follows_the_revisions(storage: Storage, letter: Case) -> None:
    changed = decided(storage, letter)
    assert numbers(storage, "退还") == {letter.number}  # pages stay when only a field was decided
    renamed = case_of(storage.intake.case_row(letter.id), revision=3, name="李四海", decisions=changed.decisions)
    storage.cases.save_case(renamed, "assembled", 2, (), texts_of(renamed, "新的文字"))
    assert numbers(storage, "李四") == numbers(storage, "文字") == {letter.number}
    assert numbers(storage, "退还") == set()
    assert letter.number not in numbers(storage, "张三")


def test_date_inside_a_number_is_no_date() -> None:
    assert terms("0571-88-12345") == (("0571-88-12345",),)
    assert len(terms("2026年11月3日 退还")) == 2


@given(st.text("手续费abc12 ，é\u0301ﬁ", max_size=60), st.integers(0, 70))
def test_a_text_is_cut_between_words(text: str, length: int) -> None:
    cut = whole_words(text, length)
    assert cut >= min(length, len(text))
    assert tokens(text[:cut]) == tuple(word for word in tokens(text) if word.start < cut)
    assert all(word.end <= cut for word in tokens(text[:cut]))


@pytest.mark.parametrize("before", [0, 150, 190, 199, 200, 400])
def test_the_place_is_shown_wherever_it_stands(storage: Storage, before: int) -> None:
    case = saved(storage, b"long", text="天" * before + "手续费abc" + "地" * 30)
    (hit,) = (h for h in storage.search.find("手续费ab") if h.source == "page")
    assert hit.case_id == case.id
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["手续费abc"]
    assert hit.snippet == ("天" * min(before, 24) + "手续费abc" + "地" * 24)
