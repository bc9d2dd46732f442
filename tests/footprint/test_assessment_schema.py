from __future__ import annotations

import copy
from pathlib import Path

import jsonschema
import orjson
import pytest

from tanheng.footprint import assess, document, read_study, write_assessment
from tanheng.footprint.schema import assessment_schema

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "schema" / "assessment-1.schema.json"
EXAMPLES = sorted((ROOT / "examples").glob("*/*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(assessment_schema())


@pytest.fixture(scope="module")
def aluminium():
    return assess(read_study(ROOT / "examples" / "aluminium" / "aluminium.yaml"))


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(assessment_schema())


def test_the_published_file_is_what_the_code_says():
    assert orjson.loads(FILE.read_bytes()) == assessment_schema(), (
        "run: python -m tanheng.footprint.schema > docs/schema/assessment-1.schema.json"
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_validate_as_they_are_written(example, tmp_path):
    """Without a database at hand the bottle is incomplete, which is a result too (C02)."""
    target = tmp_path / "result.json"
    write_assessment(assess(read_study(example)), target)
    VALIDATOR.validate(orjson.loads(target.read_bytes()))


def test_an_assessment_with_everything_validates(assess_text, mini_background, tmp_path):
    (tmp_path / "meter.pdf").write_bytes(b"%PDF")
    result = assess_text(
        """
lines:
  - {stage: raw-materials, name: Steel, amount: 1 t, from: "mini:Open steel", transport: [{mode: rail, distance: 10 km}]}
  - {stage: raw-materials, name: Nothing, amount: 1 t, from: nothing of this name}
  - {stage: production, name: Power, amount: 10 kWh, electricity: [{own: hydro, share: 50 %}, {certificate: wind, share: 50 %}],
     data: primary, evidence: [meter.pdf, missing.pdf], quality: {te: 1, ge: 2, ti: 3, pr: 4}, uncertainty: {gsd2: 1.2}}
  - {stage: production, name: Biogas, emits: {CH4: {amount: 1 kg, origin: biogenic}}}
co_products: [{name: Slag, amount: 100 kg, price: 1}]
allocation: {basis: economic, price: 9, reason: prices differ}
cut_offs: [{name: Paint, reason: small, share: 0.1 %}]
limits: [one]
sources: [two]
""",
        options={"backgrounds": mini_background},
    )
    VALIDATOR.validate(document(result))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("total",), "10 t"),
        (("digest",), "sha256:0"),
        (("period",), ["2024-01-01"]),
        (("lines", 0, "stage"), "somewhere"),
        (("lines", 0, "parts", 0, "gases", 0, "origin"), "unknown"),
        (("stages", 0, "surplus"), 1),
    ],
    ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else None,
)
def test_what_is_not_an_assessment_is_refused(aluminium, path, value):
    body = copy.deepcopy(document(aluminium))
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert not VALIDATOR.is_valid(body)


def test_every_key_is_needed(aluminium):
    body = document(aluminium)
    for key in body:
        assert not VALIDATOR.is_valid({k: v for k, v in body.items() if k != key}), key


def test_descriptions_come_from_the_docstrings():
    found = assessment_schema()
    assert found["properties"]["stored_carbon"]["description"].startswith("kg CO2e of biogenic carbon")
    part = found["$defs"]["Part"]["properties"]
    assert part["amount"]["description"] == part["unit"]["description"]
    # A text that goes on over two lines is whole.
    assert found["$defs"]["Gap"]["properties"]["code"]["description"].endswith("…")
