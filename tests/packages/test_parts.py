"""The parts of a package by themselves: proofs, names, corrected text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.corrected_text import Correction, corrected_page, corrections_of
from domain.documents import Document, KindGuess, ObjectRef, SourceFile
from domain.ocr import OcrLine, OcrPage
from domain.vocabulary import DocumentKind
from flows.wiring import Services
from storage.packages.bag import safe_name
from storage.packages.proofs import PackedProof, leaf_hash, packed_proof, proves
from tests.outgoing.papers import document, field, stored
from tests.outgoing.papers import put as put_paper

LEAVES = 14


def test_every_proof_of_every_size_holds_and_no_other(here: Services) -> None:
    log = here.storage.log
    data = [f"leaf {n}".encode() for n in range(LEAVES)]
    for leaf in data:
        log.append(leaf)
    for size in range(1, LEAVES + 1):
        root = log.root(size)
        for seq in range(size):
            proof = packed_proof(log.prove_inclusion(seq, size))
            assert proves(proof, data[seq], root)
            assert not proves(proof, data[seq] + b"x", root)
            assert not proves(proof, data[seq], log.root(size - 1) if size > 1 else "0" * 64)
            for wrong in _changed(proof):
                assert not proves(wrong, data[seq], root)


def _changed(proof: PackedProof) -> list[PackedProof]:
    zero = "0" * 64
    changes: list[dict[str, object]] = [
        {"path": (*proof.path, zero)},
        {"leaf_hash": zero},
        {"root_hash": zero},
        {"leaf_index": proof.tree_size},
    ]
    if proof.path:
        changes += [{"path": proof.path[:-1]}, {"path": (zero, *proof.path[1:])}]
    if len(proof.path) > 1:
        changes.append({"path": tuple(reversed(proof.path))})
    return [proof.model_copy(update=change) for change in changes]


def test_leaf_hash_is_that_of_the_rfc() -> None:
    assert leaf_hash(b"") == hashlib.sha256(b"\x00").hexdigest()


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_file_system_takes(name: str) -> None:
    safe = safe_name(name)
    encoded = f"0001-{safe}".encode()
    assert safe
    assert len(encoded) <= 255
    assert not set(safe) & set('\\/:*?"<>|%\r\n\x00')
    assert safe == safe.strip(" ")
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("来件 1.pdf", "来件 1.pdf"),
        ("C:\\扫描\\投诉.tif", "投诉.tif"),
        ("../../etc/passwd", "passwd"),
        ("50%.pdf", "50_.pdf"),
        ("..", "_"),
        ("信" * 39 + "ab 信信.pdf", "信" * 39 + "ab.pdf"),
        ("信" * 200 + ".pdf", "信" * 40 + ".pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
    ],
)
def test_names_stay_recognisable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def line(text: str, top: float) -> OcrLine:
    return OcrLine(text=text, polygon=((0, top), (300, top), (300, top + 20), (0, top + 20)), score=0.9)


def paper() -> Document:
    ref = ObjectRef(key="k", sha256="a" * 64, sm3="b" * 64, size=1, media_type="application/pdf")
    made = document(SourceFile(name="a.pdf", object=ref), DocumentKind.COMPLAINT_LETTER)
    assert isinstance(made.kind, KindGuess)
    return made


PAGE = OcrPage(
    number=1, width=600, height=800, lines=(line("投诉人：殴阳明月", 10), line("殴阳明月", 400)), producer="t"
)


def correction(**changes: object) -> Correction:
    made = paper()
    values = {"value": "欧阳明月", "document_id": made.id, "page": 1, "bbox": (80, 12, 160, 28), "read": ("殴阳明月",)}
    return Correction.model_validate(values | changes)


def test_words_at_the_place_give_way_and_others_stay() -> None:
    made = paper()
    text = corrected_page(made, made.pages[0], PAGE, (correction(),))
    assert text.text == "投诉人：欧阳明月\n殴阳明月"
    assert text.lines[0].polygon == PAGE.lines[0].polygon


@pytest.mark.parametrize("changes", [{"read": ("别的",)}, {"bbox": (300, 700, 400, 720)}, {"bbox": None}, {"read": ()}])
def test_words_without_a_line_of_theirs_become_one(changes: dict[str, object]) -> None:
    made = paper()
    text = corrected_page(made, made.pages[0], PAGE, (correction(**changes),))
    assert text.text == f"{PAGE.text}\n欧阳明月"


def test_other_pages_stay_as_they_are() -> None:
    made = paper()
    assert corrected_page(made, made.pages[0], PAGE, (correction(page=2), correction(document_id="doc-2"))) == PAGE


def test_value_without_a_place_goes_to_the_first_page(here: Services, tmp_path: Path) -> None:
    source = put_paper(here.storage, "来件.pdf", b"one")
    told = field("complainant_name", "欧阳明月", "gone").model_copy(update={"producer": "person:周敏"})
    machine = field("complainant_phone", "13900000001")
    case = stored(here.storage, (source,), fields={"complainant_name": told, "complainant_phone": machine})
    (found,) = corrections_of(case)
    assert (found.value, found.document_id, found.page, found.bbox) == ("欧阳明月", case.documents[0].id, 1, None)
