"""The case JSON is exactly what design §5 promises."""

import json
from pathlib import Path

import jsonschema
import pytest

from domain.contract import json_schema
from domain.documents import Failure
from domain.export import cases_json, dump
from tests.domain.builders import case

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "case.schema.json"


def exported() -> dict:
    failure = Failure(file="空.pdf", error="EmptyFileError", reason="文件为空", next_step="请重新扫描")
    return json.loads(json.dumps(dump(cases_json((case(),), (failure,)))))


def test_published_schema_is_the_models_schema() -> None:
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == json_schema(), "run: python -m flows.schema"


def test_export_follows_the_schema() -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(exported())


def test_keys_of_the_contract() -> None:
    document = exported()
    assert set(document) == {"schema", "cases", "failures"}
    assert document["schema"] == "juanzong.case/1"
    found = document["cases"][0]
    assert set(found) == {
        "case_id", "case_number", "policy", "status", "disposition", "documents", "fields", "mismatches", "materials",
        "category", "severity", "deadlines", "review", "archive",
    }  # fmt: skip
    assert set(found["documents"][0]) == {
        "document_id", "source_file", "sha256", "sm3", "kind", "kind_probability", "pages", "id_sides", "signatures",
        "seals", "failures",
    }  # fmt: skip
    assert found["documents"][0]["id_sides"] == ["front", "back"]
    assert found["fields"]["complainant_email"] == {"value": None, "missing": "blank_on_form"}
    assert found["fields"]["complainant_name"]["evidence"][0] == {
        "document_id": "doc-1", "page": 1, "bbox": [10, 20, 110, 40], "quote": "欧阳明月",
    }  # fmt: skip
    assert document["failures"] == [
        {"file": "空.pdf", "error": "EmptyFileError", "reason": "文件为空", "next_step": "请重新扫描"}
    ]


@pytest.mark.parametrize(
    ("certain", "confirmed", "exported_signals"),
    [(True, None, 1), (True, False, 0), (False, None, 0), (False, True, 1)],
)
def test_only_signals_that_hold_are_exported(certain: bool, confirmed: bool | None, exported_signals: int) -> None:
    current = case()
    assert current.judgement is not None
    signal = current.judgement.severity.signals[0].model_copy(update={"certain": certain, "confirmed": confirmed})
    severity = current.judgement.severity.model_copy(update={"signals": (signal,)})
    current = current.model_copy(update={"judgement": current.judgement.model_copy(update={"severity": severity})})
    assert len(dump(cases_json((current,)))["cases"][0]["severity"]["signals"]) == exported_signals
