"""Filing, fetching, and finding every changed byte."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zlib
from datetime import date
from pathlib import Path

import pytest

from domain.case import Case
from domain.errors import (
    ObjectDamagedError,
    ObjectMissingError,
    StaleRevisionError,
    UnknownCaseError,
    UnknownObjectError,
)
from storage import Finding, Storage
from storage.canonical import canonical_json
from storage.errors import OutputExistsError, StoreWriteError
from storage.manifest import Derivative
from tests.storage.conftest import accept, batch_of, case_of, change, flip_byte, object_file, put, saved
from tests.storage.test_cases import decided

RETAIN = date(2046, 11, 3)


@pytest.fixture
def filed(storage: Storage) -> Case:
    """A case with two originals, a derivative and a decision, filed twice; another case filed in between."""
    case = saved(storage, b"letter", b"form")
    storage.filing.file_case(case, derivatives(storage, case), RETAIN)
    storage.filing.file_case(saved(storage, b"other"), (), RETAIN)
    changed = decided(storage, case)
    storage.filing.file_case(changed, derivatives(storage, case), RETAIN)
    return changed


def derivatives(storage: Storage, case: Case) -> tuple[Derivative, ...]:
    pdf = storage.objects.put(b"searchable", "application/pdf")
    return (Derivative("searchable_pdf", "可检索.pdf", pdf, case.documents[0].id),)


def short(findings: tuple[Finding, ...]) -> list[tuple[str, str, str | None]]:
    return [(f.code, f.subject, f.file) for f in findings]


def test_manifest_lists_everything_and_is_canonical(storage: Storage, filed: Case) -> None:
    record = storage.filing.record(filed.number, 1)
    assert record is not None
    data = storage.objects.read(record.manifest.key)
    manifest = json.loads(data)
    assert canonical_json(manifest) == data
    assert [(o["name"], o["sha256"]) for o in manifest["originals"]] == [
        (f"{name}.pdf", hashlib.sha256(name.encode()).hexdigest()) for name in ("letter", "form")
    ]
    assert [(d["role"], d["name"], d["document_id"]) for d in manifest["derivatives"]] == [
        ("searchable_pdf", "可检索.pdf", filed.documents[0].id)
    ]
    for entry in (*manifest["originals"], *manifest["derivatives"], manifest["case"]):
        content = storage.objects.read(entry["key"])
        assert entry["sm3"] == hashlib.new("sm3", content).hexdigest()
        assert entry["size"] == len(content)
    assert Case.model_validate_json(storage.objects.read(manifest["case"]["key"])) == storage.cases.load_case(
        filed.id, 1
    ).model_copy(update={"archive": filed.archive})
    assert (manifest["retain_until"], manifest["revision"], manifest["previous"]) == ("2046-11-03", 1, None)


def test_leaf_names_the_manifest_and_filings_are_chained(storage: Storage, filed: Case) -> None:
    first, last = storage.filing.record(filed.id, 1), storage.filing.record(filed.id)
    assert first is not None
    assert last is not None
    assert (first.seq, last.seq, last.revision) == (0, 2, 2)
    leaf = json.loads(storage.log.leaf(last.seq).data)
    assert (leaf["manifest_sha256"], leaf["revision"]) == (last.manifest.sha256, 2)
    assert last.root_hash == storage.log.root()
    assert json.loads(storage.objects.read(last.manifest.key))["previous"] == first.manifest.key


def test_filing_again_is_the_same_filing(storage: Storage, filed: Case) -> None:
    again = storage.filing.file_case(filed, (), date(2050, 1, 1))
    assert again == storage.filing.record(filed.id)
    assert storage.log.size() == 3


def test_case_that_is_not_saved_like_this_is_not_filed(storage: Storage) -> None:
    row = accept(storage, b"letter")
    with pytest.raises(StaleRevisionError):
        storage.filing.file_case(case_of(row))
    storage.cases.save_case(case_of(row), "assembled", None)
    with pytest.raises(StaleRevisionError):
        storage.filing.file_case(case_of(row, name="李四海"))
    with pytest.raises(UnknownCaseError):
        storage.filing.file_case(case_of(row, id="case-unknown"))
    assert storage.log.size() == 0


@pytest.mark.parametrize("missing", [False, True])
def test_damaged_original_is_not_filed(storage: Storage, home: Path, missing: bool) -> None:
    case = saved(storage, b"letter")
    file = object_file(home, case.documents[0].source.object)
    if missing:
        file.unlink()
    else:
        flip_byte(file)
    with pytest.raises(ObjectMissingError if missing else ObjectDamagedError):
        storage.filing.file_case(case)
    assert storage.log.size() == 0


def test_sound_archive_has_no_findings(storage: Storage, filed: Case) -> None:
    accept(storage, b"accepted only")
    assert storage.fixity.verify_archive() == ()
    assert storage.fixity.verify_archive(filed.number) == ()
    with pytest.raises(UnknownCaseError):
        storage.fixity.verify_archive("EXM-2026-000009")


def test_every_object_is_read_once(storage: Storage, home: Path, filed: Case) -> None:
    read: list[str] = []
    storage.fixity.verify_archive(on_object=read.append)
    stored = {str(p.relative_to(home / "objects")) for p in (home / "objects" / "sha256").rglob("*") if p.is_file()}
    assert len(read) == len(set(read))
    assert set(read) == stored


def test_flipped_byte_in_an_original_is_named(storage: Storage, home: Path, filed: Case) -> None:
    ref = filed.documents[1].source.object
    flip_byte(object_file(home, ref))
    for findings in (storage.fixity.verify_archive(), storage.fixity.verify_archive(filed.number)):
        (finding,) = findings
        assert (finding.code, finding.subject, finding.file) == ("object_damaged", ref.key, "form.pdf")
        assert (finding.case_number, finding.expected) == (filed.number, ref.sha256)
        assert finding.got == hashlib.sha256(object_file(home, ref).read_bytes()).hexdigest()
        for words in (filed.number, "form.pdf", ref.key, finding.expected, finding.got):
            assert words in finding.message


def test_missing_original_is_named(storage: Storage, home: Path, filed: Case) -> None:
    ref = filed.documents[0].source.object
    object_file(home, ref).unlink()
    assert short(storage.fixity.verify_archive()) == [("object_missing", ref.key, "letter.pdf")]


def test_flipped_byte_in_a_file_of_a_case_not_yet_filed_is_named(storage: Storage, home: Path) -> None:
    row = accept(storage, b"letter")
    ref = row.files[0].source.object
    flip_byte(object_file(home, ref))
    assert short(storage.fixity.verify_archive()) == [("object_damaged", ref.key, "letter.pdf")]


def test_flipped_byte_in_manifest_case_and_derivative_is_named(storage: Storage, home: Path, filed: Case) -> None:
    record = storage.filing.record(filed.id)
    assert record is not None
    manifest = json.loads(storage.objects.read(record.manifest.key))
    parts = (
        (manifest["case"]["key"], f"{filed.number}.json"),
        (manifest["derivatives"][0]["key"], "可检索.pdf"),
        (record.manifest.key, f"{filed.number}.manifest.json"),
    )
    for key, name in parts:
        file = home / "objects" / key
        flip_byte(file)
        assert short(storage.fixity.verify_archive()) == [("object_damaged", key, name)]
        flip_byte(file)
    assert storage.fixity.verify_archive() == ()


@pytest.mark.parametrize(
    ("statement", "code", "subject"),
    [
        ("UPDATE filings SET filed_at = '2020-01-01 00:00:00.000000' WHERE seq = 1", "filing_row", "filing 1"),
        ("UPDATE filings SET retain_until = '2030-01-01' WHERE seq = 2", "filing_row", "filing 2"),
        ("UPDATE filings SET manifest_key = (SELECT MIN(manifest_key) FROM filings)", "filing_row", "filing 2"),
        ("UPDATE archived_objects SET retain_until = '2030-01-01' WHERE seq = 2", "filing_row", "filing 2"),
        ("UPDATE archived_objects SET name = 'x' WHERE seq = 2 AND position = 1", "filing_row", "filing 2"),
        ("DELETE FROM archived_objects WHERE seq = 2 AND position = 1", "filing_row", "filing 2"),
        ("UPDATE log_leaves SET leaf = CAST(replace(leaf, '2026', '2025') AS BLOB) WHERE seq = 2", "leaf", "leaf 2"),
        (f"UPDATE log_leaves SET root_hash = '{7:064}' WHERE seq = 2", "root", "leaf 2"),
        (f"UPDATE log_nodes SET hash = '{7:064}' WHERE level = 0 AND position = 1", "node", "node 0/1"),
        (f"UPDATE case_revisions SET sha256 = '{7:064}' WHERE revision = 2", "revision", "revision 2"),
        ("UPDATE case_revisions SET body = CAST(body || x'00' AS BLOB) WHERE revision = 2", "revision", "revision 2"),
        ("UPDATE case_revisions SET body = 'x' WHERE revision = 2", "revision", "revision 2"),
        ("UPDATE decisions SET at = '2020-01-01 00:00:00.000000'", "decision", "decision 0"),
        ("UPDATE case_files SET name = 'x.pdf' WHERE id = 2", "case_file", "filing 2"),
        ("UPDATE decisions SET actor = '别人'", "decision", "decision 0"),
        ("UPDATE decisions SET body = substr(body, 1, length(body) - 8) || 'AAAAAAA='", "decision", "decision 0"),
        ("UPDATE decisions SET body = '{}'", "decision", "decision 0"),
        ("UPDATE cases SET policy = 'other' WHERE number = 'EXM-2026-000002'", "filing_row", "filing 1"),
    ],
)
def test_changed_row_is_named(storage: Storage, filed: Case, statement: str, code: str, subject: str) -> None:
    assert change(storage, statement) > 0
    found = {(f.code, f.subject) for f in storage.fixity.verify_archive()}
    assert (code, subject) in found


@pytest.mark.parametrize("column", ["sm3", "size"])
def test_changed_registration_is_named(storage: Storage, filed: Case, column: str) -> None:
    ref = filed.documents[0].source.object
    value = "7" * 64 if column == "sm3" else 7
    change(storage, f"UPDATE objects SET {column} = :value WHERE key = :key", value=value, key=ref.key)
    findings = storage.fixity.verify_archive()
    assert {(f.code, f.subject, f.file) for f in findings} == {("object_row", ref.key, "letter.pdf")}


def test_removed_filing_is_noticed(storage: Storage, filed: Case) -> None:
    for statement in ("DELETE FROM archived_objects WHERE seq = 2", "DELETE FROM filings WHERE seq = 2"):
        change(storage, statement)
    assert ("filing_row", "filing 2") in {(f.code, f.subject) for f in storage.fixity.verify_archive()}
    for statement in ("DELETE FROM log_leaves WHERE seq = 2", "DELETE FROM log_nodes WHERE position = 2"):
        change(storage, statement)
    (finding,) = storage.fixity.verify_archive()  # the tree is sound again, but a manifest is left without its leaf
    assert finding.code == "filing_row"
    assert finding.subject.startswith("sha256/")


def test_originals_come_back_under_their_names(storage: Storage, tmp_path: Path, filed: Case) -> None:
    out = tmp_path / "out"
    written = storage.filing.fetch_case(filed.number, out)
    assert {p.name: p.read_bytes() for p in written} == {"letter.pdf": b"letter", "form.pdf": b"form"}
    assert storage.filing.fetch_case(filed.number, out) == written
    assert sorted(p.name for p in out.iterdir()) == ["form.pdf", "letter.pdf"]


def test_object_comes_back_by_key_or_digest(storage: Storage, tmp_path: Path, filed: Case) -> None:
    ref = filed.documents[0].source.object
    for name in (ref.key, ref.sha256, ref.sm3.upper()):
        assert storage.filing.fetch_object(name, tmp_path / name[:8]).read_bytes() == b"letter"
    derivative = storage.objects.put(b"searchable", "application/pdf")
    assert storage.filing.fetch_object(derivative.key, tmp_path).name == "可检索.pdf"
    with pytest.raises(UnknownObjectError):
        storage.filing.fetch_object("0" * 64, tmp_path)


def test_damaged_original_is_not_handed_out(storage: Storage, home: Path, tmp_path: Path, filed: Case) -> None:
    flip_byte(object_file(home, filed.documents[0].source.object))
    with pytest.raises(ObjectDamagedError, match=filed.documents[0].source.object.key):
        storage.filing.fetch_case(filed.number, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_other_file_of_that_name_is_left_alone(storage: Storage, tmp_path: Path, filed: Case) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"mine")
    with pytest.raises(OutputExistsError, match=r"letter\.pdf"):
        storage.filing.fetch_case(filed.number, tmp_path)
    assert (tmp_path / "letter.pdf").read_bytes() == b"mine"


def test_names_cannot_leave_the_folder_and_equal_names_get_numbers(storage: Storage, tmp_path: Path) -> None:
    names = ("../../信.pdf", "甲/信.pdf", "乙\\信.pdf", "..", "/")
    files = tuple(put(storage, str(i).encode(), name) for i, name in enumerate(names))
    row = storage.intake.accept_batch(batch_of(*files), "exchange-member", "EXM")
    written = storage.filing.fetch_case(row.number, tmp_path / "out")
    assert [p.name for p in written[:3]] == ["信.pdf", "信 (2).pdf", "信 (3).pdf"]
    assert [p.read_bytes() for p in written] == [b"0", b"1", b"2", b"3", b"4"]
    assert all(p.parent == tmp_path / "out" for p in written)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_output_that_cannot_be_written(
    storage: Storage, tmp_path: Path, filed: Case, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(StoreWriteError):
        storage.filing.fetch_case(filed.number, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_revision_that_an_earlier_version_saved_is_filed_as_it_was_saved(storage: Storage) -> None:
    case = saved(storage, b"letter")
    facts = case.model_dump(mode="json")
    del facts["documents"][0]["pages"][0]["source"]
    body = canonical_json(facts)
    change(
        storage,
        "UPDATE case_revisions SET body = :body, sha256 = :digest WHERE case_id = :case",
        body=zlib.compress(body),
        digest=hashlib.sha256(body).hexdigest(),
        case=case.id,
    )
    loaded = storage.cases.load_case(case.id)
    assert loaded == case
    storage.cases.save_case(case, "assembled", None)
    record = storage.filing.file_case(loaded)
    part = next(p for p in storage.desk.filings.of_case(case.id)[0].parts if p.role == "case")
    assert storage.objects.read(part.object.key) == body and record.revision == 1
    assert storage.fixity.verify_archive() == ()
