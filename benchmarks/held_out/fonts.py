"""Faces of the held-out pages: `python -m benchmarks.held_out.fonts` fetches the handwriting faces.

The handwriting faces come from npm, pinned by SHA-256, into the ignored folder fonts/; the print faces are Debian's
fonts-arphic-gbsn00lp, fonts-arphic-gkai00mp and fonts-wqy-microhei.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

FONT_FOLDER = Path(__file__).parent / "fonts"
VERSION = "5.3.0"
HAND_FACES = {
    "zhi-mang-xing": ("chinese-simplified", "903fe57d53c97001563dfa380e91c3ceaacc2f65485f93c4741d34470aedb0b9"),
    "liu-jian-mao-cao": ("chinese-simplified", "bbffc6b7e13b1e10eff328df1d9b16ba2697b6237b34b67e9aa0450fb0b9a621"),
    "caveat": ("latin", "ebf746fc0667b9d10fcac7c8604e2ba40a264da85a1c9b48bd679c0af3221293"),
    "reenie-beanie": ("latin", "8a2406f9b3c0b76199dcd87288ea40480fcd8547ba1af2f9f3156205f1688be9"),
    "gochi-hand": ("latin", "6e206b6139093775d8762503196d6d991408bd5f8393ea0357f4f89b75b195a3"),
    "patrick-hand": ("latin", "c3428d02610c7b8fa92b044cf766f8c30b88bb32a47460b4ac42fa14e0bcdcc0"),
}
PRINT_FACES = {
    "song": Path("/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf"),
    "kai": Path("/usr/share/fonts/truetype/arphic-gkai00mp/gkai00mp.ttf"),
    "hei": Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
}


class FaceError(Exception):
    """A face is missing, could not be fetched or is not the pinned one."""


def hand_face(name: str) -> Path:
    """Return the file of a handwriting face.

    Raises:
        FaceError: it was not fetched yet.
    """
    path = FONT_FOLDER / f"{name}.ttf"
    if not path.exists():
        raise FaceError(f"{path.name} is missing; run `python -m benchmarks.held_out.fonts`")
    return path


def print_face(name: str) -> Path:
    """Return the file of a print face (song, kai or hei).

    Raises:
        FaceError: the Debian package is not installed.
    """
    path = PRINT_FACES[name]
    if not path.exists():
        raise FaceError(f"{path} is missing; install fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-wqy-microhei")
    return path


def fetch(name: str) -> Path:
    """Download one handwriting face, check its digest, convert it to TrueType; return the file.

    Raises:
        FaceError: npm failed or the package differs from the pinned digest.
    """
    subset, digest = HAND_FACES[name]
    target = FONT_FOLDER / f"{name}.ttf"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", f"@fontsource/{name}@{VERSION}"]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode:
            raise FaceError(f"npm pack of @fontsource/{name} failed: {done.stderr.strip()}; run again with a network")
        archive = next(Path(scratch).glob("*.tgz"))
        got = hashlib.sha256(archive.read_bytes()).hexdigest()
        if got != digest:
            raise FaceError(f"@fontsource/{name}: expected SHA-256 {digest}, got {got}; check it and pin it anew")
        with tarfile.open(archive) as pack:
            member = pack.extractfile(f"package/files/{name}-{subset}-400-normal.woff2")
            if member is None:
                raise FaceError(f"@fontsource/{name}: no {subset} face in the package; check the version")
            font = TTFont(BytesIO(member.read()))
    font.flavor = None
    FONT_FOLDER.mkdir(exist_ok=True)
    font.save(target)
    return target


def main() -> int:
    """Fetch every handwriting face."""
    for name in HAND_FACES:
        sys.stdout.write(f"{fetch(name)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
