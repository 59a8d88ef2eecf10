"""The real command line on real papers: what it prints, what it ends with, what it leaves behind."""

from __future__ import annotations

import errno
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from flows.cli import main
from flows.settings import ROOT
from tests.flows.conftest import (
    ADOPTION,
    COMMAND,
    INCOMPLETE,
    MAJOR,
    POLICY,
    Done,
    FolderOf,
    Ingested,
    environment,
    ingest_arguments,
    juanzong,
)

PAPERS = sorted((*INCOMPLETE.iterdir(), *MAJOR.iterdir()))


def forget_readings(home: Path) -> None:
    """Remove what was read of every page, so that a page that is read again leaves a trace."""
    with closing(sqlite3.connect(home / "juanzong.sqlite")) as connection, connection:
        connection.execute("DELETE FROM stage_results WHERE stage = 'read'")


def pages_read(home: Path) -> int:
    with closing(sqlite3.connect(home / "juanzong.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM stage_results WHERE stage = 'read'").fetchone()[0])


def test_json_alone_on_stdout_by_the_published_schema(ingested: Ingested) -> None:
    document = ingested.done.json
    schema = json.loads((ROOT / "docs" / "case.schema.json").read_text())
    problems = [error.message for error in Draft202012Validator(schema).iter_errors(document)]
    assert problems == []
    assert document["schema"] == "juanzong.case/1" and document["failures"] == []
    first, second = document["cases"]
    assert {d["source_file"] for d in first["documents"]} == {p.name for p in INCOMPLETE.iterdir()}
    assert {d["source_file"] for d in second["documents"]} == {p.name for p in MAJOR.iterdir()}
    assert first["materials"]["complete"] is False
    for case in (first, second):
        assert case["archive"]["log_index"] is not None and len(case["archive"]["root"]) == 64
        assert case["deadlines"] and case["review"]["needed"] == bool(case["review"]["reasons"])
        ids = {d["document_id"] for d in case["documents"]}
        evidence = [e for f in case["fields"].values() for e in f.get("evidence", [])]
        assert evidence and {e["document_id"] for e in evidence} <= ids


def test_second_run_adds_nothing_and_reads_nothing(home: Path, ingested: Ingested) -> None:
    forget_readings(home)
    again = juanzong(home, *ingest_arguments(INCOMPLETE, MAJOR), "--json", "-")
    assert again.code == 0, again.err
    assert again.json == ingested.done.json
    assert pages_read(home) == 0
    table = juanzong(home, *ingest_arguments(INCOMPLETE, MAJOR))
    assert table.code == 0 and table.words.count("已有") == 2
    for heading in ("编号", "投诉人", "材料", "级别", "复核原因", "页数", "秒"):
        assert heading in table.words
    for case in ingested.done.json["cases"]:
        assert case["case_number"] in table.words


def test_every_file_a_case_or_a_stack(home: Path, folder_of: FolderOf) -> None:
    mixed = folder_of("混合", INCOMPLETE / "form.jpg", MAJOR / "证据.jpg")
    cases = juanzong(home, *ingest_arguments(mixed), "--as", "cases", "--json", "-")
    assert cases.code == 0, cases.err
    # single papers of known cases are those cases, not new ones
    assert len(cases.json["cases"]) == 2
    stack = juanzong(home, *ingest_arguments(mixed), "--as", "stack", "--channel", "fax", "--json", "out.json")
    assert (stack.code, stack.err.strip()) == (0, "")
    assert "EXM-2026-000003" in stack.words
    (case,) = json.loads((home.parent / "out.json").read_text())["cases"]
    assert {d["source_file"] for d in case["documents"]} == {"form.jpg", "证据.jpg"}


def test_received_and_channel_are_kept(home: Path, folder_of: FolderOf) -> None:
    folder = folder_of("旧信", INCOMPLETE / "letter.pdf", MAJOR / "身份证.pdf")
    done = juanzong(
        home, "ingest", folder, "--policy", POLICY, "--received", "2025-03-04", "--channel", "historical", "--json", "-"
    )
    assert done.code == 0, done.err
    (case,) = done.json["cases"]
    assert case["case_number"] == "EXM-2025-000001"
    with closing(sqlite3.connect(home / "juanzong.sqlite")) as connection:
        query = "SELECT channel, received_at FROM cases WHERE number = ?"
        assert connection.execute(query, (case["case_number"],)).fetchone() == (
            "historical",
            "2025-03-03 16:00:00.000000",  # midnight in China
        )


def test_two_processes_at_once_make_one_case(home: Path, folder_of: FolderOf) -> None:
    folder = folder_of("同时", INCOMPLETE / "form.jpg", MAJOR / "身份证.pdf")
    arguments = [COMMAND, *map(str, ingest_arguments(folder)), "--json", "-"]
    both = [
        subprocess.Popen(
            arguments, env=environment(home), cwd=home.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    results = [(process.communicate(), process.returncode) for process in both]
    assert [code for _, code in results] == [0, 0], results
    (one,), (other,) = (json.loads(out)["cases"] for (out, _), _ in results)
    assert one["case_id"] == other["case_id"]
    with closing(sqlite3.connect(home / "juanzong.sqlite")) as connection:
        count = "SELECT count(*) FROM {} WHERE case_id = ?"
        found = [
            connection.execute(count.format(t), (one["case_id"],)).fetchone()[0]
            for t in ("case_revisions", "filings", "case_files")
        ]
    assert found == [1, 1, 2]
    assert juanzong(home, "archive", "verify").code == 0


# -- usage and configuration: exit code 2, what is wrong and what to do ------------------------------------------------


def test_unknown_policy(tmp_path: Path) -> None:
    done = juanzong(tmp_path / "home", "ingest", INCOMPLETE, "--policy", "no-such-pack")
    assert (done.code, done.out) == (2, "")
    assert "没有制度包 no-such-pack" in done.err and "exchange-member" in done.err
    assert "juanzong policies list" in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    ("values", "arguments", "words"),
    [
        ({"JUANZONG_WORKERS": "abc"}, ("doctor",), ("JUANZONG_WORKERS", "abc", "1 到 64")),
        ({"JUANZONG_WORKERS": "0"}, ("doctor",), ("JUANZONG_WORKERS", "0")),
        ({"JUANZONG_OCR_ENGINE": "tpu"}, ("doctor",), ("JUANZONG_OCR_ENGINE", "tpu", "openvino", "onnxruntime")),
        ({}, ("archive", "fetch", "sha256/aa/bb/zz"), ("sha256/aa/bb/zz", "archive find")),
        ({}, ("ingest", INCOMPLETE, "--policy", POLICY, "--received", "昨天"), ("--received", "昨天", "2026-11-20")),
        ({}, ("ingest", INCOMPLETE, "--policy", POLICY, "--as", "heap"), ("heap", "case", "cases", "stack")),
        ({}, ("ingest", INCOMPLETE, "--policy", POLICY, "--channel", "pigeon"), ("pigeon", "letter", "fax")),
        ({}, ("ingest", INCOMPLETE), ("--policy",)),
        ({}, ("case", "show", "EXM-2026-999999"), ("没有案件 EXM-2026-999999", "case list")),
        ({}, ("case", "list", "--status", "lost"), ("lost", "awaiting_review")),
        ({}, ("archive", "fetch", "EXM-2026-999999"), ("EXM-2026-999999",)),
        ({}, ("archive", "verify", "EXM-2026-999999"), ("EXM-2026-999999",)),
        ({}, ("policies", "show", "no-such-pack"), ("no-such-pack", "exchange-member")),
        ({}, ("policies", "check", "no-such-file.yaml"), ("no-such-file.yaml",)),
        ({}, ("serve", "--host", "0.0.0.0"), ("0.0.0.0", "127.0.0.1")),
    ],
)  # fmt: skip
def test_bad_usage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    values: dict[str, str],
    arguments: tuple[str | Path, ...],
    words: tuple[str, ...],
) -> None:
    for name, value in {"JUANZONG_HOME": str(tmp_path / "home"), **values}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["juanzong", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = "".join(capsys.readouterr())
    assert ended.value.code == 2, said
    assert "Traceback" not in said and "内部错误" not in said
    for word in words:
        assert word in said


def test_models_missing(tmp_path: Path) -> None:
    done = juanzong(tmp_path / "home", *ingest_arguments(INCOMPLETE), JUANZONG_MODELS=str(tmp_path / "none"))
    assert done.code == 2 and str(tmp_path / "none") in done.err
    assert "make setup" in done.err or "extractors.reading.models" in done.err
    assert "Traceback" not in done.err
    doctor = juanzong(tmp_path / "home", "doctor", JUANZONG_MODELS=str(tmp_path / "none"))
    assert doctor.code == 2 and "[异常] 识别模型" in doctor.out and "[正常] 制度包" in doctor.out


def test_broken_adoption_file_names_file_line_and_allowed_values(tmp_path: Path) -> None:
    broken = tmp_path / "adoption.yaml"
    lines = ADOPTION.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if "major_amount_wan" in line)
    broken.write_text("\n".join([*lines[:at], lines[at].replace("major_amount_wan", "major_amount"), *lines[at + 1 :]]))
    done = juanzong(tmp_path / "home", "ingest", INCOMPLETE, "--policy", POLICY, "--adoption", broken)
    assert done.code == 2 and "Traceback" not in done.err
    assert str(broken) in done.err
    assert any(f"第 {line} 行" in done.err for line in (at, at + 1)), done.err
    assert "major_amount" in done.err and "major_amount_wan" in done.err
    absent = juanzong(tmp_path / "home", "ingest", INCOMPLETE, "--policy", POLICY, "--adoption", tmp_path / "absent")
    assert absent.code == 2 and "absent" in absent.err and "Traceback" not in absent.err


def test_json_that_cannot_be_written(home: Path) -> None:
    done = juanzong(home, *ingest_arguments(INCOMPLETE), "--json", "/no/such/folder/x.json")
    assert done.code == 2 and "/no/such/folder/x.json" in done.err and "Traceback" not in done.err


# -- the other commands -----------------------------------------------------------------------------------------------

Command = Callable[..., Done]


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command on ``home`` in this process, which is loaded already."""
    monkeypatch.setenv("JUANZONG_HOME", str(home))
    monkeypatch.chdir(home.parent)

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["juanzong", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


def test_case_list_and_show(command: Command, ingested: Ingested, numbers: tuple[str, str]) -> None:
    listed = command("case", "list")
    assert listed.code == 0 and all(number in listed.words for number in numbers)
    status = ingested.done.json["cases"][0]["status"]
    some = command("case", "list", "--status", status)
    for case in ingested.done.json["cases"]:
        assert (case["case_number"] in some.words) == (case["status"] == status)
    shown = command("case", "show", numbers[0])
    assert shown.code == 0
    for word in (numbers[0], "form.jpg", "letter.pdf", "材料清单", "期限", "存证"):
        assert word in shown.words
    as_json = command("case", "show", numbers[1].lower(), "--json")
    assert as_json.code == 0
    assert as_json.json == {**ingested.done.json, "cases": ingested.done.json["cases"][1:]}


def test_policies(command: Command, tmp_path: Path) -> None:
    listed = command("policies", "list")
    assert listed.code == 0 and POLICY in listed.words
    bare = command("policies", "show", POLICY)
    adopted = command("policies", "show", POLICY, "--adoption", ADOPTION)
    assert bare.code == adopted.code == 0 and bare.out != adopted.out
    checked = command("policies", "check")
    assert checked.code == 0 and f"{POLICY}.yaml：无问题" in checked.out
    broken = tmp_path / "broken.yaml"
    pack = (ROOT / "policies" / f"{POLICY}.yaml").read_text()
    broken.write_text(pack + "\nno_such_key: 1\n")
    found = command("policies", "check", broken)
    assert found.code == 2 and "no_such_key" in found.out and str(len(pack.splitlines()) + 2) in found.out


def test_archive_find_and_fetch(command: Command, ingested: Ingested, numbers: tuple[str, str], tmp_path: Path) -> None:
    name = ingested.done.json["cases"][0]["fields"]["complainant_name"]["value"]
    found = command("archive", "find", name)
    assert found.code == 0 and numbers[0] in found.words and numbers[1] not in found.words
    nothing = command("archive", "find", "欧阳无此人")
    assert nothing.code == 0 and "没有找到" in nothing.out
    out = tmp_path / "out"
    fetched = command("archive", "fetch", numbers[0], "--out", out)
    assert fetched.code == 0
    for paper in INCOMPLETE.iterdir():
        assert (out / paper.name).read_bytes() == paper.read_bytes()
    key = next(o["key"] for o in ingested.done.json["cases"][1]["archive"]["objects"])
    assert command("archive", "fetch", key, "--out", tmp_path / "one").code == 0
    assert len(list((tmp_path / "one").iterdir())) == 1


def test_archive_verify_names_the_flipped_byte(
    command: Command, home: Path, ingested: Ingested, numbers: tuple[str, str]
) -> None:
    clean = command("archive", "verify", "--all")
    assert clean.code == 0 and "一致" in clean.out
    document = next(d for d in ingested.done.json["cases"][1]["documents"] if d["source_file"] == "身份证.pdf")
    digest = document["sha256"]
    key = f"sha256/{digest[:2]}/{digest[2:4]}/{digest}"
    file = home / "objects" / key
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    damaged = command("archive", "verify")
    assert damaged.code == 1
    got = subprocess.run(["sha256sum", file], capture_output=True, text=True, check=True).stdout.split()[0]
    for word in (numbers[1], "身份证.pdf", key, digest, got):
        assert word in damaged.words
    assert numbers[0] not in damaged.words
    assert command("archive", "verify", numbers[0]).code == 0
    assert command("archive", "verify", numbers[1]).code == 1
    refused = command("archive", "fetch", numbers[1], "--out", home.parent / "out")
    assert refused.code == 1 and key in refused.err and "Traceback" not in refused.err


def test_doctor(command: Command) -> None:
    done = command("doctor")
    assert done.code == 0, done.out
    assert done.out.count("[正常]") == len(done.out.splitlines())
    assert "案件 2 个" in done.out and "未完成 0 个" in done.out


def test_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = juanzong(tmp_path / "file", "case", "list")
    assert done.code in (1, 2) and "JUANZONG_HOME" in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    "cause", [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")]
)
def test_a_full_disk_under_a_library_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cause: Exception
) -> None:
    def fail(**_options: object) -> None:
        try:
            raise cause
        except type(cause) as error:
            raise RuntimeError("the engine could not note the state of a run") from error

    monkeypatch.setattr("flows.cli.app", fail)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert "磁盘空间不足" in said and "重新运行" in said and "Traceback" not in said
