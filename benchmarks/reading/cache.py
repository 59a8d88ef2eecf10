"""Results kept between runs: by the bytes of the file, the page, and the source code that made them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / ".cache" / "bench-reading"
_PAGE_SOURCES = ("extractors/reading", "extractors/marks", "extractors/layout", "extractors/page_worker.py")
_BASELINE_SOURCES = ("benchmarks/reading/baseline_ocr.py", "benchmarks/bare_ocr.py", "extractors/reading/model_pins.py")


class Cache:
    """A folder of texts by key.

    Args:
        folder: made when missing.
        fresh: do not believe what is there (it is written again).
    """

    def __init__(self, folder: Path, fresh: bool = False) -> None:
        self._folder, self._fresh = folder, fresh

    def get(self, key: str) -> str | None:
        """Return what was kept under ``key``."""
        path = self._path(key)
        return None if self._fresh or not path.is_file() else path.read_text("utf-8")

    def put(self, key: str, text: str) -> None:
        """Keep ``text`` under ``key``; a cut-off run leaves nothing half written."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(text, "utf-8")
        part.replace(path)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"


@lru_cache(maxsize=4096)
def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def page_key(path: Path, page: int, engine: str) -> str:
    """Return the key of a page as the product reads it."""
    return f"{last_key(path, page, engine)} {_sources(_PAGE_SOURCES)}"


def last_key(path: Path, page: int, engine: str) -> str:
    """Return the key of a page as any version of the reader read it last."""
    return f"page {file_hash(path)} {page} {engine}"


def baseline_key(path: Path, page: int, system: str) -> str:
    """Return the key of a page as a baseline reads it."""
    return f"baseline {file_hash(path)} {page} {system} {_sources(_BASELINE_SOURCES)}"


@lru_cache(maxsize=4)
def _sources(places: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for place in places:
        path = ROOT / place
        files = (
            [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".py", ".json", ".onnx"))
        )
        for file in files:
            digest.update(f"{file.relative_to(ROOT)} ".encode() + file.read_bytes())
    return digest.hexdigest()
