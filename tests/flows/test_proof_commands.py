"""``archive head|rotate-key|consistency|certificate`` and what filing does about heads."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.case import Case
from domain.errors import ConfigurationError
from flows.cli import app
from flows.doctor import examine
from flows.filing import file_revision
from flows.proof_settings import load_proof_settings
from flows.settings import load_settings
from flows.signing import sign_filed
from flows.wiring import Services, open_services
from storage.errors import OutputExistsError
from storage.proof.errors import HeadConflictError, NoAuthorityError, NotFiledError
from tests.storage.conftest import saved

Run = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("JUANZONG_HEADS", "JUANZONG_TSA", "JUANZONG_TSA_CERTIFICATES", "JUANZONG_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUANZONG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    monkeypatch.setenv("JUANZONG_HEADS", str(folder))
    return folder


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(app, ["archive", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def filed(content: bytes) -> Case:
    """File a case the way the flows do."""
    services = open_services(load_settings())
    case = file_revision(services, saved(services.storage, content), ())
    services.close()
    return case


def test_filing_signs_a_head_and_exports_it(home: Path, outside: Path) -> None:
    case = filed(b"letter")
    assert case.archive.root is not None
    (file,) = outside.glob("head-*")
    assert json.loads(json.loads(file.read_bytes())["head"])["root"] == case.archive.root


def test_trouble_with_signing_never_stops_filing(home: Path, outside: Path, caplog: pytest.LogCaptureFixture) -> None:
    filed(b"first")
    shutil.rmtree(outside)
    (home / "keys" / "0001.key").unlink()
    with caplog.at_level(logging.WARNING):
        case = filed(b"second")
    assert case.archive.root is not None
    assert "树头签名未完成" in caplog.text
    services = open_services(load_settings())
    assert services.storage.proof.heads.state().unsigned == 1
    services.close()


def test_head_prints_the_newest_and_doctor_counts_what_none_covers(home: Path) -> None:
    assert "为空" in run("head")
    services: Services = open_services(load_settings())
    services.storage.filing.file_case(saved(services.storage, b"letter"))
    (line,) = examine(services.settings, ["签名树头"])
    assert "1 项尚无签名树头" in line.problem
    said = run("head")
    assert "前 1 项" in said and services.storage.log.root() in said
    (line,) = examine(services.settings, ["签名树头"])
    assert line.problem == "" and "最新签前 1 项" in line.found
    assert services.storage.fixity.verify_archive() == ()
    services.close()


def test_doctor_names_a_restored_database(home: Path, outside: Path, tmp_path: Path) -> None:
    filed(b"letter")
    shutil.copytree(home, tmp_path / "yesterday")
    filed(b"lost")
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "yesterday", home)
    (line,) = examine(load_settings(), ["签名树头"])
    assert "比已签名的树头短" in line.problem
    with pytest.raises(HeadConflictError):
        CliRunner().invoke(app, ["archive", "head"], catch_exceptions=False)
    # as the error says: whoever has nothing but the backup moves the heads that are too many away
    for file in outside.glob("head-000000000002-*"):
        shutil.move(file, tmp_path)
    filed(b"filed instead")
    services = open_services(load_settings())
    assert services.storage.fixity.verify_archive() == ()
    services.close()


def test_a_certificate_is_written_as_json_and_pdf(home: Path, tmp_path: Path) -> None:
    case = filed(b"letter")
    run("certificate", case.number, "--out", tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())
    assert [f.name for f in files] == [f"{case.number}.存证证明.json", f"{case.number}.存证证明.pdf"]
    assert json.loads(files[0].read_bytes())["case_number"] == case.number
    assert files[1].read_bytes().startswith(b"%PDF")
    with pytest.raises(OutputExistsError):
        CliRunner().invoke(
            app, ["archive", "certificate", case.number, "--out", str(tmp_path / "out")], catch_exceptions=False
        )


def test_what_is_not_filed_has_no_certificate(home: Path, tmp_path: Path) -> None:
    services = open_services(load_settings())
    case = saved(services.storage, b"letter")
    services.close()
    with pytest.raises(NotFiledError):
        CliRunner().invoke(app, ["archive", "certificate", case.number, "--out", str(tmp_path)], catch_exceptions=False)


def test_keys_are_rotated_and_consistency_spans_them(home: Path, tmp_path: Path) -> None:
    filed(b"one")
    assert "由上一把密钥签发" in run("rotate-key")
    filed(b"two")
    run("consistency", "1", "--out", tmp_path)
    proof = json.loads((tmp_path / "consistency-1-2.json").read_bytes())
    assert len(proof["keys"]) == 2 and len(proof["path"]) == 1


def test_a_stamp_needs_an_authority(home: Path) -> None:
    filed(b"letter")
    with pytest.raises(NoAuthorityError):
        CliRunner().invoke(app, ["archive", "head", "--stamp"], catch_exceptions=False)


def test_settings_of_proof(tmp_path: Path) -> None:
    assert load_proof_settings({}).heads is None
    everything = {
        "JUANZONG_HEADS": str(tmp_path),
        "JUANZONG_TSA": "https://tsa.example/stamp",
        "JUANZONG_TSA_CERTIFICATES": str(tmp_path / "tsa.pem"),
    }
    found = load_proof_settings(everything)
    assert (found.heads, found.authority, found.certificates) == (
        tmp_path,
        everything["JUANZONG_TSA"],
        tmp_path / "tsa.pem",
    )


@pytest.mark.parametrize("env", [{"JUANZONG_TSA": "tsa.example"}, {"JUANZONG_TSA": "https://tsa.example/"}])
def test_settings_that_cannot_be_used(env: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="JUANZONG_TSA"):
        load_proof_settings(env)


def test_signing_again_changes_nothing(home: Path) -> None:
    filed(b"letter")
    services = open_services(load_settings())
    before = services.storage.proof.heads.state()
    sign_filed(services.storage)
    assert services.storage.proof.heads.state() == before
    services.close()
