"""A package: what is in it, that it proves itself, and that no half one is ever left."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from xml.etree import ElementTree as Xml

import bagit
import pymupdf
import pytest

from domain.audit import AuditEvent, AuditFilter, Operation
from domain.case import Case
from domain.errors import ObjectDamagedError, ObjectMissingError, StoreFullError, UnknownCaseError
from flows.packaging import package_case
from flows.wiring import Services
from storage.errors import DatabaseBusyError, OutputExistsError
from storage.packages.errors import ArchiveUnsoundError, CaseNotFiledError
from storage.packages.records import PackageRecords
from tests.outgoing.papers import numbered_paper, stored
from tests.packages.conftest import CORRECTED, corrected, filed_case
from tests.storage.conftest import change, flip_byte, object_file


def payload(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted((folder / "data").rglob("*")) if p.is_file()
    }


def test_package_is_a_valid_bag_with_both_digests(here: Services, filed: Case, tmp_path: Path) -> None:
    folder, digest = package_case(here, filed.number, tmp_path / "out")
    bag = bagit.Bag(str(folder))
    assert bag.is_valid()
    assert (bag.version_info, bag.info["External-Identifier"]) == ((1, 0), filed.number)
    for algorithm in ("sha256", "sm3"):
        for kind, wanted in (("manifest", True), ("tagmanifest", False)):
            lines = (folder / f"{kind}-{algorithm}.txt").read_text().splitlines()
            told = dict(reversed(line.split("  ", 1)) for line in lines)
            files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
            there = {f for f in files if f.startswith("data/") is wanted and not f.startswith("tagmanifest")}
            assert set(told) == there
            for path, value in told.items():
                assert hashlib.new(algorithm, (folder / path).read_bytes()).hexdigest() == value
    assert hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest() == digest


def test_package_holds_everything_of_the_case(here: Services, filed: Case, tmp_path: Path) -> None:
    folder, _ = package_case(here, filed.number, tmp_path)
    data = payload(folder)
    storage = here.storage
    assert data["data/originals/0001-来件 1.pdf"] == storage.objects.read(filed.documents[0].source.object.key)
    for revision in storage.cases.case_history(filed.id):
        body = data[f"data/case/revisions/{revision.number:05d}.json"]
        assert hashlib.sha256(body).hexdigest() == revision.sha256
    index = json.loads(data["data/package.json"])
    stored_keys = {o["key"] for o in index["objects"]}
    for filing in storage.desk.filings.of_case(filed.id):
        assert {p.object.key for p in filing.parts} <= stored_keys
        assert data[f"data/filings/{filing.seq:08d}/leaf.json"] == storage.log.leaf(filing.seq).data
    assert [n["title"] for n in index["notices"]] == ["受理通知书"]
    assert json.loads(data["data/case/decisions.jsonl"].splitlines()[0])["value"] == CORRECTED
    case = json.loads(data["data/case/case.json"])
    assert (case["schema"], case["cases"][0]["archive"]["log_index"]) == ("juanzong.case/1", filed.archive.log_index)
    assert storage.log.root() in (folder / "README.md").read_text()


def test_proof_in_the_package_is_checked_with_a_hash_function_only(here: Services, filed: Case, tmp_path: Path) -> None:
    folder, _ = package_case(here, filed.number, tmp_path)
    for name in ("00000000", "00000002"):
        leaf = (folder / f"data/filings/{name}/leaf.json").read_bytes()
        proof = json.loads((folder / f"data/filings/{name}/proof.json").read_bytes())
        value = hashlib.sha256(b"\x00" + leaf).digest()
        position, last = proof["leaf_index"], proof["tree_size"] - 1
        for step in map(bytes.fromhex, proof["path"]):
            right = position % 2 == 0 and position != last
            value = hashlib.sha256(b"\x01" + (value + step if right else step + value)).digest()
            while not right and position % 2 == 0 and position:
                position, last = position // 2, last // 2
            position, last = position // 2, last // 2
        assert value.hex() == proof["root_hash"] == here.storage.log.root()


def test_what_a_person_corrected_is_found_in_the_copy(here: Services, filed: Case, tmp_path: Path) -> None:
    folder, _ = package_case(here, filed.number, tmp_path)
    (copy,) = (folder / "data" / "derivatives").iterdir()
    with pymupdf.open(copy) as document:
        assert [bool(page.search_for(CORRECTED)) for page in document] == [False, True]
        assert "second" in document[1].get_text()


def test_same_state_gives_the_same_payload(here: Services, filed: Case, tmp_path: Path) -> None:
    one, _ = package_case(here, filed.number, tmp_path / "a")
    two, _ = package_case(here, filed.number, tmp_path / "b")
    assert payload(one) == payload(two)
    assert (one / "manifest-sm3.txt").read_bytes() == (two / "manifest-sm3.txt").read_bytes()


def test_events_tell_the_whole_way(here: Services, filed: Case, tmp_path: Path) -> None:
    here.storage.desk.checks.verify_recorded(filed.number, "审计员")
    folder, _ = package_case(here, filed.number, tmp_path)
    root = Xml.parse(folder / "data" / "premis.xml").getroot()
    ns = {"p": "http://www.loc.gov/premis/v3"}
    types = [e.findtext("p:eventType", namespaces=ns) for e in root.findall("p:event", ns)]
    assert {"ingestion", "information package creation", "metadata modification", "filing", "creation"} <= set(types)
    assert types.count("filing") == 2
    assert types.count("fixity check") == 1
    moments = [e.findtext("p:eventDateTime", namespaces=ns) for e in root.findall("p:event", ns)]
    assert len(moments) == len(types)
    digests = {d.text for d in root.iterfind(".//p:messageDigest", ns)}
    original = filed.documents[0].source.object
    assert {original.sha256, original.sm3} <= digests


def test_package_carries_its_report_and_is_recorded(here: Services, filed: Case, tmp_path: Path) -> None:
    folder, digest = package_case(here, filed.number, tmp_path)
    report = json.loads((folder / "report" / "inspection.json").read_bytes())
    assert (report["case_number"], report["occasion"]) == (filed.number, "transfer")
    assert "四性检测报告" in (folder / "report" / "inspection.html").read_text()
    (record,) = PackageRecords(here.storage.database).newest()
    assert (record.case_number, record.made.sha256, record.made.files) == (filed.number, digest, len(payload(folder)))


def test_originals_leave_only_with_an_entry_of_the_audit_log(
    here: Services, filed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package_case(here, filed.number, tmp_path / "out")
    (entry,) = here.storage.audit.find(AuditFilter(case=filed.number), 10)
    assert (entry.event.operation, entry.event.details) == (Operation.EXPORT, {"revision": 2, "files": 2})

    def refuse(_event: AuditEvent) -> None:
        raise DatabaseBusyError("数据库忙", "请稍后重试")

    monkeypatch.setattr(type(here.storage.audit), "record", lambda _self, event: refuse(event))
    with pytest.raises(DatabaseBusyError):
        package_case(here, filed.number, tmp_path / "more")
    assert list((tmp_path / "more").iterdir()) == []


@pytest.mark.parametrize("missing", [False, True])
def test_damaged_object_stops_the_package_and_leaves_nothing(
    here: Services, filed: Case, tmp_path: Path, missing: bool
) -> None:
    file = object_file(here.settings.home, filed.documents[1].source.object)
    if missing:
        file.unlink()
    else:
        flip_byte(file)
    out = tmp_path / "out"
    with pytest.raises(ObjectMissingError if missing else ObjectDamagedError, match=r"照片\.jpg"):
        package_case(here, filed.number, out)
    assert not out.exists() or list(out.iterdir()) == []
    assert PackageRecords(here.storage.database).newest() == ()


def test_object_that_is_damaged_while_it_is_written_leaves_nothing(
    here: Services, filed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check before writing passed, the disk fails afterwards."""
    monkeypatch.setattr(here.storage.fixity, "verify_archive", lambda _case: ())
    flip_byte(object_file(here.settings.home, filed.documents[1].source.object))
    with pytest.raises(ObjectDamagedError):
        package_case(here, filed.number, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_changed_row_stops_the_package(here: Services, filed: Case, tmp_path: Path) -> None:
    change(here.storage, "UPDATE filings SET retain_until = '2030-01-01' WHERE seq = 2")
    with pytest.raises(ArchiveUnsoundError):
        package_case(here, filed.number, tmp_path / "out")


def test_full_disk_is_told_and_leaves_nothing(
    here: Services, filed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(100))
    real = os.fsync

    def full(descriptor: int) -> None:
        if next(calls) == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr("storage.packages.bag.os.fsync", full)
    with pytest.raises(StoreFullError):
        package_case(here, filed.number, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_existing_folder_is_left_alone(here: Services, filed: Case, tmp_path: Path) -> None:
    (tmp_path / filed.number).mkdir()
    (tmp_path / filed.number / "notes.txt").write_text("mine")
    with pytest.raises(OutputExistsError):
        package_case(here, filed.number, tmp_path)
    assert (tmp_path / filed.number / "notes.txt").read_text() == "mine"
    package_case(here, filed.number, tmp_path / "other")
    with pytest.raises(OutputExistsError):
        package_case(here, filed.number, tmp_path / "other")


def test_package_that_a_killed_process_did_not_record_is_recorded(
    here: Services, filed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("flows.packaging._record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        package_case(here, filed.number, tmp_path)
    records = PackageRecords(here.storage.database)
    assert records.newest() == ()
    _, digest = package_case(here, filed.number, tmp_path)
    assert records.knows(digest)


def test_leftovers_of_killed_processes_are_removed(here: Services, filed: Case, tmp_path: Path) -> None:
    left = tmp_path / ".juanzong-0123.part" / "EXM-2026-000009"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    package_case(here, filed.number, tmp_path)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".juanzong")] == []


def test_case_without_a_filing_is_refused(here: Services, tmp_path: Path) -> None:
    case = stored(here.storage, (numbered_paper(here.storage, 1),))
    with pytest.raises(CaseNotFiledError):
        package_case(here, case.number, tmp_path)
    with pytest.raises(UnknownCaseError):
        package_case(here, "EXM-2026-999999", tmp_path)


def test_revision_that_is_not_filed_is_told_by_the_report(here: Services, filed: Case, tmp_path: Path) -> None:
    corrected(here, filed, "欧阳明")
    folder, _ = package_case(here, filed.number, tmp_path)
    report = json.loads((folder / "report" / "inspection.json").read_bytes())
    told = {c["code"]: c["outcome"] for c in report["checks"]}
    assert told["process_complete"] == "failed"
    assert told["object_digests"] == "passed"


def test_two_cases_of_one_instance_go_into_one_folder(here: Services, tmp_path: Path) -> None:
    cases = [filed_case(here, words) for words in ("one", "two")]
    for case in cases:
        package_case(here, case.number, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("EXM")) == sorted(c.number for c in cases)
