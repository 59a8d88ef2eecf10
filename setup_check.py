"""Names missing system parts with the command that installs them; installs nothing itself.

Runs on the system's Python before anything is installed, so it uses the standard library only.
"""

import importlib.util
import subprocess
import sys

LIBRARY_PACKAGES = {"libGL.so.1": "libgl1", "libgthread-2.0.so.0": "libglib2.0-0", "libgomp.so.1": "libgomp1"}


def missing_python_parts() -> list[str]:
    """Return one sentence per missing part of Python itself."""
    problems = []
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what says so
        problems.append(f"Python 3.11 or newer is needed, found {sys.version.split()[0]}: apt-get install python3.11")
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        problems.append("Python's venv module is missing: apt-get install python3-venv")
    return problems


def missing_libraries() -> list[str]:
    """Return one sentence per missing shared library (checked by importing what needs it)."""
    script = "import cv2, onnxruntime, pymupdf, pikepdf"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    wanted = [f"{so} is missing: apt-get install {deb}" for so, deb in LIBRARY_PACKAGES.items() if so in result.stderr]
    return wanted or [f"the installed packages do not load: {result.stderr.strip().splitlines()[-1]}"]


def main() -> int:
    """Print what is missing; return 2 when something is."""
    problems = missing_libraries() if "--libraries" in sys.argv else missing_python_parts()
    for problem in problems:
        sys.stderr.write(problem + "\n")
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
