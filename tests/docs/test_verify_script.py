"""docs/verify.py alone: it believes what the archive proves, and nothing of which any byte was changed."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Storage, open_storage
from storage.proof.certificates import certificate_json, consistency_json
from tests.storage.conftest import saved

SCRIPT = Path(__file__).parents[2] / "docs" / "verify.py"
verify = SimpleNamespace(**runpy.run_path(str(SCRIPT)))
CASES = 11
HEXADECIMAL = re.compile("[0-9a-f]+")


@dataclass(frozen=True)
class Proven:
    """A certificate of the eighth of eleven filings in files, with its original; the key was rotated in between."""

    folder: Path
    storage: Storage
    log: str

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.json"

    @property
    def original(self) -> Path:
        return self.folder / "letter.pdf"


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Proven:
    folder = tmp_path_factory.mktemp("proof")
    storage = open_storage(folder / "home")
    cases = []
    for number in range(CASES):
        cases.append(saved(storage, b"letter %d" % number))
        storage.filing.file_case(cases[-1])
        if number == 4:
            storage.proof.keys.rotate()
        storage.proof.heads.sign()
    made = storage.proof.certificates.of_case(cases[7].number)
    (folder / "certificate.json").write_bytes(certificate_json(made))
    (folder / "letter.pdf").write_bytes(b"letter 7")
    return Proven(folder, storage, made.head.head.log)


def run(*arguments: str | Path) -> tuple[int, str]:
    """Run the script as anybody would: no packages, nothing of ours on the path."""
    command = [sys.executable, "-I", "-S", "-W", "error", str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def test_the_script_is_short_and_needs_nothing_else() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 150
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    imported |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_a_true_certificate_holds(proven: Proven) -> None:
    code, said = run(proven.certificate, proven.original, f"--log={proven.log}")
    assert code == 0
    assert "不成立" not in said and "未核验" not in said
    assert "letter 7.pdf" in said and "文件 SM3" in said


def test_without_the_published_log_it_says_so(proven: Proven) -> None:
    code, said = run(proven.certificate)
    assert code == 0
    assert said.splitlines()[0].startswith("[未核验 --] 日志编号")


@pytest.mark.parametrize("log", ["0" * 64, "x"])
def test_a_log_that_is_not_the_published_one(proven: Proven, log: str) -> None:
    code, said = run(proven.certificate, f"--log={log}")
    assert code == 1 and "不成立" in said


def test_any_flipped_byte_of_the_file_is_refused(proven: Proven, tmp_path: Path) -> None:
    whole = proven.original.read_bytes()
    for place in range(len(whole)):
        other = bytearray(whole)
        other[place] ^= 1
        (tmp_path / "other.pdf").write_bytes(other)
        assert refused(proven, [str(tmp_path / "other.pdf")])
    assert run(proven.certificate, tmp_path / "other.pdf")[0] == 1


def test_a_file_that_is_not_there(proven: Proven) -> None:
    code, said = run(proven.certificate, "/nowhere")
    assert code == 1 and "无法读取" in said


@pytest.mark.parametrize("arguments", [[], ["/nowhere"], ["--unknown=1"]])
def test_a_command_line_that_cannot_be_used(arguments: list[str]) -> None:
    assert run(*arguments)[0] == 1


def refused(proven: Proven, files: list[str] | None = None, **options: str) -> bool:
    """Run the checks in this process (a thousand processes would take long); return whether anything fails."""
    return judged(proven.certificate, files or [], options)


def judged(certificate: Path, files: list[str], options: dict[str, str]) -> bool:
    verify.main.__globals__["results"].clear()
    verify.main.__globals__["print"] = lambda *_words: None
    verify.main.__globals__["signed"] = lambda public, part: signed_once(public, part["signature"], part["text"])
    try:
        verify.main([str(certificate), *files], **options)
    except SystemExit as end:
        return end.code != 0
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, StopIteration):
        return True  # the script ends with 1 and says that it cannot read this
    raise AssertionError("the script ends by itself")


@cache
def signed_once(public: str, signature: str, text: str) -> bool:
    """Return what the script says; the same signature is not computed a thousand times."""
    return bool(verify.signed(public, {"signature": signature, "text": text}))


def changes(proof: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value of a JSON document."""
    if isinstance(proof, dict):
        return [way for name, value in proof.items() for way in changes(value, (*path, name))]
    if isinstance(proof, list):
        return [way for place, value in enumerate(proof) for way in changes(value, (*path, place))]
    return [path]


def changed(value: Any, place: int) -> Any:
    if isinstance(value, str):
        place %= len(value)
        old = value[place]
        new = f"{int(old, 16) ^ 1:x}" if HEXADECIMAL.fullmatch(value) else chr(ord(old) ^ 1)
        return value[:place] + new + value[place + 1 :]
    return value + 1 if isinstance(value, int) else "x"


def test_every_value_counts(proven: Proven, tmp_path: Path) -> None:
    """Each text at three places, each number: whatever is changed, something does not hold."""
    whole = json.loads(proven.certificate.read_bytes())
    other = tmp_path / "other.json"
    for way in changes(whole):
        if way[0] == "stamp":  # the script says that it does not check it
            continue
        for place in (0, 29, 101):
            proof = json.loads(proven.certificate.read_bytes())
            holder = proof
            for step in way[:-1]:
                holder = holder[step]
            holder[way[-1]] = changed(holder[way[-1]], place)
            other.write_text(json.dumps(proof), encoding="utf-8")
            assert judged(other, [], {"log": proven.log}), (way, place)


@pytest.mark.parametrize(
    "part", ["manifest", "leaf", "inclusion", "head", "keys", "files", "case_number", "filed_at", "revision"]
)
def test_a_certificate_with_a_part_missing_is_refused(proven: Proven, tmp_path: Path, part: str) -> None:
    proof = json.loads(proven.certificate.read_bytes())
    del proof[part]
    (tmp_path / "other.json").write_text(json.dumps(proof), encoding="utf-8")
    code, said = run(tmp_path / "other.json")
    assert code == 1 and "NO" in said


def test_a_path_with_a_hash_more_or_less_is_refused(proven: Proven, tmp_path: Path) -> None:
    edits: tuple[Callable[[list[str]], list[str]], ...] = (
        lambda path: path[:-1],
        lambda path: path[1:],
        lambda path: [*path, "0" * 64],
        lambda path: [path[1], path[0], *path[2:]],
    )
    for edit in edits:
        proof = json.loads(proven.certificate.read_bytes())
        proof["inclusion"]["path"] = edit(proof["inclusion"]["path"])
        (tmp_path / "other.json").write_text(json.dumps(proof), encoding="utf-8")
        assert judged(tmp_path / "other.json", [], {})


def test_somebody_else_with_a_key_of_his_own(proven: Proven, tmp_path: Path) -> None:
    """A made-up archive proves itself; only the published log id tells it from the true one."""
    stranger = open_storage(tmp_path / "home")
    case = saved(stranger, b"forged letter")
    stranger.filing.file_case(case)
    (tmp_path / "forged.json").write_bytes(certificate_json(stranger.proof.certificates.of_case(case.number)))
    stranger.close()
    assert not judged(tmp_path / "forged.json", [], {})
    assert judged(tmp_path / "forged.json", [], {"log": proven.log})


def consistency(proven: Proven, older: int, newer: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(consistency_json(proven.storage.proof.heads.consistency(older, newer)))
    return found


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_heads_are_consistent_and_no_others(proven: Proven, data: st.DataObject) -> None:
    older = data.draw(st.integers(1, CASES))
    newer = data.draw(st.integers(older, CASES))
    proof = consistency(proven, older, newer)
    old, new = (json.loads(proof[name]["text"]) for name in ("older", "newer"))
    assert verify.consistent(old, new, proof["path"])
    flipped = {**old, "root": changed(old["root"], data.draw(st.integers(0, 63)))}
    assert not verify.consistent(flipped, new, proof["path"])
    assert not verify.consistent(old, {**new, "root": "0" * 64}, proof["path"])
    if older < newer:
        assert not verify.consistent(new, old, proof["path"])
        place = data.draw(st.integers(0, len(proof["path"]) - 1))
        path = [*proof["path"]]
        path[place] = changed(path[place], 5)
        assert not verify.consistent(old, new, path)
        assert not verify.consistent(old, new, [*proof["path"], "0" * 64])
        # with another size the same hashes may still climb to the roots only if the shape of the path is the same
        assert not verify.consistent(old, {**new, "size": newer * 4}, proof["path"])


def test_the_script_takes_a_proof_of_consistency(proven: Proven, tmp_path: Path) -> None:
    file = tmp_path / "consistency.json"
    for older, newer, holds in ((3, CASES, True), (CASES, CASES, True), (2, 5, False)):
        file.write_text(json.dumps(consistency(proven, older, newer)), encoding="utf-8")
        code, said = run(proven.certificate, f"--consistency={file}", f"--log={proven.log}")
        assert (code == 0) is holds, said
    proof = consistency(proven, 3, CASES)
    proof["older"] = consistency(proven, 4, CASES)["older"]
    file.write_text(json.dumps(proof), encoding="utf-8")
    assert run(proven.certificate, f"--consistency={file}")[0] == 1


@given(
    message=st.text(max_size=200),
    place=st.integers(0, 63),
    bit=st.integers(0, 7),
    seed=st.binary(min_size=32, max_size=32),
)
@settings(max_examples=8, deadline=None)
def test_its_signatures_are_those_of_the_library(message: str, place: int, bit: int, seed: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw().hex(), key.sign(message.encode())
    assert verify.signed(public, {"signature": signature.hex(), "text": message})
    other = bytearray(signature)
    other[place] ^= 1 << bit
    assert not holds(public, bytes(other).hex(), message)
    assert not holds(public, signature.hex(), message + "x")
    assert not holds(public, signature.hex()[:-2], message)


def holds(public: str, signature: str, text: str) -> bool:
    try:
        return bool(verify.signed(public, {"signature": signature, "text": text}))
    except ValueError:
        return False


def test_a_signature_has_one_form_only() -> None:
    """S plus the order of the group would verify without the check of RFC 8032, section 5.1.7."""
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    signature = key.sign(b"text")
    s = int.from_bytes(signature[32:], "little") + verify.L
    other = signature[:32] + s.to_bytes(32, "little")
    assert not holds(key.public_key().public_bytes_raw().hex(), other.hex(), "text")


def test_where_sm3_is_missing_it_says_so(proven: Proven) -> None:
    code = (
        "import hashlib, runpy, sys\n"
        "hashlib.algorithms_available = set()\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    command = [sys.executable, "-c", code, str(SCRIPT), str(proven.certificate), str(proven.original)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "[未核验 --] 文件 SM3" in done.stdout and "none here" in done.stdout
