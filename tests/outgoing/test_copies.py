"""Copies: what lies on them, and that nothing of what was blackened is left in their bytes."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from domain.base import BBox
from domain.copies import CopyOrder
from extractors.reading.render import load_picture
from extractors.reading.settings import ReadingSettings
from outgoing.copies import CopyPage, Stamp, reading_copy, redacted_copy

SHA = "ab" * 32
ORDER = CopyOrder(requester="某市法院 刘书记员", reason="（2026）民初12号调阅", at=datetime(2026, 11, 27, tzinfo=UTC))
Pixels = NDArray[np.uint8]


def stamp_of(pages: int) -> Stamp:
    return Stamp(number="EXM-2026-000001", label="投诉书", pages=pages, order=ORDER)


def pictures(copy: bytes) -> list[Pixels]:
    """Return the pictures of a copy, one for each page."""
    with pymupdf.open("pdf", copy) as document:
        found = []
        for page in document:
            ((xref, *_),) = page.get_images()
            with Image.open(io.BytesIO(document.extract_image(xref)["image"])) as image:
                found.append(np.asarray(image.convert("L")))
        return found


def everything(copy: bytes) -> bytes:
    """Return all bytes of a PDF, and what every stream and string of it holds when it is decoded."""
    found = [copy]
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                found.append(thing.read_raw_bytes())
                if thing.get("/Filter") != "/DCTDecode":
                    found.append(thing.read_bytes())
            found.append(repr(thing).encode())
        found.append(repr(pdf.docinfo).encode())
    with pymupdf.open("pdf", copy) as document:
        found += [page.get_text(option).encode() for page in document for option in ("text", "html", "rawjson")]
        found.append(repr(document.metadata).encode() + str(document.get_xml_metadata()).encode())
    return b"\n".join(found)


def assert_bare(copy: bytes, pages: int) -> None:
    """A copy is pages with one picture each: one revision, nothing beside them."""
    assert copy.count(b"startxref") == 1 and copy.count(b"%%EOF") == 1 and b"/Prev" not in copy
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert len(pdf.pages) == pages
        assert set(pdf.Root.keys()) <= {"/Type", "/Pages", "/Info"}
        assert not pdf.attachments
        for page in pdf.pages:
            assert set(page.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Rotate", "/Resources", "/Contents"}
            assert set(page.resources.keys()) <= {"/XObject"}
            (image,) = page.resources["/XObject"].values()
            assert image["/Subtype"] == "/Image" and "/SMask" not in image
    with pymupdf.open("pdf", copy) as document:
        assert all(page.get_text().strip() == "" for page in document)


def placed(draw: tuple[float, float, float, float], size: tuple[int, int]) -> BBox:
    """Return a box from four shares of the page, at least a pixel large."""
    height, width = size
    x0, x1 = sorted((draw[0] * (width - 1), draw[1] * (width - 1)))
    y0, y1 = sorted((draw[2] * (height - 1), draw[3] * (height - 1)))
    return (x0, y0, x1 + 0.5, y1 + 0.5)


share = st.floats(0, 1)
boxes = st.lists(st.tuples(share, share, share, share), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(drawn=boxes, colour=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_what_was_below_a_box_changes_no_byte_of_the_copy(
    drawn: list[tuple[float, float, float, float]], colour: bool, seed: int
) -> None:
    """Two originals that differ below the boxes alone give the same bytes: then nothing of it can be in them."""
    random = np.random.default_rng(seed)
    shape = (90, 70, 3) if colour else (90, 70)
    one = random.integers(0, 256, shape, np.uint8)
    other, places = one.copy(), tuple(placed(d, shape[:2]) for d in drawn)
    for x0, y0, x1, y1 in places:
        inside = (slice(int(y0), int(np.ceil(y1))), slice(int(x0), int(np.ceil(x1))))
        other[inside] = random.integers(0, 256, other[inside].shape, np.uint8)
    copies = [redacted_copy([CopyPage(image, 200.0, SHA, places)], stamp_of(1)) for image in (one, other)]
    assert copies[0] == copies[1]
    assert_bare(copies[0], 1)
    (picture,) = pictures(copies[0])
    for x0, y0, x1, y1 in places:
        # the coding lets the neighbours of an edge shine in a little, never what was below
        core = picture[int(y0) + 8 : max(0, int(y1) - 8), int(x0) + 8 : max(0, int(x1) - 8)]
        assert core.size == 0 or core.max() <= 16


def test_a_box_covers_every_pixel_that_it_touches() -> None:
    white = np.full((60, 60), 255, np.uint8)
    (picture,) = pictures(redacted_copy([CopyPage(white, 200.0, SHA, ((10.4, 10.4, 29.6, 29.6),))], stamp_of(1)))
    assert picture[10:30, 10:30].mean() < 40
    assert picture[40:60, 40:60].min() > 200
    assert white.min() == 255, "the page itself is left as it is"


SECRET, OTHER = "13800138000", "13912345678"
SPOT = pymupdf.Rect(60, 200, 320, 240)


def hostile(folder: Path, secret: str, spot: pymupdf.Rect = SPOT) -> Path:
    """Write a PDF that says ``secret`` at ``spot`` and wherever a PDF can say something, in an earlier revision too."""
    file = folder / f"{secret}.pdf"
    with pymupdf.open() as made:
        page = made.new_page(width=400, height=500)
        page.insert_text((70, 100), "Open words stay.", fontsize=14)
        page.insert_text((spot.x0 + 10, spot.y1 - 15), f"Tel {secret}", fontsize=18)
        page.insert_text((70, 400), secret, render_mode=3)
        page.add_text_annot((380, 480), secret).update()
        made.embfile_add("note.txt", secret.encode(), desc=secret)
        made.set_metadata({"title": secret, "subject": secret, "keywords": secret, "author": secret})
        made.set_xml_metadata(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{secret}</x:xmpmeta>")
        layer = made.add_ocg("hidden", on=False)
        page.insert_text((70, 450), secret, oc=layer)
        made.set_toc([[1, secret, 1]])
        made.save(file)
    with pymupdf.open(file) as made:
        made[0].insert_text((70, 480), "second revision")
        made.saveIncr()
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        thumbnail = pikepdf.Stream(pdf, secret.encode())
        pdf.pages[0]["/Thumb"] = thumbnail
        pdf.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{secret}')")
        pdf.save(file.with_suffix(".thumb.pdf"))
    return file


def copied(file: Path, spot: pymupdf.Rect = SPOT) -> bytes:
    picture = load_picture(file, "application/pdf", 1, ReadingSettings())
    assert picture.dpi is not None
    scale = picture.dpi / 72
    box = (spot.x0 * scale, spot.y0 * scale, spot.x1 * scale, spot.y1 * scale)
    note = (370 * scale, 460 * scale, 400 * scale, 500 * scale)
    return redacted_copy([CopyPage(picture.image, picture.dpi, SHA, (box, note))], stamp_of(1))


WHOLE = 5


def spellings(secret: str) -> list[bytes]:
    """Return how a PDF may spell ``secret``: ``WHOLE`` ways, then parts of it."""
    wide = secret.encode("utf-16-be")
    plain = secret.encode()
    return [plain, wide, secret.encode("utf-16-le"), plain.hex().encode(), wide.hex().encode(), plain[:7], plain[-7:]]


@pytest.mark.parametrize("ending", [".pdf", ".thumb.pdf"])
def test_nothing_of_a_pdf_that_says_it_everywhere_is_left(tmp_path: Path, ending: str) -> None:
    one, other = (hostile(tmp_path, secret).with_suffix(ending) for secret in (SECRET, OTHER))
    assert SECRET.encode() in everything(one.read_bytes()), "the test can find it"
    before = one.read_bytes()
    copy = copied(one)
    assert one.read_bytes() == before
    assert_bare(copy, 1)
    held = everything(copy)
    assert not [s for s in spellings(SECRET) if s in held or s in held.lower()]
    assert copy == copied(other), "another secret below the same boxes gives the same copy"


@settings(max_examples=6, deadline=None)
@given(
    secrets=st.lists(st.integers(10**10, 10**11 - 1).map(str), min_size=2, max_size=2, unique=True),
    left=st.floats(5, 120),
    top=st.floats(10, 400),
)
def test_nothing_is_left_wherever_the_box_lies(
    tmp_path_factory: pytest.TempPathFactory, secrets: list[str], left: float, top: float
) -> None:
    spot = pymupdf.Rect(left, top, left + 260, top + 40)
    one, other = (hostile(tmp_path_factory.mktemp("hostile"), secret, spot) for secret in secrets)
    copy = copied(one, spot)
    held = everything(copy)
    assert not [s for s in spellings(secrets[0])[:WHOLE] if s in held], "parts of it may stand in any table of offsets"
    assert copy == copied(other, spot)


def test_a_redacted_copy_does_not_say_who_asked() -> None:
    page = CopyPage(np.full((80, 300), 255, np.uint8), None, SHA)
    held = everything(redacted_copy([page], stamp_of(1)))
    assert not any(
        word.encode(coding) in held for word in ("刘书记员", "民初12号") for coding in ("utf-8", "utf-16-be")
    )


def test_a_reading_copy_bears_who_why_and_when_on_every_page() -> None:
    white = np.full((1000, 700), 255, np.uint8)
    pages = [CopyPage(white, 100.0, SHA), CopyPage(np.full((700, 1000, 3), 30, np.uint8), None, "cd" * 32)]
    copy = reading_copy(pages, stamp_of(2))
    assert_bare(copy, 2)
    with pymupdf.open("pdf", copy) as document:
        told = document.metadata
        assert told["subject"] == "取件人：某市法院 刘书记员；事由：（2026）民初12号调阅；时间：2026-11-27 08:00"
        assert re.findall(r"sha256:(\w{64})", told["keywords"]) == [SHA, "cd" * 32]
        assert [round(page.rect.width) for page in document] == [504, 842]
    light, dark = pictures(copy)
    for picture, ground in ((light[:1000], 255), (dark[:700], 30)):
        # no part of the page is free of it, and no part is buried
        for rows in np.array_split(picture, 4):
            for part in np.array_split(rows, 2, axis=1):
                marked = np.abs(part.astype(int) - ground) > 20
                assert 0.002 < marked.mean() < 0.4
        assert np.abs(picture.astype(int) - ground).max() < 110
    assert light[1000:].min() < 80, "the foot says what it is"


def test_the_watermark_is_in_the_pixels_and_in_nothing_that_can_be_taken_away() -> None:
    copy = reading_copy([CopyPage(np.full((1000, 700), 255, np.uint8), 100.0, SHA)], stamp_of(1))
    with pymupdf.open("pdf", copy) as document:
        page = document[0]
        assert list(page.annots()) == [] and page.get_drawings() == [] and page.get_text().strip() == ""
        assert len(page.get_images()) == 1 and len(page.get_contents()) == 1


def test_letters_stay_readable_below_the_watermark() -> None:
    """Ink stays far darker than the watermark makes white paper, and paper far lighter than it makes ink."""
    page = np.full((1000, 700), 255, np.uint8)
    page[::7] = 0
    (picture,) = pictures(reading_copy([CopyPage(page, 100.0, SHA)], stamp_of(1)))
    body = picture[:1000].astype(int)
    ink, paper = body[::7], body[3::7]
    assert np.percentile(ink, 99) + 60 < np.percentile(paper, 1)
