"""Pages and papers that fail after acceptance: visible, and the rest of the case goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from domain.documents import Failure
from domain.errors import DamagedImageError
from flows.acceptance import accept_group
from flows.claims import cut_short
from flows.commands import exit_code
from flows.engine import prepare_environment
from flows.grouping import GroupMode, group_paths
from flows.request import IngestOutcome, IngestRequest
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from tests.flows.conftest import ADOPTION, INCOMPLETE, MAJOR, POLICY, FolderOf, ingest_arguments, juanzong
from tests.flows.pages import reading


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    opened = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    yield opened
    opened.close()


class OnePageBroken:
    """Reads every page but the second."""

    def read(self, jobs: tuple[Any, ...]) -> tuple[Any, ...]:
        broken = DamagedImageError("第 2 页的图像数据损坏", "请重新扫描该页")
        return tuple(broken if job.source_page == 2 else reading(job.source_page) for job in jobs)


def test_a_page_that_fails_is_visible_everywhere(services: Services, folder_of: FolderOf, home: Path) -> None:
    prepare_environment(home)
    from flows.pipeline import Run, read_task, settle_task

    folder = folder_of("坏页", MAJOR / "身份证.pdf")
    document = pymupdf.open()
    for number in range(3):
        document.new_page().insert_text((72, 72), f"page {number}")
    (folder / "三页.pdf").write_bytes(document.tobytes())
    request = IngestRequest((folder,), POLICY, datetime(2026, 11, 20, tzinfo=UTC))
    for _ in range(2):
        for group in group_paths(request.paths, GroupMode.CASE).groups:
            accept_group(services, request, group, "EXM")
        for row in services.storage.intake.pending():
            reader: Any = OnePageBroken()
            run = Run(services, reader, lambda *_: None)
            settle_task.fn(run, row, [read_task.fn(run, row, source) for source in row.originals])
        service = ReviewService(services)
        (case,) = (c for c in map(service.case, (e.id for e in service.cases(10, 0))) if c.failures)
        (failure,) = case.failures
        assert (failure.file, failure.page, failure.error) == ("三页.pdf", 2, "DamagedImageError")
        assert failure in [item.failure for item in service.failures()] and len(service.failures()) == 1
        assert any(reason.code == "failure" for reason in case.review) or any(
            "第 2 页" in reason.message for reason in case.review
        )
        pages = [p.source_page for d in case.documents if d.source.name == "三页.pdf" for p in d.pages]
        assert pages == [1, 3]
        assert case.revision == 1 and case.archive.log_index is not None
    assert services.storage.fixity.verify_archive() == ()


DEFECT = """
import flows.stages
extract = flows.stages.extract_document
def defective(name, kind, *rest):
    if kind == {kind!r}:
        raise ZeroDivisionError("defect in an extractor")
    return extract(name, kind, *rest)
flows.stages.extract_document = defective
"""


def test_a_defect_of_ours_in_one_paper_does_not_cost_the_case(home: Path, folder_of: FolderOf, tmp_path: Path) -> None:
    folder = folder_of("缺陷", INCOMPLETE / "form.jpg", MAJOR / "身份证.pdf")
    # other bytes of the same picture: a paper that has not been understood before
    with (folder / "form.jpg").open("ab") as paper:
        paper.write(b"\x00")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(DEFECT.format(kind="application_form"))
    done = juanzong(home, *ingest_arguments(folder), "--json", "-", PYTHONPATH=str(tmp_path / "site"))
    assert done.code == 1, done.err
    (failure,) = done.json["failures"]
    assert failure["error"] == "ZeroDivisionError" and "form.jpg" in failure["file"] + failure["reason"]
    assert "原件" in failure["next_step"]
    (case,) = done.json["cases"]
    kinds = {d["source_file"]: d["kind"] for d in case["documents"]}
    assert kinds == {"form.jpg": "other", "身份证.pdf": "id_card_copy"}
    assert all(d["pages"] for d in case["documents"])
    assert case["fields"]["complainant_name"]["value"]
    assert cut_short(home) == ()


def test_exit_codes() -> None:
    def ended(*errors: str) -> int:
        failures = tuple(Failure(file="a.pdf", error=e, reason="事实", next_step="下一步") for e in errors)
        return exit_code(IngestOutcome((), failures))

    assert ended() == 0
    assert ended("EmptyFileError", "PageCrashedError", "StoreFullError") == 3
    assert ended("EmptyFileError", "ZeroDivisionError") == 1
