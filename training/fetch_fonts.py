"""Fetch the handwriting faces used at generation time: `python -m training.fetch_fonts`.

The faces come from npm (pinned by SHA-256) into the ignored folder training/fonts/. Without them the generator still
works; handwriting then falls back to a regular face and to drawn strokes.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

FONT_FOLDER = Path(__file__).parent / "fonts"
PACKAGES = {
    "ma-shan-zheng": (
        "5.3.1",
        "chinese-simplified-400",
        "f441a8e137c210da78e8a287616227b11771ff8bbc4a6e506a0f5f84790ca272",
    ),
    "long-cang": (
        "5.3.0",
        "chinese-simplified-400",
        "f37d7fc6e0ed15718e03fe9edd5f8b0117d6d011d23c15bf2d35b7b00f9c4e26",
    ),
    "zhi-mang-xing": (
        "5.3.0",
        "chinese-simplified-400",
        "903fe57d53c97001563dfa380e91c3ceaacc2f65485f93c4741d34470aedb0b9",
    ),
    "liu-jian-mao-cao": (
        "5.3.0",
        "chinese-simplified-400",
        "bbffc6b7e13b1e10eff328df1d9b16ba2697b6237b34b67e9aa0450fb0b9a621",
    ),
    # the file called latin holds the whole set
    "lxgw-wenkai": ("5.3.0", "latin-500", "e796ef6dd20f4eea37625222872095a7d049fa6bfdd6fe80a15dfa22fdf2c7ca"),
}


class FontFetchError(Exception):
    """A face could not be fetched or is not the pinned one."""


def fetch(name: str, folder: Path, packages: Mapping[str, tuple[str, str, str]] = PACKAGES) -> Path:
    """Download one face, check its digest, convert it to TrueType; return the file.

    Args:
        name: name of the face at @fontsource.
        folder: where the file goes.
        packages: version, subset with weight, and SHA-256 of the package, by name.

    Raises:
        FontFetchError: npm failed or the package differs from the pinned digest.
    """
    version, subset, digest = packages[name]
    target = folder / f"{name}.ttf"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"@fontsource/{name}@{version}"]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode:
            raise FontFetchError(
                f"npm pack of @fontsource/{name} failed: {done.stderr.strip()}; check the network and run again"
            )
        archive = next(Path(scratch).glob("*.tgz"))
        got = hashlib.sha256(archive.read_bytes()).hexdigest()
        if got != digest:
            raise FontFetchError(
                f"@fontsource/{name}: expected SHA-256 {digest}, got {got}; pin the new version after checking it"
            )
        with tarfile.open(archive) as pack:
            member = pack.extractfile(f"package/files/{name}-{subset}-normal.woff2")
            if member is None:
                raise FontFetchError(f"@fontsource/{name}: no face {subset} in the package; check the version")
            font = TTFont(BytesIO(member.read()))
    font.flavor = None
    font.save(target)
    return target


def main() -> int:
    """Fetch every face."""
    FONT_FOLDER.mkdir(exist_ok=True)
    for name in PACKAGES:
        sys.stdout.write(f"{fetch(name, FONT_FOLDER)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
