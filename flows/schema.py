"""Writes the published JSON Schema of the case JSON: ``python -m flows.schema``."""

from __future__ import annotations

import json

from domain.contract import json_schema
from flows.settings import ROOT


def main() -> None:
    """Write docs/case.schema.json."""
    text = json.dumps(json_schema(), ensure_ascii=False, indent=1, sort_keys=True)
    (ROOT / "docs" / "case.schema.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
