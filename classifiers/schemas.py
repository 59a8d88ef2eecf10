"""Published JSON Schemas of packs and adoptions: ``python -m classifiers.schemas docs``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from domain.policy import Adoption, PolicyPack

SCHEMAS: dict[str, type[BaseModel]] = {
    "policy-pack.schema.json": PolicyPack,
    "adoption.schema.json": Adoption,
}


def schema_text(model: type[BaseModel]) -> str:
    """Return the JSON Schema of ``model`` as it is published."""
    return json.dumps(model.model_json_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema into ``folder``."""
    for name, model in SCHEMAS.items():
        (folder / name).write_text(schema_text(model), encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
