"""The published schema is the function's, and real documents are valid under it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.footprint.reading import new_study, study_document, study_schema
from tanheng.footprint.reading.writing import authored_document
from tanheng.footprint.reading.yaml_out import write_yaml
from tanheng.footprint.study import Study

PUBLISHED = Path(__file__).resolve().parents[3] / "docs" / "schema" / "study-1.schema.json"
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_file_is_the_schema() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == study_schema()


@given(data=st.data())
@pytest.mark.fuzz
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_canonical_and_authored_documents_are_valid(
    validator: jsonschema.Draft202012Validator, random_studies: st.SearchStrategy[Study], data: st.DataObject
) -> None:
    study = data.draw(random_studies)
    validator.validate(study_document(study))
    validator.validate(yaml.safe_load(write_yaml(authored_document(study))))


def test_templates_and_examples_are_valid(validator: jsonschema.Draft202012Validator, tmp_path: Path) -> None:
    paths = [new_study("x", "yaml", tmp_path / f"{lang}.yaml", lang) for lang in ("zh", "en")]
    paths += [
        p for p in EXAMPLES.rglob("*.yaml") if p.read_text(encoding="utf-8").lstrip("# \n").startswith("tanheng: study")
    ]
    for path in paths:
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "change",
    [
        {"tanheng": "study/2"},
        {"unit": "1"},
        {"unit": {"value": 0, "unit": "t"}},
        {"unit": None},
        {"boundary": "cradle"},
        {"period": "last year"},
        {"colour": "red"},
        {"lines": []},
        {"lines": [{"stage": "production"}]},
        {"lines": [{"stage": "production", "name": "x", "amount": "abc"}]},
        {"lines": [{"stage": "production", "name": "x", "electricity": [{"share": 1}]}]},
        {"lines": [{"stage": "production", "name": "x", "electricity": [{"grid": "CN", "own": "pv"}]}]},
        {"lines": [{"stage": "production", "name": "x", "quality": {"te": 7}}]},
        {"lines": [{"stage": "production", "name": "x", "emits": {"CO2": {"origin": "fossil"}}}]},
        {"lines": [{"stage": "production", "name": "x", "uncertainty": {"kind": "normal"}}]},
    ],
)
def test_the_schema_refuses(change: dict[str, Any], validator: jsonschema.Draft202012Validator) -> None:
    document = {
        "tanheng": "study/1",
        "product": {"name": "x"},
        "unit": "1 t",
        "boundary": "cradle-to-gate",
        "period": "2024-01-01/2024-12-31",
        "site": "CN",
        "lines": [{"stage": "production", "name": "x"}],
    }
    validator.validate(document)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**document, **change})
