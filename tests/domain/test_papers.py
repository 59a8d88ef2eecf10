"""Laws of work on papers: no page lost or doubled, every statement on a page that is there, undo is exact."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.documents import file_names, originals_of, source_hashes, sources_of
from domain.errors import DecisionError
from domain.evidence import FieldValue
from domain.paper_moves import send_papers
from domain.paper_trail import turned_box
from domain.papers import apply_paper
from domain.review import apply_decision
from domain.undo import last_answer, undo
from domain.vocabulary import DocumentKind
from tests.domain.builders import decision
from tests.domain.paper_cases import (
    PERSONS,
    Desk,
    evidence_of,
    expect_sound,
    filled,
    pages_of,
    paper,
    source,
    two_cases,
    work,
)


def decided(found: Case, action: str, subject: str, value: str | None = None) -> Case:
    return apply_decision(found, decision(action, subject, value))


def shape(found: Case) -> list[list[int]]:
    return [[p.source_page for p in d.pages] for d in found.documents]


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_page_is_lost_or_doubled_and_evidence_stays_on_pages_that_are_there(data: st.DataObject) -> None:
    desk = Desk()
    whole = pages_of(*desk.cases)
    assert set(whole.values()) == {1}
    for _ in range(data.draw(st.integers(1, 14))):
        number = data.draw(st.integers(0, 1))
        actor = data.draw(st.sampled_from(PERSONS))
        before = desk.cases
        done = desk.act(number, actor, *data.draw(work(before[number], before[1 - number])))
        assert pages_of(*desk.cases) == whole
        if not done:
            assert desk.cases == before
        for found, earlier in zip(desk.cases, before, strict=True):
            expect_sound(found)
            assert found.decisions[: len(earlier.decisions)] == earlier.decisions
            assert found.revision - earlier.revision == len(found.decisions) - len(earlier.decisions)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_taking_back_gives_the_state_before(data: st.DataObject) -> None:
    desk = Desk()
    for _ in range(data.draw(st.integers(1, 8))):
        actor = data.draw(st.sampled_from(PERSONS))
        action, subject, value = data.draw(work(desk.cases[0], desk.cases[1]))
        if action in ("undo", "send") or not desk.act(0, actor, action, subject, value):
            continue
        assert desk.act(0, actor, "undo", "case", None)
        before, now = desk.history["case-1"][-3], desk.history["case-1"][-1]
        apart = {"revision", "decisions"}
        assert now.model_dump(exclude=apart) == before.model_dump(exclude=apart)
        assert now.revision == before.revision + 2
        assert now.standing == before.standing and len(now.decisions) == len(before.decisions) + 2
        desk.act(0, actor, action, subject, value)


def test_split_and_merge_are_each_others_opposite() -> None:
    found, _ = two_cases()
    first = found.documents[0]
    cut = decided(found, "split", f"document:{first.id}", "2")
    assert shape(cut) == [[1, 2], [3, 4], [5, 6], [1]]
    assert cut.documents[1].kind.probability == 0.0 and cut.documents[0].kind == first.kind
    assert {f.value for f in cut.documents[1].fields} == {"a3", "a4"}
    whole = decided(cut, "merge", f"document:{cut.documents[0].id}", cut.documents[1].id)
    assert whole.documents[0].id == first.id and shape(whole) == shape(found)
    assert set(evidence_of(whole)) == set(evidence_of(found))


def test_pages_of_two_files_become_one_paper_and_two_again() -> None:
    found, _ = two_cases()
    first, _, letter = found.documents
    whole = decided(found, "merge", f"document:{letter.id}", first.id)
    merged = whole.documents[-1]
    assert shape(whole) == [[5, 6], [1, 1, 2, 3, 4]]
    assert [source.name for source in sources_of(merged)] == ["b.pdf", "a.pdf"]
    assert originals_of(merged) == ((1, source("b")), (2, source("a")))
    assert {f.value for f in merged.fields} == {"b1", "a1", "a2", "a3", "a4"}
    assert {f.sha256 for f in whole.papers.arranged} == source_hashes(merged)
    turned_round = decided(whole, "order", f"document:{merged.id}", "2,3,1,4,5").documents[-1]
    assert turned_round.source == source("a") and file_names(turned_round) == "a.pdf、b.pdf"
    assert turned_round.id.startswith(first.id[:16])
    parted = decided(whole, "split", f"document:{merged.id}", "1")
    assert shape(parted) == [[5, 6], [1], [1, 2, 3, 4]]
    assert [d.id for d in parted.documents[1:]] == [letter.id, first.id]
    assert set(evidence_of(parted)) == set(evidence_of(found))


def test_a_paper_of_two_files_goes_to_another_case_and_comes_back() -> None:
    found, other = two_cases()
    first, _, letter = found.documents
    whole = decided(found, "merge", f"document:{letter.id}", first.id)
    page = f"page:{whole.documents[-1].id}/2"
    asked = decided(whole, "rescan", page, "字迹模糊")
    given, taken = send_papers(asked, other, decision("send", f"document:{whole.documents[-1].id}", other.number))
    assert shape(given) == [[5, 6]] and shape(taken) == [[1, 2, 3], [1, 2], [1, 1, 2, 3, 4]]
    assert {f.sha256[0]: f.elsewhere for f in given.papers.arranged} == {"b": (1,), "a": (1, 2, 3, 4)}
    assert [r.sha256[0] for r in taken.papers.rescans] == ["a"] and not given.papers.rescans
    sent = taken.documents[-1].id
    back, home = send_papers(taken, given, decision("send", f"document:{sent}", given.number))
    assert shape(home) == [[5, 6], [1, 1, 2, 3, 4]] and shape(back) == [[1, 2, 3], [1, 2]]
    assert all(f.elsewhere == () for f in home.papers.arranged)


def test_order_move_and_a_page_of_its_own() -> None:
    found, _ = two_cases()
    first = found.documents[0].id
    turned = decided(found, "order", f"document:{first}", "3,1,2,4")
    assert shape(turned)[0] == [3, 1, 2, 4] and turned.documents[0].id != first
    third = next(f for f in turned.documents[0].fields if f.value == "a3")
    assert third.evidence[0].page == 1
    moved = decided(found, "move", f"page:{first}/2", found.documents[1].id)
    assert shape(moved) == [[1, 3, 4], [5, 6, 2], [1]]
    own = decided(found, "move", f"page:{first}/2", "new")
    assert shape(own) == [[1, 3, 4], [2], [5, 6], [1]]


def test_boxes_follow_a_turn_and_four_turns_are_none() -> None:
    found, _ = two_cases()
    first = found.documents[0].id
    turned = decided(found, "turn", f"page:{first}/1", "90")
    page = turned.documents[0].pages[0]
    assert (page.width, page.height, page.turned, page.turned_by_hand) == (1400, 1000, 90, 90)
    name = next(f for f in turned.documents[0].fields if f.value == "a1")
    assert name.evidence[0].bbox == (1340, 10, 1380, 300)
    for _ in range(3):
        turned = decided(turned, "turn", f"page:{turned.documents[0].id}/1", "90")
    assert turned.documents == found.documents and turned.fields == found.fields
    assert turned_box((10, 20, 30, 60), 180, 100, 200) == (70, 140, 90, 180)


def test_what_cannot_be_done_says_why() -> None:
    found, other = two_cases()
    first, alone = found.documents[0].id, found.documents[2].id
    refused = (
        ("merge", f"document:{first}", first, "另一份"),
        ("move", f"page:{alone}/1", "new", "自成一份"),
        ("split", f"document:{first}", "4", "不能在第 4 页之后拆分"),
        ("order", f"document:{first}", "1,1,2,3", "新顺序"),
        ("kind", f"document:{first}", "novel", "没有“novel”这种材料"),
        ("restore", f"page:{first}/1", None, "不是空白页"),
        ("turn", f"page:{first}/1", "45", "不能转"),
        ("rescan", f"page:{first}/1", " ", "原因"),
        ("rescanned", f"page:{first}/1", None, "没有待办"),
        ("turn", f"page:{first}/9", "90", "没有第 9 页"),
        ("turn", "document:x", "90", "不是页面"),
        ("send", f"page:{first}/1", other.number, "两个案件"),
    )
    for action, subject, value, words in refused:
        with pytest.raises(DecisionError, match=words):
            apply_paper(found, decision(action, subject, value))
    with pytest.raises(DecisionError, match="本来就在"):
        send_papers(found, found, decision("send", f"document:{first}", found.number))
    unread = filled(3, paper("a", 1, 1), paper("b", 1, 1).model_copy(update={"pages": (), "fields": ()}))
    whole, empty = unread.documents
    for document, other_one in ((whole, empty), (empty, whole)):
        with pytest.raises(DecisionError, match="没有可读的页"):
            apply_paper(unread, decision("merge", f"document:{document.id}", other_one.id))
    same = filled(2, paper("a", 1, 1))
    with pytest.raises(DecisionError, match="已有"):
        send_papers(found, same, decision("send", f"page:{first}/1", same.number))


def test_a_paper_goes_to_another_case_and_comes_back() -> None:
    found, other = two_cases()
    page = f"page:{found.documents[0].id}/2"
    asked = decided(found, "rescan", page, "字迹模糊")
    given, taken = send_papers(asked, other, decision("send", page, other.number))
    assert shape(given) == [[1, 3, 4], [5, 6], [1]] and shape(taken) == [[1, 2, 3], [1, 2], [2]]
    assert given.decisions[-1].value == taken.number and taken.decisions[-1].value == given.number
    assert (given.papers.rescans, len(taken.papers.rescans)) == ((), 1)
    assert given.papers.arranged[0].elsewhere == (2,) and not taken.papers.arranged[0].home
    assert taken.documents[-1].fields[0].value == "a2"
    for one in (given, taken):
        with pytest.raises(DecisionError, match="不能在一案单独撤销"):
            last_answer(one, "reviewer")
    sent = taken.documents[-1].id
    back, home = send_papers(taken, given, decision("send", f"document:{sent}", given.number))
    assert shape(home) == [[1, 3, 4], [5, 6], [1], [2]] and shape(back) == [[1, 2, 3], [1, 2]]
    assert home.papers.arranged[0].elsewhere == ()


def test_an_accepted_value_outlives_its_page() -> None:
    found, other = two_cases()
    kept = decided(found, "accept", "field:complainant_mobile")
    value = kept.field_value("complainant_mobile")
    assert value == "a5"
    given, _ = send_papers(kept, other, decision("send", f"document:{found.documents[1].id}", other.number))
    held = given.fields["complainant_mobile"]
    assert isinstance(held, FieldValue) and (held.value, held.producer) == ("a5", "person:reviewer")


def test_nobody_takes_back_what_others_built_on() -> None:
    found, _ = two_cases()
    with pytest.raises(DecisionError, match="没有可撤销"):
        last_answer(found, "reviewer")
    mine = decided(found, "kind", f"document:{found.documents[0].id}", DocumentKind.EVIDENCE.value)
    theirs = apply_decision(mine, decision("confirm", "signal:illegality").model_copy(update={"actor": "文审核"}))
    with pytest.raises(DecisionError, match="文审核 在您之后"):
        last_answer(theirs, "reviewer")
    back = undo(theirs, mine, "文审核", theirs.decisions[-1].at)
    assert undo(back, found, "reviewer", back.decisions[-1].at).documents == found.documents
    noted = apply_decision(mine, decision("comment", "case").model_copy(update={"actor": "文审核"}))
    assert last_answer(noted, "reviewer") == 0
    filed = decided(mine, "finish", "case")
    with pytest.raises(DecisionError, match="已办结归档"):
        last_answer(filed, "reviewer")
    read_again = mine.model_copy(update={"revision": mine.revision + 1})
    with pytest.raises(DecisionError, match="新材料"):
        undo(read_again, found, "reviewer", mine.decisions[-1].at)
