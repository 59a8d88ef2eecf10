"""Pages in whose place new scans came: which count, what a person may say, and that it never goes round in a circle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.audit import Revealed
from domain.case import Case
from domain.documents import Failure, PageQuality
from domain.export import cases_json, dump
from domain.hidden_area import hidden_area
from domain.paper_moves import send_papers
from domain.paper_trail import PaperTrail, ReplacedPage
from domain.papers import apply_paper
from domain.replaced import flagged, in_force, key_of, replaced_pages, replacement_of, with_replaced
from domain.rescans import arrivals, rescan_asked, settled_rescans
from domain.review import apply_decision
from tests.domain.builders import NOW, decision
from tests.domain.paper_cases import Desk, expect_sound, filled, pages_of, paper, replacing_cases, source, work


def entry(old: str, new: str) -> ReplacedPage:
    """``entry("a2", "b1")``: page 2 of file a was replaced by page 1 of file b."""
    return ReplacedPage(
        sha256=source(old[0]).object.sha256,
        source_page=int(old[1]),
        new_sha256=source(new[0]).object.sha256,
        new_page=int(new[1]),
        by="收发员",
        at=NOW,
    )


def gone(trail: PaperTrail, *letters: str) -> set[str]:
    pages = replaced_pages(trail, tuple(paper(letter, 1, 1) for letter in letters))
    return {f"{sha256[0]}{number}" for sha256, number in pages}


def test_a_page_counts_until_the_new_scan_is_there() -> None:
    trail = with_replaced(PaperTrail(), (entry("a1", "b1"),))
    assert gone(trail, "a") == set() and gone(trail, "a", "b") == {"a1"}
    assert with_replaced(trail, (entry("a1", "b1"),)) == trail, "saying it twice is saying it once"


def test_the_last_of_several_scans_counts() -> None:
    twice = with_replaced(PaperTrail(), (entry("a1", "b1"), entry("a1", "c1")))
    assert gone(twice, "a", "b", "c") == {"a1", "b1"} and gone(twice, "a", "b") == {"a1"}
    chained = with_replaced(PaperTrail(), (entry("a1", "b1"), entry("b1", "c1")))
    assert gone(chained, "a", "b", "c") == {"a1", "b1"}


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")).filter(lambda p: p[0] != p[1]), max_size=8))
def test_pages_never_all_put_each_other_out_of_force(pairs: list[tuple[str, str]]) -> None:
    trail = PaperTrail(replaced=tuple(entry(f"{old}1", f"{new}1") for old, new in pairs))
    assert gone(trail, *"abcd") < {"a1", "b1", "c1", "d1"}


def test_what_does_not_count_is_left_out_and_page_numbers_stay() -> None:
    failure = Failure(file="a.pdf", error="DamagedImageError", reason="图像不完整", next_step="请重新扫描", page=4)
    old = paper("a", 1, 3).model_copy(update={"failures": (failure,)})
    documents = (old, paper("b", 1, 1), paper("c", 1, 1))
    trail = with_replaced(PaperTrail(), (entry("a2", "b1"), entry("a4", "b1"), entry("c1", "b1")))
    first, second = in_force(documents, trail)
    assert [p.number for p in first.pages] == [1, 3] and first.failures == ()
    assert second.id == documents[1].id
    assert [p.replaced for p in flagged(documents, trail)[0].pages] == [False, True, False]


def test_a_person_lets_the_old_page_count_again_and_it_stays_so() -> None:
    case, _ = replacing_cases()
    old = case.documents[1]
    assert replacement_of(case, old, old.pages[0]) == "b.pdf"
    back = apply_paper(case, decision("restore", f"page:{old.id}/1"))
    assert not any(p.replaced for d in back.documents for p in d.pages)
    again = with_replaced(back.papers, (entry("a5", "b1"),))
    assert replaced_pages(again, back.documents) == frozenset(), "a later run does not undo a person's word"


def test_the_scan_that_leaves_puts_the_old_page_back_in_force() -> None:
    case, other = replacing_cases()
    new, old = case.documents[2], case.documents[1]
    given_, taken = send_papers(case, other, decision("send", f"document:{new.id}", other.number))
    assert not any(p.replaced for d in given_.documents for p in d.pages)
    both, rest = taken, given_
    rest, both = send_papers(rest, both, decision("send", f"document:{old.id}", both.number))
    flags = {key_of(d, p): p.replaced for d in both.documents for p in d.pages}
    assert flags[source("a").object.sha256, 5] and not flags[source("b").object.sha256, 1]


@given(st.data())
def test_work_on_papers_keeps_old_and_new_scans_right(data: st.DataObject) -> None:
    desk = Desk(replacing_cases())
    whole = pages_of(*desk.cases)
    for _ in range(data.draw(st.integers(1, 10))):
        number = data.draw(st.integers(0, 1))
        desk.act(number, "余审核", *data.draw(work(desk.cases[number], desk.cases[1 - number])))
        assert pages_of(*desk.cases) == whole
        for found in desk.cases:
            expect_sound(found)
            flags = {key_of(d, p) for d in found.documents for p in d.pages if p.replaced}
            there = pages_of(found).keys()
            assert flags == replaced_pages(found.papers, found.documents) & there


def test_an_arrived_scan_replaces_the_page_that_was_sent_back() -> None:
    bad = PageQuality(sharpness=0.1, contrast=0.1, usable=False, problems=("字迹模糊",))
    poor = paper("a", 1, 1)
    poor = poor.model_copy(update={"pages": (poor.pages[0].model_copy(update={"quality": bad}),)})
    before = apply_decision(filled(1, poor), decision("rescan", f"page:{poor.id}/1", "字迹模糊"))
    now = before.model_copy(update={"documents": (*before.documents, paper("b", 1, 1))})
    rescans = settled_rescans(now, before, (), NOW)
    (found,) = arrivals(rescans)
    assert (found.old[1], found.new) == (1, (source("b").object.sha256, 1))
    trail = with_replaced(now.papers.model_copy(update={"rescans": rescans}), (found,))
    settled = now.model_copy(update={"papers": trail, "documents": flagged(now.documents, trail)})
    assert in_force(settled.documents, trail) == (settled.documents[1],)
    reasons = [r for r in settled.review if rescan_asked(settled, r)]
    assert reasons == []
    assert settled_rescans(settled, settled, (), NOW) == rescans, "nothing more to settle"


def test_what_the_mailroom_says_settles_a_request_whatever_the_words() -> None:
    poor, other = paper("a", 1, 2), paper("b", 1, 1)
    before = apply_decision(filled(1, poor), decision("rescan", f"page:{poor.id}/2", "字迹模糊"))
    trail = with_replaced(before.papers, (entry("a2", "b1"),))
    now = before.model_copy(update={"documents": (*before.documents, other), "papers": trail})
    (request,) = settled_rescans(now, before, (), NOW)
    assert request.closing == "新的扫描件已到：b.pdf" and request.new_page == 1


def test_a_replaced_page_is_private_as_a_whole_and_marked_in_the_contract() -> None:
    case: Case = replacing_cases()[0]
    old = case.documents[1]
    assert hidden_area(case, old.id, 1, Revealed()).cards == ((0.0, 0.0, 1000.0, 1400.0),)
    papers = dump(cases_json((case,)))["cases"][0]["documents"]
    assert [p.get("replaced") for d in papers for p in d["pages"]] == [None, None, None, None, True, None, None]
