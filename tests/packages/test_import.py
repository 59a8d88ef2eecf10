"""A package in another instance: everything as it was, proved; any changed byte refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.case import Case
from domain.errors import ObjectDamagedError, StoreFullError
from domain.inspection import Occasion, Outcome
from flows.inspecting import inspect_case
from flows.package_import import import_package
from flows.packaging import package_case
from flows.wiring import Services
from storage.canonical import canonical_json
from storage.packages.bag import BagWriter
from storage.packages.errors import PackageConflictError, PackageRefusedError
from storage.packages.reading import Package
from storage.packages.taking_in import Reception, TakenIn
from tests.outgoing.papers import numbered_paper, stored
from tests.packages.conftest import CORRECTED, Open, corrected, filed_case
from tests.storage.conftest import flip_byte


@pytest.fixture
def package(here: Services, filed: Case, tmp_path: Path) -> Path:
    return package_case(here, filed.number, tmp_path / "packages")[0]


def test_case_arrives_as_it_was(here: Services, there: Services, filed: Case, package: Path) -> None:
    there.storage.filing.file_case(stored(there.storage, (numbered_paper(there.storage, 1),), prefix="OWN"))
    report = import_package(there, package)
    assert (report.new, report.leaves) == (True, (1, 2))
    assert all(e.holds for e in report.equal)
    now = there.storage.cases.load_case(filed.number)
    assert now is not None
    assert now.model_copy(update={"archive": filed.archive}) == filed
    assert now.archive.log_index == 2
    for old, new in zip(
        here.storage.desk.filings.of_case(filed.id), there.storage.desk.filings.of_case(filed.id), strict=True
    ):
        assert (old.parts, old.revision, old.filed_at) == (new.parts, new.revision, new.filed_at)
        for part in old.parts:
            assert here.storage.objects.read(part.object.key) == there.storage.objects.read(part.object.key)
    assert there.storage.cases.case_history(filed.id) == here.storage.cases.case_history(filed.id)
    old_notice, new_notice = (s.storage.desk.notices.of_case(filed.id) for s in (here, there))
    assert old_notice == new_notice
    keys = {part.object.key for record in there.storage.desk.filings.of_case(filed.id) for part in record.parts}
    moment = there.storage.database.now()
    assert all(there.storage.objects.lock_of(key).forbids(moment) for key in keys), "locked as at home"
    assert there.storage.fixity.verify_archive() == ()
    assert there.storage.cases.case_texts(filed.id) == here.storage.cases.case_texts(filed.id)
    assert [h.case_number for h in there.storage.search.find(CORRECTED)] != []


def test_leaf_names_the_old_log_and_the_origin_holds_the_old_proof(
    here: Services, there: Services, filed: Case, package: Path
) -> None:
    report = import_package(there, package)
    leaf = json.loads(there.storage.log.leaf(report.leaves[1]).data)
    old = here.storage.log.leaf(2)
    assert leaf["kind"] == "imported_filing"
    assert leaf["origin"]["leaf_hash"] == old.leaf_hash
    assert (leaf["origin"]["seq"], leaf["origin"]["tree_size"]) == (2, 3)
    assert leaf["origin"]["root_hash"] == here.storage.log.root()
    assert leaf["origin"]["log"] == here.storage.log.leaf(0).leaf_hash
    origin = json.loads(
        there.storage.objects.read(
            f"sha256/{leaf['origin']['sha256'][:2]}/{leaf['origin']['sha256'][2:4]}/{leaf['origin']['sha256']}"
        )
    )
    assert [f["leaf"].encode() for f in origin["filings"]] == [here.storage.log.leaf(n).data for n in (0, 2)]
    assert origin["filings"][1]["proof"]["root_hash"] == here.storage.log.root()


def test_changed_origin_is_found(there: Services, filed: Case, package: Path) -> None:
    report = import_package(there, package)
    case = there.storage.cases.load_case(filed.id)
    assert case is not None
    assert inspect_case(there, case, Occasion.DEMAND, "审计员").check("origin_proof").outcome is Outcome.PASSED
    leaf = json.loads(there.storage.log.leaf(report.leaves[0]).data)
    flip_byte(there.settings.home / "objects" / _key(leaf["origin"]["sha256"]))
    assert inspect_case(there, case, Occasion.DEMAND, "审计员").check("origin_proof").outcome is Outcome.FAILED
    assert [f.code for f in there.storage.fixity.verify_archive()] == ["object_damaged"]


def test_acts_on_the_case_travel_with_their_proofs(
    here: Services, there: Services, filed: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = [
        canonical_json({"schema": "juanzong.act/1", "act": act, "at": "2026-11-20T00:00:00+00:00", "case_id": case_id})
        for act, case_id in (("hold", filed.id), ("hold", "case-other"), ("release", filed.id))
    ]
    for act in acts:
        here.storage.log.append(act)
    # The checker of acts belongs to retention; here a leaf without a filing is a finding.
    monkeypatch.setattr(here.storage.fixity, "verify_archive", lambda _case: ())
    folder, _ = package_case(here, filed.number, tmp_path)
    assert [p.read_bytes() for p in sorted(folder.glob("data/acts/*/leaf.json"))] == [acts[0], acts[2]]
    assert "<premis:eventType>release</premis:eventType>" in (folder / "data/premis.xml").read_text()
    leaf = json.loads(there.storage.log.leaf(import_package(there, folder).leaves[0]).data)
    origin = json.loads(there.storage.objects.read(_key(leaf["origin"]["sha256"])))
    assert [a["leaf"].encode() for a in origin["acts"]] == [acts[0], acts[2]]
    assert there.storage.log.size() == 2
    forged = _set("data/acts/00000003/leaf.json", b'"hold"', b'"hole"')
    with pytest.raises(PackageRefusedError):
        import_package(there, _forged(folder, tmp_path, forged))


def test_hold_of_the_old_instance_is_told(there: Services, package: Path, tmp_path: Path) -> None:
    report = import_package(
        there, _forged(package, tmp_path, _set("data/case/case.json", b'hold":false', b'hold":true'))
    )
    assert (report.new, report.held) == (True, True)


def test_second_import_changes_nothing(there: Services, filed: Case, package: Path) -> None:
    import_package(there, package)
    size = there.storage.log.size()
    again = import_package(there, package)
    assert (again.new, again.leaves, there.storage.log.size()) == (False, (0, 1), size)
    assert all(e.holds for e in again.equal)


def test_import_where_it_was_made_changes_nothing(here: Services, filed: Case, package: Path) -> None:
    report = import_package(here, package)
    assert (report.new, report.leaves, here.storage.log.size()) == (False, (0, 2), 3)


def test_imported_case_goes_on_to_a_third_instance(
    there: Services, opened: Open, filed: Case, package: Path, tmp_path: Path
) -> None:
    import_package(there, package)
    onward, _ = package_case(there, filed.number, tmp_path / "onward")
    third = opened("third")
    report = import_package(third, onward)
    assert report.new
    assert third.storage.fixity.verify_archive() == ()
    leaf = json.loads(third.storage.log.leaf(report.leaves[0]).data)
    origin = json.loads(third.storage.objects.read(_key(leaf["origin"]["sha256"])))
    assert [f["earlier"] is not None for f in origin["filings"]] == [True, True]
    assert third.storage.objects.exists(origin["filings"][0]["earlier"])


def test_imported_case_is_worked_on_and_filed_again(there: Services, filed: Case, package: Path) -> None:
    import_package(there, package)
    now = there.storage.cases.load_case(filed.id)
    assert now is not None
    changed = corrected(there, now, "欧阳明")
    there.storage.filing.file_case(changed)
    assert there.storage.fixity.verify_archive() == ()
    with pytest.raises(PackageConflictError):
        import_package(there, package_case_elsewhere(there, package))
    assert import_package(there, package).new is False


def package_case_elsewhere(there: Services, package: Path) -> Path:
    """Return a package of the same case with another second revision."""
    home = there.settings.home.parent / "branch"
    shutil.copytree(there.settings.home.parent / "here", home)
    from flows.wiring import open_services

    branch = open_services(there.settings.model_copy(update={"home": home}))
    case = branch.storage.cases.load_case(package.name)
    assert case is not None
    changed = corrected(branch, case, "欧阳")
    branch.storage.filing.file_case(changed)
    folder, _ = package_case(branch, case.number, home / "out")
    branch.close()
    return folder


def test_number_that_is_taken_is_told_and_nothing_comes_in(there: Services, filed: Case, package: Path) -> None:
    own = stored(there.storage, (numbered_paper(there.storage, 1),))
    assert own.number == filed.number
    with pytest.raises(PackageConflictError, match=filed.number):
        import_package(there, package)
    assert there.storage.log.size() == 0
    assert there.storage.cases.count_cases() == 1


def test_next_case_is_numbered_behind_the_imported_one(here: Services, there: Services, tmp_path: Path) -> None:
    filed_case(here, "one")
    second = filed_case(here, "two")
    import_package(there, package_case(here, second.number, tmp_path)[0])
    own = stored(there.storage, (numbered_paper(there.storage, 1),))
    assert own.number > second.number


def test_killed_import_is_repeated(
    there: Services, filed: Case, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The objects are in, the transaction is not."""
    with monkeypatch.context() as patch, pytest.raises(StoreFullError):
        patch.setattr("storage.packages.taking_in._raise_counter", _full)
        import_package(there, package)
    assert (there.storage.log.size(), there.storage.cases.count_cases()) == (0, 0)
    assert import_package(there, package).new
    assert there.storage.fixity.verify_archive() == ()


def _full(*_: object) -> None:
    raise StoreFullError("磁盘空间不足", "请清理磁盘")


def test_package_that_changes_after_its_check_is_refused(
    there: Services, filed: Case, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder lies on a medium that somebody else can write."""
    take_in = Reception.take_in

    def late(self: Reception, checked: Package) -> TakenIn:
        body = package / "data/case/revisions/00001.json"
        body.write_bytes(body.read_bytes().replace("殴阳明月".encode(), "欧阳明白".encode()))
        return take_in(self, checked)

    monkeypatch.setattr(Reception, "take_in", late)
    with pytest.raises((PackageRefusedError, ObjectDamagedError)):
        import_package(there, package)
    assert (there.storage.log.size(), there.storage.cases.count_cases()) == (0, 0)


def test_digest_of_the_transfer_list_is_held_against_the_package(there: Services, package: Path) -> None:
    with pytest.raises(PackageRefusedError, match="SHA-256"):
        import_package(there, package, "0" * 64)
    digest = hashlib.sha256((package / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert import_package(there, package, digest.upper()).new


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_changed_byte_is_refused(there: Services, package: Path, data: st.DataObject) -> None:
    files = sorted(p for p in package.rglob("*") if p.is_file())
    file = data.draw(st.sampled_from(files), label="file")
    before = file.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1), label="at")
    change = data.draw(st.integers(1, 255), label="xor")
    file.write_bytes(before[:at] + bytes([before[at] ^ change]) + before[at + 1 :])
    try:
        with pytest.raises(PackageRefusedError):
            import_package(there, package)
    finally:
        file.write_bytes(before)
    assert there.storage.cases.count_cases() == 0


@pytest.mark.parametrize("name", ["data/more.txt", "more.txt", "tagmanifest-md5.txt", "fetch.txt"])
def test_added_file_is_refused(there: Services, package: Path, name: str) -> None:
    (package / name).write_text("more\n")
    with pytest.raises(PackageRefusedError):
        import_package(there, package)


def test_link_is_refused(there: Services, package: Path) -> None:
    file = next((package / "data" / "originals").iterdir())
    file.unlink()
    file.symlink_to("/etc/hostname")
    with pytest.raises(PackageRefusedError, match="普通文件"):
        import_package(there, package)


def test_missing_file_and_missing_folder_are_refused(there: Services, package: Path) -> None:
    next((package / "data" / "originals").iterdir()).unlink()
    with pytest.raises(PackageRefusedError):
        import_package(there, package)
    with pytest.raises(PackageRefusedError):
        import_package(there, package.parent / "none")


def _index(change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
    def act(files: dict[str, bytes]) -> None:
        index = json.loads(files["data/package.json"])
        change(index)
        files["data/package.json"] = canonical_json(index)

    return act


def _set(path: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def act(files: dict[str, bytes]) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new)

    return act


FORGERIES = {
    "case json": _set("data/case/case.json", CORRECTED.encode(), "欧阳明白".encode()),
    "digest in the case json": _set("data/case/case.json", b'"sm3":"', b'"sm3":"0'),
    "retention in the case json": _set("data/case/case.json", b"2046-11-03", b"2030-11-03"),
    "decision": _set("data/case/decisions.jsonl", "周敏".encode(), "别人".encode()),
    "revision": _set("data/case/revisions/00002.json", CORRECTED.encode(), "欧阳明白".encode()),
    "leaf": _set("data/filings/00000002/leaf.json", b'"revision":2', b'"revision":1'),
    "proof": _set("data/filings/00000002/proof.json", b'"leaf_index":2', b'"leaf_index":1'),
    "original": _set("data/originals/0001-来件 1.pdf", b"Written by MuPDF", b"written by MuPDF"),
    "name of a file": _index(lambda i: i["filings"][0]["parts"][0].update(name="别的.pdf")),  # type: ignore[index]
    "retention": _index(lambda i: i["filings"][0].update(retain_until="2030-01-01")),  # type: ignore[index]
    "moment of filing": _index(lambda i: i["filings"][0].update(filed_at="2020-01-01T00:00:00Z")),  # type: ignore[index]
    "root": _index(lambda i: i["log"].update(root="0" * 64)),  # type: ignore[attr-defined]
    "number": _index(lambda i: i["case"].update(number="EXM-2026-000009")),  # type: ignore[attr-defined]
    "filing left out": _index(lambda i: i.update(filings=i["filings"][:1])),  # type: ignore[index]
    "object left out": _index(lambda i: i.update(objects=i["objects"][1:])),  # type: ignore[index]
    "revision left out": _index(lambda i: i.update(revisions=i["revisions"][:1])),  # type: ignore[index]
    "no index": lambda files: files.update({"data/package.json": b"{}"}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_package_with_right_manifests_is_refused(
    there: Services, package: Path, tmp_path: Path, forgery: str
) -> None:
    """Whoever can write a bag can make its manifests fit; what the log and the digests vouch for does not fit."""
    with pytest.raises(PackageRefusedError):
        import_package(there, _forged(package, tmp_path, FORGERIES[forgery]))
    assert there.storage.cases.count_cases() == 0


def _forged(package: Path, tmp_path: Path, forgery: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a package with other content and the manifests that fit it."""
    files = {p.relative_to(package).as_posix(): p.read_bytes() for p in package.rglob("*") if p.is_file()}
    written = ("bagit.txt", "bag-info.txt", "manifest-", "tagmanifest-")
    kept = {path: data for path, data in files.items() if not path.startswith(written)}
    forgery(kept)
    forged = tmp_path / "forged"
    forged.mkdir()
    writer = BagWriter(forged)
    for path, data in sorted(kept.items()):
        writer.add(path, [data])
    writer.finish([])
    return forged


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_json_is_refused_and_nothing_else_happens(there: Services, package: Path, data: st.DataObject) -> None:
    """Right manifests around anything at all: a refusal with a reason, never another error."""
    inside = sorted(p.relative_to(package).as_posix() for p in (package / "data").rglob("*.json*"))
    path = data.draw(st.sampled_from(inside), label="file")
    odd = canonical_json(data.draw(JSON, label="json"))
    assume(path != "data/case/texts.json" or odd != b"[]")
    with TemporaryDirectory() as folder:
        kept = {p.relative_to(package).as_posix(): p.read_bytes() for p in package.rglob("*") if p.is_file()}
        writer = BagWriter(Path(folder))
        for name, content in sorted(kept.items()):
            if name.startswith(("data/", "README")):
                writer.add(name, [odd if name == path else content])
        writer.finish([])
        with pytest.raises(PackageRefusedError):
            import_package(there, Path(folder))
    assert there.storage.cases.count_cases() == 0


def _key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
