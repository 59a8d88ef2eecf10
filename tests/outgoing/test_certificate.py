"""The certificate on paper: everything that proves is on it, whole, in groups, and in the code."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import cv2
import numpy as np
import pymupdf
import pytest

from domain.proof import Certificate, CertifiedFile, Inclusion, SignedHead, TimeStamp, TreeHead
from outgoing.certificate import certificate_pdf, qr_text

AT = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


def digest(number: int) -> str:
    return f"{number:x}".rjust(2, "0") * 32


def certificate(files: int = 3, note: str | None = None, stamp: TimeStamp | None = None) -> Certificate:
    head = TreeHead(log=digest(1), size=70, root=digest(2), at=AT, key=digest(3), note=note)
    listed = [
        CertifiedFile(role="original", name=f"投诉信{n}.pdf", sha256=digest(16 + n), sm3=digest(80 + n), size=n)
        for n in range(files - 1)
    ]
    listed.append(CertifiedFile(role="case", name="EXM-2026-000001.json", sha256=digest(8), sm3=digest(9), size=4096))
    return Certificate(
        case_id="case-1", case_number="EXM-2026-000001", revision=2, filed_at=AT, files=tuple(listed), manifest="{}",
        manifest_sha256=digest(4), manifest_sm3=digest(5), leaf="{}",
        inclusion=Inclusion(index=41, size=70, leaf_hash=digest(6), path=(digest(7),) * 7),
        head=SignedHead(position=3, text="{}", signature=digest(10) * 2, head=head), keys=(), stamp=stamp,
    )  # fmt: skip


def words_of(pdf: bytes) -> list[str]:
    with pymupdf.open("pdf", pdf) as document:
        return [page.get_text() for page in document]


def test_everything_that_proves_is_on_one_page() -> None:
    made = certificate(files=5)
    (page,) = words_of(certificate_pdf(made))
    digits = re.sub(r"\s", "", page)
    hashes = [made.manifest_sha256, made.manifest_sm3, made.inclusion.leaf_hash, made.head.head.root]
    hashes += [made.head.head.log, made.head.head.key, made.head.signature]
    hashes += [h for f in made.files for h in (f.sha256, f.sm3)]
    assert all(h in digits for h in hashes)
    assert all(f.name in page for f in made.files)
    assert "2026年11月26日 16:30:00" in page and "未取得第三方时间戳" in page
    assert digest(6)[:8] + " " in page  # groups of eight
    assert "不能证明" in page and "第 1 页，共 1 页" in page


def test_many_files_take_more_pages_and_none_is_left_out() -> None:
    made = certificate(files=40)
    pages = words_of(certificate_pdf(made))
    assert len(pages) > 1 and f"第 2 页，共 {len(pages)} 页" in pages[1]
    digits = re.sub(r"\s", "", "".join(pages))
    assert all(f.sha256 in digits and f.sm3 in digits for f in made.files)


@pytest.mark.parametrize("name", ["扫" * 200 + ".pdf", "a" * 300, "x", "𠮷野家.pdf"])
def test_names_of_any_length_stay_on_the_sheet(name: str) -> None:
    file = CertifiedFile(role="searchable_pdf", name=name, sha256=digest(8), sm3=digest(9), size=10**12)
    pdf = certificate_pdf(certificate().model_copy(update={"files": (file,)}))
    with pymupdf.open("pdf", pdf) as document:
        right = max(word[2] for word in document[0].get_text("words"))
    assert right <= 535


def test_stamp_and_clock_are_told() -> None:
    stamp = TimeStamp(at=AT, authority="http://tsa.example", response=b"")
    (page,) = words_of(certificate_pdf(certificate(note="clock-set-back:2026-11-26T09:00:00+00:00", stamp=stamp)))
    assert "http://tsa.example" in page and "clock-set-back" in page


def test_the_code_holds_head_and_leaf() -> None:
    made = certificate()
    with pymupdf.open("pdf", certificate_pdf(made)) as document:
        pixels = document[0].get_pixmap(dpi=200, colorspace=pymupdf.csGRAY)
    picture = np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.width)
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert read == qr_text(made)
    assert all(part in read for part in (digest(1), digest(2), digest(6), " 70 "))


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert certificate_pdf(certificate()) == certificate_pdf(certificate())
