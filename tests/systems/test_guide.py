"""The commands of docs/api.md work as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from domain.access import Scope
from tests.review_ui.drawn import sheets
from tests.serving import served
from tests.systems.conftest import House

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ERRORS = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")


def test_the_examples_run(house: House, tmp_path: Path) -> None:
    script = "\n".join(re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL))
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "投诉信.png").write_bytes(sheets()[1].picture.content + b"guide")
    _, token = house.storage.api_tokens.create("CRM", tuple(Scope), 1, "管理员")
    with served(house.app) as address:
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=kept | {"JZ": address, "TOKEN": token},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "EXM-2026-000003" in done.stdout and "304\n" in done.stdout
    assert '"secret":"whsec_' in done.stdout and "UnknownCaseError" in done.stdout
    assert (folder / "page.jpg").stat().st_size > 1000
    answered = house.storage.cases.load_case("EXM-2026-000001")
    assert answered is not None and answered.decisions[0].actor == "周敏@CRM"


def test_the_guide_names_every_scope_and_documented_errors() -> None:
    assert all(f"`{scope.value}`" in GUIDE for scope in Scope)
    named = set(re.findall(r"`(\w+Error)`", GUIDE))
    assert named and all(f"`{name}`" in ERRORS for name in named)
