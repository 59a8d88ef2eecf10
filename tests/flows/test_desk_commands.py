"""What the command line makes and checks is recorded with the case."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.archive_commands import verify
from flows.notices import write_notice, write_package
from outgoing.errors import NoticeRefusedError
from outgoing.notices import NoticeKind
from storage.errors import OutputExistsError
from tests.review_ui.desk_home import DeskHome, worked_home

NUMBER = "EXM-2026-000001"


def test_notices_of_the_command_line_are_recorded(tmp_path: Path) -> None:
    home = worked_home(tmp_path / "home")
    settings, out = home.services.settings, tmp_path / "out"
    write_notice(NoticeKind.RECEIPT, NUMBER, out, settings)
    write_package(NUMBER, out / "package.pdf", settings)
    receipt, package = home.services.storage.desk.notices.of_case(NUMBER)
    assert (receipt.kind, package.kind) == ("receipt", "package")
    assert receipt.made_by.startswith("命令行：") and receipt.docx is not None
    written = (out / f"受理通知书-{NUMBER}.pdf").read_bytes()
    assert home.services.storage.objects.read(receipt.pdf.object.key) == written
    with pytest.raises(OutputExistsError):
        write_notice(NoticeKind.RECEIPT, NUMBER, out, settings)
    with pytest.raises(NoticeRefusedError):
        write_notice(NoticeKind.REFERRAL, NUMBER, out, settings)
    assert len(home.services.storage.desk.notices.of_case(NUMBER)) == 2
    home.close()


def test_verify_records_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home: DeskHome = worked_home(tmp_path / "home")
    monkeypatch.setenv("JUANZONG_HOME", str(home.home))
    assert verify(None) == 0
    last = home.services.storage.desk.checks.last()
    assert last is not None and last.findings == 0 and last.made_by.startswith("命令行：")
    home.close()
