"""The steps by hand in docs/verify.md work as they stand there, with a stamp, and refuse what the script refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import ProofOptions, open_storage
from storage.proof.certificates import certificate_json
from tests.storage.authority import OPENSSL, served_authority
from tests.storage.conftest import saved

GUIDE = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
SCRIPT = "\n".join(re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL))
STEPS = (
    "file: sha256 listed",
    "file: sm3 listed",
    "manifest: in the leaf",
    "leaf: in the tree",
    "log: named after its first key",
    "head: signed",
)

pytestmark = pytest.mark.skipif(OPENSSL is None or shutil.which("basenc") is None, reason="openssl, basenc")


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with letter, certificate and root certificate; the key was rotated once."""
    folder = tmp_path_factory.mktemp("proof")
    with served_authority(folder / "tsa") as authority:
        options = ProofOptions(authority=authority.url, certificates=authority.root)
        storage = open_storage(folder / "home", proof=options)
        for number in range(7):
            case = saved(storage, b"letter %d" % number)
            storage.filing.file_case(case)
            if number == 3:
                storage.proof.keys.rotate()
        head = storage.proof.heads.sign()
        assert head is not None
        storage.proof.heads.stamp(head)
        made = storage.proof.certificates.of_case(case.number)
        storage.close()
    (folder / "certificate.json").write_bytes(certificate_json(made))
    (folder / "letter.pdf").write_bytes(b"letter 6")
    shutil.copy(folder / "tsa" / "root.pem", folder / "root.pem")
    yield folder


def by_hand(folder: Path) -> str:
    done = subprocess.run(["bash", "-c", SCRIPT], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_every_step_holds(proof: Path) -> None:
    said = by_hand(proof)
    assert all(step in said for step in STEPS), said
    assert said.count(": signed") == 3  # two keys and the head
    assert "Verification: OK" in said and "Time stamp:" in said


@pytest.mark.parametrize(
    ("way", "lost"),
    [
        (("manifest",), "manifest: in the leaf"),
        (("leaf",), "leaf: in the tree"),
        (("inclusion", "path", 1), "leaf: in the tree"),
        (("head", "signature"), "head: signed"),
        (("stamp", "response"), "Verification: OK"),
    ],
)
def test_a_changed_part_is_seen(proof: Path, tmp_path: Path, way: tuple[str | int, ...], lost: str) -> None:
    for name in ("letter.pdf", "root.pem"):
        shutil.copy(proof / name, tmp_path)
    whole = json.loads((proof / "certificate.json").read_bytes())
    holder = whole
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = holder[way[-1]][:-30] + ("1" if holder[way[-1]][-30] != "1" else "2") + holder[way[-1]][-29:]
    (tmp_path / "certificate.json").write_text(json.dumps(whole), encoding="utf-8")
    assert lost not in by_hand(tmp_path)


def test_another_letter_is_seen(proof: Path, tmp_path: Path) -> None:
    for name in ("certificate.json", "root.pem"):
        shutil.copy(proof / name, tmp_path)
    (tmp_path / "letter.pdf").write_bytes(b"letter 5")
    assert "file:" not in by_hand(tmp_path)
