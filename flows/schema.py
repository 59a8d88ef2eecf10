"""Writes the published schemas, of the case JSON and of the interface: ``python -m flows.schema``."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from domain.contract import json_schema
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import ROOT, load_settings
from flows.systems_service import open_systems
from flows.wiring import open_services
from review_ui.app import create_app
from review_ui.parts import Parts

DOCS = ROOT / "docs"


def api_description() -> dict[str, Any]:
    """Return the OpenAPI description of ``/api/v1``, over an empty installation."""
    with TemporaryDirectory() as folder:
        services = open_services(load_settings().model_copy(update={"home": Path(folder), "database_url": None}))
        parts = Parts(
            review=ReviewService(services),
            queue=QueueService(services),
            systems=open_systems(services, wake=lambda: None),
        )
        description = create_app(parts).openapi()
        services.close()
    return description


def main() -> None:
    """Write docs/case.schema.json and docs/openapi.json."""
    for name, document in (("case.schema.json", json_schema()), ("openapi.json", api_description())):
        text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
        (DOCS / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
