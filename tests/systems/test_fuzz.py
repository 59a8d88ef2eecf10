"""Any request that the description allows or forbids, over real storage: every answer is as described."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from review_ui.systems.uploads import RAW_TYPES
from storage import open_storage
from tests.review_ui.drawn import sheets
from tests.systems.conftest import open_house, save_case

HEADERS = {"Host": "127.0.0.1"}
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    missing_required_header,
    unsupported_method,
    allow_header_conformance,
)
FITS = ["2xx", "304", "400", "401", "403", "404", "409", "412", "413", "415", "422", "428"]
"""What a request of the right form may get: revisions, cursors and addresses have meanings that no schema can say."""


REFUSALS = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
BYTES = "application/octet-stream"
FOLDER = Path(tempfile.mkdtemp())


def _schema() -> schemathesis.BaseSchema:
    home = FOLDER / "home"
    open_storage(home).close()
    house = open_house(home)
    save_case(house.storage, *sheets())
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.app, headers=HEADERS)
    schema.config.checks.positive_data_acceptance.expected_statuses = FITS
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSALS
    return schema


schema = _schema()
schemathesis.serializer.alias([kind for kind in RAW_TYPES if kind != BYTES], BYTES)


@schema.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_gets_a_described_answer(case: Case) -> None:
    case.call_and_validate(headers=HEADERS, checks=CHECKS)


def teardown_module() -> None:
    shutil.rmtree(FOLDER)
