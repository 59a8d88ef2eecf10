"""The coordination package: application and papers in order, absent ones named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pymupdf
import pytest

from domain.case import Case
from domain.vocabulary import DocumentKind
from outgoing.errors import NoticeRefusedError
from outgoing.filling import template_path
from outgoing.package import coordination_package, package_parts
from storage import Storage
from tests.outgoing.conftest import Run
from tests.outgoing.papers import EXM, TODAY, document, pdf, picture, policies, put, stored

K = DocumentKind


def whole_case(storage: Storage) -> Case:
    application = put(storage, "申请单.pdf", pdf("APPLICATION 1", "APPLICATION 2"))
    form = put(storage, "登记表.pdf", pdf("cover of another", "FORM"))
    card = put(storage, "身份证.jpg", picture((800, 500)))
    trades = put(storage, "明细.pdf", pdf("TRADES 1", "TRADES 2", "TRADES 3"))
    proof = put(storage, "截图.png", picture(kind="PNG"))
    documents = (
        document(trades, K.TRADE_STATEMENT, (1, 2, 3)),
        document(proof, K.EVIDENCE),
        document(card, K.ID_CARD_COPY, size=(800, 500)),
        document(form, K.APPLICATION_FORM, (2,)),
        document(application, K.COORDINATION_APPLICATION, (1, 2)),
    )
    return stored(storage, (application, form, card, trades, proof), documents)


def made(case: Case, storage: Storage) -> pymupdf.Document:
    copy = coordination_package(
        case,
        policies().adopted(EXM),
        lambda ref: storage.objects.path(ref.key),
        template_path("package", None),
        TODAY,
    )
    return pymupdf.open("pdf", copy.content)


def test_papers_follow_the_cover_in_the_order_of_the_list(storage: Storage) -> None:
    document = made(whole_case(storage), storage)
    cover = document[0].get_text()
    assert document.page_count == 1 + 2 + 1 + 1 + 3 + 1
    words = [document[n].get_text().strip() for n in range(1, document.page_count)]
    assert words == ["APPLICATION 1", "APPLICATION 2", "FORM", "", "TRADES 1", "TRADES 2", "TRADES 3", ""]
    assert "共 8 页" in cover
    assert [p in cover for p in ("2–3", "5", "6–8", "9")] == [True] * 4
    assert "案卷中没有的材料：投诉人客户开户资料" in cover.replace("\n", "")
    assert "以协调投诉申请单代" in cover.replace("\n", "")
    assert cover.count("案卷中没有") == 2, "once in the list, once below it"


def test_pictures_lie_upright_on_a4(storage: Storage) -> None:
    card = put(storage, "身份证.jpg", picture((500, 800)))
    turned = document(card, K.ID_CARD_COPY, size=(800, 500), turned=90)
    made_of = made(stored(storage, (card,), (turned,)), storage)
    page = made_of[1]
    assert (round(page.rect.width), round(page.rect.height)) == (842, 595)
    assert page.rotation == 0
    dark = np.frombuffer(page.get_pixmap(dpi=72, colorspace="gray").samples, np.uint8).reshape(595, 842) < 100
    rows, columns = np.nonzero(dark)
    # upper left before turning by 90 degrees clockwise is upper right after it
    assert rows.mean() < 595 / 2
    assert columns.mean() > 842 / 2


def test_an_opinion_inside_the_application_is_not_enclosed_twice(storage: Storage) -> None:
    parts = {p.required.kind: p for p in package_parts(whole_case(storage), policies().adopted(EXM))}
    assert parts[K.MEMBER_OPINION].papers == parts[K.COORDINATION_APPLICATION].papers
    assert not parts[K.ACCOUNT_OPENING_FILE].papers


@pytest.mark.parametrize("policy", ["hotel", EXM])
def test_nothing_to_enclose_is_refused(storage: Storage, policy: str) -> None:
    paper = put(storage, "信.pdf", pdf("letter"))
    case = stored(storage, (paper,), (document(paper, K.ENVELOPE),))
    with pytest.raises(NoticeRefusedError):
        package_parts(case, policies().adopted(policy))


def test_the_command_writes_it_once(storage: Storage, run: Run, tmp_path: Path) -> None:
    case = whole_case(storage)
    out = tmp_path / "给协调中心.pdf"
    assert run("case", "package", case.number, "--out", out).exit_code == 0
    before = out.read_bytes()
    again = run("case", "package", case.number, "--out", out)
    assert type(again.exception).__name__ == "OutputExistsError"
    assert out.read_bytes() == before
    assert type(run("case", "package", case.number, "--out", tmp_path / "x.zip").exception).__name__ == (
        "ConfigurationError"
    )
