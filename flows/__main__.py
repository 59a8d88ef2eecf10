"""``python -m flows`` is ``juanzong``."""

from flows.cli import run

if __name__ == "__main__":
    run()
