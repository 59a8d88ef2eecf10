"""The build step of the browser parts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from review_ui import assets
from review_ui.errors import AssetsError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the lock and packages that are already there; npm is a script that counts its calls."""
    shutil.copy(assets.LOCK, tmp_path)
    for source in assets.FILES.values():
        file = tmp_path / "node_modules" / source
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    return tmp_path


def fake_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    for name in ("npm", "node"):
        script = folder / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:/usr/bin:/bin")


def test_a_second_run_does_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(project, monkeypatch, f'echo "$@" >> {project}/calls')
    vendor = project / "vendor"
    assert assets.build(project, vendor)
    assert not assets.build(project, vendor)
    assert (project / "calls").read_text(encoding="utf-8").splitlines() == ["ci --ignore-scripts --no-audit --no-fund"]
    assert (vendor / "htmx.min.js").read_text(encoding="utf-8") == assets.FILES["htmx.min.js"]


@pytest.mark.parametrize("change", ["lock", "file", "gone"])
def test_what_changed_is_built_again(project: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    fake_npm(project, monkeypatch, "exit 0")
    vendor = project / "vendor"
    assets.build(project, vendor)
    if change == "lock":
        (project / "package-lock.json").write_text("{}", encoding="utf-8")
    elif change == "file":
        (vendor / "htmx.min.js").write_text("changed", encoding="utf-8")
    else:
        (vendor / "htmx.min.js").unlink()
    assert not assets.are_ready(vendor, project / "package-lock.json")
    assert assets.build(project, vendor)


def test_no_network_is_said_with_a_next_step(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(project, monkeypatch, "echo 'npm error network down' >&2; exit 1")
    with pytest.raises(AssetsError, match=r"network down.*请检查") as caught:
        assets.build(project, project / "vendor")
    assert caught.value.exit_code == 2


def test_a_package_without_the_file_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(project, monkeypatch, "exit 0")
    (project / "node_modules" / assets.FILES["htmx.min.js"]).unlink()
    with pytest.raises(AssetsError, match=r"htmx\.min\.js"):
        assets.build(project, project / "vendor")


def test_the_lock_pins_by_digest_and_names_no_host() -> None:
    lock = json.loads(assets.LOCK.read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    package = json.loads((assets.ROOT / "package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    versions = {name: entry["version"] for name, entry in packages.items()}
    direct = {f"node_modules/{name}": version for name, version in wanted.items()}
    assert direct.items() <= versions.items()
    asked_for = {f"node_modules/{name}" for entry in packages.values() for name in entry.get("dependencies", {})}
    assert versions.keys() == direct.keys() | asked_for


def test_what_the_pages_load_is_there() -> None:
    assert assets.are_ready()
