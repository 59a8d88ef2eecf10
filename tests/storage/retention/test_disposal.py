"""Disposal: listed, looked through, approved by two, destroyed; hashes, log and certificate stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text

from domain.disposal import Capacity, ListState
from domain.errors import ObjectMissingError
from domain.retention_errors import (
    CaseDestroyedError,
    DisposalStateError,
    NothingToDisposeError,
    ReasonMissingError,
    TwoPersonsError,
    UnknownDisposalListError,
)
from storage import CaseFilter, Storage, open_storage
from storage.package_tables import inspections
from tests.killing import die, was_killed
from tests.storage.conftest import accept, case_of, change, database_of, put
from tests.storage.retained import LONG_AGO, approved, certificate, destroyed, filed, listed, objects_of
from tests.storage.retention.attacks import NOW, refused, second_batch


def test_destruction_leaves_hashes_log_and_certificate(kept: Storage, tmp_path: Path) -> None:
    case, other = filed(kept, b"letter", b"form"), filed(kept, b"other")
    keys = objects_of(kept, case)
    revision = kept.cases.case_history(case.id)[0]
    kept.stages.put_stage(f"{case.documents[0].source.object.sha256}#1", "read", "reader/1", b"{}")
    number = destroyed(kept, case)
    assert not any(kept.objects.exists(key) for key in keys)
    facts = kept.retention.destruction.facts(number)
    assert {o.sha256 for o in facts[0].objects} == {key.rpartition("/")[2] for key in keys}
    assert kept.retention.lists.load(number).state is ListState.DONE
    with pytest.raises(CaseDestroyedError, match=number):
        kept.cases.load_case(case.number)
    assert kept.cases.case_history(case.id)[0].sha256 == revision.sha256
    with kept.database.read() as connection:
        body = connection.execute(
            text("SELECT body FROM case_revisions WHERE case_id = :c"), {"c": case.id}
        ).scalar_one()
        left = "SELECT count(*) FROM page_texts WHERE case_id = :c"
        assert connection.execute(text(left), {"c": case.id}).scalar_one() == 0
        name = connection.execute(text("SELECT complainant_name FROM cases WHERE id = :c"), {"c": case.id}).scalar_one()
    assert not body
    assert name is None
    assert kept.stages.get_stage(f"{case.documents[0].source.object.sha256}#1", "read", "reader/1") is None
    assert {hit.case_id for hit in kept.search.find("手续费", CaseFilter())} == {other.id}
    assert [c.id for c in kept.cases.list_cases()] == [other.id]
    assert kept.fixity.verify_archive() == ()
    assert kept.fixity.verify_archive(case.number) == ()
    with pytest.raises(CaseDestroyedError):
        kept.filing.fetch_case(case.number, tmp_path / "out")
    with pytest.raises(CaseDestroyedError):
        kept.filing.fetch_object(keys[0], tmp_path / "out")
    with pytest.raises(CaseDestroyedError):
        kept.desk.checks.check_object(keys[0].rpartition("/")[2])
    with pytest.raises(ObjectMissingError):
        kept.objects.read(keys[0])


def test_reports_on_a_case_go_with_it_and_not_before(kept: Storage) -> None:
    case = filed(kept, b"letter")
    report = {"case_id": case.id, "occasion": "filing", "made_at": NOW, "made_by": "甲", "failed": 0, "body": "{}"}
    with kept.database.write() as connection:
        connection.execute(insert(inspections).values(**report))
    refused(kept, "UPDATE inspections SET body = ''", "append-only")
    destroyed(kept, case)
    with kept.database.read() as connection:
        assert connection.execute(select(inspections.c.body, inspections.c.failed)).one() == ("", 0)
    refused(kept, "UPDATE inspections SET failed = 1", "append-only")


def test_object_that_another_case_needs_stays(kept: Storage) -> None:
    case = filed(kept, b"shared")
    row = kept.intake.accept_batch(
        second_batch(put(kept, b"shared", "s.pdf"), put(kept, b"m", "m.pdf")), "rural-bank", "RBK"
    )
    shared = case.documents[0].source.object.key
    number = approved(kept, case)
    # The other case has no last day, so the store holds what both need; only the rest may go.
    kept.retention.destruction.destroy(number, case.id, "档案员甲")
    assert kept.objects.exists(shared)
    facts = kept.retention.destruction.facts(number)[0]
    assert [(s.sha256, s.needed_by) for s in facts.shared] == [(shared.rpartition("/")[2], (row.number,))]
    assert kept.fixity.verify_archive() == ()


def test_last_of_two_cases_takes_the_shared_object(kept: Storage) -> None:
    case = filed(kept, b"shared")
    files = (put(kept, b"shared", "s.pdf"), put(kept, b"m", "m.pdf"))
    other = case_of(kept.intake.accept_batch(second_batch(*files), "rural-bank", "RBK"))
    kept.cases.save_case(other, "assembled", None, (), ())
    kept.filing.file_case(other, (), LONG_AGO)
    shared = case.documents[0].source.object.key
    number = approved(kept, case, other)
    kept.retention.destruction.destroy(number, case.id, "甲")
    assert kept.objects.exists(shared)
    kept.retention.destruction.destroy(number, other.id, "甲")
    assert not kept.objects.exists(shared)
    assert kept.fixity.verify_archive() == ()


def test_papers_of_a_destroyed_case_are_refused_not_swallowed(kept: Storage) -> None:
    case = filed(kept, b"letter")
    number = destroyed(kept, case)
    with pytest.raises(CaseDestroyedError, match=number):
        accept(kept, b"letter")
    with pytest.raises(CaseDestroyedError):
        kept.intake.add_to_case(case.number, second_batch(put(kept, b"late", "late.pdf")))
    with pytest.raises(CaseDestroyedError):
        kept.retention.holds.place(case.number, "法院", "甲")


def test_cut_short_destruction_goes_on(kept: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the rows were written and before the objects went: the next call removes them."""
    case = filed(kept, b"letter")
    number = approved(kept, case)
    destruction = kept.retention.destruction
    with monkeypatch.context() as patched:
        patched.setattr(type(destruction), "_remove_objects", lambda *_: None)
        destruction.destroy(number, case.id, "甲")
    assert [f.code for f in kept.fixity.verify_archive()] == ["not_destroyed"] * len(set(objects_of(kept, case)))
    assert destruction.left(number)
    with pytest.raises(DisposalStateError):
        destruction.certify(number, certificate(kept), "甲")
    destruction.destroy(number, case.id, "甲")
    assert kept.fixity.verify_archive() == ()
    destruction.certify(number, certificate(kept), "甲")


def destroy_and_die(home: Path, url: str | None, number: str, case_id: str, after: int) -> None:
    """Destroy as a process that is killed before object number ``after`` goes."""
    storage = open_storage(home, url)
    real, gone = storage.objects.destroy, []

    def destroy(key: str) -> None:
        if len(gone) == after:
            die()
        gone.append(key)
        real(key)

    storage.objects.destroy = destroy  # type: ignore[method-assign]
    storage.retention.destruction.destroy(number, case_id, "甲")


@pytest.mark.parametrize("after", [0, 1])
def test_killed_destruction_is_told_of_and_goes_on(
    storage: Storage, database_url: str | None, home: Path, after: int
) -> None:
    case = filed(storage, b"letter")
    number, keys = approved(storage, case), objects_of(storage, case)
    storage.close()
    assert was_killed(lambda: destroy_and_die(home, database_url, number, case.id, after))
    left = [key for key in keys if storage.objects.exists(key)]
    assert len(left) == len(keys) - after
    assert [f.code for f in storage.fixity.verify_archive()] == ["not_destroyed"] * len(left)
    storage.retention.destruction.destroy(number, case.id, "甲")
    assert storage.fixity.verify_archive() == ()
    storage.retention.destruction.certify(number, certificate(storage), "甲")


def test_list_is_looked_through_before_it_is_approved(kept: Storage) -> None:
    one, two = filed(kept, b"one"), filed(kept, b"two")
    lists = kept.retention.lists
    with pytest.raises(NothingToDisposeError):
        lists.make((), "甲")
    number = listed(kept, one, two)
    with pytest.raises(ReasonMissingError):
        lists.remove(number, one.number, "", "甲")
    found = lists.remove(number, one.number, "仍有诉讼", "甲")
    assert [c.number for c in found.remaining] == [two.number]
    with pytest.raises(DisposalStateError):
        lists.remove(number, one.number, "再次", "甲")
    with pytest.raises(UnknownDisposalListError):
        lists.load("QC-1999-0001")
    lists.approve(number, Capacity.ARCHIVIST, "甲")
    with pytest.raises(TwoPersonsError):
        lists.approve(number, Capacity.AUDITOR, "甲")
    with pytest.raises(DisposalStateError):
        lists.approve(number, Capacity.ARCHIVIST, "乙")
    with pytest.raises(DisposalStateError, match="两人批准"):
        kept.retention.destruction.destroy(number, two.id, "甲")
    lists.approve(number, Capacity.AUDITOR, "乙")
    with pytest.raises(DisposalStateError, match="不在"):
        kept.retention.destruction.destroy(number, one.id, "甲")
    kept.retention.destruction.destroy(number, two.id, "甲")
    lists.remove(listed(kept, one), one.number, "移出", "甲")
    with pytest.raises(DisposalStateError, match="没有案件"):
        lists.approve(lists.all()[0].number, Capacity.ARCHIVIST, "甲")


def test_changed_act_is_found_by_the_check(kept: Storage) -> None:
    hold = kept.retention.holds.place(filed(kept, b"letter").number, "法院", "甲")
    change(kept, "UPDATE retention_acts SET person = '丙' WHERE seq = :s", s=hold.placed.seq)
    assert [(f.code, f.subject) for f in kept.fixity.verify_archive()] == [("act_row", f"act {hold.placed.seq}")]
    change(kept, "DELETE FROM retention_acts WHERE seq = :s", s=hold.placed.seq)
    assert ("filing_row", f"filing {hold.placed.seq}") in [(f.code, f.subject) for f in kept.fixity.verify_archive()]


def _sealed_words(storage: Storage) -> bytes:
    """Return the text of a page as it lies in the database: without the key it is noise, and still must go."""
    with storage.database.read() as connection:
        return str(connection.execute(text("SELECT text FROM page_texts")).scalar_one()).encode()


def test_words_are_not_left_in_the_file(tmp_path: Path, empty_home: Path) -> None:
    home = Path(shutil.copytree(empty_home, tmp_path / "home"))
    storage = open_storage(home)
    case = filed(storage, b"letter")
    words = _sealed_words(storage)
    assert any(words in file.read_bytes() for file in home.glob("juanzong.sqlite*"))
    destroyed(storage, case)
    storage.close()
    file = home / "juanzong.sqlite"
    assert words not in file.read_bytes()
    assert not file.with_name("juanzong.sqlite-wal").exists()


@pytest.mark.slow
def test_words_are_not_left_in_the_files_of_a_server(tmp_path: Path, empty_home: Path, server: str | None) -> None:
    url = database_of(server)
    storage = open_storage(Path(shutil.copytree(empty_home, tmp_path / "home")), url)
    case = filed(storage, b"letter")
    words = _sealed_words(storage)
    assert words in _files(url)
    destroyed(storage, case)
    storage.close()
    _do(url, "VACUUM (FULL, ANALYZE)")
    assert words not in _files(url)


def _files(url: str) -> bytes:
    """Return what lies in the files of a database, its log of writes apart."""
    _do(url, "CHECKPOINT")
    query = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database"
    folder = _do(url, f"{query} WHERE datname = current_database()")
    return b"".join(path.read_bytes() for path in sorted(Path(folder).iterdir()))


def _do(url: str, statement: str) -> str:
    """Tell the server something outside a transaction; return the first value of its answer."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        answer = str(result.scalar_one()) if result.returns_rows else ""
    engine.dispose()
    return answer
