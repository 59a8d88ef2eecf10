"""Faces to write with: which are installed, which characters they hold, how wide a text is.

Always there: PyMuPDF's CJK face. Used when installed: Debian's Noto CJK, AR PL and WenQuanYi faces, and the handwriting
faces fetched by `python -m training.fetch_fonts`.
"""

import functools
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pymupdf
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import ImageFont

from training.fetch_fonts import FONT_FOLDER

DEBIAN = Path("/usr/share/fonts")
MEASURE_SIZE = 200


@dataclass(frozen=True)
class Face:
    """One typeface. `path` is None for the face built into PyMuPDF; `index` is its place in a collection."""

    name: str
    path: Path | None
    index: int = 0
    hand: bool = False

    def data(self) -> bytes:
        """Return the font file's bytes."""
        return builtin_cjk_face() if self.path is None else _read(self.path)

    def embeddable(self, characters: str) -> bytes:
        """Return a small font file with the glyphs of `characters`, for embedding in a PDF."""
        font = _open(self)
        options = subset.Options(
            layout_features=[],
            notdef_outline=True,
            drop_tables=DROPPED_TABLES,
        )
        worker = subset.Subsetter(options)
        worker.populate(text=characters)
        worker.subset(font)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()

    def pil(self, size: int) -> ImageFont.FreeTypeFont:
        """Return the face for drawing at `size` pixels per em."""
        return _pil(self, size)

    def covers(self, character: str) -> bool:
        """Say whether the face has a glyph for one character."""
        return ord(character) in _coverage(self)

    def width(self, text: str) -> float:
        """Return the advance width of `text` in ems."""
        return self.pil(MEASURE_SIZE).getlength(text) / MEASURE_SIZE


BUILTIN = Face("builtin", None)
_CATALOGUE = {
    "song": (
        Face("noto-serif", DEBIAN / "opentype/noto/NotoSerifCJK-Regular.ttc", 2),
        Face("uming", DEBIAN / "truetype/arphic/uming.ttc", 0),
    ),
    "hei": (
        Face("noto-sans", DEBIAN / "opentype/noto/NotoSansCJK-Regular.ttc", 2),
        Face("zenhei", DEBIAN / "truetype/wqy/wqy-zenhei.ttc", 0),
        BUILTIN,
    ),
    "bold": (
        Face("noto-sans-bold", DEBIAN / "opentype/noto/NotoSansCJK-Bold.ttc", 2),
        Face("noto-serif-bold", DEBIAN / "opentype/noto/NotoSerifCJK-Bold.ttc", 2),
        Face("zenhei", DEBIAN / "truetype/wqy/wqy-zenhei.ttc", 0),
    ),
    "kai": (
        Face("ukai", DEBIAN / "truetype/arphic/ukai.ttc", 0),
        Face("wenkai", FONT_FOLDER / "lxgw-wenkai.ttf"),
    ),
    "hand": (
        Face("ma-shan-zheng", FONT_FOLDER / "ma-shan-zheng.ttf", hand=True),
        Face("long-cang", FONT_FOLDER / "long-cang.ttf", hand=True),
        Face("zhi-mang-xing", FONT_FOLDER / "zhi-mang-xing.ttf", hand=True),
        Face("liu-jian-mao-cao", FONT_FOLDER / "liu-jian-mao-cao.ttf", hand=True),
        Face("wenkai-hand", FONT_FOLDER / "lxgw-wenkai.ttf", hand=True),
    ),
}
# tables that laying out text by the plain advance widths does not need; some of them are written in no fixed order
DROPPED_TABLES = [
    *subset.Options._drop_tables_default,
    *("BASE", "VORG", "vhea", "vmtx", "BDF", "FFTM", "feat", "morx", "prop", "bsln", "lcar", "GDEF", "GPOS", "GSUB"),
]
# cursive faces that even people misread are for signatures, not for whole fields
LEGIBLE_HAND = ("ma-shan-zheng", "long-cang", "zhi-mang-xing", "wenkai-hand")


@functools.cache
def builtin_cjk_face() -> bytes:
    """Return the simplified Chinese face that PyMuPDF carries (TrueType)."""
    return bytes(pymupdf.Font("china-s").buffer)


@functools.cache
def faces(role: str) -> tuple[Face, ...]:
    """Return the installed faces of a role (song, hei, bold, kai, hand); hand may be empty, the others never are."""
    found = tuple(f for f in _CATALOGUE[role] if f.path is None or f.path.exists())
    return found or (() if role == "hand" else (BUILTIN,))


def choose(rng: Random, *roles: str) -> Face:
    """Choose a face of one of the roles."""
    return rng.choice(faces(rng.choice(roles)))


def choose_hand(rng: Random) -> Face:
    """Choose a legible handwriting face, or a regular one where none is installed."""
    found = [f for f in faces("hand") if f.name in LEGIBLE_HAND]
    return rng.choice(found) if found else Face("builtin-hand", None, hand=True)


def runs(face: Face, text: str) -> Iterator[tuple[Face, str]]:
    """Split `text` into runs that one face can write, filling gaps from faces with a larger character set."""
    for chosen, group in itertools.groupby(text, key=lambda c: _face_for(face, c)):
        yield chosen, "".join(group)


def width(face: Face, text: str) -> float:
    """Return the advance width of `text` in ems, with faces filled in where glyphs lack."""
    return sum(f.width(part) for f, part in runs(face, text))


def _face_for(face: Face, character: str) -> Face:
    others = [f for f in faces("kai") if f.name == "wenkai"] if face.hand else []
    for candidate in (face, *others, BUILTIN, *faces("song")):
        if candidate.covers(character):
            return candidate
    return face


@functools.cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _open(face: Face) -> TTFont:
    number = face.index if face.path and face.path.suffix == ".ttc" else -1
    return TTFont(io.BytesIO(face.data()), fontNumber=number, lazy=True, recalcTimestamp=False)


@functools.cache
def _coverage(face: Face) -> frozenset[int]:
    return frozenset(_open(face).getBestCmap())


@functools.lru_cache(maxsize=256)
def _pil(face: Face, size: int) -> ImageFont.FreeTypeFont:
    source = io.BytesIO(builtin_cjk_face()) if face.path is None else str(face.path)
    return ImageFont.truetype(source, size, index=face.index, layout_engine=ImageFont.Layout.BASIC)
