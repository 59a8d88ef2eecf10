"""``python -m flows`` is ``juanzong``."""

from flows.cli import main

if __name__ == "__main__":
    main()
